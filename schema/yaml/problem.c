/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/yaml/problem.h"

#include <string.h>

#include "schema/base/text.h"
#include "schema/yaml/teller.h"

static void say_unclosed_quote(const struct teller *t)
{
	char quote = teller_char(t, t->p->context_line, t->p->context_col);
	struct finding *f = teller_say(
	    t, teller_context(t), "the text that starts with this %c never ends; close it with %c",
	    quote, quote);

	finding_relate(t->fs, f, t->scan->path, teller_here(t), "the document ends here");
}

static void say_quote_it(const struct teller *t, uint32_t line, uint32_t col)
{
	size_t len, n;
	const char *s = teller_rest(t, line, col, &len);
	struct span at = teller_value(t, line, col);
	struct finding *f =
	    teller_say(t, at, "a value can not start with \"%c\" unless it stands in quotes", *s);

	n = yaml_scan_offset(t->scan, line, at.end_col) - yaml_scan_offset(t->scan, line, col);
	if (n && !memchr(s, '"', n) && !memchr(s, '\\', n))
		finding_suggest(t->fs, f, at, arena_printf(t->fs->mem, "\"%.*s\"", (int)n, s),
				"put it in quotes");
}

static void say_bad_start(const struct teller *t)
{
	if (teller_char(t, t->p->line, t->p->col) == '\t')
		tell_tab(t);
	else
		say_quote_it(t, t->p->line, t->p->col);
}

static void say_sigil(const struct teller *t)
{
	say_quote_it(t, t->p->context_line, t->p->context_col);
}

static void say_question(const struct teller *t)
{
	finding_add(t->fs, RULE_COMPLEX_KEY, t->scan->path, teller_here(t),
		    "a key can not start with \"? \"; write it as a plain word and a colon");
}

static void say_unclosed_bracket(const struct teller *t)
{
	char open = teller_char(t, t->p->context_line, t->p->context_col);
	char close = open == '[' ? ']' : '}';
	struct finding *f;

	if (t->p->line != t->p->context_line) {
		f = teller_say(t, teller_context(t),
			       "this \"%c\" is not closed; close it with \"%c\"", open, close);
		finding_relate(t->fs, f, t->scan->path, teller_here(t), "\"%c\" was expected here",
			       close);
	} else {
		f = teller_say(t, teller_here(t), "a \",\" or \"%c\" is missing here", close);
		finding_relate(t->fs, f, t->scan->path, teller_context(t), "\"%c\" opened here",
			       open);
	}
}

static void say_no_value(const struct teller *t)
{
	char c = teller_char(t, t->p->line, t->p->col);

	if (!text_eq(t->p->context, "while parsing a flow node"))
		say_quote_it(t, t->p->line, t->p->col);
	else if (c && strchr(",]}:?", c))
		teller_say(t, teller_here(t), "a value is missing before \"%c\"", c);
	else
		say_unclosed_bracket(t);
}

static void say_escape(const struct teller *t)
{
	size_t len, at = 0;
	const char *s = teller_rest(t, t->p->line, t->p->col, &len);

	if (len > 1)
		at = 1;
	if (at < len)
		text_utf8_next(s, len, &at);
	teller_say(t, teller_span(t->p->line, t->p->col, yaml_columns(s, at)),
		   "%.*s is no escape; write \\\\ for a backslash, or use single quotes", (int)at,
		   s);
}

static void say_escape_digits(const struct teller *t)
{
	teller_say(t, teller_span(t->p->line, t->p->col > 2 ? t->p->col - 2 : 1, 2),
		   "this escape needs hexadecimal digits: \\xHH, \\uHHHH or \\UHHHHHHHH");
}

/* The number of a "\uHHHH" at the start of the text; 0 when there is none. */
static uint32_t escaped_unit(const char *s, size_t len)
{
	unsigned char b[2];
	char digits[5] = "";

	if (len < 6 || s[0] != '\\' || s[1] != 'u')
		return 0;
	memcpy(digits, s + 2, 4);
	return text_unhex(digits, b, 2) ? (uint32_t)b[0] << 8 | b[1] : 0;
}

/* JSON writes what is above U+FFFF as two halves; YAML does not. */
static void say_escape_code(const struct teller *t)
{
	uint32_t col = t->p->col > 2 ? t->p->col - 2 : 1;
	size_t len;
	const char *s = teller_rest(t, t->p->line, col, &len);
	uint32_t high = escaped_unit(s, len), low = high ? escaped_unit(s + 6, len - 6) : 0;

	if ((high & 0xfc00) != 0xd800 || (low & 0xfc00) != 0xdc00) {
		teller_say(
		    t, teller_span(t->p->line, col, high ? 6 : 2),
		    "this escape is no character; above U+FFFF write \\UHHHHHHHH or the character "
		    "itself");
		return;
	}
	const char *whole =
	    arena_printf(t->fs->mem, "\\U%08X", 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff)));
	struct span at = teller_span(t->p->line, col, 12);
	struct finding *f =
	    teller_say(t, at,
		       "these two escapes are halves of one character, as JSON writes it; "
		       "write %s, or the character itself",
		       whole);
	finding_suggest(t->fs, f, at, whole, "write it as one escape");
}

static void say_block_header(const struct teller *t)
{
	teller_say(t, teller_word(t, t->p->line, t->p->col),
		   "a text block starts on the line below its \"%c\"",
		   teller_char(t, t->p->context_line, t->p->context_col));
}

static void say_block_indent(const struct teller *t)
{
	teller_say(t, teller_here(t), "the indentation of a text block is 1 to 9, or not written");
}

static void say_tag(const struct teller *t)
{
	finding_add(t->fs, RULE_TAG, t->scan->path,
		    teller_value(t, t->p->context_line, t->p->context_col),
		    "a value that starts with \"!\" is a YAML tag; put it in quotes");
}

static void say_document_start(const struct teller *t)
{
	teller_say(
	    t, teller_word(t, t->p->line, t->p->col),
	    "text stands behind the end of the document; a new one starts with a line \"---\"");
}

static void say_colon(const struct teller *t)
{
	teller_say(t, teller_here(t), "a colon stands in this value; put it in quotes");
}

static const struct {
	const char *problem;
	void (*tell)(const struct teller *t);
} tellers[] = {
	{ "mapping values are not allowed in this context", tell_misplaced_value },
	{ "found unexpected end of stream", say_unclosed_quote },
	{ "found unexpected document indicator", say_unclosed_quote },
	{ "found character that cannot start any token", say_bad_start },
	{ "found a tab character where an indentation space is expected", tell_tab },
	{ "found a tab character that violates indentation", tell_tab },
	{ "could not find expected ':'", tell_key_without_colon },
	{ "block sequence entries are not allowed in this context", tell_misplaced_item },
	{ "mapping keys are not allowed in this context", say_question },
	{ "did not find expected key", tell_expected_key },
	{ "did not find expected '-' indicator", tell_expected_item },
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
	teller_say(&t, teller_here(&t), "this is not valid YAML: %s", p->problem);
}
