/* SPDX-License-Identifier: Apache-2.0 */
/* tenants/<tenant>.json: all facts of one customer. */
#include "tests/unit/unit.h"

#include <string.h>

#include "reconcile/report/report.h"
#include "tests/unit/reconcile/model/customer.h"

#define REQUEST "requests/acme/acme--push.20261123.plist"

static struct customer c;
static struct actual_tenant tenant;
static struct plan plan;
static struct report_context context;

static int begin(void **state)
{
	(void)state;
	customer_begin(&c);
	tenant = (struct actual_tenant){ .uid = "uid", .name = "acme", .cert = &c.actual };
	plan = (struct plan){ .mem = &c.mem, .want = &c.tenant, .actual = &tenant };
	context = (struct report_context){ .source_revision = "c0ffee", .now = NOW };
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_release(&c.mem);
	return 0;
}

static const char *file(void)
{
	struct buf b = BUF_INIT(1 << 20);

	report_tenant_json(&plan, &context, &b);
	const char *text = arena_strdup(&c.mem, buf_str(&b));
	buf_release(&b);
	return text;
}

/* The same with the customer as it stands, who has the one certificate. */
static const char *file_of_customer(void)
{
	plan.view = look(&c);
	plan.n_view = 1;
	return file();
}

/* The member of the object, on one line and without blanks; "-": it is not there. */
static const char *member(const char *key)
{
	const char *start = arena_printf(&c.mem, "\n      \"%s\": ", key);
	const char *at = strstr(file_of_customer(), start);
	struct buf b = BUF_INIT(1 << 16);

	if (!at)
		return "-";
	for (at += strlen(start); strncmp(at, "\n      \"", 8) != 0 && strncmp(at, "\n    }", 6);
	     at++)
		if (*at != ' ' && *at != '\n')
			buf_addc(&b, *at);
	if (b.len && b.data[b.len - 1] == ',')
		b.data[b.len - 1] = 0;
	const char *text = arena_strdup(&c.mem, buf_str(&b));
	buf_release(&b);
	return text;
}

static void a_tenant_without_certificates_is_empty(void **state)
{
	(void)state;
	assert_string_equal(file(), "{\n"
				    "  \"apiVersion\": \"apnsctl/v1\",\n"
				    "  \"kind\": \"TenantStatus\",\n"
				    "  \"tenant\": \"acme\",\n"
				    "  \"displayName\": \"Acme Ltd.\",\n"
				    "  \"sourceRevision\": \"c0ffee\",\n"
				    "  \"objects\": []\n"
				    "}\n");
	plan.want = NULL;
	context.source_revision = NULL;
	assert_string_equal(file(), "{\n"
				    "  \"apiVersion\": \"apnsctl/v1\",\n"
				    "  \"kind\": \"TenantStatus\",\n"
				    "  \"tenant\": \"acme\",\n"
				    "  \"objects\": []\n"
				    "}\n");
}

static void a_new_certificate_has_all_members_but_those_of_a_certificate(void **state)
{
	(void)state;
	const char *text = file_of_customer();

	assert_non_null(strstr(text, "  \"objects\": [\n"
				     "    {\n"
				     "      \"kind\": \"PushCertificate\",\n"
				     "      \"tenant\": \"acme\",\n"
				     "      \"name\": \"push\",\n"
				     "      \"displayName\": \"Acme Ltd.\",\n"
				     "      \"phase\": \"None\",\n"
				     "      \"band\": \"Pending\",\n"
				     "      \"verdict\": \"Attention\",\n"
				     "      \"appleId\": \"apple@acme.example\",\n"
				     "      \"policies\": [],\n"
				     "      \"keys\": [],\n"
				     "      \"servers\": [],\n"
				     "      \"apns\": {\n"
				     "        \"result\": \"NotProbed\"\n"
				     "      },\n"
				     "      \"next\": {\n"
				     "        \"action\": \"None\"\n"
				     "      },\n"
				     "      \"conditions\": [\n"
				     "        {\n"
				     "          \"type\": \"Ready\",\n"
				     "          \"status\": \"False\",\n"
				     "          \"reason\": \"NoCertificate\",\n"
				     "          \"message\": \"\",\n"
				     "          \"lastTransitionTime\": "
				     "\"2026-11-24T00:00:00Z\"\n"
				     "        },\n"));
	assert_string_equal(text + strlen(text) - 22, "}\n      ]\n    }\n  ]\n}\n");
}

