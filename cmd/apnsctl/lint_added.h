/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The errors of lint that a change brings and that stop nothing in the controller: a plan says that
 * there are some. Only tenants that differ are read.
 */
#ifndef APNSCTL_CMD_LINT_ADDED_H
#define APNSCTL_CMD_LINT_ADDED_H

#include "cmd/apnsctl/lint_base.h"
#include "reconcile/report/plan_report.h"

struct lint_added {
	/* the caller's */
	struct repo *repo;
	const struct repo_base *base;
	const struct cert_reader *certs;
	const struct published *published;
	bool is_complete;          /* there is a status branch */
	const char *const *tenant; /* of the head, that may differ; by name */
	size_t n_tenant;
	const struct findings *shared; /* what the head adds in the files that all share */
	/* found */
	struct arena mem;
	struct plan_lint found;
	size_t cap;
};

/* Notes the errors by which no step of the plan is blocked or held. */
int lint_added_find(struct lint_added *a, const struct plan_report *r, struct err *e);
void lint_added_release(struct lint_added *a);

#endif
