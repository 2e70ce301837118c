/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of report/: what the summary files share. */
#ifndef APNSCTL_REPORT_SUMMARY_PART_H
#define APNSCTL_REPORT_SUMMARY_PART_H

#include "reconcile/report/report.h"

/* How many objects are in each band. */
void summary_count(const struct summary *s, size_t count[BAND_MAX]);

/* The first instant at which time alone changes the report; INT64_MAX: never. */
int64_t summary_valid_until(const struct summary *s);

#endif
