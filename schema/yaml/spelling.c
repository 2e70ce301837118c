/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that are no "key: value" and no list item, and what they were probably meant to be. */
#include <string.h>

#include "schema/base/lookalike.h"
#include "schema/base/text.h"
#include "schema/yaml/problem.h"
#include "schema/yaml/scan.h"

enum { QUOTED_CHARACTERS = 72 };

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

struct spelling {
	const char *path, *text;
	size_t len;
	struct span at; /* where the text starts */
	struct findings *fs;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.';
}

/* Length of the word at the start of the text; 0 when it could be no key. */
static size_t word(const struct spelling *s)
{
	size_t n = 0;

	while (n < s->len && is_word(s->text[n]))
		n++;
	return n && !(s->text[0] >= '0' && s->text[0] <= '9') && s->text[0] != '-' ? n : 0;
}

/* What the character at `*at` looks like, and moves behind it; 0: like itself. */
static char looks_like(const struct spelling *s, size_t *at, int32_t *c)
{
	*c = *at < s->len ? text_utf8_next(s->text, s->len, at) : -1;
	return lookalike_of(*c);
}

/* The bytes from `from` to `to` of the text. */
static struct span part(const struct spelling *s, size_t from, size_t to)
{
	uint32_t col = s->at.col + yaml_columns(s->text, from);

	return (struct span){ s->at.line, col, s->at.line,
			      col + yaml_columns(s->text + from, to - from) };
}

static struct finding *replace(const struct spelling *s, struct finding *f, struct span at,
			       const char *text)
{
	finding_suggest(s->fs, f, at, text,
			f->rule->code == RULE_MISSING_SPACE ? "put a space" : "write it for YAML");
	return f;
}

/* A colon or dash up to `to`, whose space is missing or is another character. */
static struct finding *tell_space(const struct spelling *s, size_t from, size_t to,
				  const char *which, const char *mended)
{
	char name[LOOKALIKE_TEXT];
	size_t next = to;
	int32_t c;
	bool is_odd = looks_like(s, &next, &c) == ' ';
	struct span at = part(s, from, is_odd ? next : to);
	struct finding *f;

	if (is_odd)
		f = finding_add(s->fs, RULE_MISSING_SPACE, s->path, at,
				"%s stands behind the %s; YAML wants a plain space",
				lookalike_text(c, name), which);
	else
		f = finding_add(s->fs, RULE_MISSING_SPACE, s->path, at,
				"the %s in %s needs a space behind it", which,
				yaml_quote(s->fs->mem, s->text, s->len));
	return replace(s, f, at, mended);
}

/* "kind:Policy", but no URL; "kind" and any other colon. */
static struct finding *tell_key(const struct spelling *s)
{
	size_t n = word(s), next = n;
	char name[LOOKALIKE_TEXT];
	int32_t c;

	if (!n || n == s->len)
		return NULL;
	if (s->text[n] == ':') {
		const char *rest = s->text + n + 1;
		size_t left = s->len - n - 1;
		if (!left || is_blank(*rest) || *rest == '\n' ||
		    (left > 1 && memcmp(rest, "//", 2) == 0))
			return NULL;
		return tell_space(s, n, n + 1, "colon", ": ");
	}
	if (looks_like(s, &next, &c) != ':')
		return NULL;
	size_t end = next;
	while (end < s->len && (is_blank(s->text[end]) || s->text[end] == '\n'))
		end++;
	struct span at = part(s, n, end);
	struct finding *f =
	    finding_add(s->fs, RULE_YAML_SYNTAX, s->path, at,
			"%s is no colon for YAML; write \": \"", lookalike_text(c, name));
	return replace(s, f, at, ": ");
}

/* "-acme", "– acme", and "--" or "—" for the line between two documents. */
static struct finding *tell_dash(const struct spelling *s)
{
	size_t at = 0, dashes = 0;
	char name[LOOKALIKE_TEXT];
	int32_t c, first;

	looks_like(s, &at, &first);
	for (size_t i = 0; i < s->len;) {
		char like = looks_like(s, &i, &c);
		if (c != '-' && like != '-')
			break;
		dashes = i;
	}
	if (!dashes)
		return NULL;
	if (dashes == s->len)
		return replace(s,
			       finding_add(s->fs, RULE_YAML_SYNTAX, s->path, part(s, 0, s->len),
					   "%s separates no documents; a line \"---\" does",
					   yaml_quote(s->fs->mem, s->text, s->len)),
			       part(s, 0, s->len), "---");
	if (first == '-')
		return dashes == 1 ? tell_space(s, 0, 1, "dash", "- ") : NULL;
	while (at < s->len && is_blank(s->text[at]))
		at++;
	return replace(s,
		       finding_add(s->fs, RULE_YAML_SYNTAX, s->path, part(s, 0, at),
				   "%s starts no list item; write \"- \"",
				   lookalike_text(first, name)),
		       part(s, 0, at), "- ");
}

struct finding *yaml_tell_spelling(const char *path, const char *text, size_t len, struct span at,
				   struct findings *fs)
{
	struct spelling s = { path, text, len, at, fs };
	struct finding *f = len ? tell_key(&s) : NULL;

	if (f || !len)
		return f;
	if (len > 1 && text[0] == '/' && (text[1] == '/' || text[1] == '*'))
		return finding_add(fs, RULE_YAML_SYNTAX, path, part(&s, 0, 2),
				   "a comment starts with \"#\", not with \"/%c\"", text[1]);
	return tell_dash(&s);
}
