/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "schema/base/text.h"

enum { VALUE_MAX = 1 << 14, LABEL_WIDTH = 24 };

static struct sheet_line *new_line(struct sheet *s, const char *key, const char *label)
{
	struct sheet_line *l = arena_push(s->mem, &s->line, &s->n, &s->cap, sizeof(*l));

	*l = (struct sheet_line){ .key = key, .label = label };
	return l;
}

static void add_value(struct sheet *s, struct sheet_line *l, const char *value)
{
	*(const char **)arena_push(s->mem, &l->value, &l->n, &l->cap, sizeof(*l->value)) =
	    arena_strdup(s->mem, value);
}

void sheet_add(struct sheet *s, const char *key, const char *label, const char *value)
{
	if (value)
		add_value(s, new_line(s, key, label), value);
}

void sheet_addf(struct sheet *s, const char *key, const char *label, const char *fmt, ...)
{
	char text[VALUE_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	sheet_add(s, key, label, text);
}

void sheet_more(struct sheet *s, const char *key, const char *label, const char *value)
{
	struct sheet_line *l = NULL;

	for (size_t i = 0; i < s->n; i++)
		if (text_eq(s->line[i].key, key))
			l = &s->line[i];
	if (!l)
		l = new_line(s, key, label);
	l->is_list = true;
	add_value(s, l, value);
}

static void add_safe(struct buf *out, const char *text, size_t len)
{
	text_escape_terminal(out, text, len);
	buf_addc(out, '\n');
}

/* Lines of YAML and the like, each indented. */
static void add_block(struct buf *out, const char *text)
{
	buf_addc(out, '\n');
	while (*text) {
		size_t n = strcspn(text, "\n");
		buf_adds(out, n ? "      " : "");
		add_safe(out, text, n);
		text += n + (text[n] == '\n');
	}
}

void sheet_text(const struct sheet *s, struct buf *out)
{
	add_safe(out, s->subject, strlen(s->subject));
	for (size_t i = 0; i < s->n; i++) {
		const struct sheet_line *l = &s->line[i];
		for (size_t k = 0; k < l->n; k++) {
			bool block = strchr(l->value[k], '\n') != NULL;
			const char *label = k ? "" : l->label, *colon = k ? "" : ":";
			int width = LABEL_WIDTH - (int)strlen(label) - (int)strlen(colon);
			buf_addf(out, "  %s%s", label, colon);
			if (block)
				add_block(out, l->value[k]);
			else
				buf_addf(out, "%*s", width > 1 ? width : 1, "");
			if (!block)
				add_safe(out, l->value[k], strlen(l->value[k]));
		}
	}
}

void sheet_json(const struct sheet *s, struct json *j)
{
	json_object(j);
	json_member(j, "subject", s->subject);
	for (size_t i = 0; i < s->n; i++) {
		const struct sheet_line *l = &s->line[i];
		json_key(j, l->key);
		if (l->is_list)
			json_array(j);
		for (size_t k = 0; k < l->n; k++)
			json_string(j, l->value[k]);
		if (l->is_list)
			json_end_array(j);
	}
	json_end_object(j);
}
