/* SPDX-License-Identifier: Apache-2.0 */
/* Schema steps: run them, on an empty database or on one that holds data. */
#include "reconcile/adapter/sqlite/internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static int steps(sqlite3 *db, const char *path, int64_t from, const struct migration *list,
		 size_t n, struct err *e)
{
	char mark[96];

	for (size_t i = (size_t)from; i < n; i++)
		if (sqlite_run(db, path, list[i].sql, e))
			return err_wrap(e, "schema %zu", i + 1);
	snprintf(mark, sizeof(mark), "PRAGMA application_id = %d; PRAGMA user_version = %zu",
		 SQLITE_APPLICATION_ID, n);
	return sqlite_run(db, path, mark, e);
}

int sqlite_migrate(sqlite3 *db, const char *path, int64_t from, const struct migration *list,
		   size_t n, struct err *e)
{
	int64_t now;

	if (sqlite_run(db, path, "BEGIN IMMEDIATE", e))
		return -1;
	int rc = sqlite_number(db, path, "PRAGMA user_version", &now, e);
	if (!rc && now != from)
		rc = err_set(e, ERR_LOCKED, "another apnsctl migrated %s meanwhile: try again",
			     path);
	if (!rc)
		rc = steps(db, path, from, list, n, e);
	if (!rc)
		rc = sqlite_run(db, path, "COMMIT", e);
	if (!sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

int sqlite_upgrade(sqlite3 *db, const char *path, int64_t from, const struct migration *list,
		   size_t n, struct err *e)
{
	struct buf backup = BUF_INIT(8192);
	int lock = sqlite_lock_file(path, e);

	if (lock < 0)
		return err_wrap(e, "the database has to be migrated");
	buf_addf(&backup, "%s.schema-%" PRId64 ".backup", path, from);
	int rc = sqlite_copy_to(db, path, buf_str(&backup), true, e);
	if (!rc)
		rc = sqlite_migrate(db, path, from, list, n, e);
	buf_release(&backup);
	close(lock);
	return rc;
}

int sqlite_empty(const char *path, const struct migration *list, size_t n, unsigned char **bytes,
		 size_t *len, struct err *e)
{
	sqlite3_int64 size = 0;
	sqlite3 *db;

	if (sqlite_connect(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, &db, e))
		return -1;
	int rc = sqlite_migrate(db, path, 0, list, n, e);
	if (!rc) {
		*bytes = sqlite3_serialize(db, "main", &size, 0);
		*len = (size_t)size;
		if (!*bytes)
			out_of_memory();
	}
	sqlite3_close(db);
	return rc;
}
