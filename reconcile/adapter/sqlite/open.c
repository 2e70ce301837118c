/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a database: made, read-only or migrated, and hardened before it is read. */
#include "reconcile/adapter/sqlite/internal.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "reconcile/adapter/file/file.h"
#include "schema/base/text.h"

enum { ROW_BYTES_MAX = 64 << 20 };

/* A database file that somebody prepared must not run anything: no triggers, views, extensions. */
int sqlite_harden(sqlite3 *db, const char *path, struct err *e)
{
	static const struct {
		int option, value;
	} config[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
	};

	for (size_t i = 0; i < sizeof(config) / sizeof(config[0]); i++)
		if (sqlite3_db_config(db, config[i].option, config[i].value, NULL))
			return sqlite_error(db, path, e);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, ROW_BYTES_MAX);
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, SQLITE_BUSY_MS);
	return sqlite_run(db, path,
			  "PRAGMA cell_size_check = ON; PRAGMA synchronous = FULL;"
			  "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;"
			  "PRAGMA journal_size_limit = 67108864;",
			  e);
}

int sqlite_connect(const char *path, int flags, sqlite3 **db, struct err *e)
{
	int rc = 0;

	*db = NULL;
	if (sqlite3_open_v2(path, db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL)) {
		if (!*db)
			out_of_memory();
		rc = sqlite_error(*db, path, e);
	}
	if (!rc)
		rc = sqlite_harden(*db, path, e);
	if (rc) {
		sqlite3_close(*db);
		*db = NULL;
	}
	return rc;
}

/* A -wal without its database is of a lost one, and would be applied to ours. */
static int check_no_remains(const char *path, struct err *e)
{
	static const char *const tails[] = { "-wal", "-journal" };
	struct buf name = BUF_INIT(8192);
	int rc = 0;

	for (size_t i = 0; !rc && i < sizeof(tails) / sizeof(tails[0]); i++) {
		buf_clear(&name);
		buf_addf(&name, "%s%s", path, tails[i]);
		if (!access(buf_str(&name), F_OK))
			rc = err_set(e, ERR_IO,
				     "%s is left of a database that is gone: restore %s, or move "
				     "the rest away",
				     buf_str(&name), path);
	}
	buf_release(&name);
	return rc;
}

/* 1: made, 0: it is there (another process may have been faster), -1: error. */
static int make(const char *path, const struct migration *list, size_t n, struct err *e)
{
	struct err why = { 0 };
	unsigned char *bytes;
	size_t len;
	int there = sqlite_store_exists(path, e);

	if (there)
		return there < 0 ? -1 : 0;
	if (check_no_remains(path, e) || sqlite_empty(path, list, n, &bytes, &len, e))
		return -1;
	int rc = file_write_new(path, bytes, len, 0600, &why);
	sqlite3_free(bytes);
	if (rc && why.code == ERR_CONFLICT)
		return 0;
	if (rc)
		*e = why;
	return rc ? -1 : 1;
}

int sqlite_check_ours(sqlite3 *db, const char *path, int64_t newest, int64_t *schema, struct err *e)
{
	int64_t id;

	if (sqlite_number(db, path, "PRAGMA application_id", &id, e) ||
	    sqlite_number(db, path, "PRAGMA user_version", schema, e))
		return -1;
	if (id != SQLITE_APPLICATION_ID)
		return err_set(e, ERR_IO, "%s is a database of another program", path);
	if (*schema > newest)
		return err_set(e, ERR_IO,
			       "the database %s has schema %" PRId64
			       " and this apnsctl knows %" PRId64
			       ": use the newer apnsctl that wrote it",
			       path, *schema, newest);
	return 0;
}

/* WAL is a mark in the file: it is set once and kept. It needs shared memory beside the file. */
static int use_wal(sqlite3 *db, const char *path, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = 0;

	if (sqlite3_prepare_v2(db, "PRAGMA journal_mode = WAL", -1, &st, NULL) ||
	    sqlite3_step(st) != SQLITE_ROW)
		rc = sqlite_error(db, path, e);
	else if (!text_eq((const char *)sqlite3_column_text(st, 0), "wal"))
		rc = err_set(e, ERR_IO,
			     "the file system of the database %s has no shared memory (a network "
			     "file system?): move it to a local disk",
			     path);
	sqlite3_finalize(st);
	return rc;
}

static int ready(sqlite3 *db, const char *path, bool read_only, const struct migration *list,
		 size_t n, int64_t *schema, struct err *e)
{
	const int64_t newest = (int64_t)n;

	if (sqlite_check_ours(db, path, newest, schema, e))
		return -1;
	if (!read_only && use_wal(db, path, e))
		return -1;
	if (*schema == newest)
		return 0;
	if (read_only)
		return err_set(e, ERR_IO,
			       "the database %s has the older schema %" PRId64
			       ": `apnsctl reconcile` migrates it",
			       path, *schema);
	if (sqlite_upgrade(db, path, *schema, list, n, e))
		return -1;
	*schema = newest;
	return 0;
}

static int open_full(const char *path, enum sqlite_open mode, const struct migration *list,
		     size_t n, struct store **out, struct err *e)
{
	bool read_only = mode == STORE_READ_ONLY;
	struct stat st;
	int64_t schema;
	sqlite3 *db;
	int made = mode == STORE_CREATE ? make(path, list, n, e) : 0;

	if (made < 0 || sqlite_check_file(path, &st, e) ||
	    sqlite_connect(path, read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE, &db, e))
		return -1;
	if (ready(db, path, read_only, list, n, &schema, e)) {
		sqlite3_close(db);
		return -1;
	}
	struct sqlite_store *s = sqlite_store_new(db);
	s->path = strdup(path);
	if (!s->path)
		out_of_memory();
	s->read_only = read_only;
	s->schema = schema;
	s->device = st.st_dev;
	s->inode = st.st_ino;
	*out = &s->base;
	return made;
}

int sqlite_store_open_with(const char *path, enum sqlite_open mode, const struct migration *list,
			   size_t n, struct store **out, struct err *e)
{
	struct buf full = BUF_INIT(8192);
	int rc = -1;
	int there = mode == STORE_CREATE ? 1 : sqlite_store_exists(path, e);

	if (there == 0)
		err_set(e, ERR_IO,
			"there is no database %s: `apnsctl store init` makes one; where there was "
			"one, put its backup in place",
			path);
	else if (there > 0 && !sqlite_full_path(path, mode == STORE_CREATE, &full, e))
		rc = open_full(buf_str(&full), mode, list, n, out, e);
	buf_release(&full);
	return rc;
}

int sqlite_store_open(const char *path, enum sqlite_open mode, struct store **out, struct err *e)
{
	size_t n;
	const struct migration *list = sqlite_migrations(&n);

	return sqlite_store_open_with(path, mode, list, n, out, e);
}
