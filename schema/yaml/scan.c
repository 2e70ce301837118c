/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/yaml/scan.h"

#include <stdio.h>
#include <string.h>

#include "schema/base/lookalike.h"
#include "schema/base/text.h"
#include "schema/yaml/doc.h"

/* Unicode: Bidi_Control, Default_Ignorable_Code_Point (without variation selectors, which emoji
 * need), and the fillers that look like nothing. */
static const struct {
	int32_t first, last;
	const char *name;
} invisible[] = {
	{ 0xad, 0xad, "soft hyphen" },
	{ 0x61c, 0x61c, "Arabic letter mark" },
	{ 0x115f, 0x1160, "Hangul filler" },
	{ 0x180e, 0x180e, "Mongolian vowel separator" },
	{ 0x200b, 0x200b, "zero width space" },
	{ 0x200c, 0x200c, "zero width non-joiner" },
	{ 0x200d, 0x200d, "zero width joiner" },
	{ 0x200e, 0x200e, "left-to-right mark" },
	{ 0x200f, 0x200f, "right-to-left mark" },
	{ 0x202a, 0x202a, "left-to-right embedding" },
	{ 0x202b, 0x202b, "right-to-left embedding" },
	{ 0x202c, 0x202c, "pop directional formatting" },
	{ 0x202d, 0x202d, "left-to-right override" },
	{ 0x202e, 0x202e, "right-to-left override" },
	{ 0x2060, 0x2060, "word joiner" },
	{ 0x2061, 0x2065, "invisible operator" },
	{ 0x2066, 0x2066, "left-to-right isolate" },
	{ 0x2067, 0x2067, "right-to-left isolate" },
	{ 0x2068, 0x2068, "first strong isolate" },
	{ 0x2069, 0x2069, "pop directional isolate" },
	{ 0x206a, 0x206f, "deprecated formatting character" },
	{ 0x3164, 0x3164, "Hangul filler" },
	{ 0xffa0, 0xffa0, "halfwidth Hangul filler" },
	{ 0xfff9, 0xfffb, "interlinear annotation" },
	{ 0xe0000, 0xe00ff, "tag character" },
	{ 0xe01f0, 0xe0fff, "tag character" },
};

static const char *invisible_name(int32_t c)
{
	for (size_t i = 0; i < sizeof(invisible) / sizeof(invisible[0]); i++)
		if (c <= invisible[i].last)
			return c >= invisible[i].first ? invisible[i].name : NULL;
	return NULL;
}

unsigned yaml_character_rule(int32_t c)
{
	if (c == 0x85 || c == 0x2028 || c == 0x2029)
		return RULE_LINE_BREAK;
	if (c == 0xfeff)
		return RULE_NOT_UTF8;
	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c & 0xfffe) == 0xfffe)
		return RULE_CONTROL_CHARACTER;
	return invisible_name(c) ? RULE_BIDI_CHARACTER : 0;
}

static const char *other_name(int32_t c)
{
	switch (c) {
	case 0:
		return "NUL";
	case 0x1b:
		return "escape";
	case 0x7f:
		return "delete";
	case 0x85:
		return "next line";
	case 0x2028:
		return "line separator";
	case 0x2029:
		return "paragraph separator";
	case 0xfeff:
		return "byte order mark";
	default:
		return NULL;
	}
}

const char *yaml_character_text(int32_t c, char text[64])
{
	const char *name = invisible_name(c);

	if (!name)
		name = other_name(c);
	if (name)
		snprintf(text, 64, "U+%04X (%s)", (unsigned)c, name);
	else
		snprintf(text, 64, "U+%04X", (unsigned)c);
	return text;
}

uint32_t yaml_columns(const char *s, size_t len)
{
	uint32_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return n;
}

/* Bytes of the line without its line break; `line` counts from 0. */
static size_t line_bytes(const struct yaml_scan *s, size_t line)
{
	size_t from = s->line[line], to = s->line[line + 1];

	if (to > from && s->bytes[to - 1] == '\n')
		to--;
	if (to > from && s->bytes[to - 1] == '\r')
		to--;
	return to - from;
}

const char *yaml_scan_line(const struct yaml_scan *s, uint32_t line, size_t *len)
{
	*len = 0;
	if (line < 1 || line > s->n_line)
		return "";
	*len = line_bytes(s, line - 1);
	return s->bytes + s->line[line - 1];
}

