/* SPDX-License-Identifier: Apache-2.0 */
/* What is told of one thing, line by line: the same as text for people and as a JSON object. */
#ifndef APNSCTL_CMD_SHEET_H
#define APNSCTL_CMD_SHEET_H

#include "schema/base/arena.h"
#include "schema/base/buf.h"
#include "schema/base/json.h"

struct sheet_line {
	const char *key;   /* in JSON, "definedAt" */
	const char *label; /* for people, "defined at" */
	const char **value;
	size_t n, cap;
	bool is_list; /* a JSON array, however many there are */
};

struct sheet {
	struct arena *mem;
	const char *subject; /* "PushCertificate/acme/push" */
	struct sheet_line *line;
	size_t n, cap;
};

/* A line with one value. Key and label live as long as the sheet; an absent value adds no line. */
void sheet_add(struct sheet *s, const char *key, const char *label, const char *value);
void sheet_addf(struct sheet *s, const char *key, const char *label, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* One more value of a list; lists of one key stand in one line each. */
void sheet_more(struct sheet *s, const char *key, const char *label, const char *value);

/* "subject" and one line each, indented; values of several lines stand below their label. */
void sheet_text(const struct sheet *s, struct buf *out);

/* An object: subject, then the keys in the order of the lines. */
void sheet_json(const struct sheet *s, struct json *j);

#endif
