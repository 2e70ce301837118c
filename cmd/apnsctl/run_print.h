/* SPDX-License-Identifier: Apache-2.0 */
/* How plans and runs are told: text for people, Plan and RunReport as JSON. */
#ifndef APNSCTL_CMD_RUN_PRINT_H
#define APNSCTL_CMD_RUN_PRINT_H

#include "reconcile/run/run.h"

void print_plan_text(const struct run_result *r, struct buf *out);
void print_plan_json(const struct run_result *r, struct buf *out);
void print_run_text(const struct run_result *r, struct buf *out);
void print_run_json(const struct run_result *r, struct buf *out);

/* What went wrong beside the steps: source, gates, status branch, quarantine; on stderr. */
void say_run_problems(const struct run_result *r);

#endif
