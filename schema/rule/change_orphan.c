/* SPDX-License-Identifier: Apache-2.0 */
/* Policies that are gone together with the last certificate that gave their devices a topic. */
#include "schema/base/text.h"
#include "schema/rule/change_part.h"

enum { NAMES_MAX = 20 };

static bool has_successor(const struct change_pair *p, const struct want_policy *base)
{
	const struct want_tenant *t = p->head->want;

	if (want_policy_of(t, base->ref.name))
		return true;
	for (size_t i = 0; i < t->n_policy; i++) {
		const struct meta *now = &t->policy[i].object->head.meta;
		for (size_t k = 0; k < now->previous_names.n; k++)
			if (text_eq(change_old_name(p, now, k), base->ref.name))
				return true;
	}
	return false;
}

/* Some certificate of head that is assigned still has the topic. */
static bool is_given(const struct change_pair *p, const struct want_cert *base, const char *topic)
{
	const struct want_tenant *t = p->head->want;

	for (size_t i = 0; i < t->n_cert; i++)
		if (t->cert[i].is_assigned &&
		    (p->was[i] == base || text_eq(t->cert[i].topic, topic)))
			return true;
	return false;
}

/*
 * "policies lab, root": those of the certificate that are gone; NULL: none is, or not all are: what
 * the others lose is told, or acknowledged, there.
 */
static const char *gone_policies(const struct change_pair *p, const struct want_cert *base)
{
	struct buf names = BUF_INIT(64 * (NAMES_MAX + 1));
	size_t n = 0;

	for (size_t i = 0; i < p->base->want->n_policy; i++) {
		const struct want_policy *w = &p->base->want->policy[i];
		if (w->effective != base)
			continue;
		if (has_successor(p, w)) {
			buf_release(&names);
			return NULL;
		}
		if (++n <= NAMES_MAX)
			buf_addf(&names, "%s%s", n > 1 ? ", " : "", w->ref.name);
	}
	if (n > NAMES_MAX)
		buf_addf(&names, " and %zu more", n - NAMES_MAX);
	const char *text =
	    n ? arena_printf(p->fs->mem, "%s %s", n == 1 ? "policy" : "policies", buf_str(&names))
	      : NULL;
	buf_release(&names);
	return text;
}

static void say(struct change_pair *p, const struct want_cert *base, const char *who,
		const char *topic)
{
	const struct want_tenant *t = p->head->want;
	const char *name = arena_strdup(p->fs->mem, base->ref.name);
	struct finding *f = finding_add(
	    p->fs, RULE_EFFECTIVE_CHANGED, t->from.file, span_of(t->from.at),
	    "%s of tenant %s is gone, and no other one has the topic %s (%s), with which its "
	    "devices are enrolled: all of them would have to be enrolled again; put it back, or, "
	    "when that is meant, first take only the assignment away, with allowReenrol: "
	    "{from: %s, to: None}",
	    who, t->name, topic, name, topic);

	f->object = (struct ref){ KIND_PushCertificate, t->name, name };
}

void change_orphans(struct change_pair *p)
{
	const struct want_tenant *base = p->base->want;

	if (p->head->set->broken || base->offboarding || p->head->want->offboarding)
		return;
	for (size_t i = 0; i < base->n_cert; i++) {
		const struct want_cert *c = &base->cert[i];
		const char *topic = c->is_assigned ? change_topic(p->change, base->name, c) : NULL;
		if (!topic || is_given(p, c, topic))
			continue;
		const char *who = c->n_policy ? gone_policies(p, c) : "the Global assignment";
		if (who)
			say(p, c, who, topic);
	}
}
