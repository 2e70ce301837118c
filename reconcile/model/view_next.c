/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person must do next: the first question that has an answer wins. The order is that of
 * danger: what could lose a topic comes before what is merely due.
 */
#include "reconcile/model/view_part.h"
#include "schema/base/text.h"

/* One answer for all questions below. */
static bool ask(struct cert_view *v, enum next_action action, const char *reason, const char *file,
		const char *message)
{
	v->next_step.action = action;
	v->next_step.reason = reason;
	v->next_step.file = file;
	v->next_step.message = message;
	return true;
}

static const char *place(const struct want_cert *w, struct origin from, struct arena *mem)
{
	return arena_printf(mem, "%s:%u", from.file ? from.file : w->from.file, from.at.line);
}

static const char *finding_place(const struct finding *f, const struct want_tenant *t,
				 struct arena *mem)
{
	if (!f)
		return t->from.file;
	return f->at.line ? arena_printf(mem, "%s:%u", f->file, f->at.line) : f->file;
}

/* A refused certificate has a remedy of its own, which says more than the finding does. */
static bool ask_quarantine(struct cert_view *v, const struct want_tenant *t, struct arena *mem)
{
	const struct finding *f = t->first_error;
	bool of_certificate = f && rule_family(f->rule) == FAMILY_CERTIFICATE;

	if (!v->quarantined || (of_certificate && cert_view_is_refused(v)))
		return false;
	return ask(v, NEXT_FixManifest, "Quarantined", finding_place(f, t, mem),
		   f ? f->message : "the manifests of this tenant have errors");
}

/* Errors of people and Apple ID: no first certificate before they are mended. */
static bool ask_apple_id_rules(struct cert_view *v, const struct want_tenant *t, struct arena *mem)
{
	const struct finding *f = t->first_error;

	if (!v->needs_request || !v->is_create ||
	    (t->stop < STOP_CREATE && t->stop_shared < STOP_CREATE))
		return false;
	return ask(v, NEXT_FixManifest, "AppleIDRules", finding_place(f, t, mem),
		   f ? f->message : "the shared manifests break rules of Apple IDs");
}

static bool ask_pin_conflict(struct cert_view *v, struct arena *mem)
{
	if (!v->pin_conflict)
		return false;
	return ask(
	    v, NEXT_FixManifest, "TopicChanged", place(v->want, v->want->topic_at, mem),
	    arena_printf(
		mem,
		"spec.topic is %s, but %s is in use: every device would have to be enrolled again; "
		"set spec.topic back, or acknowledge the change with allowTopicChange",
		v->want->topic, v->pin));
}

static bool ask_account(struct cert_view *v, struct arena *mem)
{
	if (!v->account_conflict)
		return false;
	return ask(
	    v, NEXT_FixManifest, "AccountChanged", place(v->want, v->want->account.from, mem),
	    arena_printf(mem,
			 "the certificate belongs to the Apple Account %s and can only be renewed "
			 "there, not with %s; name that one again, or, when it is the same account "
			 "with a new address, write accountMove: {from: %s}",
			 v->account, v->want->account.address, v->account));
}

static bool ask_claimed(struct cert_view *v, struct arena *mem)
{
	if (!v->pin_claimed)
		return false;
	return ask(
	    v, NEXT_FixManifest, "TopicClaimed", place(v->want, v->want->topic_at, mem),
	    arena_printf(
		mem,
		"the topic %s %s %s; write the topic of this customer's own row at the portal, or, "
		"when it is the same certificate with a new name, its old one in previousNames",
		v->want->topic, v->actual->owners.pin_proven ? "belongs to" : "was named first by",
		ref_text(mem, &v->actual->owners.pin)));
}

static bool ask_pin_from_status(struct cert_view *v, struct arena *mem)
{
	if (v->pin_from != PIN_FROM_STATUS)
		return false;
	return ask(
	    v, NEXT_FixManifest, "PinOnlyPublished", place(v->want, v->want->topic_at, mem),
	    arena_printf(
		mem,
		"the status branch says that this certificate has the topic %s, which the store "
		"does not know; write it into spec.topic to go on with a renewal",
		v->pin));
}

