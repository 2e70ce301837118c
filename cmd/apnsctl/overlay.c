/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/overlay.h"

#include <stdlib.h>
#include <string.h>

struct file {
	char oid[OID_TEXT];
	struct buf text;
};

struct overlay {
	struct source base;
	struct source *below;
	struct file **file; /* by oid */
	size_t n, cap;
};

static struct source *below(struct source *s)
{
	return ((struct overlay *)s)->below;
}

/* Where the file stands, or belongs. */
static size_t place_of(const struct overlay *o, const char *oid)
{
	size_t from = 0;

	for (size_t to = o->n; from < to;) {
		size_t mid = from + (to - from) / 2;
		if (strcmp(o->file[mid]->oid, oid) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static int fetch(struct source *s, char tip[OID_TEXT], struct err *e)
{
	return below(s)->ops->fetch(below(s), tip, e);
}

static int resolve(struct source *s, const char *rev, char commit[OID_TEXT], struct err *e)
{
	return below(s)->ops->resolve(below(s), rev, commit, e);
}

static int descends(struct source *s, const char *commit, const char *ancestor, struct err *e)
{
	return below(s)->ops->descends(below(s), commit, ancestor, e);
}

static int list(struct source *s, const char *commit, const char *folder, source_entry_fn *fn,
		void *arg, struct err *e)
{
	return below(s)->ops->list(below(s), commit, folder, fn, arg, e);
}

static int walk(struct source *s, const char *commit, const char *folder, source_entry_fn *fn,
		void *arg, struct err *e)
{
	return below(s)->ops->walk(below(s), commit, folder, fn, arg, e);
}

static int read_file(struct source *s, const char *oid, struct buf *out, struct err *e)
{
	struct overlay *o = (struct overlay *)s;
	size_t at = place_of(o, oid);

	if (at == o->n || strcmp(o->file[at]->oid, oid) != 0)
		return o->below->ops->read(o->below, oid, out, e);
	buf_clear(out);
	buf_add(out, buf_str(&o->file[at]->text), o->file[at]->text.len);
	return 0;
}

static int lookup(struct source *s, const char *commit, const char *path, char oid[OID_TEXT],
		  struct err *e)
{
	return below(s)->ops->lookup(below(s), commit, path, oid, e);
}

static void close_overlay(struct source *s)
{
	struct overlay *o = (struct overlay *)s;

	o->below->ops->close(o->below);
	for (size_t i = 0; i < o->n; i++) {
		buf_release(&o->file[i]->text);
		free(o->file[i]);
	}
	free(o->file);
	free(o);
}

static const struct source_ops ops = {
	.fetch = fetch,
	.resolve = resolve,
	.descends = descends,
	.list = list,
	.walk = walk,
	.read = read_file,
	.lookup = lookup,
	.close = close_overlay,
};

struct source *overlay_open(struct source *source)
{
	struct overlay *o = calloc(1, sizeof(*o));

	if (!o)
		out_of_memory();
	o->base.ops = &ops;
	o->below = source;
	return &o->base;
}

/* A new entry without text, at its place. */
static struct file *insert(struct overlay *o, size_t at, const char *oid)
{
	struct file *f = calloc(1, sizeof(*f));

	if (o->n == o->cap) {
		o->cap = o->cap ? o->cap * 2 : 16;
		o->file = reallocarray(o->file, o->cap, sizeof(struct file *));
	}
	if (!f || !o->file)
		out_of_memory();
	memmove(o->file + at + 1, o->file + at, (o->n - at) * sizeof(struct file *));
	o->file[at] = f;
	o->n++;
	strncpy(f->oid, oid, sizeof(f->oid) - 1);
	f->text = (struct buf)BUF_INIT(SOURCE_FILE_MAX);
	return f;
}

void overlay_put(struct source *overlay, const char *oid, const struct buf *text)
{
	struct overlay *o = (struct overlay *)overlay;
	size_t at = place_of(o, oid);
	struct file *f =
	    at < o->n && !strcmp(o->file[at]->oid, oid) ? o->file[at] : insert(o, at, oid);

	buf_clear(&f->text);
	buf_add(&f->text, buf_str(text), text->len);
}
