/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the SQLite adapter share. */
#ifndef APNSCTL_ADAPTER_SQLITE_INTERNAL_H
#define APNSCTL_ADAPTER_SQLITE_INTERNAL_H

#include <sqlite3.h>
#include <sys/stat.h>

#include "reconcile/adapter/sqlite/migrations.h"
#include "reconcile/adapter/sqlite/sql.h"
#include "reconcile/adapter/sqlite/sqlite.h"
#include "reconcile/port/store.h"

enum { SQLITE_COLS_MAX = 32, SQLITE_BUSY_MS = 10000 };

/* Prepared when first needed, kept until the handle is closed. */
struct sqlite_statements {
	sqlite3_stmt *get, *put, *insert, *remove;
	sqlite3_stmt *each[SQL_EACH_KINDS][SQLITE_COLS_MAX];
};

struct sqlite_txn {
	struct store_txn base;
	bool writes;
};

struct sqlite_store {
	struct store base;
	sqlite3 *db;
	char *path; /* absolute */
	bool read_only;
	int64_t schema; /* user_version when it was opened */
	dev_t device;   /* of the file that was opened */
	ino_t inode;
	int lock_fd;                 /* -1: not locked */
	int64_t fence;               /* of the lock held */
	bool in_txn;                 /* between BEGIN and COMMIT */
	bool in_write;               /* that transaction may write */
	unsigned walking[TABLE_MAX]; /* store_each calls that run now */
	struct sqlite_statements statements[TABLE_MAX];
	struct err failure; /* of the database in this transaction, which must not be committed */
	bool broken;        /* the disk failed: nothing more is written, for `failure` */
};

/* rows.c: the operations on rows, as in struct store_ops. */
int sqlite_get(struct store_txn *t, enum store_table_id table, void *row, struct arena *mem,
	       struct err *e);
int sqlite_put(struct store_txn *t, enum store_table_id table, const void *row, struct err *e);
int sqlite_insert(struct store_txn *t, enum store_table_id table, const void *row, struct err *e);
int sqlite_remove(struct store_txn *t, enum store_table_id table, const void *row, struct err *e);
int sqlite_each(struct store_txn *t, enum store_table_id table, const struct store_where *where,
		struct arena *mem, store_row_fn *fn, void *arg, struct err *e);
void sqlite_finalize(struct sqlite_store *s);

/* verify.c */
int sqlite_verify(struct store *base, struct err *e);

/* store.c: a handle that owns `db`; path and file are filled in by the caller. */
struct sqlite_store *sqlite_store_new(sqlite3 *db);

/* lock.c: the lock file alone, without a fence. The descriptor, or -1. */
int sqlite_lock_file(const char *path, struct err *e);

/* fail.c: the text for a result code of the library; -1. Without memory the process ends. */
int sqlite_error(sqlite3 *db, const char *path, struct err *e);

/*
 * The same for a handle. A writing transaction can not be committed then, even when its callback
 * passes over the error; and when the disk failed nothing more is written.
 */
int sqlite_fail(struct sqlite_store *s, struct err *e);

/* Runs SQL without result; `db` of the database at `path`. */
int sqlite_run(sqlite3 *db, const char *path, const char *sql, struct err *e);

/* The number that a PRAGMA or SELECT gives. */
int sqlite_number(sqlite3 *db, const char *path, const char *sql, int64_t *out, struct err *e);

/*
 * migrate.c: runs the steps from schema `from` on, in one transaction. `path` is for texts; NULL
 * for a database in memory.
 */
int sqlite_migrate(sqlite3 *db, const char *path, int64_t from, const struct migration *list,
		   size_t n, struct err *e);

/* migrate.c: the same under the lock for a database that is there, after a backup beside it. */
int sqlite_upgrade(sqlite3 *db, const char *path, int64_t from, const struct migration *list,
		   size_t n, struct err *e);

/* migrate.c: the bytes of an empty database of the newest schema; sqlite3_free. */
int sqlite_empty(const char *path, const struct migration *list, size_t n, unsigned char **bytes,
		 size_t *len, struct err *e);

/* path.c: directory made absolute; ERR_IO when it is missing or others can write to it. */
int sqlite_full_path(const char *path, bool make, struct buf *full, struct err *e);

/* path.c: the database must be a regular file, ours alone and writable; `path` is absolute. */
int sqlite_check_file(const char *path, struct stat *st, struct err *e);

/* open.c: the settings of every connection, before anything is read from the file. */
int sqlite_harden(sqlite3 *db, const char *path, struct err *e);

/* open.c: opens the file and hardens the connection; `flags` as in sqlite3_open_v2. */
int sqlite_connect(const char *path, int flags, sqlite3 **db, struct err *e);

/* open.c: a database of this program, not of a newer one; says which schema it has. */
int sqlite_check_ours(sqlite3 *db, const char *path, int64_t newest, int64_t *schema,
		      struct err *e);

/* open.c: sqlite_store_open with other migrations than ours, for tests of migration. */
int sqlite_store_open_with(const char *path, enum sqlite_open mode, const struct migration *list,
			   size_t n, struct store **out, struct err *e);

/* backup.c: a checked, durable copy as file `to`; over an older one when `replace`. */
int sqlite_copy_to(sqlite3 *db, const char *path, const char *to, bool replace, struct err *e);

/*
 * verify.c: pages and indexes, and when the schema is this program's, tables and rows too. ERR_IO
 * with the first faults found.
 */
int sqlite_check_sound(sqlite3 *db, const char *path, struct err *e);

#endif
