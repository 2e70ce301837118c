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

void lint_fix_start(struct lint_fix *x, struct repo *repo,
		    bool (*keeps)(void *arg, const char *file), void *arg)
{
	*x = (struct lint_fix){ .repo = repo, .keeps = keeps, .arg = arg };
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
			     .text = BUF_INIT(SOURCE_FILE_MAX),
			     .next = BUF_INIT(SOURCE_FILE_MAX) };
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

/* Makes `next` of a file: its text with the edits. How many of them were made. */
static int try_file(struct lint_fix *x, const struct edit *const *edit, size_t n,
		    struct fixed **out, struct err *e)
{
	struct fixed *file = *out = open_file(x, edit[0]->file, e);
	struct arena mem = ARENA_INIT;

	if (!file)
		return -1;
	struct splice *piece = arena_array(&mem, n, sizeof(*piece));
	n = find_pieces(file, edit, n, &mem, piece);
	buf_clear(&file->next);
	n = splice_apply(buf_str(&file->text), file->text.len, piece, n, &file->next);
	bool good = !file->next.full && (is_readable(&file->next) || !is_readable(&file->text));
	arena_release(&mem);
	return good ? (int)n : 0;
}

static void take(struct lint_fix *x, struct fixed *file, size_t n)
{
	overlay_put(x->repo->source, file->oid, &file->next);
	buf_clear(&file->text);
	buf_add(&file->text, buf_str(&file->next), file->next.len);
	file->pass = x->pass;
	x->n_edit += n;
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

/* Edits file by file, each file's in the order in which they came. */
struct edit_list {
	struct arena mem;
	struct turn *turn;
	const struct edit **edit;
	size_t n, cap;
};

static void list_add(struct edit_list *l, const struct edit *edit)
{
	struct turn *t = arena_push(&l->mem, &l->turn, &l->n, &l->cap, sizeof(*t));

	*t = (struct turn){ edit, l->n };
}

static void list_sort(struct edit_list *l)
{
	if (l->n)
		qsort(l->turn, l->n, sizeof(*l->turn), by_file);
	l->edit = arena_array(&l->mem, l->n + 1, sizeof(*l->edit));
	for (size_t i = 0; i < l->n; i++)
		l->edit[i] = l->turn[i].edit;
}

/* How many of the edits from `i` on are of its file. */
static size_t list_run(const struct edit_list *l, size_t i)
{
	size_t n = 1;

	while (i + n < l->n && text_eq(l->edit[i + n]->file, l->edit[i]->file))
		n++;
	return n;
}

/* What belongs together: all of it is made, or nothing. */
static int fix_together(struct lint_fix *x, const struct edit_list *l, struct err *e)
{
	struct fixed *file;

	for (size_t i = 0, n; i < l->n; i += n) {
		n = list_run(l, i);
		int made = try_file(x, &l->edit[i], n, &file, e);
		if (made < 0)
			return -1;
		if ((size_t)made < n || file->pass == x->pass)
			return 0;
	}
	for (size_t i = 0, n; i < l->n; i += n) {
		n = list_run(l, i);
		take(x, find(x, l->edit[i]->file), n);
	}
	return 1;
}

static bool may_edit(const struct lint_fix *x, const struct finding *f)
{
	for (size_t k = 0; k < f->n_also; k++)
		if (!x->keeps(x->arg, f->also[k].file))
			return false;
	return f->fix && x->keeps(x->arg, f->fix->file);
}

static int fix_joined(struct lint_fix *x, const struct findings *fs, struct err *e)
{
	int some = 0, done = 0;

	for (size_t i = 0; done >= 0 && i < fs->n; i++) {
		const struct finding *f = &fs->item[i];
		struct edit_list l = { 0 };
		if (!f->n_also || !may_edit(x, f))
			continue;
		list_add(&l, f->fix);
		for (size_t k = 0; k < f->n_also; k++)
			list_add(&l, &f->also[k]);
		list_sort(&l);
		done = fix_together(x, &l, e);
		some |= done > 0;
		arena_release(&l.mem);
	}
	return done < 0 ? -1 : some;
}

/* Those that stand alone, in the files that nothing was done to in this pass. */
static int fix_single(struct lint_fix *x, const struct findings *fs, struct err *e)
{
	struct edit_list l = { 0 };
	struct fixed *file;
	int some = 0, made = 0;

	for (size_t i = 0; i < fs->n; i++)
		if (!fs->item[i].n_also && may_edit(x, &fs->item[i]))
			list_add(&l, fs->item[i].fix);
	list_sort(&l);
	for (size_t i = 0, n; made >= 0 && i < l.n; i += n) {
		n = list_run(&l, i);
		made = try_file(x, &l.edit[i], n, &file, e);
		if (made > 0 && file->pass != x->pass) {
			take(x, file, (size_t)made);
			some = 1;
		}
	}
	arena_release(&l.mem);
	return made < 0 ? -1 : some;
}

int lint_fix_pass(struct lint_fix *x, const struct findings *fs, struct err *e)
{
	x->pass++;
	int joined = fix_joined(x, fs, e), single = joined < 0 ? -1 : fix_single(x, fs, e);

	return single < 0 ? -1 : joined || single;
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

/* A line of a patch that a terminal or a CI runner would not show, but obey. */
static bool is_obeyed(const char *line, size_t len)
{
	struct buf shown = BUF_INIT(SOURCE_FILE_MAX * 8);
	size_t start = len > 0, blank; /* behind the sign of the patch */
	bool plain = true;

	if (len > 3 && !memcmp(line + 1, "\xef\xbb\xbf", 3)) /* a byte order mark */
		start += 3;
	blank = start;
	while (blank < len && strchr(" \t", line[blank]))
		blank++;
	if (len > blank + 1 && !memcmp(line + blank, "::", 2))
		return true;
	len -= len && line[len - 1] == '\r';
	for (size_t i = start, n; plain && i < len; i += n + 1) {
		const char *tab = memchr(line + i, '\t', len - i);
		n = tab ? (size_t)(tab - line) - i : len - i;
		buf_clear(&shown);
		text_escape_terminal(&shown, line + i, n);
		plain = shown.len == n;
	}
	buf_release(&shown);
	return !plain;
}

/* A patch is the bytes of the file: what must not be printed can only be left out. */
static bool can_show(const struct fixed *f, const struct buf *patch)
{
	const char *p = buf_str(patch), *end = p + patch->len, *next;

	for (; p < end; p = next + 1) {
		next = memchr(p, '\n', (size_t)(end - p));
		next = next ? next : end;
		if (!is_obeyed(p, (size_t)(next - p)))
			continue;
		app_say("apnsctl: %s holds what a terminal or a CI runner would take for a "
			"command, so that its change is not shown; lint --fix makes it",
			app_safe(f->path));
		return false;
	}
	return true;
}

int lint_fix_diff(const struct lint_fix *x, struct buf *out, struct err *e)
{
	struct buf patch = BUF_INIT(LINT_DIFF_MAX);
	int failed = 0;

	if (x->n)
		qsort(x->file, x->n, sizeof(*x->file), by_path);
	for (size_t i = 0; !failed && i < x->n; i++) {
		const struct fixed *f = &x->file[i];
		buf_clear(&patch);
		if (hides(f))
			continue;
		failed = repo_patch(x->repo, f->path, &f->old, &f->text, &patch, e);
		if (!failed && can_show(f, &patch))
			buf_add(out, buf_str(&patch), patch.len);
	}
	buf_release(&patch);
	return failed;
}

void lint_fix_release(struct lint_fix *x)
{
	for (size_t i = 0; i < x->n; i++) {
		buf_release(&x->file[i].old);
		buf_release(&x->file[i].text);
		buf_release(&x->file[i].next);
	}
	arena_release(&x->mem);
	*x = (struct lint_fix){ 0 };
}
