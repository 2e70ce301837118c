/* SPDX-License-Identifier: Apache-2.0 */
/* Result codes of the library become texts that say what to do. */
#include "reconcile/adapter/sqlite/internal.h"

#include <string.h>

/* "Input/output error" behind "disk I/O error", when the system said why. */
static const char *system_text(sqlite3 *db)
{
	int number = sqlite3_system_errno(db);

	return number ? strerror(number) : "no errno";
}

int sqlite_error(sqlite3 *db, const char *path, struct err *e)
{
	switch (sqlite3_errcode(db) & 0xff) {
	case SQLITE_NOMEM:
		out_of_memory();
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(e, ERR_LOCKED,
			       "the database %s is busy: another program has held it for %d s",
			       path, SQLITE_BUSY_MS / 1000);
	case SQLITE_CORRUPT:
		return err_set(e, ERR_IO, "the database %s is damaged (%s): restore a backup of it",
			       path, sqlite3_errmsg(db));
	case SQLITE_NOTADB:
		return err_set(e, ERR_IO, "%s is no SQLite database: restore a backup of it", path);
	case SQLITE_FULL:
		return err_set(e, ERR_IO, "no room for the database %s: free space on its disk",
			       path);
	case SQLITE_IOERR:
		return err_set(e, ERR_IO, "the disk failed under the database %s (%s): check it",
			       path, system_text(db));
	case SQLITE_CANTOPEN:
		return err_set(e, ERR_IO, "can not open the database %s: %s", path,
			       system_text(db));
	case SQLITE_READONLY:
		return err_set(e, ERR_IO,
			       "the database %s can not be written to (%s): look at the modes and "
			       "owners of %s, its -wal and its -shm, and at its file system",
			       path, sqlite3_errmsg(db), path);
	default:
		return err_set(e, ERR_BUG, "the database %s: %s", path, sqlite3_errmsg(db));
	}
}

static bool disk_failed(int code)
{
	switch (code & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		return true;
	default:
		return false;
	}
}

int sqlite_fail(struct sqlite_store *s, struct err *e)
{
	bool disk = disk_failed(sqlite3_errcode(s->db));

	sqlite_error(s->db, s->path, e);
	if (s->in_write && !s->broken) {
		s->failure = *e;
		s->broken = disk;
	}
	return -1;
}

int sqlite_run(sqlite3 *db, const char *path, const char *sql, struct err *e)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) ? sqlite_error(db, path, e) : 0;
}

int sqlite_number(sqlite3 *db, const char *path, const char *sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = 0;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) || sqlite3_step(st) != SQLITE_ROW)
		rc = sqlite_error(db, path, e);
	else
		*out = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return rc;
}
