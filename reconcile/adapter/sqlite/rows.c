/* SPDX-License-Identifier: Apache-2.0 */
/* Rows in and out of SQLite, generic over the description of the tables. */
#include "reconcile/adapter/sqlite/internal.h"

#include <string.h>

#include "reconcile/model/store_rules.h"

static struct sqlite_store *store_of(struct store_txn *t)
{
	return (struct sqlite_store *)t->store;
}

static int prepare(struct sqlite_store *s, const struct buf *sql, unsigned flags,
		   sqlite3_stmt **out, struct err *e)
{
	if (sqlite3_prepare_v3(s->db, buf_str(sql), (int)sql->len, flags, out, NULL))
		return sqlite_fail(s, e);
	return 0;
}

typedef void sql_fn(const struct store_table *table, struct buf *out);

/* The cached statement of a table, made when it is first needed. */
static int cached(struct sqlite_store *s, sqlite3_stmt **slot, sql_fn *write_sql,
		  const struct store_table *table, struct err *e)
{
	struct buf sql = BUF_INIT(4096);

	if (*slot)
		return 0;
	write_sql(table, &sql);
	int rc = prepare(s, &sql, SQLITE_PREPARE_PERSISTENT, slot, e);
	buf_release(&sql);
	return rc;
}

/* SQLite may keep the pointers: the row outlives the step, and the statement is reset after it. */
static int bind_column(sqlite3_stmt *st, int at, const struct store_col *col, const void *row)
{
	void *r = (void *)(uintptr_t)row;
	const struct blob *b;
	const char *text;

	switch (col->type) {
	case STORE_TEXT:
		text = *store_text(col, r);
		return text ? sqlite3_bind_text64(st, at, text, strlen(text), SQLITE_STATIC,
						  SQLITE_UTF8)
			    : sqlite3_bind_null(st, at);
	case STORE_BLOB:
		b = store_blob(col, r);
		return b->data ? sqlite3_bind_blob64(st, at, b->data, b->len, SQLITE_STATIC)
			       : sqlite3_bind_null(st, at);
	default:
		return sqlite3_bind_int64(st, at, *store_int(col, r));
	}
}

static int bind_columns(struct sqlite_store *s, sqlite3_stmt *st, const struct store_table *table,
			unsigned n, const void *row, struct err *e)
{
	for (unsigned i = 0; i < n; i++)
		if (bind_column(st, (int)i + 1, &table->col[i], row))
			return sqlite_fail(s, e);
	return 0;
}

/* 0 unless the stored value has another type than the column: then the file is damaged. */
static int read_column(sqlite3_stmt *st, int at, const struct store_col *col, void *row,
		       struct arena *mem)
{
	int type = sqlite3_column_type(st, at);
	const void *bytes;
	size_t len;

	if (col->type == STORE_INT) {
		*store_int(col, row) = sqlite3_column_int64(st, at);
		return type == SQLITE_INTEGER ? 0 : -1;
	}
	if (type == SQLITE_NULL) {
		if (col->type == STORE_TEXT)
			*store_text(col, row) = NULL;
		else
			*store_blob(col, row) = (struct blob){ 0 };
		return col->flags & STORE_KEY ? -1 : 0;
	}
	if (type != (col->type == STORE_TEXT ? SQLITE_TEXT : SQLITE_BLOB))
		return -1;
	bytes = type == SQLITE_TEXT ? (const void *)sqlite3_column_text(st, at)
				    : sqlite3_column_blob(st, at);
	len = (size_t)sqlite3_column_bytes(st, at);
	if (len && !bytes)
		out_of_memory();
	char *copy = arena_strndup(mem, bytes, len);
	if (col->type == STORE_BLOB)
		*store_blob(col, row) = (struct blob){ copy, len };
	else
		*store_text(col, row) = copy;
	return col->type == STORE_TEXT && strlen(copy) != len ? -1 : 0;
}

static int read_row(struct sqlite_store *s, sqlite3_stmt *st, const struct store_table *table,
		    void *row, struct arena *mem, struct err *e)
{
	for (unsigned i = 0; i < table->n_col; i++)
		if (read_column(st, (int)i, &table->col[i], row, mem))
			return err_set(e, ERR_IO,
				       "the database %s is damaged (a row of %s has no valid %s): "
				       "restore a backup of it",
				       s->path, table->name, table->col[i].name);
	return 0;
}

int sqlite_get(struct store_txn *t, enum store_table_id id, void *row, struct arena *mem,
	       struct err *e)
{
	struct sqlite_store *s = store_of(t);
	const struct store_table *table = store_table(id);
	sqlite3_stmt **st = &s->statements[id].get;
	int rc = 0;

	if (store_check_key(table, row, e) || cached(s, st, sql_get, table, e))
		return -1;
	if (bind_columns(s, *st, table, table->n_key, row, e))
		return -1;
	switch (sqlite3_step(*st)) {
	case SQLITE_ROW:
		rc = read_row(s, *st, table, row, mem, e) ? -1 : 1;
		break;
	case SQLITE_DONE:
		break;
	default:
		rc = sqlite_fail(s, e);
	}
	sqlite3_reset(*st);
	return rc;
}

