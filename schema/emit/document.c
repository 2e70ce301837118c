/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML documents from a table. Two kinds of comments: "# Sentence" explains, "#key: value" (no
 * space) is a field that is not used; without its # it takes part, with what is indented below it.
 */
#include "schema/emit/emit.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "schema/base/text.h"

enum { LEAD_MAX = 64, PATH_MAX_LEN = 256, LINE_MAX_LEN = 96 };

struct writer {
	struct buf *out;
	const struct starter_value *value;
	size_t n;
	enum starter_detail detail;
	char lead[LEAD_MAX];     /* what each line starts with */
	char path[PATH_MAX_LEN]; /* of the field at hand */
	const char *hidden;      /* path of a field that the kind does not have */
	bool dash;               /* the next line starts a list item */
};

/* Makes the lead longer; give the old length to `cut` afterwards. */
static size_t deepen(struct writer *w, const char *by)
{
	size_t n = strlen(w->lead);

	snprintf(w->lead + n, sizeof(w->lead) - n, "%s", by);
	return n;
}

static size_t step(struct writer *w, const char *key, size_t index)
{
	size_t n = strlen(w->path), room = sizeof(w->path) - n;

	if (key)
		snprintf(w->path + n, room, "%s%s", n ? "." : "", key);
	else
		snprintf(w->path + n, room, "[%zu]", index);
	return n;
}

/* The value at exactly this path, or NULL. */
static const struct starter_value *value_at(const struct writer *w, const char *path)
{
	for (size_t i = 0; i < w->n; i++)
		if (text_eq(w->value[i].path, path))
			return &w->value[i];
	return NULL;
}

/* True when some value is given at the path or below it. */
static bool is_given(const struct writer *w, const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < w->n; i++) {
		const struct starter_value *v = &w->value[i];
		if (v->text && strncmp(v->path, path, n) == 0 &&
		    (!v->path[n] || v->path[n] == '.' || v->path[n] == '['))
			return true;
	}
	return false;
}

/* How many items of the list are given. */
static size_t n_given(const struct writer *w)
{
	char item[PATH_MAX_LEN + 24];
	size_t n = 0;

	for (;; n++) {
		snprintf(item, sizeof(item), "%s[%zu]", w->path, n);
		if (!is_given(w, item))
			return n;
	}
}

/* Starts a line. */
static void line(struct writer *w)
{
	size_t n = strlen(w->lead);

	if (w->dash && n >= 2) {
		buf_add(w->out, w->lead, n - 2);
		buf_adds(w->out, "- ");
		w->dash = false;
	} else {
		buf_adds(w->out, w->lead);
	}
}

/* A blank line, which inside a commented block is a comment as well. */
static void gap(struct writer *w)
{
	const char *hash = strrchr(w->lead, '#');

	if (hash)
		buf_add(w->out, w->lead, (size_t)(hash - w->lead) + 1);
	buf_addc(w->out, '\n');
}

/* Sentences as comment lines of at most LINE_MAX_LEN characters. */
static void comment(struct writer *w, const char *text)
{
	while (*text) {
		size_t room = LINE_MAX_LEN - strlen(w->lead) - 2, n = strcspn(text, "\n");
		if (n > room) {
			for (n = room; n > 0 && text[n] != ' '; n--)
				;
			if (!n)
				n = strcspn(text, " \n");
		}
		buf_addf(w->out, "%s# %.*s\n", w->lead, (int)n, text);
		text += n;
		text += *text == ' ' || *text == '\n';
	}
}

static void explain(struct writer *w, const struct field *f)
{
	struct buf text = BUF_INIT(4096);
	size_t lead = strlen(w->lead);

	if (w->dash && lead >= 2)
		w->lead[lead - 2] = 0; /* in line with the dash */
	buf_adds(&text, f->doc);
	if (f->fallback)
		buf_addf(&text, " Default: %s", f->fallback);
	if (f->type == FT_ENUM)
		for (const struct word *word = f->words; word->text; word++)
			buf_addf(&text, "\n- %s: %s", word->text, word->doc);
	comment(w, buf_str(&text));
	buf_release(&text);
	if (w->dash)
		deepen(w, "  ");
}

/* Other readers of YAML take these words, unquoted, as something else than text. */
static bool is_ambiguous(const char *s)
{
	static const char *const words[] = { "y", "n", "yes", "no", "on", "off", "true", "false",
					     "null" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(s, words[i]) == 0)
			return true;
	return false;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* True when the text is the same plain scalar for all readers. */
static bool is_plain(const char *s)
{
	size_t n = strlen(s);

	if ((!is_letter(s[0]) && s[0] != '/') || text_ends(s, " ") || is_ambiguous(s))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_letter(s[i]) && !(s[i] >= '0' && s[i] <= '9') && !strchr(" @._/+-", s[i]))
			return false;
	return true;
}

/* One character in double quotes. */
static void quoted_char(struct buf *out, int32_t c, const char *bytes, size_t n)
{
	if (c < 0)
		buf_adds(out, "\xef\xbf\xbd");
	else if (c == '"' || c == '\\')
		buf_addf(out, "\\%c", (char)c);
	else if (c < 0x20 || c == 0x7f)
		buf_addf(out, "\\x%02x", (unsigned)c);
	else
		buf_add(out, bytes, n);
}

