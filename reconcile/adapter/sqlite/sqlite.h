/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store in one SQLite file: WAL, STRICT tables, synchronous=FULL. The file is 0600 in a
 * directory that nobody else can write to; anything else is refused. Not for network file systems.
 *
 * The database is one shard whatever name is asked for, and its lock a file beside it that the
 * kernel holds for this process: a controller that dies has let go of it. The fence counts in META.
 *
 * A handle belongs to one thread. After a write or a sync that failed it writes no more: what the
 * disk holds then is known only after the database is opened again.
 */
#ifndef APNSCTL_ADAPTER_SQLITE_H
#define APNSCTL_ADAPTER_SQLITE_H

#include "reconcile/port/store.h"

enum sqlite_open {
	STORE_READ_ONLY,  /* for plan and status: no lock, nothing is made or migrated */
	STORE_MUST_EXIST, /* an older schema is migrated, after a backup beside the database */
	STORE_CREATE      /* the same, and a missing database is made, with its directory */
};

/*
 * Opens the database. 1: it was made, 0: it was there, -1: ERR_IO with what to do, ERR_LOCKED when
 * it has to be migrated while another controller works on it. The caller closes `out`.
 */
int sqlite_store_open(const char *path, enum sqlite_open mode, struct store **out, struct err *e);

/* 1: there is a file of this name, 0: there is none, -1: that can not be known. */
int sqlite_store_exists(const char *path, struct err *e);

/*
 * Copies a consistent snapshot into the new file `to` (0600), checks it, makes it durable.
 * ERR_CONFLICT when the file exists.
 */
int sqlite_store_backup(struct store *s, const char *to, struct err *e);

/*
 * Puts the contents of a backup in place of those of the database at `path`, which is made when it
 * is missing, under its lock; the fence never goes back. The backup is checked first, and an older
 * schema is refused: open the backup once to migrate it.
 */
int sqlite_store_restore(const char *path, const char *from, struct err *e);

#endif
