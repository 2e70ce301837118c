/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plan as Markdown within a budget. It is cut between pieces that are whole by themselves, so
 * that what is left is never broken markup. Everything that somebody wrote is escaped.
 */
#include <string.h>

#include "reconcile/report/plan_report.h"
#include "schema/base/text.h"

enum { TEXT_MAX = 64 << 20, NOTE_ROOM = 200 };

/* Text that stands or goes as a whole. */
struct piece {
	const char *text;
	size_t size;
};

struct pieces {
	struct piece *item;
	size_t n, cap, size;
};

struct page {
	const struct plan_report *r;
	struct arena mem;
	struct pieces row, detail;
	struct buf scratch; /* the piece that is being written */
};

/* What forges count: UTF-16 units. */
static size_t size_of(const char *text)
{
	size_t n = 0;

	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		n += (size_t)((*c & 0xc0) != 0x80) + (*c >= 0xf0);
	return n;
}

static void end_piece(struct page *p, struct pieces *to)
{
	const char *text = arena_strdup(&p->mem, buf_str(&p->scratch));
	struct piece *one = arena_push(&p->mem, &to->item, &to->n, &to->cap, sizeof(*one));

	*one = (struct piece){ text, size_of(text) };
	to->size += one->size;
	buf_clear(&p->scratch);
}

/* "Do CreateKey:…: make a new private key (FirstCertificate)" as an entry of a list. */
static void list_step(const struct kept_step *s, struct buf *out)
{
	buf_addf(out, "- %s **", kept_state(s));
	text_escape_markdown(out, s->id);
	buf_adds(out, "**: ");
	text_escape_markdown(out, s->message ? s->message : "");
	buf_addf(out, " (%s%s%s)", s->reason ? s->reason : "",
		 text_eq(s->risk, risk_word(RISK_None)) ? "" : ", ",
		 text_eq(s->risk, risk_word(RISK_None)) ? "" : s->risk);
	if (s->rule)
		buf_addf(out, "; rule APN%04u, `apnsctl explain APN%04u`", s->rule, s->rule);
	if (s->gate != GATE_None)
		buf_addf(out, "; held by the gate %s", gate_word(s->gate));
	buf_addc(out, '\n');
}

static void write_blasts(struct page *p, struct buf *out)
{
	size_t n;
	const struct blast *b = plan_blasts(p->r, &p->mem, &n);

	if (n)
		buf_adds(out, "\n### Devices must be enrolled again\n\n");
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, "- ");
		text_escape_markdown(out, blast_sentence(&b[i], &p->mem));
		buf_addc(out, '\n');
	}
}

static void write_gates(const struct gate_result *g, struct buf *out)
{
	for (int i = 1; g && i < GATE_MAX; i++)
		if (g->counted[i] && !g->open[i])
			buf_addf(
			    out,
			    "- The gate %s holds the change of %zu object%s; when all of it is "
			    "meant, let it through once with `apnsctl reconcile --override "
			    "%s@%s`.\n",
			    gate_word((enum gate)i), g->counted[i], g->counted[i] == 1 ? "" : "s",
			    gate_word((enum gate)i), g->hash[i]);
}

static void write_blocked(struct page *p, struct buf *out)
{
	const struct plan_report *r = p->r;
	bool any = false, held = false;

	for (size_t i = 0; i < r->n_step; i++) {
		const struct kept_step *s = &r->step[i];
		if (!text_eq(kept_state(s), step_state_word(STEP_BLOCKED)))
			continue;
		if (!any)
			buf_adds(out, "\n### Blocked\n\n");
		any = true;
		held |= s->gate != GATE_None;
		list_step(s, out);
	}
	if (held)
		write_gates(r->gates, out);
}

static void write_lint(struct page *p, struct buf *out)
{
	const char *text = plan_lint_sentence(p->r, &p->mem);

	if (!text)
		return;
	buf_adds(out, "\n**");
	text_escape_markdown(out, text);
	buf_adds(out, "**\n");
}

