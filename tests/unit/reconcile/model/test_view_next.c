/* SPDX-License-Identifier: Apache-2.0 */
/* What a person is asked to do, for which facts, and what is asked first when several apply. */
#include "tests/unit/unit.h"

#include <string.h>

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

/* "ACTION REASON FILE row ROW due DATE: message" of the certificate as it stands. */
static const char *asked(void)
{
	const struct next *n = &look(&c)->next_step;
	char t[TIME_TEXT];

	return arena_printf(&c.mem, "%s %s %s%s%s%s%s%s%s", next_action_word(n->action),
			    n->reason ? n->reason : "-", n->file ? n->file : "-",
			    n->row ? " row " : "", n->row ? n->row : "",
			    n->due != TIME_UNKNOWN ? " due " : "",
			    n->due != TIME_UNKNOWN ? time_format_date(n->due, t) : "",
			    n->message ? ": " : "", n->message ? n->message : "");
}

static const char *action(void)
{
	return next_action_word(look(&c)->next_step.action);
}

/* "ACTION REASON", where file and message are compared elsewhere. */
static const char *short_of(void)
{
	const struct next *n = &look(&c)->next_step;

	return arena_printf(&c.mem, "%s %s", next_action_word(n->action),
			    n->reason ? n->reason : "-");
}

static void nothing_is_asked_while_the_controller_is_at_work(void **state)
{
	(void)state;
	assert_string_equal(asked(), "None - -");
	has_key(&c, "spki", KEY_Pending);
	assert_string_equal(asked(), "None - -");
	assert_null(c.view.next_step.apple_id);
}

static void a_certificate_in_force_asks_for_nothing(void **state)
{
	(void)state;
	is_active(&c, 200);
	in_git(&c, "sha-active", "spki-of-pair");
	assert_string_equal(asked(), "None - -");
}

static void the_first_certificate_is_created(void **state)
{
	(void)state;
	has_open_request(&c, "spki", REQUEST);
	assert_string_equal(asked(), "CreateAtPortal FirstCertificate " REQUEST
				     ": choose Create a Certificate and upload the file");
	assert_string_equal(c.view.next_step.apple_id, "apple@acme.example");
}

static void with_a_pin_it_is_renewed_even_when_all_else_is_lost(void **state)
{
	(void)state;
	const char *wanted = "RenewAtPortal RenewalDue " REQUEST " row APSP:" UUID
			     ": choose Renew in this row (never Create) and upload the file";

	has_open_request(&c, "spki", REQUEST);
	c.want.topic = TOPIC;
	assert_string_equal(asked(), wanted);
	c.want.topic = NULL;
	c.actual.topic = TOPIC;
	assert_string_equal(asked(), wanted);
}

static void a_renewal_is_due_when_it_turns_critical_then_at_the_end(void **state)
{
	(void)state;
	has_open_request(&c, "spki", REQUEST);
	struct actual_pair *p = is_active(&c, 40);
	assert_string_equal(asked(), "RenewAtPortal RenewalDue " REQUEST " row APSP:" UUID
				     " due 2026-12-20: choose Renew in this row (never Create) and "
				     "upload the file");
	p->not_after = NOW + 14 * DAY_S; /* critical from now on */
	assert_true(look(&c)->next_step.due == p->not_after);
	p->not_after++;
	assert_true(look(&c)->next_step.due == NOW + 1);
	p->not_after = NOW - 31 * DAY_S;
	assert_string_equal(asked(), "RenewAtPortal RenewalDue " REQUEST " row APSP:" UUID
				     " due 2026-10-24: choose Renew in this row (never Create); if "
				     "the portal refuses, ask Apple before anything else");
}

static void an_unsigned_request_is_signed_first(void **state)
{
	(void)state;
	has_open_request(&c, "spki", "requests/acme/acme--push.20261123.unsigned.csr");
	assert_string_equal(asked(),
			    "SignRequest FirstCertificate "
			    "requests/acme/acme--push.20261123.unsigned.csr: have the request "
			    "signed by the MDM vendor, then upload it at the portal");
	c.want.topic = TOPIC;
	assert_string_equal(short_of(), "SignRequest RenewalDue");
	assert_string_equal(c.view.next_step.row, "APSP:" UUID);
}

