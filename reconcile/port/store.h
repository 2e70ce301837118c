/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store port: rows in tables, in transactions. The tables are described below in one list, from
 * which the SQLite adapter derives its SQL and the in-memory twin its comparisons; PostgreSQL can
 * follow. Rows are C structs of flat data. One contract suite (tests/contract) runs on all
 * adapters.
 *
 * Every write happens inside store_txn and carries the fence of the lock: a controller that has
 * lost its lock can not write. Nothing is written when the callback fails.
 */
#ifndef APNSCTL_PORT_STORE_H
#define APNSCTL_PORT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/arena.h"
#include "schema/base/err.h"

struct blob {
	const void *data;
	size_t len;
};

/*
 * TABLE(id, sql_name, struct, columns): columns are COL(table, type, member, flags) with type TEXT
 * (const char *, NULL allowed), INT (int64_t) or BLOB (struct blob). KEY columns come first and
 * form the primary key in this order; IX columns can be searched by store_each. A change here needs
 * the same in adapter/sqlite/migrations.c: a new step, once a step was released.
 */
#define STORE_TABLES(TABLE)                                                                        \
	TABLE(META, meta,                                                                          \
	      COL(meta, TEXT, key, KEY) COL(meta, TEXT, value, 0))                                 \
	TABLE(TENANT, tenant,                                                                      \
	      COL(tenant, TEXT, uid, KEY) COL(tenant, TEXT, name, IX)                              \
	      COL(tenant, TEXT, display_name, 0) COL(tenant, TEXT, state, 0)                       \
	      COL(tenant, TEXT, tree, 0) COL(tenant, TEXT, revision, 0)                            \
	      COL(tenant, TEXT, stop, 0))                                                          \
	TABLE(CERTIFICATE, certificate,                                                            \
	      COL(certificate, TEXT, uid, KEY) COL(certificate, TEXT, tenant_uid, IX)              \
	      COL(certificate, TEXT, name, 0) COL(certificate, TEXT, state, 0)                     \
	      COL(certificate, TEXT, topic, 0) COL(certificate, TEXT, pinned_by, 0)                \
	      COL(certificate, TEXT, display_name, 0) COL(certificate, TEXT, apple_id, 0)          \
	      COL(certificate, TEXT, protection, 0) COL(certificate, INT, created_at, 0))          \
	TABLE(KEY_RECORD, key_record,                                                              \
	      COL(key_record, TEXT, certificate_uid, KEY) COL(key_record, TEXT, spki, KEY)         \
	      COL(key_record, INT, version, 0) COL(key_record, TEXT, state, 0)                     \
	      COL(key_record, BLOB, sealed, 0) COL(key_record, INT, created_at, 0))                \
	TABLE(REQUEST, request,                                                                    \
	      COL(request, TEXT, certificate_uid, KEY) COL(request, TEXT, spki, KEY)               \
	      COL(request, TEXT, state, 0) COL(request, TEXT, file, 0) COL(request, BLOB, csr, 0)  \
	      COL(request, BLOB, upload, 0) COL(request, INT, requested_at, 0)                     \
	      COL(request, INT, signer_not_after, 0) COL(request, INT, announced_at, 0))           \
	TABLE(PAIR, pair,                                                                          \
	      COL(pair, TEXT, certificate_uid, KEY) COL(pair, TEXT, sha256, KEY)                   \
	      COL(pair, TEXT, spki, 0) COL(pair, TEXT, phase, 0) COL(pair, TEXT, topic, 0)         \
	      COL(pair, TEXT, serial, 0) COL(pair, TEXT, portal_row, 0) COL(pair, TEXT, issuer, 0) \
	      COL(pair, INT, not_before, 0) COL(pair, INT, not_after, 0) COL(pair, BLOB, pem, 0)   \
	      COL(pair, INT, returned_at, 0) COL(pair, INT, active_at, 0))                         \
	TABLE(OBSERVATION, observation,                                                            \
	      COL(observation, TEXT, certificate_uid, KEY) COL(observation, TEXT, server, KEY)     \
	      COL(observation, TEXT, presence, 0) COL(observation, TEXT, reason, 0)                \
	      COL(observation, TEXT, topic, 0) COL(observation, INT, not_after, 0)                 \
	      COL(observation, TEXT, serial, 0) COL(observation, INT, observed_at, 0)              \
	      COL(observation, TEXT, error, 0) COL(observation, TEXT, installed_sha256, 0)         \
	      COL(observation, INT, installed_at, 0) COL(observation, INT, can_read, 0))           \
	TABLE(PROBE, probe,                                                                        \
	      COL(probe, TEXT, certificate_uid, KEY) COL(probe, TEXT, sha256, KEY)                 \
	      COL(probe, TEXT, result, 0) COL(probe, TEXT, reason, 0) COL(probe, TEXT, detail, 0)  \
	      COL(probe, INT, alert, 0) COL(probe, INT, probed_at, 0) COL(probe, INT, since, 0)    \
	      COL(probe, TEXT, fault, 0) COL(probe, TEXT, fault_detail, 0)                         \
	      COL(probe, INT, fault_since, 0))                                                     \
	TABLE(CLAIM, claim,                                                                        \
	      COL(claim, TEXT, kind, KEY) COL(claim, TEXT, value, KEY)                             \
	      COL(claim, TEXT, tenant_uid, IX) COL(claim, TEXT, certificate_uid, IX)               \
	      COL(claim, INT, proven, 0) COL(claim, INT, seen_at, 0))                              \
	TABLE(POLICY, policy,                                                                      \
	      COL(policy, TEXT, tenant_uid, KEY) COL(policy, TEXT, name, KEY)                      \
	      COL(policy, TEXT, certificate_uid, 0) COL(policy, TEXT, topic, 0)                    \
	      COL(policy, INT, since, 0))                                                          \
	TABLE(CONDITION, condition,                                                                \
	      COL(condition, TEXT, object_uid, KEY) COL(condition, TEXT, type, KEY)                \
	      COL(condition, TEXT, status, 0) COL(condition, TEXT, reason, 0)                      \
	      COL(condition, TEXT, message, 0) COL(condition, INT, since, 0))                      \
	TABLE(DUE, due,                                                                            \
	      COL(due, TEXT, tenant_uid, KEY) COL(due, TEXT, what, KEY) COL(due, INT, at, IX))     \
	TABLE(JOURNAL, journal,                                                                    \
	      COL(journal, INT, id, KEY) COL(journal, TEXT, tenant_uid, IX)                        \
	      COL(journal, TEXT, step, 0) COL(journal, TEXT, outcome, IX)                          \
	      COL(journal, TEXT, error, 0) COL(journal, TEXT, plan_hash, 0)                        \
	      COL(journal, TEXT, revision, 0) COL(journal, INT, begun_at, 0)                       \
	      COL(journal, INT, ended_at, 0))                                                      \
	TABLE(AUDIT, audit,                                                                        \
	      COL(audit, INT, seq, KEY) COL(audit, INT, at, 0) COL(audit, TEXT, verb, 0)           \
	      COL(audit, TEXT, object, 0) COL(audit, TEXT, detail, 0) COL(audit, TEXT, prev, 0)    \
	      COL(audit, TEXT, hash, 0))                                                           \
	TABLE(SUMMARY, summary,                                                                    \
	      COL(summary, TEXT, certificate_uid, KEY) COL(summary, TEXT, name, 0)                 \
	      COL(summary, TEXT, tenant, 0) COL(summary, TEXT, customer, 0)                        \
	      COL(summary, TEXT, band, 0) COL(summary, TEXT, phase, 0)                             \
	      COL(summary, TEXT, verdict, 0) COL(summary, TEXT, action, 0)                         \
	      COL(summary, TEXT, file, 0) COL(summary, TEXT, apple_id, 0)                          \
	      COL(summary, TEXT, portal_row, 0) COL(summary, TEXT, reason, 0)                      \
	      COL(summary, TEXT, message, 0) COL(summary, TEXT, who, 0)                            \
	      COL(summary, TEXT, commit_path, 0) COL(summary, INT, not_after, 0)                   \
	      COL(summary, INT, renew_after, 0) COL(summary, INT, due, 0)                          \
	      COL(summary, INT, changes_at, 0))

