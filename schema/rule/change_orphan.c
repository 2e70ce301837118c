/* SPDX-License-Identifier: Apache-2.0 */
/* Policies that are gone together with the last certificate that gave their devices a topic. */
#include "schema/base/text.h"
#include "schema/rule/change_part.h"

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
	struct change_names names = CHANGE_NAMES;
	bool all = true;

	for (size_t i = 0; i < p->base->want->n_policy; i++) {
		const struct want_policy *w = &p->base->want->policy[i];
		if (w->effective != base)
			continue;
		all = all && !has_successor(p, w);
		change_name(&names, w->ref.name);
	}
	const char *word = names.n == 1 ? "policy" : "policies";
	bool any = names.n > 0;
	const char *text = change_names_end(&names, p->fs->mem);
	return any && all ? arena_printf(p->fs->mem, "%s %s", word, text) : NULL;
}

static void say(struct change_pair *p, const struct want_cert *base, const char *who,
		const char *topic)
{
	const struct want_tenant *t = p->head->want;
	const char *name = arena_strdup(p->fs->mem, base->ref.name);
	struct finding *f = finding_add(
	    p->fs, RULE_EFFECTIVE_CHANGED, t->from.file, span_of(t->from.at),
	    "with %s of tenant %s the last one with the topic %s (%s) is gone, and all devices "
	    "that are enrolled with it would have to be enrolled again; put back what is gone, "
	    "or, when that is meant, first take only the assignment away, with allowReenrol: "
	    "{from: %s, to: None}",
	    who, t->name, topic, name, topic);

	f->object = (struct ref){ KIND_PushCertificate, t->name, name };
}

void change_orphans(struct change_pair *p)
{
	const struct want_tenant *base = p->base->want;

	/* Who was to leave may go; that the change itself says so is no agreement to it. */
	if (p->is_uncertain || base->offboarding)
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
