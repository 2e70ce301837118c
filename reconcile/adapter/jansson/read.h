/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a JSON text that somebody else wrote, strictly and within bounds. */
#ifndef APNSCTL_ADAPTER_JANSSON_READ_H
#define APNSCTL_ADAPTER_JANSSON_READ_H

#include "schema/base/arena.h"
#include "schema/base/err.h"
#include "schema/base/value.h"

enum { JSON_DEPTH_MAX = 16, JSON_VALUES_MAX = 1 << 20 };

/*
 * The whole text as a value in `mem`. ERR_INPUT with line and column when it is no JSON (RFC 8259),
 * has a member twice, a NUL in a text or a number that is no 64-bit integer, is nested more deeply
 * than JSON_DEPTH_MAX or holds more than JSON_VALUES_MAX values.
 */
int json_read(const void *bytes, size_t len, struct arena *mem, struct value *out, struct err *e);

#endif
