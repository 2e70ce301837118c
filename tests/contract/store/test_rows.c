/* SPDX-License-Identifier: Apache-2.0 */
/* The contract of the store port, first part: rows. One suite for all adapters. */
#include "tests/unit/unit.h"

#include "schema/base/buf.h"
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

STEP(check_a_is_gone)
{
	(void)e;
	assert_string_equal(meta(t, "a", arg), "(none)");
	return 0;
}

static void a_row_that_was_put_is_read_back(void **state)
{
	struct world *w = *state;

	read_txn(w, check_a_is_gone, w);
	write_txn(w, put_a_is_1, NULL);
	read_txn(w, check_a_is_1, w);
}

STEP(put_over)
{
	assert_int_equal(put_meta(t, "a", "1", e), 0);
	assert_int_equal(put_meta(t, "a", "2", e), 0);
	assert_string_equal(meta(t, "a", arg), "2");
	return 0;
}

static void put_replaces_the_row_of_the_same_key(void **state)
{
	write_txn(*state, put_over, *state);
}

STEP(insert_over)
{
	struct row_meta row = { "a", "2" };
	struct row_audit line = { .seq = 7 };

	assert_int_equal(store_insert(t, TABLE_META, &row, e), -1);
	assert_int_equal(e->code, ERR_CONFLICT);
	assert_string_equal(e->text, "meta a exists already");
	assert_string_equal(meta(t, "a", arg), "1");
	assert_int_equal(store_insert(t, TABLE_AUDIT, &line, e), 0);
	assert_int_equal(store_insert(t, TABLE_AUDIT, &line, e), -1);
	assert_string_equal(e->text, "audit 7 exists already");
	return put_meta(t, "b", "kept", e);
}

STEP(check_b_is_kept)
{
	(void)e;
	assert_string_equal(meta(t, "b", arg), "kept");
	return 0;
}

static void insert_conflicts_and_the_transaction_goes_on(void **state)
{
	struct world *w = *state;

	write_txn(w, put_a_is_1, NULL);
	write_txn(w, insert_over, w);
	read_txn(w, check_b_is_kept, w);
}

STEP(remove_a_twice)
{
	struct row_meta row = { .key = "a" };

	(void)arg;
	assert_int_equal(store_remove(t, TABLE_META, &row, e), 1);
	assert_int_equal(store_remove(t, TABLE_META, &row, e), 0);
	return 0;
}

static void remove_says_whether_the_row_was_there(void **state)
{
	struct world *w = *state;

	write_txn(w, put_a_is_1, NULL);
	write_txn(w, remove_a_twice, NULL);
	read_txn(w, check_a_is_gone, w);
}

STEP(null_and_empty)
{
	struct row_pair row = { .certificate_uid = "c", .sha256 = "s", .topic = "" };
	struct row_pair got = { .certificate_uid = "c", .sha256 = "s" };
	struct world *w = arg;

	assert_int_equal(store_put(t, TABLE_PAIR, &row, e), 0);
	assert_int_equal(store_get(t, TABLE_PAIR, &got, &w->mem, e), 1);
	assert_null(got.serial);
	assert_string_equal(got.topic, "");
	assert_null(got.pem.data);
	row.pem = (struct blob){ "", 0 };
	assert_int_equal(store_put(t, TABLE_PAIR, &row, e), 0);
	assert_int_equal(store_get(t, TABLE_PAIR, &got, &w->mem, e), 1);
	assert_non_null(got.pem.data);
	assert_int_equal(got.pem.len, 0);
	return 0;
}

static void null_is_not_the_empty_text(void **state)
{
	write_txn(*state, null_and_empty, *state);
}

STEP(all_kinds_of_values)
{
	static const char bytes[] = "a\0b\0\xff";
	struct row_key_record row = {
		"z\xc3\xbcrich \xf0\x9f\x94\x91", "s",      INT64_MIN, "It's \"it\"",
		{ bytes, sizeof(bytes) - 1 },     INT64_MAX
	};
	struct row_key_record got = { .certificate_uid = row.certificate_uid, .spki = "s" };
	struct world *w = arg;

	assert_int_equal(store_put(t, TABLE_KEY_RECORD, &row, e), 0);
	assert_int_equal(store_get(t, TABLE_KEY_RECORD, &got, &w->mem, e), 1);
	assert_string_equal(got.certificate_uid, "z\xc3\xbcrich \xf0\x9f\x94\x91");
	assert_int_equal(got.version, INT64_MIN);
	assert_string_equal(got.state, "It's \"it\"");
	assert_int_equal(got.sealed.len, sizeof(bytes) - 1);
	assert_memory_equal(got.sealed.data, bytes, sizeof(bytes) - 1);
	assert_int_equal(got.created_at, INT64_MAX);
	return 0;
}

static void extremes_utf8_and_nul_bytes_survive(void **state)
{
	write_txn(*state, all_kinds_of_values, *state);
}

/* The names of the rows that come, joined by spaces. */
struct seen {
	struct buf text;
	size_t stop_after; /* 0: never */
	size_t n;
};

