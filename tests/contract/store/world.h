/* SPDX-License-Identifier: Apache-2.0 */
/* A fresh store of one adapter for each test of the contract. */
#ifndef APNSCTL_TESTS_STORE_WORLD_H
#define APNSCTL_TESTS_STORE_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reconcile/adapter/memory/memory.h"
#include "reconcile/adapter/sqlite/sqlite.h"
#include "reconcile/port/store.h"

struct world;

/* What differs between the adapters under test. */
struct adapter {
	struct store *(*open)(struct world *w);
	struct store *(*again)(struct world *w); /* another handle on the same data */
	void (*lose_lock)(struct world *w);      /* somebody breaks the lock of w->store */
};

struct world {
	const struct adapter *adapter;
	char dir[64], path[96];
	struct store *store;
	int64_t fence; /* w->store holds the lock */
	struct arena mem;
	struct err e;
};

static struct store *sqlite_again(struct world *w)
{
	struct store *s;
	struct err e = { 0 };

	if (sqlite_store_open(w->path, STORE_CREATE, &s, &e) < 0)
		fail_msg("%s", e.text);
	return s;
}

/* An administrator removes the lock file of a controller that seems to hang. */
static void sqlite_lose_lock(struct world *w)
{
	char name[128];

	snprintf(name, sizeof(name), "%s.lock", w->path);
	assert_int_equal(unlink(name), 0);
}

static struct store *memory_open(struct world *w)
{
	(void)w;
	return memory_store();
}

static struct store *memory_again(struct world *w)
{
	return memory_store_again(w->store);
}

static void memory_lose_lock(struct world *w)
{
	memory_store_lose_lock(w->store);
}

static const struct adapter in_sqlite = { sqlite_again, sqlite_again, sqlite_lose_lock };
static const struct adapter in_memory = { memory_open, memory_again, memory_lose_lock };

static int world_setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->adapter = *state;
	/* In memory where that is possible: these tests wait for many a sync. */
	strcpy(w->dir, access("/dev/shm", W_OK) ? "/tmp/store.XXXXXX" : "/dev/shm/store.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->path, sizeof(w->path), "%s/test.db", w->dir);
	w->store = w->adapter->open(w);
	assert_int_equal(store_lock(w->store, "all", &w->fence, &w->e), 0);
	*state = w;
	return 0;
}

static int world_teardown(void **state)
{
	struct world *w = *state;
	char command[96];

	store_close(w->store);
	arena_release(&w->mem);
	snprintf(command, sizeof(command), "rm -rf %s", w->dir);
	assert_int_equal(system(command), 0);
	free(w);
	return 0;
}

/* The callback of a transaction. */
#define STEP(name)                                                                                 \
	static int name(struct store_txn *t, void *arg, struct err *e);                            \
	static int name(struct store_txn *t, void *arg, struct err *e)

static inline void must(struct world *w, int got, int wanted)
{
	if (got != wanted)
		fail_msg("returned %d, wanted %d: %s", got, wanted, w->e.text);
}

static inline void write_txn(struct world *w, store_txn_fn *fn, void *arg)
{
	must(w, store_txn(w->store, "all", w->fence, fn, arg, &w->e), 0);
}

static inline void read_txn(struct world *w, store_txn_fn *fn, void *arg)
{
	must(w, store_read(w->store, fn, arg, &w->e), 0);
}

/* One row of META. */
static inline int put_meta(struct store_txn *t, const char *key, const char *value, struct err *e)
{
	struct row_meta row = { key, value };

	return store_put(t, TABLE_META, &row, e);
}

/* "(none)" without a row, "(null)" without a value. */
static inline const char *meta(struct store_txn *t, const char *key, struct world *w)
{
	struct row_meta row = { .key = key };
	int rc = store_get(t, TABLE_META, &row, &w->mem, &w->e);

	assert_in_range(rc, 0, 1);
	return !rc ? "(none)" : row.value ? row.value : "(null)";
}

/* Runs the list on each adapter; names become memory_x and sqlite_x. */
/* clang-format off */
#define ON(where, test)                                                                            \
	{ #where "_" #test, test, world_setup, world_teardown, (void *)(uintptr_t)&in_##where }
/* clang-format on */
#define BOTH(test) ON(memory, test), ON(sqlite, test)

#endif
