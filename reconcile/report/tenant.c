/* SPDX-License-Identifier: Apache-2.0 */
/* tenants/<tenant>.json: all facts and conditions of one tenant (design: section 5). */
#include <stdlib.h>

#include "reconcile/report/report.h"
#include "schema/base/json.h"
#include "schema/base/text.h"

static void member_time(struct json *j, const char *key, int64_t t)
{
	if (t != TIME_UNKNOWN)
		json_member_time(j, key, t);
}

static int64_t transition_of(const struct report_context *c, const char *object, const char *type,
			     const char *status)
{
	for (size_t i = 0; i < c->n_transition; i++)
		if (text_eq(c->transition[i].object, object) &&
		    text_eq(c->transition[i].type, type))
			return text_eq(c->transition[i].status, status) ? c->transition[i].since :
									  c->now;
	return c->now;
}

static const char *name_of(const struct cert_view *v)
{
	return v->want ? v->want->ref.name : v->actual->name;
}

/* The certificate that is told of: the pair's facts, else those of the file in Git. */
static void write_certificate(const struct cert_view *v, struct json *j)
{
	const struct cert_facts *git = v->shown_from_git ? v->want->in_git : NULL;

	json_member_opt(j, "topic", v->shown ? v->shown->topic : git ? git->topic : v->pin);
	json_member_opt(j, "serial", v->shown ? v->shown->serial : git ? git->serial : NULL);
	json_member_opt(j, "sha256", v->shown ? v->shown->sha256 : git ? git->sha256 : NULL);
	json_member_opt(j, "spkiSha256",
			v->shown ? v->shown->spki : git ? git->spki_sha256 : NULL);
	if (v->want)
		json_member_opt(j, "appleId", v->account);
	member_time(j, "notBefore", v->not_before);
	member_time(j, "notAfter", v->not_after);
	member_time(j, "renewAfter", v->renew_after);
	member_time(j, "warnAfter", v->warn_after);
	member_time(j, "criticalAfter", v->critical_after);
}

static void write_policies(const struct cert_view *v, struct json *j)
{
	if (!v->want)
		return;
	if (v->want->n_policy)
		qsort(v->want->policy, v->want->n_policy, sizeof(*v->want->policy), text_cmp_at);
	json_key(j, "policies");
	json_array(j);
	for (size_t i = 0; i < v->want->n_policy; i++)
		json_string(j, v->want->policy[i]);
	json_end_array(j);
}

static void write_keys(const struct cert_view *v, struct json *j)
{
	json_key(j, "keys");
	json_array(j);
	for (size_t i = 0; v->actual && i < v->actual->n_key; i++) {
		json_object(j);
		json_member(j, "spkiSha256", v->actual->key[i].spki);
		json_member(j, "state", key_state_word(v->actual->key[i].state));
		json_end_object(j);
	}
	json_end_array(j);
}

static void write_verdict(const char *result, const char *reason, const char *detail,
			  struct json *j)
{
	json_key(j, "apns");
	json_object(j);
	json_member(j, "result", result);
	json_member_opt(j, "reason", reason);
	json_member_opt(j, "detail", detail);
	json_end_object(j);
}

/* What APNs says of a pair; that it can not be reached only when it is told. */
static void write_probe(const struct cert_view *v, const struct actual_probe *p, int64_t now,
			struct json *j)
{
	if (probe_fault_is_told(v, p, now))
		write_verdict(apns_result_name(APNS_Unreachable), p->fault, NULL, j);
	else
		write_verdict(apns_result_name(p->result), p->reason,
			      p->result == APNS_Rejected ? p->detail : NULL, j);
}

