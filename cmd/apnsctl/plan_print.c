/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/plan_print.h"

#include <stdio.h>
#include <string.h>

#include "schema/base/clock.h"
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

static void member_next(struct json *j, const char *key, const struct next *n)
{
	if (n->action == NEXT_None)
		return;
	json_key(j, key);
	json_object(j);
	json_member(j, "action", next_action_word(n->action));
	json_member_opt(j, "file", n->file);
	json_member_opt(j, "appleId", n->apple_id);
	json_member_opt(j, "row", n->row);
	if (n->due != TIME_UNKNOWN)
		json_member_time(j, "due", n->due);
	json_end_object(j);
}

void plan_step_members(struct json *j, const struct kept_step *s)
{
	char rule[16];
	bool asks = text_eq(s->state, step_state_word(STEP_ASK));

	if (s->rule) {
		snprintf(rule, sizeof(rule), "APN%04u", s->rule);
		json_member(j, "rule", rule);
	}
	if (s->gate != GATE_None)
		json_member(j, "gate", gate_word(s->gate));
	member_next(j, asks ? "next" : "then", &s->next);
}

static void write_step(struct json *j, const struct kept_step *s)
{
	json_object(j);
	json_member(j, "id", s->id);
	json_member(j, "action", s->action);
	member_object(j, &s->on);
	json_member(j, "state", kept_state(s));
	json_member(j, "risk", s->risk);
	json_member(j, "reason", s->reason);
	json_member(j, "message", s->message);
	json_member_opt(j, "from", s->from);
	json_member_opt(j, "to", s->to);
	plan_step_members(j, s);
	json_end_object(j);
}

static void write_steps(struct json *j, const char *key, const struct kept_step *s, size_t n)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < n; i++)
		write_step(j, &s[i]);
	json_end_array(j);
}

static void write_blasts(struct json *j, const struct plan_report *r)
{
	static const char *const fates[] = {
		[BLAST_Happens] = "Do",
		[BLAST_Held] = "Held",
		[BLAST_Refused] = "Blocked",
		[BLAST_Later] = "Later",
		[BLAST_Lost] = "Lost",
	};
	struct arena mem = ARENA_INIT;
	size_t n;
	const struct blast *b = plan_blasts(r, &mem, &n);

	json_key(j, "reEnrol");
	json_array(j);
	for (size_t i = 0; i < n; i++) {
		json_object(j);
		json_member(j, "tenant", b[i].tenant);
		json_member(j, "state", fates[b[i].fate]);
		json_key(j, "policies");
		json_array(j);
		for (size_t k = 0; k < b[i].n; k++)
			json_string(j, b[i].policy[k]);
		json_end_array(j);
		json_end_object(j);
	}
	json_end_array(j);
	arena_release(&mem);
}

static void write_stops(struct json *j, const struct plan_report *r)
{
	json_key(j, "quarantined");
	json_array(j);
	for (size_t i = 0; i < r->n_stop; i++) {
		json_object(j);
		json_member(j, "tenant", r->stop[i].tenant);
		json_member_opt(j, "file", r->stop[i].file);
		if (r->stop[i].line)
			json_member_int(j, "line", r->stop[i].line);
		json_member(j, "message", r->stop[i].message);
		json_end_object(j);
	}
	json_end_array(j);
}

void print_plan_json(const struct plan_report *r, struct buf *out)
{
	struct json j = JSON_INIT(out, true);

	json_object(&j);
	json_member(&j, "apiVersion", "apnsctl/v1");
	json_member(&j, "kind", "Plan");
	json_member(&j, "basis", r->basis);
	json_member(&j, "planHash", r->plan_hash);
	json_member(&j, "sourceRevision", r->source_revision);
	json_member_opt(&j, "baseRevision", r->base_revision);
	json_member_opt(&j, "statusRevision", r->status_revision);
	write_blasts(&j, r);
	write_stops(&j, r);
	write_steps(&j, "steps", r->step, r->n_step);
	if (r->base_revision)
		write_steps(&j, "withdrawn", r->withdrawn, r->n_withdrawn);
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

/* What a person does once the step is done. */
static void then_line(const struct next *n, struct buf *out)
{
	struct arena mem = ARENA_INIT;

	buf_adds(out, "      then: ");
	add_safe(out, plan_person(n, &mem));
	buf_addc(out, '\n');
	arena_release(&mem);
}

static void step_line(const struct kept_step *s, const char *mark, struct buf *out)
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
	if (text_eq(s->state, step_state_word(STEP_ASK)))
		ask_details(&s->next, out);
	else if (s->next.action != NEXT_None)
		then_line(&s->next, out);
}

size_t plan_section(const struct kept_step *s, size_t n, const char *state, const char *title,
		    const char *mark, struct buf *out)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(kept_state(&s[i]), state) != 0)
			continue;
		if (!found++)
			buf_addf(out, "%s\n", title);
		step_line(&s[i], mark, out);
	}
	return found;
}

static void blast_lines(const struct plan_report *r, struct buf *out)
{
	struct arena mem = ARENA_INIT;
	size_t n;
	const struct blast *b = plan_blasts(r, &mem, &n);

	if (n)
		buf_adds(out, "Devices must be enrolled again:\n");
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, "  ! ");
		add_safe(out, blast_sentence(&b[i], b[i].n, &mem));
		buf_addc(out, '\n');
	}
	arena_release(&mem);
}

static void stop_lines(const struct plan_report *r, struct buf *out)
{
	if (r->n_stop)
		buf_adds(out, "In quarantine, nothing is written for these tenants:\n");
	for (size_t i = 0; i < r->n_stop; i++) {
		const struct plan_stop *s = &r->stop[i];
		buf_adds(out, "  ! ");
		add_safe(out, s->tenant);
		buf_adds(out, ": ");
		add_safe(out, s->file ? s->file : "");
		if (s->line)
			buf_addf(out, ":%u", s->line);
		buf_adds(out, s->file ? ": " : "");
		add_safe(out, s->message);
		buf_addc(out, '\n');
	}
}

static void withdrawn_lines(const struct plan_report *r, struct buf *out)
{
	if (r->n_withdrawn)
		buf_adds(out, "No longer planned:\n");
	for (size_t i = 0; i < r->n_withdrawn; i++) {
		buf_adds(out, "  - ");
		add_safe(out, r->withdrawn[i].id);
		buf_addf(out, "  (%s)\n", r->withdrawn[i].reason ? r->withdrawn[i].reason : "");
	}
}

void print_plan_text(const struct plan_report *r, struct buf *out)
{
	blast_lines(r, out);
	stop_lines(r, out);
	size_t blocked = plan_section(r->step, r->n_step, "Blocked", "Blocked:", "!", out);
	size_t todo = plan_section(r->step, r->n_step, "Do", "The controller would:", "+", out);
	size_t ask = plan_section(r->step, r->n_step, "Ask", "A person must:", "?", out);

	withdrawn_lines(r, out);
	if (!blocked && !todo && !ask)
		buf_adds(out, "Nothing to do.\n");
	else
		buf_addf(out, "Plan: %zu to do, %zu for a person, %zu blocked.\n", todo, ask,
			 blocked);
}
