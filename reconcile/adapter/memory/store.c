/* SPDX-License-Identifier: Apache-2.0 */
/* The operations of the store port over versions of tables in memory. */
#include "reconcile/adapter/memory/memory.h"

#include <stdlib.h>
#include <string.h>

#include "reconcile/adapter/memory/rows.h"
#include "reconcile/model/store_rules.h"
#include "schema/base/text.h"

/* One change of the running transaction; `is` NULL: removed, `was` NULL: new. */
struct change {
	enum store_table_id table;
	struct row *was, *is;
};

/* What all handles share. */
struct data {
	unsigned handles;
	struct rows *table[TABLE_MAX];
	struct rows *committed[TABLE_MAX]; /* for other handles while a transaction runs */
	const struct memory_store *locked_by;
	const struct memory_store *writer; /* whose transaction runs */
	struct change *change;
	size_t n_change, cap_change;
};

struct memory_store {
	struct store base;
	struct data *data;
	struct memory_txn *txn; /* the outermost one that runs; NULL: none */
	int64_t fence;
	unsigned walking[TABLE_MAX];
};

/* A writing transaction works on the tables of the data, a reading one holds versions. */
struct memory_txn {
	struct store_txn base;
	bool writes;
	struct rows **table;
};

static struct memory_store *store_of(struct store_txn *t)
{
	return (struct memory_store *)t->store;
}

static struct rows *rows_of(struct store_txn *t, enum store_table_id id)
{
	return ((struct memory_txn *)t)->table[id];
}

static void hold_all(struct rows *const from[TABLE_MAX], struct rows *to[TABLE_MAX])
{
	for (unsigned i = 0; i < TABLE_MAX; i++)
		to[i] = rows_hold(from[i]);
}

static void drop_all(struct rows *held[TABLE_MAX])
{
	for (unsigned i = 0; i < TABLE_MAX; i++) {
		rows_drop(held[i]);
		held[i] = NULL;
	}
}

static void undo(struct data *d, const struct change *c)
{
	const struct store_table *table = store_table(c->table);
	struct rows *r = d->table[c->table] = rows_own(d->table[c->table]);
	size_t at;
	bool there = rows_find(r, table, row_data(c->is ? c->is : c->was), &at);

	if (there && c->was)
		row_drop(rows_replace(r, at, c->was));
	else if (there)
		row_drop(rows_remove(r, at));
	else
		rows_insert(r, at, c->was);
}

static void end_changes(struct data *d, bool keep)
{
	while (d->n_change) {
		struct change *c = &d->change[--d->n_change];
		if (!keep)
			undo(d, c);
		if (c->was)
			row_drop(c->was);
		if (c->is)
			row_drop(c->is);
	}
}

/* Takes over the caller's hold on both rows. */
static void note_change(struct data *d, enum store_table_id id, struct row *was, struct row *is)
{
	if (d->n_change == d->cap_change) {
		d->cap_change = d->cap_change ? d->cap_change * 2 : 64;
		d->change = reallocarray(d->change, d->cap_change, sizeof(*d->change));
		if (!d->change)
			out_of_memory();
	}
	d->change[d->n_change++] = (struct change){ id, was, is };
}

static int write_txn(struct memory_store *m, int64_t fence, store_txn_fn *fn, void *arg,
		     struct err *e)
{
	struct data *d = m->data;
	struct memory_txn t = { { &m->base }, true, d->table };
	bool others = d->handles > 1;

	if (m->txn)
		return err_set(e, ERR_BUG, "a transaction was begun inside another one");
	if (d->writer)
		return err_set(e, ERR_LOCKED, "the store is busy: another handle writes to it");
	if (others)
		hold_all(d->table, d->committed);
	m->txn = &t;
	d->writer = m;
	int rc = fence > 0 ? store_check_fence(&t.base, fence, e) : 0;
	if (!rc)
		rc = fn(&t.base, arg, e);
	end_changes(d, rc == 0);
	d->writer = NULL;
	m->txn = NULL;
	if (others)
		drop_all(d->committed);
	return rc;
}

