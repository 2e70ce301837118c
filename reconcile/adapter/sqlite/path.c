/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who can touch the database file. Only names are looked at: opening and closing the file would
 * drop the POSIX locks that SQLite holds on it for this process.
 */
#include "reconcile/adapter/sqlite/internal.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reconcile/adapter/file/file.h"

/* Whoever can write to the directory could put another database, or its -wal file, in place. */
static int check_dir(const char *dir, struct err *e)
{
	struct stat st;

	if (stat(dir, &st))
		return err_set(e, ERR_IO, "can not look at %s: %s", dir, strerror(errno));
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return err_set(e, ERR_IO,
			       "the directory of the database, %s, belongs to user %u: run "
			       "`chown %u %s`",
			       dir, st.st_uid, geteuid(), dir);
	if (st.st_mode & 022)
		return err_set(e, ERR_IO,
			       "others can write to the directory of the database, %s (mode %04o): "
			       "run `chmod 700 %s`",
			       dir, st.st_mode & 07777u, dir);
	return 0;
}

int sqlite_full_path(const char *path, bool make, struct buf *full, struct err *e)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char *dir = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	char real[PATH_MAX];
	int rc = 0;

	if (!dir)
		out_of_memory();
	if (make)
		rc = file_make_dir(dir, e) < 0 ? -1 : 0;
	if (!rc && !realpath(dir, real))
		rc = err_set(e, ERR_IO, "can not open the database %s: %s: %s", path, dir,
			     strerror(errno));
	if (!rc)
		rc = check_dir(real, e);
	if (!rc)
		buf_addf(full, "%s/%s", real[1] ? real : "", name);
	free(dir);
	return rc;
}

/*
 * Its owner may write to the database and to what SQLite keeps beside it, which gets the mode of
 * the database: a -shm made beside a read-only one would stay read-only when that is put right.
 */
static int check_writable(const char *path, struct err *e)
{
	static const char *const tails[] = { "", "-wal", "-shm" };
	struct buf name = BUF_INIT(PATH_MAX + 8);
	struct stat st;
	int rc = 0;

	for (size_t i = 0; !rc && i < sizeof(tails) / sizeof(tails[0]); i++) {
		buf_clear(&name);
		buf_addf(&name, "%s%s", path, tails[i]);
		if (!lstat(buf_str(&name), &st) && (st.st_mode & 0600) != 0600)
			rc = err_set(e, ERR_IO,
				     "the file %s of the database can not be written to (mode "
				     "%04o): run `chmod 600 %s`",
				     buf_str(&name), st.st_mode & 07777u, buf_str(&name));
	}
	buf_release(&name);
	return rc;
}

int sqlite_check_file(const char *path, struct stat *st, struct err *e)
{
	if (lstat(path, st))
		return err_set(e, ERR_IO, "can not open the database %s: %s", path,
			       strerror(errno));
	if (!S_ISREG(st->st_mode))
		return err_set(e, ERR_IO, "the database %s is no regular file", path);
	if (!st->st_size)
		return err_set(e, ERR_IO,
			       "the database %s is empty: restore a backup of it, or remove it",
			       path);
	if (st->st_uid != geteuid())
		return err_set(e, ERR_IO,
			       "the database %s belongs to user %u, and this is user %u: run as "
			       "its owner",
			       path, st->st_uid, geteuid());
	if (st->st_mode & 077)
		return err_set(e, ERR_IO,
			       "the database %s is open to others (mode %04o): run `chmod 600 %s`",
			       path, st->st_mode & 07777u, path);
	return check_writable(path, e);
}

int sqlite_store_exists(const char *path, struct err *e)
{
	struct stat st;

	if (!lstat(path, &st))
		return 1;
	if (errno == ENOENT)
		return 0;
	return err_set(e, ERR_IO, "can not look for the database %s: %s", path, strerror(errno));
}
