/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Findings for people: what is wrong, the line with the very place underlined, what belongs to it,
 * and the suggestion. The source is shown escaped and behind a margin, so that nothing in it can
 * act on a terminal or a CI system.
 */
#include "schema/emit/emit.h"

#include <string.h>

#include "schema/base/text.h"
#include "schema/emit/place.h"

/* Of a long line only the part around the place is shown. */
enum { FRAME_COLS = 100, FRAME_BEFORE = 40, TAB_COLS = 4 };

/* East Asian wide characters and emoji take two columns (Unicode, UAX #11), marks none. */
static unsigned width(int32_t c)
{
	static const struct {
		int32_t from, to;
		unsigned cols;
	} ranges[] = {
		{ 0x0300, 0x036f, 0 },   { 0x1100, 0x115f, 2 },   { 0x2e80, 0x303e, 2 },
		{ 0x3041, 0xa4cf, 2 },   { 0xac00, 0xd7a3, 2 },   { 0xf900, 0xfaff, 2 },
		{ 0xfe00, 0xfe0f, 0 },   { 0xfe30, 0xfe6f, 2 },   { 0xff00, 0xff60, 2 },
		{ 0xffe0, 0xffe6, 2 },   { 0x1f300, 0x1f64f, 2 }, { 0x1f900, 0x1f9ff, 2 },
		{ 0x20000, 0x3fffd, 2 },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].from && c <= ranges[i].to)
			return ranges[i].cols;
	return 1;
}

/* Adds one character as it is shown and returns how many columns it takes. */
static unsigned show(struct buf *out, int32_t c, const char *bytes, size_t n)
{
	size_t before = out->len;

	if (c == '\t') {
		buf_addf(out, "%*s", TAB_COLS, "");
		return TAB_COLS;
	}
	text_escape_terminal(out, bytes, n);
	if (out->len - before == n && n > 1)
		return width(c);
	return (unsigned)(out->len - before);
}

/* The shown part of a line, and where in it the underline is. */
struct frame {
	struct buf source;
	unsigned indent, length;
};

static void frame_build(struct frame *fr, const char *line, size_t len, struct span at)
{
	uint32_t end = at.end_line == at.line ? at.end_col : UINT32_MAX, col = 1;
	uint32_t from = at.col > FRAME_COLS - FRAME_BEFORE ? at.col - FRAME_BEFORE : 1;

	if (from > 1) {
		buf_adds(&fr->source, "...");
		fr->indent = 3;
	}
	for (size_t i = 0; i < len; col++) {
		size_t start = i;
		int32_t c = text_utf8_next(line, len, &i);
		if (col < from)
			continue;
		if (col >= from + FRAME_COLS) {
			buf_adds(&fr->source, "...");
			break;
		}
		unsigned cols = show(&fr->source, c, line + start, i - start);
		if (col < at.col)
			fr->indent += cols;
		else if (col < end)
			fr->length += cols;
	}
	if (!fr->length) /* behind the end of the line, or an empty place */
		fr->length = 1;
}

static void repeat(struct buf *out, char c, unsigned n)
{
	while (n-- > 0)
		buf_addc(out, c);
}

static unsigned digits(uint32_t n)
{
	unsigned d = 1;

	while (n >= 10) {
		n /= 10;
		d++;
	}
	return d;
}

static void code_frame(struct buf *out, const struct finding *f, const struct source_lines *src,
		       unsigned margin, unsigned flags)
{
	size_t len = 0;
	const char *line = src && src->line && f->file && f->at.line ?
				   src->line(src->self, f->file, f->at.line, &len) :
				   NULL;
	struct frame fr = { .source = BUF_INIT(FRAME_COLS * 10 + 8) };

	if (!line)
		return;
	frame_build(&fr, line, len, f->at);
	buf_addf(out, "%*s |\n%u | %s\n%*s | ", (int)margin, "", f->at.line, buf_str(&fr.source),
		 (int)margin, "");
	repeat(out, ' ', fr.indent);
	buf_adds(out, flags & EMIT_COLOUR ? place_colour(f->level) : "");
	repeat(out, '^', fr.length);
	buf_adds(out, flags & EMIT_COLOUR ? "\033[0m\n" : "\n");
	buf_release(&fr.source);
}

static void related(struct buf *out, const struct related *r, unsigned margin)
{
	buf_addf(out, "%*s = ", (int)margin, "");
	place_add(out, r->file, r->at);
	text_escape_terminal(out, r->text, strlen(r->text));
	buf_addc(out, '\n');
}

static void fix(struct buf *out, const struct edit *e, unsigned margin)
{
	bool inserts = e->at.line == e->at.end_line && e->at.col == e->at.end_col;

	buf_addf(out, "%*s = fix: ", (int)margin, "");
	text_escape_terminal(out, e->title, strlen(e->title));
	if (!e->text[0]) {
		buf_adds(out, " (remove it)\n");
		return;
	}
	/* What holds quotes needs no more of them: they are to be written. */
	const char *quote = strchr(e->text, '"') ? "" : "\"";
	buf_addf(out, " (%s %s", inserts ? "insert" : "write", quote);
	text_escape_terminal(out, e->text, strlen(e->text));
	buf_addf(out, "%s)\n", quote);
}

static void finding(struct buf *out, const struct finding *f, const struct source_lines *src,
		    unsigned flags)
{
	unsigned margin = f->at.line ? digits(f->at.line) : 1;

	emit_finding_line(out, f, flags);
	buf_addc(out, '\n');
	code_frame(out, f, src, margin, flags);
	for (size_t i = 0; i < f->n_related; i++)
		related(out, &f->related[i], margin);
	if (f->fix)
		fix(out, f->fix, margin);
	buf_addc(out, '\n');
}

static void count(struct buf *out, size_t n, const char *what)
{
	buf_addf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

/* "40 documents: 2 errors, 1 warning, 0 notes, 3 ignored" */
static void summary(struct buf *out, const struct lint_report *r)
{
	count(out, r->documents, "document");
	buf_adds(out, ": ");
	count(out, r->findings->n_level[LEVEL_ERROR], "error");
	buf_adds(out, ", ");
	count(out, r->findings->n_level[LEVEL_WARNING], "warning");
	buf_adds(out, ", ");
	count(out, r->findings->n_level[LEVEL_NOTE], "note");
	if (r->ignored)
		buf_addf(out, ", %zu ignored", r->ignored);
	buf_addc(out, '\n');
}

void emit_lint_text(struct buf *out, const struct lint_report *r, const struct source_lines *src,
		    unsigned flags)
{
	for (size_t i = 0; i < r->findings->n; i++)
		finding(out, &r->findings->item[i], src, flags);
	for (size_t i = 0; i < r->n_skipped; i++) {
		buf_adds(out, "not checked: ");
		text_escape_terminal(out, r->skipped[i].reason, strlen(r->skipped[i].reason));
		buf_addf(out, " [%s]\n", r->skipped[i].code);
	}
	summary(out, r);
}
