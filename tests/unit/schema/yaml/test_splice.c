/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <string.h>

#include "schema/yaml/splice.h"

static void expect(const char *text, const struct splice *piece, size_t n, size_t done,
		   const char *wanted)
{
	struct buf out = BUF_INIT(1 << 10);

	assert_int_equal(splice_apply(text, strlen(text), piece, n, &out), done);
	assert_string_equal(buf_str(&out), wanted);
	buf_release(&out);
}

#define APPLY(text, done, wanted, ...)                                                             \
	do {                                                                                       \
		const struct splice pieces[] = { __VA_ARGS__ };                                    \
		expect(text, pieces, sizeof(pieces) / sizeof(pieces[0]), done, wanted);            \
	} while (0)

static void pieces_are_replaced_in_the_order_of_the_text(void **state)
{
	(void)state;
	APPLY("abcdef", 3, "XYbZf", { 4, 5, "" }, { 0, 1, "XY" }, { 2, 4, "Z" });
	APPLY("abc", 2, "<abc>", { 3, 3, ">" }, { 0, 0, "<" });
	APPLY("abc", 1, "", { 0, 3, "" });
	expect("abc", NULL, 0, 0, "abc");
}

static void of_two_that_overlap_the_first_counts(void **state)
{
	(void)state;
	APPLY("abcdef", 1, "aXef", { 3, 5, "Y" }, { 1, 4, "X" });
	APPLY("abcdef", 2, "XYdef", { 0, 2, "X" }, { 2, 3, "Y" });
	APPLY("abc", 1, "aXc", { 1, 2, "X" }, { 1, 2, "Y" });
	APPLY("abc", 1, "aXbc", { 1, 1, "X" }, { 1, 1, "Y" });
}

static void what_lies_outside_of_the_text_is_left_out(void **state)
{
	(void)state;
	APPLY("abc", 0, "abc", { 2, 4, "X" }, { 3, 2, "Y" });
}

static void places_count_code_points_behind_the_byte_order_mark(void **state)
{
	(void)state;
	static const char text[] = "\xef\xbb\xbf"
				   "a: \xc3\xa9\xe2\x82\xac x\r\nb: y\r\n";
	struct arena mem = ARENA_INIT;
	struct findings fs = FINDINGS_INIT(&mem);
	struct yaml_scan scan;

	yaml_scan("a.yaml", text, sizeof(text) - 1, &mem, &fs, &scan);
	const struct splice pieces[] = { splice_at(&scan, (struct span){ 1, 7, 1, 8 }, "X"),
					 splice_at(&scan, (struct span){ 2, 1, 3, 1 }, "") };
	expect(text, pieces, 2, 2,
	       "\xef\xbb\xbf"
	       "a: \xc3\xa9\xe2\x82\xac X\r\n");
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_replaced_in_the_order_of_the_text),
		cmocka_unit_test(of_two_that_overlap_the_first_counts),
		cmocka_unit_test(what_lies_outside_of_the_text_is_left_out),
		cmocka_unit_test(places_count_code_points_behind_the_byte_order_mark),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
