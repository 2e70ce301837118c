/* SPDX-License-Identifier: Apache-2.0 */
/* The way back from the status branch: what comes again, and what a stranger could have written. */
#include "tests/unit/unit.h"

#include <string.h>

#include "reconcile/adapter/jansson/read.h"
#include "reconcile/report/decode.h"
#include "reconcile/report/report.h"
#include "tests/unit/reconcile/model/customer.h"

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddee"
#define REQUEST "requests/acme/acme--push.20261123.plist"

static struct customer c;
static struct actual_tenant got;

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

/* Decodes; "" or what is wrong. */
static const char *decoded(const char *text)
{
	struct err e = { 0 };
	struct value root;

	got = (struct actual_tenant){ 0 };
	assert_int_equal(json_read(text, strlen(text), &c.mem, &root, &e), 0);
	if (!report_decode(&root, "acme", &c.mem, &got, &e))
		return "";
	assert_int_equal(e.code, ERR_INPUT);
	return arena_strdup(&c.mem, e.text);
}

/* The one certificate of a file whose only object is this. */
static const struct actual_cert *cert_of(const char *members)
{
	const char *text =
	    arena_printf(&c.mem,
			 "{\"kind\":\"TenantStatus\",\"tenant\":\"acme\",\"objects\":[{\"kind\":"
			 "\"PushCertificate\",\"tenant\":\"acme\",\"name\":\"push\"%s}]}",
			 members);

	assert_string_equal(decoded(text), "");
	assert_int_equal(got.n_cert, 1);
	return &got.cert[0];
}

/* Publishes the customer with this view and reads that back. */
static const struct actual_cert *published_view(struct cert_view *v)
{
	struct actual_tenant actual = { .uid = "uid", .name = "acme", .cert = &c.actual };
	struct plan plan = {
		.mem = &c.mem, .want = &c.tenant, .actual = &actual, .view = v, .n_view = 1
	};
	struct report_context context = { .now = c.env.now };
	struct buf b = BUF_INIT(1 << 20);

	report_tenant_json(&plan, &context, &b);
	const char *wrong = decoded(buf_str(&b));
	buf_release(&b);
	assert_string_equal(wrong, "");
	assert_int_equal(got.n_cert, 1);
	return &got.cert[0];
}

static const struct actual_cert *published(void)
{
	return published_view(look(&c));
}

/* Phase, band, renewal, verdict, next step and pin: what a plan is made from. */
static const char *summary(const struct actual_cert *a)
{
	struct cert_view v;

	cert_view_build(&c.tenant, &c.want, a, &c.env, &c.mem, &v);
	return arena_printf(&c.mem, "%s/%s %s %s %s %s %s%s", phase_word(v.phase),
			    phase_word(v.renewal), band_word(v.band), cert_view_verdict(&v),
			    next_action_word(v.next_step.action),
			    v.next_step.file ? v.next_step.file : "-", v.pin ? v.pin : "-",
			    v.needs_request ? " needs" : "");
}

static void check_way_back(const char *wanted)
{
	assert_string_equal(summary(&c.actual), wanted);
	assert_string_equal(summary(published()), wanted);
}

static void use_real_hashes(void)
{
	for (size_t i = 0; i < c.actual.n_key; i++)
		c.key[i].spki = arena_printf(&c.mem, HEX "%02zu", i);
	for (size_t i = 0; i < c.actual.n_pair; i++) {
		c.pair[i].sha256 = arena_printf(&c.mem, HEX "a%zu", i);
		c.pair[i].spki = c.key[i].spki;
	}
}

static void a_new_customer_comes_back(void **state)
{
	(void)state;
	check_way_back("None/None Pending Attention None - - needs");
	has_key(&c, HEX "00", KEY_Pending);
	check_way_back("Requested/None Pending Attention None - - needs");
	c.actual.n_key = 0;
	has_open_request(&c, HEX "00", REQUEST);
	check_way_back("AwaitingPortal/None Pending Attention CreateAtPortal " REQUEST " -");
	assert_true(got.cert[0].key[0].request->is_signed);
	assert_true(got.cert[0].key[0].request->requested_at == NOW - DAY_S);
}

