/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/run_print.h"

#include <stdio.h>
#include <string.h>

#include "cmd/apnsctl/app.h"
#include "schema/base/clock.h"
#include "schema/base/json.h"
#include "schema/base/text.h"

static void member_object(struct json *j, const struct ref *r)
{
	json_key(j, "object");
	json_object(j);
	json_member(j, "kind", kind_name(r->kind));
	json_member_opt(j, "tenant", r->tenant);
	json_member(j, "name", r->name);
	json_end_object(j);
}

static void member_next(struct json *j, const struct next *n)
{
	if (n->action == NEXT_None)
		return;
	json_key(j, "next");
	json_object(j);
	json_member(j, "action", next_action_word(n->action));
	json_member_opt(j, "file", n->file);
	json_member_opt(j, "appleId", n->apple_id);
	json_member_opt(j, "row", n->row);
	if (n->due != TIME_UNKNOWN)
		json_member_time(j, "due", n->due);
	json_end_object(j);
}

static const char *state_of(const struct run_step *s)
{
	return s->gate != GATE_None ? "Blocked" : s->state;
}

static void write_rule(struct json *j, const struct run_step *s)
{
	char rule[16];

	if (s->rule) {
		snprintf(rule, sizeof(rule), "APN%04u", s->rule);
		json_member(j, "rule", rule);
	}
	if (s->gate != GATE_None)
		json_member(j, "gate", gate_word(s->gate));
}

void print_plan_json(const struct run_result *r, struct buf *out)
{
	struct json j = JSON_INIT(out, true);

	json_object(&j);
	json_member(&j, "apiVersion", "apnsctl/v1");
	json_member(&j, "kind", "Plan");
	json_member(&j, "basis", "Live");
	json_member(&j, "planHash", r->plan_hash);
	json_member(&j, "sourceRevision", r->source_revision);
	json_key(&j, "steps");
	json_array(&j);
	for (size_t i = 0; i < r->n_step; i++) {
		const struct run_step *s = &r->step[i];
		json_object(&j);
		json_member(&j, "id", s->id);
		json_member(&j, "action", s->action);
		member_object(&j, &s->on);
		json_member(&j, "state", state_of(s));
		json_member(&j, "risk", s->risk);
		json_member(&j, "reason", s->reason);
		json_member(&j, "message", s->message);
		write_rule(&j, s);
		member_next(&j, &s->next);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	buf_addc(out, '\n');
}

void print_run_json(const struct run_result *r, struct buf *out)
{
	struct json j = JSON_INIT(out, true);

	json_object(&j);
	json_member(&j, "apiVersion", "apnsctl/v1");
	json_member(&j, "kind", "RunReport");
	json_member(&j, "planHash", r->plan_hash);
	json_member(&j, "sourceRevision", r->source_revision);
	json_member(&j, "statusRevision", r->status_revision);
	json_key(&j, "steps");
	json_array(&j);
	for (size_t i = 0; i < r->n_step; i++) {
		const struct run_step *s = &r->step[i];
		bool waits = s->outcome == OUTCOME_Planned;
		json_object(&j);
		json_member(&j, "id", s->id);
		json_member(&j, "state", state_of(s));
		json_member(&j, "outcome", outcome_word(waits ? OUTCOME_Waiting : s->outcome));
		json_member(&j, "reason", s->reason);
		json_member_opt(&j, "error", s->error);
		write_rule(&j, s);
		member_next(&j, &s->next);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	buf_addc(out, '\n');
}

static void add_safe(struct buf *out, const char *text)
{
	text_escape_terminal(out, text, strlen(text));
}

/* Who, where, what, by when: all that a person needs for an Ask step. */
static void ask_details(const struct next *n, struct buf *out)
{
	char t[TIME_TEXT];
	const struct {
		const char *label, *text;
	} rows[] = { { "Apple Account", n->apple_id }, { "row", n->row }, { "file", n->file } };

	if (n->action == NEXT_None)
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!rows[i].text)
			continue;
		buf_addf(out, "      %s: ", rows[i].label);
		add_safe(out, rows[i].text);
		buf_addc(out, '\n');
	}
	if (n->due != TIME_UNKNOWN)
		buf_addf(out, "      due: %s\n", time_format_date(n->due, t));
}

static void step_line(const struct run_step *s, const char *mark, struct buf *out)
{
	buf_addf(out, "  %s ", mark);
	add_safe(out, s->id);
	buf_addf(out, "  (%s%s%s)\n      ", s->reason ? s->reason : "",
		 strcmp(s->risk, "None") ? ", " : "", strcmp(s->risk, "None") ? s->risk : "");
	add_safe(out, s->message ? s->message : "");
	buf_addc(out, '\n');
	if (s->rule)
		buf_addf(out, "      rule APN%04u; apnsctl explain APN%04u\n", s->rule, s->rule);
	if (s->gate != GATE_None)
		buf_addf(out, "      held by the gate %s\n", gate_word(s->gate));
	ask_details(&s->next, out);
}

