/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps of one push certificate: take in what came back, carry a pair from Returned to Active,
 * keep servers as they should be, ask APNs whether it still takes the certificate. What forbids a
 * step stands beside it.
 */
#include "reconcile/plan/plan_part.h"
#include "schema/base/text.h"

/* The pair whose way to Active the steps describe; before AcceptCertificate it is only in Git. */
struct way {
	const char *sha256, *spki, *topic;
	int64_t not_after;
	enum pair_phase phase;
	int needs; /* the step that brings it so far; -1: it is there */
};

static bool writes_allowed(const struct plan *p, const struct cert_view *v)
{
	return !want_is_quarantined(p->want) && !cert_view_topic_is_open(v);
}

static void plan_rename(struct plan *p, const struct cert_view *v)
{
	if (v->quarantined || !v->actual || text_eq(v->actual->name, v->want->ref.name))
		return;
	struct step *s = plan_do(p, STEP_RenameObject, v->want->ref, RISK_None, "Renamed",
				 "%s is now called %s; topic, keys and history stay",
				 v->actual->name, v->want->ref.name);
	s->from = v->actual->name;
	s->want = v->want;
	s->actual = v->actual;
}

static void plan_topic_conflict(struct plan *p, const struct cert_view *v)
{
	if (v->pin_conflict) {
		struct step *s = plan_do(
		    p, STEP_ChangeTopic, v->want->ref, RISK_Destructive, "TopicChanged",
		    "%s:%u says topic %s, but %s is in use; all devices below its policies "
		    "would have to be enrolled again",
		    v->want->topic_at.file, v->want->topic_at.at.line, v->want->topic, v->pin);
		s->want = v->want;
		step_block(s, RULE_TOPIC_CHANGED);
	} else if (v->pin_claimed) {
		struct step *s =
		    plan_do(p, STEP_CreateRequest, v->want->ref, RISK_None, "TopicClaimed",
			    "%s:%u names the topic of %s", v->want->topic_at.file,
			    v->want->topic_at.at.line, ref_text(p->mem, &v->actual->owners.pin));
		step_block(s, RULE_TOPIC_TWICE);
	} else if (v->pin_from == PIN_FROM_STATUS) {
		struct step *s =
		    plan_do(p, STEP_CreateRequest, v->want->ref, RISK_None, "PinOnlyPublished",
			    "only the status branch knows the topic %s; write it into "
			    "spec.topic",
			    v->pin);
		step_block(s, RULE_TOPIC_CHANGED);
	}
}

static struct step *way_step(struct plan *p, const struct cert_view *v, const struct way *w,
			     enum step_action action, enum risk risk, const char *reason,
			     const char *message)
{
	struct step *s = plan_do(p, action, v->want->ref, risk, reason, "%s", message);

	s->sha256 = w->sha256;
	s->spki = w->spki;
	s->needs = w->needs;
	s->want = v->want;
	s->actual = v->actual;
	return s;
}

/* The step gives devices another topic than they have: it is counted by the gate. */
static void mark_topic_change(struct step *s, const struct cert_view *v, const char *topic)
{
	if (!v->in_force || text_eq(v->in_force, topic))
		return;
	s->risk = RISK_Destructive;
	s->counts_in = GATE_ChangeLimit;
}

/* True when there is a pair on its way to Active; an accepted file in Git starts one. */
static bool find_way(struct plan *p, const struct cert_view *v, struct way *w)
{
	const struct cert_facts *c = v->want->in_git;

	if (v->has_intake && v->intake.accepted) {
		*w = (struct way){ c->sha256,    c->spki_sha256, c->topic,
				   c->not_after, PAIR_Returned,  -1 };
		const char *reason =
		    v->intake.key_reused ? "KeyReused" : intake_word(v->intake.verdict);
		struct step *s = way_step(p, v, w, STEP_AcceptCertificate, RISK_None, reason,
					  v->intake.message);
		mark_topic_change(s, v, c->topic);
		w->needs = plan_last(p);
		return true;
	}
	if (!v->next)
		return false;
	*w = (struct way){ v->next->sha256,    v->next->spki,  v->next->topic,
			   v->next->not_after, v->next->phase, -1 };
	return true;
}

/* Returned → Verified. False: the way ends here for now. */
static bool plan_verify(struct plan *p, const struct cert_view *v, struct way *w,
			const struct env *env)
{
	if (w->phase > PAIR_Returned)
		return true;
	bool ask_apns = w->needs >= 0 || probe_is_due(v->next, env);
	if (!ask_apns && install_permit(v, v->next, env->now) != PERMIT_YES)
		return false;
	way_step(p, v, w, STEP_VerifyCertificate, RISK_None, "NewPair",
		 ask_apns ? "ask APNs whether it accepts the new pair, before any server gets it"
			  : "APNs could not be reached for too long; go on without its answer");
	w->needs = plan_last(p);
	return true;
}

static bool holds_other_topic(const struct actual_server *s, const char *topic)
{
	return s && s->seen.presence == PRESENCE_present && s->seen.topic &&
	       !text_eq(s->seen.topic, topic);
}

