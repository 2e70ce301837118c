/* SPDX-License-Identifier: Apache-2.0 */
/* Where a certificate stands: pin, phase, conditions and the word for the whole object. */
#include "tests/unit/unit.h"

#include "tests/unit/reconcile/model/customer.h"

#define REQUEST "requests/acme/acme--push.20261123.plist"

static struct customer c;

static int begin(void **state)
{
	(void)state;
	customer_begin(&c);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_release(&c.mem);
	return 0;
}

/* "PHASE/RENEWAL BAND VERDICT" and what the run will do about a request. */
static const char *stands(void)
{
	const struct cert_view *v = look(&c);

	return arena_printf(&c.mem, "%s/%s %s %s%s", phase_word(v->phase), phase_word(v->renewal),
			    band_word(v->band), cert_view_verdict(v),
			    v->needs_request ? v->is_create ? " creates" : " renews" : "");
}

/* "STATUS REASON: message" of one condition; "-" when it is not told. */
static const char *condition(const char *type)
{
	const struct cert_view *v = look(&c);

	for (size_t i = 0; i < v->n_condition; i++) {
		const struct condition *k = &v->condition[i];
		if (text_eq(k->type, type))
			return arena_printf(&c.mem, "%s %s%s%s", k->status, k->reason,
					    *k->message ? ": " : "", k->message);
	}
	return "-";
}

/* "topic from SOURCE" of the pin. */
static const char *pin(void)
{
	static const char *const from[] = { "nowhere", "manifest", "store", "status", "git" };
	const struct cert_view *v = look(&c);

	return arena_printf(&c.mem, "%s from %s", v->pin ? v->pin : "none", from[v->pin_from]);
}

static void words_are_those_of_the_reference(void **state)
{
	(void)state;
	assert_string_equal(phase_word(PHASE_None), "None");
	assert_string_equal(phase_word(PHASE_AwaitingPortal), "AwaitingPortal");
	assert_string_equal(phase_word(PHASE_Archived), "Archived");
	assert_string_equal(next_action_word(NEXT_None), "None");
	assert_string_equal(next_action_word(NEXT_Reenrol), "Reenrol");
}

static void a_first_certificate_goes_through_all_phases(void **state)
{
	(void)state;
	assert_string_equal(stands(), "None/None Pending Attention creates");
	has_key(&c, "spki", KEY_Pending);
	assert_string_equal(stands(), "Requested/None Pending Attention creates");
	c.actual.n_key = 0;
	has_open_request(&c, "spki", REQUEST);
	assert_string_equal(stands(), "AwaitingPortal/None Pending Attention");
	struct actual_pair *p = has_pair(&c, "sha", PAIR_Returned, 365);
	assert_string_equal(stands(), "Returned/None Ok Attention");
	p->phase = PAIR_Verified;
	assert_string_equal(stands(), "Verified/None Ok Attention");
	p->phase = PAIR_Installed;
	assert_string_equal(stands(), "Installed/None Ok Attention");
	p->phase = PAIR_Active;
	c.request[0].state = REQUEST_Answered;
	assert_string_equal(stands(), "Active/None Ok Fine");
	p->phase = PAIR_Archived;
	assert_string_equal(stands(), "None/None Pending Attention creates");
}

static void beside_a_pair_in_force_the_phase_is_that_of_the_renewal(void **state)
{
	(void)state;
	is_active(&c, 45);
	assert_string_equal(stands(), "Active/None Due Fine renews");
	has_open_request(&c, "spki", REQUEST);
	assert_string_equal(stands(), "Active/AwaitingPortal Due Attention");
	has_pair(&c, "sha-next", PAIR_Verified, 365);
	assert_string_equal(stands(), "Active/Verified Due Attention");
	assert_string_equal(c.view.shown->sha256, "sha-active");
}

