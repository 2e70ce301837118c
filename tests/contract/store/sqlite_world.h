/* SPDX-License-Identifier: Apache-2.0 */
/* A fresh directory for tests of what only SQLite has: a file, its owner, its schema. */
#ifndef APNSCTL_TESTS_STORE_SQLITE_WORLD_H
#define APNSCTL_TESTS_STORE_SQLITE_WORLD_H

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reconcile/adapter/sqlite/sqlite.h"
#include "reconcile/port/store.h"
#include "schema/base/text.h"

struct place {
	char dir[64], path[96], other[96];
	struct err e;
};

static inline int place_setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	/* In memory where that is possible: these tests wait for many a sync. */
	strcpy(p->dir, access("/dev/shm", W_OK) ? "/tmp/store.XXXXXX" : "/dev/shm/store.XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->path, sizeof(p->path), "%s/test.db", p->dir);
	snprintf(p->other, sizeof(p->other), "%s/other.db", p->dir);
	*state = p;
	return 0;
}

static inline int place_teardown(void **state)
{
	struct place *p = *state;
	char command[96];

	snprintf(command, sizeof(command), "rm -rf %s", p->dir);
	assert_int_equal(system(command), 0);
	free(p);
	return 0;
}

/* Compares with a text in which each "@" stands for the directory. */
static inline void says(struct place *p, const char *wanted)
{
	char text[1024];
	size_t n = 0;

	for (; *wanted; wanted++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, *wanted == '@' ? "%s" : "%.1s",
				      *wanted == '@' ? p->dir : wanted);
	assert_string_equal(p->e.text, text);
}

static inline struct store *opened(struct place *p, const char *path, enum sqlite_open mode,
				   int wanted)
{
	struct store *s;
	int rc = sqlite_store_open(path, mode, &s, &p->e);

	if (rc != wanted)
		fail_msg("%s: returned %d, wanted %d: %s", path, rc, wanted, p->e.text);
	return s;
}

static inline void not_opened(struct place *p, enum sqlite_open mode, const char *wanted)
{
	struct store *s;

	assert_int_equal(sqlite_store_open(p->path, mode, &s, &p->e), -1);
	assert_int_equal(p->e.code, ERR_IO);
	says(p, wanted);
}

/* The value of META "a". */
static inline int put_a(struct store_txn *t, void *value, struct err *e)
{
	struct row_meta row = { "a", value };

	return store_put(t, TABLE_META, &row, e);
}

static inline int read_a(struct store_txn *t, void *value, struct err *e)
{
	struct row_meta row = { .key = "a" };
	struct arena mem = ARENA_INIT;
	int rc = store_get(t, TABLE_META, &row, &mem, e);

	snprintf(value, 32, "%s", rc == 1 ? row.value : "(none)");
	arena_release(&mem);
	return rc < 0 ? -1 : 0;
}

static inline void write_value(struct place *p, struct store *s, const char *value)
{
	int64_t fence;

	if (store_lock(s, "all", &fence, &p->e) ||
	    store_txn(s, "all", fence, put_a, (void *)(uintptr_t)value, &p->e))
		fail_msg("%s", p->e.text);
	store_unlock(s, "all");
}

static inline void has_value(struct place *p, struct store *s, const char *wanted)
{
	char value[32];

	if (store_read(s, read_a, value, &p->e))
		fail_msg("%s", p->e.text);
	assert_string_equal(value, wanted);
}

/* Makes the database with this value and closes it. */
static inline void make_with(struct place *p, const char *value)
{
	struct store *s = opened(p, p->path, STORE_CREATE, 1);

	write_value(p, s, value);
	store_close(s);
}

/* SQL past the adapter, as somebody with sqlite3(1) would run it. */
static inline void tamper(const char *path, const char *sql)
{
	char *text = NULL;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &text))
		fail_msg("%s", text);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static inline bool there(const struct place *p, const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	return !access(path, F_OK);
}

static inline unsigned mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777u;
}

#define AT_PLACE(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

#endif
