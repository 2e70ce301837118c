/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/yaml/check.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/yaml/problem.h"

enum { FEW_KEYS = 16 }; /* up to here comparing all pairs is the fastest */

/* True when "? " stands before the place. */
static bool has_question_mark(const struct yaml_scan *s, struct span at)
{
	size_t len, i;
	const char *line = yaml_scan_line(s, at.line, &len);

	i = yaml_scan_offset(s, at.line, at.col) - (size_t)(line - s->bytes);
	if (i == 0 || (line[i - 1] != ' ' && line[i - 1] != '\t'))
		return false;
	while (i > 0 && (line[i - 1] == ' ' || line[i - 1] == '\t'))
		i--;
	return i > 0 && line[i - 1] == '?';
}

/* "-name: x" is a key "-name"; in braces a dash could start no item. */
static bool is_glued_item(const struct yaml_scan *s, const struct node *key, struct findings *fs)
{
	return !key->quoted && key->len > 1 && key->text[0] == '-' && key->text[1] != '-' &&
	       yaml_tell_spelling(s->path, key->text, key->len, key->span, fs);
}

bool yaml_check_key(const struct yaml_scan *s, const struct node *key, bool has_question,
		    bool in_braces, struct findings *fs)
{
	if (!key->quoted && key->len == 2 && memcmp(key->text, "<<", 2) == 0)
		finding_add(fs, RULE_ANCHOR, s->path, key->span,
			    "the merge key << is not allowed; write the keys out");
	else if (has_question && has_question_mark(s, key->span))
		finding_add(
		    fs, RULE_COMPLEX_KEY, s->path, key->span,
		    "a key can not start with \"? \"; write it as a plain word and a colon");
	else if (!key->len)
		finding_add(fs, RULE_COMPLEX_KEY, s->path, key->span,
			    "a key is missing before the colon");
	else
		return in_braces || !is_glued_item(s, key, fs);
	return false;
}

void yaml_check_properties(const struct yaml_scan *s, const unsigned char *anchor,
			   const unsigned char *tag, struct span at, struct findings *fs)
{
	size_t len, n = 0;
	const char *line = yaml_scan_line(s, at.line, &len);

	/* The place of the value starts with them. */
	for (size_t i = yaml_scan_offset(s, at.line, at.col) - (size_t)(line - s->bytes);
	     i + n < len && line[i + n] != ' ';)
		n++;
	at.end_line = at.line;
	at.end_col = at.col + (uint32_t)n;
	if (anchor)
		finding_add(
		    fs, RULE_ANCHOR, s->path, at,
		    "\"&\" makes an anchor here, which is not allowed; write the value where it "
		    "is used, or put a text that starts with & in quotes");
	if (tag)
		finding_add(
		    fs, RULE_TAG, s->path, at,
		    "\"!\" makes a tag here, which is not allowed: the key says which type its "
		    "value has; put a text that starts with ! in quotes");
}

void yaml_check_comment(const struct yaml_scan *s, struct span text, struct findings *fs)
{
	size_t at = yaml_scan_offset(s, text.end_line, text.end_col);
	struct span hash = { text.end_line, text.end_col, text.end_line, text.end_col + 1 };

	if (at >= s->len || s->bytes[at] != '#')
		return;
	struct finding *f = finding_add(fs, RULE_MISSING_SPACE, s->path, hash,
					"a comment needs a blank before its \"#\"");
	finding_suggest(fs, f, hash, " #", "put a space");
}

bool yaml_check_glued_comment(const struct yaml_scan *s, struct span at)
{
	size_t len;
	const char *line = yaml_scan_line(s, at.line, &len);
	size_t i = yaml_scan_offset(s, at.line, at.col) - (size_t)(line - s->bytes);

	while (i < len && line[i] == ' ')
		i++;
	return i + 1 < len && line[i] == '#' && line[i + 1] != ' ' && line[i + 1] != '#';
}

void yaml_check_cut(const struct yaml_scan *s, const struct node *value, struct findings *fs)
{
	uint32_t line = value->span.end_line, col = value->span.end_col;
	size_t len, at;
	const char *text = yaml_scan_line(s, line, &len);

	at = yaml_scan_offset(s, line, col) - (size_t)(text - s->bytes);
	if (at >= len || text[at] != ' ')
		return;
	while (at < len && text[at] == ' ')
		at++;
	/* A word behind "#" is a remark in a hurry; a number belongs to a name. */
	if (at + 1 >= len || text[at] != '#' || text[at + 1] < '0' || text[at + 1] > '9')
		return;
	col += (uint32_t)(at - (yaml_scan_offset(s, line, col) - (size_t)(text - s->bytes)));
	finding_add(
	    fs, RULE_AMBIGUOUS_SCALAR, s->path, (struct span){ line, col, line, col + 1 },
	    "\"#\" starts a comment here, so the value ends before it, as %s; put the value "
	    "in quotes, or write a blank behind \"#\"",
	    yaml_quote(fs->mem, value->text, value->len));
}

