/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conditions of a push certificate, after the conventions of Kubernetes: a positive or neutral
 * fact, True, False or Unknown, and one CamelCase reason (docs/reference.md has the list).
 */
#include "reconcile/model/view_part.h"
#include "schema/base/text.h"

static void add(struct cert_view *v, const char *type, const char *status, const char *reason,
		const char *message)
{
	if (v->n_condition < CONDITIONS_MAX)
		v->condition[v->n_condition++] =
			(struct condition){ type, status, reason, message ? message : "" };
}

/* What stands in Git and is refused: verdict and remedy; the pair in force stays in force. */
static void stalled(struct cert_view *v, struct arena *mem)
{
	if (!cert_view_is_refused(v))
		return;
	add(v, "Stalled", "True", intake_word(v->intake.verdict),
	    arena_printf(mem, "%s: %s; %s", v->want->file, v->intake.message, v->intake.remedy));
}

static void certificate_valid(struct cert_view *v, struct arena *mem)
{
	char t[TIME_TEXT];

	if (v->not_after == TIME_UNKNOWN)
		add(v, "CertificateValid", "False", "NoCertificate", "there is no certificate yet");
	else if (v->revoked)
		add(v, "CertificateValid", "False", "Revoked", "Apple has revoked the certificate");
	else if (v->band >= BAND_Expired)
		add(v, "CertificateValid", "False", "Expired",
		    arena_printf(mem, "expired at %s", time_format(v->not_after, t)));
	else
		add(v, "CertificateValid", "True", "InForce",
		    arena_printf(mem, "until %s", time_format(v->not_after, t)));
}

static void topic_pinned(struct cert_view *v)
{
	static const char *const reasons[] = {
		[PIN_FROM_NOWHERE] = "New",		 [PIN_FROM_MANIFEST] = "InManifest",
		[PIN_FROM_STORE] = "InStore",		 [PIN_FROM_STATUS] = "OnlyPublished",
		[PIN_FROM_GIT] = "CertificateInGit",
	};
	bool pinned = v->pin_from == PIN_FROM_MANIFEST || v->pin_from == PIN_FROM_STORE;

	add(v, "TopicPinned", pinned && !v->pin_conflict && !v->pin_claimed ? "True" : "False",
	    v->pin_conflict ? "TopicChanged" :
	    v->pin_claimed  ? "TopicClaimed" :
			      reasons[v->pin_from],
	    v->pin ? v->pin : "");
}

static void key_available(struct cert_view *v)
{
	const char *spki = v->shown	     ? v->shown->spki :
			   v->shown_from_git ? v->want->in_git->spki_sha256 :
					       NULL;

	if (v->want && v->want->key_held_by == KEY_HELD_Server)
		add(v, "KeyAvailable", "Unknown", "HeldByServer", "");
	else if (spki && v->actual && actual_key(v->actual, spki))
		add(v, "KeyAvailable", "True", "InStore", "");
	else if (spki)
		add(v, "KeyAvailable", "False", "KeyUnknown",
		    "nobody here holds the key of the certificate");
	else if (v->open)
		add(v, "KeyAvailable", "True", "InStore", "");
	else
		add(v, "KeyAvailable", "False", "NoKey", "");
}

/* The server, and why it is unknown what it holds, in one word: texts may differ each time. */
static const char *server_text(const struct cert_view *v, const char *name, struct arena *mem)
{
	const struct actual_server *s = v->actual ? actual_server(v->actual, name) : NULL;

	if (!s || s->seen.presence != PRESENCE_unknown || !s->seen.reason)
		return arena_printf(mem, "server %s", name);
	return arena_printf(mem, "server %s: %s", name, s->seen.reason);
}