static void the_pair_in_force_is_told_with_its_dates(void **state)
{
	(void)state;
	is_active(&c, 200);
	assert_string_equal(member("topic"), "\"" TOPIC "\"");
	assert_string_equal(member("serial"), "\"0A\"");
	assert_string_equal(member("sha256"), "\"sha-active\"");
	assert_string_equal(member("spkiSha256"), "\"spki-of-pair\"");
	assert_string_equal(member("notBefore"), "\"2026-06-12T00:00:00Z\"");
	assert_string_equal(member("notAfter"), "\"2027-06-12T00:00:00Z\"");
	assert_string_equal(member("renewAfter"), "\"2027-04-28T00:00:00Z\"");
	assert_string_equal(member("keys"),
			    "[{\"spkiSha256\":\"spki-of-pair\",\"state\":\"Active\"}]");
	assert_string_equal(member("renewal"), "-");
	assert_string_equal(member("apns"), "{\"result\":\"Accepted\"}");
}

static void a_certificate_of_git_is_told_when_it_is_all_there_is(void **state)
{
	(void)state;
	in_git(&c, "sha-git", "spki-of-nobody");
	assert_string_equal(member("sha256"), "\"sha-git\"");
	assert_string_equal(member("notAfter"), "\"2027-11-24T00:00:00Z\"");
	c.git.trust = TRUST_CHAIN_BAD;
	assert_string_equal(member("sha256"), "-");
	assert_string_equal(member("topic"), "\"" TOPIC "\""); /* the pin */
}

static void a_renewal_is_the_open_request_then_the_pair(void **state)
{
	(void)state;
	is_active(&c, 40);
	has_open_request(&c, "spki", REQUEST);
	assert_string_equal(member("renewal"),
			    "{\"phase\":\"AwaitingPortal\",\"file\":\"" REQUEST
			    "\",\"spkiSha256\":\"spki\",\"requestedAt\":\"2026-11-23T00:00:00Z\","
			    "\"signerNotAfter\":\"2027-09-20T00:00:00Z\"}");
	struct actual_pair *p = has_pair(&c, "sha-next", PAIR_Verified, 365);
	p->topic = OTHER;
	assert_string_equal(member("renewal"),
			    "{\"phase\":\"Verified\",\"topic\":\"" OTHER
			    "\",\"serial\":\"0A\",\"sha256\":\"sha-next\",\"spkiSha256\":"
			    "\"spki-of-pair\",\"notBefore\":\"2026-11-24T00:00:00Z\",\"notAfter\":"
			    "\"2027-11-24T00:00:00Z\"}");
}

static void servers_say_what_they_hold_and_why_it_is_not_known(void **state)
{
	(void)state;
	is_active(&c, 200);
	struct actual_server *a = has_server(&c, "a"), *b = has_server(&c, "b");
	a->seen = (struct server_observation){
		PRESENCE_present, TOPIC, "0A", TIME_UNKNOWN, true, NULL, NULL
	};
	b->seen.reason = "NotAllowed";
	assert_string_equal(member("servers"),
			    "[{\"name\":\"a\",\"installed\":\"Match\",\"inUse\":\"Yes\"},"
			    "{\"name\":\"b\",\"installed\":\"Unknown\",\"inUse\":\"Unknown\","
			    "\"reason\":\"NotAllowed\"}]");
	a->seen.serial = "0F";
	b->seen.presence = PRESENCE_absent;
	assert_string_equal(member("servers"),
			    "[{\"name\":\"a\",\"installed\":\"Differs\",\"inUse\":\"No\"},"
			    "{\"name\":\"b\",\"installed\":\"Absent\",\"inUse\":\"No\"}]");
	b->seen = (struct server_observation){ .not_after = TIME_UNKNOWN };
	b->installed_sha256 = "sha-active";
	assert_non_null(strstr(member("servers"), "\"Assumed\",\"inUse\":\"Unknown\""));
}