static void write_stop(const struct plan_stop *s, struct buf *out)
{
	buf_adds(out, "- ");
	if (s->tenant) {
		buf_adds(out, "**");
		text_escape_markdown(out, s->tenant);
		buf_adds(out, "**: ");
	}
	text_escape_markdown(out, s->file ? s->file : "");
	if (s->line)
		buf_addf(out, "\\:%u", s->line);
	buf_adds(out, s->file ? "\\: " : "");
	text_escape_markdown(out, s->message);
	buf_addc(out, '\n');
}

static void add_stops(struct page *p, const char *title, const struct plan_stop *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!i)
			buf_addf(&p->scratch, "\n### %s\n\n", title);
		write_stop(&s[i], &p->scratch);
		end_piece(p, &p->row);
	}
}

/* Behind the steps of the tenant that begin at `from`. */
static size_t tenant_end(const struct plan_report *r, size_t from)
{
	size_t i = from;

	while (i < r->n_step && text_eq(kept_tenant(&r->step[i]), kept_tenant(&r->step[from])))
		i++;
	return i;
}

static bool came_before(const struct plan_report *r, size_t from, size_t at)
{
	for (size_t i = from; i < at; i++)
		if (!ref_cmp(&r->step[i].on, &r->step[at].on))
			return true;
	return false;
}

/* What the controller does with one object: the words of its steps. */
static void controller_cell(const struct plan_report *r, size_t at, size_t end, struct buf *out)
{
	const char *before = "";

	for (size_t i = at; i < end; i++) {
		const struct kept_step *s = &r->step[i];
		if (ref_cmp(&s->on, &r->step[at].on) ||
		    text_eq(s->state, step_state_word(STEP_ASK)))
			continue;
		bool blocked = text_eq(kept_state(s), step_state_word(STEP_BLOCKED));
		buf_addf(out, "%s%s%s", before, blocked ? "BLOCKED " : "", s->action);
		before = ", ";
	}
	buf_adds(out, *before ? " | " : "– | ");
}

static void person_cell(struct page *p, size_t at, size_t end, struct buf *out)
{
	const struct plan_report *r = p->r;
	const char *before = "";

	for (size_t i = at; i < end; i++) {
		const struct kept_step *s = &r->step[i];
		if (ref_cmp(&s->on, &r->step[at].on) || s->next.action == NEXT_None)
			continue;
		bool then = !text_eq(s->state, step_state_word(STEP_ASK));
		buf_addf(out, "%s%s", before, then ? "then " : "");
		text_escape_markdown(out, plan_person(&s->next, &p->mem));
		before = "<br>";
	}
	buf_adds(out, *before ? " |\n" : "– |\n");
}

static void add_table(struct page *p, size_t from, size_t end)
{
	struct buf *out = &p->scratch;

	for (size_t i = from; i < end; i++) {
		const struct kept_step *s = &p->r->step[i];
		if (came_before(p->r, from, i))
			continue;
		if (i == from) {
			buf_adds(out, "\n#### ");
			text_escape_markdown(out, kept_tenant(s));
			buf_adds(out, "\n\n| Object | Controller | Person |\n|---|---|---|\n");
		}
		buf_adds(out, "| ");
		text_escape_markdown(out, ref_text(&p->mem, &s->on));
		buf_adds(out, " | ");
		controller_cell(p->r, i, end, out);
		person_cell(p, i, end, out);
		end_piece(p, &p->row);
	}
}

/* Inside of HTML nothing of Markdown's escapes holds: only what is a plain name stands there. */
static const char *title_of(const char *tenant)
{
	return text_is_name(tenant) ? tenant : "A tenant";
}

static void add_details(struct page *p, const char *title, const struct kept_step *s, size_t n)
{
	struct buf *out = &p->scratch;

	buf_addf(out, "\n<details><summary>%s: %zu step%s</summary>\n\n", title, n,
		 n == 1 ? "" : "s");
	for (size_t i = 0; i < n; i++)
		list_step(&s[i], out);
	buf_adds(out, "\n</details>\n");
	end_piece(p, &p->detail);
}

