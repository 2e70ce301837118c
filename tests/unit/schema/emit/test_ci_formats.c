/* SPDX-License-Identifier: Apache-2.0 */
/* The formats of lint that CI systems read, byte by byte. */
#include "tests/unit/unit.h"

#include <string.h>

#include "schema/base/text.h"
#include "schema/emit/emit.h"

static struct arena mem = ARENA_INIT;
static struct buf out = BUF_INIT(1 << 20);
static struct findings fs;
static const struct lint_report report = { .findings = &fs, .documents = 40 };

static int begin(void **state)
{
	(void)state;
	fs = (struct findings)FINDINGS_INIT(&mem);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_release(&mem);
	buf_release(&out);
	return 0;
}

static struct finding *add(enum rule_code code, const char *file, uint32_t line,
			   const char *message)
{
	return finding_add(&fs, code, file, (struct span){ line, 3, line, 7 }, "%s", message);
}

static void github_gets_commands_with_escapes(void **state)
{
	(void)state;
	add(RULE_UNREFERENCED_FILE, "a,b:%.pem", 2, "50 % of \n::error::it");
	add(RULE_MISSING_REFERENCE, "tenants/acme/push.yaml", 12, "aple does not exist");
	finding_add(&fs, RULE_ADVICE, NULL, (struct span){ 0 }, "note");
	finding_add(&fs, RULE_YAML_SYNTAX, "x.yaml", (struct span){ 1, 2, 3, 1 }, "\033[2J");
	emit_lint_github(&out, &report);
	assert_string_equal(
		buf_str(&out),
		"::error file=tenants/acme/push.yaml,line=12,endLine=12,col=3,endColumn=7,"
		"title=APN2003 missing-reference::aple does not exist\n"
		"::error file=x.yaml,line=1,endLine=3,title=APN1001 yaml-syntax::\\x1b[2J\n"
		"::warning file=a%2Cb%3A%25.pem,line=2,endLine=2,col=3,endColumn=7,"
		"title=APN2012 unreferenced-file::50 %25 of \\x0a::error::it\n"
		"::notice title=APN3009 advice::note\n");
}

static void github_gets_ten_of_a_level_and_the_rest_as_lines(void **state)
{
	(void)state;
	const char *rest;

	for (uint32_t i = 1; i <= 12; i++)
		add(RULE_BAD_VALUE, "f.yaml", i, "no");
	emit_lint_github(&out, &report);
	rest = strstr(buf_str(&out), "::error file=f.yaml,line=10,");
	assert_non_null(rest);
	assert_string_equal(strchr(rest, '\n') + 1,
			    "::notice title=apnsctl::2 more in the log of this step\n"
			    "f.yaml:11:3: error: no [APN1018 bad-value]\n"
			    "f.yaml:12:3: error: no [APN1018 bad-value]\n");
}

static void github_gets_ten_notices_with_those_that_tell_what_is_missing(void **state)
{
	(void)state;
	const struct check_skipped skipped = { "published-pins", "100 %: fetch it\n::error::x" };
	struct lint_report r = { .findings = &fs, .skipped = &skipped, .n_skipped = 1 };
	const char *rest;

	for (uint32_t i = 1; i <= 9; i++)
		add(RULE_ADVICE, "f.yaml", i, "##[error]x");
	emit_lint_github(&out, &r);
	rest = strstr(buf_str(&out), "::notice file=f.yaml,line=8,");
	assert_non_null(rest);
	assert_string_equal(
		strchr(rest, '\n') + 1,
		"::notice title=published-pins::not checked: 100 %25: fetch it\\x0a::error::x\n"
		"::notice title=apnsctl::1 more in the log of this step\n"
		"f.yaml:9:3: note: \\x23#[error]x [APN3009 advice]\n");
}

