/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/yaml/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "schema/base/text.h"

struct teller {
	const struct yaml_scan *scan;
	const struct yaml_problem *p;
	struct findings *fs;
};

/* One line of the file, taken apart. */
struct line {
	const char *text; /* the whole line */
	size_t len;
	size_t from;  /* the first byte that is no blank and no dash of a list */
	size_t colon; /* of the first ": " or ":" at the end outside quotes; len: none */
};

enum { QUOTED_CHARACTERS = 48 };

const char *yaml_quote(struct arena *mem, const char *text, size_t len)
{
	struct buf b = BUF_INIT(8 * QUOTED_CHARACTERS);
	size_t at = 0;

	buf_addc(&b, '"');
	for (int n = 0; at < len && n < QUOTED_CHARACTERS; n++) {
		size_t from = at;
		text_utf8_next(text, len, &at);
		if (text[from] == '\n')
			buf_adds(&b, "\\n");
		else if (text[from] == '\t')
			buf_adds(&b, "\\t");
		else if (text[from] == '"')
			buf_adds(&b, "\\\"");
		else
			buf_add(&b, text + from, at - from);
	}
	buf_adds(&b, at < len ? "...\"" : "\"");
	const char *copy = arena_strdup(mem, buf_str(&b));
	buf_release(&b);
	return copy;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.';
}

/* Length of "word" when the text is "word:x" and no URL; 0 otherwise. */
static size_t glued_key(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && is_word(s[n]))
		n++;
	if (n == 0 || n + 1 >= len || s[n] != ':' || (s[0] >= '0' && s[0] <= '9') || s[0] == '-')
		return 0;
	const char *next = s + n + 1;
	if (is_blank(*next) || *next == '\n' || (len - n > 2 && memcmp(next, "//", 2) == 0))
		return 0;
	return n;
}

struct finding *yaml_tell_missing_space(const char *path, const char *text, size_t len,
					struct span at, struct findings *fs)
{
	size_t n = glued_key(text, len);
	bool is_dash = len > 1 && text[0] == '-' && is_word(text[1]) && text[1] != '-';

	if (!n && !is_dash)
		return NULL;
	struct span mark = { at.line, at.col + (uint32_t)n, at.line, at.col + (uint32_t)n + 1 };
	bool has_hard_space = n && len - n > 2 && memcmp(text + n + 1, "\xc2\xa0", 2) == 0;
	struct finding *f;
	if (has_hard_space) {
		mark.end_col++;
		f = finding_add(fs, RULE_MISSING_SPACE, path, mark,
				"a no-break space (U+00A0) stands behind the colon of %s; YAML "
				"wants a plain space",
				yaml_quote(fs->mem, text, n));
	} else {
		f = finding_add(fs, RULE_MISSING_SPACE, path, mark,
				"the %s %s needs a space behind it", n ? "colon in" : "dash in",
				yaml_quote(fs->mem, text, len));
	}
	finding_suggest(fs, f, mark, n ? ": " : "- ", "put a space");
	return f;
}

static struct line line_at(const struct teller *t, uint32_t line)
{
	struct line l = { 0 };

	l.text = yaml_scan_line(t->scan, line, &l.len);
	while (l.from < l.len &&
	       (is_blank(l.text[l.from]) ||
		(l.text[l.from] == '-' && l.from + 1 < l.len && is_blank(l.text[l.from + 1]))))
		l.from++;
	l.colon = l.len;
	char quote = 0;
	for (size_t i = l.from; i < l.len && l.colon == l.len; i++) {
		char c = l.text[i];
		if (c == '#' && !quote && (i == l.from || is_blank(l.text[i - 1])))
			break;
		if (quote)
			quote = c == quote ? 0 : quote;
		else if ((c == '"' || c == '\'') && i == l.from)
			quote = c;
		else if (c == ':' && (i + 1 == l.len || is_blank(l.text[i + 1])))
			l.colon = i;
	}
	return l;
}

static bool is_empty(const struct line *l)
{
	return l->from == l->len || l->text[l->from] == '#';
}

/* The nearest line above with content in the same document; 0: none. */
static uint32_t line_above(const struct teller *t, uint32_t line)
{
	while (--line > 0) {
		struct line l = line_at(t, line);
		if (l.len >= 3 && memcmp(l.text, "---", 3) == 0)
			return 0;
		if (!is_empty(&l))
			return line;
	}
	return 0;
}

