/* SPDX-License-Identifier: Apache-2.0 */
/* status.json: the counts, and only the objects that need attention. */
#include "tests/unit/unit.h"

#include <string.h>

#include "tests/unit/reconcile/report/rows.h"

static struct arena mem;

static const char *status(const struct summary *s)
{
	return text_of(report_status_json, s, &mem);
}

/* The line that has this member, without blanks at its start; "-": there is none. */
static const char *member(const struct summary *s, const char *key)
{
	const char *text = status(s), *at = strstr(text, arena_printf(&mem, "\"%s\": ", key));

	return at ? arena_strndup(&mem, at, strcspn(at, "\n")) : "-";
}

static void an_empty_repository_has_all_members(void **state)
{
	(void)state;
	struct summary s = summary_of(NULL, 0);

	assert_string_equal(status(&s), "{\n"
					"  \"apiVersion\": \"apnsctl/v1\",\n"
					"  \"kind\": \"StatusSummary\",\n"
					"  \"sourceRevision\": \"c0ffee\",\n"
					"  \"conditions\": [\n"
					"    {\n"
					"      \"type\": \"SourceReady\",\n"
					"      \"status\": \"True\",\n"
					"      \"reason\": \"Fetched\",\n"
					"      \"message\": \"\"\n"
					"    }\n"
					"  ],\n"
					"  \"summary\": {\n"
					"    \"tenants\": 0,\n"
					"    \"certificates\": 0,\n"
					"    \"quarantined\": 0,\n"
					"    \"bands\": {\n"
					"      \"Pending\": 0,\n"
					"      \"Ok\": 0,\n"
					"      \"Due\": 0,\n"
					"      \"Warning\": 0,\n"
					"      \"Critical\": 0,\n"
					"      \"Expired\": 0,\n"
					"      \"ExpiredPastGrace\": 0,\n"
					"      \"Revoked\": 0\n"
					"    }\n"
					"  },\n"
					"  \"held\": [],\n"
					"  \"objects\": []\n"
					"}\n");
}

static void only_what_needs_attention_is_an_object(void **state)
{
	(void)state;
	struct summary_row row[] = { quiet_row("acme", "Acme"), due_row("beta", "Beta", 20) };
	struct summary s = summary_of(row, 2);
	const char *objects = strstr(status(&s), "  \"objects\"");

	assert_string_equal(objects,
			    "  \"objects\": [\n"
			    "    {\n"
			    "      \"kind\": \"PushCertificate\",\n"
			    "      \"tenant\": \"beta\",\n"
			    "      \"name\": \"push\",\n"
			    "      \"phase\": \"Active\",\n"
			    "      \"band\": \"Warning\",\n"
			    "      \"verdict\": \"Attention\",\n"
			    "      \"notAfter\": \"2026-12-28T00:00:00Z\",\n"
			    "      \"next\": {\n"
			    "        \"action\": \"RenewAtPortal\",\n"
			    "        \"file\": \"requests/acme/acme--push.20261123.plist\",\n"
			    "        \"appleId\": \"apple@acme.example\",\n"
			    "        \"row\": \"APSP:" UUID "\",\n"
			    "        \"reason\": \"RenewalDue\",\n"
			    "        \"message\": \"choose Renew\",\n"
			    "        \"due\": \"2026-12-14T00:00:00Z\"\n"
			    "      }\n"
			    "    }\n"
			    "  ]\n"
			    "}\n");
	assert_string_equal(member(&s, "Ok"), "\"Ok\": 1,");
	assert_string_equal(member(&s, "Warning"), "\"Warning\": 1,");
	assert_string_equal(member(&s, "certificates"), "\"certificates\": 2,");
}

