/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shared set + one tenant's set → desired state and findings of reference, layout, Apple ID and
 * certificate rules. Claims that only all tenants together can violate (topic, key, serial,
 * account of a server) are collected by rule/claims.h.
 */
#ifndef APNSCTL_RESOLVE_RESOLVE_H
#define APNSCTL_RESOLVE_RESOLVE_H

#include "schema/resolve/desired.h"

/*
 * Checks the rules of the shared set, after its last file and before the first tenant. The findings
 * of parsing must already be in `fs`: what they forbid is kept with the set, object by object, for
 * the tenants that use the object (want_tenant.stop_shared). Defined in schema/rule, like the next.
 */
void shared_check(struct set *shared, struct findings *fs);

/*
 * Resolves one tenant: links, inherits, runs all rules that need no other tenant, into `fs`; the
 * result lives in `mem` and points into both sets, which must outlive it. Never fails: what could
 * not be resolved is absent and has a finding, and `stop` says what follows from it. The findings
 * of parsing must already be in `fs`, so that `stop` and `first_error` see them; findings of other
 * folders in `fs` stop nothing, but are looked at: give each tenant a list of its own.
 */
void tenant_resolve(const struct set *shared, struct set *tenant, struct arena *mem,
		    struct findings *fs, struct want_tenant *out);

/* The Organization of the shared set; NULL when there is none. */
const struct organization *shared_organization(const struct set *shared);

#endif
