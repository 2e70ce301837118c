/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <string.h>

#include "schema/base/buf.h"
#include "schema/yaml/comment.h"
#include "tests/unit/schema/told.h"

static struct arena mem;
static struct findings found;
static struct yaml_file file;

/* "LINE:COL-END for LINE cut LINE:COL-LINE:COL TEXT", one a line. */
static const char *comments(const char *bytes, size_t len)
{
	struct buf b = BUF_INIT(1 << 20);

	arena_release(&mem);
	found = (struct findings)FINDINGS_INIT(&mem);
	yaml_parse("a.yaml", bytes, len, &mem, &found, &file);
	for (size_t i = 0; i < file.n_comment; i++) {
		const struct yaml_comment *c = &file.comment[i];
		assert_int_equal(c->at.line, c->at.end_line);
		buf_addf(&b, "%s%u:%u-%u for %u cut %u:%u-%u:%u %s", i ? "\n" : "", c->at.line,
			 c->at.col, c->at.end_col, c->line, c->cut.line, c->cut.col,
			 c->cut.end_line, c->cut.end_col, c->text);
	}
	const char *text = arena_strdup(&mem, buf_str(&b));
	buf_release(&b);
	return text;
}

#define COMMENTS(literal, wanted)                                                                  \
	assert_string_equal(comments(literal, sizeof(literal) - 1), wanted)

static void one_behind_a_value_speaks_of_its_line(void **state)
{
	(void)state;
	COMMENTS("a: 1\nb: 2 \t# apnsctl:ignore X  \n", "2:7-25 for 2 cut 2:5-2:27 ignore X");
	COMMENTS("a: {b: 1, # apnsctl:x\n  c: 2}\n", "1:11-22 for 1 cut 1:10-1:22 x");
	COMMENTS("a: 1 # apnsctl:x", "1:6-17 for 1 cut 1:5-1:17 x");
	COMMENTS("a: 1 #apnsctl:x\n", "1:6-16 for 1 cut 1:5-1:16 x");
	assert_int_equal(file.comment[0].word_col, 15);
}

static void one_of_its_own_speaks_of_the_next_line_with_content(void **state)
{
	(void)state;
	COMMENTS("# apnsctl:x\n\n  # why\n# apnsctl:y\n \nb: 2\n",
		 "1:1-12 for 6 cut 1:1-2:1 x\n4:1-12 for 6 cut 4:1-5:1 y");
	COMMENTS("a: 1\n  # apnsctl:x\n", "2:3-14 for 0 cut 2:1-3:1 x");
	COMMENTS("a: 1\n# apnsctl:x\n---\nb: 1\n", "2:1-12 for 3 cut 2:1-3:1 x");
}

static void columns_count_code_points(void **state)
{
	(void)state;
	COMMENTS("a: \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 # apnsctl:\xc3\xa9\xc3\xa9 z\n",
		 "1:8-22 for 1 cut 1:7-1:22 \xc3\xa9\xc3\xa9 z");
	COMMENTS("\xef\xbb\xbf"
		 "a: 1 # apnsctl:x\n",
		 "1:6-17 for 1 cut 1:5-1:17 x");
}

static void a_carriage_return_is_no_part_of_it(void **state)
{
	(void)state;
	COMMENTS("# apnsctl:x\r\n\r\na: 1 # apnsctl:y z\r\n",
		 "1:1-12 for 3 cut 1:1-2:1 x\n3:6-19 for 3 cut 3:5-3:19 y z");
}

static void text_is_no_comment(void **state)
{
	(void)state;
	COMMENTS("a: \"# apnsctl:x\"\nb: '# apnsctl:x'\n", "");
	COMMENTS("\"# apnsctl:x\": 1\n", "");
	COMMENTS("a: \"x\n  # apnsctl:x\n  y\" # apnsctl:y\n", "3:6-17 for 3 cut 3:5-3:17 y");
	COMMENTS("a: |\n  # apnsctl:x\n\n  # apnsctl:x\n# apnsctl:y\nb: >-\n  x # apnsctl:x\n",
		 "5:1-12 for 6 cut 5:1-6:1 y");
	COMMENTS("a: x# apnsctl:x\nb: apnsctl:x\n", "");
	COMMENTS("# apnsctl: x\n# apnsctl:\n# see apnsctl:x\na: 1\n", "");
	assert_string_equal(told(&mem, &found), "");
}

static void the_head_of_a_text_block_may_have_one(void **state)
{
	(void)state;
	COMMENTS("a: | # apnsctl:x\n  # apnsctl:y\nb: 1\n", "1:6-17 for 1 cut 1:5-1:17 x");
}

static void a_broken_document_hides_no_comment_of_the_next(void **state)
{
	(void)state;
	COMMENTS("a: [\n---\nb: '# apnsctl:x'\nc: 1 # apnsctl:y\n", "4:6-17 for 4 cut 4:5-4:17 y");
}

static void a_file_has_one_more_than_the_maximum_at_most(void **state)
{
	(void)state;
	struct buf b = BUF_INIT(1 << 20);

	for (int i = 0; i < YAML_COMMENTS_MAX + 500; i++)
		buf_adds(&b, "#apnsctl:x\n");
	buf_adds(&b, "a: 1\n");
	comments(buf_str(&b), b.len);
	assert_int_equal(file.n_comment, YAML_COMMENTS_MAX + 1);
	assert_int_equal(file.comment[0].line, YAML_COMMENTS_MAX + 501);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_behind_a_value_speaks_of_its_line),
		cmocka_unit_test(one_of_its_own_speaks_of_the_next_line_with_content),
		cmocka_unit_test(columns_count_code_points),
		cmocka_unit_test(a_carriage_return_is_no_part_of_it),
		cmocka_unit_test(text_is_no_comment),
		cmocka_unit_test(the_head_of_a_text_block_may_have_one),
		cmocka_unit_test(a_broken_document_hides_no_comment_of_the_next),
		cmocka_unit_test(a_file_has_one_more_than_the_maximum_at_most),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	arena_release(&mem);
	return failed;
}
