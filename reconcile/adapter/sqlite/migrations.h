/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schema, step by step. A step that was released is never changed: its result is what databases
 * in the field hold. A test proves that all steps together give the tables of port/store.h.
 */
#ifndef APNSCTL_ADAPTER_SQLITE_MIGRATIONS_H
#define APNSCTL_ADAPTER_SQLITE_MIGRATIONS_H

#include <stddef.h>

/* The step of index i leads from schema number i to i + 1. */
struct migration {
	const char *sql;
};

/* "apns": says that a file is ours (PRAGMA application_id). */
#define SQLITE_APPLICATION_ID 0x61706e73

/* All steps; their number is the schema number of this program. */
const struct migration *sqlite_migrations(size_t *n);

#endif
