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

/*
 * Of a long line only the part around the place is shown: FRAME_COLS columns, of which two fifths
 * are before the place. On a terminal it is what the margin and two "..." leave, and FRAME_MIN.
 */
enum { FRAME_COLS = 100, FRAME_MIN = 20, TAB_COLS = 4, FRAME_BORDER = 3 + 2 * 3 };

/* Marks take no column, but there is no end to how many a letter may have. */
#define FRAME_BYTES(cols) ((size_t)(cols)*16)

/* East Asian wide characters and emoji take two columns (Unicode, UAX #11), marks none. */
static unsigned width(int32_t c)
{
	static const struct {
		int32_t from, to;
		unsigned cols;
	} ranges[] = {
		{ 0x0300, 0x036f, 0 },   { 0x0483, 0x0489, 0 },   { 0x0591, 0x05bd, 0 },
		{ 0x0610, 0x061a, 0 },   { 0x064b, 0x065f, 0 },   { 0x06d6, 0x06dc, 0 },
		{ 0x0e34, 0x0e3a, 0 },   { 0x0e47, 0x0e4e, 0 },   { 0x1100, 0x115f, 2 },
		{ 0x1160, 0x11ff, 0 },   { 0x1ab0, 0x1aff, 0 },   { 0x1dc0, 0x1dff, 0 },
		{ 0x20d0, 0x20ff, 0 },   { 0x2e80, 0x303e, 2 },   { 0x3041, 0x3098, 2 },
		{ 0x3099, 0x309a, 0 },   { 0x309b, 0xa4cf, 2 },   { 0xa960, 0xa97c, 2 },
		{ 0xac00, 0xd7a3, 2 },   { 0xf900, 0xfaff, 2 },   { 0xfe00, 0xfe0f, 0 },
		{ 0xfe20, 0xfe2f, 0 },   { 0xfe30, 0xfe6f, 2 },   { 0xff00, 0xff60, 2 },
		{ 0xffe0, 0xffe6, 2 },   { 0x1f300, 0x1f64f, 2 }, { 0x1f680, 0x1f6ff, 2 },
		{ 0x1f900, 0x1faff, 2 }, { 0x20000, 0x3fffd, 2 },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].from && c <= ranges[i].to)
			return ranges[i].cols;
	return 1;
}

/*
 * Adds one character of a line as it is shown, or nothing when `out` is NULL; returns how many
 * columns it takes. `*i` moves behind it.
 */
static unsigned show(struct buf *out, const char *line, size_t len, size_t *i)
{
	char bytes[16];
	struct buf escaped = { .data = bytes, .cap = sizeof(bytes), .max = sizeof(bytes) - 1 };
	const char *at = line + *i;
	size_t from = *i;

	if (text_plain(at, 1)) {
		if (out)
			buf_addc(out, *at);
		++*i;
		return 1;
	}
	int32_t c = text_utf8_next(line, len, i);
	if (c == '\t') {
		if (out)
			buf_addf(out, "%*s", TAB_COLS, "");
		return TAB_COLS;
	}
	if (c == '#' && text_is_log_command(at, len - from))
		buf_adds(&escaped, "\\x23");
	else
		text_escape_terminal(&escaped, at, *i - from);
	if (out)
		buf_add(out, bytes, escaped.len);
	return escaped.len == *i - from && escaped.len > 1 ? width(c) : (unsigned)escaped.len;
}

/* The shown part of a line, and where in it the underline is. */
struct frame {
	struct buf source;
	unsigned indent, length;
	uint32_t col; /* of the source, the last that was looked at */
};

struct style {
	unsigned margin, columns, flags;
};

/* How many columns of the line are not shown, so that the place is. */
static size_t hidden(const char *line, size_t len, uint32_t col, unsigned cols)
{
	size_t before = 0, behind = 0, i = 0;

	for (uint32_t c = 1; c < col && i < len; c++)
		before += show(NULL, line, len, &i);
	while (i < len && before + behind <= cols)
		behind += show(NULL, line, len, &i);
	if (before + behind <= cols || before <= cols - cols / 5 * 2)
		return 0;
	return before - cols / 5 * 2;
}

