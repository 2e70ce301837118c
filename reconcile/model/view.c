/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/model/view.h"

#include "reconcile/model/view_part.h"
#include "schema/base/text.h"

const char *phase_word(enum phase p)
{
	static const char *const words[] = {
#define X(n) [PHASE_##n] = #n,
		PHASES(X)
#undef X
	};
	return words[p];
}

const char *next_action_word(enum next_action a)
{
	static const char *const words[] = {
#define X(n) [NEXT_##n] = #n,
		NEXT_ACTIONS(X)
#undef X
	};
	return words[a];
}

bool is_confirmed(const struct want_cert *w)
{
	const struct confirmed_install *c = w->confirmed_install;

	return c && w->in_git && text_eq(c->serial.s, w->in_git->serial);
}

bool is_suspended(const struct want_tenant *tenant, int64_t now)
{
	const struct suspend *s = tenant->suspend;

	return s && (!s->until.at.line || now < s->until.v + DAY_S);
}

/* allowTopicChange from the topic in force to New: the one way to a second Create. */
static bool starts_over(const struct cert_view *v)
{
	return v->want && v->actual && !v->want->topic && v->actual->topic &&
	       acknowledges(v->want->allow_topic_change, v->actual->topic, "New");
}

/* A PEM in Git pins only with a key held for it, or with nobody's key and nobody's topic. */
static const char *pin_in_git(const struct cert_view *v)
{
	const struct cert_facts *c = v->want->in_git;

	if (!c || !cert_is_mdm(c))
		return NULL;
	if (v->actual && (v->actual->owners.topic.kind || v->actual->owners.key.kind))
		return NULL;
	return c->topic;
}

static void find_pin(struct cert_view *v)
{
	const char *spec = v->want ? v->want->topic : NULL;
	const char *stored = v->actual ? v->actual->topic : NULL;

	v->in_force = stored;
	if (starts_over(v))
		return;
	if (spec) {
		v->pin = spec;
		v->pin_from = PIN_FROM_MANIFEST;
		v->pin_conflict = stored && !text_eq(stored, spec) &&
				  !acknowledges(v->want->allow_topic_change, stored, spec);
		if (v->pin_conflict)
			v->pin = stored;
	} else if (stored) {
		v->pin = stored;
		v->pin_from = PIN_FROM_STORE;
	} else if (v->actual && v->actual->published_topic) {
		v->pin = v->actual->published_topic;
		v->pin_from = PIN_FROM_STATUS;
	} else if (v->want && pin_in_git(v)) {
		v->pin = pin_in_git(v);
		v->pin_from = PIN_FROM_GIT;
	}
}

/* A topic can be renewed in its own account only; another topic may be that of another one. */
static void find_account(struct cert_view *v)
{
	const char *was = v->actual ? v->actual->apple_id : NULL;

	v->account = v->want ? v->want->account.address : NULL;
	v->account_conflict = v->account && was && v->in_force && text_eq(v->pin, v->in_force) &&
			      !account_continues(&v->want->account, was);
	if (!v->account || v->account_conflict)
		v->account = was;
}

static enum key_held key_held(const struct cert_view *v)
{
	const struct actual_key *k =
		v->actual ? actual_key(v->actual, v->want->in_git->spki_sha256) : NULL;

	if (!k && v->actual && v->actual->owners.key.kind)
		return KEY_OF_OTHER;
	if (!k) /* which key the server has is not known here: the topic has to tell */
		return v->want->key_held_by == KEY_HELD_Server ? KEY_HELD_FOR_IT : KEY_OF_NOBODY;
	switch (k->state) {
	case KEY_Active:
		return KEY_OF_ACTIVE;
	case KEY_Superseded:
	case KEY_Archived:
		return KEY_OF_SUPERSEDED;
	default:
		return KEY_HELD_FOR_IT;
	}
}

/* A proven claim stands; of two wishes the earlier one. A file whose key is held here is proof. */
static void judge_claims(struct cert_view *v)
{
	const struct actual_owners *o = v->actual && v->want ? &v->actual->owners : NULL;

	if (!o || !o->pin.kind)
		return;
	const struct cert_facts *c = v->want->in_git;
	bool proof = c && text_eq(c->topic, v->want->topic) &&
		     actual_key(v->actual, c->spki_sha256);
	v->pin_claimed = o->pin_proven || !proof;
}

