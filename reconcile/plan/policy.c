/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Safety rule 1 for policies: the topic that devices of a policy were enrolled with does not change
 * unless both topics are named. The store remembers the topic of each policy.
 */
#include "reconcile/plan/plan_part.h"
#include "schema/base/text.h"

/* The step of this plan that does this with a new pair of the certificate; -1: there is none. */
static int step_of(const struct plan *p, const struct cert_view *v, enum step_action action)
{
	const size_t *first = &p->first[v - p->view];

	for (size_t i = first[0]; i < first[1]; i++)
		if (p->step[i].action == action)
			return (int)i;
	return -1;
}

/* The topic of the pair that is on its way; NULL: none is. */
static const char *coming_topic(const struct cert_view *v)
{
	if (v->has_intake && v->intake.accepted)
		return v->want->in_git->topic;
	return v->next ? v->next->topic : NULL;
}

/*
 * The topic of a wanted certificate, and the step that makes it so (-1: it is so already): of the
 * pair that comes into force, else of the one in force, else the one that is pinned, else that of
 * the pair which is verified.
 */
static const char *topic_of(const struct plan *p, const struct want_cert *w, int *needs)
{
	const struct cert_view *v = plan_view(p, w);

	*needs = -1;
	if (!v)
		return NULL;
	const char *now = v->active ? v->active->topic : v->in_force;
	const char *coming = coming_topic(v);
	int step = step_of(p, v, now ? STEP_ActivateCertificate : STEP_VerifyCertificate);
	if (step < 0 || !coming || text_eq(coming, now))
		return now;
	*needs = step;
	return coming;
}

static void assign(struct plan *p, const struct want_policy *w, const char *topic, int needs)
{
	struct step *s = plan_do(p, STEP_AssignPolicy, w->ref, RISK_None, "FirstTopic",
				 "devices of this policy enroll with %s", topic);

	s->to = topic;
	s->needs = needs;
	s->want = w->effective;
}

static void reassign(struct plan *p, const struct want_policy *w, const char *from, const char *to,
		     int needs)
{
	bool allowed = acknowledges_reenrol(w, from, to);
	struct step *s = plan_do(p, STEP_ReassignPolicy, w->ref, RISK_Destructive,
				 to ? "EffectiveTopicChanged" : "EffectiveTopicLost",
				 "the topic of this policy goes from %s to %s: every device of it "
				 "must be enrolled again%s",
				 from, to ? to : "none",
				 allowed ? "" : "; acknowledge it with allowReenrol naming both");

	s->from = from;
	s->to = to;
	s->needs = needs;
	s->want = w->effective;
	s->counts_in = GATE_ChangeLimit;
	if (!allowed)
		step_block(s, RULE_EFFECTIVE_CHANGED);
}

void plan_policies(struct plan *p)
{
	for (size_t i = 0; i < p->want->n_policy; i++) {
		const struct want_policy *w = &p->want->policy[i];
		const struct actual_policy *a = actual_policy(p->actual, w->ref.name);
		const char *was = a ? a->topic : NULL;
		int needs;
		const char *topic = topic_of(p, w->effective, &needs);
		/* A certificate without a topic yet takes effect when it has one. */
		if (!was && topic)
			assign(p, w, topic, needs);
		else if (was && !text_eq(was, topic) && (topic || !w->effective))
			reassign(p, w, was, topic, needs);
	}
}
