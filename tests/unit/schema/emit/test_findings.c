/* SPDX-License-Identifier: Apache-2.0 */
/* The formats of lint, byte by byte. */
#include "tests/unit/unit.h"

#include <string.h>

#include "schema/emit/emit.h"

static struct arena mem = ARENA_INIT;
static struct buf out = BUF_INIT(1 << 20);

static int fresh(void **state)
{
	(void)state;
	arena_release(&mem);
	buf_release(&out);
	return 0;
}

/* The source of every file in these tests. */
static const char *source(void *self, const char *file, size_t *len)
{
	const struct buf *b = self;

	(void)file;
	*len = b->len;
	return b->data;
}

/* `line` is the source line that the first finding stands on; NULL: there is no source. */
static void text_in(unsigned columns, const struct findings *fs, const char *line, unsigned flags)
{
	struct buf file = BUF_INIT(1 << 22);
	struct source_texts src = { source, &file };
	struct lint_report r = { .findings = fs, .documents = 40, .sources = line ? &src : NULL };

	for (uint32_t i = 1; line && i < fs->item[0].at.line; i++)
		buf_adds(&file, "another line\n");
	buf_adds(&file, line ? line : "");
	buf_adds(&file, "\r\nlast");
	emit_lint_text(&out, &r, columns, flags);
	buf_release(&file);
}

static void text(const struct findings *fs, const char *line, unsigned flags)
{
	text_in(0, fs, line, flags);
}

static struct finding *missing(struct findings *fs)
{
	struct span at = { 12, 15, 12, 19 };

	return finding_add(fs, RULE_MISSING_REFERENCE, "tenants/acme/push.yaml", at,
			   "AppleIDAlias/acme/aple does not exist; did you mean apple?");
}

static void text_shows_the_place_what_is_related_and_the_fix(void **state)
{
	(void)state;
	struct findings fs = FINDINGS_INIT(&mem);
	struct finding *f = missing(&fs);
	struct span there = { 5, 9, 5, 14 };

	finding_relate(&fs, f, "tenants/acme/apple.yaml", there, "AppleIDAlias/acme/apple is here");
	finding_suggest(&fs, f, f->at, "apple", "use the name that exists");
	text(&fs, "  appleIdRef: aple", 0);
	assert_string_equal(
		buf_str(&out),
		"tenants/acme/push.yaml:12:15: error: AppleIDAlias/acme/aple does not exist; did "
		"you mean apple? [APN2003 missing-reference]\n"
		"   |\n"
		"12 |   appleIdRef: aple\n"
		"   |               ^^^^\n"
		"   = tenants/acme/apple.yaml:5:9: AppleIDAlias/acme/apple is here\n"
		"   = fix: use the name that exists (write \"apple\")\n"
		"\n"
		"40 documents: 1 error, 0 warnings, 0 notes\n");
}

static void a_fix_that_holds_quotes_gets_no_more_of_them(void **state)
{
	(void)state;
	struct findings fs = FINDINGS_INIT(&mem);
	struct span at = { 9, 16, 9, 19 };
	struct finding *f = finding_add(&fs, RULE_AMBIGUOUS_SCALAR, "t.yaml", at, "it is yes");

	finding_suggest(&fs, f, at, "\"yes\"", "put it in quotes");
	text(&fs, NULL, 0);
	assert_non_null(strstr(buf_str(&out), "  = fix: put it in quotes (write \"yes\")\n"));
}

static void text_without_the_source_has_no_frame(void **state)
{
	(void)state;
	struct findings fs = FINDINGS_INIT(&mem);
	struct span whole = { 0 };

	missing(&fs);
	finding_add(&fs, RULE_FILE_TOO_LARGE, "big.yaml", whole, "The file has 3 MiB.");
	finding_add(&fs, RULE_NO_ORGANIZATION, NULL, whole, "There is no Organization.");
	text(&fs, NULL, 0);
	assert_string_equal(
		buf_str(&out),
		"tenants/acme/push.yaml:12:15: error: AppleIDAlias/acme/aple does not exist; did "
		"you mean apple? [APN2003 missing-reference]\n"
		"\n"
		"big.yaml: error: The file has 3 MiB. [APN1007 file-too-large]\n"
		"\n"
		"error: There is no Organization. [APN2007 no-organization]\n"
		"\n"
		"40 documents: 3 errors, 0 warnings, 0 notes\n");
}