static void a_pair_in_force_and_its_successor_come_back(void **state)
{
	(void)state;
	is_active(&c, 40);
	use_real_hashes();
	check_way_back("Active/None Due Fine None - " TOPIC " needs");
	has_open_request(&c, HEX "01", "requests/acme/acme--push.20261123.unsigned.csr");
	check_way_back("Active/AwaitingPortal Due Attention SignRequest "
		       "requests/acme/acme--push.20261123.unsigned.csr " TOPIC);
	has_pair(&c, "sha", PAIR_Verified, 365)->topic = OTHER;
	use_real_hashes();
	c.request[1].state = REQUEST_Answered;
	check_way_back("Active/Verified Due Fine None - " TOPIC);
	const struct actual_pair *p = &got.cert[0].pair[1];
	assert_string_equal(p->sha256, c.pair[1].sha256);
	assert_string_equal(p->serial, "0A");
	assert_string_equal(p->topic, OTHER);
	assert_true(p->not_before == c.pair[1].not_before);
	assert_true(p->not_after == c.pair[1].not_after);
}

static void a_first_pair_on_its_way_comes_back_once(void **state)
{
	(void)state;
	c.actual.topic = TOPIC;
	has_pair(&c, "sha", PAIR_Installed, 365);
	use_real_hashes();
	check_way_back("Installed/None Ok Attention None - " TOPIC);
	assert_int_equal(got.cert[0].n_pair, 1);
}

/* Its name may come back into the manifests: then it is alive again, with the pair it had. */
static void an_archived_certificate_comes_back_with_its_pair(void **state)
{
	(void)state;
	struct cert_view v;

	is_active(&c, 200);
	use_real_hashes();
	c.actual.state = OBJECT_Archived;
	cert_view_build(&c.tenant, NULL, &c.actual, &c.env, &c.mem, &v);
	const struct actual_cert *a = published_view(&v);
	assert_int_equal(a->state, OBJECT_Archived);
	assert_string_equal(summary(a), summary(&c.actual));
	assert_string_equal(summary(a), "Active/None Ok Fine None - " TOPIC);
}

static void what_apns_said_comes_back_and_a_fault_stays_a_fault(void **state)
{
	(void)state;
	struct actual_pair *p = is_active(&c, 200);

	use_real_hashes();
	p->probe.result = APNS_Rejected;
	p->probe.reason = "CertificateRevoked";
	check_way_back("Active/None Revoked Blocked Reenrol - " TOPIC);
	p->probe.result = APNS_Accepted;
	p->probe.fault = "Timeout";
	p->probe.fault_since = NOW - 2 * DAY_S;
	const struct actual_probe *back = &published()->pair[0].probe;
	assert_int_equal(back->result, APNS_NotProbed);
	assert_string_equal(back->fault, "Timeout");
	assert_null(back->reason);
}

static void what_is_not_published_is_unknown(void **state)
{
	(void)state;
	is_active(&c, 200);
	use_real_hashes();
	has_server(&c, "nano")->seen.presence = PRESENCE_present;
	const struct actual_cert *a = published();
	assert_int_equal(a->n_server, 1);
	assert_string_equal(a->server[0].name, "nano");
	assert_int_equal(a->server[0].seen.presence, PRESENCE_unknown);
	assert_true(a->server[0].seen.can_read);
	assert_true(a->server[0].observed_at == TIME_UNKNOWN);
	assert_true(a->pair[0].returned_at == TIME_UNKNOWN);
	assert_true(a->pair[0].probe.probed_at == TIME_UNKNOWN);
	assert_null(a->uid);
}

