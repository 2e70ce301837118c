/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions, lock and life of an open SQLite store. */
#include "reconcile/adapter/sqlite/internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reconcile/model/store_rules.h"

static int run(struct sqlite_store *s, const char *sql, struct err *e)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) ? sqlite_fail(s, e) : 0;
}

/* SQLite may have rolled back by itself already, after a failed write. */
static void roll_back(struct sqlite_store *s)
{
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

static int commit(struct sqlite_store *s, struct err *e)
{
	if (s->failure.code) {
		*e = s->failure;
		return -1;
	}
	if (!run(s, "COMMIT", e))
		return 0;
	return err_wrap(e, "the end of a transaction failed, whether it was kept is not known");
}

/* One transaction: what both kinds share. */
static int transact(struct sqlite_store *s, bool writes, int64_t fence, store_txn_fn *fn, void *arg,
		    struct err *e)
{
	struct sqlite_txn t = { { &s->base }, writes };
	struct row_meta snapshot = { .key = STORE_FENCE_KEY };
	struct arena mem = ARENA_INIT;
	int rc;

	s->in_write = writes;
	if (writes)
		s->failure = (struct err){ 0 };
	rc = run(s, writes ? "BEGIN IMMEDIATE" : "BEGIN", e);
	s->in_txn = !rc;
	/* A reading transaction begins with its first read: have that now. */
	if (!rc && !writes && store_get(&t.base, TABLE_META, &snapshot, &mem, e) < 0)
		rc = -1;
	arena_release(&mem);
	if (!rc && writes && fence > 0)
		rc = store_check_fence(&t.base, fence, e);
	if (!rc)
		rc = fn(&t.base, arg, e);
	if (!rc && writes)
		rc = commit(s, e);
	roll_back(s);
	s->in_txn = s->in_write = false;
	return rc;
}

static int may_write(struct sqlite_store *s, struct err *e)
{
	if (s->read_only)
		return err_set(e, ERR_BUG, "the database %s was opened for reading", s->path);
	if (s->in_txn)
		return err_set(e, ERR_BUG, "a transaction was begun inside another one");
	if (s->broken) {
		*e = s->failure;
		return err_wrap(e, "nothing more is written after a failure; run again");
	}
	return 0;
}

static int txn(struct store *base, const char *shard, int64_t fence, store_txn_fn *fn, void *arg,
	       struct err *e)
{
	struct sqlite_store *s = (struct sqlite_store *)base;

	(void)shard;
	if (may_write(s, e))
		return -1;
	if (s->lock_fd < 0 || fence != s->fence)
		return store_not_locked(e);
	return transact(s, true, fence, fn, arg, e);
}

static int read_only_txn(struct store *base, store_txn_fn *fn, void *arg, struct err *e)
{
	struct sqlite_store *s = (struct sqlite_store *)base;
	struct sqlite_txn inner = { { base }, false };

	if (s->in_txn)
		return fn(&inner.base, arg, e);
	return transact(s, false, 0, fn, arg, e);
}

/* A backup may have been restored since the file was opened: then ours is a lost one. */
static int check_in_place(const struct sqlite_store *s, struct err *e)
{
	struct stat st;

	if (!lstat(s->path, &st) && st.st_dev == s->device && st.st_ino == s->inode)
		return 0;
	return err_set(e, ERR_IO, "the database %s was replaced or removed meanwhile: run again",
		       s->path);
}

/* A newer program may have migrated the database since it was opened. */
static int take_fence(struct store_txn *t, void *arg, struct err *e)
{
	struct sqlite_store *s = (struct sqlite_store *)t->store;
	int64_t schema;

	if (check_in_place(s, e))
		return -1;
	if (sqlite_number(s->db, s->path, "PRAGMA user_version", &schema, e))
		return -1;
	if (schema != s->schema)
		return err_set(
		    e, ERR_IO,
		    "the database %s was migrated by a newer apnsctl meanwhile: use that", s->path);
	return store_next_fence(t, arg, e);
}

static int lock(struct store *base, const char *shard, int64_t *fence, struct err *e)
{
	struct sqlite_store *s = (struct sqlite_store *)base;
	int64_t taken;

	(void)shard;
	if (may_write(s, e))
		return -1;
	if (s->lock_fd >= 0)
		return err_set(e, ERR_LOCKED, "this process holds the lock of %s already", s->path);
	int fd = sqlite_lock_file(s->path, e);
	if (fd < 0)
		return -1;
	if (transact(s, true, 0, take_fence, &taken, e)) {
		close(fd);
		return -1;
	}
	s->lock_fd = fd;
	*fence = s->fence = taken;
	return 0;
}

static void unlock(struct store *base, const char *shard)
{
	struct sqlite_store *s = (struct sqlite_store *)base;

	(void)shard;
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	s->lock_fd = -1;
}

static void close_store(struct store *base)
{
	struct sqlite_store *s = (struct sqlite_store *)base;

	sqlite_finalize(s);
	sqlite3_close(s->db);
	unlock(base, NULL);
	free(s->path);
	free(s);
}

static const struct store_ops ops = {
	.txn = txn,
	.read = read_only_txn,
	.get = sqlite_get,
	.put = sqlite_put,
	.insert = sqlite_insert,
	.remove = sqlite_remove,
	.each = sqlite_each,
	.lock = lock,
	.unlock = unlock,
	.verify = sqlite_verify,
	.close = close_store,
};

struct sqlite_store *sqlite_store_new(sqlite3 *db)
{
	struct sqlite_store *s = calloc(1, sizeof(*s));

	if (!s)
		out_of_memory();
	s->base.ops = &ops;
	s->db = db;
	s->lock_fd = -1;
	return s;
}
