/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of port/store.h as data, and the calls through the ops table. */
#include "reconcile/port/store.h"

#define KEY STORE_KEY
#define IX STORE_IX

#define COL(table, type, member, flags)                                                            \
	{ #member, STORE_##type, flags, offsetof(struct row_##table, member) },
#define TABLE(id, name, columns) static const struct store_col columns_##name[] = { columns };
STORE_TABLES(TABLE)
#undef TABLE
#undef COL

#define COL(table, type, member, flags) +(((flags) & STORE_KEY) ? 1 : 0)
#define TABLE(id, name, columns)                                                                   \
	[TABLE_##id] = { #name, sizeof(struct row_##name), columns_##name,                         \
			 sizeof(columns_##name) / sizeof(columns_##name[0]), 0 columns },
static const struct store_table tables[] = { STORE_TABLES(TABLE) };
#undef TABLE
#undef COL

_Static_assert(sizeof(tables) / sizeof(tables[0]) == TABLE_MAX, "a description for each table");

const struct store_table *store_table(enum store_table_id id)
{
	return &tables[id];
}

int store_txn(struct store *s, const char *shard, int64_t fence, store_txn_fn *fn, void *arg,
	      struct err *e)
{
	return s->ops->txn(s, shard, fence, fn, arg, e);
}

int store_read(struct store *s, store_txn_fn *fn, void *arg, struct err *e)
{
	return s->ops->read(s, fn, arg, e);
}

int store_get(struct store_txn *t, enum store_table_id table, void *row, struct arena *mem,
	      struct err *e)
{
	return t->store->ops->get(t, table, row, mem, e);
}

int store_put(struct store_txn *t, enum store_table_id table, const void *row, struct err *e)
{
	return t->store->ops->put(t, table, row, e);
}

int store_insert(struct store_txn *t, enum store_table_id table, const void *row, struct err *e)
{
	return t->store->ops->insert(t, table, row, e);
}

int store_remove(struct store_txn *t, enum store_table_id table, const void *row, struct err *e)
{
	return t->store->ops->remove(t, table, row, e);
}

int store_each(struct store_txn *t, enum store_table_id table, const struct store_where *where,
	       struct arena *mem, store_row_fn *fn, void *arg, struct err *e)
{
	return t->store->ops->each(t, table, where, mem, fn, arg, e);
}

int store_lock(struct store *s, const char *shard, int64_t *fence, struct err *e)
{
	return s->ops->lock(s, shard, fence, e);
}

void store_unlock(struct store *s, const char *shard)
{
	s->ops->unlock(s, shard);
}

int store_verify(struct store *s, struct err *e)
{
	return s->ops->verify(s, e);
}

void store_close(struct store *s)
{
	if (s)
		s->ops->close(s);
}