static void frame_build(struct frame *fr, const char *line, size_t len, struct span at,
			unsigned cols)
{
	uint32_t end = at.end_line == at.line ? at.end_col : UINT32_MAX;
	size_t hide = hidden(line, len, at.col, cols), from = 0, shown = 0;

	if (hide) {
		buf_adds(&fr->source, "...");
		fr->indent = 3;
	}
	for (size_t i = 0, next = 0; i < len; i = next) {
		uint32_t col = ++fr->col;
		unsigned n = show(NULL, line, len, &next);
		if (from < hide || (hide && !shown && !n)) { /* no mark without its letter */
			from += n;
			continue;
		}
		if (shown + n > cols || fr->source.len > FRAME_BYTES(cols)) {
			buf_adds(&fr->source, "...");
			break;
		}
		next = i;
		shown += show(&fr->source, line, len, &next);
		if (col < at.col)
			fr->indent += n;
		else if (col < end)
			fr->length += n;
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

static unsigned frame_cols(unsigned columns, unsigned margin)
{
	if (!columns)
		return FRAME_COLS;
	return columns > margin + FRAME_BORDER + FRAME_MIN ? columns - margin - FRAME_BORDER :
							     FRAME_MIN;
}

static void code_frame(struct buf *out, const struct lint_report *r, const struct finding *f,
		       const struct style *s)
{
	size_t len = 0;
	const char *line = place_line(r, f->file, f->at.line, &len);
	unsigned cols = frame_cols(s->columns, s->margin);
	struct frame fr = { .source = BUF_INIT(FRAME_BYTES(cols) + 64) };

	if (!line)
		return;
	frame_build(&fr, line, len, f->at, cols);
	buf_addf(out, "%*s |\n%u | %s\n%*s | ", (int)s->margin, "", f->at.line, buf_str(&fr.source),
		 (int)s->margin, "");
	repeat(out, ' ', fr.indent);
	buf_adds(out, s->flags & EMIT_COLOUR ? place_colour(f->level) : "");
	repeat(out, '^', fr.length);
	buf_adds(out, s->flags & EMIT_COLOUR ? "\033[0m\n" : "\n");
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
		buf_adds(out, strcmp(e->title, "remove it") ? " (remove it)\n" : "\n");
		return;
	}
	/* What holds quotes needs no more of them: they are to be written. */
	const char *quote = strchr(e->text, '"') ? "" : "\"";
	buf_addf(out, " (%s %s", inserts ? "insert" : "write", quote);
	text_escape_terminal(out, e->text, strlen(e->text));
	buf_addf(out, "%s)\n", quote);
}

static void finding(struct buf *out, const struct lint_report *r, const struct finding *f,
		    unsigned columns, unsigned flags)
{
	struct style s = { f->at.line ? digits(f->at.line) : 1, columns, flags };

	emit_finding_line(out, f, flags);
	buf_addc(out, '\n');
	code_frame(out, r, f, &s);
	for (size_t i = 0; i < f->n_related; i++)
		related(out, &f->related[i], s.margin);
	if (f->fix)
		fix(out, f->fix, s.margin);
	buf_addc(out, '\n');
}

void emit_lint_text(struct buf *out, const struct lint_report *r, unsigned columns, unsigned flags)
{
	for (size_t i = 0; i < r->findings->n; i++)
		finding(out, r, &r->findings->item[i], columns, flags);
	for (size_t i = 0; i < r->n_skipped; i++) {
		buf_adds(out, "not checked: ");
		text_escape_terminal(out, r->skipped[i].reason, strlen(r->skipped[i].reason));
		buf_addf(out, " [%s]\n", r->skipped[i].code);
	}
	place_counts(out, r);
	buf_addc(out, '\n');
}
