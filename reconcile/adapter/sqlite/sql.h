/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SQL of one table, derived from its description in port/store.h. It stays portable to
 * PostgreSQL: ordered $n, ON CONFLICT, RETURNING, no NULL comparison tricks. Columns come and are
 * bound in the order of the description.
 */
#ifndef APNSCTL_ADAPTER_SQL_H
#define APNSCTL_ADAPTER_SQL_H

#include "reconcile/port/store.h"
#include "schema/base/buf.h"

/* How store_each searches: a NULL text needs SQL of its own. */
enum sql_each { SQL_EACH_ALL, SQL_EACH_EQUAL, SQL_EACH_NULL, SQL_EACH_UPTO, SQL_EACH_KINDS };

void sql_get(const struct store_table *table, struct buf *out);    /* binds the key */
void sql_put(const struct store_table *table, struct buf *out);    /* binds all columns */
void sql_insert(const struct store_table *table, struct buf *out); /* binds all columns; one row */
void sql_remove(const struct store_table *table, struct buf *out); /* binds the key; one row each */

/* EQUAL and UPTO bind $1; `col` is NULL for ALL. */
void sql_each(const struct store_table *table, enum sql_each kind, const struct store_col *col,
	      struct buf *out);

#endif
