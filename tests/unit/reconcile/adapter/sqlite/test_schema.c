/* SPDX-License-Identifier: Apache-2.0 */
/* The SQL derived from the tables of port/store.h, and the schema that the migrations make. */
#include "tests/unit/unit.h"

#include <string.h>

#include "reconcile/adapter/sqlite/internal.h"

static void sql_is(void (*write_sql)(const struct store_table *, struct buf *),
		   enum store_table_id table, const char *wanted)
{
	struct buf sql = BUF_INIT(4096);

	write_sql(store_table(table), &sql);
	assert_string_equal(buf_str(&sql), wanted);
	buf_release(&sql);
}

static void the_sql_of_a_table_is_portable(void **state)
{
	(void)state;
	sql_is(sql_get, TABLE_DUE,
	       "SELECT tenant_uid, what, at FROM due WHERE tenant_uid = $1 AND what = $2");
	sql_is(sql_put, TABLE_DUE,
	       "INSERT INTO due (tenant_uid, what, at) VALUES ($1, $2, $3) "
	       "ON CONFLICT (tenant_uid, what) DO UPDATE SET at = excluded.at");
	sql_is(sql_insert, TABLE_META,
	       "INSERT INTO meta (key, value) VALUES ($1, $2) "
	       "ON CONFLICT (key) DO NOTHING RETURNING 1");
	sql_is(sql_remove, TABLE_DUE,
	       "DELETE FROM due WHERE tenant_uid = $1 AND what = $2 RETURNING 1");
}

static void each_is(enum sql_each kind, unsigned col, const char *wanted)
{
	const struct store_table *due = store_table(TABLE_DUE);
	struct buf sql = BUF_INIT(4096);

	sql_each(due, kind, kind == SQL_EACH_ALL ? NULL : &due->col[col], &sql);
	assert_string_equal(buf_str(&sql), wanted);
	buf_release(&sql);
}

static void searches_are_ordered_by_the_key(void **state)
{
	(void)state;
	each_is(SQL_EACH_ALL, 0, "SELECT tenant_uid, what, at FROM due ORDER BY tenant_uid, what");
	each_is(SQL_EACH_EQUAL, 0,
		"SELECT tenant_uid, what, at FROM due WHERE tenant_uid = $1 "
		"ORDER BY tenant_uid, what");
	each_is(SQL_EACH_NULL, 0,
		"SELECT tenant_uid, what, at FROM due WHERE tenant_uid IS NULL "
		"ORDER BY tenant_uid, what");
	each_is(SQL_EACH_UPTO, 2,
		"SELECT tenant_uid, what, at FROM due WHERE at <= $1 "
		"ORDER BY at, tenant_uid, what");
}

static sqlite3 *empty_database(void)
{
	struct err e = { 0 };
	size_t n;
	const struct migration *list = sqlite_migrations(&n);
	sqlite3 *db;

	assert_int_equal(
	    sqlite_connect(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, &db, &e), 0);
	if (sqlite_migrate(db, "test", 0, list, n, &e))
		fail_msg("%s", e.text);
	return db;
}

/* Rows of the query as lines, columns joined by a space. */
static void query(sqlite3 *db, const char *sql, const char *arg, struct buf *out)
{
	sqlite3_stmt *st;

	buf_clear(out);
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL))
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	if (arg)
		assert_int_equal(sqlite3_bind_text(st, 1, arg, -1, SQLITE_STATIC), 0);
	while (sqlite3_step(st) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(st); i++)
			buf_addf(out, "%s%s", i ? " " : "", sqlite3_column_text(st, i));
		buf_addc(out, '\n');
	}
	assert_int_equal(sqlite3_finalize(st), 0);
}

/* INT is NOT NULL because int64_t has no other value, KEY because rows are found by it. */
static void describe(const struct store_table *t, struct buf *out)
{
	static const char *const type[] = { "TEXT", "INTEGER", "BLOB" };

	for (unsigned i = 0; i < t->n_col; i++) {
		const struct store_col *c = &t->col[i];
		bool key = c->flags & STORE_KEY;
		buf_addf(out, "%s %s %d %u\n", c->name, type[c->type], key || c->type == STORE_INT,
			 key ? i + 1 : 0);
	}
}

