/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the store → the actual state of one tenant. */
#ifndef APNSCTL_RUN_ROWS_H
#define APNSCTL_RUN_ROWS_H

#include "reconcile/model/actual.h"
#include "reconcile/port/store.h"
#include "schema/resolve/desired.h"

/* Rows of one table in the order of their keys; they and what they point at live in `mem`. */
struct rows {
	struct arena *mem;
	void *item; /* struct row_… of the table */
	size_t n, cap, size;
};

/* Adds the rows whose column has this value to `out`, which names the arena. */
int rows_equal(struct store_txn *t, enum store_table_id table, const char *col, const char *value,
	       struct rows *out, struct err *e);

/* Reads all of a tenant by its name; uid NULL in `out` when the store does not know it. */
int rows_tenant(struct store_txn *t, const char *name, struct arena *mem,
		struct actual_tenant *out, struct err *e);

/*
 * Makes room in `actual` for wanted certificates that are not known yet (uid NULL) and for servers
 * never seen.
 */
void rows_make_room(const struct want_tenant *want, struct arena *mem,
		    struct actual_tenant *actual);

/*
 * Looks up who else claims what the wanted certificates name and what their files in Git carry. The
 * certificates are in `actual` already (rows_make_room).
 */
int rows_owners(struct store_txn *t, const struct want_tenant *want, struct arena *mem,
		struct actual_tenant *actual, struct err *e);

/* Remembers what a certificate's server shows, and what was put there: what rows_tenant reads. */
int rows_put_server(struct store_txn *t, const char *certificate_uid, const struct actual_server *s,
		    struct err *e);

/* The row of a tenant by name; 1: found, 0: not, -1: error. */
int rows_find_tenant(struct store_txn *t, const char *name, struct arena *mem,
		     struct row_tenant *out, struct err *e);

/* The names of all tenants that the store knows, archived ones too, in the order of their rows. */
int rows_tenant_names(struct store_txn *t, struct arena *mem, const char ***name, size_t *n,
		      struct err *e);

/* A value of META; NULL when it is not there. */
int rows_meta(struct store_txn *t, const char *key, struct arena *mem, const char **value,
	      struct err *e);
int rows_set_meta(struct store_txn *t, const char *key, const char *value, struct err *e);

/* Kinds of claims (safety rule 4). */
#define CLAIM_TOPIC "topic"
#define CLAIM_KEY "spki"
#define CLAIM_SERIAL "serial"

#endif
