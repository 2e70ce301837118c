/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/lint_fix.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/apnsctl/app.h"
#include "cmd/apnsctl/edit.h"
#include "cmd/apnsctl/overlay.h"
#include "schema/base/text.h"
#include "schema/base/token.h"
#include "schema/yaml/doc.h"

void lint_fix_start(struct lint_fix *x, struct repo *repo)
{
	*x = (struct lint_fix){ .repo = repo };
	repo->source = overlay_open(repo->source);
}

/* Places of objects end at this column: what lies behind is not where it seems to be. */
static bool is_exact(struct span at)
{
	return at.line && at.col < UINT16_MAX && at.end_col < UINT16_MAX;
}

static struct fixed *find(struct lint_fix *x, const char *path)
{
	for (size_t i = 0; i < x->n; i++)
		if (text_eq(x->file[i].path, path))
			return &x->file[i];
	return NULL;
}

/* The file, read when it is a new one. */
static struct fixed *open_file(struct lint_fix *x, const char *path, struct err *e)
{
	struct source *s = x->repo->source;
	struct fixed *f = find(x, path);

	if (f)
		return f;
	f = arena_push(&x->mem, &x->file, &x->n, &x->cap, sizeof(*f));
	*f = (struct fixed){ .path = arena_strdup(&x->mem, path),
			     .old = BUF_INIT(SOURCE_FILE_MAX),
			     .text = BUF_INIT(SOURCE_FILE_MAX) };
	if (s->ops->lookup(s, x->repo->commit, path, f->oid, e) ||
	    s->ops->read(s, f->oid, &f->old, e)) {
		err_set(e, ERR_REFUSED, "%s can not be read any more; run again", path);
		return NULL;
	}
	buf_add(&f->text, buf_str(&f->old), f->old.len);
	return f;
}

/* An edit makes no file unreadable that was readable. */
static bool is_readable(const struct buf *text)
{
	struct arena mem = ARENA_INIT;
	struct findings unheard = FINDINGS_INIT(&mem);
	struct yaml_file y;

	yaml_parse("", buf_str(text), text->len, &mem, &unheard, &y);
	bool readable = !y.broken;
	arena_release(&mem);
	return readable;
}

/* The edits, all of one file, as pieces of its present text. */
static size_t find_pieces(const struct fixed *x, const struct edit *const *edit, size_t n,
			  struct arena *mem, struct splice *piece)
{
	struct findings unheard = FINDINGS_INIT(mem);
	struct yaml_scan scan;
	size_t found = 0;

	yaml_scan(x->path, buf_str(&x->text), x->text.len, mem, &unheard, &scan);
	for (size_t i = 0; !scan.refused && i < n; i++)
		if (is_exact(edit[i]->at))
			piece[found++] = splice_at(&scan, edit[i]->at, edit[i]->text);
	return found;
}

static int fix_file(struct lint_fix *x, const struct edit *const *edit, size_t n, struct err *e)
{
	struct fixed *file = open_file(x, edit[0]->file, e);
	struct arena mem = ARENA_INIT;
	struct buf text = BUF_INIT(SOURCE_FILE_MAX);

	if (!file)
		return -1;
	struct splice *piece = arena_array(&mem, n, sizeof(*piece));
	n = find_pieces(file, edit, n, &mem, piece);
	n = splice_apply(buf_str(&file->text), file->text.len, piece, n, &text);
	bool good = n && !text.full && (is_readable(&text) || !is_readable(&file->text));
	if (good) {
		overlay_put(x->repo->source, file->oid, &text);
		buf_clear(&file->text);
		buf_add(&file->text, buf_str(&text), text.len);
		x->n_edit += n;
	}
	buf_release(&text);
	arena_release(&mem);
	return good;
}

/* An edit and its turn among all. */
struct turn {
	const struct edit *edit;
	size_t at;
};

static int by_file(const void *x, const void *y)
{
	const struct turn *a = x, *b = y;
	int c = text_cmp(a->edit->file, b->edit->file);

	return c ? c : (a->at > b->at) - (a->at < b->at);
}

/* All edits, file by file, in the order of the findings. */
static const struct edit **list_edits(const struct findings *fs, struct arena *mem, size_t *n)
{
	struct turn *turn = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t i = 0; i < fs->n; i++)
		for (size_t k = 0; fs->item[i].fix && k <= fs->item[i].n_also; k++) {
			struct turn *t = arena_push(mem, &turn, n, &cap, sizeof(*t));
			*t = (struct turn){ k ? &fs->item[i].also[k - 1] : fs->item[i].fix, *n };
		}
	if (*n)
		qsort(turn, *n, sizeof(*turn), by_file);
	const struct edit **edit = arena_array(mem, *n + 1, sizeof(*edit));
	for (size_t i = 0; i < *n; i++)
		edit[i] = turn[i].edit;
	return edit;
}

int lint_fix_pass(struct lint_fix *x, const struct findings *fs, struct err *e)
{
	struct arena mem = ARENA_INIT;
	size_t all;
	const struct edit **edit = list_edits(fs, &mem, &all);
	int some = 0, done = 0;

	for (size_t i = 0, n; done >= 0 && i < all; i += n) {
		for (n = 1; i + n < all && text_eq(edit[i + n]->file, edit[i]->file);)
			n++;
		done = fix_file(x, edit + i, n, e);
		some |= done > 0;
	}
	arena_release(&mem);
	return done < 0 ? -1 : some;
}

int lint_fix_write(struct lint_fix *x, struct err *e)
{
	struct edits all;
	int failed = 0;

	edits_start(&all, x->repo->root);
	for (size_t i = 0; !failed && i < x->n; i++)
		failed =
		    edits_put_over(&all, x->file[i].path, &x->file[i].old, &x->file[i].text, e) < 0;
	failed = failed || edits_write(&all, e);
	edits_release(&all);
	return failed ? -1 : 0;
}

static int by_path(const void *a, const void *b)
{
	return text_cmp(((const struct fixed *)a)->path, ((const struct fixed *)b)->path);
}

/* A patch without its secret would not apply. */
static bool hides(const struct fixed *f)
{
	struct token secret;
	bool yes = token_find(buf_str(&f->old), f->old.len, 0, &secret) < f->old.len;

	if (yes)
		app_say("apnsctl: %s holds a secret, so that its change is not shown",
			app_safe(f->path));
	return yes;
}

int lint_fix_diff(const struct lint_fix *x, struct buf *out, struct err *e)
{
	if (x->n)
		qsort(x->file, x->n, sizeof(*x->file), by_path);
	for (size_t i = 0; i < x->n; i++)
		if (!hides(&x->file[i]) && repo_patch(x->repo, x->file[i].path, &x->file[i].old,
						      &x->file[i].text, out, e))
			return -1;
	return 0;
}

void lint_fix_release(struct lint_fix *x)
{
	for (size_t i = 0; i < x->n; i++) {
		buf_release(&x->file[i].old);
		buf_release(&x->file[i].text);
	}
	arena_release(&x->mem);
	*x = (struct lint_fix){ 0 };
}
