/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/yaml/comment.h"

#include <string.h>

#define MARK "apnsctl:"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The "#" of a comment whose first word is at `at`; NULL when that is no comment. */
static const char *hash_before(const char *bytes, const char *at)
{
	while (at > bytes && is_blank(at[-1]))
		at--;
	if (at == bytes || at[-1] != '#')
		return NULL;
	at--;
	return at == bytes || is_blank(at[-1]) || at[-1] == '\n' ? at : NULL;
}

/* True when nothing but blanks, or a comment, stands on the line. */
static bool is_no_content(const char *line, size_t len)
{
	size_t n = 0;

	while (n < len && is_blank(line[n]))
		n++;
	return n == len || line[n] == '#';
}

/* The next line behind `line` with content; 0: there is none. `seen` is the last answer. */
static uint32_t next_content(const struct yaml_scan *s, uint32_t line, uint32_t *seen)
{
	if (*seen > line)
		return *seen;
	for (*seen = line + 1; *seen <= s->n_line; ++*seen) {
		size_t len;
		const char *text = yaml_scan_line(s, *seen, &len);
		if (!is_no_content(text, len))
			return *seen;
	}
	return 0;
}

/* `word` stands behind the mark of the comment that starts at `hash`; returns the line's end. */
static const char *add(const struct yaml_scan *s, struct arena *mem, struct yaml_file *out,
		       const char *hash, const char *word, uint32_t *seen)
{
	struct yaml_comment *c =
	    arena_push(mem, &out->comment, &out->n_comment, &out->cap_comment, sizeof(*c));
	size_t from = (size_t)(hash - s->bytes), len;
	uint32_t number = yaml_scan_span(s, from, from).line;
	const char *line = yaml_scan_line(s, number, &len), *end = line + len, *text_end = end;

	while (text_end > word && is_blank(text_end[-1]))
		text_end--;
	c->at = yaml_scan_span(s, from, (size_t)(text_end - s->bytes));
	c->word_col = c->at.col + yaml_columns(hash, (size_t)(word - hash));
	c->text = arena_strndup(mem, word, (size_t)(text_end - word));
	if (is_no_content(line, len)) {
		c->line = next_content(s, number, seen);
		c->cut = (struct span){ number, 1, number + 1, 1 };
		return end;
	}
	while (hash > line && is_blank(hash[-1]))
		hash--;
	c->line = number;
	c->cut = yaml_scan_span(s, (size_t)(hash - s->bytes), (size_t)(end - s->bytes));
	return end;
}

void yaml_find_comments(const struct yaml_scan *s, struct arena *mem, struct yaml_file *out)
{
	const char *at = s->bytes, *end = s->bytes + s->len;
	uint32_t seen = 0;

	while (at < end && out->n_comment <= YAML_COMMENTS_MAX) {
		const char *mark = memmem(at, (size_t)(end - at), MARK, strlen(MARK));
		if (!mark)
			return;
		const char *hash = hash_before(s->bytes, mark);
		at = mark + strlen(MARK);
		if (hash && at < end && !is_blank(*at) && *at != '\r' && *at != '\n')
			at = add(s, mem, out, hash, at, &seen);
	}
}

static bool is_before(uint32_t line, uint32_t col, uint32_t other_line, uint32_t other_col)
{
	return line < other_line || (line == other_line && col < other_col);
}

void yaml_reject_comments(struct yaml_file *f, const struct node *scalar, bool is_block,
			  size_t *next)
{
	struct span at = scalar->span;

	/* A comment may stand behind the "|" of a block scalar; its text starts below. */
	if (is_block)
		at = (struct span){ at.line + 1, 1, at.end_line, at.end_col };
	for (; *next < f->n_comment; ++*next) {
		struct yaml_comment *c = &f->comment[*next];
		if (!is_before(c->at.line, c->at.col, at.end_line, at.end_col))
			return;
		if (!is_before(c->at.line, c->at.col, at.line, at.col))
			c->text = NULL;
	}
}

void yaml_keep_comments(struct yaml_file *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->n_comment; i++)
		if (f->comment[i].text)
			f->comment[kept++] = f->comment[i];
	f->n_comment = kept;
}
