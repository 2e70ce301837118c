/* SPDX-License-Identifier: Apache-2.0 */
/* status.json: the summary and the objects that need attention. */
#include "reconcile/model/band.h"
#include "reconcile/report/report.h"
#include "reconcile/report/summary_part.h"
#include "schema/base/json.h"
#include "schema/base/text.h"

void summary_count(const struct summary *s, size_t count[BAND_MAX])
{
	for (int b = 0; b < BAND_MAX; b++)
		count[b] = 0;
	for (size_t i = 0; i < s->n; i++) {
		enum band b;
		if (band_of_word(s->row[i].band, &b))
			count[b]++;
	}
}

bool summary_needs_person(const struct summary_row *r)
{
	return r->action && !text_eq(r->action, next_action_word(NEXT_None));
}

bool summary_is_portal_step(const struct summary_row *r)
{
	return text_eq(r->action, next_action_word(NEXT_CreateAtPortal)) ||
	       text_eq(r->action, next_action_word(NEXT_RenewAtPortal)) ||
	       text_eq(r->action, next_action_word(NEXT_SignRequest));
}

const char *summary_button(const struct summary_row *r)
{
	if (text_eq(r->action, next_action_word(NEXT_CreateAtPortal)))
		return "Create a Certificate";
	if (text_eq(r->action, next_action_word(NEXT_SignRequest)))
		return r->row ? "first sign, then Renew" : "first sign, then Create a Certificate";
	return "Renew";
}

int64_t summary_valid_until(const struct summary *s)
{
	int64_t at = INT64_MAX;

	for (size_t i = 0; i < s->n; i++)
		if (s->row[i].changes_at < at)
			at = s->row[i].changes_at;
	if (s->signer_not_after != TIME_UNKNOWN) {
		int64_t signer = band_changes_at(s->signer_not_after, &s->signer_bands, false,
						 s->now);
		if (signer < at)
			at = signer;
	}
	return at;
}

static void write_counts(const struct summary *s, struct json *j)
{
	size_t count[BAND_MAX];

	summary_count(s, count);
	json_key(j, "summary");
	json_object(j);
	json_member_int(j, "tenants", (int64_t)s->n_tenant);
	json_member_int(j, "certificates", (int64_t)s->n);
	json_member_int(j, "quarantined", (int64_t)s->n_quarantined);
	json_key(j, "bands");
	json_object(j);
	for (int b = 0; b < BAND_MAX; b++)
		json_member_int(j, band_word((enum band)b), (int64_t)count[b]);
	json_end_object(j);
	json_end_object(j);
}

static void member_time(struct json *j, const char *key, int64_t t)
{
	if (t != TIME_UNKNOWN)
		json_member_time(j, key, t);
}

static void write_attention(const struct summary_row *r, struct json *j)
{
	json_object(j);
	json_member(j, "kind", "PushCertificate");
	json_member(j, "tenant", r->tenant);
	json_member(j, "name", r->name);
	json_member(j, "phase", r->phase);
	json_member(j, "band", r->band);
	json_member(j, "verdict", r->verdict);
	member_time(j, "notAfter", r->not_after);
	json_key(j, "next");
	json_object(j);
	json_member(j, "action", r->action);
	json_member_opt(j, "file", r->file);
	json_member_opt(j, "appleId", r->apple_id);
	json_member_opt(j, "row", r->row);
	json_member_opt(j, "reason", r->reason);
	json_member_opt(j, "message", r->message);
	member_time(j, "due", r->due);
	json_end_object(j);
	json_end_object(j);
}

static void write_condition(struct json *j, const char *type, bool is_true, const char *reason,
			    const char *message)
{
	json_object(j);
	json_member(j, "type", type);
	json_member(j, "status", is_true ? "True" : "False");
	json_member(j, "reason", reason);
	json_member(j, "message", message ? message : "");
	json_end_object(j);
}

static void write_conditions(const struct summary *s, struct json *j)
{
	json_key(j, "conditions");
	json_array(j);
	write_condition(j, "SourceReady", s->source_ready,
			s->source_ready ? "Fetched" : "SourceFailed", s->source_problem);
	if (s->shared_error)
		write_condition(j, "Quarantined", true, "InvalidManifest", s->shared_error);
	json_end_array(j);
}

static void write_signer(const struct summary *s, struct json *j)
{
	if (!s->signer_name)
		return;
	json_key(j, "requestSigner");
	json_object(j);
	json_member(j, "name", s->signer_name);
	json_member_time(j, "notAfter", s->signer_not_after);
	json_member(j, "band",
		    band_word(band_at(s->signer_not_after, &s->signer_bands, false, s->now)));
	json_end_object(j);
}

void report_status_json(const struct summary *s, struct buf *out)
{
	struct json j = JSON_INIT(out, true);
	int64_t until = summary_valid_until(s);

	json_object(&j);
	json_member(&j, "apiVersion", "apnsctl/v1");
	json_member(&j, "kind", "StatusSummary");
	json_member_opt(&j, "sourceRevision", s->source_revision);
	if (until != INT64_MAX)
		json_member_time(&j, "validUntil", until);
	write_conditions(s, &j);
	write_counts(s, &j);
	write_signer(s, &j);
	json_key(&j, "held");
	json_array(&j);
	for (size_t i = 0; i < s->n_held; i++)
		json_string(&j, s->held[i]);
	json_end_array(&j);
	json_key(&j, "objects");
	json_array(&j);
	for (size_t i = 0; i < s->n; i++)
		if (!text_eq(s->row[i].verdict, "Fine"))
			write_attention(&s->row[i], &j);
	json_end_array(&j);
	json_end_object(&j);
	buf_addc(out, '\n');
}
