/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan says of its tenants beside their steps, noted while the run goes through them. */
#ifndef APNSCTL_CMD_PLAN_GATHER_H
#define APNSCTL_CMD_PLAN_GATHER_H

#include "reconcile/report/plan_report.h"
#include "reconcile/run/run.h"

/* A certificate file that does not fit. */
struct refused {
	struct ref on;
	const char *sha256;
};

struct plan_gather {
	struct arena mem;
	struct plan_stop *stop;
	size_t n_stop, cap_stop;
	struct refused *refused;
	size_t n_refused, cap_refused;
	struct blast *later;
	size_t n_later, cap_later;
	/*
	 * Tenants of which nothing is known, as they are when their manifests are taken for
	 * applied.
	 */
	struct actual_tenant *assumed;
	size_t n_assumed, cap_assumed;
	const char **seen; /* tenants that were planned, when it compares; by name */
	size_t n_seen, cap_seen;
	bool compares;   /* with another plan: what both have is taken out */
	bool assume_all; /* else only those with a certificate in Git: it was in force somewhere */
};

/* For run_options.on_plan; `arg` is the plan_gather. */
void plan_gather_take(const struct plan *p, const struct report_context *c, void *arg);
void plan_gather_release(struct plan_gather *g);

/* Takes out what the other one has too: it is no change. */
void plan_gather_minus(struct plan_gather *g, const struct plan_gather *base);

#endif
