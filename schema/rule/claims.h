/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only one may have (design: safety rule 4): collects the topics, public keys, serials and
 * server accounts of all tenants, one small record each, and reports what two of them want.
 * For lint; reconcile uses the claims of the store instead.
 */
#ifndef APNSCTL_RULE_CLAIMS_H
#define APNSCTL_RULE_CLAIMS_H

#include "schema/resolve/desired.h"

struct claims;

struct claims *claims_new(void);
void claims_free(struct claims *c);

/* Takes note of what a tenant wants; copies what it keeps. */
void claims_add(struct claims *c, const struct want_tenant *t);

/* One finding for each claim after the first, with the first one related. */
void claims_check(const struct claims *c, struct findings *fs);

#endif
