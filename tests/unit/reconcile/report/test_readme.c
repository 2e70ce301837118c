/* SPDX-License-Identifier: Apache-2.0 */
/* README.md of the status branch, and the table of the command line. */
#include "tests/unit/unit.h"

#include <string.h>

#include "tests/unit/reconcile/report/rows.h"

#define HEAD                                                                                       \
	"# Push certificates\n\nWritten by apnsctl; changes made here are overwritten. "           \
	"Machine-readable: [status.json](status.json), one file a customer in "                    \
	"[tenants](tenants), "                                                                     \
	"a calendar in [renewals.ics](renewals.ics).\n\n"
#define PORTAL_HEAD                                                                                \
	"| Customer | Apple Account (who can sign in) | Upload | Button | Row at the portal | "    \
	"Commit to | Due |\n|---|---|---|---|---|---|---|\n"

static struct arena mem;

static const char *readme(const struct summary *s)
{
	return text_of(report_readme, s, &mem);
}

/* What stands between two texts; "-": the first is not there. */
static const char *between(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	if (!at)
		return "-";
	at += strlen(from);
	const char *end = strstr(at, to);
	return arena_strndup(&mem, at, end ? (size_t)(end - at) : strlen(at));
}

static const char *portal_lines(const struct summary *s)
{
	return between(readme(s), PORTAL_HEAD, "\n#");
}

static void without_customers_there_is_nothing_to_do(void **state)
{
	(void)state;
	struct summary s = summary_of(NULL, 0);

	assert_string_equal(readme(&s),
			    HEAD "## What a person must do\n\nNothing.\n\n"
				 "## Certificates by band\n\n0 customers, 0 "
				 "certificates.\n\n| Band | Certificates |\n|---|---|\n");
}

static void a_source_that_failed_stands_first(void **state)
{
	(void)state;
	struct summary s = summary_of(NULL, 0);

	s.source_ready = false;
	s.source_problem = "no **route** to host";
	assert_string_equal(between(readme(&s), HEAD, "## What"),
			    "**The source can not be used; this is the state of the last applied "
			    "revision:** no \\*\\*route\\*\\* to host\n\n");
	s.source_problem = NULL;
	assert_string_equal(between(readme(&s), "revision:** ", "\n"), "unknown");
}

static void a_step_at_the_portal_names_all_that_is_needed(void **state)
{
	(void)state;
	struct summary_row r = due_row("acme", "Acme Ltd.", 20);
	struct summary s = summary_of(&r, 1);

	assert_string_equal(
	    portal_lines(&s),
	    "| Acme Ltd\\.<br>acme/push | apple@acme\\.example (Alex Doe, Sam Roe) | "
	    "[requests/acme/acme\\-\\-push\\.20261123\\.plist]"
	    "(requests/acme/acme--push.20261123.plist) | Renew | "
	    "APSP\\:11111111\\-2222\\-3333\\-4444\\-555555555555, expires 2026-12-28 | "
	    "tenants/acme/push\\.pem | 2026-12-14 | \n");
	r = quiet_row("acme", NULL);
	r.action = "CreateAtPortal";
	assert_string_equal(portal_lines(&s),
			    "| acme<br>acme/push | – | – | Create a Certificate | – | – | – | \n");
}

static void the_earliest_stands_first_and_what_has_no_date_last(void **state)
{
	(void)state;
	struct summary_row row[] = { due_row("alder", "A", 9), due_row("birch", "B", 7),
				     due_row("cedar", "C", 8), due_row("dogwood", "D", 7) };
	struct summary s = summary_of(row, 4);

	row[0].due = TIME_UNKNOWN;
	const char *text = portal_lines(&s), *last = text;
	static const char *const order[] = { "| B<br>", "| D<br>", "| C<br>", "| A<br>" };
	for (size_t i = 0; i < 4; i++) {
		const char *at = strstr(text, order[i]);
		assert_non_null(at);
		assert_true(at >= last);
		last = at;
	}
}

static void steps_elsewhere_and_held_ones_have_lists_of_their_own(void **state)
{
	(void)state;
	struct summary_row r = quiet_row("acme", "Acme");
	struct summary s = summary_of(&r, 1);
	const char *held[] = { "ArchiveObject:PushCertificate/acme/push" };

	r.action = "FixManifest";
	r.file = "tenants/acme/push.yaml:6";
	r.message = "set spec.topic back";
	s.held = held;
	s.n_held = 1;
	assert_string_equal(
	    between(readme(&s), "do\n", "\n## "),
	    "\n### Elsewhere\n\n| Customer | Step | Where | What | Due |\n|---|---|---|---|---|\n"
	    "| Acme<br>acme/push | FixManifest | tenants/acme/push\\.yaml\\:6 | set spec\\.topic "
	    "back | – | \n"
	    "\n### Held by a safety gate\n\n- ArchiveObject\\:PushCertificate/acme/push\n");
}

