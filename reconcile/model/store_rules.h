/* SPDX-License-Identifier: Apache-2.0 */
/* What every store adapter refuses alike, and the fence, which is a row of META in all of them. */
#ifndef APNSCTL_MODEL_STORE_RULES_H
#define APNSCTL_MODEL_STORE_RULES_H

#include "reconcile/port/store.h"

/* The row of META that holds the last fence given out, as decimal text. */
#define STORE_FENCE_KEY "fence"

/* Member access by description: the type of `col` says which one. */
const char **store_text(const struct store_col *col, void *row);
int64_t *store_int(const struct store_col *col, void *row);
struct blob *store_blob(const struct store_col *col, void *row);

/* ERR_BUG when a KEY column is NULL. */
int store_check_key(const struct store_table *table, const void *row, struct err *e);

/*
 * ERR_BUG unless the selection is one that port/store.h allows. `col` is the column searched,
 * NULL for STORE_ALL; a NULL `where` selects all.
 */
int store_check_where(const struct store_table *table, const struct store_where *where,
		      const struct store_col **col, struct err *e);

/* ERR_BUG when a row is to be written in a reading transaction, to a walked table, or keyless. */
int store_check_write(const struct store_table *table, bool writes, bool walked, const void *row,
		      struct err *e);

/* ERR_CONFLICT: says which row there is already; -1. */
int store_conflict(const struct store_table *table, const void *row, struct err *e);

/* ERR_LOCKED: a write by a handle that does not hold the lock of this fence; -1. */
int store_not_locked(struct err *e);

/* ERR_LOCKED when a newer lock than that of `fence` was given out, or never this one. */
int store_check_fence(struct store_txn *t, int64_t fence, struct err *e);

/* Counts the fence up and says which one it is now; 1 is the first. */
int store_next_fence(struct store_txn *t, int64_t *fence, struct err *e);

#endif