static void a_pin_is_proven_only_when_the_store_had_it(void **state)
{
	(void)state;
	static const char *const reason[] = { "InStore",    "OnlyPublished",    "TopicChanged",
					      "InManifest", "CertificateInGit", "TopicClaimed" };

	for (size_t i = 0; i < 6; i++) {
		const struct actual_cert *a = cert_of(
		    arena_printf(&c.mem,
				 ",\"conditions\":[{\"type\":\"TopicPinned\",\"reason\":\"%s\","
				 "\"message\":\"" TOPIC "\"}]",
				 reason[i]));
		assert_string_equal(a->published_topic, TOPIC);
		assert_string_equal(a->topic ? a->topic : "-", i < 3 ? TOPIC : "-");
		assert_int_equal(a->pinned_by, i < 3 && i != 1 ? PIN_Accepted : PIN_None);
	}
	assert_null(cert_of(",\"conditions\":[{\"type\":\"TopicPinned\",\"reason\":\"InStore\","
			    "\"message\":\"com.apple.mgmt.x/../y\"}]")
			->published_topic);
}

static void policies_have_the_topic_of_their_certificate(void **state)
{
	(void)state;
	cert_of(",\"policies\":[\"root\",7,\"../x\",\"lab\"],\"conditions\":[{\"type\":"
		"\"TopicPinned\",\"reason\":\"InStore\",\"message\":\"" TOPIC "\"}]");
	assert_int_equal(got.n_policy, 2);
	assert_string_equal(got.policy[0].name, "lab");
	assert_string_equal(got.policy[1].name, "root");
	assert_string_equal(got.policy[1].topic, TOPIC);
	cert_of(",\"policies\":[\"root\"]");
	assert_int_equal(got.n_policy, 0);
}

static void another_kind_or_tenant_is_refused(void **state)
{
	(void)state;
	static const char *const other[] = {
		"{}",
		"[]",
		"{\"kind\":\"StatusSummary\",\"tenant\":\"acme\",\"objects\":[]}",
		"{\"kind\":\"TenantStatus\",\"tenant\":\"beta\",\"objects\":[]}",
		"{\"kind\":\"TenantStatus\",\"objects\":[]}",
		"{\"kind\":[\"TenantStatus\"],\"tenant\":\"acme\"}",
	};

	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		assert_string_equal(decoded(other[i]), "it is no TenantStatus of acme");
	assert_string_equal(decoded("{\"kind\":\"TenantStatus\",\"tenant\":\"acme\"}"), "");
	assert_int_equal(got.n_cert, 0);
}

static void objects_that_are_none_are_passed_over(void **state)
{
	(void)state;
	assert_string_equal(
	    decoded("{\"kind\":\"TenantStatus\",\"tenant\":\"acme\",\"objects\":[null,1,\"x\",[],"
		    "{},{\"kind\":\"PushCertificate\",\"tenant\":\"beta\",\"name\":\"push\"},"
		    "{\"kind\":\"Policy\",\"tenant\":\"acme\",\"name\":\"push\"},"
		    "{\"kind\":\"PushCertificate\",\"tenant\":\"acme\",\"name\":\"../x\"},"
		    "{\"kind\":\"PushCertificate\",\"tenant\":\"acme\",\"name\":\"b\"},"
		    "{\"kind\":\"PushCertificate\",\"tenant\":\"acme\",\"name\":\"a\"}]}"),
	    "");
	assert_int_equal(got.n_cert, 2);
	assert_string_equal(got.cert[0].name, "a");
	assert_string_equal(got.cert[1].name, "b");
}