static void the_answer_in_git_ends_the_question(void **state)
{
	(void)state;
	has_open_request(&c, "spki", REQUEST);
	in_git(&c, "sha-new", "spki");
	assert_string_equal(action(), "None");
	in_git(&c, "sha-new", "spki-of-nobody");
	assert_string_equal(action(), "AdoptKey");
}

static void a_refused_file_is_mended_where_it_stands(void **state)
{
	(void)state;
	has_open_request(&c, "spki", REQUEST);
	in_git(&c, "sha", "spki")->form = CERT_FORM_HTML;
	assert_string_equal(asked(), "CommitCertificate Unreadable tenants/acme/push.pem: sign in "
				     "to the portal and download the certificate again");
	in_git(&c, "sha", "spki")->has_632 = false;
	assert_string_equal(short_of(), "CommitCertificate NotMDM");
	in_git(&c, "sha", "spki")->trust = TRUST_CHAIN_BAD;
	assert_string_equal(short_of(), "CommitCertificate Untrusted");
	in_git(&c, "sha", "spki-of-beta");
	c.actual.owners.key = (struct ref){ KIND_PushCertificate, "beta", "push" };
	assert_string_equal(asked(), "FixManifest Misfiled tenants/acme/push.pem: move it to the "
				     "folder of PushCertificate/beta/push; the file for "
				     "PushCertificate/acme/push is another one");
	c.actual.owners.key = (struct ref){ 0 };
	is_active(&c, 365);
	in_git(&c, "sha", "spki-of-pair")->not_before = NOW - DAY_S;
	assert_string_equal(asked(), "FixManifest Older tenants/acme/push.pem: download the newest "
				     "certificate of the row and commit that");
}

/* The same request answers; its remedy stands instead of the usual sentence. */
static void a_refusal_that_the_portal_mends_leads_back_to_it(void **state)
{
	(void)state;
	c.want.topic = TOPIC;
	has_open_request(&c, "spki", REQUEST);
	in_git(&c, "sha", "spki")->topic = OTHER;
	assert_string_equal(asked(),
			    "RenewAtPortal OtherTopic " REQUEST " row APSP:" UUID
			    ": do not revoke anything; at the portal open the row "
			    "APSP:" UUID ", choose Renew and upload the same file " REQUEST);
	in_git(&c, "sha", "spki")->topic = OTHER;
	c.actual.owners.topic = (struct ref){ KIND_PushCertificate, "beta", "push" };
	c.actual.owners.topic_proven = true;
	assert_string_equal(short_of(), "RenewAtPortal WrongRow");
	c.actual.owners.topic = (struct ref){ 0 };
	in_git(&c, "sha", "spki")->not_after = NOW;
	assert_string_equal(short_of(), "RenewAtPortal NotInForce");
}

static void without_a_request_the_certificate_in_use_is_put_back(void **state)
{
	(void)state;
	const char *wanted =
	    "CommitCertificate %s tenants/acme/push.pem: no request waits for this "
	    "certificate, and it does not fit: put the one in use back in its "
	    "place; do not revoke anything";

	is_active(&c, 200);
	in_git(&c, "sha", "spki-of-pair")->topic = OTHER;
	assert_string_equal(asked(), arena_printf(&c.mem, wanted, "OtherTopic"));
	assert_string_equal(cert_view_verdict(&c.view), "Attention");
	in_git(&c, "sha", "spki-of-pair")->not_before = NOW + DAY_S;
	assert_string_equal(asked(), arena_printf(&c.mem, wanted, "NotInForce"));
	c.pair[0].not_after = NOW + 45 * DAY_S; /* the request comes with the next run */
	assert_string_equal(action(), "None");
}

