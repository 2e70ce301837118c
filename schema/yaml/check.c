/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/yaml/check.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/yaml/problem.h"

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