static int see_due(const void *row, void *arg, struct err *e)
{
	const struct row_due *d = row;
	struct seen *s = arg;

	(void)e;
	buf_addf(&s->text, "%s%s/%s", s->n ? " " : "", d->tenant_uid, d->what);
	return ++s->n == s->stop_after ? 5 : 0;
}

static int see_claim(const void *row, void *arg, struct err *e)
{
	const struct row_claim *c = row;
	struct seen *s = arg;

	(void)e;
	buf_addf(&s->text, "%s%s", s->n++ ? " " : "", c->value);
	return 0;
}

static void check_each(struct store_txn *t, enum store_table_id table, struct store_where where,
		       size_t stop_after, store_row_fn *fn, int returns, const char *wanted)
{
	struct seen s = { BUF_INIT(1 << 16), stop_after, 0 };
	struct arena mem = ARENA_INIT;
	struct err e = { 0 };

	assert_int_equal(store_each(t, table, &where, &mem, fn, &s, &e), returns);
	assert_string_equal(buf_str(&s.text), wanted);
	buf_release(&s.text);
	arena_release(&mem);
}

STEP(some_dues)
{
	static const struct row_due due[] = { { "b", "x", 30 },
					      { "a", "y", 20 },
					      { "a", "x", 30 },
					      { "B", "z", -5 },
					      { "c", "x", INT64_MAX } };

	(void)arg;
	for (size_t i = 0; i < sizeof(due) / sizeof(due[0]); i++)
		assert_int_equal(store_insert(t, TABLE_DUE, &due[i], e), 0);
	return 0;
}

STEP(walk_dues)
{
	(void)arg;
	(void)e;
	check_each(t, TABLE_DUE, (struct store_where){ STORE_ALL, NULL, NULL, 0, 0 }, 0, see_due, 0,
		   "B/z a/x a/y b/x c/x");
	check_each(t, TABLE_DUE, (struct store_where){ .limit = 2 }, 0, see_due, 0, "B/z a/x");
	check_each(t, TABLE_DUE, (struct store_where){ 0 }, 3, see_due, 5, "B/z a/x a/y");
	check_each(t, TABLE_DUE, (struct store_where){ STORE_EQUAL, "tenant_uid", "a", 0, 0 }, 0,
		   see_due, 0, "a/x a/y");
	check_each(t, TABLE_DUE, (struct store_where){ STORE_EQUAL, "tenant_uid", "A", 0, 0 }, 0,
		   see_due, 0, "");
	check_each(t, TABLE_DUE, (struct store_where){ STORE_UPTO, "at", NULL, 30, 0 }, 0, see_due,
		   0, "B/z a/y a/x b/x");
	check_each(t, TABLE_DUE, (struct store_where){ STORE_UPTO, "at", NULL, 29, 1 }, 0, see_due,
		   0, "B/z");
	return 0;
}

static void each_selects_in_a_fixed_order(void **state)
{
	struct world *w = *state;

	write_txn(w, some_dues, NULL);
	read_txn(w, walk_dues, NULL);
}

STEP(some_claims)
{
	static const struct row_claim claim[] = {
		{ "topic", "t2", "u1", "c1", 1, 1 },
		{ "topic", "t1", "u1", NULL, 0, 1 },
		{ "key", "k1", "u2", "c2", 1, 1 },
		{ "topic", "t3", NULL, "c1", 0, 1 },
	};

	(void)arg;
	for (size_t i = 0; i < sizeof(claim) / sizeof(claim[0]); i++)
		assert_int_equal(store_insert(t, TABLE_CLAIM, &claim[i], e), 0);
	return 0;
}

STEP(search_claims)
{
	(void)arg;
	(void)e;
	check_each(t, TABLE_CLAIM, (struct store_where){ STORE_EQUAL, "kind", "topic", 0, 0 }, 0,
		   see_claim, 0, "t1 t2 t3");
	check_each(t, TABLE_CLAIM, (struct store_where){ STORE_EQUAL, "tenant_uid", "u1", 0, 0 }, 0,
		   see_claim, 0, "t1 t2");
	check_each(t, TABLE_CLAIM,
		   (struct store_where){ STORE_EQUAL, "certificate_uid", "c1", 0, 0 }, 0, see_claim,
		   0, "t2 t3");
	check_each(t, TABLE_CLAIM, (struct store_where){ STORE_EQUAL, "tenant_uid", NULL, 0, 0 }, 0,
		   see_claim, 0, "t3");
	return 0;
}

static void each_searches_by_indexed_columns_and_for_null(void **state)
{
	struct world *w = *state;

	write_txn(w, some_claims, NULL);
	read_txn(w, search_claims, NULL);
}

static void check_refused_search(struct store_txn *t, struct store_where where, const char *text)
{
	struct arena mem = ARENA_INIT;
	struct err e = { 0 };

	assert_int_equal(store_each(t, TABLE_DUE, &where, &mem, see_due, NULL, &e), -1);
	assert_int_equal(e.code, ERR_BUG);
	assert_string_equal(e.text, text);
	arena_release(&mem);
}

