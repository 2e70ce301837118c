/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/buf.h"
#include "schema/resolve/chain.h"

#define E CHAIN_END

static void note_circle(void *arg, const size_t *member, size_t n)
{
	struct buf *b = arg;

	for (size_t i = 0; i < n; i++)
		buf_addf(b, "%zu ", member[i]);
	buf_adds(b, "| ");
}

/* Checks which circles are told, and that each thing stands behind what it points at. */
static void check(const size_t *next, size_t n, const char *circles)
{
	struct arena a = ARENA_INIT;
	struct buf told = BUF_INIT(1000);
	size_t *copy = arena_array(&a, n + 1, sizeof(*copy));
	size_t *place = arena_array(&a, n + 1, sizeof(*place));

	if (n)
		memcpy(copy, next, n * sizeof(*copy));
	const size_t *order = chain_order(copy, n, &a, note_circle, &told);
	if (circles)
		assert_string_equal(buf_str(&told), circles);
	for (size_t i = 0; i < n; i++)
		place[order[i]] = i + 1;
	for (size_t i = 0; i < n; i++) {
		assert_true(place[i] > 0);
		if (copy[i] != CHAIN_END)
			assert_true(place[copy[i]] < place[i]);
	}
	buf_release(&told);
	arena_release(&a);
}

static void a_parent_stands_before_its_children(void **state)
{
	(void)state;
	check(NULL, 0, "");
	check((size_t[]){ E }, 1, "");
	check((size_t[]){ 1, 2, E, 1, 0 }, 5, "");
	check((size_t[]){ E, 0, 0, E, 3 }, 5, "");
}

static void each_circle_is_told_once_with_its_least_member_first(void **state)
{
	(void)state;
	check((size_t[]){ 0 }, 1, "0 | ");
	check((size_t[]){ 2, 0, 1 }, 3, "0 2 1 | ");
	check((size_t[]){ 3, 2, 3, 1 }, 4, "1 2 3 | ");
	check((size_t[]){ 1, 0, 3, 2, 0, 4 }, 6, "0 1 | 2 3 | ");
}

static void every_way_to_point_among_five_is_ordered(void **state)
{
	(void)state;
	size_t next[5];

	for (unsigned code = 0; code < 6 * 6 * 6 * 6 * 6; code++) {
		unsigned rest = code;
		for (size_t i = 0; i < 5; i++, rest /= 6)
			next[i] = rest % 6 == 5 ? E : rest % 6;
		check(next, 5, NULL);
	}
}

static void a_chain_of_a_million_is_no_deeper_than_one_of_two(void **state)
{
	(void)state;
	enum { N = 1000000 };
	struct arena a = ARENA_INIT;
	struct buf told = BUF_INIT(1000);
	size_t *next = malloc(N * sizeof(*next));

	for (size_t i = 0; i < N; i++)
		next[i] = i + 1 < N ? i + 1 : E;
	const size_t *order = chain_order(next, N, &a, note_circle, &told);
	assert_int_equal(order[0], N - 1);
	assert_int_equal(order[N - 1], 0);
	assert_true(a.used < (size_t)N * 32);
	free(next);
	buf_release(&told);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_parent_stands_before_its_children),
		cmocka_unit_test(each_circle_is_told_once_with_its_least_member_first),
		cmocka_unit_test(every_way_to_point_among_five_is_ordered),
		cmocka_unit_test(a_chain_of_a_million_is_no_deeper_than_one_of_two),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
