/* SPDX-License-Identifier: Apache-2.0 */
/* The contract of the store port, second part: transactions and the lock. */
#include "tests/unit/unit.h"

#include "tests/contract/store/world.h"

STEP(put_a_is_1)
{
	(void)arg;
	return put_meta(t, "a", "1", e);
}

STEP(check_a_is_1)
{
	(void)e;
	assert_string_equal(meta(t, "a", arg), "1");
	return 0;
}

/* Changes of each kind, then failure. */
STEP(change_and_fail)
{
	struct row_meta row = { .key = "a" };
	struct row_due due = { "x", "y", 1 };

	assert_int_equal(put_meta(t, "a", "2", e), 0);
	assert_int_equal(store_remove(t, TABLE_META, &row, e), 1);
	assert_int_equal(put_meta(t, "a", "3", e), 0);
	assert_int_equal(put_meta(t, "b", "new", e), 0);
	assert_int_equal(store_insert(t, TABLE_DUE, &due, e), 0);
	return *(int *)arg == -1 ? err_set(e, ERR_REFUSED, "second thoughts") : *(int *)arg;
}

STEP(check_as_before)
{
	struct row_due due = { .tenant_uid = "x", .what = "y" };
	struct world *w = arg;

	assert_string_equal(meta(t, "a", w), "1");
	assert_string_equal(meta(t, "b", w), "(none)");
	assert_int_equal(store_get(t, TABLE_DUE, &due, &w->mem, e), 0);
	return 0;
}

static void nothing_is_written_when_the_callback_fails(void **state)
{
	struct world *w = *state;
	int fails = -1, stops = 3;

	write_txn(w, put_a_is_1, NULL);
	assert_int_equal(store_txn(w->store, "all", w->fence, change_and_fail, &fails, &w->e), -1);
	assert_string_equal(w->e.text, "second thoughts");
	assert_int_equal(w->e.code, ERR_REFUSED);
	read_txn(w, check_as_before, w);
	assert_int_equal(store_txn(w->store, "all", w->fence, change_and_fail, &stops, &w->e), 3);
	read_txn(w, check_as_before, w);
}

STEP(write_inside_read)
{
	struct row_meta row = { "a", "2" };

	(void)arg;
	assert_int_equal(store_put(t, TABLE_META, &row, e), -1);
	assert_int_equal(e->code, ERR_BUG);
	assert_string_equal(e->text, "meta was to be written inside store_read");
	assert_int_equal(store_insert(t, TABLE_META, &row, e), -1);
	assert_int_equal(store_remove(t, TABLE_META, &row, e), -1);
	return 0;
}

static void a_reading_transaction_can_not_write(void **state)
{
	struct world *w = *state;

	write_txn(w, put_a_is_1, NULL);
	read_txn(w, write_inside_read, NULL);
	read_txn(w, check_a_is_1, w);
}

STEP(read_own_writes)
{
	struct world *w = arg;

	assert_int_equal(put_meta(t, "a", "1", e), 0);
	must(w, store_read(w->store, check_a_is_1, w, &w->e), 0);
	must(w, store_read(w->store, write_inside_read, NULL, &w->e), 0);
	return put_meta(t, "b", "after the inner read", e);
}

static void a_read_inside_a_transaction_sees_its_writes(void **state)
{
	write_txn(*state, read_own_writes, *state);
}

STEP(nest_txn)
{
	struct world *w = arg;

	(void)t;
	assert_int_equal(store_txn(w->store, "all", w->fence, put_a_is_1, NULL, e), -1);
	assert_int_equal(e->code, ERR_BUG);
	assert_string_equal(e->text, "a transaction was begun inside another one");
	return 0;
}

static void transactions_do_not_nest(void **state)
{
	struct world *w = *state;

	write_txn(w, nest_txn, w);
	read_txn(w, nest_txn, w);
}

STEP(put_null_key)
{
	(void)arg;
	return put_meta(t, NULL, "x", e);
}

static void a_key_is_never_null(void **state)
{
	struct world *w = *state;

	assert_int_equal(store_txn(w->store, "all", w->fence, put_null_key, NULL, &w->e), -1);
	assert_int_equal(w->e.code, ERR_BUG);
	assert_string_equal(w->e.text, "a row of meta has no key");
}

/* Reads by another handle while `w->store` writes, and the other way round. */
struct two {
	struct world *w;
	struct store *other;
};

STEP(check_a_is_gone)
{
	(void)e;
	assert_string_equal(meta(t, "a", arg), "(none)");
	return 0;
}

STEP(write_while_the_other_reads)
{
	struct two *two = arg;

	/* The snapshot was taken although nothing has been read yet. */
	write_txn(two->w, put_a_is_1, NULL);
	assert_string_equal(meta(t, "a", two->w), "(none)");
	return check_a_is_gone(t, two->w, e);
}