static void deployed(struct cert_view *v, struct arena *mem)
{
	const struct want_cert *w = v->want;
	enum installed worst = INSTALLED_Match;
	const char *where = NULL;

	if (!w || !w->n_server || w->key_held_by == KEY_HELD_Server)
		return;
	for (size_t i = 0; i < w->n_server; i++) {
		enum installed c = install_compare(
			v->actual ? actual_server(v->actual, w->server[i].name) : NULL, v->active);
		if (c != INSTALLED_Match && c != INSTALLED_Assumed && worst == INSTALLED_Match) {
			worst = c;
			where = w->server[i].name;
		} else if (c == INSTALLED_Assumed && !where) {
			where = w->server[i].name;
		}
	}
	if (worst == INSTALLED_Match)
		add(v, "Deployed", "True", where ? "Assumed" : "Installed",
		    where ? arena_printf(mem, "server %s can not be asked", where) : "");
	else
		add(v, "Deployed", worst == INSTALLED_Unknown ? "Unknown" : "False",
		    installed_name(worst), server_text(v, where, mem));
	if (v->active && worst == INSTALLED_Differs)
		add(v, "Drifted", "True", "ServerDiffers", arena_printf(mem, "server %s", where));
}

static void apns_reachable(struct cert_view *v, int64_t now)
{
	const struct actual_pair *p = v->next ? v->next : v->active;

	if (!p)
		return;
	if (probe_fault_is_told(v, &p->probe, now))
		add(v, "APNsReachable", "Unknown", p->probe.fault, p->probe.fault_detail);
	else if (p->probe.result == APNS_Accepted)
		add(v, "APNsReachable", "True", "Accepted", "");
	else if (p->probe.result == APNS_Rejected)
		add(v, "APNsReachable", "False", p->probe.reason, p->probe.detail);
}

static void renewal_due(struct cert_view *v, struct arena *mem)
{
	char t[TIME_TEXT];

	if (v->renew_after == TIME_UNKNOWN)
		return;
	bool is_due = v->band >= BAND_Due && !v->revoked;
	add(v, "RenewalDue", is_due ? "True" : "False", is_due ? band_word(v->band) : "NotYet",
	    arena_printf(mem, "from %s", time_format(v->renew_after, t)));
}

static void ready(struct cert_view *v)
{
	if (v->next_step.action != NEXT_None && v->next_step.action != NEXT_AdoptKey &&
	    !(v->active && v->band < BAND_Warning && v->next_step.action == NEXT_RenewAtPortal))
		add(v, "Ready", "False", v->next_step.reason, v->next_step.message);
	else if (v->phase == PHASE_Active)
		add(v, "Ready", "True", "Succeeded", "");
	else
		add(v, "Ready", "False",
		    v->phase == PHASE_None ? "NoCertificate" : phase_word(v->phase), "");
}

void view_find_conditions(struct cert_view *v, const struct want_tenant *tenant,
			  const struct env *env, struct arena *mem)
{
	ready(v);
	if (v->next || v->needs_request)
		add(v, "Reconciling", "True",
		    v->next ? phase_word(v->active ? v->renewal : v->phase) : "RequestMissing", "");
	stalled(v, mem);
	certificate_valid(v, mem);
	topic_pinned(v);
	key_available(v);
	deployed(v, mem);
	apns_reachable(v, env->now);
	renewal_due(v, mem);
	if (is_suspended(tenant, env->now))
		add(v, "Suspended", "True", "Suspended", tenant->suspend->reason.s);
	if (v->quarantined)
		add(v, "Quarantined", "True", "InvalidManifest",
		    v->next_step.message ? v->next_step.message : "");
}

static bool is_false(const struct cert_view *v, const char *type)
{
	for (size_t i = 0; i < v->n_condition; i++)
		if (text_eq(v->condition[i].type, type))
			return text_eq(v->condition[i].status, "False");
	return false;
}

const char *cert_view_verdict(const struct cert_view *v)
{
	if (!v->want)
		return v->band > BAND_Due ? "Attention" : "Fine";
	if (v->quarantined || cert_view_topic_is_open(v) || v->revoked)
		return "Blocked";
	if (v->next_step.action != NEXT_None || v->band > BAND_Due || v->band == BAND_Pending ||
	    is_false(v, "Ready") || (v->active && is_false(v, "Deployed")))
		return "Attention";
	return "Fine";
}