static void colour_marks_the_level_and_the_place(void **state)
{
	(void)state;
	struct findings fs = FINDINGS_INIT(&mem);
	struct span at = { 1, 1, 1, 2 };

	finding_add(&fs, RULE_UNREFERENCED_FILE, "a.pem", at, "Nobody uses it.");
	text(&fs, "x", EMIT_COLOUR);
	assert_string_equal(buf_str(&out),
			    "\033[1ma.pem:1:1: \033[33mwarning:\033[0m Nobody uses it. "
			    "[APN2012 unreferenced-file]\n"
			    "  |\n"
			    "1 | x\n"
			    "  | \033[33m^\033[0m\n"
			    "\n"
			    "40 documents: 0 errors, 1 warning, 0 notes\n");
}

static void hostile_text_can_not_act(void **state)
{
	(void)state;
	struct findings fs = FINDINGS_INIT(&mem);
	struct span at = { 3, 4, 3, 5 };
	struct finding *f = finding_add(&fs, RULE_BAD_VALUE, "::add-mask::\033[2J\n.yaml", at,
					"Not a name: \xe2\x80\xae"
					"evil\r\n::error::x \xff");

	finding_relate(&fs, f, "##vso[x]", at, "\033]0;title\a");
	finding_suggest(&fs, f, f->at, "\033[31m", "\ttidy");
	text(&fs, "a: \033[2J\xe2\x80\xae", 0);
	assert_string_equal(buf_str(&out),
			    "./::add-mask::\\x1b[2J\\x0a.yaml:3:4: error: Not a name: "
			    "\\u{202e}evil\\x0d\\x0a::error::x \\xff [APN1018 bad-value]\n"
			    "  |\n"
			    "3 | a: \\x1b[2J\\u{202e}\n"
			    "  |    ^^^^\n"
			    "  = ./\\x23#vso[x]:3:4: \\x1b]0;title\\x07\n"
			    "  = fix: \\x09tidy (write \"\\x1b[31m\")\n"
			    "\n"
			    "40 documents: 1 error, 0 warnings, 0 notes\n");
}

static void frame_in(unsigned columns, const char *line, struct span at, const char *shown,
		     const char *carets)
{
	struct findings fs = FINDINGS_INIT(&mem);
	struct buf want = BUF_INIT(4096);

	finding_add(&fs, RULE_BAD_VALUE, "f", at, "m");
	buf_clear(&out);
	text_in(columns, &fs, line, 0);
	buf_addf(&want,
		 "f:%u:%u: error: m [APN1018 bad-value]\n  |\n%u | %s\n  | %s\n\n"
		 "40 documents: 1 error, 0 warnings, 0 notes\n",
		 at.line, at.col, at.line, shown, carets);
	assert_string_equal(buf_str(&out), buf_str(&want));
	buf_release(&want);
}

static void frame_of(const char *line, struct span at, const char *shown, const char *carets)
{
	frame_in(0, line, at, shown, carets);
}

static void carets_stand_under_the_very_characters(void **state)
{
	(void)state;
	/* columns count code points; wide ones take two columns, marks none, a tab is shown as 4 */
	frame_of("a: \xe6\x97\xa5\xe6\x9c\xac x", (struct span){ 1, 4, 1, 6 },
		 "a: \xe6\x97\xa5\xe6\x9c\xac x", "   ^^^^");
	frame_of("e\xcc\x81: x", (struct span){ 1, 5, 1, 6 }, "e\xcc\x81: x", "   ^");
	frame_of("\xe0\xb8\x81\xe0\xb8\xb4\xe0\xb9\x88: x", (struct span){ 1, 6, 1, 7 },
		 "\xe0\xb8\x81\xe0\xb8\xb4\xe0\xb9\x88: x", "   ^");
	frame_of("\xf0\x9f\x9a\x80 x", (struct span){ 1, 3, 1, 4 }, "\xf0\x9f\x9a\x80 x", "   ^");
	frame_of("\tx", (struct span){ 1, 2, 1, 3 }, "    x", "    ^");
	frame_of("\tx", (struct span){ 1, 1, 1, 2 }, "    x", "^^^^");
	/* an empty place, one behind the end, one that goes on on the next line */
	frame_of("abc", (struct span){ 1, 2, 1, 2 }, "abc", " ^");
	frame_of("abc", (struct span){ 1, 4, 1, 5 }, "abc", "   ^");
	frame_of("abc", (struct span){ 1, 2, 2, 1 }, "abc", " ^^");
	frame_of("", (struct span){ 1, 1, 1, 1 }, "", "^");
}

