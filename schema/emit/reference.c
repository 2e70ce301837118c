/* SPDX-License-Identifier: Apache-2.0 */
/* The reference page of a kind: a complete example, then one table an object. */
#include "schema/emit/emit.h"

#include <string.h>

#include "schema/base/clock.h"

/* What a value of the type is, in words. */
static const char *const type_words[] = {
	[FT_STRING] = "text",
	[FT_NAME] = "name",
	[FT_PERSON] = "id of a person",
	[FT_OLD_NAME] = "name, or tenant/name",
	[FT_REF] = "name of",
	[FT_ENUM] = "word",
	[FT_INT] = "number",
	[FT_DURATION] = "duration",
	[FT_DATE] = "date, such as 2026-11-24",
	[FT_TIME] = "time in UTC, such as 2026-11-24T03:27:46Z",
	[FT_EMAIL] = "mail address",
	[FT_DOMAIN] = "domain in lower case",
	[FT_TOPIC] = "topic (com.apple.mgmt.…)",
	[FT_SERIAL] = "serial number in upper-case hex",
	[FT_PATH] = "path",
	[FT_ORIGIN] = "scheme://host or scheme://host:port",
	[FT_URL] = "URL without a password",
	[FT_TEXTS] = "list",
	[FT_STRUCT] = "object",
	[FT_LIST] = "list of objects",
	[FT_LABELS] = "mapping of text to text",
};
_Static_assert(sizeof(type_words) / sizeof(type_words[0]) == FT_MAX, "words for each type");

/* Prose of the tables inside a table cell: what Markdown would take as markup is escaped. */
static void prose(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (strchr("\\`*_<>|[]", *s))
			buf_addc(out, '\\');
		buf_addc(out, *s);
	}
}

static void code(struct buf *out, const char *s)
{
	buf_addf(out, "`%s`", s);
}

static void type_of(struct buf *out, const struct field *f)
{
	enum field_type type = f->type == FT_TEXTS ? f->item : f->type;
	char least[TIME_TEXT], most[TIME_TEXT];

	if (f->type == FT_TEXTS)
		buf_adds(out, "list: ");
	buf_adds(out, type_words[type]);
	if (type == FT_REF) /* an AppleIDAlias, an MDMServer */
		buf_addf(out, " %s [%s](%s.md)", strchr("AEIOM", kind_name(f->ref)[0]) ? "an" : "a",
			 kind_name(f->ref), kind_name(f->ref));
	if (type != FT_ENUM)
		for (const struct word *w = f->words; w && w->text; w++) {
			buf_adds(out, ", or ");
			code(out, w->text);
		}
	if (f->type == FT_INT)
		buf_addf(out, ", %lld to %lld", (long long)f->min, (long long)f->max);
	if (f->type == FT_DURATION && f->max)
		buf_addf(out, ", %s to %s", duration_format(f->min, least),
			 duration_format(f->max, most));
}

/* The address of the heading "spec.serverRefs" on the page: lower case, without punctuation. */
static void anchor(struct buf *out, const char *path)
{
	for (; *path; path++)
		if (*path != '.')
			buf_addc(out, *path >= 'A' && *path <= 'Z' ? (char)(*path + 32) : *path);
}

static void row(struct buf *out, const struct field *f, const char *path)
{
	buf_adds(out, "| ");
	code(out, f->key);
	buf_adds(out, f->flags & FF_REQUIRED ? " (required) | " : " | ");
	if (f->sub) {
		buf_addf(out, "[%s](#", type_words[f->type]);
		anchor(out, path);
		buf_adds(out, ")");
	} else {
		type_of(out, f);
	}
	buf_adds(out, " | ");
	if (f->fallback)
		code(out, f->fallback);
	buf_adds(out, " | ");
	prose(out, f->doc);
	if (f->type == FT_ENUM)
		for (const struct word *w = f->words; w->text; w++) {
			buf_adds(out, "<br>");
			code(out, w->text);
			buf_adds(out, ": ");
			prose(out, w->doc);
		}
	buf_adds(out, "<br>Example: ");
	code(out, f->example);
	buf_adds(out, " |\n");
}

static void exactly_one(struct buf *out, const char *const *key)
{
	buf_adds(out, "\nExactly one of ");
	for (; *key; key++) {
		code(out, *key);
		buf_adds(out, key[1] ? (key[2] ? ", " : " and ") : " is required.\n");
	}
}

/* `path`: of the object; it is changed on the way and comes back as it was. */
static void table(struct buf *out, struct buf *path, const struct subtable *t, const char *hidden)
{
	size_t len = path->len;

	buf_addf(out, "\n## %s\n\n", buf_str(path));
	prose(out, t->doc);
	buf_addc(out, '\n');
	if (t->exactly_one)
		exactly_one(out, t->exactly_one);
	buf_adds(out, "\n| key | value | default | meaning |\n|---|---|---|---|\n");
	for (int sub = 0; sub < 2; sub++)
		for (size_t i = 0; i < t->n_field; i++) {
			const struct field *f = &t->field[i];
			if (hidden && strcmp(f->key, hidden) == 0)
				continue;
			buf_addf(path, ".%s", f->key);
			if (!sub)
				row(out, f, buf_str(path));
			else if (f->sub)
				table(out, path, f->sub, NULL);
			path->data[path->len = len] = 0;
		}
}

void emit_reference(struct buf *out, const struct kind *kind)
{
	struct buf path = BUF_INIT(256);

	buf_addf(out,
		 "<!-- Written by `apnsctl schema %s --format markdown`: `make docs` writes it "
		 "again. -->\n# %s\n\n",
		 kind->name, kind->name);
	prose(out, kind->doc);
	buf_adds(out, "\n\n```yaml\n");
	emit_document(out, kind, NULL, 0, STARTER_BRIEF);
	buf_addf(out,
		 "```\n\nAll keys with explanations: `apnsctl schema %s --format yaml`. For "
		 "editors: [%s.json](../../schema/json/%s.json).\n",
		 kind->name, kind->name, kind->name);
	buf_adds(&path, "metadata");
	table(out, &path, kind_meta(), kind->has_tenant == TENANT_FORBIDDEN ? "tenant" : NULL);
	buf_clear(&path);
	buf_adds(&path, "spec");
	table(out, &path, &kind->spec, NULL);
	buf_release(&path);
}
