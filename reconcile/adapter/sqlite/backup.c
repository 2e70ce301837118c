/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of a database through the backup interface of SQLite, never by copying the file. */
#include "reconcile/adapter/sqlite/internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "reconcile/adapter/file/file.h"

/* All pages in one step: writers wait, so the copy is of one moment. */
static int copy_pages(sqlite3 *from, sqlite3 *to, const char *to_path, struct err *e)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
	int rc;

	if (!b)
		return sqlite_error(to, to_path, e);
	do {
		rc = sqlite3_backup_step(b, -1);
		if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
			sqlite3_sleep(50);
	} while (rc == SQLITE_BUSY || rc == SQLITE_LOCKED);
	if (sqlite3_backup_finish(b))
		return sqlite_error(to, to_path, e);
	return 0;
}

/* The copy is one file: a backup whose newest pages stand in a -wal beside it is easily torn. */
static int finish_copy(sqlite3 *db, const char *path, struct err *e)
{
	if (sqlite_run(db, path, "PRAGMA journal_mode = DELETE", e))
		return -1;
	return sqlite_check_sound(db, path, e);
}

static int fill(sqlite3 *db, const char *part, struct err *e)
{
	sqlite3 *copy;

	/* Made here and not by SQLite, which would open it to others as far as the umask allows. */
	if (file_write_new(part, "", 0, 0600, e) ||
	    sqlite_connect(part, SQLITE_OPEN_READWRITE, &copy, e))
		return -1;
	int rc = copy_pages(db, copy, part, e);
	if (!rc)
		rc = finish_copy(copy, part, e);
	if (sqlite3_close(copy) && !rc)
		rc = sqlite_error(copy, part, e);
	return rc;
}

static int put_in_place(const char *part, const char *to, bool replace, struct err *e)
{
	if (replace ? rename(part, to) : link(part, to))
		return err_set(e, errno == EEXIST ? ERR_CONFLICT : ERR_IO, "can not make %s: %s",
			       to, strerror(errno));
	return file_sync_dir_of(to, e);
}

int sqlite_copy_to(sqlite3 *db, const char *path, const char *to, bool replace, struct err *e)
{
	struct buf part = BUF_INIT(8192);

	buf_addf(&part, "%s.part-%ld", to, (long)getpid());
	int rc = fill(db, buf_str(&part), e);
	if (!rc)
		rc = put_in_place(buf_str(&part), to, replace, e);
	unlink(buf_str(&part));
	buf_release(&part);
	return rc ? err_wrap(e, "no backup of %s was made", path) : 0;
}

int sqlite_store_backup(struct store *base, const char *to, struct err *e)
{
	struct sqlite_store *s = (struct sqlite_store *)base;

	return sqlite_copy_to(s->db, s->path, to, false, e);
}