STEP(search_wrongly)
{
	(void)arg;
	(void)e;
	check_refused_search(t, (struct store_where){ STORE_EQUAL, "what", "x", 0, 0 },
			     "due can not be searched by what");
	check_refused_search(t, (struct store_where){ STORE_EQUAL, NULL, "x", 0, 0 },
			     "due can not be searched by nothing");
	check_refused_search(t, (struct store_where){ STORE_UPTO, "tenant_uid", NULL, 1, 0 },
			     "due.tenant_uid has the wrong type for this search");
	check_refused_search(t, (struct store_where){ STORE_EQUAL, "at", "1", 0, 0 },
			     "due.at has the wrong type for this search");
	return 0;
}

static void each_refuses_a_search_without_an_index(void **state)
{
	read_txn(*state, search_wrongly, NULL);
}

struct walker {
	struct store_txn *t;
	struct world *w;
	int n;
};

static int write_while_walking(const void *row, void *arg, struct err *e)
{
	const struct row_due *d = row;
	struct walker *k = arg;
	struct err why = { 0 };

	assert_int_equal(store_remove(k->t, TABLE_DUE, d, &why), -1);
	assert_string_equal(why.text, "due was to be written while store_each walks it");
	assert_int_equal(why.code, ERR_BUG);
	k->n++;
	return put_meta(k->t, d->tenant_uid, d->what, e);
}

STEP(walk_and_write)
{
	struct walker k = { t, arg, 0 };

	assert_int_equal(store_each(t, TABLE_DUE, NULL, &k.w->mem, write_while_walking, &k, e), 0);
	assert_int_equal(k.n, 5);
	assert_string_equal(meta(t, "c", arg), "x");
	return 0;
}

static void a_walk_may_write_to_other_tables_only(void **state)
{
	struct world *w = *state;

	write_txn(w, some_dues, NULL);
	write_txn(w, walk_and_write, w);
}

static int walk_inside(const void *row, void *arg, struct err *e)
{
	struct walker *k = arg;

	(void)row;
	(void)e;
	k->n++;
	check_each(k->t, TABLE_DUE, (struct store_where){ 0 }, 0, see_due, 0,
		   "B/z a/x a/y b/x c/x");
	return 0;
}

STEP(walk_twice)
{
	struct walker k = { t, arg, 0 };

	assert_int_equal(store_each(t, TABLE_DUE, NULL, &k.w->mem, walk_inside, &k, e), 0);
	assert_int_equal(k.n, 5);
	return 0;
}

static void walks_of_one_table_nest(void **state)
{
	struct world *w = *state;

	write_txn(w, some_dues, NULL);
	read_txn(w, walk_twice, w);
}

STEP(ten_thousand)
{
	char uid[32];

	(void)arg;
	for (int64_t i = 0; i < 10000; i++) {
		snprintf(uid, sizeof(uid), "tenant-%05d", (int)i);
		struct row_due row = { uid, "probe", 10000 - i };
		assert_int_equal(store_put(t, TABLE_DUE, &row, e), 0);
	}
	return 0;
}

struct count {
	struct arena *mem;
	size_t n, most;
	int64_t last;
};

static int count_and_forget(const void *row, void *arg, struct err *e)
{
	const struct row_due *d = row;
	struct count *c = arg;

	(void)e;
	assert_true(d->at > c->last);
	c->last = d->at;
	c->n++;
	if (c->mem->used > c->most)
		c->most = c->mem->used;
	arena_reset(c->mem);
	return 0;
}

STEP(count_rows)
{
	struct count c = { .mem = &(struct arena)ARENA_INIT };
	struct store_where where = { STORE_UPTO, "at", NULL, 9000, 0 };

	(void)arg;
	assert_int_equal(store_each(t, TABLE_DUE, &where, c.mem, count_and_forget, &c, e), 0);
	assert_int_equal(c.n, 9000);
	assert_in_range(c.most, 1, 256);
	arena_release(c.mem);
	return 0;
}

static void ten_thousand_rows_take_the_memory_of_one(void **state)
{
	struct world *w = *state;

	write_txn(w, ten_thousand, NULL);
	read_txn(w, count_rows, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_row_that_was_put_is_read_back),
		BOTH(put_replaces_the_row_of_the_same_key),
		BOTH(insert_conflicts_and_the_transaction_goes_on),
		BOTH(remove_says_whether_the_row_was_there),
		BOTH(null_is_not_the_empty_text),
		BOTH(extremes_utf8_and_nul_bytes_survive),
		BOTH(each_selects_in_a_fixed_order),
		BOTH(each_searches_by_indexed_columns_and_for_null),
		BOTH(each_refuses_a_search_without_an_index),
		BOTH(a_walk_may_write_to_other_tables_only),
		BOTH(walks_of_one_table_nest),
		BOTH(ten_thousand_rows_take_the_memory_of_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
