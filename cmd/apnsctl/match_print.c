/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/app.h"
#include "cmd/apnsctl/match.h"
#include "schema/base/json.h"

static void json_skipped(const char *code, const char *reason, struct json *j)
{
	json_object(j);
	json_member(j, "code", code);
	json_member(j, "reason", reason);
	json_end_object(j);
}

static void json_file(const struct match *m, struct json *j)
{
	json_object(j);
	json_member(j, "file", m->file);
	json_member(j, "verdict", intake_word(m->intake.verdict));
	json_member_opt(j, "tenant", m->on.tenant);
	json_member_opt(j, "name", m->on.name);
	json_member_opt(j, "placedAt", m->placed_at);
	json_member_opt(j, "message", m->intake.message);
	json_member_opt(j, "remedy", m->intake.remedy);
	json_member_opt(j, "topic", m->cert.topic);
	json_member_opt(j, "serial", m->cert.serial);
	if (m->cert.not_after != TIME_UNKNOWN)
		json_member_time(j, "notAfter", m->cert.not_after);
	json_end_object(j);
}

void matches_json(const struct facts *f, const struct matches *m, const char *const *changed,
		  size_t n_changed, struct buf *out)
{
	struct json j = JSON_INIT(out, true);

	json_object(&j);
	json_member(&j, "apiVersion", "apnsctl/v1");
	json_member(&j, "kind", "MatchReport");
	json_key(&j, "checksSkipped");
	json_array(&j);
	if (f->from == FACTS_NOWHERE)
		json_skipped("open-requests", f->why, &j);
	if (!f->checks_issuer)
		json_skipped(
		    "issuer-chain",
		    "only the name of the issuer was compared: no apple.caFile is configured", &j);
	json_end_array(&j);
	json_key(&j, "files");
	json_array(&j);
	for (size_t i = 0; i < m->n; i++)
		json_file(&m->item[i], &j);
	json_end_array(&j);
	if (changed) {
		json_key(&j, "changed");
		json_array(&j);
		for (size_t i = 0; i < n_changed; i++)
			json_string(&j, changed[i]);
		json_end_array(&j);
	}
	json_end_object(&j);
	buf_addc(out, '\n');
}

void match_text(const struct match *m, struct buf *out)
{
	struct arena mem = ARENA_INIT;
	char t[TIME_TEXT];

	buf_addf(out, "%s: %s\n", app_safe(m->file), intake_word(m->intake.verdict));
	if (m->on.kind)
		buf_addf(out, "    %s: ", app_safe(ref_text(&mem, &m->on)));
	else
		buf_adds(out, "    ");
	buf_addf(out, "%s\n", app_safe(m->intake.message));
	if (m->cert.topic && m->cert.not_after != TIME_UNKNOWN)
		buf_addf(out, "    topic %s, serial %s, until %s\n", app_safe(m->cert.topic),
			 app_safe(m->cert.serial), time_format_date(m->cert.not_after, t));
	if (m->good)
		buf_addf(out, "    belongs at %s\n", app_safe(m->placed_at));
	if (m->intake.remedy)
		buf_addf(out, "    %s\n", app_safe(m->intake.remedy));
	if (m->broken)
		buf_addf(out, "    its manifest has an error: %s\n", app_safe(m->broken));
	if (m->cert.has_key)
		buf_adds(out,
			 "    the file holds a private key too: it is not copied, and does not "
			 "belong in a folder of downloads\n");
	arena_release(&mem);
}