STEP(put_and_look_from_outside)
{
	struct two *two = arg;

	assert_int_equal(put_meta(t, "b", "1", e), 0);
	must(two->w, store_read(two->other, check_a_is_1, two->w, &two->w->e), 0);
	struct row_meta b = { .key = "b" };
	assert_int_equal(store_remove(t, TABLE_META, &b, e), 1);
	struct row_meta a = { .key = "a" };
	assert_int_equal(store_remove(t, TABLE_META, &a, e), 1);
	must(two->w, store_read(two->other, check_a_is_1, two->w, &two->w->e), 0);
	return 0;
}

static void a_reader_keeps_its_snapshot(void **state)
{
	struct world *w = *state;
	struct two two = { w, w->adapter->again(w) };

	must(w, store_read(two.other, write_while_the_other_reads, &two, &w->e), 0);
	must(w, store_read(two.other, check_a_is_1, w, &w->e), 0);
	write_txn(w, put_and_look_from_outside, &two);
	must(w, store_read(two.other, check_a_is_gone, w, &w->e), 0);
	store_close(two.other);
}

static void data_outlive_the_handle(void **state)
{
	struct world *w = *state;

	write_txn(w, put_a_is_1, NULL);
	struct store *other = w->adapter->again(w);
	store_close(w->store);
	w->store = other;
	read_txn(w, check_a_is_1, w);
	assert_int_equal(store_verify(w->store, &w->e), 0);
}

static void the_lock_is_held_once_and_given_back(void **state)
{
	struct world *w = *state;
	struct store *other = w->adapter->again(w);
	int64_t fence = 0;

	assert_int_equal(store_lock(other, "all", &fence, &w->e), -1);
	assert_int_equal(w->e.code, ERR_LOCKED);
	assert_int_equal(store_lock(w->store, "all", &fence, &w->e), -1);
	assert_int_equal(w->e.code, ERR_LOCKED);
	assert_int_equal(fence, 0);
	store_unlock(w->store, "all");
	must(w, store_lock(other, "all", &fence, &w->e), 0);
	assert_true(fence > w->fence);
	store_close(other);
	must(w, store_lock(w->store, "all", &fence, &w->e), 0);
	w->fence = fence;
}

static void check_not_written(struct world *w, struct store *s, int64_t fence, const char *text)
{
	struct err e = { 0 };

	assert_int_equal(store_txn(s, "all", fence, put_a_is_1, NULL, &e), -1);
	assert_int_equal(e.code, ERR_LOCKED);
	assert_string_equal(e.text, text);
	must(w, store_read(s, check_a_is_gone, w, &w->e), 0);
}

static void writing_needs_the_lock(void **state)
{
	static const char text[] = "the store was to be written without its lock";
	struct world *w = *state;
	struct store *other = w->adapter->again(w);

	check_not_written(w, other, 0, text);
	check_not_written(w, other, w->fence, text);
	check_not_written(w, w->store, 0, text);
	check_not_written(w, w->store, w->fence + 1, text);
	store_unlock(w->store, "all");
	check_not_written(w, w->store, w->fence, text);
	store_close(other);
}

static void a_stale_fence_is_refused(void **state)
{
	struct world *w = *state;
	struct store *other = w->adapter->again(w);
	int64_t fence;

	w->adapter->lose_lock(w);
	must(w, store_lock(other, "all", &fence, &w->e), 0);
	assert_int_equal(fence, 2);
	check_not_written(w, w->store, 1,
			  "another controller took the lock meanwhile (fence 2, ours is 1): "
			  "nothing was written");
	must(w, store_txn(other, "all", fence, put_a_is_1, NULL, &w->e), 0);
	store_close(other);
}

STEP(set_back_the_fence)
{
	(void)arg;
	return put_meta(t, "fence", "41", e);
}

static void a_fence_from_another_life_is_refused(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 41; i++) {
		store_unlock(w->store, "all");
		must(w, store_lock(w->store, "all", &w->fence, &w->e), 0);
	}
	write_txn(w, set_back_the_fence, NULL);
	check_not_written(
	    w, w->store, 42,
	    "the store never gave out fence 42 (its last is 41): was a backup restored "
	    "meanwhile?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(nothing_is_written_when_the_callback_fails),
		BOTH(a_reading_transaction_can_not_write),
		BOTH(a_read_inside_a_transaction_sees_its_writes),
		BOTH(transactions_do_not_nest),
		BOTH(a_key_is_never_null),
		BOTH(a_reader_keeps_its_snapshot),
		BOTH(data_outlive_the_handle),
		BOTH(the_lock_is_held_once_and_given_back),
		BOTH(writing_needs_the_lock),
		BOTH(a_stale_fence_is_refused),
		BOTH(a_fence_from_another_life_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
