/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/report/plan_danger.h"

#include "schema/base/text.h"

enum { TEXT_MAX = 64 << 20, REST_ROOM = 60 };

#define SHORTENED                                                                                  \
	"\n*Shortened to fit: all of it is counted here, and `apnsctl plan` shows all of it, as in " \
	"the log of the job.*\n"

/* Text about so many policies or steps, which stands or goes as a whole. */
struct line {
	const char *text;
	size_t size, n;
};

struct section {
	const char *title, *one, *many;
	struct line *line;
	size_t n, cap;
	size_t size; /* with the title */
};

size_t markdown_size(const char *text)
{
	size_t n = 0;

	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		n += (size_t)((*c & 0xc0) != 0x80) + (*c >= 0xf0);
	return n;
}

void markdown_step(const struct kept_step *s, struct buf *out)
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

static bool is_blocked(const struct kept_step *s)
{
	return text_eq(kept_state(s), step_state_word(STEP_BLOCKED));
}

/* Takes what stands in `scratch`. */
static void end_line(struct section *s, size_t n, struct arena *mem, struct buf *scratch)
{
	const char *text = arena_strdup(mem, buf_str(scratch));
	struct line *l = arena_push(mem, &s->line, &s->n, &s->cap, sizeof(*l));

	if (s->n == 1)
		s->size = markdown_size(s->title);
	*l = (struct line){ text, markdown_size(text), n };
	s->size += l->size;
	buf_clear(scratch);
}

static void add_blasts(struct section *s, const struct blast *b, size_t n, size_t names,
		       struct arena *mem, struct buf *scratch)
{
	for (size_t i = 0; i < n; i++) {
		buf_adds(scratch, "- ");
		text_escape_markdown(scratch, blast_sentence(&b[i], names, mem));
		buf_addc(scratch, '\n');
		end_line(s, b[i].n, mem, scratch);
	}
}

static void add_blocked_whole(struct section *s, const struct plan_report *r, struct arena *mem,
			      struct buf *scratch)
{
	for (size_t i = 0; i < r->n_step; i++) {
		if (!is_blocked(&r->step[i]))
			continue;
		markdown_step(&r->step[i], scratch);
		end_line(s, 1, mem, scratch);
	}
}

/* "acme: 3 steps: ChangeTopic:…, ChangeTopic:… and 1 more" */
static void add_blocked(struct section *s, const struct plan_report *r, size_t names,
			struct arena *mem, struct buf *scratch)
{
	struct buf ids = BUF_INIT(TEXT_MAX);
	size_t n = 0;

	for (size_t i = 0; i < r->n_step; i++) {
		const char *tenant = kept_tenant(&r->step[i]);
		bool last = i + 1 == r->n_step || !text_eq(kept_tenant(&r->step[i + 1]), tenant);
		if (is_blocked(&r->step[i]) && n++ < names) {
			buf_adds(&ids, n > 1 ? ", " : "");
			text_escape_markdown(&ids, r->step[i].id);
		}
		if (!last || !n)
			continue;
		buf_adds(scratch, "- **");
		text_escape_markdown(scratch, tenant);
		buf_addf(scratch, "**: %zu step%s: %s", n, n == 1 ? "" : "s", buf_str(&ids));
		if (n > names)
			buf_addf(scratch, " and %zu more", n - names);
		buf_addc(scratch, '\n');
		end_line(s, n, mem, scratch);
		buf_clear(&ids);
		n = 0;
	}
	buf_release(&ids);
}

static void write_gates(const struct plan_report *r, struct buf *out)
{
	const struct gate_result *g = r->gates;
	bool held = false;

	for (size_t i = 0; i < r->n_step; i++)
		held |= r->step[i].gate != GATE_None;
	for (int i = 1; held && g && i < GATE_MAX; i++)
		if (g->counted[i] && !g->open[i])
			buf_addf(
			    out,
			    "- The gate %s holds the change of %zu object%s; when all of it is "
			    "meant, let it through once with `apnsctl reconcile --override "
			    "%s@%s`.\n",
			    gate_word((enum gate)i), g->counted[i], g->counted[i] == 1 ? "" : "s",
			    gate_word((enum gate)i), g->hash[i]);
}

static void write_section(const struct section *s, size_t room, struct buf *out)
{
	size_t used = s->size <= room ? 0 : markdown_size(s->title) + REST_ROOM, rest = 0;

	if (s->n)
		buf_adds(out, s->title);
	for (size_t i = 0; i < s->n; i++) {
		used += s->line[i].size;
		if (used <= room)
			buf_adds(out, s->line[i].text);
		else
			rest += s->line[i].n;
	}
	if (rest)
		buf_addf(out, "- and %zu more %s\n", rest, rest == 1 ? s->one : s->many);
}

/* The worse section gets half of the room, and what the other one leaves. */
static void write_both(const struct section *blasts, const struct section *blocked, size_t room,
		       struct buf *out)
{
	size_t half = room / 2, left = room > blocked->size ? room - blocked->size : 0;
	size_t before = markdown_size(buf_str(out));

	write_section(blasts, left > half ? left : half, out);
	write_section(blocked, room - (markdown_size(buf_str(out)) - before), out);
}

void plan_danger(const struct plan_report *r, size_t room, struct arena *mem, struct buf *out)
{
	static const size_t names[] = { SIZE_MAX, 16, 4, 1 }; /* for each tenant */
	struct buf gates = BUF_INIT(TEXT_MAX), scratch = BUF_INIT(TEXT_MAX);
	struct section blasts, blocked;
	size_t n, level = 0;
	const struct blast *b = plan_blasts(r, mem, &n);

	write_gates(r, &gates);
	room -= gates.len;
	do {
		blasts = (struct section){ .title = "\n### Devices must be enrolled again\n\n",
					   .one = "policy",
					   .many = "policies" };
		blocked = (struct section){ .title = "\n### Blocked\n\n",
					    .one = "step",
					    .many = "steps" };
		add_blasts(&blasts, b, n, names[level], mem, &scratch);
		if (level)
			add_blocked(&blocked, r, names[level], mem, &scratch);
		else
			add_blocked_whole(&blocked, r, mem, &scratch);
		if (level == 1) {
			buf_adds(out, SHORTENED);
			room -= markdown_size(SHORTENED);
		}
	} while (blasts.size + blocked.size > room && ++level < sizeof(names) / sizeof(names[0]));
	write_both(&blasts, &blocked, room, out);
	buf_add(out, buf_str(&gates), gates.len);
	buf_release(&gates);
	buf_release(&scratch);
}