/* The successor of an active pair, or the first certificate on its way. */
static void write_renewal(const struct cert_view *v, int64_t now, struct json *j)
{
	enum phase phase = v->active ? v->renewal : v->phase;
	bool is_coming = phase >= PHASE_Requested && phase <= PHASE_Installed;

	if (!is_coming)
		return;
	json_key(j, "renewal");
	json_object(j);
	json_member(j, "phase", phase_word(phase));
	if (v->next) {
		json_member_opt(j, "topic", v->next->topic);
		json_member(j, "serial", v->next->serial);
		json_member(j, "sha256", v->next->sha256);
		json_member(j, "spkiSha256", v->next->spki);
		member_time(j, "notBefore", v->next->not_before);
		member_time(j, "notAfter", v->next->not_after);
		if (v->active) /* else it is the one that is told of below */
			write_probe(v, &v->next->probe, now, j);
	} else if (v->open) {
		json_member(j, "file", v->open->request->file);
		json_member(j, "spkiSha256", v->open->spki);
		member_time(j, "requestedAt", v->open->request->requested_at);
		member_time(j, "signerNotAfter", v->open->request->signer_not_after);
	}
	json_end_object(j);
}

static const char *in_use_word(const struct actual_server *s, enum installed state)
{
	if (state == INSTALLED_Match && s && s->seen.can_read)
		return "Yes";
	return state == INSTALLED_Differs || state == INSTALLED_Absent ? "No" : "Unknown";
}

/* What a server holds instead: it decides whether the pair in force may go over it. */
static void write_other(const struct server_observation *seen, struct json *j)
{
	json_member_opt(j, "topic", seen->topic);
	json_member_opt(j, "serial", seen->serial);
	member_time(j, "notAfter", seen->not_after);
}

static void write_servers(const struct cert_view *v, struct json *j)
{
	json_key(j, "servers");
	json_array(j);
	for (size_t i = 0; v->want && i < v->want->n_server; i++) {
		const char *name = v->want->server[i].name;
		const struct actual_server *s = v->actual ? actual_server(v->actual, name) : NULL;
		enum installed state = install_compare(s, v->active);
		json_object(j);
		json_member(j, "name", name);
		json_member(j, "installed", installed_name(state));
		json_member(j, "inUse", in_use_word(s, state));
		if (s && s->seen.presence == PRESENCE_unknown)
			json_member_opt(j, "reason", s->seen.reason);
		if (s && state == INSTALLED_Differs)
			write_other(&s->seen, j);
		json_end_object(j);
	}
	json_end_array(j);
}

static void write_apns(const struct cert_view *v, int64_t now, struct json *j)
{
	const struct actual_pair *p = v->active ? v->active : v->next;

	if (p && !(v->want && v->want->key_held_by == KEY_HELD_Server))
		write_probe(v, &p->probe, now, j);
	else
		write_verdict(apns_result_name(APNS_NotProbed),
			      v->want && v->want->key_held_by == KEY_HELD_Server ? "KeyNotHeld"
										  : NULL,
			      NULL, j);
}

static void write_next(const struct cert_view *v, struct json *j)
{
	const struct next *n = &v->next_step;

	json_key(j, "next");
	json_object(j);
	json_member(j, "action", next_action_word(n->action));
	json_member_opt(j, "file", n->file);
	json_member_opt(j, "appleId", n->apple_id);
	json_member_opt(j, "row", n->row);
	json_member_opt(j, "reason", n->reason);
	json_member_opt(j, "message", n->message);
	member_time(j, "due", n->due);
	json_end_object(j);
}

static void write_conditions(const struct cert_view *v, const struct report_context *c,
			     struct json *j)
{
	json_key(j, "conditions");
	json_array(j);
	for (size_t i = 0; i < v->n_condition; i++) {
		const struct condition *k = &v->condition[i];
		json_object(j);
		json_member(j, "type", k->type);
		json_member(j, "status", k->status);
		json_member(j, "reason", k->reason);
		json_member(j, "message", k->message);
		json_member_time(j, "lastTransitionTime",
				 transition_of(c, name_of(v), k->type, k->status));
		json_end_object(j);
	}
	json_end_array(j);
}

