/* SPDX-License-Identifier: Apache-2.0 */
/* A double of the store port: the store in memory, behind calls that are counted. */
#ifndef APNSCTL_TESTS_DOUBLE_STORE_H
#define APNSCTL_TESTS_DOUBLE_STORE_H

#include "reconcile/adapter/memory/memory.h"
#include "tests/unit/reconcile/run/world.h"

struct double_txn {
	struct store_txn base;
	struct store_txn *inner;
	struct world *w;
	store_txn_fn *fn;
	void *arg;
	bool writes, lost;
};

static int in_txn(struct store_txn *inner, void *arg, struct err *e)
{
	struct double_txn *t = arg;

	t->inner = inner;
	int rc = t->fn(&t->base, t->arg, e);
	if (rc || !t->writes)
		return rc;
	struct turn turn = take_turn(t->w, "store commit");
	if (!turn.acts)
		return injected(e, ERR_IO, "store commit");
	t->lost = !turn.tells;
	return 0;
}

static int double_begin(struct store *s, const char *shard, int64_t fence, store_txn_fn *fn,
			void *arg, struct err *e)
{
	struct world *w = WORLD(s);
	struct double_txn t = { { s }, NULL, w, fn, arg, true, false };

	if (!take_turn(w, "store begin").tells)
		return injected(e, ERR_IO, "store begin");
	w->n_txn++;
	int rc = store_txn(w->inner, shard, fence, in_txn, &t, e);
	return t.lost ? injected(e, ERR_IO, "store commit") : rc;
}

static int double_read(struct store *s, store_txn_fn *fn, void *arg, struct err *e)
{
	struct double_txn t = { { s }, NULL, WORLD(s), fn, arg, false, false };

	if (!take_turn(WORLD(s), "store snapshot").tells)
		return injected(e, ERR_IO, "store snapshot");
	return store_read(WORLD(s)->inner, in_txn, &t, e);
}

static struct store_txn *inner_of(struct store_txn *t, const char *call, struct err *e)
{
	struct double_txn *d = (struct double_txn *)t;

	if (!take_turn(d->w, call).tells) {
		injected(e, ERR_IO, call);
		return NULL;
	}
	return d->inner;
}

static int double_get(struct store_txn *t, enum store_table_id table, void *row, struct arena *mem,
		      struct err *e)
{
	struct store_txn *inner = inner_of(t, "store get", e);

	return inner ? store_get(inner, table, row, mem, e) : -1;
}

static int double_put(struct store_txn *t, enum store_table_id table, const void *row,
		      struct err *e)
{
	struct store_txn *inner = inner_of(t, "store put", e);

	((struct double_txn *)t)->w->n_write++;
	return inner ? store_put(inner, table, row, e) : -1;
}

static int double_insert(struct store_txn *t, enum store_table_id table, const void *row,
			 struct err *e)
{
	struct store_txn *inner = inner_of(t, "store insert", e);

	((struct double_txn *)t)->w->n_write++;
	return inner ? store_insert(inner, table, row, e) : -1;
}

static int double_remove(struct store_txn *t, enum store_table_id table, const void *row,
			 struct err *e)
{
	struct store_txn *inner = inner_of(t, "store remove", e);

	((struct double_txn *)t)->w->n_write++;
	return inner ? store_remove(inner, table, row, e) : -1;
}

static int double_each(struct store_txn *t, enum store_table_id table,
		       const struct store_where *where, struct arena *mem, store_row_fn *fn,
		       void *arg, struct err *e)
{
	struct store_txn *inner = inner_of(t, "store each", e);

	return inner ? store_each(inner, table, where, mem, fn, arg, e) : -1;
}

static int double_lock(struct store *s, const char *shard, int64_t *fence, struct err *e)
{
	if (!take_turn(WORLD(s), "store lock").tells)
		return injected(e, ERR_LOCKED, "store lock");
	return store_lock(WORLD(s)->inner, shard, fence, e);
}

/* The lock dies with its process. */
static void double_unlock(struct store *s, const char *shard)
{
	store_unlock(WORLD(s)->inner, shard);
}

static const struct store_ops double_store = {
	.txn = double_begin,
	.read = double_read,
	.get = double_get,
	.put = double_put,
	.insert = double_insert,
	.remove = double_remove,
	.each = double_each,
	.lock = double_lock,
	.unlock = double_unlock,
};

#endif