static int txn(struct store *s, const char *shard, int64_t fence, store_txn_fn *fn, void *arg,
	       struct err *e)
{
	struct memory_store *m = (struct memory_store *)s;

	(void)shard;
	if (!m->fence || fence != m->fence)
		return store_not_locked(e);
	return write_txn(m, fence, fn, arg, e);
}

static int read_txn(struct store *s, store_txn_fn *fn, void *arg, struct err *e)
{
	struct memory_store *m = (struct memory_store *)s;
	struct rows *held[TABLE_MAX];
	struct memory_txn t = { { s }, false, held };

	if (m->txn) {
		t.table = m->txn->table;
		return fn(&t.base, arg, e);
	}
	hold_all(m->data->writer ? m->data->committed : m->data->table, held);
	m->txn = &t;
	int rc = fn(&t.base, arg, e);
	m->txn = NULL;
	drop_all(held);
	return rc;
}

static int get(struct store_txn *t, enum store_table_id id, void *row, struct arena *mem,
	       struct err *e)
{
	const struct store_table *table = store_table(id);
	const struct rows *r = rows_of(t, id);
	size_t at;

	if (store_check_key(table, row, e))
		return -1;
	if (!rows_find(r, table, row, &at))
		return 0;
	row_copy(table, row_data(r->row[at]), row, mem);
	return 1;
}

/* The table, held once, to be changed; NULL: it may not be. */
static struct rows *to_write(struct store_txn *t, enum store_table_id id, const void *row,
			     struct err *e)
{
	struct memory_store *m = store_of(t);
	struct rows **r = &m->data->table[id];

	if (store_check_write(store_table(id), ((struct memory_txn *)t)->writes, m->walking[id] > 0,
			      row, e))
		return NULL;
	return *r = rows_own(*r);
}

static int put(struct store_txn *t, enum store_table_id id, const void *row, struct err *e)
{
	const struct store_table *table = store_table(id);
	struct rows *r = to_write(t, id, row, e);
	struct row *was = NULL;
	size_t at;

	if (!r)
		return -1;
	struct row *is = row_new(table, row);
	if (rows_find(r, table, row, &at))
		was = rows_replace(r, at, is);
	else
		rows_insert(r, at, is);
	note_change(store_of(t)->data, id, was, is);
	return 0;
}

static int insert(struct store_txn *t, enum store_table_id id, const void *row, struct err *e)
{
	const struct store_table *table = store_table(id);
	struct rows *r = to_write(t, id, row, e);
	size_t at;

	if (!r)
		return -1;
	if (rows_find(r, table, row, &at))
		return store_conflict(table, row, e);
	struct row *is = row_new(table, row);
	rows_insert(r, at, is);
	note_change(store_of(t)->data, id, NULL, is);
	return 0;
}

static int remove_row(struct store_txn *t, enum store_table_id id, const void *row, struct err *e)
{
	const struct store_table *table = store_table(id);
	struct rows *r = to_write(t, id, row, e);
	size_t at;

	if (!r)
		return -1;
	if (!rows_find(r, table, row, &at))
		return 0;
	note_change(store_of(t)->data, id, rows_remove(r, at), NULL);
	return 1;
}

static bool selected(const struct store_where *where, const struct store_col *col, const void *row)
{
	return !col || *store_int(col, (void *)(uintptr_t)row) <= where->upto;
}

/* qsort_r: rows in the order of one column; equal ones stay in that of their keys. */
struct picked {
	const struct row *row;
	size_t at;
};

static int by_column(const void *a, const void *b, void *col)
{
	const struct picked *x = a, *y = b;
	int d = rows_cmp_col(col, row_data(x->row), row_data(y->row));

	return d ? d : (x->at > y->at) - (x->at < y->at);
}

