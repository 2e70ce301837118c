/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/run_print.h"

#include <stdio.h>
#include <string.h>

#include "cmd/apnsctl/app.h"
#include "cmd/apnsctl/plan_print.h"
#include "schema/base/clock.h"
#include "schema/base/json.h"
#include "schema/base/text.h"

struct plan_report run_plan_report(const struct run_result *r)
{
	return (struct plan_report){ .basis = "Live",
				     .plan_hash = r->plan_hash,
				     .source_revision = r->source_revision,
				     .step = r->step,
				     .n_step = r->n_step,
				     .gates = &r->gates };
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
		const struct kept_step *s = &r->step[i];
		bool waits = s->outcome == OUTCOME_Planned;
		json_object(&j);
		json_member(&j, "id", s->id);
		json_member(&j, "state", kept_state(s));
		json_member(&j, "outcome", outcome_word(waits ? OUTCOME_Waiting : s->outcome));
		json_member(&j, "reason", s->reason);
		json_member_opt(&j, "error", s->error);
		plan_step_members(&j, s);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	buf_addc(out, '\n');
}

static const char *outcome_mark(const struct kept_step *s)
{
	if (!strcmp(kept_state(s), "Blocked"))
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

static void run_line(const struct kept_step *s, struct buf *out)
{
	buf_addf(out, "  %s ", outcome_mark(s));
	text_escape_terminal(out, s->id, strlen(s->id));
	buf_addf(out, "  (%s)\n", s->reason ? s->reason : "");
	const char *why = s->error ? s->error : strcmp(kept_state(s), "Do") ? s->message : NULL;
	if (why && *why) {
		buf_adds(out, "          ");
		text_escape_terminal(out, why, strlen(why));
		buf_addc(out, '\n');
	}
	if (s->gate != GATE_None)
		buf_addf(out, "          held by the gate %s; apnsctl explain APN%04u\n",
			 gate_word(s->gate), s->rule);
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
		const struct kept_step *s = &r->step[i];
		done += s->outcome == OUTCOME_Done;
		if (strcmp(s->state, "Ask"))
			run_line(s, out);
	}
	plan_section(r->step, r->n_step, "Ask", "A person must:", "?", out);
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
