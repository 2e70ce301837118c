/* SPDX-License-Identifier: Apache-2.0 */
/* How a plan is told: text for people, Plan as JSON; and the parts that a run is told with too. */
#ifndef APNSCTL_CMD_PLAN_PRINT_H
#define APNSCTL_CMD_PLAN_PRINT_H

#include "reconcile/report/plan_report.h"
#include "schema/base/json.h"

void print_plan_text(const struct plan_report *r, struct buf *out);
void print_plan_json(const struct plan_report *r, struct buf *out);

/* The members of a step that are not always there: rule, gate, next or then. */
void plan_step_members(struct json *j, const struct kept_step *s);

/* The steps of one state below a title; returns how many there are. */
size_t plan_section(const struct kept_step *s, size_t n, const char *state, const char *title,
		    const char *mark, struct buf *out);

#endif