static struct picked *pick_equal(struct rows *r, const struct store_col *col, const char *text,
				 size_t *n)
{
	const size_t *at;

	*n = rows_equal_to(r, col, text, &at);
	struct picked *p = calloc(*n + 1, sizeof(*p));
	if (!p)
		out_of_memory();
	for (size_t i = 0; i < *n; i++)
		p[i] = (struct picked){ r->row[at[i]], at[i] };
	return p;
}

static struct picked *pick(struct rows *r, const struct store_where *where,
			   const struct store_col *col, size_t *n)
{
	if (col && where->select == STORE_EQUAL)
		return pick_equal(r, col, where->text, n);
	struct picked *p = calloc(r->n + 1, sizeof(*p));

	if (!p)
		out_of_memory();
	*n = 0;
	for (size_t i = 0; i < r->n; i++)
		if (selected(where, col, row_data(r->row[i])))
			p[(*n)++] = (struct picked){ r->row[i], i };
	if (col && where->select == STORE_UPTO)
		qsort_r(p, *n, sizeof(*p), by_column, (void *)(uintptr_t)col);
	return p;
}

static int each(struct store_txn *t, enum store_table_id id, const struct store_where *where,
		struct arena *mem, store_row_fn *fn, void *arg, struct err *e)
{
	const struct store_table *table = store_table(id);
	struct memory_store *m = store_of(t);
	const struct store_col *col;
	size_t n;
	int rc = 0;

	if (store_check_where(table, where, &col, e))
		return -1;
	struct picked *p = pick(rows_of(t, id), where, col, &n);
	if (where && where->limit && where->limit < n)
		n = where->limit;
	m->walking[id]++;
	for (size_t i = 0; !rc && i < n; i++) {
		void *row = arena_alloc(mem, table->size);
		row_copy(table, row_data(p[i].row), row, mem);
		rc = fn(row, arg, e);
	}
	m->walking[id]--;
	free(p);
	return rc;
}

static int take_fence(struct store_txn *t, void *arg, struct err *e)
{
	return store_next_fence(t, arg, e);
}

static int lock(struct store *s, const char *shard, int64_t *fence, struct err *e)
{
	struct memory_store *m = (struct memory_store *)s;

	(void)shard;
	if (m->data->locked_by)
		return err_set(e, ERR_LOCKED, "another handle holds the lock of the store");
	if (write_txn(m, 0, take_fence, fence, e))
		return -1;
	m->data->locked_by = m;
	m->fence = *fence;
	return 0;
}

static void unlock(struct store *s, const char *shard)
{
	struct memory_store *m = (struct memory_store *)s;

	(void)shard;
	m->fence = 0;
	if (m->data->locked_by == m)
		m->data->locked_by = NULL;
}

static int verify(struct store *s, struct err *e)
{
	(void)s;
	(void)e;
	return 0;
}

static void close_store(struct store *s)
{
	struct memory_store *m = (struct memory_store *)s;
	struct data *d = m->data;

	unlock(s, NULL);
	free(m);
	if (--d->handles)
		return;
	drop_all(d->table);
	free(d->change);
	free(d);
}

static const struct store_ops ops = {
	.txn = txn,
	.read = read_txn,
	.get = get,
	.put = put,
	.insert = insert,
	.remove = remove_row,
	.each = each,
	.lock = lock,
	.unlock = unlock,
	.verify = verify,
	.close = close_store,
};

static struct store *handle(struct data *d)
{
	struct memory_store *m = calloc(1, sizeof(*m));

	if (!m)
		out_of_memory();
	m->base.ops = &ops;
	m->data = d;
	d->handles++;
	return &m->base;
}

struct store *memory_store(void)
{
	struct data *d = calloc(1, sizeof(*d));

	if (!d)
		out_of_memory();
	for (unsigned i = 0; i < TABLE_MAX; i++)
		d->table[i] = rows_new();
	return handle(d);
}

struct store *memory_store_again(struct store *s)
{
	return handle(((struct memory_store *)s)->data);
}

void memory_store_lose_lock(struct store *s)
{
	((struct memory_store *)s)->data->locked_by = NULL;
}
