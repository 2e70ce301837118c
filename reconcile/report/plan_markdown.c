/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plan as Markdown within a budget. It is cut between pieces that are whole by themselves, so
 * that what is left is never broken markup. Everything that somebody wrote is escaped.
 */
#include <stdlib.h>

#include "reconcile/report/plan_danger.h"
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
	size_t *next;       /* of each step: the next one of its object, or the number of steps */
	bool *is_next;      /* it follows another step of its object */
};

static void end_piece(struct page *p, struct pieces *to)
{
	const char *text = arena_strdup(&p->mem, buf_str(&p->scratch));
	struct piece *one = arena_push(&p->mem, &to->item, &to->n, &to->cap, sizeof(*one));

	*one = (struct piece){ text, markdown_size(text) };
	to->size += one->size;
	buf_clear(&p->scratch);
}

static void add_stops(struct page *p)
{
	const struct plan_report *r = p->r;

	for (size_t i = 0; i < r->n_stop; i++) {
		const struct plan_stop *s = &r->stop[i];
		if (!i)
			buf_adds(&p->scratch, "\n### In quarantine\n\nTheir manifests have errors: "
					      "nothing is written for these tenants.\n\n");
		buf_adds(&p->scratch, "- **");
		text_escape_markdown(&p->scratch, s->tenant);
		buf_adds(&p->scratch, "**: ");
		text_escape_markdown(&p->scratch, s->file ? s->file : "");
		if (s->line)
			buf_addf(&p->scratch, "\\:%u", s->line);
		buf_adds(&p->scratch, s->file ? "\\: " : "");
		text_escape_markdown(&p->scratch, s->message);
		buf_addc(&p->scratch, '\n');
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

/* By object, and of one object in their order; they stand in one array. */
static int by_object(const void *x, const void *y)
{
	const struct kept_step *a = *(const struct kept_step *const *)x;
	const struct kept_step *b = *(const struct kept_step *const *)y;
	int c = ref_cmp(&a->on, &b->on);

	return c ? c : (a > b) - (a < b);
}

static void link_steps(struct page *p)
{
	const struct plan_report *r = p->r;
	const struct kept_step **all = arena_array(&p->mem, r->n_step + 1, sizeof(*all));

	p->next = arena_array(&p->mem, r->n_step + 1, sizeof(*p->next));
	p->is_next = arena_array(&p->mem, r->n_step + 1, sizeof(*p->is_next));
	for (size_t i = 0; i < r->n_step; i++)
		all[i] = &r->step[i];
	if (r->n_step)
		qsort(all, r->n_step, sizeof(*all), by_object);
	for (size_t i = 0; i < r->n_step; i++) {
		bool more = i + 1 < r->n_step && !ref_cmp(&all[i]->on, &all[i + 1]->on);
		p->next[all[i] - r->step] = more ? (size_t)(all[i + 1] - r->step) : r->n_step;
		if (more)
			p->is_next[all[i + 1] - r->step] = true;
	}
}

/* What the controller does with one object: the words of its steps. */
static void controller_cell(const struct page *p, size_t at, struct buf *out)
{
	const char *before = "";

	for (size_t i = at; i < p->r->n_step; i = p->next[i]) {
		const struct kept_step *s = &p->r->step[i];
		if (text_eq(s->state, step_state_word(STEP_ASK)))
			continue;
		bool blocked = text_eq(kept_state(s), step_state_word(STEP_BLOCKED));
		buf_addf(out, "%s%s%s", before, blocked ? "BLOCKED " : "", s->action);
		before = ", ";
	}
	buf_adds(out, *before ? " | " : "– | ");
}

static void person_cell(struct page *p, size_t at, struct buf *out)
{
	const char *before = "";

	for (size_t i = at; i < p->r->n_step; i = p->next[i]) {
		const struct kept_step *s = &p->r->step[i];
		if (s->next.action == NEXT_None)
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
		if (p->is_next[i])
			continue;
		if (i == from) {
			buf_adds(out, "\n#### ");
			text_escape_markdown(out, kept_tenant(s));
			buf_adds(out, "\n\n| Object | Controller | Person |\n|---|---|---|\n");
		}
		buf_adds(out, "| ");
		text_escape_markdown(out, ref_text(&p->mem, &s->on));
		buf_adds(out, " | ");
		controller_cell(p, i, out);
		person_cell(p, i, out);
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
		markdown_step(&s[i], out);
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
	struct buf foot = BUF_INIT(TEXT_MAX);

	buf_addf(out, "<!-- apnsctl:plan -->\n**apnsctl plan: %s**\n",
		 plan_verdict(p->r, &p->mem));
	write_foot(p->r, &foot);
	size_t room = minus(max, markdown_size(buf_str(out)) + markdown_size(buf_str(&foot)));
	size_t before = out->len;
	plan_danger(p->r, minus(room, p->row.n ? NOTE_ROOM : 0), &p->mem, out);
	room = minus(room, markdown_size(buf_str(out) + before));
	write_pieces(&p->row, fitting(&p->row, room), "rows", out);
	room = minus(room, p->row.size); /* none, when rows are missing */
	if (p->detail.size <= room || room >= NOTE_ROOM)
		write_pieces(&p->detail, fitting(&p->detail, room), "lists of steps", out);
	buf_add(out, buf_str(&foot), foot.len);
	buf_release(&foot);
}

void plan_markdown(const struct plan_report *r, size_t max, struct buf *out)
{
	struct page p = { .r = r, .scratch = BUF_INIT(TEXT_MAX) };
	size_t budget = max < PLAN_MARKDOWN_MIN ? PLAN_MARKDOWN_MIN : max;

	link_steps(&p);
	add_stops(&p);
	add_tenants(&p);
	write_page(&p, budget, out);
	buf_release(&p.scratch);
	arena_release(&p.mem);
}
