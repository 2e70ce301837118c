/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A backup in place of the database. The backup is copied and checked beside the database before
 * that is touched; then the old file moves away, and after it its -wal. The other order could lose
 * the last commits without a sign; in this one a -wal without a database is refused by open.
 */
#include "reconcile/adapter/sqlite/internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "reconcile/adapter/file/file.h"

/* The names that follow from that of the database, each with the end of its own. */
static const char *const parts[] = { "", "-wal", "-shm" };

static int move(const char *from, const char *to, struct err *e)
{
	if (!rename(from, to) || errno == ENOENT)
		return 0;
	return err_set(e, ERR_IO, "can not move %s to %s: %s", from, to, strerror(errno));
}

/* "PATH.replaced-1" and so on: the first that is free. */
static void free_name(const char *path, struct buf *name)
{
	unsigned i = 0;

	do {
		buf_clear(name);
		buf_addf(name, "%s.replaced-%u", path, ++i);
	} while (!access(buf_str(name), F_OK));
}

static int set_aside(const char *path, struct err *e)
{
	struct buf aside = BUF_INIT(8192), from = BUF_INIT(8192), to = BUF_INIT(8192);
	int rc = 0;

	free_name(path, &aside);
	for (size_t i = 0; !rc && i < sizeof(parts) / sizeof(parts[0]); i++) {
		buf_clear(&from);
		buf_clear(&to);
		buf_addf(&from, "%s%s", path, parts[i]);
		buf_addf(&to, "%s%s", buf_str(&aside), parts[i]);
		rc = move(buf_str(&from), buf_str(&to), e);
		if (!rc)
			rc = file_sync_dir_of(path, e);
	}
	buf_release(&aside);
	buf_release(&from);
	buf_release(&to);
	return rc;
}

/* An older schema is fine: the next open migrates it. */
static int copy_backup(const char *from, const char *to, struct err *e)
{
	int64_t schema;
	size_t newest;
	sqlite3 *db;

	sqlite_migrations(&newest);
	if (sqlite_connect(from, SQLITE_OPEN_READONLY, &db, e))
		return -1;
	int rc = sqlite_check_ours(db, from, (int64_t)newest, &schema, e);
	if (!rc)
		rc = sqlite_copy_to(db, from, to, true, e);
	sqlite3_close(db);
	return rc;
}

static int restore(const char *path, const char *from, struct err *e)
{
	struct buf copy = BUF_INIT(8192);

	buf_addf(&copy, "%s.restored", path);
	int rc = copy_backup(from, buf_str(&copy), e);
	if (!rc)
		rc = set_aside(path, e);
	if (!rc)
		rc = move(buf_str(&copy), path, e);
	if (!rc)
		rc = file_sync_dir_of(path, e);
	buf_release(&copy);
	return rc;
}

int sqlite_store_restore(const char *path, const char *from, struct err *e)
{
	struct buf full = BUF_INIT(8192);
	int lock = -1, rc = -1;

	if (!sqlite_full_path(path, true, &full, e))
		lock = sqlite_lock_file(buf_str(&full), e);
	if (lock >= 0) {
		rc = restore(buf_str(&full), from, e);
		close(lock);
	}
	buf_release(&full);
	return rc;
}