static void a_key_of_nobody_is_adopted_until_it_is_due(void **state)
{
	(void)state;
	c.want.topic = TOPIC;
	in_git(&c, "sha", "spki-of-nobody")->not_after = NOW + 45 * DAY_S + 1;
	has_open_request(&c, "spki", REQUEST);
	assert_string_equal(asked(),
			    "AdoptKey KeyUnknown tenants/acme/push.pem: the key of this "
			    "certificate is not held here: renew it early in its row; the present "
			    "server stops when its certificate ends");
	c.git.not_after--;
	assert_string_equal(asked(), "RenewAtPortal KeyUnknown " REQUEST " row APSP:" UUID
				     " due 2026-12-25: choose Renew in this row (never Create) and "
				     "upload the file");
}

static void a_changed_topic_is_mended_in_its_line(void **state)
{
	(void)state;
	is_active(&c, 200);
	c.want.topic = OTHER;
	assert_string_equal(
	    asked(), "FixManifest TopicChanged tenants/acme/push.yaml:6: spec.topic is " OTHER
		     ", but " TOPIC " is in use: every device would have to be enrolled "
		     "again; set spec.topic back, or acknowledge the change with "
		     "allowTopicChange");
	struct acknowledgement both = { .from = { .s = TOPIC }, .to = { .s = OTHER } };
	c.want.allow_topic_change = &both;
	assert_string_equal(action(), "None");
	both.from.s = OTHER;
	assert_string_equal(short_of(), "FixManifest TopicChanged");
}

static void a_topic_of_somebody_else_is_named_with_its_owner(void **state)
{
	(void)state;
	c.want.topic = TOPIC;
	c.actual.owners.pin = (struct ref){ KIND_PushCertificate, "beta", "push" };
	assert_string_equal(asked(),
			    "FixManifest TopicClaimed tenants/acme/push.yaml:6: the topic " TOPIC
			    " was named first by PushCertificate/beta/push; write the topic of "
			    "this customer's own row at the portal, or, when it is the same "
			    "certificate with a new name, its old one in previousNames");
	c.actual.owners.pin_proven = true;
	assert_non_null(strstr(asked(), "the topic " TOPIC " belongs to PushCertificate/beta"));
}

static void a_pin_that_only_the_status_knows_has_to_be_written_down(void **state)
{
	(void)state;
	c.actual.published_topic = TOPIC;
	assert_string_equal(asked(), "FixManifest PinOnlyPublished tenants/acme/push.yaml:6: the "
				     "status branch says that this certificate has the topic " TOPIC
				     ", which the store does not know; write it into spec.topic to "
				     "go on with a renewal");
	c.want.topic = TOPIC;
	assert_string_equal(action(), "None");
}

static void a_quarantine_names_its_first_finding(void **state)
{
	(void)state;
	const struct rule shape = { .code = 1004 }, certificate = { .code = 4003 };
	struct finding f = { .rule = &shape,
			     .message = "unknown key",
			     .file = "tenants/acme/x.yaml",
			     .at = { .line = 7 } };

	is_active(&c, 200);
	c.tenant.stop = STOP_QUARANTINE;
	assert_string_equal(asked(), "FixManifest Quarantined tenants/acme/tenant.yaml: the "
				     "manifests of this tenant have errors");
	c.tenant.first_error = &f;
	assert_string_equal(asked(), "FixManifest Quarantined tenants/acme/x.yaml:7: unknown key");
	f.at.line = 0;
	assert_string_equal(asked(), "FixManifest Quarantined tenants/acme/x.yaml: unknown key");
	f.rule = &certificate;
	assert_string_equal(short_of(), "FixManifest Quarantined");
	in_git(&c, "sha", "spki")->form = CERT_FORM_DER;
	assert_string_equal(short_of(), "CommitCertificate Unreadable");
}

