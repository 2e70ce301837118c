/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <string.h>

#include "schema/base/arena.h"
#include "schema/base/clock.h"
#include "schema/base/err.h"
#include "schema/base/finding.h"
#include "schema/base/json.h"
#include "schema/base/sha256.h"
#include "schema/base/text.h"

static void err_keeps_the_code_and_puts_context_in_front(void **state)
{
	(void)state;
	struct err e = { 0 };

	assert_int_equal(err_set(&e, ERR_SOURCE, "no answer from %s", "git.example"), -1);
	assert_int_equal(err_wrap(&e, "fetch"), -1);
	assert_string_equal(e.text, "fetch: no answer from git.example");
	assert_int_equal(err_exit_status(e.code), 7);
}

static void a_long_error_ends_with_dots(void **state)
{
	(void)state;
	struct err e = { 0 };
	char text[2000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	err_set(&e, ERR_IO, "%s", text);
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
	assert_true(text_ends(e.text, "..."));
	err_wrap(&e, "context");
	assert_true(text_starts(e.text, "context: xxx"));
	assert_true(text_ends(e.text, "..."));
}

static void times_are_read_and_written(void **state)
{
	(void)state;
	char text[TIME_TEXT];
	int64_t t;

	assert_true(time_parse("2026-11-24T03:27:46Z", &t));
	assert_int_equal(t, 1795490866);
	assert_string_equal(time_format(t, text), "2026-11-24T03:27:46Z");
	assert_string_equal(time_format_compact(t, text), "20261124");
	assert_true(time_parse_date("2024-02-29", &t));
	assert_string_equal(time_format(t, text), "2024-02-29T00:00:00Z");
	assert_string_equal(time_format(-1, text), "1969-12-31T23:59:59Z");
	assert_false(time_parse_date("2023-02-29", &t));
	assert_false(time_parse("2026-11-24 03:27:46Z", &t));
	assert_false(time_parse("2026-11-24T03:27:46+01:00", &t));
	assert_false(time_parse("2026-11-24T24:00:00Z", &t));
}

static void durations_are_read_and_written(void **state)
{
	(void)state;
	char text[TIME_TEXT];
	int64_t s;

	assert_true(duration_parse("45d", &s));
	assert_int_equal(s, 45 * DAY_S);
	assert_string_equal(duration_format(s, text), "45d");
	assert_true(duration_parse("90m", &s));
	assert_string_equal(duration_format(s, text), "90m");
	assert_false(duration_parse("45", &s));
	assert_false(duration_parse("045d", &s));
	assert_false(duration_parse("1d12h", &s));
	assert_false(duration_parse("99999999999999d", &s));
}

static void json_is_indented_and_escaped(void **state)
{
	(void)state;
	struct buf b = BUF_INIT(1000);
	struct json j = JSON_INIT(&b, true);

	json_object(&j);
	json_member(&j, "a", "x\"\n\x01\xff");
	json_key(&j, "b");
	json_array(&j);
	json_int(&j, -1);
	json_end_array(&j);
	json_key(&j, "c");
	json_array(&j);
	json_end_array(&j);
	json_end_object(&j);
	assert_string_equal(buf_str(&b), "{\n  \"a\": \"x\\\"\\n\\u0001\xef\xbf\xbd\",\n"
					 "  \"b\": [\n    -1\n  ],\n  \"c\": []\n}");
	buf_release(&b);
}

/* CSI as one character, an override of direction, an invisible tag: all of them reach terminals. */
static void json_shows_what_can_not_be_seen(void **state)
{
	(void)state;
	struct buf b = BUF_INIT(1000);
	struct json j = JSON_INIT(&b, true);

	json_string(&j, "a\xc2\x9b" "31m\xe2\x80\xae\xf3\xa0\x80\x81\x7f\xc3\xa9");
	assert_string_equal(buf_str(&b), "\"a\\u009b31m\\u202e\\udb40\\udc01\\u007f\xc3\xa9\"");
	buf_release(&b);
}

static void sha256_gives_the_digests_of_fips_180_4(void **state)
{
	(void)state;
	struct sha256 h;
	char hex[SHA256_HEX];

	sha256_init(&h);
	sha256_add(&h, "abc", 3);
	sha256_end_hex(&h, hex);
	assert_string_equal(hex,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha256_init(&h);
	for (int i = 0; i < 1000000; i++)
		sha256_add(&h, "a", 1);
	sha256_end_hex(&h, hex);
	assert_string_equal(hex,
			    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void a_near_word_is_found_and_a_far_one_is_not(void **state)
{
	(void)state;
	static const char *const keys[] = { "appleIdRef", "topic", "displayName" };

	assert_string_equal(text_nearest("appleIDRef", keys, 3), "appleIdRef");
	assert_string_equal(text_nearest("tpoic", keys, 3), "topic");
	assert_string_equal(text_nearest("to\xe2\x80\x8bpic", keys, 3), "topic");
	assert_null(text_nearest("password", keys, 3));
	assert_string_equal(text_nearest("lnit", (const char *[]){ "init", "lint" }, 2), "lint");
}

static void text_is_escaped_for_its_sink(void **state)
{
	(void)state;
	struct buf b = BUF_INIT(1000);

	text_escape_terminal(&b, "a\x1b[31m\xe2\x80\xae" "b", 10);
	assert_string_equal(buf_str(&b), "a\\x1b[31m\\u{202e}b");
	buf_clear(&b);
	text_escape_markdown(&b, "<b> @you | [x](y)");
	assert_string_equal(buf_str(&b), "&#60;b&#62; @&#8203;you \\| \\[x\\]\\(y\\)");
	buf_release(&b);
}

/* GitHub and GitLab look for references behind Markdown: an escape that Markdown takes away is none. */
static void nothing_in_markdown_refers_to_anything(void **state)
{
	(void)state;
	static const char *const texts[][2] = {
		{ "@team", "@&#8203;team" },
		{ "(@a/b)", "\\(@&#8203;a/b\\)" },
		{ "x.@y", "x\\.@&#8203;y" },
		{ "\xc3\xa9@y", "\xc3\xa9@&#8203;y" },
		{ "a@b", "a@b" },
		{ "closes #1", "closes \\#&#8203;1" },
		{ "fixes owner/repo#1", "fixes owner/repo\\#&#8203;1" },
		{ "# h", "\\#&#8203; h" },
		{ "GH-1 gh-2", "GH\\-&#8203;1 gh\\-&#8203;2" },
		{ "high- GH-", "high\\- GH\\-" },
		{ "!1 $2 %3 &4 ~bug ^a", "\\!&#8203;1 \\$&#8203;2 %&#8203;3 &#38;&#8203;4 "
					 "\\~&#8203;bug \\^&#8203;a" },
		{ "30% & no!", "30% &#38; no\\!" },
		{ "https://x.example/o/r/issues/1", "https\\:&#8203;//x\\.example/o/r/issues/1" },
		{ "a: b:/c", "a\\: b\\:/c" },
		{ "WWW.x.example", "WWW&#8203;\\.x\\.example" },
		{ "ww.w www", "ww\\.w www" },
	};
	struct buf b = BUF_INIT(1000);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		buf_clear(&b);
		text_escape_markdown(&b, texts[i][0]);
		assert_string_equal(buf_str(&b), texts[i][1]);
	}
	buf_release(&b);
}

static void a_formatted_text_comes_whole_or_not_at_all(void **state)
{
	(void)state;
	struct buf b = BUF_INIT(300);
	struct arena mem = ARENA_INIT;

	buf_addf(&b, "%s", "begin");
	buf_addf(&b, "%290s", "grows");
	assert_int_equal(b.len, 295);
	buf_addf(&b, "%s", "too long");
	assert_true(b.full);
	assert_int_equal(strlen(buf_str(&b)), 295);
	assert_string_equal(buf_str(&b) + 285, "     grows");
	for (int n = 254; n <= 257; n++) { /* where the first try ends */
		const char *text = arena_printf(&mem, "%*s", n, "end");
		assert_int_equal(strlen(text), n);
		assert_string_equal(text + n - 4, " end");
	}
	arena_release(&mem);
	buf_release(&b);
}

/* Also what needs a block of its own, and what is allocated after it. */
static void an_arena_gives_zeroed_memory_again_and_again(void **state)
{
	(void)state;
	static const size_t sizes[] = { 16, 100000, 48, 2000, 16 };
	static const char zero[100000];
	struct arena mem = ARENA_INIT;

	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			void *p = arena_alloc(&mem, sizes[i]);
			assert_memory_equal(p, zero, sizes[i]);
			memset(p, 0xff, sizes[i]);
		}
		arena_reset(&mem);
	}
	arena_release(&mem);
}

static void the_rules_are_sorted_and_named_once(void **state)
{
	(void)state;
	size_t n;
	const struct rule *r = rules_all(&n);

	for (size_t i = 0; i < n; i++) {
		assert_true(i == 0 || r[i - 1].code < r[i].code);
		assert_ptr_equal(rule_of(r[i].code), &r[i]);
		assert_true(text_ends(r[i].title, "."));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(r[i].name, r[k].name);
	}
	assert_null(rule_of(1));
}

static void findings_of_one_file_are_bounded_and_sorted(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct findings fs = FINDINGS_INIT(&a);

	for (uint32_t i = 500; i > 0; i--)
		finding_add(&fs, RULE_UNKNOWN_KEY, "a.yaml", (struct span){ i, 1, i, 2 }, "x");
	assert_true(findings_full(&fs, "a.yaml"));
	assert_false(findings_full(&fs, "b.yaml"));
	finding_add(&fs, RULE_UNKNOWN_KEY, "b.yaml", (struct span){ 1, 1, 1, 2 }, "y");
	assert_int_equal(fs.n, FINDINGS_PER_FILE + 1);
	findings_sort(&fs);
	assert_int_equal(fs.item[0].rule->code, RULE_TOO_MANY_FINDINGS);
	assert_int_equal(fs.item[1].at.line, 402);
	assert_int_equal(findings_stop(&fs), STOP_QUARANTINE);
	arena_release(&a);
}

static void add_n(struct findings *fs, enum rule_code code, uint32_t n)
{
	for (uint32_t i = 1; i <= n; i++)
		finding_add(fs, code, "a.yaml", (struct span){ i, 1, i, 2 }, "line %u", i);
}

static void what_is_left_out_is_counted_and_as_bad_as_its_worst(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct findings fs = FINDINGS_INIT(&a);

	add_n(&fs, RULE_NEW_TOPIC, 150);
	assert_int_equal(fs.n, FINDINGS_PER_FILE);
	const struct finding *last = &fs.item[FINDINGS_PER_FILE - 1];
	assert_int_equal(last->rule->code, RULE_TOO_MANY_FINDINGS);
	assert_string_equal(last->message, "This file has at least 51 more findings; mend these "
					   "first and run again.");
	assert_int_equal(last->level, LEVEL_NOTE);
	assert_int_equal(fs.n_level[LEVEL_NOTE], FINDINGS_PER_FILE);
	assert_int_equal(findings_stop(&fs), STOP_NOTHING);
	assert_false(findings_full(&fs, "a.yaml"));
	add_n(&fs, RULE_AMBIGUOUS_SCALAR, 150);
	assert_int_equal(fs.item[FINDINGS_PER_FILE - 1].level, LEVEL_WARNING);
	assert_int_equal(findings_stop(&fs), STOP_NOTHING);
	arena_release(&a);
}

static void no_error_hides_behind_notes(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct findings fs = FINDINGS_INIT(&a);
	size_t listed = 0;

	add_n(&fs, RULE_NEW_TOPIC, 150);
	add_n(&fs, RULE_UNKNOWN_KEY, 2);
	for (size_t i = 0; i < fs.n; i++)
		listed += fs.item[i].rule->code == RULE_UNKNOWN_KEY;
	assert_int_equal(listed, 2);
	assert_int_equal(fs.n, FINDINGS_PER_FILE);
	assert_int_equal(fs.n_level[LEVEL_ERROR], 2);
	assert_int_equal(fs.n_level[LEVEL_NOTE], FINDINGS_PER_FILE - 2);
	assert_int_equal(findings_stop(&fs), STOP_QUARANTINE);
	assert_false(findings_full(&fs, "a.yaml"));
	add_n(&fs, RULE_UNKNOWN_KEY, 97);
	assert_true(findings_full(&fs, "a.yaml"));
	arena_release(&a);
}

static void what_is_left_out_and_raised_raises_what_counts_it(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct findings fs = FINDINGS_INIT(&a);

	add_n(&fs, RULE_UNPINNED_TOPIC, 120);
	struct finding *f =
	    finding_add(&fs, RULE_UNPINNED_TOPIC, "a.yaml", (struct span){ 0 }, "one more");
	assert_int_equal(fs.n_level[LEVEL_ERROR], 0);
	finding_set_level(&fs, f, LEVEL_ERROR);
	assert_int_equal(fs.n_level[LEVEL_ERROR], 1);
	assert_int_equal(findings_stop(&fs), STOP_QUARANTINE);
	arena_release(&a);
}

static void what_was_left_out_is_never_old(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct findings head = FINDINGS_INIT(&a), base = FINDINGS_INIT(&a);

	add_n(&head, RULE_UNKNOWN_KEY, 150);
	add_n(&base, RULE_UNKNOWN_KEY, 150);
	findings_subtract(&head, &base);
	assert_int_equal(head.n, 1);
	assert_int_equal(head.item[0].rule->code, RULE_TOO_MANY_FINDINGS);
	assert_int_equal(head.n_level[LEVEL_ERROR], 1);
	arena_release(&a);
}

static void add_files(struct findings *fs, enum rule_code code, const char *file, int n)
{
	for (int i = 0; i < n; i++)
		finding_add(fs, code, arena_printf(fs->mem, "%s%d", file, i), (struct span){ 0 },
			    "x");
}

static void findings_of_all_files_are_bounded_and_errors_come_first(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct findings fs = FINDINGS_INIT(&a), all = FINDINGS_INIT(&a);

	add_files(&fs, RULE_NEW_TOPIC, "note", FINDINGS_MAX + 5);
	add_files(&fs, RULE_UNPINNED_TOPIC, "warning", 10);
	assert_int_equal(fs.n, FINDINGS_MAX);
	assert_int_equal(fs.n_level[LEVEL_WARNING], 10);
	assert_int_equal(findings_stop(&fs), STOP_NOTHING);
	add_files(&fs, RULE_UNKNOWN_KEY, "error", FINDINGS_MAX);
	assert_int_equal(fs.n, FINDINGS_MAX);
	assert_int_equal(fs.n_level[LEVEL_ERROR], FINDINGS_MAX);
	findings_append(&all, &fs);
	add_files(&all, RULE_UNKNOWN_KEY, "other", 3);
	assert_int_equal(all.n, FINDINGS_MAX);
	findings_sort(&all);
	assert_null(all.item[0].file);
	assert_string_equal(finding_text(&all.item[0], &a),
			    "There are at least 10019 more findings; mend these first and run "
			    "again.");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(err_keeps_the_code_and_puts_context_in_front),
		cmocka_unit_test(a_long_error_ends_with_dots),
		cmocka_unit_test(times_are_read_and_written),
		cmocka_unit_test(durations_are_read_and_written),
		cmocka_unit_test(json_is_indented_and_escaped),
		cmocka_unit_test(json_shows_what_can_not_be_seen),
		cmocka_unit_test(sha256_gives_the_digests_of_fips_180_4),
		cmocka_unit_test(a_near_word_is_found_and_a_far_one_is_not),
		cmocka_unit_test(text_is_escaped_for_its_sink),
		cmocka_unit_test(nothing_in_markdown_refers_to_anything),
		cmocka_unit_test(a_formatted_text_comes_whole_or_not_at_all),
		cmocka_unit_test(an_arena_gives_zeroed_memory_again_and_again),
		cmocka_unit_test(the_rules_are_sorted_and_named_once),
		cmocka_unit_test(findings_of_one_file_are_bounded_and_sorted),
		cmocka_unit_test(what_is_left_out_is_counted_and_as_bad_as_its_worst),
		cmocka_unit_test(no_error_hides_behind_notes),
		cmocka_unit_test(what_is_left_out_and_raised_raises_what_counts_it),
		cmocka_unit_test(what_was_left_out_is_never_old),
		cmocka_unit_test(findings_of_all_files_are_bounded_and_errors_come_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
