/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which tenants a run looks at: those whose files changed, those that are due, those that are gone.
 */
#ifndef APNSCTL_RUN_SELECT_H
#define APNSCTL_RUN_SELECT_H

#include "reconcile/run/unit.h"

struct before_tenant; /* run/before.h */

struct selected {
	const char *name;
	char tree[OID_TEXT];
	bool is_gone, is_changed; /* its files since the last run, or what they depend on */
	bool is_fresh;            /* the store knows no tenant of this name that it could read */
	const char *old_name;     /* the tenant of the store that it is (renames.h); NULL */
	const char *refused;      /* why it is not one that its previousNames name; NULL */
	bool is_kept;             /* gone, and perhaps only renamed */
	const char *error;        /* it can not be read; NULL */
	const char **tried; /* ids of steps that this run has begun already */
	size_t n_tried, cap_tried;
	const struct before_tenant *before; /* its files are the same there; NULL: they are not */
};

struct selection {
	struct arena mem;
	struct selected *item; /* by name */
	size_t n, cap;
	size_t n_live;         /* tenants that the store knows and that are not archived */
};

/*
 * The oids of organization.yaml, servers/ and accounts/ of the commit: what all tenants depend on.
 */
int shared_oids(struct run *r, struct arena *mem, const char **out, struct err *e);

/* `everyone`: look at all tenants, changed or not. */
int select_tenants(struct run *r, bool everyone, struct selection *out, struct err *e);

/* Those of `all` that have steps which a gate counts, with what was told of them so far. */
void select_counted(const struct run *r, const struct selection *all, struct selection *out);

/* The one of this name, NULL: none; and taking one out. */
struct selected *selection_find(const struct selection *s, const char *name);
void selection_drop(struct selection *s, struct selected *gone);

void selection_release(struct selection *s);

#endif
