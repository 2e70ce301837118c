/* SPDX-License-Identifier: Apache-2.0 */
/* The hash of a line against its definition, worked out unit by unit. */
#include "tests/unit/unit.h"

#include <inttypes.h>
#include <string.h>

#include "schema/base/buf.h"
#include "schema/emit/line_hash.h"

/* The hash of a window that begins with these units and goes on with NUL. */
static uint64_t window(const uint16_t *unit, size_t n)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < 100; i++) {
		uint64_t factor = 1;
		for (size_t k = i; k < 99; k++)
			factor *= 37;
		hash += factor * (i < n ? unit[i] : 0);
	}
	return hash;
}

/* `units` are those of the whole text, its end included; a line begins at the first of them. */
static void check(const char *text, uint32_t line, unsigned same, const uint16_t *unit, size_t n)
{
	struct line_hashes h;
	struct buf want = BUF_INIT(64);
	char got[LINE_HASH];

	line_hashes_of(text, strlen(text), &h);
	buf_addf(&want, "%" PRIx64 ":%u", window(unit, n), same);
	assert_string_equal(line_hash_text(&h, line, got), buf_str(&want));
	buf_release(&want);
	line_hashes_free(&h);
}

#define CHECK(text, line, same, ...)                                                               \
	do {                                                                                       \
		const uint16_t unit[] = { __VA_ARGS__ };                                           \
		check(text, line, same, unit, sizeof(unit) / sizeof(unit[0]));                     \
	} while (0)

static void blanks_do_not_count_and_every_line_break_is_one(void **state)
{
	(void)state;
	CHECK("", 1, 1, 0xffff);
	CHECK(" a:\t1\n  b", 1, 1, 'a', ':', '1', '\n', 'b', 0xffff);
	CHECK(" a:\t1\n  b", 2, 1, 'b', 0xffff);
	CHECK("a\r\nb\rc\n", 1, 1, 'a', '\n', 'b', '\n', 'c', '\n', 0xffff);
	CHECK("a\r\nb\rc\n", 3, 1, 'c', '\n', 0xffff);
	CHECK("a\r\nb\rc\n", 4, 1, 0xffff);
	CHECK("a\n  \nb", 2, 1, '\n', 'b', 0xffff);
}

static void characters_are_utf16_units(void **state)
{
	(void)state;
	CHECK("\xc3\xbc", 1, 1, 0xfc, 0xffff);
	CHECK("\xf0\x9f\x9a\x80", 1, 1, 0xd83d, 0xde80, 0xffff);
	CHECK("\xff", 1, 1, 0xfffd, 0xffff);
}

static void only_a_hundred_units_count_and_equal_lines_are_numbered(void **state)
{
	(void)state;
	char text[301];
	uint16_t line[100];

	for (size_t i = 0; i < 100; i++)
		line[i] = i % 50 == 49 ? '\n' : 'x';
	for (size_t i = 0; i < 300; i++)
		text[i] = i % 50 == 49 ? '\n' : 'x';
	text[300] = 0;
	for (uint32_t i = 1; i <= 5; i++)
		check(text, i, i, line, 100);
	line[50] = 0xffff;
	check(text, 6, 1, line, 51);
}

static void a_line_that_is_not_there_has_none(void **state)
{
	(void)state;
	struct line_hashes h;
	char got[LINE_HASH];

	line_hashes_of("a\nb", 3, &h);
	assert_string_equal(line_hash_text(&h, 0, got), "");
	assert_string_equal(line_hash_text(&h, 3, got), "");
	line_hashes_free(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blanks_do_not_count_and_every_line_break_is_one),
		cmocka_unit_test(characters_are_utf16_units),
		cmocka_unit_test(only_a_hundred_units_count_and_equal_lines_are_numbered),
		cmocka_unit_test(a_line_that_is_not_there_has_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
