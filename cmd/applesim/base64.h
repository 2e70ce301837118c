/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648, section 4), reading only. */
#ifndef APPLESIM_BASE64_H
#define APPLESIM_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/base/buf.h"

/*
 * Adds the decoded bytes to `out`. White space is skipped wherever it stands; every other foreign
 * character, a wrong length or padding inside gives false, and `out` is then of no use.
 */
bool base64_decode(const char *text, size_t n, struct buf *out);

#endif
