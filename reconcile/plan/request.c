/* SPDX-License-Identifier: Apache-2.0 */
/* The next key and request of a certificate, in time; and what forbids them. */
#include "reconcile/plan/plan_part.h"
#include "schema/base/text.h"

/* A key that was made and whose request was not: the run was stopped in between. */
static const struct actual_key *key_without_request(const struct cert_view *v)
{
	for (size_t i = 0; v->actual && i < v->actual->n_key; i++)
		if (v->actual->key[i].state == KEY_Pending && !v->actual->key[i].request)
			return &v->actual->key[i];
	return NULL;
}

static void create_request(struct plan *p, const struct cert_view *v, const char *spki, int needs,
			   const char *reason, const struct env *env)
{
	struct step *s = plan_do(p, STEP_CreateRequest, v->want->ref, RISK_None, reason, "%s",
				 v->is_create ? "make the request for a first certificate" :
						"make the request for the renewal");

	s->spki = spki;
	s->needs = needs;
	s->want = v->want;
	s->actual = v->actual;
	s->next = view_after_request(v, env->now, p->mem);
}

/* In quarantine a renewal of an unchanged pin goes on from the store; nothing else does. */
static bool is_forbidden(const struct plan *p, const struct cert_view *v)
{
	bool unchanged = v->actual && v->actual->topic && text_eq(v->pin, v->actual->topic);

	if (v->paused || v->account_conflict || cert_view_topic_is_open(v))
		return true;
	return want_is_quarantined(p->want) && !unchanged;
}

/* Errors of people and Apple ID stop a first certificate, not a renewal. */
static bool creation_is_stopped(struct plan *p, const struct cert_view *v)
{
	const struct finding *f = p->want->first_error;

	if (!v->is_create || (p->want->stop < STOP_CREATE && p->want->stop_shared < STOP_CREATE))
		return false;
	struct step *s = plan_do(p, STEP_CreateKey, v->want->ref, RISK_None, "AppleIDRules",
				 "no first certificate is requested: %s",
				 f ? f->message : "the shared manifests break rules of Apple IDs");
	step_block(s, f ? f->rule->code : RULE_PERSONAL_APPLE_ID);
	return true;
}

static void first_or_next(struct plan *p, const struct cert_view *v, const struct env *env)
{
	const struct actual_key *ready = key_without_request(v);
	const char *reason = v->is_create ? "FirstCertificate" : "RenewalDue";

	if (ready) {
		create_request(p, v, ready->spki, -1, reason, env);
		return;
	}
	if (v->want->key_rotation == ROTATION_Reuse && v->active &&
	    actual_key(v->actual, v->active->spki)) {
		create_request(p, v, v->active->spki, -1, "KeyReused", env);
		return;
	}
	struct step *s = plan_do(p, STEP_CreateKey, v->want->ref, RISK_None, reason,
				 "make a new private key");
	s->want = v->want;
	s->actual = v->actual;
	create_request(p, v, NULL, plan_last(p), reason, env);
}

/* An open request that the portal would refuse by now, or that can be signed by now. */
static void sign_again(struct plan *p, const struct cert_view *v, const struct env *env)
{
	if (!v->open || v->paused || v->account_conflict || !env->has_signer || env->signer_problem)
		return;
	const struct actual_request *r = v->open->request;
	bool stale = r->is_signed && r->signer_not_after != TIME_UNKNOWN &&
		     r->signer_not_after <= env->now && env->signer_not_after > env->now;
	if (!r->is_signed || stale)
		create_request(p, v, v->open->spki, -1, stale ? "SignerExpired" : "SignerAdded",
			       env);
}

void plan_account_conflict(struct plan *p, const struct cert_view *v)
{
	if (!v->account_conflict)
		return;
	const struct want_account *a = &v->want->account;
	struct step *s = plan_do(p, STEP_CreateRequest, v->want->ref, RISK_None, "AccountChanged",
				 "%s:%u names the Apple Account %s, but the certificate belongs to "
				 "%s and can only be renewed there",
				 a->from.file, a->from.at.line, a->address, v->account);
	step_block(s, RULE_ACCOUNT_CHANGED);
}

void plan_request(struct plan *p, const struct cert_view *v, const struct env *env)
{
	if (v->needs_request && !is_forbidden(p, v) && !creation_is_stopped(p, v))
		first_or_next(p, v, env);
	sign_again(p, v, env);
}