/* 1: the statement returned a row, 0: none. Stepped to its end, as RETURNING needs. */
static int write_row(struct store_txn *t, enum store_table_id id, sqlite3_stmt **st, sql_fn *sql,
		     bool key_only, const void *row, struct err *e)
{
	struct sqlite_store *s = store_of(t);
	const struct store_table *table = store_table(id);
	unsigned n = key_only ? table->n_key : table->n_col;
	int rows = 0, rc;

	if (store_check_write(table, ((struct sqlite_txn *)t)->writes, s->walking[id] > 0, row,
			      e) ||
	    cached(s, st, sql, table, e) || bind_columns(s, *st, table, n, row, e))
		return -1;
	while ((rc = sqlite3_step(*st)) == SQLITE_ROW)
		rows = 1;
	if (rc != SQLITE_DONE)
		rows = sqlite_fail(s, e);
	sqlite3_reset(*st);
	sqlite3_clear_bindings(*st);
	return rows;
}

int sqlite_put(struct store_txn *t, enum store_table_id id, const void *row, struct err *e)
{
	sqlite3_stmt **st = &store_of(t)->statements[id].put;

	return write_row(t, id, st, sql_put, false, row, e);
}

int sqlite_insert(struct store_txn *t, enum store_table_id id, const void *row, struct err *e)
{
	sqlite3_stmt **st = &store_of(t)->statements[id].insert;
	int rc = write_row(t, id, st, sql_insert, false, row, e);

	return rc == 0 ? store_conflict(store_table(id), row, e) : rc < 0 ? -1 : 0;
}

int sqlite_remove(struct store_txn *t, enum store_table_id id, const void *row, struct err *e)
{
	sqlite3_stmt **st = &store_of(t)->statements[id].remove;

	return write_row(t, id, st, sql_remove, true, row, e);
}

static enum sql_each kind_of(const struct store_where *where)
{
	if (!where || where->select == STORE_ALL)
		return SQL_EACH_ALL;
	if (where->select == STORE_UPTO)
		return SQL_EACH_UPTO;
	return where->text ? SQL_EACH_EQUAL : SQL_EACH_NULL;
}

/* The cached statement, or one of our own (`*extra`) when a walk of the same shape runs already. */
static sqlite3_stmt *each_statement(struct sqlite_store *s, enum store_table_id id,
				    enum sql_each kind, const struct store_col *col,
				    sqlite3_stmt **extra, struct err *e)
{
	const struct store_table *table = store_table(id);
	sqlite3_stmt **slot = &s->statements[id].each[kind][col ? col - table->col : 0];
	struct buf sql = BUF_INIT(4096);
	bool busy = *slot && sqlite3_stmt_busy(*slot);

	*extra = NULL;
	if (*slot && !busy)
		return *slot;
	sql_each(table, kind, col, &sql);
	prepare(s, &sql, busy ? 0 : SQLITE_PREPARE_PERSISTENT, busy ? extra : slot, e);
	buf_release(&sql);
	return busy ? *extra : *slot;
}

static int each_row(struct sqlite_store *s, enum store_table_id id, sqlite3_stmt *st, size_t limit,
		    struct arena *mem, store_row_fn *fn, void *arg, struct err *e)
{
	const struct store_table *table = store_table(id);
	size_t n = 0;
	int rc = 0;

	while (!rc && (!limit || n < limit)) {
		int step = sqlite3_step(st);
		if (step == SQLITE_DONE)
			break;
		if (step != SQLITE_ROW)
			return sqlite_fail(s, e);
		void *row = arena_alloc(mem, table->size);
		rc = read_row(s, st, table, row, mem, e);
		if (!rc)
			rc = fn(row, arg, e);
		n++;
	}
	return rc;
}

int sqlite_each(struct store_txn *t, enum store_table_id id, const struct store_where *where,
		struct arena *mem, store_row_fn *fn, void *arg, struct err *e)
{
	struct sqlite_store *s = store_of(t);
	const struct store_col *col;
	sqlite3_stmt *extra;
	int rc = 0;

	if (store_check_where(store_table(id), where, &col, e))
		return -1;
	enum sql_each kind = kind_of(where);
	sqlite3_stmt *st = each_statement(s, id, kind, col, &extra, e);
	if (!st)
		return -1;
	if (kind == SQL_EACH_EQUAL)
		rc = sqlite3_bind_text(st, 1, where->text, -1, SQLITE_TRANSIENT);
	else if (kind == SQL_EACH_UPTO)
		rc = sqlite3_bind_int64(st, 1, where->upto);
	if (rc) {
		rc = sqlite_fail(s, e);
	} else {
		s->walking[id]++;
		rc = each_row(s, id, st, where ? where->limit : 0, mem, fn, arg, e);
		s->walking[id]--;
	}
	sqlite3_reset(st);
	sqlite3_finalize(extra);
	return rc;
}

void sqlite_finalize(struct sqlite_store *s)
{
	for (unsigned i = 0; i < TABLE_MAX; i++) {
		struct sqlite_statements *t = &s->statements[i];
		sqlite3_stmt **each = &t->each[0][0];

		sqlite3_finalize(t->get);
		sqlite3_finalize(t->put);
		sqlite3_finalize(t->insert);
		sqlite3_finalize(t->remove);
		for (size_t k = 0; k < sizeof(t->each) / sizeof(*each); k++)
			sqlite3_finalize(each[k]);
	}
}