static void the_summary_is_a_table_whose_cells_are_text(void **state)
{
	(void)state;
	const struct check_skipped skipped = { "published-pins", "No branch; fetch <it>." };
	struct lint_report r = {
		.findings = &fs, .documents = 1, .skipped = &skipped, .n_skipped = 1
	};

	add(RULE_UNREFERENCED_FILE, "a|b`.pem", 2, "x|y <script> [a](b) @all\n# h");
	finding_add(&fs, RULE_NO_ORGANIZATION, NULL, (struct span){ 0 }, "None.");
	emit_lint_summary(&out, &r, 1000);
	assert_string_equal(buf_str(&out),
			    "### apnsctl lint: 1 document: 1 error, 1 warning, 0 notes\n"
			    "\n"
			    "Not checked: No branch; fetch &#60;it&#62;\\.\n"
			    "\n"
			    "| level | place | finding | rule |\n"
			    "|---|---|---|---|\n"
			    "| error |  | None\\. | APN2007 no-organization |\n"
			    "| warning | a\\|b\\`\\.pem\\:2\\:3 | x\\|y &#60;script&#62; "
			    "\\[a\\]\\(b\\) @&#8203;all "
			    "\\#&#8203; h | APN2012 unreferenced-file |\n");
}

static void the_summary_is_cut_between_two_rows(void **state)
{
	(void)state;
	const char *end;
	size_t whole;

	for (uint32_t i = 1; i <= 9; i++)
		add(RULE_BAD_VALUE, "f.yaml", i, "no");
	emit_lint_summary(&out, &report, 100000);
	whole = out.len;
	buf_clear(&out);
	emit_lint_summary(&out, &report, whole - 1);
	assert_in_range(out.len, 1, whole - 1);
	end = strstr(buf_str(&out), "| error | f\\.yaml\\:7\\:3 |");
	assert_non_null(end);
	assert_string_equal(end, "| error | f\\.yaml\\:7\\:3 | no | APN1018 bad-value |\n"
				 "\n2 more are in the log of this step.\n");
	buf_clear(&out);
	emit_lint_summary(&out, &report, 20);
	assert_string_equal(buf_str(&out), "");
}

static void gitlab_gets_an_array(void **state)
{
	(void)state;
	emit_lint_gitlab(&out, &report);
	assert_string_equal(buf_str(&out), "[]\n");
	buf_clear(&out);
	add(RULE_MISSING_REFERENCE, "a.yaml", 12, "say \"no\"");
	emit_lint_gitlab(&out, &report);
	assert_string_equal(buf_str(&out),
			    "[\n"
			    "  {\n"
			    "    \"description\": \"say \\\"no\\\"\",\n"
			    "    \"check_name\": \"APN2003\",\n"
			    "    \"fingerprint\": \"a25a3faecc609720f135c9f89501faa20fee75adaec281"
			    "09598acf65ea10bfcb\",\n"
			    "    \"severity\": \"major\",\n"
			    "    \"location\": {\n"
			    "      \"path\": \"a.yaml\",\n"
			    "      \"lines\": {\n"
			    "        \"begin\": 12\n"
			    "      }\n"
			    "    }\n"
			    "  }\n"
			    "]\n");
}

/* The fingerprint of the n-th finding in the GitLab format. */
static char *fingerprint(unsigned n)
{
	const char *at;

	buf_clear(&out);
	emit_lint_gitlab(&out, &report);
	at = buf_str(&out);
	for (unsigned i = 0; i <= n; i++)
		at = strstr(at + 1, "\"fingerprint\": \"");
	assert_non_null(at);
	return arena_strndup(&mem, at + 16, 64);
}

static void a_fingerprint_outlives_moved_lines_and_tells_twins_apart(void **state)
{
	(void)state;
	struct finding *f = add(RULE_BAD_VALUE, "a.yaml", 12, "no");

	f->pointer = "/spec/topic";
	f->object = (struct ref){ KIND_PushCertificate, "acme", "push" };
	char *before = fingerprint(0);
	fs.item[0].at.line = 99;
	fs.item[0].message = "other words";
	assert_string_equal(fingerprint(0), before);

	f = add(RULE_BAD_VALUE, "a.yaml", 100, "no");
	f->pointer = "/spec/topic";
	f->object = (struct ref){ KIND_PushCertificate, "acme", "push" };
	assert_string_equal(fingerprint(0), before);
	assert_string_not_equal(fingerprint(1), before);
	fs.item[0].object.name = "other";
	assert_string_not_equal(fingerprint(0), before);
	assert_string_equal(fingerprint(1), before);
}