static void a_request_is_missing_from_the_day_it_is_due(void **state)
{
	(void)state;
	struct actual_pair *p = is_active(&c, 45);
	p->not_after++;
	assert_string_equal(stands(), "Active/None Ok Fine");
	assert_true(c.view.changes_at == NOW + 1);
	p->not_after--;
	assert_true(look(&c)->needs_request);
	p->probe.result = APNS_Rejected;
	p->probe.reason = "CertificateRevoked";
	assert_string_equal(stands(), "Active/None Revoked Blocked");
	c.want.key_held_by = KEY_HELD_Server;
	p->probe.result = APNS_Accepted;
	assert_false(look(&c)->needs_request);
}

static void the_answer_in_git_needs_no_other_request(void **state)
{
	(void)state;
	has_key(&c, "spki", KEY_Pending);
	in_git(&c, "sha", "spki");
	assert_false(look(&c)->needs_request);
	assert_true(c.view.shown_from_git);
	assert_true(c.view.not_after == NOW + 365 * DAY_S);
	c.git.trust = TRUST_CHAIN_BAD;
	assert_true(look(&c)->needs_request);
	assert_true(c.view.not_after == TIME_UNKNOWN);
	assert_true(cert_view_is_refused(&c.view));
}

static void the_manifest_pins_before_the_store_and_the_store_before_git(void **state)
{
	(void)state;
	assert_string_equal(pin(), "none from nowhere");
	in_git(&c, "sha", "spki");
	assert_string_equal(pin(), TOPIC " from git");
	c.actual.published_topic = OTHER;
	assert_string_equal(pin(), OTHER " from status");
	c.actual.topic = TOPIC;
	assert_string_equal(pin(), TOPIC " from store");
	c.want.topic = TOPIC;
	assert_string_equal(pin(), TOPIC " from manifest");
	c.want.topic = OTHER;
	assert_string_equal(pin(), TOPIC " from manifest");
	assert_true(c.view.pin_conflict);
}

static void a_file_in_git_pins_only_what_nobody_else_owns(void **state)
{
	(void)state;
	in_git(&c, "sha", "spki");
	c.actual.owners.topic = (struct ref){ KIND_PushCertificate, "beta", "push" };
	assert_string_equal(pin(), "none from nowhere");
	c.actual.owners.topic = (struct ref){ 0 };
	c.actual.owners.key = (struct ref){ KIND_PushCertificate, "beta", "push" };
	assert_string_equal(pin(), "none from nowhere");
	c.actual.owners.key = (struct ref){ 0 };
	c.git.client_auth = false;
	assert_string_equal(pin(), "none from nowhere");
}

static void new_is_started_over_only_when_it_names_the_topic_in_use(void **state)
{
	(void)state;
	struct acknowledgement a = { .from = { .s = TOPIC }, .to = { .s = "New" } };

	is_active(&c, 200);
	c.want.allow_topic_change = &a;
	assert_string_equal(pin(), "none from nowhere");
	assert_string_equal(c.view.in_force, TOPIC);
	assert_string_equal(stands(), "Active/None Ok Fine creates");
	a.from.s = OTHER;
	assert_string_equal(pin(), TOPIC " from store");
	assert_false(c.view.needs_request);
}

static void a_proven_claim_stands_and_a_held_key_beats_a_wish(void **state)
{
	(void)state;
	c.want.topic = TOPIC;
	c.actual.owners.pin = (struct ref){ KIND_PushCertificate, "beta", "push" };
	assert_true(look(&c)->pin_claimed);
	assert_string_equal(condition("TopicPinned"), "False TopicClaimed: " TOPIC);
	has_key(&c, "spki", KEY_Pending);
	in_git(&c, "sha", "spki");
	assert_false(look(&c)->pin_claimed);
	c.actual.owners.pin_proven = true;
	assert_true(look(&c)->pin_claimed);
	assert_string_equal(cert_view_verdict(&c.view), "Blocked");
}