static void broken_rules_of_apple_ids_stop_only_the_first_certificate(void **state)
{
	(void)state;
	c.tenant.stop_shared = STOP_CREATE;
	assert_string_equal(asked(), "FixManifest AppleIDRules tenants/acme/tenant.yaml: the "
				     "shared manifests break rules of Apple IDs");
	c.tenant.stop_shared = STOP_NOTHING;
	c.tenant.stop = STOP_CREATE;
	assert_string_equal(short_of(), "FixManifest AppleIDRules");
	c.want.topic = TOPIC;
	assert_string_equal(action(), "None");
	c.want.topic = NULL;
	has_open_request(&c, "spki", REQUEST);
	assert_string_equal(action(), "CreateAtPortal");
}

static void a_revoked_certificate_asks_to_enroll_again(void **state)
{
	(void)state;
	struct actual_pair *p = is_active(&c, 200);

	p->probe.result = APNS_Rejected;
	p->probe.reason = "CertificateRevoked";
	assert_string_equal(asked(), "Reenrol Revoked -: Apple has revoked the certificate; create "
				     "a new one with allowTopicChange and enroll the devices "
				     "again");
}

static void any_other_rejection_is_a_question_to_apple(void **state)
{
	(void)state;
	struct actual_pair *p = is_active(&c, 200);

	p->probe.result = APNS_Rejected;
	p->probe.reason = "BadCertificate";
	p->probe.detail = "APNs does not accept it";
	assert_string_equal(asked(), "ContactApple BadCertificate -: APNs does not accept it");
	p->probe.reason = NULL;
	assert_string_equal(short_of(), "ContactApple Rejected");
	p->probe.result = APNS_Accepted;
	has_pair(&c, "sha-next", PAIR_Returned, 365)->probe.result = APNS_Rejected;
	assert_string_equal(short_of(), "ContactApple Rejected");
}

static void a_pause_is_a_question_only_from_due_on(void **state)
{
	(void)state;
	struct suspend s = { .at = { .line = 9 } };

	is_active(&c, 46);
	c.tenant.suspend = &s;
	assert_string_equal(action(), "None");
	c.env.now = NOW + DAY_S;
	assert_string_equal(asked(), "FixManifest Suspended tenants/acme/tenant.yaml:9: the tenant "
				     "is suspended and its certificate is due: end the "
				     "suspension, then it is renewed");
	c.tenant.suspend = NULL;
	c.tenant.management = MANAGEMENT_Monitor;
	assert_string_equal(asked(), "FixManifest Monitor tenants/acme/tenant.yaml:1: the tenant "
				     "is only monitored and its certificate is due: renew it where "
				     "it is managed, or set management to Managed");
}

static void a_suspension_lasts_through_its_last_day(void **state)
{
	(void)state;
	struct suspend s = { .at = { .line = 9 }, .until = { NOW, { .line = 10 } } };

	is_active(&c, 40);
	c.tenant.suspend = &s;
	c.env.now = NOW + DAY_S - 1;
	assert_string_equal(short_of(), "FixManifest Suspended");
	assert_true(c.view.changes_at == NOW + DAY_S);
	c.env.now++;
	assert_string_equal(action(), "None");
}

static void a_server_that_holds_the_key_makes_the_request(void **state)
{
	(void)state;
	c.want.key_held_by = KEY_HELD_Server;
	c.want.request_file = "tenants/acme/push.csr";
	assert_string_equal(asked(), "CreateAtPortal KeyHeldByServer tenants/acme/push.csr: take "
				     "the request from the server that holds the key and upload it "
				     "at the portal");
	c.want.topic = TOPIC;
	assert_string_equal(short_of(), "RenewAtPortal KeyHeldByServer");
	assert_string_equal(c.view.next_step.row, "APSP:" UUID);
	in_git(&c, "sha", "spki");
	assert_string_equal(asked(),
			    "UploadInServer KeyHeldByServer tenants/acme/push.pem: upload the "
			    "certificate in the server that made the request, then write "
			    "confirmedInstall into the manifest");
	struct confirmed_install done = { .serial = { .s = "0B" } };
	c.want.confirmed_install = &done;
	assert_string_equal(action(), "None");
	done.serial.s = "0A"; /* the confirmation of last year */
	assert_string_equal(action(), "UploadInServer");
	done.serial.s = "0B";
	c.git.not_after = NOW + 45 * DAY_S;
	assert_string_equal(short_of(), "RenewAtPortal KeyHeldByServer");
	c.git.topic = OTHER;
	assert_string_equal(short_of(), "RenewAtPortal OtherTopic");
}