/* struct row_meta { const char *key; const char *value; } and so on */
#define STORE_C_TEXT const char *
#define STORE_C_INT int64_t
#define STORE_C_BLOB struct blob
#define COL(table, type, member, flags) STORE_C_##type member;
#define TABLE(id, name, columns)                                                                   \
	struct row_##name {                                                                        \
		columns                                                                            \
	};
STORE_TABLES(TABLE)
#undef TABLE
#undef COL

enum store_table_id {
#define TABLE(id, name, columns) TABLE_##id,
	STORE_TABLES(TABLE)
#undef TABLE
		TABLE_MAX
};

enum store_col_type { STORE_TEXT, STORE_INT, STORE_BLOB };
enum { STORE_KEY = 1, STORE_IX = 2 };

struct store_col {
	const char *name;
	enum store_col_type type;
	unsigned flags;
	size_t off;
};

struct store_table {
	const char *name;
	size_t size;
	const struct store_col *col;
	unsigned n_col, n_key;
};

/* The description of a table (model/store_tables.c). */
const struct store_table *store_table(enum store_table_id id);

struct store;
struct store_txn;

typedef int store_txn_fn(struct store_txn *t, void *arg, struct err *e);

/*
 * Called for each row; the row and what it points at live in the arena given to store_each. It may
 * write to other tables than the one walked, and reset that arena when it keeps nothing of the row.
 */
