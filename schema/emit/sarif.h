/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a SARIF file. */
#ifndef APNSCTL_EMIT_SARIF_H
#define APNSCTL_EMIT_SARIF_H

#include "schema/base/finding.h"
#include "schema/base/json.h"

/*
 * The reportingDescriptor of a rule (SARIF 3.49): its title, and its page as help in plain text and
 * in Markdown. Code scanning shows the page beside an alert.
 */
void sarif_rule(struct json *j, const struct rule *r);

/*
 * A member with a plain text message: at most 1,024 characters, as GitHub takes them, and no
 * "[text](target)", which readers make a link (SARIF 3.11.6: a backslash before the bracket).
 */
void sarif_text(struct json *j, const char *key, const char *s);

#endif
