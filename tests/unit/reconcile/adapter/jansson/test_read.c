/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "reconcile/adapter/jansson/read.h"
#include "schema/base/clock.h"
#include "schema/base/json.h"

static int read_text(const char *text, struct arena *mem, struct value *out, struct err *e)
{
	*e = (struct err){ 0 };
	return json_read(text, strlen(text), mem, out, e);
}

static void refuses(const char *text, const char *why)
{
	struct arena mem = ARENA_INIT;
	struct value v;
	struct err e;

	assert_int_equal(read_text(text, &mem, &v, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	assert_string_equal(e.text, why);
	arena_release(&mem);
}

static void what_is_read_and_written_is_the_same(void **state)
{
	static const char text[] =
	    "{\"z\":1,\"a\":[true,false,null,-9223372036854775808,\"\\u00e4\\\"\\n\"],"
	    "\"m\":{\"\":\"\",\"k\":{}},\"e\":[]}";
	struct arena mem = ARENA_INIT;
	struct buf out = BUF_INIT(4096);
	struct json j = JSON_INIT(&out, false);
	struct value v;
	struct err e;

	(void)state;
	assert_int_equal(read_text(text, &mem, &v, &e), 0);
	value_write(&v, &j);
	assert_string_equal(buf_str(&out), "{\"z\":1,\"a\":[true,false,null,-9223372036854775808,"
					   "\"ä\\\"\\n\"],\"m\":{\"\":\"\",\"k\":{}},\"e\":[]}");
	buf_release(&out);
	arena_release(&mem);
}

static void members_are_found_by_key_and_type(void **state)
{
	struct arena mem = ARENA_INIT;
	struct value v;
	struct err e;

	(void)state;
	assert_int_equal(
	    read_text("{\"t\":\"x\",\"n\":1,\"at\":\"1970-01-01T00:00:09Z\",\"l\":[1,2]}", &mem, &v,
		      &e),
	    0);
	assert_string_equal(value_text(&v, "t"), "x");
	assert_null(value_text(&v, "n"));
	assert_null(value_text(&v, "none"));
	assert_null(value_text(NULL, "t"));
	assert_null(value_get(value_get(&v, "t"), "t"));
	assert_int_equal(value_get(&v, "n")->number, 1);
	assert_true(value_time(&v, "at") == 9);
	assert_true(value_time(&v, "t") == TIME_UNKNOWN);
	assert_int_equal(value_array(&v, "l")->n, 2);
	assert_int_equal(value_array(&v, "t")->n, 0);
	arena_release(&mem);
}

static void what_is_no_strict_json_is_refused(void **state)
{
	(void)state;
	refuses("", "line 1, column 0: '[' or '{' expected near end of file");
	refuses("[1]x", "line 1, column 4: end of file expected near 'x'");
	refuses("{\"a\":1,\"a\":2}", "line 1, column 10: duplicate object key near '\"a\"'");
	refuses("[\"\\u0000\"]",
		"line 1, column 9: \\u0000 is not allowed without JSON_ALLOW_NUL near "
		"'\"\\u0000\"'");
	refuses("[1e3]", "the JSON holds a number that is no integer");
	refuses("[9223372036854775808]",
		"line 1, column 20: too big integer near '9223372036854775808'");
	refuses("[\"\xff\"]", "line 1, column 2: unable to decode byte 0xff near '\"'");
}

static void nesting_and_size_are_bounded(void **state)
{
	struct arena mem = ARENA_INIT;
	char deep[64];
	char *wide = arena_alloc(&mem, 2 * JSON_VALUES_MAX + 4);
	struct value v;
	struct err e;

	(void)state;
	snprintf(deep, sizeof(deep), "%.*s%.*s", JSON_DEPTH_MAX, "[[[[[[[[[[[[[[[[[[[[",
		 JSON_DEPTH_MAX, "]]]]]]]]]]]]]]]]]]]]");
	assert_int_equal(read_text(deep, &mem, &v, &e), 0);
	snprintf(deep, sizeof(deep), "%.*s%.*s", JSON_DEPTH_MAX + 1, "[[[[[[[[[[[[[[[[[[[[",
		 JSON_DEPTH_MAX + 1, "]]]]]]]]]]]]]]]]]]]]");
	refuses(deep, "the JSON is nested more than 16 deep");
	for (size_t i = 0; i < 2 * JSON_VALUES_MAX; i++)
		wide[i] = i % 2 ? '1' : ',';
	wide[0] = '[';
	wide[2 * JSON_VALUES_MAX] = ']';
	refuses(wide, "the JSON holds more than 1048576 values");
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_read_and_written_is_the_same),
		cmocka_unit_test(members_are_found_by_key_and_type),
		cmocka_unit_test(what_is_no_strict_json_is_refused),
		cmocka_unit_test(nesting_and_size_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
