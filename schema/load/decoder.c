/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/load/decoder.h"

#include <stdarg.h>
#include <stdio.h>

#include "schema/base/buf.h"
#include "schema/base/lookalike.h"
#include "schema/yaml/problem.h"

enum { PLACE_BYTES = 1024, MESSAGE_BYTES = 1024 };

static void add_pointer(struct buf *b, const struct place *at)
{
	if (!at)
		return;
	add_pointer(b, at->up);
	buf_addc(b, '/');
	if (!at->key)
		buf_addf(b, "%zu", at->index);
	for (const char *s = at->key; s && *s; s++) { /* RFC 6901, 3 */
		if (*s == '~' || *s == '/')
			buf_adds(b, *s == '~' ? "~0" : "~1");
		else
			buf_addc(b, *s);
	}
}

/* Fills in what a finding says beside its message. */
static struct finding *locate(struct decoder *d, struct finding *f, const struct place *at)
{
	struct arena *mem = d->fs->mem;
	struct buf pointer = BUF_INIT(PLACE_BYTES);

	f->object.kind = d->object.kind;
	f->object.tenant = arena_strdup(mem, d->object.tenant);
	f->object.name = arena_strdup(mem, d->object.name);
	add_pointer(&pointer, at);
	f->pointer = arena_strdup(mem, buf_str(&pointer));
	buf_release(&pointer);
	return f;
}

struct finding *decoder_tell(struct decoder *d, enum rule_code rule, const struct place *at,
			     struct span span, const char *fmt, ...)
{
	char message[MESSAGE_BYTES];
	va_list ap;

	if (findings_full(d->fs, d->path))
		return &d->dummy;
	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	return locate(d, finding_add(d->fs, rule, d->path, span, "%s", message), at);
}

struct finding *decoder_tell_spelling(struct decoder *d, const struct place *at,
				      const struct node *n)
{
	if (n->type != NODE_SCALAR || n->quoted)
		return NULL;
	if (findings_full(d->fs, d->path))
		return &d->dummy;
	struct finding *f = yaml_tell_spelling(d->path, n->text, n->len, n->span, d->fs);
	return f ? locate(d, f, at) : NULL;
}

void decoder_suggest(struct decoder *d, struct finding *f, struct span at, const char *text,
		     const char *title)
{
	if (f != &d->dummy)
		finding_suggest(d->fs, f, at, text, title);
}

static void add_place(struct buf *b, const struct place *at)
{
	if (!at)
		return;
	add_place(b, at->up);
	if (at->key)
		buf_addf(b, "%s%s", at->up ? "." : "", at->key);
	else
		buf_addf(b, "[%zu]", at->index);
}

const char *decoder_place(const struct decoder *d, const struct place *at)
{
	struct buf b = BUF_INIT(PLACE_BYTES);

	add_place(&b, at);
	const char *text = arena_strdup(d->fs->mem, buf_str(&b));
	buf_release(&b);
	return text;
}

const char *decoder_where(const struct decoder *d, const struct place *at)
{
	if (!d->kind)
		return "this document";
	if (!at)
		return d->kind->name;
	return arena_printf(d->fs->mem, "%s of %s", decoder_place(d, at), d->kind->name);
}

const char *decoder_lookalike(const struct decoder *d, const struct node *n)
{
	char name[LOOKALIKE_TEXT];
	int32_t c = lookalike_find(n->text, n->len);

	if (c)
		return arena_printf(d->fs->mem, " It holds %s", lookalike_text(c, name));
	bool has_edge = n->len && (n->text[0] == ' ' || n->text[n->len - 1] == ' ');
	return has_edge ? " It starts or ends with a blank" : "";
}

const char *decoder_quote(const struct decoder *d, const char *text, size_t len)
{
	return yaml_quote(d->fs->mem, text, len);
}

const char *decoder_what(const struct decoder *d, const struct node *n)
{
	if (n->type == NODE_MAP)
		return "a mapping";
	if (n->type == NODE_SEQ)
		return "a list";
	if (n->missing)
		return "nothing";
	return arena_printf(d->fs->mem, "the text %s", decoder_quote(d, n->text, n->len));
}
