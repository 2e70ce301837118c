/* SPDX-License-Identifier: Apache-2.0 */
/* lint: the certificates of the repository against what was published for them. */
#ifndef APNSCTL_CMD_LINT_PUBLISHED_H
#define APNSCTL_CMD_LINT_PUBLISHED_H

#include "cmd/apnsctl/owners.h"
#include "cmd/apnsctl/published.h"
#include "reconcile/run/load.h"

/*
 * RULE_OTHER_TOPIC for `topic: New` beside a certificate of another topic than the published one;
 * RULE_REFUSED for a file that belongs to another certificate, and as a note for one of the pinned
 * topic with a key that nobody holds. Both take the place of the warning that the topic is not
 * pinned, and of its edit. A file that was published for a certificate which is gone from `head` is
 * that one under another name: RULE_RENAMED, unless `has_base`, where the change rules know more.
 * Each certificate gets its known_topic. `owners`: of all that is published.
 */
void lint_published(const struct published *p, const struct owners *owners,
		    const struct load *head, bool has_base, struct load_tenant *t);

#endif