static void the_migrations_give_the_described_columns_and_keys(void **state)
{
	struct buf is = BUF_INIT(1 << 16), wanted = BUF_INIT(1 << 16);
	sqlite3 *db = empty_database();

	(void)state;
	for (unsigned id = 0; id < TABLE_MAX; id++) {
		buf_clear(&wanted);
		describe(store_table(id), &wanted);
		assert_in_range(store_table(id)->n_col, 1, SQLITE_COLS_MAX);
		query(db, "SELECT name, type, \"notnull\", pk FROM pragma_table_info($1)",
		      store_table(id)->name, &is);
		assert_string_equal(buf_str(&is), buf_str(&wanted));
		query(db, "SELECT strict FROM pragma_table_list($1)", store_table(id)->name, &is);
		assert_string_equal(buf_str(&is), "1\n");
	}
	query(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'", NULL, &is);
	buf_clear(&wanted);
	buf_addf(&wanted, "%d\n", TABLE_MAX);
	assert_string_equal(buf_str(&is), buf_str(&wanted));
	query(db, "SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')", NULL,
	      &is);
	assert_string_equal(buf_str(&is), "0\n");
	buf_release(&is);
	buf_release(&wanted);
	sqlite3_close(db);
}

/* The indexes that a description asks for, as "name column,key,…". */
static void describe_indexes(struct buf *out)
{
	for (unsigned id = 0; id < TABLE_MAX; id++) {
		const struct store_table *t = store_table(id);
		for (unsigned i = 0; i < t->n_col; i++) {
			if (!(t->col[i].flags & STORE_IX))
				continue;
			buf_addf(out, "%s_by_%s %s", t->name, t->col[i].name, t->col[i].name);
			for (unsigned k = 0; k < t->n_key; k++)
				buf_addf(out, ",%s", t->col[k].name);
			buf_addc(out, '\n');
		}
	}
}

static void each_searchable_column_has_an_index_that_ends_with_the_key(void **state)
{
	struct buf is = BUF_INIT(1 << 16), wanted = BUF_INIT(1 << 16);
	sqlite3 *db = empty_database();

	(void)state;
	describe_indexes(&wanted);
	query(db,
	      "SELECT s.name, (SELECT group_concat(name) FROM pragma_index_info(s.name)) "
	      "FROM sqlite_schema s WHERE type = 'index' AND sql IS NOT NULL ORDER BY s.rowid",
	      NULL, &is);
	assert_string_equal(buf_str(&is), buf_str(&wanted));
	buf_release(&is);
	buf_release(&wanted);
	sqlite3_close(db);
}

static void plan_uses_an_index(sqlite3 *db, const struct store_table *t, enum sql_each kind,
			       const struct store_col *col)
{
	struct buf sql = BUF_INIT(4096), plan = BUF_INIT(4096);

	buf_adds(&sql, "EXPLAIN QUERY PLAN ");
	sql_each(t, kind, col, &sql);
	query(db, buf_str(&sql), NULL, &plan);
	if (strstr(buf_str(&plan), "TEMP B-TREE") || !strstr(buf_str(&plan), "SEARCH"))
		fail_msg("%s:\n%s", buf_str(&sql), buf_str(&plan));
	buf_release(&sql);
	buf_release(&plan);
}

static void no_search_scans_or_sorts_a_table(void **state)
{
	sqlite3 *db = empty_database();

	(void)state;
	for (unsigned id = 0; id < TABLE_MAX; id++) {
		const struct store_table *t = store_table(id);
		for (unsigned i = 0; i < t->n_col; i++) {
			const struct store_col *c = &t->col[i];
			if (i && !(c->flags & STORE_IX))
				continue;
			plan_uses_an_index(
			    db, t, c->type == STORE_INT ? SQL_EACH_UPTO : SQL_EACH_EQUAL, c);
			if (c->type == STORE_TEXT && i)
				plan_uses_an_index(db, t, SQL_EACH_NULL, c);
		}
	}
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sql_of_a_table_is_portable),
		cmocka_unit_test(searches_are_ordered_by_the_key),
		cmocka_unit_test(the_migrations_give_the_described_columns_and_keys),
		cmocka_unit_test(each_searchable_column_has_an_index_that_ends_with_the_key),
		cmocka_unit_test(no_search_scans_or_sorts_a_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
