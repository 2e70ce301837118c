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
			    "f.yaml:11:3: error: no [APN1018 bad-value]\n"
			    "f.yaml:12:3: error: no [APN1018 bad-value]\n"
			    "::notice title=apnsctl::2 more in the log of this step\n");
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

static size_t index_of(unsigned code)
{
	size_t n;

	return (size_t)(rule_of(code) - rules_all(&n));
}

static void sarif_has_all_rules_and_each_result_with_its_places(void **state)
{
	(void)state;
	struct finding *f = add(RULE_MISSING_REFERENCE, "tenants/\xc3\xbc b/a.yaml", 12, "no");
	struct span there = { 5, 9, 5, 14 };
	const char *results;
	struct buf want = BUF_INIT(4096);

	finding_relate(&fs, f, "b.yaml", there, "here");
	finding_suggest(&fs, f, f->at, "apple", "use it");
	emit_lint_sarif(&out, &report, "1.2.3");
	assert_true(text_starts(
		buf_str(&out), "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
			       "\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{"
			       "\"name\":\"apnsctl\",\"semanticVersion\":\"1.2.3\",\"rules\":["
			       "{\"id\":\"APN1001\",\"name\":\"yaml-syntax\","));
	assert_non_null(strstr(
		buf_str(&out),
		"{\"id\":\"APN3009\",\"name\":\"advice\","
		"\"shortDescription\":{\"text\":\"Something optional would help on renewal day.\"},"
		"\"fullDescription\":{\"text\":\"Something optional would help on renewal day.\"},"
		"\"help\":{\"text\":\"Something optional would help on renewal day. `apnsctl "
		"explain APN3009` tells more.\"},\"defaultConfiguration\":{\"level\":\"note\"}}"));
	results = strstr(buf_str(&out), "\"columnKind\"");
	assert_non_null(results);
	buf_addf(
		&want,
		"\"columnKind\":\"unicodeCodePoints\",\"results\":[{\"ruleId\":\"APN2003\","
		"\"ruleIndex\":%zu,\"level\":\"error\",\"message\":{\"text\":\"no\"},"
		"\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{"
		"\"uri\":\"tenants/%%C3%%BC%%20b/a.yaml\"},\"region\":{\"startLine\":12,"
		"\"startColumn\":3,\"endLine\":12,\"endColumn\":7}}}],"
		"\"relatedLocations\":[{\"physicalLocation\":{\"artifactLocation\":{"
		"\"uri\":\"b.yaml\"},\"region\":{\"startLine\":5,\"startColumn\":9,"
		"\"endLine\":5,\"endColumn\":14}},\"message\":{\"text\":\"here\"}}],"
		"\"partialFingerprints\":{\"apnsctl/v1\":\"b64f152476e95ddd124e9865baae933df7bb92cd"
		"f4ccc1f5b2bfedcdc0c22d4c\"},"
		"\"fixes\":[{\"description\":{\"text\":\"use it\"},\"artifactChanges\":[{"
		"\"artifactLocation\":{\"uri\":\"tenants/%%C3%%BC%%20b/a.yaml\"},"
		"\"replacements\":[{"
		"\"deletedRegion\":{\"startLine\":12,\"startColumn\":3,\"endLine\":12,"
		"\"endColumn\":7},\"insertedContent\":{\"text\":\"apple\"}}]}]}]}]}]}\n",
		index_of(RULE_MISSING_REFERENCE));
	assert_string_equal(results, buf_str(&want));
	buf_release(&want);
}

static void junit_has_a_test_for_each_finding(void **state)
{
	(void)state;
	add(RULE_BAD_VALUE, "a<b>.yaml", 12, "\"<no>\" & \033");
	add(RULE_BAD_VALUE, "a<b>.yaml", 12, "again");
	finding_add(&fs, RULE_ADVICE, NULL, (struct span){ 0 }, "note");
	emit_lint_junit(&out, &report);
	assert_string_equal(
		buf_str(&out),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites>\n"
		"  <testsuite name=\"apnsctl lint\" tests=\"3\" failures=\"2\">\n"
		"    <testcase classname=\"a&#60;b&#62;.yaml\" name=\"APN1018 bad-value at 12:3\" "
		"file=\"a&#60;b&#62;.yaml\"><failure message=\"&#34;&#60;no&#62;&#34; &#38; "
		"\xef\xbf\xbd\">a&#60;b&#62;.yaml:12:3: error: &#34;&#60;no&#62;&#34; &#38; \\x1b "
		"[APN1018 bad-value]</failure></testcase>\n"
		"    <testcase classname=\"a&#60;b&#62;.yaml\" name=\"APN1018 bad-value at 12:3 "
		"(2)\" file=\"a&#60;b&#62;.yaml\"><failure message=\"again\">a&#60;b&#62;.yaml:12:"
		"3: error: again [APN1018 bad-value]</failure></testcase>\n"
		"    <testcase classname=\"(repository)\" name=\"APN3009 advice\">"
		"<system-out>note: note [APN3009 advice]</system-out></testcase>\n"
		"  </testsuite>\n"
		"</testsuites>\n");
}

static void junit_without_findings_has_one_test_that_passed(void **state)
{
	(void)state;
	emit_lint_junit(&out, &report);
	assert_string_equal(buf_str(&out),
			    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			    "<testsuites>\n"
			    "  <testsuite name=\"apnsctl lint\" tests=\"1\" failures=\"0\">\n"
			    "    <testcase classname=\"apnsctl\" name=\"lint\"><system-out>40 "
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
		cmocka_unit_test_setup_teardown(gitlab_gets_an_array, begin, end),
		cmocka_unit_test_setup_teardown(
			a_fingerprint_outlives_moved_lines_and_tells_twins_apart, begin, end),
		cmocka_unit_test_setup_teardown(sarif_has_all_rules_and_each_result_with_its_places,
						begin, end),
		cmocka_unit_test_setup_teardown(junit_has_a_test_for_each_finding, begin, end),
		cmocka_unit_test_setup_teardown(junit_without_findings_has_one_test_that_passed,
						begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
