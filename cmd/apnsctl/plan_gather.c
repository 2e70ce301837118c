/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/plan_gather.h"

#include "schema/base/text.h"

static void add_stop(struct plan_gather *g, const struct want_tenant *w)
{
	const struct finding *f = w->stop == STOP_QUARANTINE ? w->first_error : NULL;
	bool shared = w->stop != STOP_QUARANTINE;
	struct plan_stop *s = arena_push(&g->mem, &g->stop, &g->n_stop, &g->cap_stop, sizeof(*s));

	*s = (struct plan_stop){
		.tenant = arena_strdup(&g->mem, w->name),
		.file = arena_strdup(&g->mem, f ? f->file : NULL),
		.line = f ? f->at.line : 0,
		.message = f        ? arena_strdup(&g->mem, f->message)
			   : shared ? "the shared manifests that it depends on have errors"
				    : "its manifests have errors",
	};
}

static void add_refused(struct plan_gather *g, const struct cert_view *v)
{
	struct refused *r =
	    arena_push(&g->mem, &g->refused, &g->n_refused, &g->cap_refused, sizeof(*r));

	*r = (struct refused){ { v->want->ref.kind, arena_strdup(&g->mem, v->want->ref.tenant),
				 arena_strdup(&g->mem, v->want->ref.name) },
			       arena_strdup(&g->mem, v->want->in_git->sha256) };
}

static void add_blast(struct plan_gather *g, struct blast b)
{
	if (b.n)
		*(struct blast *)arena_push(&g->mem, &g->later, &g->n_later, &g->cap_later,
					    sizeof(b)) = b;
}

/* What no step of the plan does, but the devices of these policies will see. */
static void add_later(struct plan_gather *g, const struct plan *p)
{
	struct blast b;

	plan_later(p, &g->mem, &b);
	add_blast(g, b);
	plan_lost(p, g->compares, &g->mem, &b);
	add_blast(g, b);
}

static bool has_file(const struct want_tenant *w)
{
	for (size_t i = 0; i < w->n_cert; i++)
		if (w->cert[i].in_git)
			return true;
	return false;
}

static const char *pin_of(const struct plan *p, const struct want_cert *w)
{
	return w ? plan_view(p, w)->pin : NULL;
}

/* Nothing is known of it: then what these manifests say counts as in force. */
static void assume(struct plan_gather *g, const struct plan *p)
{
	const struct want_tenant *w = p->want;
	struct actual_tenant *a =
	    arena_push(&g->mem, &g->assumed, &g->n_assumed, &g->cap_assumed, sizeof(*a));

	*a = (struct actual_tenant){ .name = arena_strdup(&g->mem, w->name) };
	a->cert = arena_array(&g->mem, w->n_cert + 1, sizeof(*a->cert));
	a->policy = arena_array(&g->mem, w->n_policy + 1, sizeof(*a->policy));
	for (size_t i = 0; i < w->n_cert; i++) {
		const char *pin = arena_strdup(&g->mem, pin_of(p, &w->cert[i]));
		a->cert[a->n_cert++] =
		    (struct actual_cert){ .name = arena_strdup(&g->mem, w->cert[i].ref.name),
					  .topic = pin,
					  .pinned_by = pin ? PIN_Accepted : PIN_None,
					  .was_protected = w->cert[i].is_protected };
	}
	for (size_t i = 0; i < w->n_policy; i++) {
		const char *pin = arena_strdup(&g->mem, pin_of(p, w->policy[i].effective));
		const char *name = arena_strdup(&g->mem, w->policy[i].ref.name);
		if (pin)
			a->policy[a->n_policy++] = (struct actual_policy){ name, pin };
	}
}

void plan_gather_take(const struct plan *p, const struct report_context *c, void *arg)
{
	struct plan_gather *g = arg;
	const struct want_tenant *w = p->want;

	(void)c;
	if (!w)
		return;
	if (w->stop == STOP_QUARANTINE || w->stop_shared == STOP_QUARANTINE)
		add_stop(g, w);
	for (size_t i = 0; i < p->n_view; i++)
		if (cert_view_is_refused(&p->view[i]))
			add_refused(g, &p->view[i]);
	add_later(g, p);
	if (!p->actual->uid && (g->assume_all || has_file(w)))
		assume(g, p);
}

void plan_gather_release(struct plan_gather *g)
{
	arena_release(&g->mem);
	*g = (struct plan_gather){ 0 };
}

/*
 * Each list is in the order of tenants, as a run goes through them, and so are the questions about
 * it: what was passed is not looked at again. `*from`: the first item of the tenant at hand.
 */
static bool has_stop(const struct plan_gather *g, const struct plan_stop *s, size_t *from)
{
	while (*from < g->n_stop && text_cmp(g->stop[*from].tenant, s->tenant) < 0)
		++*from;
	for (size_t i = *from; i < g->n_stop && text_eq(g->stop[i].tenant, s->tenant); i++)
		if (text_eq(g->stop[i].message, s->message))
			return true;
	return false;
}

static bool has_refused(const struct plan_gather *g, const struct refused *r, size_t *from)
{
	const struct refused *all = g->refused;

	while (*from < g->n_refused && text_cmp(all[*from].on.tenant, r->on.tenant) < 0)
		++*from;
	for (size_t i = *from; i < g->n_refused && text_eq(all[i].on.tenant, r->on.tenant); i++)
		if (!ref_cmp(&all[i].on, &r->on) && text_eq(all[i].sha256, r->sha256))
			return true;
	return false;
}

static bool has_later(const struct plan_gather *g, const struct blast *b, const char *policy,
		      size_t *from)
{
	const struct blast *all = g->later;

	while (*from < g->n_later && text_cmp(all[*from].tenant, b->tenant) < 0)
		++*from;
	for (size_t i = *from; i < g->n_later && text_eq(all[i].tenant, b->tenant); i++)
		for (size_t k = 0; k < all[i].n; k++)
			if (text_eq(all[i].policy[k], policy))
				return true;
	return false;
}

/* The policies that the base leaves alone. */
static void later_minus(struct plan_gather *g, const struct plan_gather *base)
{
	size_t kept = 0, from = 0;

	for (size_t i = 0; i < g->n_later; i++) {
		struct blast b = g->later[i];
		size_t n = 0;
		for (size_t k = 0; k < b.n; k++)
			if (!has_later(base, &b, b.policy[k], &from))
				b.policy[n++] = b.policy[k];
		b.n = n;
		if (n)
			g->later[kept++] = b;
	}
	g->n_later = kept;
}

void plan_gather_minus(struct plan_gather *g, const struct plan_gather *base)
{
	size_t kept = 0, from = 0;

	for (size_t i = 0; i < g->n_stop; i++)
		if (!has_stop(base, &g->stop[i], &from))
			g->stop[kept++] = g->stop[i];
	g->n_stop = kept;
	kept = from = 0;
	for (size_t i = 0; i < g->n_refused; i++)
		if (!has_refused(base, &g->refused[i], &from))
			g->refused[kept++] = g->refused[i];
	g->n_refused = kept;
	later_minus(g, base);
}
