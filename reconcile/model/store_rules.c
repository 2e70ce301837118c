/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/model/store_rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "schema/base/text.h"

const char **store_text(const struct store_col *col, void *row)
{
	return (const char **)(void *)((char *)row + col->off);
}

int64_t *store_int(const struct store_col *col, void *row)
{
	return (int64_t *)(void *)((char *)row + col->off);
}

struct blob *store_blob(const struct store_col *col, void *row)
{
	return (struct blob *)(void *)((char *)row + col->off);
}

int store_check_key(const struct store_table *table, const void *row, struct err *e)
{
	for (unsigned i = 0; i < table->n_key; i++) {
		const struct store_col *c = &table->col[i];
		if (c->type == STORE_TEXT &&
		    !*(const char *const *)(const void *)((const char *)row + c->off))
			return err_set(e, ERR_BUG, "a row of %s has no %s", table->name, c->name);
	}
	return 0;
}

int store_check_write(const struct store_table *table, bool writes, bool walked, const void *row,
		      struct err *e)
{
	if (!writes)
		return err_set(e, ERR_BUG, "%s was to be written inside store_read", table->name);
	if (walked)
		return err_set(e, ERR_BUG, "%s was to be written while store_each walks it",
			       table->name);
	return store_check_key(table, row, e);
}

static const struct store_col *column(const struct store_table *table, const char *name)
{
	for (unsigned i = 0; i < table->n_col; i++)
		if (text_eq(table->col[i].name, name))
			return &table->col[i];
	return NULL;
}

int store_check_where(const struct store_table *table, const struct store_where *where,
		      const struct store_col **col, struct err *e)
{
	*col = NULL;
	if (!where || where->select == STORE_ALL)
		return 0;
	const struct store_col *c = column(table, where->col);
	if (!c || (c != table->col && !(c->flags & STORE_IX)))
		return err_set(e, ERR_BUG, "%s can not be searched by %s", table->name,
			       where->col ? where->col : "nothing");
	if (c->type != (where->select == STORE_EQUAL ? STORE_TEXT : STORE_INT))
		return err_set(e, ERR_BUG, "%s.%s has the wrong type for this search", table->name,
			       c->name);
	*col = c;
	return 0;
}

int store_conflict(const struct store_table *table, const void *row, struct err *e)
{
	struct buf key = BUF_INIT(256);

	for (unsigned i = 0; i < table->n_key; i++) {
		const char *at = (const char *)row + table->col[i].off;
		if (i)
			buf_addc(&key, '/');
		if (table->col[i].type == STORE_TEXT)
			buf_adds(&key, *(const char *const *)(const void *)at);
		else
			buf_addf(&key, "%" PRId64, *(const int64_t *)(const void *)at);
	}
	err_set(e, ERR_CONFLICT, "%s %s exists already", table->name, buf_str(&key));
	buf_release(&key);
	return -1;
}

int store_not_locked(struct err *e)
{
	return err_set(e, ERR_LOCKED, "the store was to be written without its lock");
}

/* The last fence given out, 0 before the first. */
static int last_fence(struct store_txn *t, int64_t *fence, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct row_meta row = { .key = STORE_FENCE_KEY };
	char *end = NULL;

	*fence = 0;
	int rc = store_get(t, TABLE_META, &row, &mem, e);
	if (rc == 1) {
		*fence = row.value ? strtoll(row.value, &end, 10) : 0;
		rc = 0;
		if (*fence <= 0 || *end || *fence == INT64_MAX)
			rc = err_set(e, ERR_IO, "the fence in the store is no number: \"%s\"",
				     row.value ? row.value : "");
	}
	arena_release(&mem);
	return rc;
}

int store_check_fence(struct store_txn *t, int64_t fence, struct err *e)
{
	int64_t last;

	if (last_fence(t, &last, e))
		return -1;
	if (fence < last)
		return err_set(e, ERR_LOCKED,
			       "another controller took the lock meanwhile (fence %" PRId64
			       ", ours is %" PRId64 "): nothing was written",
			       last, fence);
	if (fence > last)
		return err_set(e, ERR_LOCKED,
			       "the store never gave out fence %" PRId64 " (its last is %" PRId64
			       "): was a backup restored meanwhile?",
			       fence, last);
	return 0;
}

int store_next_fence(struct store_txn *t, int64_t *fence, struct err *e)
{
	char text[24];
	int64_t last;

	if (last_fence(t, &last, e))
		return -1;
	snprintf(text, sizeof(text), "%" PRId64, last + 1);
	struct row_meta row = { .key = STORE_FENCE_KEY, .value = text };
	if (store_put(t, TABLE_META, &row, e))
		return -1;
	*fence = last + 1;
	return 0;
}