static void write_object(const struct plan *p, const struct cert_view *v,
			 const struct report_context *c, struct json *j)
{
	json_object(j);
	json_member(j, "kind", "PushCertificate");
	json_member(j, "tenant", plan_tenant(p));
	json_member(j, "name", name_of(v));
	if (v->want)
		json_member_opt(j, "displayName", v->want->display_name);
	json_member(j, "phase", phase_word(v->phase));
	json_member(j, "band", band_word(v->band));
	json_member(j, "verdict", cert_view_verdict(v));
	write_certificate(v, j);
	if (v->want ? v->want->is_protected : v->actual->was_protected)
		json_member(j, "protection", "Protected");
	write_policies(v, j);
	write_keys(v, j);
	write_renewal(v, c->now, j);
	write_servers(v, j);
	write_apns(v, c->now, j);
	write_next(v, j);
	write_conditions(v, c, j);
	json_end_object(j);
}

void report_objects_json(const struct plan *p, const struct report_context *c, struct json *j)
{
	for (size_t i = 0; i < p->n_view; i++)
		if (!cert_view_is_over(&p->view[i], c->now))
			write_object(p, &p->view[i], c, j);
}

/* The topic that the devices of each policy were given, whatever the manifests say by now. */
static void write_enrolled(const struct actual_tenant *t, struct json *j)
{
	json_key(j, "policies");
	json_array(j);
	for (size_t i = 0; i < t->n_policy; i++) {
		if (!t->policy[i].topic)
			continue;
		json_object(j);
		json_member(j, "name", t->policy[i].name);
		json_member(j, "topic", t->policy[i].topic);
		json_end_object(j);
	}
	json_end_array(j);
}

void report_tenant_json(const struct plan *p, const struct report_context *c, struct buf *out)
{
	struct json j = JSON_INIT(out, true);

	json_object(&j);
	json_member(&j, "apiVersion", "apnsctl/v1");
	json_member(&j, "kind", "TenantStatus");
	json_member(&j, "tenant", plan_tenant(p));
	if (p->want)
		json_member_opt(&j, "displayName", p->want->display_name);
	json_member_opt(&j, "sourceRevision", c->source_revision);
	json_key(&j, "objects");
	json_array(&j);
	report_objects_json(p, c, &j);
	json_end_array(&j);
	write_enrolled(p->actual, &j);
	json_end_object(&j);
	buf_addc(out, '\n');
}

static const char *people(const struct want_cert *w, struct arena *mem)
{
	const char *all = NULL;

	for (size_t i = 0; w && i < w->account.n_who; i++)
		all = all ? arena_printf(mem, "%s, %s", all, w->account.who[i]) :
			    arena_strdup(mem, w->account.who[i]);
	return all;
}

void summary_row_of(const struct plan *p, const struct cert_view *v, struct arena *mem,
		    struct summary_row *out)
{
	const struct next *n = &v->next_step;

	*out = (struct summary_row){
		.tenant = arena_strdup(mem, plan_tenant(p)),
		.customer = arena_strdup(mem, p->want ? p->want->display_name : plan_tenant(p)),
		.name = arena_strdup(mem, name_of(v)),
		.band = band_word(v->band),
		.phase = phase_word(v->phase),
		.verdict = cert_view_verdict(v),
		.action = next_action_word(n->action),
		.file = arena_strdup(mem, n->file),
		.apple_id = arena_strdup(mem, n->apple_id),
		.row = arena_strdup(mem, n->row),
		.reason = arena_strdup(mem, n->reason),
		.message = arena_strdup(mem, n->message),
		.who = people(v->want, mem),
		.commit_path = arena_strdup(mem, v->want ? v->want->file : NULL),
		.not_after = v->not_after,
		.renew_after = v->renew_after,
		.due = n->due,
		.changes_at = v->changes_at,
	};
}
