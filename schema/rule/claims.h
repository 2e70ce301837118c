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

/* Notes what a tenant wants, and had in the base (NULL: not known); copies what it keeps. */
void claims_add(struct claims *c, const struct want_tenant *t, const struct want_tenant *base);

/*
 * One finding for each certificate that claims what another tenant keeps, with that one related;
 * also a second tenant in SingleOrganization mode, and previous names of other tenants that are
 * still there. Who keeps it: whom the controller has published it for (want_cert.known_topic), else
 * who pins the topic, else who had it in the base, else the first by file and line. The order of
 * claims_add does not matter.
 */
void claims_check(struct claims *c, struct findings *fs);

/*
 * After claims_check: puts right in `fs` what was said of certificates before the claims were
 * known. One that is charged is not told besides that it does not fit or is not pinned; and no edit
 * pins a topic that is contested.
 */
void claims_settle(struct claims *c, struct findings *fs);

/* The same as claims_check among the certificates of one tenant; true when something was told. */
bool claims_check_tenant(const struct want_tenant *t, struct findings *fs);

#endif
