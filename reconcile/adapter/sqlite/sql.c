/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/sqlite/sql.h"

/* "a, b, c" of the first n columns */
static void names(const struct store_table *table, unsigned n, struct buf *out)
{
	for (unsigned i = 0; i < n; i++)
		buf_addf(out, "%s%s", i ? ", " : "", table->col[i].name);
}

/* " WHERE a = $1 AND b = $2" over the key */
static void where_key(const struct store_table *table, struct buf *out)
{
	for (unsigned i = 0; i < table->n_key; i++)
		buf_addf(out, "%s%s = $%u", i ? " AND " : " WHERE ", table->col[i].name, i + 1);
}

static void insert_into(const struct store_table *table, struct buf *out)
{
	buf_addf(out, "INSERT INTO %s (", table->name);
	names(table, table->n_col, out);
	buf_adds(out, ") VALUES (");
	for (unsigned i = 0; i < table->n_col; i++)
		buf_addf(out, "%s$%u", i ? ", " : "", i + 1);
	buf_adds(out, ") ON CONFLICT (");
	names(table, table->n_key, out);
	buf_addc(out, ')');
}

void sql_get(const struct store_table *table, struct buf *out)
{
	buf_adds(out, "SELECT ");
	names(table, table->n_col, out);
	buf_addf(out, " FROM %s", table->name);
	where_key(table, out);
}

void sql_put(const struct store_table *table, struct buf *out)
{
	insert_into(table, out);
	buf_adds(out, " DO UPDATE SET ");
	for (unsigned i = table->n_key; i < table->n_col; i++)
		buf_addf(out, "%s%s = excluded.%s", i > table->n_key ? ", " : "",
			 table->col[i].name, table->col[i].name);
}

void sql_insert(const struct store_table *table, struct buf *out)
{
	insert_into(table, out);
	buf_adds(out, " DO NOTHING RETURNING 1");
}

void sql_remove(const struct store_table *table, struct buf *out)
{
	buf_addf(out, "DELETE FROM %s", table->name);
	where_key(table, out);
	buf_adds(out, " RETURNING 1");
}

void sql_each(const struct store_table *table, enum sql_each kind, const struct store_col *col,
	      struct buf *out)
{
	static const char *const condition[SQL_EACH_KINDS] = {
		[SQL_EACH_EQUAL] = "= $1", [SQL_EACH_NULL] = "IS NULL", [SQL_EACH_UPTO] = "<= $1"
	};

	buf_adds(out, "SELECT ");
	names(table, table->n_col, out);
	buf_addf(out, " FROM %s", table->name);
	if (kind != SQL_EACH_ALL)
		buf_addf(out, " WHERE %s %s", col->name, condition[kind]);
	buf_adds(out, " ORDER BY ");
	if (kind == SQL_EACH_UPTO && col != table->col)
		buf_addf(out, "%s, ", col->name);
	names(table, table->n_key, out);
}