static void nothing_that_somebody_wrote_becomes_markup(void **state)
{
	(void)state;
	struct summary_row r = due_row("acme", "[x](http://y) | <b>@all</b>\n# h", 20);
	struct summary s = summary_of(&r, 1);

	r.who = "`Eve`\xe2\x80\xae";
	r.file = "requests/a b)(_é.plist";
	const char *line = portal_lines(&s);
	assert_string_equal(between(line, "| ", "<br>"),
			    "\\[x\\]\\(http\\:&#8203;//y\\) \\| &#60;b&#62;@&#8203;all&#60;/b&#62; \\#&#8203; h");
	assert_string_equal(between(line, "example (", " | "), "\\`Eve\\`\xef\xbf\xbd)");
	assert_string_equal(between(line, "](", " | "), "requests/a%20b%29%28_%C3%A9.plist)");
}

static void certificates_are_counted_and_listed_from_the_worst_band_on(void **state)
{
	(void)state;
	struct summary_row row[] = { quiet_row("alder", "A"), due_row("birch", "B", 20),
				     quiet_row("cedar", "C") };
	struct summary s = summary_of(row, 3);

	s.n_quarantined = 1;
	assert_string_equal(
	    between(readme(&s), "## Certificates by band\n", "no such text"),
	    "\n3 customers, 3 certificates, 1 customer in quarantine.\n\n"
	    "| Band | Certificates |\n|---|---|\n| Ok | 2 |\n| Warning | 1 |\n"
	    "\n### Warning\n\n| Customer | Phase | Expires | Renew from | Verdict |\n"
	    "|---|---|---|---|---|\n"
	    "| B<br>birch/push | Active | 2026-12-28 | 2026-11-13 | Attention | \n"
	    "\n### Ok\n\n| Customer | Phase | Expires | Renew from | Verdict |\n"
	    "|---|---|---|---|---|\n"
	    "| A<br>alder/push | Active | – | – | Fine | \n"
	    "| C<br>cedar/push | Active | – | – | Fine | \n");
}

static void the_request_signer_stands_at_the_end(void **state)
{
	(void)state;
	struct summary s = summary_of(NULL, 0);

	s.signer_name = "MDM Vendor: msp";
	s.signer_not_after = NOW + 14 * DAY_S;
	assert_string_equal(between(readme(&s), "\n## Request signer\n\n", "no such text"),
			    "The MDM vendor certificate MDM Vendor\\: msp signs the requests of "
			    "all customers; it expires on 2026-12-08 (Critical).\n");
}

static void the_clock_changes_no_byte(void **state)
{
	(void)state;
	struct summary_row r = due_row("acme", "Acme Ltd.", 20);
	struct summary s = summary_of(&r, 1);
	const char *before = readme(&s);

	s.now += 300 * DAY_S;
	assert_string_equal(readme(&s), before);
}

static void the_table_is_as_wide_as_what_is_seen(void **state)
{
	(void)state;
	struct summary_row row[] = { quiet_row("acme", "Acme"), due_row("x", "X", 20) };
	struct summary s = summary_of(row, 2);

	row[0].name = "b\xc3\xbc\xc3\xbc\n";
	assert_string_equal(
	    text_of(report_table, &s, &mem),
	    "CERTIFICATE   BAND     PHASE   EXPIRES     NEXT           DUE\n"
	    "acme/b\xc3\xbc\xc3\xbc\\x0a  Ok       Active  -           -              -\n"
	    "x/push        Warning  Active  2026-12-28  RenewAtPortal  2026-12-14\n");
	s.n = 0;
	assert_string_equal(text_of(report_table, &s, &mem),
			    "CERTIFICATE  BAND  PHASE  EXPIRES  NEXT  DUE\n");
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
		cmocka_unit_test(without_customers_there_is_nothing_to_do),
		cmocka_unit_test(a_source_that_failed_stands_first),
		cmocka_unit_test(a_step_at_the_portal_names_all_that_is_needed),
		cmocka_unit_test(the_earliest_stands_first_and_what_has_no_date_last),
		cmocka_unit_test(steps_elsewhere_and_held_ones_have_lists_of_their_own),
		cmocka_unit_test(nothing_that_somebody_wrote_becomes_markup),
		cmocka_unit_test(certificates_are_counted_and_listed_from_the_worst_band_on),
		cmocka_unit_test(the_request_signer_stands_at_the_end),
		cmocka_unit_test(the_clock_changes_no_byte),
		cmocka_unit_test(the_table_is_as_wide_as_what_is_seen),
	};
	return cmocka_run_group_tests(tests, NULL, release);
}
