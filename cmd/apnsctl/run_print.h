/* SPDX-License-Identifier: Apache-2.0 */
/* How a run is told: text for people, RunReport as JSON, what went wrong on stderr. */
#ifndef APNSCTL_CMD_RUN_PRINT_H
#define APNSCTL_CMD_RUN_PRINT_H

#include "cmd/apnsctl/app.h"
#include "reconcile/report/plan_report.h"
#include "reconcile/run/run.h"

void print_run_text(const struct run_result *r, struct buf *out);
void print_run_json(const struct run_result *r, struct buf *out);

/* The plan of a run against the store, told from the result for as long as that lives. */
struct plan_report run_plan_report(const struct run_result *r);

/*
 * Runs once with the configuration (cmd_reconcile.c). The options that come from it are filled in,
 * the result is the caller's to release in any case.
 */
int run_configured(const struct app *app, struct run_options *o, struct run_result *out,
		   struct err *e);

/* What went wrong beside the steps: source, gates, status branch, quarantine; on stderr. */
void say_run_problems(const struct run_result *r);

#endif
