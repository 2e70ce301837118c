/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/emit/line_hash.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "schema/base/arena.h"
#include "schema/base/text.h"

/*
 * A hash is that of the WINDOW units from the start of the line on: the UTF-16 units of the text
 * without blanks and tabs, each line break as LF, then END, then NUL. The first unit of a window
 * has the factor FACTOR^(WINDOW-1), the last one 1, all modulo 2^64.
 */
enum { WINDOW = 100, FACTOR = 37, END = 0xffff, REPLACEMENT = 0xfffd };

struct units {
	uint16_t *unit;
	size_t n;
	size_t *start; /* of each line, an index of `unit` */
	size_t n_start;
};

static void *alloc(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (!p)
		out_of_memory();
	return p;
}

static void put(struct units *u, uint16_t unit, bool *at_start)
{
	if (*at_start)
		u->start[u->n_start++] = u->n;
	u->unit[u->n++] = unit;
	*at_start = unit == '\n';
}

static void put_char(struct units *u, int32_t c, bool *at_start)
{
	if (c < 0)
		c = REPLACEMENT;
	if (c > 0xffff) {
		put(u, (uint16_t)(0xd7c0 + (c >> 10)), at_start);
		put(u, (uint16_t)(0xdc00 + (c & 0x3ff)), at_start);
	} else {
		put(u, (uint16_t)c, at_start);
	}
}

static void units_of(const char *text, size_t len, struct units *u)
{
	bool at_start = true, after_cr = false;

	*u = (struct units){ .unit = alloc(len + 1 + WINDOW, sizeof(*u->unit)),
			     .start = alloc(len + 1, sizeof(*u->start)) };
	for (size_t at = 0; at < len;) {
		int32_t c = text_utf8_next(text, len, &at);
		bool skip = c == ' ' || c == '\t' || (after_cr && c == '\n');
		after_cr = c == '\r';
		if (!skip)
			put_char(u, after_cr ? '\n' : c, &at_start);
	}
	put(u, END, &at_start);
}

void line_hashes_of(const char *text, size_t len, struct line_hashes *out)
{
	struct units u;
	uint64_t hash = 0, leaves = 1;
	size_t line = 0;

	units_of(text, len, &u);
	*out = (struct line_hashes){ .hash = alloc(u.n_start, sizeof(*out->hash)), .n = u.n_start };
	for (size_t i = 0; i < WINDOW; i++) {
		hash = hash * FACTOR + u.unit[i];
		leaves *= FACTOR;
	}
	for (size_t i = 0; line < u.n_start; i++) {
		if (u.start[line] == i)
			out->hash[line++] = hash;
		hash = hash * FACTOR + u.unit[i + WINDOW] - leaves * u.unit[i];
	}
	free(u.unit);
	free(u.start);
}

void line_hashes_free(struct line_hashes *h)
{
	free(h->hash);
	*h = (struct line_hashes){ 0 };
}

const char *line_hash_text(const struct line_hashes *h, uint32_t line, char out[LINE_HASH])
{
	size_t same = 0;

	*out = 0;
	if (!line || line > h->n)
		return out;
	for (size_t i = 0; i < line; i++)
		same += h->hash[i] == h->hash[line - 1];
	snprintf(out, LINE_HASH, "%" PRIx64 ":%zu", h->hash[line - 1], same);
	return out;
}