static void only_the_part_around_the_place_of_a_long_line_is_shown(void **state)
{
	(void)state;
	char line[2001], source[200] = "...", carets[200];

	memset(line, 'x', 2000);
	line[2000] = 0;
	memset(source + 3, 'x', 100);
	strcpy(source + 103, "...");
	memset(carets, ' ', 43);
	strcpy(carets + 43, "^^");
	frame_of(line, (struct span){ 1, 1000, 1, 1002 }, source, carets);

	memset(source, 'x', 100);
	strcpy(source + 100, "...");
	strcpy(carets, "^");
	frame_of(line, (struct span){ 1, 1, 1, 2 }, source, carets);

	/* a place longer than what is shown */
	memset(carets, '^', 100);
	carets[100] = 0;
	frame_of(line, (struct span){ 1, 1, 1, 1999 }, source, carets);
}

static void a_frame_fits_the_terminal(void **state)
{
	(void)state;
	/* 40 columns: a margin of 1, " | ", two "..." leave 30, 12 of them before the place */
	frame_in(40, "01234567890123456789012345678901234567890123456789",
		 (struct span){ 1, 25, 1, 27 }, "...234567890123456789012345678901...",
		 "               ^^");
	/* what fits is shown whole, wherever the place is */
	frame_in(40, "012345678901234567890123456789", (struct span){ 1, 29, 1, 31 },
		 "012345678901234567890123456789", "                            ^^");
	/* wide characters take the room of two; a mark stays with its letter */
	frame_in(40,
		 "\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5"
		 "\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5"
		 "\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5",
		 (struct span){ 1, 13, 1, 14 },
		 "...\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5"
		 "\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5",
		 "               ^^");
	frame_in(40,
		 "01234567890e\xcc\x81"
		 "23456789012345678901234567",
		 (struct span){ 1, 26, 1, 27 }, "...23456789012345678901234567",
		 "               ^");
	/* a terminal that is too narrow for any of it */
	frame_in(5, "0123456789012345678901234567890", (struct span){ 1, 1, 1, 2 },
		 "01234567890123456789...", "^");
}

static void a_letter_with_a_thousand_marks_ends_the_frame(void **state)
{
	(void)state;
	struct findings fs = FINDINGS_INIT(&mem);
	char line[2 * 4000 + 2] = "x";

	for (size_t i = 0; i < 4000; i++)
		memcpy(line + 1 + 2 * i, "\xcc\x81", 3);
	finding_add(&fs, RULE_BAD_VALUE, "f", (struct span){ 1, 1, 1, 2 }, "m");
	text(&fs, line, 0);
	assert_in_range(out.len, 1600, 1900);
}

static void no_text_is_a_command_in_the_middle_of_a_line(void **state)
{
	(void)state;
	struct findings fs = FINDINGS_INIT(&mem);

	finding_add(&fs, RULE_BAD_VALUE, " \xc2\xa0::error::x", (struct span){ 1, 4, 1, 5 },
		    "It is ##[add-mask]a and ##vso[x]b, ## no [c].");
	text(&fs, "a: ##[error]b", 0);
	assert_string_equal(buf_str(&out), "./ \xc2\xa0::error::x:1:4: error: It is "
					   "\\x23#[add-mask]a and \\x23#vso[x]b, ## no "
					   "[c]. [APN1018 bad-value]\n"
					   "  |\n"
					   "1 | a: \\x23#[error]b\n"
					   "  |    ^^^^\n"
					   "\n"
					   "40 documents: 1 error, 0 warnings, 0 notes\n");
}

static void concise_is_one_line_each_and_nothing_else(void **state)
{
	(void)state;
	struct findings fs = FINDINGS_INIT(&mem);
	struct span whole = { 0 };
	struct lint_report r = { .findings = &fs, .documents = 2 };

	emit_lint_concise(&out, &r);
	assert_string_equal(buf_str(&out), "");
	missing(&fs);
	finding_add(&fs, RULE_ADVICE, "organization.yaml", whole, "two\nlines");
	emit_lint_concise(&out, &r);
	assert_string_equal(
		buf_str(&out),
		"tenants/acme/push.yaml:12:15: error: AppleIDAlias/acme/aple does not exist; did "
		"you mean apple? [APN2003 missing-reference]\n"
		"organization.yaml: note: two\\x0alines [APN3009 advice]\n");
}