static void the_server_that_holds_the_key_is_believed_when_confirmed(void **state)
{
	(void)state;
	struct confirmed_install done = { .serial = { .s = "0B" } };

	c.want.key_held_by = KEY_HELD_Server;
	assert_string_equal(stands(), "None/None Pending Attention");
	c.want.request_file = "tenants/acme/push.csr";
	assert_string_equal(stands(), "AwaitingPortal/None Pending Attention");
	in_git(&c, "sha", "spki");
	assert_string_equal(stands(), "Returned/None Ok Attention");
	c.want.confirmed_install = &done;
	assert_string_equal(stands(), "Active/None Ok Fine");
	assert_string_equal(condition("KeyAvailable"), "Unknown HeldByServer");
}

static void what_left_the_manifests_is_archived_and_told_until_its_end(void **state)
{
	(void)state;
	is_active(&c, 20);
	c.actual.state = OBJECT_Archived;
	assert_string_equal(stands(), "Active/None Warning Attention renews");
	cert_view_build(&c.tenant, NULL, &c.actual, &c.env, &c.mem, &c.view);
	assert_string_equal(phase_word(c.view.phase), "Archived");
	assert_string_equal(cert_view_verdict(&c.view), "Attention");
	assert_false(c.view.needs_request);
	c.pair[0].not_after = NOW + 45 * DAY_S;
	cert_view_build(&c.tenant, NULL, &c.actual, &c.env, &c.mem, &c.view);
	assert_string_equal(cert_view_verdict(&c.view), "Fine");
}

static void an_unknown_certificate_has_no_facts(void **state)
{
	(void)state;
	cert_view_build(&c.tenant, &c.want, NULL, &c.env, &c.mem, &c.view);
	assert_string_equal(phase_word(c.view.phase), "None");
	assert_true(c.view.needs_request && c.view.is_create);
	assert_string_equal(cert_view_verdict(&c.view), "Attention");
}

static void the_conditions_of_a_customer_without_certificate(void **state)
{
	(void)state;
	assert_string_equal(condition("Ready"), "False NoCertificate");
	assert_string_equal(condition("Reconciling"), "True RequestMissing");
	assert_string_equal(condition("Stalled"), "-");
	assert_string_equal(condition("CertificateValid"), "False NoCertificate: there is no "
							   "certificate yet");
	assert_string_equal(condition("TopicPinned"), "False New");
	assert_string_equal(condition("KeyAvailable"), "False NoKey");
	assert_string_equal(condition("Deployed"), "-");
	assert_string_equal(condition("APNsReachable"), "-");
	assert_string_equal(condition("RenewalDue"), "-");
	has_open_request(&c, "spki", REQUEST);
	assert_string_equal(condition("Ready"), "False FirstCertificate: choose Create a "
						"Certificate and upload the file");
	assert_string_equal(condition("Reconciling"), "-");
	assert_string_equal(condition("KeyAvailable"), "True InStore");
}

static void the_conditions_of_a_pair_in_force(void **state)
{
	(void)state;
	struct actual_pair *p = is_active(&c, 200);

	assert_string_equal(condition("Ready"), "True Succeeded");
	assert_string_equal(condition("CertificateValid"),
			    "True InForce: until 2027-06-12T00:00:00Z");
	assert_string_equal(condition("TopicPinned"), "True InStore: " TOPIC);
	assert_string_equal(condition("APNsReachable"), "True Accepted");
	assert_string_equal(condition("RenewalDue"), "False NotYet: from 2027-04-28T00:00:00Z");
	p->not_after = NOW + 1;
	assert_string_equal(condition("CertificateValid"),
			    "True InForce: until 2026-11-24T00:00:01Z");
	assert_string_equal(condition("RenewalDue"), "True Critical: from 2026-10-10T00:00:01Z");
	p->not_after = NOW;
	assert_string_equal(condition("CertificateValid"),
			    "False Expired: expired at 2026-11-24T00:00:00Z");
	p->probe.result = APNS_Rejected;
	p->probe.reason = "CertificateRevoked";
	assert_string_equal(condition("CertificateValid"),
			    "False Revoked: Apple has revoked the certificate");
	assert_string_equal(condition("RenewalDue"), "False NotYet: from 2026-10-10T00:00:00Z");
	assert_string_equal(condition("APNsReachable"), "False CertificateRevoked");
}

