/* SPDX-License-Identifier: Apache-2.0 */
/* Is the database sound: its pages, its tables against port/store.h, its rows. */
#include "reconcile/adapter/sqlite/internal.h"

#include <stdio.h>
#include <string.h>

#include "schema/base/text.h"

enum { FAULTS_MAX = 400 }; /* more would not fit the error text */

static void add(struct buf *faults, const char *text)
{
	if (faults->len)
		buf_adds(faults, "; ");
	buf_adds(faults, text);
}

/* The rows of a PRAGMA that finds faults: "ok", or a text in its first column. */
static int collect(sqlite3 *db, const char *path, const char *sql, struct buf *faults,
		   struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

	while (!rc && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(st, 0);
		if (text && !text_eq(text, "ok"))
			add(faults, text);
		rc = 0;
	}
	rc = rc == SQLITE_DONE ? 0 : sqlite_error(db, path, e);
	sqlite3_finalize(st);
	return rc;
}

/* "name TYPE key", one a line, in order: as the database has it and as it should be. */
static int columns(sqlite3 *db, const char *path, const char *table, struct buf *out, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, "SELECT name, type, pk FROM pragma_table_info($1)", -1, &st,
				    NULL);

	if (!rc)
		rc = sqlite3_bind_text(st, 1, table, -1, SQLITE_STATIC);
	while (!rc && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		buf_addf(out, "%s %s %d\n", (const char *)sqlite3_column_text(st, 0),
			 (const char *)sqlite3_column_text(st, 1), sqlite3_column_int(st, 2));
		rc = 0;
	}
	rc = rc == SQLITE_DONE ? 0 : sqlite_error(db, path, e);
	sqlite3_finalize(st);
	return rc;
}

static void described(const struct store_table *t, struct buf *out)
{
	static const char *const type[] = {
		[STORE_TEXT] = "TEXT", [STORE_INT] = "INTEGER", [STORE_BLOB] = "BLOB"
	};

	for (unsigned i = 0; i < t->n_col; i++)
		buf_addf(out, "%s %s %u\n", t->col[i].name, type[t->col[i].type],
			 i < t->n_key ? i + 1 : 0);
}

static int check_tables(sqlite3 *db, const char *path, struct buf *faults, struct err *e)
{
	int rc = 0;

	for (unsigned id = 0; !rc && id < TABLE_MAX; id++) {
		struct buf is = BUF_INIT(8192), wanted = BUF_INIT(8192);
		const struct store_table *t = store_table(id);

		described(t, &wanted);
		rc = columns(db, path, t->name, &is, e);
		if (!rc && strcmp(buf_str(&is), buf_str(&wanted)))
			buf_addf(faults, "%stable %s has other columns", faults->len ? "; " : "",
				 t->name);
		buf_release(&is);
		buf_release(&wanted);
	}
	return rc;
}

static int forget_row(const void *row, void *mem, struct err *e)
{
	(void)row;
	(void)e;
	arena_reset(mem);
	return 0;
}

/* Reads every row: a value that can not be decoded is damage, and so is a page. */
static int check_rows(sqlite3 *db, const char *path, struct err *e)
{
	struct sqlite_store s = { .db = db, .path = (char *)(uintptr_t)path };
	struct sqlite_txn t = { { &s.base }, false };
	struct arena mem = ARENA_INIT;
	int rc = 0;

	for (unsigned id = 0; !rc && id < TABLE_MAX; id++)
		rc = sqlite_each(&t.base, id, NULL, &mem, forget_row, &mem, e);
	arena_release(&mem);
	sqlite_finalize(&s);
	return rc;
}

int sqlite_check_sound(sqlite3 *db, const char *path, struct err *e)
{
	struct buf faults = BUF_INIT(FAULTS_MAX);
	int64_t schema;
	size_t newest;
	int rc = collect(db, path, "PRAGMA integrity_check(10)", &faults, e);

	sqlite_migrations(&newest);
	if (!rc)
		rc = sqlite_number(db, path, "PRAGMA user_version", &schema, e);
	if (!rc && schema == (int64_t)newest)
		rc = check_tables(db, path, &faults, e);
	if (!rc && faults.len)
		rc = err_set(e, ERR_IO, "the database %s is damaged (%s): restore a backup of it",
			     path, buf_str(&faults));
	else if (!rc && schema == (int64_t)newest)
		rc = check_rows(db, path, e);
	buf_release(&faults);
	return rc;
}

static int verify(struct store_txn *t, void *arg, struct err *e)
{
	struct sqlite_store *s = (struct sqlite_store *)t->store;

	(void)arg;
	return sqlite_check_sound(s->db, s->path, e);
}

int sqlite_verify(struct store *base, struct err *e)
{
	return store_read(base, verify, NULL, e);
}
