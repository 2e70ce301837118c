/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/plan/gate.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"

static const char *target_of(const struct step *s)
{
	return s->to ? s->to : s->sha256 ? s->sha256 : s->server ? s->server : "";
}

enum gate gate_of(const struct step *s, bool source_empty)
{
	if (s->state != STEP_DO || s->counts_in == GATE_None)
		return GATE_None;
	return source_empty && s->action == STEP_ArchiveObject ? GATE_EmptySource : s->counts_in;
}

bool gate_note(struct gate_list *l, const struct plan *p, bool source_empty)
{
	const char *tenant = NULL;

	for (size_t i = 0; i < p->n; i++) {
		const struct step *s = &p->step[i];
		enum gate g = gate_of(s, source_empty);
		if (g == GATE_None)
			continue;
		if (!tenant)
			tenant = arena_strdup(&l->mem, plan_tenant(p));
		*(struct gate_item *)arena_push(&l->mem, &l->item, &l->n, &l->cap,
						sizeof(*l->item)) =
			(struct gate_item){ g,
					    tenant,
					    { s->on.kind, arena_strdup(&l->mem, s->on.tenant),
					      arena_strdup(&l->mem, s->on.name) },
					    arena_strdup(&l->mem, s->id),
					    arena_strdup(&l->mem, target_of(s)) };
	}
	return tenant != NULL;
}

static int by_id(const void *x, const void *y)
{
	const struct gate_item *a = x, *b = y;
	int c = text_cmp(a->id, b->id);

	return c ? c : text_cmp(a->target, b->target);
}

static int by_object(const void *x, const void *y)
{
	const struct gate_item *a = x, *b = y;

	return a->gate != b->gate ? (a->gate < b->gate ? -1 : 1) : ref_cmp(&a->on, &b->on);
}

/* A tenant that goes is counted by its certificates, which go with it. */
static bool is_counted(const struct gate_item *i)
{
	return i->gate != GATE_ChangeLimit || i->on.kind != KIND_Tenant;
}

static void count_objects(struct gate_list *l, size_t counted[GATE_MAX])
{
	if (l->n)
		qsort(l->item, l->n, sizeof(*l->item), by_object);
	for (size_t i = 0; i < l->n; i++)
		if (is_counted(&l->item[i]) && (!i || by_object(&l->item[i - 1], &l->item[i])))
			counted[l->item[i].gate]++;
}

/* EmptySource and Protected hold whatever they count; ChangeLimit from a number on. */
static bool within_limit(enum gate g, size_t counted, const struct gate_limits *l, size_t n_objects)
{
	if (!counted)
		return true;
	if (g != GATE_ChangeLimit)
		return false;
	if ((int64_t)counted > l->max_changed_objects)
		return false;
	return (int64_t)n_objects < l->min_objects ||
	       (int64_t)counted * 100 <= l->max_changed_percent * (int64_t)n_objects;
}

static bool is_overridden(enum gate g, const char *hash, const char *const *overrides, size_t n)
{
	size_t len = strlen(gate_word(g));

	for (size_t i = 0; i < n; i++)
		if (strncmp(overrides[i], gate_word(g), len) == 0 && overrides[i][len] == '@' &&
		    text_eq(overrides[i] + len + 1, hash))
			return true;
	return false;
}

void gate_decide(struct gate_list *l, const struct gate_limits *limits, size_t n_objects,
		 const char *const *overrides, size_t n_overrides, struct gate_result *out)
{
	struct sha256 h[GATE_MAX];

	memset(out, 0, sizeof(*out));
	for (int g = 0; g < GATE_MAX; g++)
		sha256_init(&h[g]);
	count_objects(l, out->counted);
	if (l->n)
		qsort(l->item, l->n, sizeof(*l->item), by_id);
	for (size_t i = 0; i < l->n; i++) {
		sha256_add_text(&h[l->item[i].gate], l->item[i].id);
		sha256_add_text(&h[l->item[i].gate], l->item[i].target);
	}
	for (int g = 0; g < GATE_MAX; g++) {
		sha256_end_hex(&h[g], out->hash[g]);
		out->open[g] = within_limit((enum gate)g, out->counted[g], limits, n_objects) ||
			       is_overridden((enum gate)g, out->hash[g], overrides, n_overrides);
	}
}

void gate_list_release(struct gate_list *l)
{
	arena_release(&l->mem);
	*l = (struct gate_list){ 0 };
}