/* A renewal may wait while the pair in force is far from its end. */
static void a_due_renewal_is_no_want_of_readiness_before_it_warns(void **state)
{
	(void)state;
	struct actual_pair *p = is_active(&c, 31);

	has_open_request(&c, "spki", REQUEST);
	assert_string_equal(condition("Ready"), "True Succeeded");
	p->not_after = NOW + 30 * DAY_S;
	assert_string_equal(condition("Ready"), "False RenewalDue: choose Renew in this row (never "
						"Create) and upload the file");
}

static void a_refused_file_stalls_and_the_pair_in_force_stays(void **state)
{
	(void)state;
	is_active(&c, 200);
	in_git(&c, "sha", "spki")->form = CERT_FORM_EMPTY;
	assert_string_equal(condition("Stalled"),
			    "True Unreadable: tenants/acme/push.pem: the file is empty; download "
			    "the certificate from the portal again");
	assert_string_equal(phase_word(c.view.phase), "Active");
	assert_string_equal(condition("CertificateValid"),
			    "True InForce: until 2027-06-12T00:00:00Z");
}

static void the_worst_server_decides_whether_it_is_deployed(void **state)
{
	(void)state;
	is_active(&c, 200);
	struct actual_server *a = has_server(&c, "a"), *b = has_server(&c, "b");
	assert_string_equal(condition("Deployed"), "Unknown Unknown: server a");
	a->seen = b->seen = (struct server_observation){
		PRESENCE_present, TOPIC, "0A", TIME_UNKNOWN, true, NULL, NULL
	};
	assert_string_equal(condition("Deployed"), "True Installed");
	assert_string_equal(condition("Drifted"), "-");
	b->seen = (struct server_observation){ .not_after = TIME_UNKNOWN };
	b->installed_sha256 = "sha-active";
	assert_string_equal(condition("Deployed"), "True Assumed: server b can not be asked");
	b->seen.presence = PRESENCE_absent;
	assert_string_equal(condition("Deployed"), "False Absent: server b");
	assert_string_equal(cert_view_verdict(&c.view), "Attention");
	a->seen.serial = "0F";
	assert_string_equal(condition("Deployed"), "False Differs: server a");
	assert_string_equal(condition("Drifted"), "True ServerDiffers: server a");
	a->seen = (struct server_observation){ .not_after = TIME_UNKNOWN, .can_read = true };
	a->seen.reason = "NotAllowed";
	assert_string_equal(condition("Deployed"), "Unknown Unknown: server a: NotAllowed");
}

static void pause_and_quarantine_are_told(void **state)
{
	(void)state;
	struct suspend s = { .reason = { .s = "contract ended" } };

	is_active(&c, 200);
	assert_string_equal(condition("Suspended"), "-");
	assert_string_equal(condition("Quarantined"), "-");
	c.tenant.suspend = &s;
	c.tenant.stop = STOP_QUARANTINE;
	assert_true(look(&c)->paused);
	assert_string_equal(condition("Suspended"), "True Suspended: contract ended");
	assert_string_equal(condition("Quarantined"), "True InvalidManifest: the manifests of this "
						      "tenant have errors");
	assert_string_equal(cert_view_verdict(&c.view), "Blocked");
}

static void a_probe_is_due_after_its_interval_and_a_fault_sooner(void **state)
{
	(void)state;
	struct actual_pair *p = is_active(&c, 200);

	p->probe.probed_at = NOW - DAY_S + 1;
	assert_false(probe_is_due(p, &c.env));
	p->probe.probed_at--;
	assert_true(probe_is_due(p, &c.env));
	p->probe.probed_at = NOW - 899;
	p->probe.fault = "Timeout";
	assert_false(probe_is_due(p, &c.env));
	p->probe.probed_at--;
	assert_true(probe_is_due(p, &c.env));
	p->probe.probed_at = NOW + 1; /* a clock that was wrong */
	assert_true(probe_is_due(p, &c.env));
	p->probe.probed_at = TIME_UNKNOWN;
	assert_true(probe_is_due(p, &c.env));
	p->probe = (struct actual_probe){ .result = APNS_NotProbed, .probed_at = NOW };
	assert_true(probe_is_due(p, &c.env));
}

