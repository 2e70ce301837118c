/* SPDX-License-Identifier: Apache-2.0 */
/* SARIF, byte by byte, and GitHub's limits. */
#include "tests/unit/unit.h"

#include <string.h>

#include "schema/base/text.h"
#include "schema/emit/emit.h"

static struct arena mem = ARENA_INIT;
static struct buf out = BUF_INIT(64 << 20);
static struct findings fs;
static struct lint_report report;

static int begin(void **state)
{
	(void)state;
	fs = (struct findings)FINDINGS_INIT(&mem);
	report = (struct lint_report){ .findings = &fs, .documents = 40 };
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

static size_t index_of(unsigned code)
{
	size_t n;

	return (size_t)(rule_of(code) - rules_all(&n));
}

/* The report from its invocations on. */
static const char *tail(void)
{
	const char *at;

	buf_clear(&out);
	emit_lint_sarif(&out, &report, "1.2.3");
	at = strstr(buf_str(&out), "\"invocations\"");
	assert_non_null(at);
	return at;
}

static unsigned count(const char *text, const char *part)
{
	unsigned n = 0;

	for (; (text = strstr(text, part)); text++)
		n++;
	return n;
}

#define TOO_LARGE "A manifest has at most 100000 lines, 5000 documents and 1 MiB."

static void rules_bring_their_page(void **state)
{
	(void)state;
	tail();
	assert_true(text_starts(buf_str(&out),
				"{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
				"\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{"
				"\"name\":\"apnsctl\",\"semanticVersion\":\"1.2.3\",\"rules\":["
				"{\"id\":\"APN1001\",\"name\":\"yaml-syntax\","));
	assert_non_null(strstr(
	    buf_str(&out),
	    "{\"id\":\"APN1007\",\"name\":\"file-too-large\","
	    "\"shortDescription\":{\"text\":\"" TOO_LARGE "\"},"
	    "\"fullDescription\":{\"text\":\"" TOO_LARGE "\"},"
	    "\"help\":{\"text\":\"" TOO_LARGE " A manifest that large is no manifest; several "
	    "smaller ones are easier to review as well. The limits also keep one file from "
	    "stopping everybody's run. `apnsctl explain APN1007` tells more.\","
	    "\"markdown\":\"" TOO_LARGE "\\n\\nLevel: **error**."));
	assert_non_null(strstr(buf_str(&out),
			       "\\n\\nTold by `apnsctl lint`.\\n\\nBreaks the rule:\\n\\n```text\\n"
			       "tenants/acme/example.yaml: 100001 lines of \\\"#\\\"\\n```\\n"));
	assert_non_null(strstr(buf_str(&out), "\"},\"defaultConfiguration\":{\"level\":\"error\"},"
					      "\"properties\":{\"precision\":\"very-high\","
					      "\"problem.severity\":\"error\"}}"));
	assert_non_null(strstr(buf_str(&out),
			       "\\n\\nBreaks the rule, in `tenants/acme/example.yaml`:\\n\\n"
			       "```yaml\\n"));
	assert_non_null(strstr(buf_str(&out), "\"problem.severity\":\"recommendation\""));
}

static void a_result_has_its_places_and_its_fix(void **state)
{
	(void)state;
	struct finding *f = add(RULE_MISSING_REFERENCE, "tenants/\xc3\xbc b/a.yaml", 12, "no");
	struct span there = { 5, 9, 5, 14 };
	struct buf want = BUF_INIT(4096);

	finding_relate(&fs, f, "b.yaml", there, "here");
	finding_suggest(&fs, f, f->at, "apple", "use it");
	buf_addf(&want,
		 "\"invocations\":[{\"executionSuccessful\":true,"
		 "\"toolExecutionNotifications\":[]}],"
		 "\"columnKind\":\"unicodeCodePoints\",\"results\":[{\"ruleId\":\"APN2003\","
		 "\"ruleIndex\":%zu,\"level\":\"error\",\"message\":{\"text\":\"no\"},"
		 "\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{"
		 "\"uri\":\"tenants/%%C3%%BC%%20b/a.yaml\"},\"region\":{\"startLine\":12,"
		 "\"startColumn\":3,\"endLine\":12,\"endColumn\":7}}}],"
		 "\"relatedLocations\":[{\"physicalLocation\":{\"artifactLocation\":{"
		 "\"uri\":\"b.yaml\"},\"region\":{\"startLine\":5,\"startColumn\":9,"
		 "\"endLine\":5,\"endColumn\":14}},\"message\":{\"text\":\"here\"}}],"
		 "\"partialFingerprints\":{\"primaryLocationLineHash\":\"b64f152476e95ddd:1\","
		 "\"apnsctl/v1\":\"b64f152476e95ddd124e9865baae933df7bb92cdf4ccc1f5b2bfedcdc0c22d4c"
		 "\"},"
		 "\"fixes\":[{\"description\":{\"text\":\"use it\"},\"artifactChanges\":[{"
		 "\"artifactLocation\":{\"uri\":\"tenants/%%C3%%BC%%20b/a.yaml\"},"
		 "\"replacements\":[{"
		 "\"deletedRegion\":{\"startLine\":12,\"startColumn\":3,\"endLine\":12,"
		 "\"endColumn\":7},\"insertedContent\":{\"text\":\"apple\"}}]}]}]}]}]}\n",
		 index_of(RULE_MISSING_REFERENCE));
	assert_string_equal(tail(), buf_str(&want));
	buf_release(&want);
}

static const char *two_lines(void *self, const char *file, size_t *len)
{
	static const char text[] = " a:\nb";

	(void)self;
	(void)file;
	*len = strlen(text);
	return text;
}

static void a_place_has_the_hash_of_its_line(void **state)
{
	(void)state;
	const struct source_texts sources = { two_lines, NULL };

	report.sources = &sources;
	add(RULE_BAD_VALUE, "a.yaml", 1, "no");
	add(RULE_BAD_VALUE, "a.yaml", 1, "no again");
	add(RULE_BAD_VALUE, "a.yaml", 2, "no");
	assert_int_equal(count(tail(), "\"primaryLocationLineHash\":\"5f88905e5b2f680e:1\""), 2);
	assert_int_equal(count(tail(), "\"primaryLocationLineHash\":\"8ee5a81e681643c1:1\""), 1);
}

static void what_concerns_no_file_stands_at_the_organization(void **state)
{
	(void)state;
	static const char place[] = "\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{"
				    "\"uri\":\"msp/organization.yaml\"}}}]";

	report.organization = "msp/organization.yaml";
	finding_add(&fs, RULE_NO_ORGANIZATION, NULL, (struct span){ 0 }, "None.");
	assert_non_null(strstr(tail(), place));
}

static void what_was_not_checked_is_told(void **state)
{
	(void)state;
	const struct check_skipped skipped = { "published-pins", "No branch." };

	report.skipped = &skipped;
	report.n_skipped = 1;
	assert_non_null(strstr(tail(), "\"toolExecutionNotifications\":[{\"descriptor\":{"
				       "\"id\":\"published-pins\"},\"level\":\"note\","
				       "\"message\":{\"text\":\"No branch.\"}}]"));
}

static void a_text_is_cut_at_1024_characters_and_makes_no_link(void **state)
{
	(void)state;
	char message[3 * 1024 + 1];

	add(RULE_BAD_VALUE, "a.yaml", 1, "see [this](https://evil.example)");
	assert_non_null(strstr(tail(), "{\"text\":\"see [this\\\\](https://evil.example)\"}"));
	for (size_t i = 0; i < 1024; i++)
		memcpy(message + 3 * i, "\xe6\x97\xa5", 4);
	fs.n = 0;
	add(RULE_BAD_VALUE, "a.yaml", 1, message);
	assert_int_equal(count(tail(), "\xe6\x97\xa5"), 1023);
	assert_non_null(strstr(tail(), "\xe6\x97\xa5\xe2\x80\xa6\"}"));
}

static void the_limit_of_results_cuts_notes_before_errors(void **state)
{
	(void)state;
	enum { N = 25003 };

	/* More than lint lists. */
	add(RULE_ADVICE, "a.yaml", 1, "x");
	add(RULE_BAD_VALUE, "z.yaml", 1, "x");
	struct finding *item = arena_array(&mem, N, sizeof(*item));
	for (size_t i = 0; i < N; i++)
		item[i] = fs.item[i + 1 == N];
	for (size_t i = 0; i + 1 < N; i++)
		item[i].file = arena_printf(&mem, "%05zu.yaml", i);
	fs.item = item;
	fs.n = N;
	assert_int_equal(count(tail(), "\"ruleId\":"), 25000);
	assert_int_equal(count(tail(), "\"ruleId\":\"APN1018\""), 1);
	assert_non_null(strstr(tail(), "\"results\":[{\"ruleId\":\"APN1018\""));
	assert_non_null(strstr(tail(), "{\"text\":\"3 findings are not listed.\"}"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rules_bring_their_page, begin, end),
		cmocka_unit_test_setup_teardown(a_result_has_its_places_and_its_fix, begin, end),
		cmocka_unit_test_setup_teardown(a_place_has_the_hash_of_its_line, begin, end),
		cmocka_unit_test_setup_teardown(what_concerns_no_file_stands_at_the_organization,
						begin, end),
		cmocka_unit_test_setup_teardown(what_was_not_checked_is_told, begin, end),
		cmocka_unit_test_setup_teardown(a_text_is_cut_at_1024_characters_and_makes_no_link,
						begin, end),
		cmocka_unit_test_setup_teardown(the_limit_of_results_cuts_notes_before_errors,
						begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
