/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APNSCTL_RUN_REGISTER_H
#define APNSCTL_RUN_REGISTER_H

#include "reconcile/run/unit.h"

/* Gives uids to the tenants and certificates of the batch that the store does not know yet. */
int register_units(struct run *r, struct unit **u, size_t n, struct err *e);

/* A new uid: 128 random bits in hex, in `mem`. */
int register_uid(struct arena *mem, const char **uid, struct err *e);

#endif
