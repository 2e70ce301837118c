/* SPDX-License-Identifier: Apache-2.0 */
/* lint: the topics of the repository against those that were published for its certificates. */
#ifndef APNSCTL_CMD_LINT_PUBLISHED_H
#define APNSCTL_CMD_LINT_PUBLISHED_H

#include "cmd/apnsctl/published.h"

/*
 * `topic: New` beside a certificate of another topic than the published one: the warning that it is
 * not pinned becomes an error of RULE_OTHER_TOPIC, without the edit that would pin the wrong one.
 * The warning stays without the edit when topic or key of the file were published for another
 * certificate, or when the key is none of those that were made for this one.
 */
void lint_published(const struct published *p, const struct want_tenant *t, struct findings *fs);

#endif
