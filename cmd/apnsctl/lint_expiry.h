/* SPDX-License-Identifier: Apache-2.0 */
/* lint --expiry: how near the ends of certificates are. The only findings that depend on the clock.
 */
#ifndef APNSCTL_CMD_LINT_EXPIRY_H
#define APNSCTL_CMD_LINT_EXPIRY_H

#include "cmd/apnsctl/published.h"

/*
 * Adds RULE_EXPIRY_BAND for each certificate of the tenant that is not Ok at `now`: a note when it
 * is Due, a warning in the band Warning, an error from Critical on. It goes by the file in Git and
 * by the pair in force on the status branch, whichever ends later: the other one has been renewed.
 * RULE_END_PASSED for a suspension and for an exception of an alias whose last day is over.
 */
void lint_expiry(const struct published *p, struct load_tenant *t, int64_t now);

#endif
