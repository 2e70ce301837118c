/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the JSON in which APNs says why: the body of an error and the debug data of a GOAWAY. */
#ifndef APNSCTL_ADAPTER_NGHTTP2_REASON_H
#define APNSCTL_ADAPTER_NGHTTP2_REASON_H

#include <stddef.h>

#include "schema/base/arena.h"

/*
 * The member `reason` of a JSON object, in `mem`; NULL when it is no object, has no such member, or
 * the member is other than one word of letters and digits (at most 64).
 */
const char *reason_read(const void *json, size_t len, struct arena *mem);

#endif
