/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store remembers of the last run: the revision that was applied, under which
 * configuration, what of it is still open, and what was published. The one owner of these keys.
 */
#ifndef APNSCTL_RUN_LAST_H
#define APNSCTL_RUN_LAST_H

#include "reconcile/run/unit.h"

struct last_run {
	struct arena mem;
	const char *commit;   /* applied; NULL: none yet */
	const char *shared;   /* oids of the shared files */
	const char *config;   /* hash of the configuration; NULL: none */
	const char *status;   /* published commit */
	size_t n_quarantined; /* customers, looked at or not */
	bool source_failed;   /* and that stands in the published status */
	bool owed;            /* a publication that was refused */
	bool unread;          /* a tenant of the commit could not be worked on */
	bool held;            /* a gate held steps: they are counted again until they go through */
	bool any_due;         /* a tenant is due now */
};

/* Reads all of it; `out` is released in any case. */
int last_run_read(struct run *r, struct last_run *out, struct err *e);
void last_run_release(struct last_run *l);

/* The applied commit, in `mem`; NULL: none yet. */
int last_run_commit(struct store_txn *t, struct arena *mem, const char **commit, struct err *e);

/* Remembers that the run has applied its commit; `shared`: the oids of its shared files. */
int last_run_note_applied(struct store_txn *t, const struct run *r, const char *shared,
			  struct err *e);

/* Remembers that a status is owed. */
int last_run_note_owed(struct store_txn *t, struct err *e);

/* Remembers what was published; `commit` NULL: it was refused and stays owed. */
int last_run_note_published(struct store_txn *t, const char *commit, size_t n_quarantined,
			    struct err *e);

#endif