/* The bytes from a place to the end of its line. */
static const char *rest(const struct teller *t, uint32_t line, uint32_t col, size_t *len)
{
	size_t n;
	const char *text = yaml_scan_line(t->scan, line, &n);
	size_t at = yaml_scan_offset(t->scan, line, col) - (size_t)(text - t->scan->bytes);

	*len = n > at ? n - at : 0;
	return *len ? text + at : "";
}

/* From a place over `width` characters of its line, at least one. */
static struct span span_at(uint32_t line, uint32_t col, uint32_t width)
{
	return (struct span){ line, col, line, col + (width ? width : 1) };
}

static struct span here(const struct teller *t)
{
	return span_at(t->p->line, t->p->col, 1);
}

static struct span context(const struct teller *t)
{
	return span_at(t->p->context_line, t->p->context_col, 1);
}

/* The word that stands at a place. */
static struct span word_at(const struct teller *t, uint32_t line, uint32_t col)
{
	size_t len, n = 0;
	const char *s = rest(t, line, col, &len);

	while (n < len && !is_blank(s[n]))
		n++;
	return span_at(line, col, yaml_columns(s, n));
}

static struct finding *say(const struct teller *t, struct span at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static struct finding *say(const struct teller *t, struct span at, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return finding_add(t->fs, RULE_YAML_SYNTAX, t->scan->path, at, "%s", text);
}

static char char_at(const struct teller *t, uint32_t line, uint32_t col)
{
	size_t len;

	return *rest(t, line, col, &len);
}

/* The first character before the place on its line that is no blank; 0: none. */
static char char_before(const struct teller *t)
{
	size_t len, end;
	const char *line = yaml_scan_line(t->scan, t->p->line, &len);

	end = yaml_scan_offset(t->scan, t->p->line, t->p->col) - (size_t)(line - t->scan->bytes);
	while (end > 0 && is_blank(line[end - 1]))
		end--;
	return end > 0 ? line[end - 1] : 0;
}

static void say_no_colon(const struct teller *t, uint32_t number)
{
	struct line l = line_at(t, number);
	size_t n = l.len - l.from;
	struct span at =
	    span_at(number, yaml_columns(l.text, l.from) + 1, yaml_columns(l.text + l.from, n));

	say(t, at, "%s has no colon; a line of a mapping reads \"key: value\"",
	    yaml_quote(t->fs->mem, l.text + l.from, n));
}

/* "a: b: c", "kind:Policy" in the line above, "kind Policy" above, or deeper than the key above. */
static void say_values(const struct teller *t)
{
	struct line l = line_at(t, t->p->line);
	size_t at =
	    yaml_scan_offset(t->scan, t->p->line, t->p->col) - (size_t)(l.text - t->scan->bytes);
	uint32_t number = line_above(t, t->p->line);

	if (l.colon < at) {
		say(t, here(t),
		    "a second \": \" stands on this line; put a value that holds "
		    "\": \" in quotes");
		return;
	}
	struct line above = line_at(t, number);
	uint32_t col = yaml_columns(above.text, above.from) + 1;
	if (number && above.colon == above.len) {
		if (!yaml_tell_missing_space(t->scan->path, above.text + above.from,
					     above.len - above.from, span_at(number, col, 1),
					     t->fs))
			say_no_colon(t, number);
		return;
	}
	struct span key = span_at(t->p->line, yaml_columns(l.text, l.from) + 1,
				  yaml_columns(l.text + l.from, at - l.from));
	if (!number || key.col <= col) {
		say(t, here(t), "a key can not stand here; look at the indentation");
		return;
	}
	struct finding *f = say(t, key,
				"this key is indented deeper than the key above it, which has a "
				"value already; indent both the same");
	finding_relate(
	    t->fs, f, t->scan->path,
	    span_at(number, col, yaml_columns(above.text + above.from, above.colon - above.from)),
	    "the key above");
}

static void say_unclosed_quote(const struct teller *t)
{
	char quote = char_at(t, t->p->context_line, t->p->context_col);
	struct finding *f =
	    say(t, context(t), "the text that starts with this %c never ends; close it with %c",
		quote, quote);

	finding_relate(t->fs, f, t->scan->path, here(t), "the document ends here");
}

static void say_tab(const struct teller *t)
{
	say(t, here(t), "a tab indents this line; YAML indents with spaces only");
}

static void say_quote_it(const struct teller *t, uint32_t line, uint32_t col)
{
	say(t, word_at(t, line, col),
	    "a value can not start with \"%c\" unless it stands in quotes", char_at(t, line, col));
}

static void say_bad_start(const struct teller *t)
{
	if (char_at(t, t->p->line, t->p->col) == '\t')
		say_tab(t);
	else
		say_quote_it(t, t->p->line, t->p->col);
}

static void say_sigil(const struct teller *t)
{
	say_quote_it(t, t->p->context_line, t->p->context_col);
}

static void say_simple_key(const struct teller *t)
{
	size_t len;

	rest(t, t->p->context_line, t->p->context_col, &len);
	if (len > 1024)
		say(t, context(t), "this key has more than 1024 characters");
	else
		say_no_colon(t, t->p->context_line);
}

static void say_item(const struct teller *t)
{
	say(t, here(t), "a list item can not start here; put \"- \" on a line of its own");
}

static void say_question(const struct teller *t)
{
	finding_add(t->fs, RULE_COMPLEX_KEY, t->scan->path, here(t),
		    "a key can not start with \"? \"; write it as a plain word and a colon");
}

/* Two keys, one below the other, whose indentation differs: the place is told of both. */
static bool say_uneven_keys(const struct teller *t, struct span word)
{
	uint32_t number = line_above(t, t->p->line);

	if (!number)
		return false;
	struct line l = line_at(t, t->p->line), above = line_at(t, number);
	uint32_t col = yaml_columns(above.text, above.from) + 1;
	if (l.colon == l.len || above.colon == above.len || col == word.col)
		return false;
	struct finding *f = say(t, word,
				"this key is indented by %u and the key above it by %u; indent the "
				"keys of one mapping the same",
				word.col - 1, col - 1);
	finding_relate(
	    t->fs, f, t->scan->path,
	    span_at(number, col, yaml_columns(above.text + above.from, above.colon - above.from)),
	    "the key above");
	return true;
}

/* A line that continues the mapping but does not fit: what stands before it tells why. */
static void say_expected_key(const struct teller *t)
{
	char before = char_before(t), c = char_at(t, t->p->line, t->p->col);
	struct span word = word_at(t, t->p->line, t->p->col);

	if (c == ']' || c == '}') {
		say(t, here(t), "this \"%c\" closes nothing", c);
	} else if (before == '"' || before == '\'') {
		say(t, word,
		    "text stands behind the closing quote; write %s for a quote sign inside",
		    before == '"' ? "\\\"" : "''");
	} else if (before == ']' || before == '}') {
		say(t, word, "text stands behind the closing \"%c\"", before);
	} else if (c == ':') {
		say(t, here(t), "no key stands before this colon");
	} else if (c == '-') {
		struct finding *f =
		    say(t, here(t), "a list item stands among the keys of a mapping");
		finding_relate(t->fs, f, t->scan->path, context(t), "the mapping starts here");
	} else if (line_above(t, t->p->line) + 1 < t->p->line) {
		if (!say_uneven_keys(t, word))
			say(t, word,
			    "this line belongs to nothing; a comment or an empty line ended the "
			    "value above it");
	} else {
		struct finding *f = say(t, word,
					"this line is indented like no key above it; align it with "
					"the keys that it belongs to");
		finding_relate(t->fs, f, t->scan->path, context(t), "the mapping starts here");
	}
}

static void say_expected_item(const struct teller *t)
{
	struct finding *f = say(t, word_at(t, t->p->line, t->p->col),
				"this line stands in a list but does not start with \"- \"");

	finding_relate(t->fs, f, t->scan->path, context(t), "the list starts here");
}

static void say_unclosed_bracket(const struct teller *t)
{
	char open = char_at(t, t->p->context_line, t->p->context_col);
	char close = open == '[' ? ']' : '}';
	struct finding *f;

	if (t->p->line != t->p->context_line) {
		f = say(t, context(t), "this \"%c\" is not closed; close it with \"%c\"", open,
			close);
		finding_relate(t->fs, f, t->scan->path, here(t), "\"%c\" was expected here", close);
	} else {
		f = say(t, here(t), "a \",\" or \"%c\" is missing here", close);
		finding_relate(t->fs, f, t->scan->path, context(t), "\"%c\" opened here", open);
	}
}

static void say_no_value(const struct teller *t)
{
	char c = char_at(t, t->p->line, t->p->col);

	if (!text_eq(t->p->context, "while parsing a flow node"))
		say_quote_it(t, t->p->line, t->p->col);
	else if (c && strchr(",]}:?", c))
		say(t, here(t), "a value is missing before \"%c\"", c);
	else
		say_unclosed_bracket(t);
}

static void say_escape(const struct teller *t)
{
	size_t len, at = 0;
	const char *s = rest(t, t->p->line, t->p->col, &len);

	if (len > 1)
		at = 1;
	if (at < len)
		text_utf8_next(s, len, &at);
	say(t, span_at(t->p->line, t->p->col, yaml_columns(s, at)),
	    "%.*s is no escape; write \\\\ for a backslash, or use single quotes", (int)at, s);
}

static void say_escape_digits(const struct teller *t)
{
	say(t, span_at(t->p->line, t->p->col > 2 ? t->p->col - 2 : 1, 2),
	    "this escape needs hexadecimal digits: \\xHH, \\uHHHH or \\UHHHHHHHH");
}

static void say_escape_code(const struct teller *t)
{
	say(t, span_at(t->p->line, t->p->col > 2 ? t->p->col - 2 : 1, 2),
	    "this escape is no character; above U+FFFF write \\UHHHHHHHH or the character itself");
}

static void say_block_header(const struct teller *t)
{
	say(t, word_at(t, t->p->line, t->p->col),
	    "a text block starts on the line below its \"%c\"",
	    char_at(t, t->p->context_line, t->p->context_col));
}

static void say_block_indent(const struct teller *t)
{
	say(t, here(t), "the indentation of a text block is 1 to 9, or not written");
}

static void say_tag(const struct teller *t)
{
	finding_add(t->fs, RULE_TAG, t->scan->path,
		    word_at(t, t->p->context_line, t->p->context_col),
		    "a value that starts with \"!\" is a YAML tag; put it in quotes");
}

static void say_document_start(const struct teller *t)
{
	say(t, word_at(t, t->p->line, t->p->col),
	    "text stands behind the end of the document; a new one starts with a line \"---\"");
}

static void say_colon(const struct teller *t)
{
	say(t, here(t), "a colon stands in this value; put it in quotes");
}

static const struct {
	const char *problem;
	void (*tell)(const struct teller *t);
} tellers[] = {
	{ "mapping values are not allowed in this context", say_values },
	{ "found unexpected end of stream", say_unclosed_quote },
	{ "found unexpected document indicator", say_unclosed_quote },
	{ "found character that cannot start any token", say_bad_start },
	{ "found a tab character where an indentation space is expected", say_tab },
	{ "found a tab character that violates indentation", say_tab },
	{ "could not find expected ':'", say_simple_key },
	{ "block sequence entries are not allowed in this context", say_item },
	{ "mapping keys are not allowed in this context", say_question },
	{ "did not find expected key", say_expected_key },
	{ "did not find expected '-' indicator", say_expected_item },
	{ "did not find expected ',' or ']'", say_unclosed_bracket },
	{ "did not find expected ',' or '}'", say_unclosed_bracket },
	{ "did not find expected node content", say_no_value },
	{ "found unknown escape character", say_escape },
	{ "did not find expected hexdecimal number", say_escape_digits },
	{ "found invalid Unicode character escape code", say_escape_code },
	{ "did not find expected comment or line break", say_block_header },
	{ "found an indentation indicator equal to 0", say_block_indent },
	{ "did not find expected alphabetic or numeric character", say_sigil },
	{ "did not find expected tag URI", say_tag },
	{ "did not find expected '!'", say_tag },
	{ "did not find the expected '>'", say_tag },
	{ "did not find expected whitespace or line break", say_tag },
	{ "did not find URI escaped octet", say_tag },
	{ "found undefined tag handle", say_tag },
	{ "did not find expected <document start>", say_document_start },
	{ "found unexpected ':'", say_colon },
};

void yaml_tell_problem(const struct yaml_scan *s, const struct yaml_problem *p, struct findings *fs)
{
	struct teller t = { s, p, fs };

	for (size_t i = 0; i < sizeof(tellers) / sizeof(tellers[0]); i++) {
		if (text_eq(p->problem, tellers[i].problem)) {
			tellers[i].tell(&t);
			return;
		}
	}
	say(&t, here(&t), "this is not valid YAML: %s", p->problem);
}