/* The wish of another one does not speak against a certificate whose key is held here. */
static const struct ref *topic_owner(const struct actual_cert *a, enum key_held key)
{
	if (!a || !a->owners.topic.kind)
		return NULL;
	bool wish_only = !a->owners.topic_proven && key != KEY_OF_NOBODY;
	return wish_only ? NULL : &a->owners.topic;
}

static const struct ref *owner_or_null(const struct ref *r)
{
	return r->kind ? r : NULL;
}

static void judge_intake(struct cert_view *v, const struct env *env, struct arena *mem)
{
	if (!v->want || !v->want->in_git)
		return;
	const struct actual_cert *a = v->actual;
	const struct actual_pair *newest = v->next ? v->next : v->active;
	const char *topic = v->want->in_git->topic;
	struct intake_question q = {
		.cert = v->want->in_git,
		.on = v->want->ref,
		.pin = v->pin,
		.key = key_held(v),
		.key_owner = a ? owner_or_null(&a->owners.key) : NULL,
		.topic_owner = topic_owner(a, key_held(v)),
		.serial_owner = a ? owner_or_null(&a->owners.serial) : NULL,
		.in_force = newest && text_eq(newest->topic, topic) ? newest : NULL,
		.request_file = v->open ? v->open->request->file : NULL,
		.row = portal_row_of(v->pin, mem),
		.now = env->now,
	};
	/* While a topic change is acknowledged the certificate in force may still stand in Git. */
	if (v->active && text_eq(v->active->sha256, v->want->in_git->sha256)) {
		q.in_force = v->active;
		q.pin = v->active->topic;
	}
	v->has_intake = true;
	v->intake = intake_judge(&q, mem);
}

/* The certificate that band and dates are those of. */
static void choose_shown(struct cert_view *v)
{
	v->shown = v->active ? v->active : v->next;
	v->not_before = v->not_after = TIME_UNKNOWN;
	if (v->shown) {
		v->not_before = v->shown->not_before;
		v->not_after = v->shown->not_after;
	} else if (v->has_intake && v->want->in_git->form == CERT_FORM_PEM &&
		   (v->intake.accepted || v->intake.taken_over)) {
		v->shown_from_git = true;
		v->not_before = v->want->in_git->not_before;
		v->not_after = v->want->in_git->not_after;
	}
}

static bool is_revoked(const struct actual_pair *p)
{
	return p && p->probe.result == APNS_Rejected &&
	       text_eq(p->probe.reason, "CertificateRevoked");
}

/* Of a certificate that has left the manifests: nothing is due, but its end is still told. */
static const struct bands default_bands = BANDS_DEFAULT;

static void find_band(struct cert_view *v, int64_t now)
{
	const struct bands *b = v->want ? &v->want->bands : &default_bands;

	v->band = BAND_Pending;
	v->changes_at = INT64_MAX;
	v->renew_after = v->warn_after = v->critical_after = TIME_UNKNOWN;
	if (v->not_after == TIME_UNKNOWN)
		return;
	v->revoked = is_revoked(v->shown);
	v->band = band_at(v->not_after, b, v->revoked, now);
	v->changes_at = band_changes_at(v->not_after, b, v->revoked, now);
	v->renew_after = v->not_after - b->renew_before;
	v->warn_after = v->not_after - b->warn_before;
	v->critical_after = v->not_after - b->critical_before;
}

static enum phase phase_of_pair(const struct actual_pair *p)
{
	switch (p->phase) {
	case PAIR_Returned:
		return PHASE_Returned;
	case PAIR_Verified:
		return PHASE_Verified;
	case PAIR_Installed:
		return PHASE_Installed;
	case PAIR_Active:
		return PHASE_Active;
	default:
		return PHASE_Archived;
	}
}

/* The phase of what comes: the pair on its way, else the open request, else a key without one. */
static enum phase coming(const struct cert_view *v)
{
	if (v->next)
		return phase_of_pair(v->next);
	if (v->open)
		return PHASE_AwaitingPortal;
	for (size_t i = 0; v->actual && i < v->actual->n_key; i++)
		if (v->actual->key[i].state == KEY_Pending && !v->actual->key[i].request)
			return PHASE_Requested;
	return PHASE_None;
}

/* The server holds the key: what is known of it stands in Git. */
static enum phase phase_at_server(const struct cert_view *v)
{
	const struct want_cert *w = v->want;

	if (!v->has_intake || !v->intake.accepted)
		return w->request_file ? PHASE_AwaitingPortal : PHASE_None;
	return is_confirmed(w) ? PHASE_Active : PHASE_Returned;
}

