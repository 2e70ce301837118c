/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "reconcile/model/band.h"
#include "schema/base/clock.h"

static const struct bands usual = { 45 * DAY_S, 30 * DAY_S, 14 * DAY_S };
enum { END = 2000000000 };

static const char *at(int64_t now)
{
	return band_word(band_at(END, &usual, false, now));
}

static void each_band_begins_to_the_second(void **state)
{
	(void)state;
	assert_string_equal(at(END - 45 * DAY_S - 1), "Ok");
	assert_string_equal(at(END - 45 * DAY_S), "Due");
	assert_string_equal(at(END - 30 * DAY_S - 1), "Due");
	assert_string_equal(at(END - 30 * DAY_S), "Warning");
	assert_string_equal(at(END - 14 * DAY_S - 1), "Warning");
	assert_string_equal(at(END - 14 * DAY_S), "Critical");
	assert_string_equal(at(END - 1), "Critical");
	assert_string_equal(at(END), "Expired");
	assert_string_equal(at(END + 30 * DAY_S), "Expired");
	assert_string_equal(at(END + 30 * DAY_S + 1), "ExpiredPastGrace");
}

static void revoked_is_above_all(void **state)
{
	(void)state;
	assert_int_equal(band_at(END, &usual, true, 0), BAND_Revoked);
	assert_true(band_changes_at(END, &usual, true, 0) == INT64_MAX);
}

static void equal_thresholds_leave_no_gap(void **state)
{
	(void)state;
	const struct bands same = { 14 * DAY_S, 14 * DAY_S, 14 * DAY_S };

	assert_int_equal(band_at(END, &same, false, END - 14 * DAY_S - 1), BAND_Ok);
	assert_int_equal(band_at(END, &same, false, END - 14 * DAY_S), BAND_Critical);
}

static void words_are_read_back(void **state)
{
	(void)state;
	enum band b;

	for (int i = 0; i < BAND_MAX; i++) {
		assert_true(band_of_word(band_word((enum band)i), &b));
		assert_int_equal(b, i);
	}
	assert_false(band_of_word("ok", &b));
	assert_false(band_of_word(NULL, &b));
}

/* Up to changes_at nothing changes, at it something does, and it lies ahead. */
static void the_next_change_agrees_with_the_bands(void **state)
{
	(void)state;
	unsigned seed = 20261124;

	for (int i = 0; i < 20000; i++) {
		int64_t now = END - 60 * DAY_S + rand_r(&seed) % (120 * 86400);
		int64_t next = band_changes_at(END, &usual, false, now);
		enum band is = band_at(END, &usual, false, now);
		if (next == INT64_MAX) {
			assert_int_equal(is, BAND_ExpiredPastGrace);
			continue;
		}
		assert_true(next > now);
		assert_int_equal(band_at(END, &usual, false, next - 1), is);
		assert_true(band_at(END, &usual, false, next) > is);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_band_begins_to_the_second),
		cmocka_unit_test(revoked_is_above_all),
		cmocka_unit_test(equal_thresholds_leave_no_gap),
		cmocka_unit_test(words_are_read_back),
		cmocka_unit_test(the_next_change_agrees_with_the_bands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
