/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/yaml/splice.h"

#include <stdlib.h>

struct splice splice_at(const struct yaml_scan *s, struct span at, const char *text)
{
	return (struct splice){ s->mark + yaml_scan_offset(s, at.line, at.col),
				s->mark + yaml_scan_offset(s, at.end_line, at.end_col), text };
}

/* Pieces come in an order that counts, and qsort keeps none: what is equal compares by address. */
static int by_place(const void *x, const void *y)
{
	const struct splice *a = *(const struct splice *const *)x;
	const struct splice *b = *(const struct splice *const *)y;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return a < b ? -1 : a > b;
}

size_t splice_apply(const char *text, size_t len, const struct splice *piece, size_t n,
		    struct buf *out)
{
	const struct splice **sorted = NULL;
	struct arena mem = ARENA_INIT;
	size_t at = 0, done = 0, last = SIZE_MAX;

	sorted = arena_array(&mem, n + 1, sizeof(*sorted));
	for (size_t i = 0; i < n; i++)
		sorted[i] = &piece[i];
	if (n)
		qsort(sorted, n, sizeof(*sorted), by_place);
	for (size_t i = 0; i < n; i++) {
		const struct splice *p = sorted[i];
		if (p->from < at || p->from == last || p->to < p->from || p->to > len)
			continue;
		buf_add(out, text + at, p->from - at);
		buf_adds(out, p->text);
		at = p->to;
		last = p->from;
		done++;
	}
	buf_add(out, text + at, len - at);
	arena_release(&mem);
	return done;
}