/* A pair without hash, key, topic or end could be taken for one that is known. */
static void half_a_pair_is_none(void **state)
{
	(void)state;
	static const char *const member[] = { "\"sha256\":\"" HEX "00\"",
					      "\"spkiSha256\":\"" HEX "01\"",
					      "\"topic\":\"" TOPIC "\"",
					      "\"notAfter\":\"2027-01-01T00:00:00Z\"" };
	static const char *const bad[] = { "\"sha256\":\"" HEX "0\"", "\"spkiSha256\":\"x\"",
					   "\"topic\":\"com.example\"",
					   "\"notAfter\":\"tomorrow\"" };

	for (int left_out = -1; left_out < 4; left_out++) {
		const char *text = ",\"phase\":\"Active\"", *wrong = text;
		for (int i = 0; i < 4; i++) {
			if (i != left_out)
				text = arena_printf(&c.mem, "%s,%s", text, member[i]);
			wrong = arena_printf(&c.mem, "%s,%s", wrong,
					     i == left_out ? bad[i] : member[i]);
		}
		assert_int_equal(cert_of(text)->n_pair, left_out < 0);
		assert_int_equal(cert_of(wrong)->n_pair, left_out < 0);
	}
}

static void words_of_a_newer_controller_are_passed_over(void **state)
{
	(void)state;
	const struct actual_cert *a =
	    cert_of(",\"phase\":\"Hibernating\",\"sha256\":\"" HEX "00\",\"spkiSha256\":\"" HEX
		    "01\",\"topic\":\"" TOPIC "\",\"notAfter\":\"2027-01-01T00:00:00Z\","
		    "\"keys\":[{\"spkiSha256\":\"" HEX "01\",\"state\":\"Escrowed\"},"
		    "{\"spkiSha256\":\"" HEX "02\",\"state\":\"Archived\"},7],"
		    "\"servers\":[{\"name\":\"a/b\"},{},{\"name\":\"nano\",\"installed\":\"?\"}]");

	assert_int_equal(a->n_pair, 0);
	assert_int_equal(a->n_key, 1);
	assert_string_equal(a->key[0].spki, HEX "02");
	assert_int_equal(a->n_server, 1);
	assert_string_equal(a->server[0].name, "nano");
}

/* The file name goes into messages and links, and names what to read from the branch. */
static void a_request_leads_nowhere_else(void **state)
{
	(void)state;
	static const char *const path[] = {
		REQUEST,
		"requests/acme/a.unsigned.csr",
		"requests/beta/acme--push.20261123.plist",
		"requests/acme/../beta/x.plist",
		"requests/acme/.x.plist",
		"requests/acme/sub/x.plist",
		"requests/acme/X.plist",
		"requests/acme/x.pem",
		"requests/acme/",
		"requests/acme",
		"requests/acmebeta/x.plist",
		"requests/acme-x.plist",
		"/requests/acme/x.plist",
		"requests/acme/x|y.plist",
	};

	for (size_t i = 0; i < sizeof(path) / sizeof(path[0]); i++) {
		const struct actual_cert *a = cert_of(
		    arena_printf(&c.mem,
				 ",\"keys\":[{\"spkiSha256\":\"" HEX "01\",\"state\":\"Pending\"}],"
				 "\"renewal\":{\"phase\":\"AwaitingPortal\",\"spkiSha256\":\"" HEX
				 "01\",\"file\":\"%s\"}",
				 path[i]));
		const struct actual_request *r = a->key[0].request;
		assert_string_equal(r ? r->file : "-", i < 2 ? path[i] : "-");
	}
}

#define BACK(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BACK(a_new_customer_comes_back),
		BACK(a_pair_in_force_and_its_successor_come_back),
		BACK(a_first_pair_on_its_way_comes_back_once),
		BACK(an_archived_certificate_comes_back_with_its_pair),
		BACK(what_apns_said_comes_back_and_a_fault_stays_a_fault),
		BACK(what_is_not_published_is_unknown),
		BACK(a_pin_is_proven_only_when_the_store_had_it),
		BACK(policies_have_the_topic_of_their_certificate),
		BACK(another_kind_or_tenant_is_refused),
		BACK(objects_that_are_none_are_passed_over),
		BACK(half_a_pair_is_none),
		BACK(words_of_a_newer_controller_are_passed_over),
		BACK(a_request_leads_nowhere_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