static void add_tenants(struct page *p)
{
	const struct plan_report *r = p->r;

	for (size_t i = 0; i < r->n_step;) {
		size_t end = tenant_end(r, i);
		add_table(p, i, end);
		add_details(p, title_of(kept_tenant(&r->step[i])), &r->step[i], end - i);
		i = end;
	}
	if (r->n_withdrawn)
		add_details(p, "No longer planned", r->withdrawn, r->n_withdrawn);
}

static void revision(struct buf *out, const char *what, const char *text)
{
	if (!text)
		return;
	buf_addf(out, " · %s ", what);
	text_escape_markdown(out, *text ? text : "working tree");
}

static void write_foot(const struct plan_report *r, struct buf *out)
{
	if (text_eq(r->basis, "None"))
		buf_adds(out, "\nThere is no status branch here: what is in force is not known.\n");
	else if (text_eq(r->basis, "StatusBranch"))
		buf_adds(out, "\nFrom the status branch; servers and APNs were not asked.\n");
	buf_addf(out, "\nPlan %s", r->plan_hash);
	revision(out, "source", r->source_revision);
	revision(out, "base", r->base_revision);
	revision(out, "status", r->status_revision);
	buf_addc(out, '\n');
}

/* How many of the pieces fit; all of them need no room for a note. */
static size_t fitting(const struct pieces *p, size_t room)
{
	size_t n = 0, used = NOTE_ROOM;

	if (p->size <= room)
		return p->n;
	while (n < p->n && used + p->item[n].size <= room)
		used += p->item[n++].size;
	return n;
}

static void write_pieces(const struct pieces *p, size_t n, const char *what, struct buf *out)
{
	for (size_t i = 0; i < n; i++)
		buf_adds(out, p->item[i].text);
	if (n < p->n)
		buf_addf(out,
			 "\n*Left out to keep this short: %zu of %zu %s. `apnsctl plan` shows "
			 "all.*\n",
			 p->n - n, p->n, what);
}

static size_t minus(size_t a, size_t b)
{
	return a > b ? a - b : 0;
}

static void write_page(struct page *p, size_t max, struct buf *out)
{
	struct buf fixed = BUF_INIT(TEXT_MAX), foot = BUF_INIT(TEXT_MAX);

	buf_addf(out, "<!-- apnsctl:plan -->\n**apnsctl plan: %s**", plan_verdict(p->r, &p->mem));
	write_blasts(p, &fixed);
	write_blocked(p, &fixed);
	write_lint(p, &fixed);
	write_foot(p->r, &foot);
	size_t used =
	    size_of(buf_str(out)) + 1 + size_of(buf_str(&fixed)) + size_of(buf_str(&foot));
	size_t rows = fitting(&p->row, minus(max, used));
	if (used + (rows < p->row.n ? NOTE_ROOM : 0) > max)
		buf_addf(out,
			 " (more than %zu characters: what is blocked or lets devices re-enrol is "
			 "never cut)",
			 max);
	buf_addc(out, '\n');
	buf_add(out, buf_str(&fixed), fixed.len);
	write_pieces(&p->row, rows, "rows", out);
	size_t room = minus(max, used + p->row.size); /* none, when rows are missing */
	if (p->detail.size <= room || room >= NOTE_ROOM)
		write_pieces(&p->detail, fitting(&p->detail, room), "lists of steps", out);
	buf_add(out, buf_str(&foot), foot.len);
	buf_release(&fixed);
	buf_release(&foot);
}

void plan_markdown(const struct plan_report *r, size_t max, struct buf *out)
{
	struct page p = { .r = r, .scratch = BUF_INIT(TEXT_MAX) };

	add_stops(&p,
		  "Shared manifests\n\nThey have errors: nothing that depends on them is "
		  "written.",
		  r->shared, r->n_shared);
	add_stops(&p,
		  "In quarantine\n\nTheir manifests have errors: nothing is written for these "
		  "tenants.",
		  r->stop, r->n_stop);
	add_tenants(&p);
	write_page(&p, max, out);
	buf_release(&p.scratch);
	arena_release(&p.mem);
}