/* A certificate in Git that is refused and that no renewal at the portal would mend. */
static bool ask_refused_file(struct cert_view *v)
{
	enum next_action action;

	if (!v->has_intake)
		return false;
	switch (v->intake.verdict) {
	case INTAKE_Misfiled:
	case INTAKE_Older:
		action = NEXT_FixManifest;
		break;
	case INTAKE_Unreadable:
	case INTAKE_NotMDM:
	case INTAKE_Untrusted:
		action = NEXT_CommitCertificate;
		break;
	default:
		return false;
	}
	return ask(v, action, intake_word(v->intake.verdict), v->want->file, v->intake.remedy);
}

static bool ask_revoked(struct cert_view *v)
{
	if (!v->revoked)
		return false;
	return ask(v, NEXT_Reenrol, "Revoked", NULL,
		   "Apple has revoked the certificate; create a new one with "
		   "allowTopicChange and enroll the devices again");
}

static bool ask_paused(struct cert_view *v, const struct want_tenant *t, int64_t now,
		       struct arena *mem)
{
	if (!v->paused || v->band == BAND_Ok || v->band == BAND_Pending)
		return false;
	if (is_suspended(t, now))
		return ask(v, NEXT_FixManifest, "Suspended",
			   place(v->want, (struct origin){ t->from.file, t->suspend->at }, mem),
			   "the tenant is suspended and its certificate is due: end the "
			   "suspension, then it is renewed");
	return ask(v, NEXT_FixManifest, "Monitor", place(v->want, t->from, mem),
		   "the tenant is only monitored and its certificate is due: renew it where it "
		   "is managed, or set management to Managed");
}

/* By when: the day on which the band turns critical, once that is over the end itself. */
static int64_t due(const struct cert_view *v, int64_t now)
{
	if (v->not_after == TIME_UNKNOWN)
		return TIME_UNKNOWN;
	return v->critical_after > now ? v->critical_after : v->not_after;
}

/* At the portal: by when, and in which row. */
static bool ask_at_portal(struct cert_view *v, enum next_action action, const char *reason,
			  const char *file, const char *message, const char *row, int64_t now)
{
	v->next_step.row = row;
	v->next_step.due = due(v, now);
	return ask(v, action, reason, file, message);
}

static const char *portal_message(const struct cert_view *v)
{
	if (cert_view_is_refused(v))
		return v->intake.remedy;
	if (v->open && !v->open->request->is_signed)
		return "have the request signed by the MDM vendor, then upload it at the portal";
	if (!v->pin)
		return "choose Create a Certificate and upload the file";
	if (v->band == BAND_ExpiredPastGrace)
		return "choose Renew in this row (never Create); if the portal refuses, ask Apple "
		       "before anything else";
	return "choose Renew in this row (never Create) and upload the file";
}

static const char *portal_row(const struct cert_view *v, struct arena *mem)
{
	if (v->shown && v->shown->row && text_eq(v->shown->topic, v->pin))
		return v->shown->row;
	return portal_row_of(v->pin, mem);
}

struct next view_after_request(const struct cert_view *v, int64_t now, struct arena *mem)
{
	return (struct next){
		.action = v->pin ? NEXT_RenewAtPortal : NEXT_CreateAtPortal,
		.apple_id = v->account,
		.row = portal_row(v, mem),
		.due = due(v, now),
		.reason = v->pin ? "RenewalDue" : "FirstCertificate",
		.message = portal_message(v),
	};
}

static bool ask_portal(struct cert_view *v, int64_t now, struct arena *mem)
{
	if (!v->open || (v->has_intake && v->intake.accepted)) /* the answer is there */
		return false;
	v->next_step = view_after_request(v, now, mem);
	if (!v->open->request->is_signed)
		v->next_step.action = NEXT_SignRequest;
	if (v->has_intake && !v->intake.accepted && !v->intake.is_in_force)
		v->next_step.reason = intake_word(v->intake.verdict);
	v->next_step.file = v->open->request->file;
	return true;
}