static void texts_of_others_stay_strings(void **state)
{
	(void)state;
	struct summary_row row = due_row("acme", "Acme", 20);
	struct summary s = summary_of(&row, 1);
	const char *held[] = { "ArchiveObject:PushCertificate/acme/push" };

	row.message = "a\"b\\c\n\x01\xff\xe2\x80\xae";
	assert_non_null(strstr(status(&s), "\"message\": "
					   "\"a\\\"b\\\\c\\n\\u0001\xef\xbf\xbd\\u202e\",\n"));
	s.held = held;
	s.n_held = 1;
	assert_non_null(strstr(status(&s), "\"held\": [\n    \"ArchiveObject:PushCertificate/acme/"
					   "push\"\n  ],\n"));
}

static void a_source_that_failed_is_told(void **state)
{
	(void)state;
	struct summary s = summary_of(NULL, 0);

	s.source_ready = false;
	s.source_revision = NULL;
	s.source_problem = "the host can not be reached";
	assert_string_equal(member(&s, "status"), "\"status\": \"False\",");
	assert_string_equal(member(&s, "reason"), "\"reason\": \"SourceFailed\",");
	assert_string_equal(member(&s, "message"), "\"message\": \"the host can not be reached\"");
	assert_string_equal(member(&s, "sourceRevision"), "-");
}

static void it_is_valid_until_time_alone_changes_something(void **state)
{
	(void)state;
	struct summary_row row[] = { due_row("acme", "Acme", 30), due_row("beta", "Beta", 20),
				     quiet_row("gamma", "Gamma") };
	struct summary s = summary_of(row, 3);

	assert_string_equal(member(&s, "validUntil"), "\"validUntil\": \"2026-12-14T00:00:00Z\",");
	s.signer_name = "vendor";
	s.signer_not_after = NOW + 50 * DAY_S; /* Due in five days */
	assert_string_equal(member(&s, "validUntil"), "\"validUntil\": \"2026-11-29T00:00:00Z\",");
	s.signer_not_after = TIME_UNKNOWN;
	s.signer_name = NULL;
	s.row = &row[2];
	s.n = 1;
	assert_string_equal(member(&s, "validUntil"), "-");
}

static void the_clock_shows_only_in_the_band_of_the_signer(void **state)
{
	(void)state;
	struct summary_row row = due_row("acme", "Acme", 200);
	struct summary s = summary_of(&row, 1);

	s.signer_name = "vendor";
	s.signer_not_after = NOW + 45 * DAY_S + 2;
	const char *before = status(&s);
	s.now++;
	assert_string_equal(status(&s), before);
	assert_non_null(strstr(before, "  \"requestSigner\": {\n"
				       "    \"name\": \"vendor\",\n"
				       "    \"notAfter\": \"2027-01-08T00:00:02Z\",\n"
				       "    \"band\": \"Ok\"\n"
				       "  },\n"));
	s.now++;
	assert_non_null(strstr(status(&s), "    \"band\": \"Due\"\n"));
}

static void the_button_says_what_comes_before_it(void **state)
{
	(void)state;
	struct summary_row r = due_row("acme", "Acme", 20);

	assert_string_equal(summary_button(&r), "Renew");
	r.action = "SignRequest";
	assert_string_equal(summary_button(&r), "first sign, then Renew");
	r.row = NULL;
	assert_string_equal(summary_button(&r), "first sign, then Create a Certificate");
	assert_true(summary_is_portal_step(&r));
	r.action = "CreateAtPortal";
	assert_string_equal(summary_button(&r), "Create a Certificate");
	assert_true(summary_is_portal_step(&r));
	r.action = "CommitCertificate";
	assert_false(summary_is_portal_step(&r));
	r.action = NULL;
	assert_false(summary_is_portal_step(&r));
}

static int release(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_repository_has_all_members),
		cmocka_unit_test(only_what_needs_attention_is_an_object),
		cmocka_unit_test(texts_of_others_stay_strings),
		cmocka_unit_test(a_source_that_failed_is_told),
		cmocka_unit_test(it_is_valid_until_time_alone_changes_something),
		cmocka_unit_test(the_clock_shows_only_in_the_band_of_the_signer),
		cmocka_unit_test(the_button_says_what_comes_before_it),
	};
	return cmocka_run_group_tests(tests, NULL, release);
}
