/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/yaml/teller.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "schema/base/text.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct line teller_line(const struct teller *t, uint32_t line)
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

uint32_t teller_above(const struct teller *t, uint32_t line)
{
	while (--line > 0) {
		struct line l = teller_line(t, line);
		if (l.len >= 3 && memcmp(l.text, "---", 3) == 0)
			return 0;
		if (!is_empty(&l))
			return line;
	}
	return 0;
}

const char *teller_rest(const struct teller *t, uint32_t line, uint32_t col, size_t *len)
{
	size_t n;
	const char *text = yaml_scan_line(t->scan, line, &n);
	size_t at = yaml_scan_offset(t->scan, line, col) - (size_t)(text - t->scan->bytes);

	*len = n > at ? n - at : 0;
	return *len ? text + at : "";
}

struct span teller_span(uint32_t line, uint32_t col, uint32_t width)
{
	return (struct span){ line, col, line, col + (width ? width : 1) };
}

struct span teller_here(const struct teller *t)
{
	return teller_span(t->p->line, t->p->col, 1);
}

struct span teller_context(const struct teller *t)
{
	return teller_span(t->p->context_line, t->p->context_col, 1);
}

struct span teller_word(const struct teller *t, uint32_t line, uint32_t col)
{
	size_t len, n = 0;
	const char *s = teller_rest(t, line, col, &len);

	while (n < len && !is_blank(s[n]))
		n++;
	return teller_span(line, col, yaml_columns(s, n));
}

struct finding *teller_say(const struct teller *t, struct span at, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return finding_add(t->fs, RULE_YAML_SYNTAX, t->scan->path, at, "%s", text);
}

char teller_char(const struct teller *t, uint32_t line, uint32_t col)
{
	size_t len;

	return *teller_rest(t, line, col, &len);
}

char teller_before(const struct teller *t)
{
	size_t len, end;
	const char *line = yaml_scan_line(t->scan, t->p->line, &len);

	end = yaml_scan_offset(t->scan, t->p->line, t->p->col) - (size_t)(line - t->scan->bytes);
	while (end > 0 && is_blank(line[end - 1]))
		end--;
	return end > 0 ? line[end - 1] : 0;
}

struct span teller_key(const struct teller *t, uint32_t line)
{
	struct line l = teller_line(t, line);

	return teller_span(line, yaml_columns(l.text, l.from) + 1,
			   yaml_columns(l.text + l.from, l.colon - l.from));
}

struct span teller_value(const struct teller *t, uint32_t line, uint32_t col)
{
	size_t len, n = 0;
	const char *s = teller_rest(t, line, col, &len);

	while (n < len && !(t->p->in_flow && strchr(",]}", s[n])) &&
	       !(s[n] == '#' && n > 0 && is_blank(s[n - 1])))
		n++;
	while (n > 1 && is_blank(s[n - 1]))
		n--;
	return teller_span(line, col, yaml_columns(s, n));
}