/* The text as a YAML scalar. */
static void scalar(struct buf *out, enum field_type type, const char *s)
{
	bool is_text = type != FT_INT && type != FT_DURATION && type != FT_DATE &&
		       type != FT_TIME && type != FT_ENUM;

	if (!is_text || is_plain(s)) {
		buf_adds(out, s);
		return;
	}
	buf_addc(out, '"');
	for (size_t at = 0, len = strlen(s); at < len;) {
		size_t from = at;
		int32_t c = text_utf8_next(s, len, &at);
		quoted_char(out, c, s + from, at - from);
	}
	buf_addc(out, '"');
}

static void table(struct writer *w, const struct subtable *t, bool used);

static void texts(struct writer *w, const struct field *f, size_t n)
{
	buf_addc(w->out, '[');
	for (size_t i = 0; i < n; i++) {
		size_t was = step(w, NULL, i);
		buf_adds(w->out, i ? ", " : "");
		scalar(w->out, f->item, value_at(w, w->path)->text);
		w->path[was] = 0;
	}
	buf_adds(w->out, "]\n");
}

static void list(struct writer *w, const struct field *f, bool used)
{
	enum starter_detail detail = w->detail;
	size_t n = n_given(w), was_lead = deepen(w, "    ");

	buf_addc(w->out, '\n');
	for (size_t i = 0; i < (n ? n : 1); i++) {
		size_t was = step(w, NULL, i);
		w->dash = true;
		table(w, f->sub, used);
		w->path[was] = 0;
		w->detail = STARTER_BRIEF; /* one item explains them all */
	}
	w->detail = detail;
	w->lead[was_lead] = 0;
}

/* What stands behind "key:". */
static void value(struct writer *w, const struct field *f, bool used)
{
	const struct starter_value *given = value_at(w, w->path);
	size_t n_items = f->type == FT_TEXTS ? n_given(w) : 0;

	if (f->type == FT_STRUCT) {
		buf_addc(w->out, '\n');
		size_t was = deepen(w, "  ");
		table(w, f->sub, used);
		w->lead[was] = 0;
	} else if (f->type == FT_LIST) {
		list(w, f, used);
	} else {
		buf_addc(w->out, ' ');
		if (n_items) {
			texts(w, f, n_items);
			return;
		}
		if (given && given->text)
			scalar(w->out, f->type, given->text);
		else
			buf_adds(w->out, !used && f->fallback ? f->fallback : f->example);
		buf_addc(w->out, '\n');
	}
}

static bool is_alternative(const struct subtable *t, const struct field *f)
{
	for (const char *const *key = t->exactly_one; key && *key; key++)
		if (text_eq(*key, f->key))
			return true;
	return false;
}

/* True when the field is written. `used`: the object around it is. */
static bool is_written(const struct writer *w, const struct subtable *t, const struct field *f,
		       bool used)
{
	const struct starter_value *given = value_at(w, w->path);

	if (given && !given->text)
		return false;
	if (is_given(w, w->path) || f->flags & (FF_REQUIRED | FF_STARTER))
		return true;
	/* An object that is commented out shows its defaults: it can be switched on as it is. */
	return !used && f->fallback && !is_alternative(t, f);
}

/* The first field stands for those of an object that requires none. */
static size_t only_choice(struct writer *w, const struct subtable *t, bool used)
{
	for (size_t i = 0; i < t->n_field; i++) {
		size_t was = step(w, t->field[i].key, 0);
		bool written = is_written(w, t, &t->field[i], used);
		w->path[was] = 0;
		if (written)
			return SIZE_MAX;
	}
	return 0;
}

static void field(struct writer *w, const struct field *f, bool written, bool used)
{
	bool dash = w->dash;

	if (!written) {
		deepen(w, "#");
		w->dash = false;
	}
	line(w);
	buf_addf(w->out, "%s:", f->key);
	value(w, f, used && written);
	if (!written)
		w->dash = dash;
}

static void table(struct writer *w, const struct subtable *t, bool used)
{
	size_t choice = only_choice(w, t, used), lead = strlen(w->lead);
	bool first = true;

	for (size_t i = 0; i < t->n_field; i++) {
		const struct field *f = &t->field[i];
		size_t path = step(w, f->key, 0);
		bool written = i == choice || is_written(w, t, f, used);

		if ((written || w->detail == STARTER_FULL) && !text_eq(w->path, w->hidden)) {
			if (w->detail == STARTER_FULL) {
				if (!first)
					gap(w);
				explain(w, f);
			}
			first = false;
			field(w, f, written, used);
			w->lead[lead] = 0;
		}
		w->path[path] = 0;
	}
}

static void section(struct writer *w, const char *key, const struct subtable *t)
{
	buf_addf(w->out, "%s:\n", key);
	size_t path = step(w, key, 0), lead = deepen(w, "  ");
	table(w, t, true);
	w->path[path] = 0;
	w->lead[lead] = 0;
}

void emit_document(struct buf *out, const struct kind *kind, const struct starter_value *v,
		   size_t n, enum starter_detail detail)
{
	struct writer w = { .out = out, .value = v, .n = n };

	if (kind->has_tenant == TENANT_FORBIDDEN)
		w.hidden = "metadata.tenant";
	if (detail != STARTER_BRIEF)
		comment(&w, kind->doc);
	buf_addf(out, "apiVersion: apnsctl/v1\nkind: %s\n", kind->name);
	w.detail = detail == STARTER_FULL ? STARTER_FULL : STARTER_BRIEF;
	section(&w, "metadata", kind_meta());
	w.detail = detail == STARTER_BRIEF ? STARTER_BRIEF : STARTER_FULL;
	section(&w, "spec", &kind->spec);
}
