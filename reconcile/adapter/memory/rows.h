/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Versions of tables: sorted arrays of rows that are never changed, shared by reference counts.
 * Who wants to write copies the array (not the rows), so that readers keep what they had.
 */
#ifndef APNSCTL_ADAPTER_MEMORY_ROWS_H
#define APNSCTL_ADAPTER_MEMORY_ROWS_H

#include "reconcile/port/store.h"

struct row; /* a row with all that it points at, in one piece of memory */

struct rows_index; /* the order of the rows by one column */

struct rows {
	unsigned refs;
	size_t n, cap;
	struct row **row; /* by key */
	struct rows_index *index; /* made when one is asked for, gone with the next change */
};

/* The row as the struct of port/store.h; it lives as long as `r` is held. */
const void *row_data(const struct row *r);

/* A deep copy, held once. */
struct row *row_new(const struct store_table *table, const void *from);

struct row *row_hold(struct row *r);
void row_drop(struct row *r);

/* Copies a row into an arena. */
void row_copy(const struct store_table *table, const void *from, void *to, struct arena *mem);

struct rows *rows_new(void);
struct rows *rows_hold(struct rows *r);
void rows_drop(struct rows *r);

/* A version that only the caller holds, of the same contents; drops `r`. */
struct rows *rows_own(struct rows *r);

/* Where the key of `row` is (true) or would be (false). */
bool rows_find(const struct rows *r, const struct store_table *table, const void *row, size_t *at);

/*
 * Where the rows are whose TEXT column is `text` (NULL: that have none), in the order of keys:
 * *at[0 … n-1], until the version changes; returns n.
 */
size_t rows_equal_to(struct rows *r, const struct store_col *col, const char *text,
		     const size_t **at);

/*
 * Change a version that is held once; `at` is from rows_find. They hold the new row for themselves,
 * and give the old one to the caller, who drops it.
 */
struct row *rows_replace(struct rows *r, size_t at, struct row *row);
void rows_insert(struct rows *r, size_t at, struct row *row);
struct row *rows_remove(struct rows *r, size_t at);

/* The order of a column, as SQL has it with byte-wise comparison; NULL comes first. */
int rows_cmp_col(const struct store_col *col, const void *a, const void *b);

#endif