static void a_short_fault_of_apns_is_not_published(void **state)
{
	(void)state;
	struct actual_pair *p = is_active(&c, 200);

	p->probe.fault = "Timeout";
	p->probe.fault_since = NOW - DAY_S + 1;
	assert_string_equal(member("apns"), "{\"result\":\"Accepted\"}");
	p->probe.fault_since--;
	assert_string_equal(member("apns"), "{\"result\":\"Unreachable\",\"reason\":\"Timeout\"}");
	c.want.key_held_by = KEY_HELD_Server;
	assert_string_equal(member("apns"), "{\"result\":\"NotProbed\",\"reason\":\"KeyNotHeld\"}");
}

static void a_condition_keeps_its_time_while_its_status_stays(void **state)
{
	(void)state;
	struct transition known[] = { { "other", "Ready", "True", NOW - 9 * DAY_S },
				      { "push", "Ready", "True", NOW - 5 * DAY_S } };

	is_active(&c, 200);
	context.transition = known;
	context.n_transition = 2;
	assert_non_null(strstr(member("conditions"),
			       "\"Succeeded\",\"message\":\"\",\"lastTransitionTime\":"
			       "\"2026-11-19T00:00:00Z\""));
	known[1].status = "False";
	assert_non_null(strstr(member("conditions"),
			       "\"Succeeded\",\"message\":\"\",\"lastTransitionTime\":"
			       "\"2026-11-24T00:00:00Z\""));
}

static void policies_stand_in_order_whatever_order_they_come_in(void **state)
{
	(void)state;
	const char *policy[] = { "root", "lab", "office" };

	c.want.policy = policy;
	c.want.n_policy = 3;
	assert_string_equal(member("policies"), "[\"lab\",\"office\",\"root\"]");
}

static void an_archived_certificate_is_told_until_its_end(void **state)
{
	(void)state;
	is_active(&c, 1);
	cert_view_build(&c.tenant, NULL, &c.actual, &c.env, &c.mem, &c.view);
	plan.view = &c.view;
	plan.n_view = 1;
	assert_non_null(strstr(file(), "\"name\": \"push\""));
	context.now = NOW + DAY_S - 1;
	assert_non_null(strstr(file(), "\"name\": \"push\""));
	context.now++;
	assert_null(strstr(file(), "\"name\": \"push\""));
}

static void a_row_of_the_summary_outlives_its_plan(void **state)
{
	(void)state;
	const char *who[] = { "Alex Doe", "Sam Roe" };
	struct arena mem = ARENA_INIT;
	struct summary_row r;
	char *text = arena_strdup(&c.mem, REQUEST);

	has_open_request(&c, "spki", text);
	c.want.account.who = who;
	c.want.account.n_who = 2;
	c.want.topic = TOPIC;
	summary_row_of(&plan, look(&c), &mem, &r);
	memset(text, 0, strlen(text));
	arena_release(&c.mem);
	assert_string_equal(r.who, "Alex Doe, Sam Roe");
	assert_string_equal(r.customer, "Acme Ltd.");
	assert_string_equal(r.row, "APSP:" UUID);
	assert_string_equal(r.file, REQUEST);
	assert_string_equal(r.commit_path, "tenants/acme/push.pem");
	assert_string_equal(r.action, "RenewAtPortal");
	assert_true(r.due == TIME_UNKNOWN && r.not_after == TIME_UNKNOWN);
	arena_release(&mem);
}

#define FILE_OF(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FILE_OF(a_tenant_without_certificates_is_empty),
		FILE_OF(a_new_certificate_has_all_members_but_those_of_a_certificate),
		FILE_OF(the_pair_in_force_is_told_with_its_dates),
		FILE_OF(a_certificate_of_git_is_told_when_it_is_all_there_is),
		FILE_OF(a_renewal_is_the_open_request_then_the_pair),
		FILE_OF(servers_say_what_they_hold_and_why_it_is_not_known),
		FILE_OF(a_short_fault_of_apns_is_not_published),
		FILE_OF(a_condition_keeps_its_time_while_its_status_stays),
		FILE_OF(policies_stand_in_order_whatever_order_they_come_in),
		FILE_OF(an_archived_certificate_is_told_until_its_end),
		FILE_OF(a_row_of_the_summary_outlives_its_plan),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