static void junit_has_a_test_for_each_finding(void **state)
{
	(void)state;
	const struct ref push = { KIND_PushCertificate, "acme", "push" };
	struct finding *f = add(RULE_BAD_VALUE, "a<b>.yaml", 12, "\"<no>\" &\n\033");

	f->object = push;
	f->pointer = "/spec/topic";
	f = add(RULE_BAD_VALUE, "a<b>.yaml", 99, "again");
	f->object = push;
	f->pointer = "/spec/topic";
	finding_add(&fs, RULE_ADVICE, NULL, (struct span){ 0 }, "note");
	emit_lint_junit(&out, &report);
	assert_string_equal(
		buf_str(&out),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites>\n"
		"  <testsuite name=\"apnsctl lint\" tests=\"3\" failures=\"2\" errors=\"0\" "
		"skipped=\"0\">\n"
		"    <testcase classname=\"a&#60;b&#62;.yaml\" name=\"APN1018 bad-value "
		"PushCertificate/acme/push /spec/topic\" "
		"file=\"a&#60;b&#62;.yaml\"><failure message=\"&#34;&#60;no&#62;&#34; &#38;"
		"&#10;\xef\xbf\xbd\">a&#60;b&#62;.yaml:12:3: error: &#34;&#60;no&#62;&#34; "
		"&#38;\\x0a\\x1b "
		"[APN1018 bad-value]</failure></testcase>\n"
		"    <testcase classname=\"a&#60;b&#62;.yaml\" name=\"APN1018 bad-value "
		"(2) PushCertificate/acme/push /spec/topic\" file=\"a&#60;b&#62;.yaml\"><failure "
		"message=\"again\">a&#60;b&#62;.yaml:99:"
		"3: error: again [APN1018 bad-value]</failure></testcase>\n"
		"    <testcase classname=\"(repository)\" name=\"APN3009 advice\">"
		"<system-out>note: note [APN3009 advice]</system-out></testcase>\n"
		"  </testsuite>\n"
		"</testsuites>\n");
}

static void junit_tells_what_was_skipped_and_keeps_apart_what_xml_can_not_hold(void **state)
{
	(void)state;
	const struct check_skipped skipped = { "published-pins", "No <branch>." };
	struct lint_report r = { .findings = &fs, .skipped = &skipped, .n_skipped = 1 };

	add(RULE_BAD_VALUE, "\001", 1, "no");
	add(RULE_BAD_VALUE, "\002", 1, "no");
	emit_lint_junit(&out, &r);
	assert_non_null(
		strstr(buf_str(&out), "tests=\"3\" failures=\"2\" errors=\"0\" skipped=\"1\""));
	assert_non_null(strstr(buf_str(&out), "<testcase classname=\"\\x01\" "));
	assert_non_null(strstr(buf_str(&out), "<testcase classname=\"\\x02\" "));
	assert_non_null(strstr(buf_str(&out),
			       "    <testcase classname=\"(repository)\" name=\"published-pins\">"
			       "<skipped>No &#60;branch&#62;.</skipped></testcase>\n"));
}

static void junit_without_findings_has_one_test_that_passed(void **state)
{
	(void)state;
	emit_lint_junit(&out, &report);
	assert_string_equal(buf_str(&out),
			    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			    "<testsuites>\n"
			    "  <testsuite name=\"apnsctl lint\" tests=\"1\" failures=\"0\" "
			    "errors=\"0\" skipped=\"0\">\n"
			    "    <testcase classname=\"(repository)\" name=\"lint\"><system-out>40 "
			    "documents</system-out></testcase>\n"
			    "  </testsuite>\n"
			    "</testsuites>\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(github_gets_commands_with_escapes, begin, end),
		cmocka_unit_test_setup_teardown(github_gets_ten_of_a_level_and_the_rest_as_lines,
						begin, end),
		cmocka_unit_test_setup_teardown(
			github_gets_ten_notices_with_those_that_tell_what_is_missing, begin, end),
		cmocka_unit_test_setup_teardown(the_summary_is_a_table_whose_cells_are_text, begin,
						end),
		cmocka_unit_test_setup_teardown(the_summary_is_cut_between_two_rows, begin, end),
		cmocka_unit_test_setup_teardown(gitlab_gets_an_array, begin, end),
		cmocka_unit_test_setup_teardown(
			a_fingerprint_outlives_moved_lines_and_tells_twins_apart, begin, end),
		cmocka_unit_test_setup_teardown(junit_has_a_test_for_each_finding, begin, end),
		cmocka_unit_test_setup_teardown(
			junit_tells_what_was_skipped_and_keeps_apart_what_xml_can_not_hold, begin,
			end),
		cmocka_unit_test_setup_teardown(junit_without_findings_has_one_test_that_passed,
						begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
