/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/ref.h"

#include <string.h>

#include "schema/base/text.h"

static const char *const kind_names[] = {
	[KIND_NONE] = "",
#define X(name) [KIND_##name] = #name,
	KINDS(X)
#undef X
};

_Static_assert(sizeof(kind_names) / sizeof(kind_names[0]) == KIND_MAX, "a name for each kind");

const char *kind_name(enum kind_id kind)
{
	return kind_names[kind];
}

int ref_cmp(const struct ref *a, const struct ref *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	int c = text_cmp(a->tenant, b->tenant);
	return c ? c : text_cmp(a->name, b->name);
}

char *ref_text(struct arena *a, const struct ref *r)
{
	if (!r->tenant)
		return arena_printf(a, "%s/%s", kind_name(r->kind), r->name);
	return arena_printf(a, "%s/%s/%s", kind_name(r->kind), r->tenant, r->name);
}

const char *ref_own_name(const char *written, const char *tenant)
{
	const char *slash = strchr(written, '/');
	size_t n = slash ? (size_t)(slash - written) : 0;

	if (!slash)
		return written;
	return tenant && strlen(tenant) == n && !memcmp(written, tenant, n) ? slash + 1 : NULL;
}

struct span span_of(struct pos p)
{
	return (struct span){ p.line, p.col, p.line, p.end };
}

static uint16_t clamp_col(uint32_t col)
{
	return col > UINT16_MAX ? UINT16_MAX : (uint16_t)col;
}

struct pos pos_of(struct span s)
{
	uint32_t end = s.end_line == s.line ? s.end_col : s.col + 1;

	return (struct pos){ s.line, clamp_col(s.col), clamp_col(end) };
}
