/* SPDX-License-Identifier: Apache-2.0 */
/* Broken documents whose lines do not fit together: colons, dashes and indentation. */
#include <stdio.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/yaml/teller.h"

enum { LONGEST_KEY = 1024 }; /* libyaml's limit, YAML 1.2, 7.4.2 */

static void say_long_key(const struct teller *t, struct span at)
{
	teller_say(t, at, "this key has more than %d characters", LONGEST_KEY);
}

static void say_no_colon(const struct teller *t, uint32_t number)
{
	struct line l = teller_line(t, number);
	size_t n = l.len - l.from;
	struct span at =
	    teller_span(number, yaml_columns(l.text, l.from) + 1, yaml_columns(l.text + l.from, n));

	if (!yaml_tell_spelling(t->scan->path, l.text + l.from, n, at, t->fs))
		teller_say(t, at, "%s has no colon; a line of a mapping reads \"key: value\"",
			   yaml_quote(t->fs->mem, l.text + l.from, n));
}

/* "a: b: c", "kind:Policy" in the line above, "kind Policy" above, or deeper than the key above. */
void tell_misplaced_value(const struct teller *t)
{
	struct line l = teller_line(t, t->p->line);
	size_t at =
	    yaml_scan_offset(t->scan, t->p->line, t->p->col) - (size_t)(l.text - t->scan->bytes);
	uint32_t number = teller_above(t, t->p->line);

	if (at - l.from > LONGEST_KEY && l.colon == at) {
		say_long_key(t, teller_key(t, t->p->line));
		return;
	}
	if (l.colon < at) {
		teller_say(t, teller_here(t),
			   "a second \": \" stands on this line; put a value that holds "
			   "\": \" in quotes");
		return;
	}
	struct line above = teller_line(t, number);
	uint32_t col = yaml_columns(above.text, above.from) + 1;
	if (number && above.colon == above.len) {
		say_no_colon(t, number);
		return;
	}
	struct span key = teller_key(t, t->p->line);
	if (!number || key.col <= col) {
		teller_say(t, teller_here(t), "a key can not stand here; look at the indentation");
		return;
	}
	struct finding *f =
	    teller_say(t, key,
		       "this key is indented deeper than the key above it, which has a "
		       "value already; indent both the same");
	finding_relate(t->fs, f, t->scan->path, teller_key(t, number), "the key above");
}

void tell_tab(const struct teller *t)
{
	teller_say(t, teller_here(t), "a tab indents this line; YAML indents with spaces only");
}

void tell_key_without_colon(const struct teller *t)
{
	size_t len;

	teller_rest(t, t->p->context_line, t->p->context_col, &len);
	if (len > LONGEST_KEY)
		say_long_key(t, teller_context(t));
	else
		say_no_colon(t, t->p->context_line);
}

void tell_misplaced_item(const struct teller *t)
{
	teller_say(t, teller_here(t),
		   "a list item can not start here; put \"- \" on a line of its own");
}

/*
 * The key above that the one at `col` was probably to be aligned with, by indentation: of the
 * mappings that are open there the nearest, and of two the inner one. 0: none.
 */
static uint32_t key_to_align_with(const struct teller *t, uint32_t col)
{
	uint32_t best = 0, least = UINT32_MAX, deepest = UINT32_MAX;

	for (uint32_t n = teller_above(t, t->p->line); n && deepest > 1; n = teller_above(t, n)) {
		struct line l = teller_line(t, n);
		uint32_t at = yaml_columns(l.text, l.from) + 1;
		uint32_t apart = at > col ? at - col : col - at;
		if (at >= deepest || l.colon == l.len)
			continue;
		deepest = at;
		if (apart < least) {
			least = apart;
			best = n;
		}
	}
	return best;
}

/* A key whose indentation is that of no key above: the place is told of both. */
static bool say_uneven_key(const struct teller *t, struct span word)
{
	struct line l = teller_line(t, t->p->line);
	uint32_t number = l.colon < l.len ? key_to_align_with(t, word.col) : 0;

	if (!number || teller_key(t, t->p->line).col != word.col)
		return false;
	struct span above = teller_key(t, number);
	if (above.col == word.col)
		return false;
	struct finding *f =
	    teller_say(t, teller_key(t, t->p->line),
		       "this key is indented by %u and the key above it by %u; indent the "
		       "keys of one mapping the same",
		       word.col - 1, above.col - 1);
	finding_relate(t->fs, f, t->scan->path, above, "the key above");
	return true;
}