size_t yaml_scan_offset(const struct yaml_scan *s, uint32_t line, uint32_t col)
{
	size_t len, at = 0;
	const char *p = yaml_scan_line(s, line, &len);

	if (line > s->n_line)
		return s->len;
	for (; at < len && col > 1; col--)
		if ((unsigned char)p[at] < 0x80)
			at++;
		else
			text_utf8_next(p, len, &at);
	return (size_t)(p - s->bytes) + at;
}

/* The line (from 0) that holds the byte. */
static size_t line_of(const struct yaml_scan *s, size_t at)
{
	size_t low = 0, high = s->n_line;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;
		if (s->line[mid] <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

struct span yaml_scan_span(const struct yaml_scan *s, size_t from, size_t to)
{
	size_t first = line_of(s, from), last = line_of(s, to > from ? to - 1 : from);
	const char *p = s->bytes;

	return (struct span){
		.line = (uint32_t)first + 1,
		.col = yaml_columns(p + s->line[first], from - s->line[first]) + 1,
		.end_line = (uint32_t)last + 1,
		.end_col = yaml_columns(p + s->line[last], to - s->line[last]) + 1,
	};
}

static void refuse(struct yaml_scan *s, struct findings *fs, enum rule_code rule, const char *why)
{
	finding_add(fs, rule, s->path, (struct span){ 0 }, "%s", why);
	s->refused = true;
}

/* Real manifests are far below; what is not would cost more time than it is worth. */
static void refuse_crowd(struct yaml_scan *s, struct findings *fs)
{
	uint32_t n = (uint32_t)s->n_line;
	bool lines = n > YAML_LINES_MAX;

	finding_add(fs, RULE_FILE_TOO_LARGE, s->path, (struct span){ n, 1, n, 2 },
		    "the file has more than %d %s; split it into smaller ones",
		    lines ? YAML_LINES_MAX : YAML_DOCUMENTS_MAX, lines ? "lines" : "documents");
	s->refused = true;
}

static void push_line(struct yaml_scan *s, struct arena *mem, size_t at)
{
	if (s->n_line == s->cap_line) {
		size_t cap = s->cap_line ? s->cap_line * 4 : 64;
		uint32_t *more = arena_array(mem, cap + 1, sizeof(*more));
		if (s->n_line)
			memcpy(more, s->line, s->n_line * sizeof(*more));
		s->line = more;
		s->cap_line = cap;
	}
	s->line[s->n_line++] = (uint32_t)at;
}

static void push_part(struct yaml_scan *s, struct arena *mem)
{
	struct yaml_part *p = arena_push(mem, &s->part, &s->n_part, &s->cap_part, sizeof(*p));

	p->line = (uint32_t)s->n_line;
}

/* True when all bytes are printable ASCII: the common case, eight bytes at a time. */
static bool is_plain(const char *s, size_t len)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones * 0x80;
	uint64_t bad = 0, w;
	size_t i = 0;

	for (; i + 8 <= len; i += 8) {
		memcpy(&w, s + i, 8);
		uint64_t is_del = w ^ ones * 0x7f;
		bad |= w | (w - ones * 0x20) | ((is_del - ones) & ~is_del);
	}
	for (; i < len; i++)
		if ((unsigned char)s[i] - 0x20u >= 0x5f)
			return false;
	return !(bad & tops);
}

/* One line that is not plain: decodes it and tells of what must not be there. */
struct careful {
	struct yaml_scan *scan;
	struct findings *fs;
	bool broke_line; /* one finding a line about line breaks: a file may have no other */
};

static unsigned rule_here(int32_t code)
{
	if (code < 0)
		return RULE_NOT_UTF8;
	if (code == '\r')
		return RULE_LINE_BREAK;
	return code == '\t' ? 0 : yaml_character_rule(code);
}

/* True for what changes the order in which text is shown: without it another text is seen. */
static bool reorders(int32_t c)
{
	return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* `code` is -1 for a byte that is not UTF-8; then `byte` is that byte. */
static void tell(struct careful *c, struct span at, unsigned rule, int32_t code, unsigned char byte)
{
	struct findings *fs = c->fs;
	const char *path = c->scan->path;
	char name[64];

	yaml_character_text(code, name);
	if (code < 0) {
		finding_add(fs, rule, path, at,
			    "the byte 0x%02X is not UTF-8; save the file as UTF-8", byte);
	} else if (rule == RULE_LINE_BREAK) {
		if (!c->broke_line)
			finding_add(fs, rule, path, at,
				    "%s is a line break for YAML but for no editor; "
				    "end lines with LF",
				    code == '\r' ? "a carriage return without a line feed" : name);
		c->broke_line = true;
	} else {
		struct finding *f =
		    finding_add(fs, rule, path, at, "%s%s stands %s; remove it",
				rule == RULE_BIDI_CHARACTER      ? "the invisible character "
				: rule == RULE_CONTROL_CHARACTER ? "the control character "
								 : "",
				name, rule == RULE_NOT_UTF8 ? "inside the file" : "here");
		if (rule != RULE_CONTROL_CHARACTER && !reorders(code))
			finding_suggest(fs, f, at, "", "remove it");
	}
}

/* Stops where the findings of the file are full: then nobody wants the rest. */
static void scan_carefully(struct yaml_scan *s, struct findings *fs, const char *line, size_t len)
{
	struct careful c = { .scan = s, .fs = fs };
	struct yaml_part *part = &s->part[s->n_part - 1];
	struct span at = { .line = (uint32_t)s->n_line, .end_line = (uint32_t)s->n_line };
	uint32_t col = 1;

	for (size_t i = 0; i < len && !findings_full(fs, s->path);) {
		unsigned char byte = (unsigned char)line[i];
		at.col = col++;
		int32_t code = text_utf8_next(line, len, &i);
		unsigned rule = rule_here(code);
		if (!rule)
			continue;
		/* A run of the same character, or of bad bytes, is one finding. */
		for (size_t next = i; next < len; i = next, col++)
			if (text_utf8_next(line, len, &next) != code)
				break;
		at.end_col = col;
		part->unreadable |= rule != RULE_BIDI_CHARACTER;
		part->invisible |= rule == RULE_BIDI_CHARACTER;
		tell(&c, at, rule, code, byte);
	}
	s->refused |= findings_full(fs, s->path);
}

static bool starts_document(const char *line, size_t len)
{
	return len >= 3 && line[0] == '-' && line[1] == '-' && line[2] == '-' &&
	       (len == 3 || line[3] == ' ' || line[3] == '\t' || line[3] == '\r');
}

/* A finding for the whole document: what follows from it would be told again and again. */
static struct finding *refuse_part(struct yaml_scan *s, struct findings *fs, struct span at,
				   const char *why)
{
	s->part[s->n_part - 1].unreadable = true;
	return finding_add(fs, RULE_YAML_SYNTAX, s->path, at, "%s", why);
}

/* "--- text": legal, and read by nobody as the start of a document. */
static void check_start(struct yaml_scan *s, struct findings *fs, const char *line, size_t len)
{
	uint32_t n = (uint32_t)s->n_line;
	size_t from = 3;

	while (from < len && (line[from] == ' ' || line[from] == '\t'))
		from++;
	if (from >= len || line[from] == '#')
		return;
	refuse_part(s, fs,
		    (struct span){ n, (uint32_t)from + 1, n,
				   (uint32_t)from + 1 + yaml_columns(line + from, len - from) },
		    "text stands on the line of \"---\"; put it on the next line");
}

/*
 * What Git leaves in a file whose merge is not finished: seven of one character, then a blank or
 * the end of the line. Of the marks of one conflict the first is told.
 */
static void check_conflict(struct yaml_scan *s, struct findings *fs, const char *line, size_t len)
{
	uint32_t n = (uint32_t)s->n_line;
	size_t run = 1;

	while (run < len && line[run] == line[0])
		run++;
	if (run != 7 || (len > run && line[run] != ' '))
		return;
	bool starts = line[0] == '<';
	if (starts || !s->in_conflict)
		refuse_part(s, fs, (struct span){ n, 1, n, yaml_columns(line, len) + 1 },
			    starts ? "this is where Git marked a conflict; resolve it, and remove "
				     "its marks"
				   : "a mark of a Git conflict was left here; remove it");
	s->in_conflict = line[0] == '>' ? false : s->in_conflict || starts;
	s->part[s->n_part - 1].unreadable = true;
}

/* A line whose indentation holds blanks that YAML takes for text. */
static void check_indent(struct yaml_scan *s, struct findings *fs, const char *line, size_t len)
{
	size_t from = 0, to;
	char name[LOOKALIKE_TEXT];
	int32_t first = 0;

	while (from < len && line[from] == ' ')
		from++;
	to = from;
	if (from >= len || (unsigned char)line[from] < 0x80)
		return;
	for (size_t at = from; at < len; to = at) {
		int32_t c = text_utf8_next(line, len, &at);
		if (c != ' ' && lookalike_of(c) != ' ')
			break;
		first = first ? first : c;
	}
	if (!first || to >= len)
		return;
	uint32_t n = (uint32_t)s->n_line, width = yaml_columns(line, to);
	struct span at = { n, (uint32_t)from + 1, n, width + 1 };
	char why[128];
	snprintf(why, sizeof(why), "%s indents this line; YAML indents with plain spaces only",
		 lookalike_text(first, name));
	char *spaces = arena_alloc(fs->mem, width - from + 1);
	memset(spaces, ' ', width - from);
	finding_suggest(fs, refuse_part(s, fs, at, why), at, spaces, "indent with spaces");
}

static void scan_line(struct yaml_scan *s, struct arena *mem, struct findings *fs, size_t from,
		      size_t len)
{
	const char *line = s->bytes + from;

	push_line(s, mem, from);
	if (starts_document(line, len))
		push_part(s, mem);
	if (s->n_line > YAML_LINES_MAX || s->n_part > YAML_DOCUMENTS_MAX)
		refuse_crowd(s, fs);
	/* The carriage return of a CRLF is part of the line break. */
	size_t text = len && line[len - 1] == '\r' && from + len < s->len ? len - 1 : len;
	if (!is_plain(line, text)) {
		scan_carefully(s, fs, line, text);
		check_indent(s, fs, line, text);
	}
	if (text > 3 && starts_document(line, len))
		check_start(s, fs, line, text);
	if (len && (line[0] == '<' || line[0] == '|' || line[0] == '=' || line[0] == '>'))
		check_conflict(s, fs, line, text);
	if (len && line[0] == '%') {
		uint32_t n = (uint32_t)s->n_line;
		finding_add(fs, RULE_DIRECTIVE, s->path, (struct span){ n, 1, n, 2 },
			    "this line starts with \"%%\", which makes it a YAML directive; "
			    "remove the line, or indent it when it belongs to a text");
		s->refused = true;
	}
}

/* UTF-16 and UTF-32 start with a mark of their own, or have a NUL in every ASCII character. */
static bool is_wide(const char *bytes, size_t len)
{
	const unsigned char *p = (const unsigned char *)bytes;

	if (len >= 2 && ((p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff)))
		return true;
	return len >= 4 && ((!p[0] && !p[2]) || (!p[1] && !p[3]));
}

void yaml_scan(const char *path, const char *bytes, size_t len, struct arena *mem,
	       struct findings *fs, struct yaml_scan *out)
{
	*out = (struct yaml_scan){ .path = path };
	if (len > YAML_FILE_MAX) {
		refuse(out, fs, RULE_FILE_TOO_LARGE,
		       "the file has more than 1 MiB; split it into smaller ones");
		return;
	}
	if (is_wide(bytes, len)) {
		refuse(out, fs, RULE_NOT_UTF8,
		       "the file is UTF-16 or UTF-32, not UTF-8; save it as UTF-8");
		return;
	}
	size_t mark = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	out->mark = (uint32_t)mark;
	out->bytes = bytes + mark;
	out->len = (uint32_t)(len - mark);
	push_part(out, mem);
	out->part[0].line = 1;
	for (size_t at = 0; at < out->len && !out->refused;) {
		const char *nl = memchr(out->bytes + at, '\n', out->len - at);
		size_t n = nl ? (size_t)(nl - out->bytes) - at : out->len - at;
		scan_line(out, mem, fs, at, n);
		at += n + 1;
	}
	push_line(out, mem, out->len);
	out->n_line--;
}
