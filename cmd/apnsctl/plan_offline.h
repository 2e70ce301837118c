/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of a pull request: manifests at hand, facts from the status branch, and the run that
 * reconcile does, over a store in memory. No configuration, no network, nothing written.
 */
#ifndef APNSCTL_CMD_PLAN_OFFLINE_H
#define APNSCTL_CMD_PLAN_OFFLINE_H

#include "cmd/apnsctl/lint_added.h"
#include "cmd/apnsctl/plan_gather.h"
#include "cmd/apnsctl/ports_offline.h"
#include "cmd/apnsctl/repo.h"
#include "reconcile/run/before.h"

struct plan_offline_options {
	const char *rev;    /* NULL: the working tree */
	const char *base;   /* NULL: the plan is told whole */
	const char *status; /* a revision or a folder; NULL: that of the repository */
};

struct plan_offline {
	struct repo repo;
	struct published published;
	const char *no_status; /* why nothing is known, with the cure; NULL: it is */
	struct repo_base base;
	struct offline offline;
	struct run_result head, before; /* of the head; of the base */
	struct before noted[2];         /* of the base, once or twice */
	struct plan_gather gather, gather_before;
	struct lint_added lint;
	struct plan_report report;
};

/*
 * Makes the plan. `head` then counts only what the report tells, so that the exit status follows
 * from it. To be given to plan_offline_close also when it fails.
 */
int plan_offline_make(const struct app *app, const struct plan_offline_options *o,
		      struct plan_offline *out, struct err *e);
void plan_offline_close(struct plan_offline *p);

#endif
