/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store in memory: the twin of the SQLite adapter for tests and dry runs, with the same rules,
 * order and texts. A reading transaction keeps the version of each table that it began with.
 */
#ifndef APNSCTL_ADAPTER_MEMORY_H
#define APNSCTL_ADAPTER_MEMORY_H

#include "reconcile/port/store.h"

/* A new, empty store; the data goes with its last handle. */
struct store *memory_store(void);

/* Another handle on the same data, as another process would have it. */
struct store *memory_store_again(struct store *s);

/* Lets somebody else take the lock although `s` still believes to hold it. */
void memory_store_lose_lock(struct store *s);

#endif
