/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APNSCTL_RUN_BATCH_H
#define APNSCTL_RUN_BATCH_H

#include "reconcile/run/select.h"
#include "reconcile/run/unit.h"

/* Takes `n` tenants through the run; what goes wrong with one of them is in the result. */
int batch_run(struct run *r, const struct selected *s, size_t n, struct err *e);

#endif