static const char report[] =
	"{\n"
	"  \"apiVersion\": \"apnsctl/v1\",\n"
	"  \"kind\": \"LintReport\",\n"
	"  \"summary\": {\n"
	"    \"errors\": 2,\n"
	"    \"warnings\": 0,\n"
	"    \"notes\": 0,\n"
	"    \"ignored\": 3,\n"
	"    \"documents\": 40\n"
	"  },\n"
	"  \"checksSkipped\": [\n"
	"    {\n"
	"      \"code\": \"published-pin\",\n"
	"      \"reason\": \"There is no status branch.\"\n"
	"    }\n"
	"  ],\n"
	"  \"findings\": [\n"
	"    {\n"
	"      \"code\": \"APN2003\",\n"
	"      \"level\": \"error\",\n"
	"      \"message\": \"AppleIDAlias/acme/aple does not exist; did you "
	"mean apple?\",\n"
	"      \"file\": \"tenants/acme/push.yaml\",\n"
	"      \"line\": 12,\n"
	"      \"column\": 15,\n"
	"      \"endLine\": 12,\n"
	"      \"endColumn\": 19,\n"
	"      \"object\": {\n"
	"        \"kind\": \"PushCertificate\",\n"
	"        \"tenant\": \"acme\",\n"
	"        \"name\": \"push\"\n"
	"      },\n"
	"      \"pointer\": \"/spec/appleIdRef\",\n"
	"      \"related\": [\n"
	"        {\n"
	"          \"message\": \"here\",\n"
	"          \"file\": \"a\\\"\\u0001.yaml\",\n"
	"          \"line\": 5,\n"
	"          \"column\": 9,\n"
	"          \"endLine\": 5,\n"
	"          \"endColumn\": 14\n"
	"        }\n"
	"      ],\n"
	"      \"fix\": {\n"
	"        \"title\": \"use it\",\n"
	"        \"file\": \"tenants/acme/push.yaml\",\n"
	"        \"line\": 12,\n"
	"        \"column\": 15,\n"
	"        \"endLine\": 12,\n"
	"        \"endColumn\": 19,\n"
	"        \"text\": \"apple\"\n"
	"      }\n"
	"    },\n"
	"    {\n"
	"      \"code\": \"APN2007\",\n"
	"      \"level\": \"error\",\n"
	"      \"message\": \"None.\",\n"
	"      \"related\": []\n"
	"    }\n"
	"  ]\n"
	"}\n";

static void json_is_the_report_of_the_design(void **state)
{
	(void)state;
	const struct check_skipped skipped = { "published-pin", "There is no status branch." };
	struct findings fs = FINDINGS_INIT(&mem);
	struct finding *f = missing(&fs);
	struct span there = { 5, 9, 5, 14 };
	struct lint_report r = { .findings = &fs,
				 .documents = 40,
				 .ignored = 3,
				 .skipped = &skipped,
				 .n_skipped = 1 };

	f->object = (struct ref){ KIND_PushCertificate, "acme", "push" };
	f->pointer = "/spec/appleIdRef";
	finding_relate(&fs, f, "a\"\x01.yaml", there, "here");
	finding_suggest(&fs, f, f->at, "apple", "use it");
	finding_add(&fs, RULE_NO_ORGANIZATION, NULL, (struct span){ 0 }, "None.");
	emit_lint_json(&out, &r);
	assert_string_equal(buf_str(&out), report);
}

static void skipped_checks_are_told_in_the_text(void **state)
{
	(void)state;
	const struct check_skipped skipped = { "published-pin",
					       "There is no status branch; fetch it." };
	struct findings fs = FINDINGS_INIT(&mem);
	struct lint_report r = { .findings = &fs,
				 .documents = 1,
				 .ignored = 2,
				 .skipped = &skipped,
				 .n_skipped = 1 };

	emit_lint_text(&out, &r, 0, 0);
	assert_string_equal(buf_str(&out),
			    "not checked: There is no status branch; fetch it. [published-pin]\n"
			    "1 document: 0 errors, 0 warnings, 0 notes, 2 ignored\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(text_shows_the_place_what_is_related_and_the_fix, fresh),
		cmocka_unit_test_teardown(a_fix_that_holds_quotes_gets_no_more_of_them, fresh),
		cmocka_unit_test_teardown(text_without_the_source_has_no_frame, fresh),
		cmocka_unit_test_teardown(colour_marks_the_level_and_the_place, fresh),
		cmocka_unit_test_teardown(hostile_text_can_not_act, fresh),
		cmocka_unit_test_teardown(carets_stand_under_the_very_characters, fresh),
		cmocka_unit_test_teardown(only_the_part_around_the_place_of_a_long_line_is_shown,
					  fresh),
		cmocka_unit_test_teardown(a_frame_fits_the_terminal, fresh),
		cmocka_unit_test_teardown(a_letter_with_a_thousand_marks_ends_the_frame, fresh),
		cmocka_unit_test_teardown(no_text_is_a_command_in_the_middle_of_a_line, fresh),
		cmocka_unit_test_teardown(concise_is_one_line_each_and_nothing_else, fresh),
		cmocka_unit_test_teardown(json_is_the_report_of_the_design, fresh),
		cmocka_unit_test_teardown(skipped_checks_are_told_in_the_text, fresh),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