static void find_phase(struct cert_view *v)
{
	enum phase successor = coming(v);

	if (v->want && v->want->key_held_by == KEY_HELD_Server && !v->active)
		successor = phase_at_server(v);
	/* A name that comes back is alive at once. */
	if (!v->want && v->actual->state == OBJECT_Archived) {
		v->phase = PHASE_Archived;
	} else if (v->active) {
		v->phase = PHASE_Active;
		v->renewal = successor;
	} else {
		v->phase = successor;
	}
}

/* Is a request missing? What forbids to make one is the plan's question. */
static void find_need(struct cert_view *v)
{
	v->is_create = !v->pin;
	if (!v->want || v->want->key_held_by != KEY_HELD_Controller || v->open || v->next)
		return;
	if (v->has_intake && v->intake.accepted)
		return;
	if (v->active && !starts_over(v))
		v->needs_request = v->band >= BAND_Due && !v->revoked;
	else
		v->needs_request = true;
}

/* The day after which a suspension is over, when it is so now; INT64_MAX: no such day. */
static int64_t suspension_ends(const struct want_tenant *tenant, int64_t now)
{
	if (!is_suspended(tenant, now) || !tenant->suspend->until.at.line)
		return INT64_MAX;
	return tenant->suspend->until.v + DAY_S;
}

void cert_view_build(const struct want_tenant *tenant, const struct want_cert *want,
		     const struct actual_cert *actual, const struct env *env, struct arena *mem,
		     struct cert_view *out)
{
	struct cert_view *v = out;

	*v = (struct cert_view){ .want = want, .actual = actual };
	v->quarantined = tenant->stop == STOP_QUARANTINE;
	v->paused = is_suspended(tenant, env->now) || tenant->management == MANAGEMENT_Monitor;
	if (actual) {
		v->active = actual_active(actual);
		v->next = actual_next(actual);
		v->open = actual_open_request(actual);
	}
	find_pin(v);
	find_account(v);
	judge_claims(v);
	judge_intake(v, env, mem);
	choose_shown(v);
	find_band(v, env->now);
	int64_t resumes = suspension_ends(tenant, env->now);
	if (resumes < v->changes_at)
		v->changes_at = resumes;
	find_phase(v);
	find_need(v);
	view_find_next(v, tenant, env, mem);
	view_find_conditions(v, tenant, env, mem);
}

bool cert_view_topic_is_open(const struct cert_view *v)
{
	return v->pin_conflict || v->pin_claimed || v->pin_from == PIN_FROM_STATUS;
}

bool cert_view_is_over(const struct cert_view *v, int64_t now)
{
	return !v->want && v->next_step.action == NEXT_None &&
	       (v->not_after == TIME_UNKNOWN || v->not_after <= now);
}

bool cert_view_is_refused(const struct cert_view *v)
{
	return v->has_intake && !v->intake.accepted && !v->intake.is_in_force &&
	       !v->intake.taken_over;
}

enum installed install_compare(const struct actual_server *s, const struct actual_pair *pair)
{
	if (!s || !pair)
		return INSTALLED_Unknown;
	struct server_expected want = { pair->topic, pair->serial, pair->sha256, pair->not_after };
	return server_judge(&s->seen, &want, s->installed_sha256);
}

int64_t probe_due_at(const struct actual_pair *p, const struct env *env)
{
	if (p->probe.probed_at == TIME_UNKNOWN ||
	    (p->probe.result == APNS_NotProbed && !p->probe.fault))
		return TIME_UNKNOWN;
	return p->probe.probed_at + (p->probe.fault ? env->probe_retry : env->probe_interval);
}

bool probe_is_due(const struct actual_pair *p, const struct env *env)
{
	return env->now >= probe_due_at(p, env) || env->now < p->probe.probed_at;
}

bool probe_fault_is_told(const struct cert_view *v, const struct actual_probe *p, int64_t now)
{
	return p->fault && (v->band >= BAND_Critical || now >= p->fault_since + DAY_S);
}

enum install_permit install_permit(const struct cert_view *v, const struct actual_pair *p,
				   int64_t now)
{
	switch (p->probe.result) {
	case APNS_Accepted:
		return PERMIT_YES;
	case APNS_Rejected:
		return PERMIT_NEVER;
	default:
		break;
	}
	if (!p->probe.fault)
		return PERMIT_WAIT;
	if (v->active && text_eq(v->active->topic, p->topic))
		return v->band >= BAND_Critical ? PERMIT_YES : PERMIT_WAIT;
	return now >= p->returned_at + DAY_S ? PERMIT_YES : PERMIT_WAIT;
}
