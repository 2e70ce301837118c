/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/edit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reconcile/adapter/file/file.h"
#include "schema/base/text.h"
#include "schema/yaml/scan.h"

enum { EDIT_FILE_MAX = 1 << 20, EDIT_MODE = 0644 };

void edits_start(struct edits *x, const char *root)
{
	*x = (struct edits){ 0 };
	x->root = arena_strdup(&x->mem, root);
}

static const char *whole_path(struct edits *x, const char *path)
{
	return arena_printf(&x->mem, "%s/%s", x->root, path);
}

/* A symbolic link on the way would lead a write out of the repository. */
static int check_links(struct edits *x, const char *path, struct err *e)
{
	char *copy = arena_strdup(&x->mem, whole_path(x, path));
	char *slash = copy + strlen(x->root);
	struct stat st;

	while (slash) {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = 0;
		if (lstat(copy, &st) == 0 && S_ISLNK(st.st_mode))
			return err_set(e, ERR_REFUSED,
				       "%s is a symbolic link; put the file itself there", copy);
		if (slash)
			*slash = '/';
	}
	return 0;
}

static int load_old(struct edits *x, struct edit_file *f, struct err *e)
{
	const char *path = whole_path(x, f->path);
	struct stat st;

	if (check_links(x, f->path, e))
		return -1;
	f->is_new = lstat(path, &st) && errno == ENOENT;
	return f->is_new ? 0 : file_read(path, EDIT_FILE_MAX, &f->old, e);
}

static struct edit_file *find_file(struct edits *x, const char *path, struct err *e)
{
	for (size_t i = 0; i < x->n; i++)
		if (text_eq(x->file[i].path, path))
			return &x->file[i];
	struct edit_file *f = arena_push(&x->mem, &x->file, &x->n, &x->cap, sizeof(*f));
	*f = (struct edit_file){ .path = arena_strdup(&x->mem, path),
				 .old = BUF_INIT(EDIT_FILE_MAX) };
	return load_old(x, f, e) ? NULL : f;
}

static void add_piece(struct edits *x, struct edit_file *f, struct splice p)
{
	*(struct splice *)arena_push(&x->mem, &f->piece, &f->n, &f->cap, sizeof(p)) = p;
}

int edits_put_over(struct edits *x, const char *path, const struct buf *old, const struct buf *text,
		   struct err *e)
{
	struct edit_file *f = find_file(x, path, e);

	if (!f)
		return -1;
	if (f->is_new || f->old.len != old->len ||
	    memcmp(buf_str(&f->old), buf_str(old), old->len) != 0)
		return err_set(e, ERR_REFUSED,
			       "%s was changed since it was read; look at it and run again",
			       whole_path(x, path));
	return edits_put(x, path, buf_str(text), text->len, e);
}

int edits_put(struct edits *x, const char *path, const char *text, size_t len, struct err *e)
{
	struct edit_file *f = find_file(x, path, e);

	if (!f)
		return -1;
	if (!f->is_new && f->old.len == len && !memcmp(buf_str(&f->old), text, len))
		return 1;
	add_piece(x, f, (struct splice){ 0, f->old.len, arena_strndup(&x->mem, text, len) });
	return 0;
}

/* The bytes at the place are `old`, bare or in quotes. */
static bool stands_there(const char *at, size_t n, const char *old)
{
	size_t len = strlen(old);
	bool quoted = n == len + 2 && (at[0] == '"' || at[0] == '\'') && at[n - 1] == at[0];

	return (n == len && !memcmp(at, old, len)) || (quoted && !memcmp(at + 1, old, len));
}

static int find_piece(struct edits *x, const struct edit_file *f, struct pos at, const char *old,
		      struct splice *out, struct err *e)
{
	struct findings fs = FINDINGS_INIT(&x->mem);
	struct yaml_scan scan;

	yaml_scan(f->path, buf_str(&f->old), f->old.len, &x->mem, &fs, &scan);
	if (!scan.refused && at.line)
		*out = splice_at(&scan, span_of(at), out->text);
	size_t len = out->to - out->from;
	if (!len || !stands_there(buf_str(&f->old) + out->from, len, old))
		return err_set(e, ERR_REFUSED,
			       "%s:%u does not hold '%s' any more; look at the file and try again",
			       f->path, at.line, old);
	bool quoted = len > strlen(old);
	out->from += quoted;
	out->to -= quoted;
	return 0;
}

int edits_replace(struct edits *x, const char *path, struct pos at, const char *old,
		  const char *text, struct err *e)
{
	struct edit_file *f = find_file(x, path, e);
	struct splice p = { .text = arena_strdup(&x->mem, text) };

	if (!f || find_piece(x, f, at, old, &p, e))
		return -1;
	for (size_t i = 0; i < f->n; i++)
		if (f->piece[i].from == p.from)
			return 0;
	add_piece(x, f, p);
	return 0;
}

static int write_one(struct edits *x, struct edit_file *f, struct err *e)
{
	struct buf text = BUF_INIT(EDIT_FILE_MAX);
	const char *path = whole_path(x, f->path);
	struct stat st;
	mode_t mode = lstat(path, &st) ? EDIT_MODE : st.st_mode & 0777;
	int failed;

	bool all = splice_apply(buf_str(&f->old), f->old.len, f->piece, f->n, &text) == f->n;
	failed = !all	     ? err_set(e, ERR_BUG, "%s: two edits meet", path)
		 : text.full ? err_set(e, ERR_INPUT, "%s would be larger than 1 MiB", path)
			   : file_make_parents(path, e) ||
				 file_write_atomic(path, buf_str(&text), text.len, mode, e);
	f->written = !failed;
	buf_release(&text);
	return failed ? -1 : 0;
}

static void put_back(struct edits *x, struct err *e)
{
	for (size_t i = 0; i < x->n; i++) {
		struct edit_file *f = &x->file[i];
		const char *path = whole_path(x, f->path);
		struct err why = { 0 };
		struct stat st;
		if (!f->written)
			continue;
		if (f->is_new
			? unlink(path) != 0
			: (lstat(path, &st) || file_write_atomic(path, buf_str(&f->old), f->old.len,
								 st.st_mode & 0777, &why)))
			err_wrap(e, "%s is changed and could not be put back", f->path);
	}
}

int edits_write(struct edits *x, struct err *e)
{
	for (size_t i = 0; i < x->n; i++) {
		if (!x->file[i].n)
			continue;
		if (write_one(x, &x->file[i], e)) {
			put_back(x, e);
			return -1;
		}
	}
	return 0;
}

void edits_release(struct edits *x)
{
	for (size_t i = 0; i < x->n; i++)
		buf_release(&x->file[i].old);
	arena_release(&x->mem);
	*x = (struct edits){ 0 };
}
