/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a plan found, kept for the plan of another revision: a tenant whose files, and the files
 * that all share, are the same in both is neither read nor planned again.
 */
#ifndef APNSCTL_RUN_BEFORE_H
#define APNSCTL_RUN_BEFORE_H

#include "reconcile/run/select.h"
#include "reconcile/run/unit.h"
#include "reconcile/run/wishes.h"

struct before_tenant {
	const char *name;
	char tree[OID_TEXT];
	char print[SHA256_HEX]; /* "": not taken */
	bool quarantined;
	bool had_names; /* what it is depends on who else is there: it is never taken over */
	bool alone; /* it could be read, and nobody else named its topics */
};

/* What the gates, which look at a whole run, had not changed yet in a step. */
struct before_step {
	enum gate gate;
	unsigned rule;
};

struct before {
	bool prints;      /* the caller's: the other revision may be a work tree, without oids */
	bool other_facts; /* the caller's: the store knows more since, so plans may differ */
	struct arena mem;
	const struct run_result *result; /* of that run; steps are taken from there */
	struct before_step *step;        /* one a step of the result */
	const char *shared;              /* oids of the shared files */
	char shared_print[SHA256_HEX];
	char shared_findings[SHA256_HEX]; /* they depend on the names of the tenants, too */
	struct before_tenant *tenant;     /* by name */
	size_t n, cap;
	struct wish *wish; /* of all tenants, by tenant */
	size_t n_wish;
	bool knows_wishes; /* those of every tenant */
	struct gate_item *gate;
	size_t n_gate;
};

/* Notes for run_options.note; nothing when there is none. The order is that of a run. */
void before_note_wishes(struct run *r, const struct selection *s);
void before_note_unit(struct run *r, const struct unit *u);
int before_note_end(struct run *r, struct err *e);

/* Finds the tenants of the selection that run_options.before has as they are (selected.before). */
int before_find(struct run *r, struct selection *s, struct err *e);

/* The topics that the tenant named before. */
void before_wishes(struct run *r, const char *tenant);

/*
 * Takes steps, gates and counts of what is as before over into this run, and those tenants out of
 * the selection. Whose topics somebody else names now has to be planned again.
 */
void before_take(struct run *r, struct selection *s);

/* After the batches: all steps in the order of tenants, as a run without `before` tells them. */
void before_merge(struct run *r);

void before_release(struct before *b);

#endif
