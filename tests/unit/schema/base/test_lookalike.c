/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"
#include <string.h>

#include "schema/base/lookalike.h"
#include "schema/base/text.h"

static const char *fold(const char *s)
{
	static char out[64];

	return lookalike_fold(s, strlen(s), out, sizeof(out)) ? out : NULL;
}

static void a_text_is_folded_to_what_it_looks_like(void **state)
{
	(void)state;
	assert_string_equal(fold("\xd0\xb0\xd1\x80\xd1\x80l\xd0\xb5"), "apple");
	assert_string_equal(fold("\xef\xbd\x84isplay\xe2\x80\x8bName"), "displayName");
	assert_string_equal(fold(" \xe2\x80\x9clab\xe2\x80\x9d "), "lab");
	assert_string_equal(fold("a\xc2\xa0\xe2\x80\x93\xc2\xa0z"), "a - z");
	assert_string_equal(fold("\"\""), "");
	assert_null(fold("plain"));
	assert_null(fold("B\xc3\xbcro"));
	assert_null(fold("0123456789012345678901234567890123456789012345678901234567890123 "));
}

static void a_letter_is_told_only_among_latin_ones(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int32_t found;
	} words[] = {
		{ "\xd0\x90"
		  "cme",
		  0x410 },
		{ "Lab \xce\xbfne", 0x3bf },
		{ "\xd0\x9c\xd0\xbe\xd1\x81\xd0\xba\xd0\xb2\xd0\xb0 (Moscow)", 0 },
		{ "group \xce\xb1", 0 },
		{ "B\xc3\xbcro", 0 },
		{ "", 0 },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_int_equal(lookalike_find_mixed(words[i].text, strlen(words[i].text)),
				 words[i].found);
}

static void a_character_has_a_name(void **state)
{
	(void)state;
	char text[LOOKALIKE_TEXT];

	assert_string_equal(lookalike_text(0x435, text), "U+0435 (Cyrillic, looks like e)");
	assert_string_equal(lookalike_text(0x3bf, text), "U+03BF (Greek, looks like o)");
	assert_string_equal(lookalike_text(0xff1a, text), "U+FF1A (full-width, looks like :)");
	assert_string_equal(lookalike_text(0xa0, text), "U+00A0 (no-break space)");
	assert_string_equal(lookalike_text(0xfc, text), "U+00FC");
}

static void a_word_of_another_script_is_near_the_one_that_it_looks_like(void **state)
{
	(void)state;
	static const char *const keys[] = { "topic", "appleIdRef" };

	assert_string_equal(text_nearest("\xd0\xb0\xd1\x80\xd1\x80l\xd0\xb5IdRef", keys, 2),
			    "appleIdRef");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_folded_to_what_it_looks_like),
		cmocka_unit_test(a_letter_is_told_only_among_latin_ones),
		cmocka_unit_test(a_character_has_a_name),
		cmocka_unit_test(a_word_of_another_script_is_near_the_one_that_it_looks_like),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
