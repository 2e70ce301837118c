/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only one may have (design: safety rule 4): collects the topics, public keys, serials and
 * server accounts of all tenants, one small record each, and reports what two of them want.
 * For lint; reconcile uses the claims of the store instead. Two certificates of one tenant are
 * checked when the tenant is resolved, and so in reconcile too.
 */
#ifndef APNSCTL_RULE_CLAIMS_H
#define APNSCTL_RULE_CLAIMS_H

#include "schema/resolve/desired.h"

struct claims;

struct claims *claims_new(void);
void claims_free(struct claims *c);

/* Takes note of what a tenant wants; copies what it keeps. */
void claims_add(struct claims *c, const struct want_tenant *t);

/*
 * One finding for each claim of another tenant after the first (by file and line), with the first
 * one related; also a second tenant in SingleOrganization mode, and previous names of other
 * tenants that are still there. The order of claims_add does not matter.
 */
void claims_check(struct claims *c, struct findings *fs);

/*
 * Takes the edit that would pin a topic away from every finding in `fs` about a certificate whose
 * topic, public key or serial another certificate claims too, and says that this is not proven.
 */
void claims_withdraw_pins(struct claims *c, struct findings *fs);

/* The same as claims_check among the certificates of one tenant. */
void claims_check_tenant(const struct want_tenant *t, struct findings *fs);

#endif
