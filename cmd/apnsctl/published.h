/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a status branch (a revision, or a directory with its files) back into what is known of each
 * tenant, for commands that have no store. Nothing read here enables a write (safety rule 10).
 */
#ifndef APNSCTL_CMD_PUBLISHED_H
#define APNSCTL_CMD_PUBLISHED_H

#include "cmd/apnsctl/repo.h"
#include "reconcile/model/actual.h"
#include "reconcile/report/report.h"
#include "reconcile/run/load.h"
#include "schema/base/json.h"
#include "schema/base/value.h"

struct published {
	struct arena mem;
	struct actual_tenant *tenant; /* by name; topic: the published pin; keys, requests, pairs */
	size_t n, cap;
	char commit[OID_TEXT]; /* "": a directory */
	struct source *source;
};

/*
 * `where` NULL: origin/apnsctl-status of the repository. 0: read; 1: there is none, `why` has the
 * cure; -1: it can not be read, or is no status branch.
 */
int published_open(struct repo *r, const char *where, struct published *out, const char **why,
		   struct err *e);
void published_close(struct published *p);

/* The published tenant of this name; NULL: none. */
const struct actual_tenant *published_tenant(const struct published *p, const char *name);

/* What is published of this tenant under its name, else under one that it had; NULL: nothing. */
const struct actual_tenant *published_known(const struct published *p, const struct want_tenant *w);

/* The bytes of a request file ("requests/…") as published; ERR_INPUT when it is not there. */
int published_request(const struct published *p, const char *path, struct buf *out, struct err *e);

/* What `status` shows without a store. Texts live in `mem`. */
struct published_table {
	struct arena *mem;
	struct json *json; /* an open array, which gets the objects */
	int64_t now;       /* the bands are those of this time */
	struct summary_row *row;
	size_t n, cap;
	struct err bad; /* the last file that is no status; each is told on stderr */
};

/*
 * Reads the objects of the asked tenants (n_tenant 0: all) of the status branch `where`, as
 * published_open takes it. A file that is no status is passed over; a status that is older than it
 * was good for is told on stderr.
 */
int published_status(struct published_table *t, const char *where, char **tenant, int n_tenant,
		     struct err *e);

#endif