static bool holds_newer(const struct actual_server *s, const char *topic, int64_t not_after)
{
	return s && s->seen.presence == PRESENCE_present && text_eq(s->seen.topic, topic) &&
	       s->seen.not_after != TIME_UNKNOWN && s->seen.not_after > not_after;
}

/* Safety rules 1 and 3 at the server: not over another topic, not over a newer certificate. */
static void guard_install(struct step *s, const struct cert_view *v, const struct actual_server *as,
			  const struct way *w)
{
	bool acknowledged =
	    as && acknowledges_topic(v->want->allow_topic_change, as->seen.topic, w->topic);

	if (holds_other_topic(as, w->topic) && !acknowledged) {
		s->reason = "OtherTopicOnServer";
		step_block(s, RULE_TOPIC_CHANGED);
	} else if (holds_newer(as, w->topic, w->not_after)) {
		s->reason = "NewerOnServer";
		step_block(s, RULE_ROLLED_BACK);
	}
}

static bool has_pair(const struct actual_server *s, const struct actual_pair *p)
{
	enum installed i = install_compare(s, p);

	return i == INSTALLED_Match || i == INSTALLED_Assumed;
}

/*
 * One after another, so that a server that fails keeps the pair from becoming Active. False: some
 * server could not be observed, which gives no write step (safety rule 5).
 */
static bool plan_installs(struct plan *p, const struct cert_view *v, struct way *w)
{
	for (size_t i = 0; i < v->want->n_server; i++) {
		const char *name = v->want->server[i].name;
		const struct actual_server *as = v->actual ? actual_server(v->actual, name) : NULL;
		if (!as || !server_may_write(&as->seen))
			return false;
		/* In sync already, of a run that was stopped: never written again. */
		if (v->next && text_eq(v->next->sha256, w->sha256) && has_pair(as, v->next))
			continue;
		struct step *s =
		    way_step(p, v, w, STEP_InstallCertificate, RISK_Disruptive, "NewPair",
			     arena_printf(p->mem, "put the new pair on server %s", name));
		s->server = name;
		mark_topic_change(s, v, w->topic);
		guard_install(s, v, as, w);
		w->needs = plan_last(p);
	}
	return true;
}

static void plan_way(struct plan *p, const struct cert_view *v, const struct env *env)
{
	struct way w;

	if (!find_way(p, v, &w) || !plan_verify(p, v, &w, env))
		return;
	if (v->paused || !v->want->is_assigned)
		return;
	if (w.phase < PAIR_Installed && !plan_installs(p, v, &w))
		return;
	struct step *s = way_step(p, v, &w, STEP_ActivateCertificate, RISK_None, "NewPair",
				  v->active ? "the new pair is in force, the old one is archived"
					    : "the pair is in force");
	mark_topic_change(s, v, w.topic);
}

/* Servers that do not have what is in force. */
static void plan_drift(struct plan *p, const struct cert_view *v)
{
	if (!v->active || v->paused || !v->want->is_assigned)
		return;
	struct way w = { v->active->sha256,    v->active->spki, v->active->topic,
			 v->active->not_after, PAIR_Active,     -1 };
	for (size_t i = 0; i < v->want->n_server; i++) {
		const struct want_server *ws = &v->want->server[i];
		const struct actual_server *as = actual_server(v->actual, ws->name);
		enum installed state = install_compare(as, v->active);
		bool unread = as && !as->seen.can_read && !as->installed_sha256;
		if (state != INSTALLED_Differs && state != INSTALLED_Absent && !unread)
			continue;
		if (v->next && has_pair(as, v->next)) /* ahead, not adrift */
			continue;
		if (ws->drift == DRIFT_Report && as->installed_sha256)
			continue;
		struct step *s = way_step(
		    p, v, &w, STEP_InstallCertificate, RISK_Disruptive,
		    state == INSTALLED_Differs ? "Drifted" : "Absent",
		    arena_printf(p->mem, "server %s does not have the pair in force", ws->name));
		s->server = ws->name;
		guard_install(s, v, as, &w);
	}
}

static void plan_probe(struct plan *p, const struct cert_view *v, const struct env *env)
{
	if (!v->active || v->revoked || !probe_is_due(v->active, env) ||
	    !actual_key(v->actual, v->active->spki))
		return;
	struct way w = { v->active->sha256,    v->active->spki, v->active->topic,
			 v->active->not_after, PAIR_Active,     -1 };
	way_step(p, v, &w, STEP_ProbeCertificate, RISK_None, "Interval",
		 "ask APNs whether it still accepts the pair");
}

void plan_certificate(struct plan *p, const struct cert_view *v, const struct env *env)
{
	plan_rename(p, v);
	plan_topic_conflict(p, v);
	plan_account_conflict(p, v);
	if (v->want->key_held_by != KEY_HELD_Controller)
		return;
	if (writes_allowed(p, v)) {
		plan_way(p, v, env);
		plan_drift(p, v);
	}
	plan_probe(p, v, env);
	plan_request(p, v, env);
}
