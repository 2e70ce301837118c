/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/plan/kept.h"

#include <stdlib.h>

#include "schema/base/text.h"

const char *outcome_word(enum outcome o)
{
	static const char *const words[] = {
#define X(n) [OUTCOME_##n] = #n,
		OUTCOMES(X)
#undef X
	};
	return words[o];
}

static struct next copy_next(const struct next *n, struct arena *mem)
{
	struct next c = *n;

	c.file = arena_strdup(mem, n->file);
	c.apple_id = arena_strdup(mem, n->apple_id);
	c.row = arena_strdup(mem, n->row);
	c.reason = arena_strdup(mem, n->reason);
	c.message = arena_strdup(mem, n->message);
	return c;
}

/* Of a certificate that changes its topic: the policies that have it. */
static void copy_policies(const struct step *s, struct arena *mem, struct kept_step *out)
{
	bool own = s->action == STEP_ReassignPolicy;
	size_t n = own ? 1 : s->want ? s->want->n_policy : 0;

	if (s->risk != RISK_Destructive || !n)
		return;
	const char **all = arena_array(mem, n, sizeof(*all));
	for (size_t i = 0; i < n; i++)
		all[i] = arena_strdup(mem, own ? s->on.name : s->want->policy[i]);
	qsort(all, n, sizeof(*all), text_cmp_at);
	out->policy = all;
	out->n_policy = n;
}

void kept_step_of(const struct step *s, struct arena *mem, struct kept_step *out)
{
	*out = (struct kept_step){
		.id = arena_strdup(mem, s->id),
		.action = step_action_word(s),
		.state = step_state_word(s->state),
		.risk = risk_word(s->risk),
		.reason = arena_strdup(mem, s->reason),
		.message = arena_strdup(mem, s->message),
		.on = { s->on.kind, arena_strdup(mem, s->on.tenant),
			arena_strdup(mem, s->on.name) },
		.rule = s->rule,
		.next = copy_next(&s->next, mem),
		.from = arena_strdup(mem, s->from),
		.to = arena_strdup(mem, s->to),
		.sha256 = arena_strdup(mem, s->sha256),
	};
	copy_policies(s, mem, out);
}

const char *kept_state(const struct kept_step *s)
{
	return s->gate != GATE_None ? step_state_word(STEP_BLOCKED) : s->state;
}

const char *kept_tenant(const struct kept_step *s)
{
	return s->on.kind == KIND_Tenant ? s->on.name : s->on.tenant;
}

static const char *behind_number(const char *s)
{
	while (*s >= '0' && *s <= '9')
		s++;
	return s;
}

/* Texts that differ in nothing but the numbers behind a colon. */
static bool is_same_text(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	while (*a && *a == *b) {
		bool colon = *a++ == ':';
		b++;
		a = colon ? behind_number(a) : a;
		b = colon ? behind_number(b) : b;
	}
	return *a == *b;
}

static bool is_same_next(const struct next *a, const struct next *b)
{
	return a->action == b->action && a->due == b->due && text_eq(a->apple_id, b->apple_id) &&
	       text_eq(a->row, b->row) && is_same_text(a->file, b->file);
}

bool kept_is_same(const struct kept_step *a, const struct kept_step *b)
{
	return text_eq(a->id, b->id) && text_eq(a->state, b->state) &&
	       text_eq(a->reason, b->reason) && a->rule == b->rule && text_eq(a->from, b->from) &&
	       text_eq(a->to, b->to) && text_eq(a->sha256, b->sha256) &&
	       is_same_text(a->message, b->message) && is_same_next(&a->next, &b->next);
}

static int by_id(const void *x, const void *y)
{
	const struct kept_step *a = *(const struct kept_step *const *)x;
	const struct kept_step *b = *(const struct kept_step *const *)y;

	return text_cmp(a->id, b->id);
}

struct kept_step *kept_minus(const struct kept_step *a, size_t n_a, const struct kept_step *b,
			     size_t n_b, struct arena *mem, size_t *n)
{
	struct kept_step *out = arena_array(mem, n_a + 1, sizeof(*out));
	const struct kept_step **sorted = arena_array(mem, n_b + 1, sizeof(*sorted));

	*n = 0;
	for (size_t i = 0; i < n_b; i++)
		sorted[i] = &b[i];
	if (n_b)
		qsort(sorted, n_b, sizeof(*sorted), by_id);
	for (size_t i = 0; i < n_a; i++) {
		const struct kept_step *key = &a[i], **found = NULL;
		if (n_b)
			found = bsearch(&key, sorted, n_b, sizeof(*sorted), by_id);
		if (!found || !kept_is_same(*found, key))
			out[(*n)++] = a[i];
	}
	return out;
}

void kept_hash(const struct kept_step *s, struct sha256 *h)
{
	sha256_add_text(h, s->id);
	sha256_add_text(h, s->state);
	sha256_add_text(h, s->reason);
	sha256_add_text(h, s->message);
	sha256_add_text(h, s->sha256);
	sha256_add_text(h, s->to);
}