/* The text in quotes ended only lines below the one where it began: there it should have ended. */
static bool say_late_quote(const struct teller *t, char quote)
{
	struct span text = t->p->text;

	if (!text.line || text.line == text.end_line || text.end_line != t->p->line)
		return false;
	struct finding *f =
	    teller_say(t, teller_span(text.line, text.col, 1),
		       "the text that starts with this %c ends only in line %u; close it "
		       "with %c where it should end",
		       quote, (unsigned)text.end_line, quote);
	finding_relate(t->fs, f, t->scan->path,
		       teller_span(text.end_line, text.end_col > 1 ? text.end_col - 1 : 1, 1),
		       "this %c closes it", quote);
	return true;
}

static void say_behind_quote(const struct teller *t, struct span word, char quote)
{
	if (say_late_quote(t, quote))
		return;
	teller_say(
	    t, word,
	    "text stands behind the closing quote; close the quote behind it, or write %s for a "
	    "quote sign inside",
	    quote == '"' ? "\\\"" : "''");
}

/* "---" behind blanks, or a list item where keys are. */
static void say_dash(const struct teller *t)
{
	size_t len;
	const char *s = teller_rest(t, t->p->line, t->p->col, &len);
	uint32_t number = teller_above(t, t->p->line);

	if (len >= 3 && memcmp(s, "---", 3) == 0) {
		teller_say(
		    t, teller_span(t->p->line, t->p->col, 3),
		    "this \"---\" is indented; one that separates documents starts its line");
		return;
	}
	struct line above = teller_line(t, number);
	size_t dash = strspn(above.text, " ");
	struct finding *f;
	if (number && dash < above.len && above.text[dash] == '-' && dash + 1 != t->p->col) {
		f = teller_say(
		    t, teller_here(t),
		    "this list item is indented by %u and the item above it by %zu; indent the "
		    "items of one list the same",
		    t->p->col - 1, dash);
		finding_relate(t->fs, f, t->scan->path, teller_span(number, (uint32_t)dash + 1, 1),
			       "the item above");
		return;
	}
	f = teller_say(t, teller_here(t), "a list item stands among the keys of a mapping");
	finding_relate(t->fs, f, t->scan->path, teller_context(t), "the mapping starts here");
}

/* Behind a comment, or like nothing above it. */
static void say_stray_line(const struct teller *t, struct span word)
{
	uint32_t above = teller_above(t, t->p->line);
	struct finding *f;

	if (say_uneven_key(t, word))
		return;
	if (above + 1 < t->p->line) {
		f = teller_say(
		    t, word,
		    "this line belongs to nothing, because a comment ends the value above it; "
		    "move the comment, or put the value on one line");
		finding_relate(t->fs, f, t->scan->path, teller_span(above + 1, 1, 1),
			       "the value ends here");
		return;
	}
	f = teller_say(t, word,
		       "this line is indented like no key above it; align it with the keys that it "
		       "belongs to");
	finding_relate(t->fs, f, t->scan->path, teller_context(t), "the mapping starts here");
}

/* A line that continues the mapping but does not fit: what stands before it tells why. */
void tell_expected_key(const struct teller *t)
{
	char before = teller_before(t), c = teller_char(t, t->p->line, t->p->col);
	struct span word = teller_word(t, t->p->line, t->p->col);

	if (c == ']' || c == '}')
		teller_say(t, teller_here(t), "this \"%c\" closes nothing", c);
	else if (before == '"' || before == '\'')
		say_behind_quote(t, word, before);
	else if (before == ']' || before == '}')
		teller_say(t, word, "text stands behind the closing \"%c\"", before);
	else if (c == ':')
		teller_say(t, teller_here(t), "no key stands before this colon");
	else if (c == '-')
		say_dash(t);
	else
		say_stray_line(t, word);
}

void tell_expected_item(const struct teller *t)
{
	struct line l = teller_line(t, t->p->line);
	bool is_key = l.colon < l.len;
	struct finding *f = teller_say(
	    t, is_key ? teller_key(t, t->p->line) : teller_word(t, t->p->line, t->p->col),
	    "this line stands in a list but does not start with \"- \"%s",
	    is_key ? "; indent it as deep as the keys of the item above it, or start a new item"
		   : "");

	finding_relate(t->fs, f, t->scan->path, teller_context(t), "the list starts here");
}
