/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of a plan's Markdown that nobody may miss: whose devices must re-enrol, and what is
 * blocked. It gets shorter when it has to, but each policy and step stays counted in it. Pure.
 */
#ifndef APNSCTL_REPORT_PLAN_DANGER_H
#define APNSCTL_REPORT_PLAN_DANGER_H

#include "reconcile/report/plan_report.h"

/* What forges count: UTF-16 units. */
size_t markdown_size(const char *text);

/* "Do CreateKey:…: make a new private key (FirstCertificate)" as an entry of a list. */
void markdown_step(const struct kept_step *s, struct buf *out);

/*
 * At most `room` UTF-16 units, which has to be at least DANGER_MIN: whole, else one line for each
 * tenant with its count and first names, else as many of these lines as fit and what the others
 * count. A note says so where it is not whole. What is in between lives in `mem`.
 */
enum { DANGER_MIN = 1400 };
void plan_danger(const struct plan_report *r, size_t room, struct arena *mem, struct buf *out);

#endif
