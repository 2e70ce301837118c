/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON writer (RFC 8259) over a struct buf: commas, quoting, indentation. The same calls give
 * the same bytes. Text that is no valid UTF-8 is written with U+FFFD in place of the bad bytes.
 * Reading JSON is the job of a library, in the adapters.
 */
#ifndef APNSCTL_JSON_H
#define APNSCTL_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/base/buf.h"

struct json {
	struct buf *out;
	unsigned depth;
	bool pretty; /* two spaces a level; otherwise one line */
	bool first;  /* nothing stands in the current object or array yet */
	bool keyed;  /* a key was just written */
};

#define JSON_INIT(buf, is_pretty) { .out = (buf), .pretty = (is_pretty), .first = true }

void json_object(struct json *j); /* { */
void json_end_object(struct json *j);
void json_array(struct json *j); /* [ */
void json_end_array(struct json *j);
void json_key(struct json *j, const char *key);
void json_string(struct json *j, const char *s); /* NULL writes null */
void json_string_n(struct json *j, const char *s, size_t n);
void json_int(struct json *j, int64_t v);
void json_bool(struct json *j, bool v);
void json_null(struct json *j);

/* A key with its value; the _opt one writes nothing when `s` is NULL. */
void json_member(struct json *j, const char *key, const char *s);
void json_member_opt(struct json *j, const char *key, const char *s);
void json_member_int(struct json *j, const char *key, int64_t v);
void json_member_bool(struct json *j, const char *key, bool v);
void json_member_time(struct json *j, const char *key, int64_t t); /* RFC 3339 */

#endif
