/* SPDX-License-Identifier: Apache-2.0 */
/* A policy that gets another effective certificate strands the devices below it. */
#include <stdint.h>
#include <stdlib.h>

#include "schema/base/text.h"
#include "schema/rule/change_part.h"

/* What a policy of head loses: the topic of the base, and the certificate that had it. */
struct loss {
	const struct want_cert *cert; /* NULL: nothing changes */
	const char *topic;
	const struct certificate_assignment *by, *was_by; /* what decides in head, and in base */
	size_t top; /* the policy at which it is told; NONE: not known yet */
	size_t first, next; /* those that are told here; the next that is told at the same */
};

#define NONE SIZE_MAX

static const struct want_policy *find_was(const struct change_pair *p, const struct want_policy *w)
{
	const struct meta *now = &w->object->head.meta;
	const struct want_policy *was = want_policy_of(p->base->want, w->ref.name);

	for (size_t i = 0; !was && i < now->previous_names.n; i++)
		was = want_policy_of(p->base->want, change_old_name(p, now, i));
	return was;
}

/* The certificate in the base that this one of head was. */
static const struct want_cert *cert_was(const struct change_pair *p, const struct want_cert *w)
{
	return w ? p->was[w - p->head->want->cert] : NULL;
}

/*
 * What changes because another certificate takes effect. That the topic of one and the same
 * certificate changes is told at the certificate.
 */
static struct loss loss_of(const struct change_pair *p, const struct want_policy *w)
{
	const struct want_policy *was = find_was(p, w);
	const struct want_cert *old = was ? was->effective : NULL, *now = w->effective;
	const char *topic = old ? change_topic(p->change, p->base->want->name, old) : NULL;

	if (!topic || (now && (cert_was(p, now) == old || text_eq(now->topic, topic))))
		return (struct loss){ 0 };
	return (struct loss){ .cert = old, .topic = topic, .by = w->by, .was_by = was->by };
}

/* The new topic as it can be acknowledged; NULL: no certificate is left. */
static const char *topic_after(const struct want_policy *w)
{
	const struct want_cert *c = w->effective;

	if (!c)
		return NULL;
	if (c->topic)
		return c->topic;
	return c->in_git && cert_is_mdm(c->in_git) ? c->in_git->topic : "New";
}

/* True when the policy loses only because the one above it does. */
static bool loses_with_parent(const struct change_pair *p, const struct loss *loss, size_t i)
{
	const struct want_policy *up = p->head->want->policy[i].parent;
	const struct loss *above = up ? &loss[up - p->head->want->policy] : NULL;

	return above && above->cert == loss[i].cert && above->by == loss[i].by;
}

/* The highest policy of its subtree that loses with it. Each step up is made once. */
static void find_top(const struct change_pair *p, struct loss *loss, size_t i)
{
	const struct want_policy *policy = p->head->want->policy;
	size_t top = i, up;

	while (loss[top].top == NONE && loses_with_parent(p, loss, top))
		top = (size_t)(policy[top].parent - policy);
	top = loss[top].top == NONE ? top : loss[top].top;
	for (; loss[i].top == NONE; i = up) {
		up = i == top ? top : (size_t)(policy[i].parent - policy);
		loss[i].top = top;
	}
}

/*
 * Roots lose by one change when a Global assignment was taken from all of them, or given to all:
 * such a change makes those equal here.
 */
static int by_cause(const void *x, const void *y)
{
	const struct loss *a = *(struct loss *const *)x, *b = *(struct loss *const *)y;

	if (a->cert != b->cert)
		return a->cert < b->cert ? -1 : 1;
	if (a->by != b->by)
		return a->by < b->by ? -1 : 1;
	if (a->was_by != b->was_by)
		return a->was_by < b->was_by ? -1 : 1;
	return (a->top > b->top) - (a->top < b->top);
}

static bool same_cause(const struct loss *a, const struct loss *b)
{
	return a->cert == b->cert && a->by == b->by && a->was_by == b->was_by;
}

static bool is_global(const struct certificate_assignment *a)
{
	return a && a->scope.v == SCOPE_Global;
}