static size_t plan_section(const struct run_result *r, const char *state, const char *title,
			   const char *mark, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_step; i++) {
		if (strcmp(state_of(&r->step[i]), state) != 0)
			continue;
		if (!n++)
			buf_addf(out, "%s\n", title);
		step_line(&r->step[i], mark, out);
	}
	return n;
}

void print_plan_text(const struct run_result *r, struct buf *out)
{
	size_t blocked = plan_section(r, "Blocked", "Blocked:", "!", out);
	size_t todo = plan_section(r, "Do", "The controller would:", "+", out);
	size_t ask = plan_section(r, "Ask", "A person must:", "?", out);

	if (!blocked && !todo && !ask)
		buf_adds(out, "Nothing to do.\n");
	else
		buf_addf(out, "Plan: %zu to do, %zu for a person, %zu blocked.\n", todo, ask,
			 blocked);
}

static const char *outcome_mark(const struct run_step *s)
{
	if (!strcmp(state_of(s), "Blocked"))
		return "blocked";
	switch (s->outcome) {
	case OUTCOME_Done:
		return "done   ";
	case OUTCOME_Failed:
		return "FAILED ";
	case OUTCOME_Skipped:
		return "skipped";
	default:
		return "waits  ";
	}
}

static void run_line(const struct run_step *s, struct buf *out)
{
	buf_addf(out, "  %s ", outcome_mark(s));
	add_safe(out, s->id);
	buf_addf(out, "  (%s)\n", s->reason ? s->reason : "");
	const char *why = s->error ? s->error : strcmp(state_of(s), "Do") ? s->message : NULL;
	if (why && *why) {
		buf_adds(out, "          ");
		add_safe(out, why);
		buf_addc(out, '\n');
	}
	if (s->gate != GATE_None)
		buf_addf(out, "          held by the gate %s\n", gate_word(s->gate));
}

void print_run_text(const struct run_result *r, struct buf *out)
{
	size_t done = 0;

	if (r->idle) {
		buf_addf(out, "Nothing to do: no commit since %.12s, nothing due.\n",
			 r->source_revision);
		return;
	}
	for (size_t i = 0; i < r->n_step; i++) {
		const struct run_step *s = &r->step[i];
		done += s->outcome == OUTCOME_Done;
		if (strcmp(s->state, "Ask"))
			run_line(s, out);
	}
	plan_section(r, "Ask", "A person must:", "?", out);
	buf_addf(out,
		 "Tenants looked at: %zu, in quarantine: %zu. Steps done: %zu, failed: %zu, "
		 "blocked or held: %zu. Certificates that wait for a person: %zu.\n",
		 r->n_looked_at, r->n_quarantined, done, r->n_failed, r->n_blocked + r->n_held,
		 r->n_person);
}

static void say_gates(const struct run_result *r)
{
	for (int g = 1; g < GATE_MAX; g++)
		if (r->gates.counted[g] && !r->gates.open[g])
			app_say("apnsctl: the gate %s holds the change of %zu object%s; look at "
				"its steps with apnsctl plan, then let exactly these through with "
				"--override %s@%s",
				gate_word((enum gate)g), r->gates.counted[g],
				r->gates.counted[g] == 1 ? "" : "s", gate_word((enum gate)g),
				r->gates.hash[g]);
}

static void say_manifests(const struct run_result *r)
{
	const struct finding *f = findings_first_error(&r->findings);
	struct arena mem = ARENA_INIT;

	if (f)
		app_say("apnsctl: %s", app_safe(finding_text(f, &mem)));
	arena_release(&mem);
	if (r->nothing_loaded)
		app_say("apnsctl: no tenant could be loaded; run apnsctl lint on the repository");
	else if (r->n_quarantined)
		app_say("apnsctl: in quarantine because of errors in their manifests: %zu "
			"tenant%s; run apnsctl lint on the repository",
			r->n_quarantined, r->n_quarantined == 1 ? "" : "s");
}

void say_run_problems(const struct run_result *r)
{
	if (r->source_failed)
		app_say("apnsctl: the source can not be used: %s", app_safe(r->source_error));
	if (r->signer_problem)
		app_say("apnsctl: no request can be made before the request signer is put right: "
			"%s",
			app_safe(r->signer_problem));
	for (size_t i = 0; i < r->n_tenant_error; i++)
		app_say("apnsctl: %s", app_safe(r->tenant_error[i]));
	say_gates(r);
	say_manifests(r);
	if (r->n_refused)
		app_say("apnsctl: certificate files in Git that do not fit and were refused: %zu; "
			"see the steps for a person",
			r->n_refused);
	if (r->publish_failed)
		app_say("apnsctl: the status was not published (the next run sends it): %s",
			app_safe(r->publish_error));
}