typedef int store_row_fn(const void *row, void *arg, struct err *e);

/*
 * How store_each selects: all, one TEXT (NULL finds the rows that have none), INT up to a limit.
 * Rows come in the order of the primary key, with UPTO in that of `col` and then of the key; text
 * is ordered by its bytes. KEY columns are never NULL; the row "fence" of META belongs to the
 * adapter.
 */
enum store_select { STORE_ALL, STORE_EQUAL, STORE_UPTO };

struct store_where {
	enum store_select select;
	const char *col; /* the first KEY column or an IX column */
	const char *text;
	int64_t upto;    /* UPTO: INT column <= this */
	size_t limit;    /* 0: no limit */
};

struct store_ops {
	/*
	 * Runs `fn` in one writing transaction (BEGIN IMMEDIATE); commits when it returns 0, else
	 * returns what it returned. ERR_LOCKED unless `s` holds the lock of this very fence.
	 */
	int (*txn)(struct store *s, const char *shard, int64_t fence, store_txn_fn *fn, void *arg,
		   struct err *e);
	/* Runs `fn` on one consistent snapshot, inside a transaction on that; it can not write. */
	int (*read)(struct store *s, store_txn_fn *fn, void *arg, struct err *e);
	/* 1: found, `row` filled (its KEY members say which); 0: there is none; -1: error. */
	int (*get)(struct store_txn *t, enum store_table_id table, void *row, struct arena *mem,
		   struct err *e);
	/* Writes the row over one of the same key. */
	int (*put)(struct store_txn *t, enum store_table_id table, const void *row, struct err *e);
	/* Writes a new row; ERR_CONFLICT when the key is taken. */
	int (*insert)(struct store_txn *t, enum store_table_id table, const void *row,
		      struct err *e);
	/* Removes the row of this key; 1: it was there, 0: it was not. */
	int (*remove)(struct store_txn *t, enum store_table_id table, const void *row,
		      struct err *e);
	/*
	 * Calls `fn` for the selected rows until it returns other than 0; that is returned then.
	 * A NULL `where` selects all.
	 */
	int (*each)(struct store_txn *t, enum store_table_id table,
		    const struct store_where *where, struct arena *mem, store_row_fn *fn, void *arg,
		    struct err *e);
	/*
	 * Takes the lock of the shard and a new fence (> all before); ERR_LOCKED when it is held.
	 */
	int (*lock)(struct store *s, const char *shard, int64_t *fence, struct err *e);
	void (*unlock)(struct store *s, const char *shard);
	/* Checks the whole database; ERR_IO with the first faults. 0: sound. */
	int (*verify)(struct store *s, struct err *e);
	void (*close)(struct store *s);
};

/* The first member of every adapter's store. */
struct store {
	const struct store_ops *ops;
};

struct store_txn {
	struct store *store;
};

int store_txn(struct store *s, const char *shard, int64_t fence, store_txn_fn *fn, void *arg,
	      struct err *e);
int store_read(struct store *s, store_txn_fn *fn, void *arg, struct err *e);
int store_get(struct store_txn *t, enum store_table_id table, void *row, struct arena *mem,
	      struct err *e);
int store_put(struct store_txn *t, enum store_table_id table, const void *row, struct err *e);
int store_insert(struct store_txn *t, enum store_table_id table, const void *row, struct err *e);
int store_remove(struct store_txn *t, enum store_table_id table, const void *row, struct err *e);
int store_each(struct store_txn *t, enum store_table_id table, const struct store_where *where,
	       struct arena *mem, store_row_fn *fn, void *arg, struct err *e);
int store_lock(struct store *s, const char *shard, int64_t *fence, struct err *e);
void store_unlock(struct store *s, const char *shard);
int store_verify(struct store *s, struct err *e);
void store_close(struct store *s);

#endif
