/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A published object read later than it was written: what time alone has changed since. Without a
 * controller that runs, the bands of the status branch stay as they were; its dates do not. Pure.
 */
#ifndef APNSCTL_REPORT_AGE_H
#define APNSCTL_REPORT_AGE_H

#include "reconcile/model/band.h"
#include "schema/base/value.h"

struct json;

/*
 * The word of the object's band at `now`, from its dates. Without dates, and once revoked, it stays
 * as it was published. NULL: it has none. Lives as long as the object.
 */
const char *report_band_at(const struct value *object, int64_t now);

/* The word of its verdict in that band: what was fine asks for attention after Due. */
const char *report_verdict_in(const struct value *object, const char *band);

/* True for an archived certificate after its end, which is not told of any more. */
bool report_is_over(const struct value *object, int64_t now);

/* The object as JSON, with this band and verdict in the place of those that were published. */
void report_write_aged(const struct value *object, const char *band, struct json *j);

#endif
