/* SPDX-License-Identifier: Apache-2.0 */
/* The page of a rule (schema/rule/pages.h) in Markdown. */
#ifndef APNSCTL_EMIT_RULE_PAGE_H
#define APNSCTL_EMIT_RULE_PAGE_H

#include "schema/base/buf.h"
#include "schema/base/finding.h"

/* What an error of the rule stops, as the end of a sentence. */
const char *rule_stops(const struct rule *r);

/* Title, level, why, examples and source: what stands beside an alert of code scanning. */
void emit_rule_help(struct buf *out, const struct rule *r);

/* The same as a page of docs/rules. */
void emit_rule_page(struct buf *out, const struct rule *r);

/* The files that all examples stand among. */
void emit_rule_surroundings(struct buf *out);

#endif