/* All at once; what is mended uncovers the next question. */
static void danger_is_asked_before_what_is_merely_due(void **state)
{
	(void)state;
	struct actual_pair *p = is_active(&c, 40);
	struct suspend s = { .at = { .line = 9 } };

	has_open_request(&c, "spki", REQUEST);
	p->probe.result = APNS_Rejected;
	p->probe.reason = "CertificateRevoked";
	c.want.topic = OTHER;
	c.actual.owners.pin = (struct ref){ KIND_PushCertificate, "beta", "push" };
	c.actual.owners.pin_proven = true;
	c.tenant.stop = STOP_QUARANTINE;
	c.tenant.suspend = &s;
	in_git(&c, "sha", "spki")->form = CERT_FORM_DER;
	assert_string_equal(short_of(), "FixManifest TopicChanged");
	c.want.topic = TOPIC;
	assert_string_equal(short_of(), "FixManifest TopicClaimed");
	c.actual.owners.pin = (struct ref){ 0 };
	assert_string_equal(short_of(), "FixManifest Quarantined");
	c.tenant.stop = STOP_NOTHING;
	assert_string_equal(short_of(), "CommitCertificate Unreadable");
	c.want.in_git = NULL;
	assert_string_equal(short_of(), "Reenrol Revoked");
	p->probe.reason = "BadCertificate";
	assert_string_equal(short_of(), "FixManifest Suspended");
	c.tenant.suspend = NULL;
	assert_string_equal(short_of(), "RenewAtPortal RenewalDue");
	c.request[0].state = REQUEST_Answered;
	c.key[0].request = NULL;
	c.actual.n_key = 1;
	assert_string_equal(short_of(), "ContactApple BadCertificate");
}

static void a_certificate_that_left_the_manifests_asks_for_nothing(void **state)
{
	(void)state;
	is_active(&c, 5)->probe.result = APNS_Rejected;
	has_open_request(&c, "spki", REQUEST);
	cert_view_build(&c.tenant, NULL, &c.actual, &c.env, &c.mem, &c.view);
	assert_int_equal(c.view.next_step.action, NEXT_None);
	assert_true(c.view.next_step.due == TIME_UNKNOWN);
}

#define NEXT(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		NEXT(nothing_is_asked_while_the_controller_is_at_work),
		NEXT(a_certificate_in_force_asks_for_nothing),
		NEXT(the_first_certificate_is_created),
		NEXT(with_a_pin_it_is_renewed_even_when_all_else_is_lost),
		NEXT(a_renewal_is_due_when_it_turns_critical_then_at_the_end),
		NEXT(an_unsigned_request_is_signed_first),
		NEXT(the_answer_in_git_ends_the_question),
		NEXT(a_refused_file_is_mended_where_it_stands),
		NEXT(a_refusal_that_the_portal_mends_leads_back_to_it),
		NEXT(without_a_request_the_certificate_in_use_is_put_back),
		NEXT(a_key_of_nobody_is_adopted_until_it_is_due),
		NEXT(a_changed_topic_is_mended_in_its_line),
		NEXT(a_topic_of_somebody_else_is_named_with_its_owner),
		NEXT(a_pin_that_only_the_status_knows_has_to_be_written_down),
		NEXT(a_quarantine_names_its_first_finding),
		NEXT(broken_rules_of_apple_ids_stop_only_the_first_certificate),
		NEXT(a_revoked_certificate_asks_to_enroll_again),
		NEXT(any_other_rejection_is_a_question_to_apple),
		NEXT(a_pause_is_a_question_only_from_due_on),
		NEXT(a_suspension_lasts_through_its_last_day),
		NEXT(a_server_that_holds_the_key_makes_the_request),
		NEXT(danger_is_asked_before_what_is_merely_due),
		NEXT(a_certificate_that_left_the_manifests_asks_for_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