/* What one Global assignment does to many roots is told at the first of them. */
static void join_roots(const struct change_pair *p, struct loss *loss, size_t n)
{
	struct loss **root = arena_array(p->fs->mem, n + 1, sizeof(struct loss *));
	size_t n_root = 0;

	for (size_t i = 0; i < n; i++)
		if (loss[i].cert && loss[i].top == i &&
		    (is_global(loss[i].by) || (!loss[i].by && is_global(loss[i].was_by))))
			root[n_root++] = &loss[i];
	if (n_root)
		qsort(root, n_root, sizeof(struct loss *), by_cause);
	for (size_t i = 1; i < n_root; i++)
		if (same_cause(root[i - 1], root[i]))
			root[i]->top = root[i - 1]->top;
}

/* Gives each loss the policy at which it is told, and each of those its list. */
static void find_tops(const struct change_pair *p, struct loss *loss)
{
	size_t n = p->head->want->n_policy;

	for (size_t i = 0; i < n; i++)
		if (loss[i].cert)
			find_top(p, loss, i);
	join_roots(p, loss, n);
	for (size_t i = n; i-- > 0;) {
		if (!loss[i].cert)
			continue;
		struct loss *top = &loss[loss[loss[i].top].top];
		loss[i].next = top->first;
		top->first = i;
	}
}

/* "lab, room1 and 3 more": the policies that lose with `top`. */
static const char *names_below(struct change_pair *p, const struct loss *loss, size_t top,
			       size_t *n)
{
	const struct want_tenant *t = p->head->want;
	struct change_names names = CHANGE_NAMES;

	for (size_t i = loss[top].first; i != NONE; i = loss[i].next)
		change_name(&names, t->policy[i].ref.name);
	*n = names.n;
	return change_names_end(&names, p->fs->mem);
}

/* Where the change was written: the assignment that decides now, else the policy. */
static struct finding *add(struct change_pair *p, const struct want_policy *w, const char *text)
{
	const struct object *o = &w->object->head;
	bool own = w->by && !w->inherited_from.kind && w->by->certificate_ref.at.line;
	struct span at = own ? span_of(w->by->certificate_ref.at) : name_span(o);

	return about(finding_add(p->fs, RULE_EFFECTIVE_CHANGED, own ? w->by->head.file : o->file,
				 at, "%s", text),
		     o, own ? "/spec/certificateRef" : "/metadata/name");
}

static void say(struct change_pair *p, const struct loss *loss, size_t top)
{
	const struct want_policy *w = &p->head->want->policy[top];
	const struct loss *mine = &loss[top];
	const char *to = topic_after(w);
	size_t n;
	const char *names = names_below(p, loss, top, &n);
	const char *what = arena_printf(
	    p->fs->mem,
	    "the effective topic goes from %s (%s) to %s, and every device of %zu %s (%s) would "
	    "have to be enrolled again; take the change back, or acknowledge it with "
	    "allowReenrol: {from: %s, to: %s}",
	    mine->topic, mine->cert->ref.name, to ? to : "None", n, n == 1 ? "policy" : "policies",
	    names, mine->topic, to ? to : "None");

	add(p, w, what);
}

void change_policies(struct change_pair *p)
{
	const struct want_tenant *t = p->head->want;
	struct loss *loss = arena_array(p->fs->mem, t->n_policy + 1, sizeof(*loss));
	bool some = false;

	for (size_t i = 0; i < t->n_policy; i++) {
		loss[i] = loss_of(p, &t->policy[i]);
		loss[i].top = loss[i].first = NONE;
		if (loss[i].cert &&
		    acknowledges_reenrol(&t->policy[i], loss[i].topic, topic_after(&t->policy[i])))
			loss[i].cert = NULL;
		some |= loss[i].cert != NULL;
	}
	if (!some || p->is_uncertain)
		return;
	find_tops(p, loss);
	for (size_t i = 0; i < t->n_policy; i++)
		if (loss[i].cert && loss[i].top == i)
			say(p, loss, i);
}
