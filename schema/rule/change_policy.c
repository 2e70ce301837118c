/* SPDX-License-Identifier: Apache-2.0 */
/* A policy that gets another effective certificate strands the devices below it. */
#include "schema/base/text.h"
#include "schema/rule/change_part.h"

enum { NAMES_MAX = 20 };

/* What a policy of head loses: the topic of the base, and the certificate that had it. */
struct loss {
	const struct want_cert *cert; /* NULL: nothing changes */
	const char *topic;
};

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
	return (struct loss){ old, topic };
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

static bool is_inherited_from(const struct want_policy *w, const struct want_policy *top)
{
	for (; w; w = w->parent) {
		if (w == top)
			return true;
		if (!w->inherited_from.kind)
			return false;
	}
	return false;
}

/* "lab, room1 and 3 more": the policies below `top` that lose the same. */
static const char *names_below(struct change_pair *p, const struct loss *loss,
			       const struct want_policy *top, size_t *n)
{
	const struct want_tenant *t = p->head->want;
	struct buf names = BUF_INIT(64 * (NAMES_MAX + 1));

	*n = 0;
	for (size_t i = 0; i < t->n_policy; i++) {
		if (!is_inherited_from(&t->policy[i], top) ||
		    loss[i].cert != loss[top - t->policy].cert)
			continue;
		if (++*n <= NAMES_MAX)
			buf_addf(&names, "%s%s", *n > 1 ? ", " : "", t->policy[i].ref.name);
	}
	if (*n > NAMES_MAX)
		buf_addf(&names, " and %zu more", *n - NAMES_MAX);
	const char *text = arena_strdup(p->fs->mem, buf_str(&names));
	buf_release(&names);
	return text;
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

static void say(struct change_pair *p, const struct loss *loss, const struct want_policy *w)
{
	const struct loss *mine = &loss[w - p->head->want->policy];
	const char *to = topic_after(w);
	size_t n;
	const char *names = names_below(p, loss, w, &n);
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

	for (size_t i = 0; i < t->n_policy; i++) {
		loss[i] = loss_of(p, &t->policy[i]);
		if (loss[i].cert &&
		    acknowledges_reenrol(&t->policy[i], loss[i].topic, topic_after(&t->policy[i])))
			loss[i].cert = NULL;
	}
	for (size_t i = 0; i < t->n_policy; i++) {
		const struct want_policy *w = &t->policy[i], *up = w->parent;
		bool with_parent =
		    w->inherited_from.kind && up && loss[up - t->policy].cert == loss[i].cert;
		if (loss[i].cert && !with_parent)
			say(p, loss, w);
	}
}