static bool ask_adopt(struct cert_view *v)
{
	if (!v->has_intake || !v->intake.taken_over || v->band >= BAND_Due)
		return false;
	return ask(v, NEXT_AdoptKey, "KeyUnknown", v->want->file,
		   "the key of this certificate is not held here: renew it early in "
		   "its row; the present server stops when its certificate ends");
}

static bool ask_upload_in_server(struct cert_view *v)
{
	const struct want_cert *w = v->want;

	if (w->key_held_by != KEY_HELD_Server || !v->has_intake || !v->intake.accepted ||
	    is_confirmed(w))
		return false;
	return ask(v, NEXT_UploadInServer, "KeyHeldByServer", w->file,
		   "upload the certificate in the server that made the request, then "
		   "write confirmedInstall into the manifest");
}

/* The server makes the request; we only know when one is due. */
static bool ask_server_side(struct cert_view *v, int64_t now, struct arena *mem)
{
	const struct want_cert *w = v->want;
	bool is_good = v->has_intake && v->intake.accepted, is_bad = cert_view_is_refused(v);

	if (w->key_held_by != KEY_HELD_Server || (is_good && v->band < BAND_Due))
		return false;
	return ask_at_portal(v, v->pin ? NEXT_RenewAtPortal : NEXT_CreateAtPortal,
			     is_bad ? intake_word(v->intake.verdict) : "KeyHeldByServer",
			     w->request_file,
			     is_bad ? v->intake.remedy
				    : "take the request from the server that holds the key and "
				      "upload it at the portal",
			     portal_row_of(v->pin, mem), now);
}

/* Nothing waits for the portal, so that no renewal puts another file in its place. */
static bool ask_stray_file(struct cert_view *v)
{
	if (!cert_view_is_refused(v) || v->open || v->needs_request)
		return false;
	return ask(v, NEXT_CommitCertificate, intake_word(v->intake.verdict), v->want->file,
		   "no request waits for this certificate, and it does not fit: put the one in "
		   "use back in its place; do not revoke anything");
}

static bool ask_apple(struct cert_view *v)
{
	const struct actual_pair *p = v->next ? v->next : v->active;

	if (!p || p->probe.result != APNS_Rejected)
		return false;
	return ask(v, NEXT_ContactApple, p->probe.reason ? p->probe.reason : "Rejected", NULL,
		   p->probe.detail);
}

/*
 * It has left the manifests, or they can not be read, and is not archived: what waits at the portal
 * waits on, as far as the store knows.
 */
static bool ask_from_store(struct cert_view *v, int64_t now, struct arena *mem)
{
	return v->actual->state == OBJECT_Live && ask_portal(v, now, mem);
}

void view_find_next(struct cert_view *v, const struct want_tenant *tenant, const struct env *env,
		    struct arena *mem)
{
	v->next_step = (struct next){ .due = TIME_UNKNOWN };
	if (!v->want) {
		if (!ask_from_store(v, env->now, mem))
			v->next_step = (struct next){ .due = TIME_UNKNOWN };
		return;
	}
	v->next_step.apple_id = v->account;
	bool found = ask_pin_conflict(v, mem) || ask_claimed(v, mem) ||
		     ask_quarantine(v, tenant, mem) || ask_apple_id_rules(v, tenant, mem) ||
		     ask_pin_from_status(v, mem) || ask_refused_file(v) || ask_revoked(v) ||
		     ask_account(v, mem) || ask_paused(v, tenant, env->now, mem) || ask_adopt(v) ||
		     ask_portal(v, env->now, mem) || ask_upload_in_server(v) ||
		     ask_server_side(v, env->now, mem) || ask_apple(v) || ask_stray_file(v);
	if (!found)
		v->next_step = (struct next){ .due = TIME_UNKNOWN };
}
