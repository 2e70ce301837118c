/* SPDX-License-Identifier: Apache-2.0 */
/* What a run notes of itself: when each step was begun and done, and whom it tells. */
#include "tests/unit/unit.h"

#include "tests/unit/reconcile/run/shop.h"

static const char *const acme_only[] = { "acme", NULL };

/* The times of all rows of a table, in their order. */
struct times {
	struct arena mem;
	int64_t begun[16], ended[16], at[16];
	size_t n_journal, n_audit;
};

static int note_journal(const void *row, void *arg, struct err *e)
{
	struct times *t = arg;
	const struct row_journal *r = row;

	(void)e;
	assert_true(t->n_journal < 16);
	t->begun[t->n_journal] = r->begun_at;
	t->ended[t->n_journal++] = r->ended_at;
	return 0;
}

static int note_audit(const void *row, void *arg, struct err *e)
{
	struct times *t = arg;

	(void)e;
	assert_true(t->n_audit < 16);
	t->at[t->n_audit++] = ((const struct row_audit *)row)->at;
	return 0;
}

static int note_rows(struct store_txn *txn, void *arg, struct err *e)
{
	struct times *t = arg;

	return store_each(txn, TABLE_JOURNAL, NULL, &t->mem, note_journal, t, e) ||
	       store_each(txn, TABLE_AUDIT, NULL, &t->mem, note_audit, t, e);
}

static void each_step_is_noted_with_its_own_time(void **state)
{
	(void)state;
	struct times t = { 0 };
	struct err e = { 0 };
	struct world w;

	shop_world(&w, acme_only, NULL);
	w.tick = 1;
	assert_int_equal(world_just_run(&w), 0);
	assert_int_equal(store_read(w.inner, note_rows, &t, &e), 0);
	assert_int_equal(t.n_journal, 2);
	assert_int_equal(t.n_audit, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_true(t.begun[i] < t.ended[i]);
		assert_true(t.ended[i] <= t.at[i]);
	}
	assert_true(t.at[0] <= t.begun[1]);
	arena_release(&t.mem);
	world_close(&w);
}

/* The store fails the run that has to tell of the renewal; the next one tells of it. */
static void nobody_is_told_of_what_was_rolled_back(void **state)
{
	(void)state;
	struct world before, w;
	unsigned told;
	size_t calls, tries = 0;

	shop_in_force(&before, "acme");
	before.now += 330 * DAY_S;
	world_copy(&before, &w);
	assert_int_equal(world_just_run(&w), 0);
	told = w.n_told;
	calls = w.calls;
	assert_int_not_equal(told, 0);
	world_close(&w);
	for (size_t at = 1; at <= calls; at++) {
		world_copy(&before, &w);
		w.fault = FAULT_FAILS;
		w.fault_at = at;
		bool fails = world_just_run(&w) == err_exit_status(ERR_IO);
		unsigned first = w.n_told;
		if (fails && text_starts(w.hit, "store ")) {
			w.fault = FAULT_NONE;
			w.now += 60;
			world_just_run(&w);
			assert_int_equal(first + w.n_told, told);
			tries++;
		}
		world_close(&w);
	}
	assert_true(tries > 20);
	world_close(&before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_step_is_noted_with_its_own_time),
		cmocka_unit_test(nobody_is_told_of_what_was_rolled_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
