/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way back: a published tenants/<tenant>.json → what is known of the tenant. What is published
 * is less than what the store knows; what is missing is unknown, never absent. Pure.
 */
#ifndef APNSCTL_REPORT_DECODE_H
#define APNSCTL_REPORT_DECODE_H

#include "reconcile/model/actual.h"
#include "schema/base/err.h"
#include "schema/base/value.h"

/*
 * All copied into `mem`; `topic` of a certificate is the pin that the store had, `published_topic`
 * whatever pin was published. ERR_INPUT when it has another form or is of another tenant. Unknown
 * members and words are passed over: a newer controller may have written them.
 */
int report_decode(const struct value *root, const char *tenant, struct arena *mem,
		  struct actual_tenant *out, struct err *e);

#endif