static void a_fault_is_told_after_a_day_or_when_critical(void **state)
{
	(void)state;
	struct actual_pair *p = is_active(&c, 200);

	p->probe.fault = "Timeout";
	p->probe.fault_detail = "no answer";
	p->probe.fault_since = NOW - DAY_S + 1;
	assert_string_equal(condition("APNsReachable"), "True Accepted");
	p->probe.fault_since--;
	assert_string_equal(condition("APNsReachable"), "Unknown Timeout: no answer");
	p->probe.fault_since = NOW;
	p->not_after = NOW + 14 * DAY_S;
	assert_string_equal(condition("APNsReachable"), "Unknown Timeout: no answer");
}

static void an_install_waits_for_apns_but_not_for_ever(void **state)
{
	(void)state;
	struct actual_pair *p = has_pair(&c, "sha-next", PAIR_Returned, 365);

	assert_int_equal(install_permit(look(&c), p, NOW), PERMIT_YES);
	p->probe.result = APNS_Rejected;
	p->probe.fault = "Timeout";
	assert_int_equal(install_permit(look(&c), p, NOW + 90 * DAY_S), PERMIT_NEVER);
	p->probe.result = APNS_NotProbed;
	assert_int_equal(install_permit(look(&c), p, p->returned_at + DAY_S - 1), PERMIT_WAIT);
	assert_int_equal(install_permit(look(&c), p, p->returned_at + DAY_S), PERMIT_YES);
	p->probe.fault = NULL; /* it was never asked */
	assert_int_equal(install_permit(look(&c), p, NOW + 90 * DAY_S), PERMIT_WAIT);
	p->probe.fault = "Timeout";
	struct actual_pair *old = is_active(&c, 15);
	assert_int_equal(install_permit(look(&c), p, NOW + DAY_S), PERMIT_WAIT);
	old->not_after = NOW + 14 * DAY_S;
	assert_int_equal(install_permit(look(&c), p, NOW), PERMIT_YES);
	old->not_after = NOW + 15 * DAY_S;
	old->topic = OTHER; /* the one in force is of another topic: nothing is lost by waiting */
	assert_int_equal(install_permit(look(&c), p, p->returned_at + DAY_S), PERMIT_YES);
}

#define VIEW(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		VIEW(words_are_those_of_the_reference),
		VIEW(a_first_certificate_goes_through_all_phases),
		VIEW(beside_a_pair_in_force_the_phase_is_that_of_the_renewal),
		VIEW(a_request_is_missing_from_the_day_it_is_due),
		VIEW(the_answer_in_git_needs_no_other_request),
		VIEW(the_manifest_pins_before_the_store_and_the_store_before_git),
		VIEW(a_file_in_git_pins_only_what_nobody_else_owns),
		VIEW(new_is_started_over_only_when_it_names_the_topic_in_use),
		VIEW(a_proven_claim_stands_and_a_held_key_beats_a_wish),
		VIEW(the_server_that_holds_the_key_is_believed_when_confirmed),
		VIEW(what_left_the_manifests_is_archived_and_told_until_its_end),
		VIEW(an_unknown_certificate_has_no_facts),
		VIEW(the_conditions_of_a_customer_without_certificate),
		VIEW(the_conditions_of_a_pair_in_force),
		VIEW(a_due_renewal_is_no_want_of_readiness_before_it_warns),
		VIEW(a_refused_file_stalls_and_the_pair_in_force_stays),
		VIEW(the_worst_server_decides_whether_it_is_deployed),
		VIEW(pause_and_quarantine_are_told),
		VIEW(a_probe_is_due_after_its_interval_and_a_fault_sooner),
		VIEW(a_fault_is_told_after_a_day_or_when_critical),
		VIEW(an_install_waits_for_apns_but_not_for_ever),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
