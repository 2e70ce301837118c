/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has to be known of all tenants whose files changed before the first of them is worked on:
 * who wants the same topic, and who is only renamed.
 */
#ifndef APNSCTL_RUN_AHEAD_H
#define APNSCTL_RUN_AHEAD_H

#include "reconcile/run/select.h"

int look_ahead(struct run *r, struct selection *s, struct err *e);

#endif
