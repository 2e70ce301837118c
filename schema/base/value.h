/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON text that was read: values in an arena. The adapter jansson fills it; looking is pure. */
#ifndef APNSCTL_VALUE_H
#define APNSCTL_VALUE_H

#include <stddef.h>
#include <stdint.h>

enum value_type { VALUE_NULL, VALUE_BOOL, VALUE_INT, VALUE_TEXT, VALUE_ARRAY, VALUE_OBJECT };

struct value {
	enum value_type type;
	const char *key;    /* of a member of an object; else NULL */
	const char *text;   /* TEXT: UTF-8 without NUL */
	int64_t number;     /* INT; BOOL: 0 or 1 */
	struct value *item; /* ARRAY and OBJECT, in the order of the text */
	size_t n;
};

/* A member of an object; NULL when there is none, also for an `object` that is NULL or no object.
 */
const struct value *value_get(const struct value *object, const char *key);

/* The text of a member; NULL when it is absent or no text. */
const char *value_text(const struct value *object, const char *key);

/* The time of a member (RFC 3339, UTC); TIME_UNKNOWN when it is absent or none. */
int64_t value_time(const struct value *object, const char *key);

/* The array of a member; an empty one when it is absent or none. */
const struct value *value_array(const struct value *object, const char *key);

/* Writes the value again: what was read and is written gives equal JSON, keys in their order. */
struct json;
void value_write(const struct value *v, struct json *j);

#endif