/* True for what "\N", "\P", "\L" make, as in a path of Windows. */
static bool is_made_by_letter(int32_t c)
{
	return c == 0x85 || c == 0x2028 || c == 0x2029 || c == 0x1b || c == 7 || c == 8 ||
	       c == 0xb || c == 0xc;
}

bool yaml_check_escapes(const char *path, const struct node *n, bool told, struct findings *fs)
{
	char name[64];

	for (size_t at = 0; at < n->len;) {
		unsigned char byte = (unsigned char)n->text[at];
		int32_t c = text_utf8_next(n->text, n->len, &at);
		if ((byte >= 0x20 && byte < 0x7f) || c == '\n' || c == '\t' || c == '\r')
			continue;
		unsigned rule = yaml_character_rule(c);
		if (!rule || (told && rule == RULE_BIDI_CHARACTER))
			continue;
		if (rule != RULE_BIDI_CHARACTER)
			rule = RULE_CONTROL_CHARACTER;
		finding_add(fs, rule, path, n->span, "an escape in this text makes %s; %s",
			    yaml_character_text(c, name),
			    is_made_by_letter(c) ? "write \\\\ for a backslash" : "remove it");
		break;
	}
	return memchr(n->text, 0, n->len);
}

static void tell_duplicate(const char *path, const struct node *first, struct node **again,
			   struct findings *fs)
{
	const struct node *two = *again;
	struct finding *f =
	    finding_add(fs, RULE_DUPLICATE_KEY, path, two->span,
			"the key %s stands twice in this mapping, first in line %u; keep one of "
			"them",
			yaml_quote(fs->mem, two->text, two->len), (unsigned)first->span.line);

	finding_relate(fs, f, path, first->span, "the first one is here");
	*again = NULL;
}

static bool same_key(const struct node *a, const struct node *b)
{
	return a && b && a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* A key to sort: its first bytes as a number decide most comparisons. */
struct sort_key {
	uint64_t head;
	struct node **slot;
};

static struct sort_key sort_key(struct node **slot)
{
	uint64_t head = 0;

	for (uint32_t i = 0; i < 8; i++)
		head = head << 8 | (i < (*slot)->len ? (unsigned char)(*slot)->text[i] : 0);
	return (struct sort_key){ head, slot };
}

/* By text, then by place. */
static int by_key(const void *x, const void *y)
{
	const struct sort_key *a = x, *b = y;

	if (a->head != b->head)
		return a->head < b->head ? -1 : 1;
	int c = strcmp((*a->slot)->text, (*b->slot)->text);
	return c ? c : a->slot < b->slot ? -1 : a->slot > b->slot;
}

static bool check_many(const char *path, struct node **pair, uint32_t n, struct arena *scratch,
		       struct findings *fs)
{
	struct sort_key *sorted = arena_array(scratch, n, sizeof(*sorted));
	size_t m = 0, first = 0;
	bool found = false;

	for (size_t i = 0; i < n; i++)
		if (pair[2 * i])
			sorted[m++] = sort_key(&pair[2 * i]);
	qsort(sorted, m, sizeof(*sorted), by_key);
	for (size_t i = 1; i < m; i++) {
		if (same_key(*sorted[first].slot, *sorted[i].slot)) {
			tell_duplicate(path, *sorted[first].slot, sorted[i].slot, fs);
			found = true;
		} else {
			first = i;
		}
	}
	return found;
}

bool yaml_check_duplicates(const char *path, struct node **pair, uint32_t n, struct arena *scratch,
			   struct findings *fs)
{
	bool found = false;

	if (n > FEW_KEYS)
		return check_many(path, pair, n, scratch, fs);
	for (size_t i = 1; i < n; i++) {
		for (size_t k = 0; k < i; k++) {
			if (same_key(pair[2 * k], pair[2 * i])) {
				tell_duplicate(path, pair[2 * k], &pair[2 * i], fs);
				found = true;
				break;
			}
		}
	}
	return found;
}
