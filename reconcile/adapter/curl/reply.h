/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the JSON answers of MDM servers, and meta.json of directory servers, for the machines. */
#ifndef APNSCTL_ADAPTER_CURL_REPLY_H
#define APNSCTL_ADAPTER_CURL_REPLY_H

#include "reconcile/server/server.h"

/*
 * Fills all of `out` from a JSON object: `error`, `topic`, `sha256`, and `not_after` or `notAfter`
 * (RFC 3339, UTC). Members of another type and the year 0001 (how NanoMDM spells "unknown") count
 * as absent. What is no object, or has a member twice, gives is_object false.
 */
void reply_read(const void *json, size_t len, struct arena *mem, struct server_reply *out);

#endif
