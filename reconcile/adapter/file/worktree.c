/* SPDX-License-Identifier: Apache-2.0 */
/* The names are read once, all of them; files are read when they are asked for. */
#include "reconcile/adapter/file/worktree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reconcile/adapter/file/beneath.h"
#include "reconcile/adapter/file/file.h"
#include "schema/base/text.h"

enum { PATH_TEXT_MAX = 4096, NAMES_BYTES = 1 << 15 };

enum { FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

struct node {
	const char *name;
	const struct node *folder; /* NULL: the root */
	struct node *child;        /* in the order of a Git tree */
	uint32_t n_child, number;
	enum entry_type type;
	bool bad_name;
};

struct worktree {
	struct source base;
	struct worktree_options o;
	char *name; /* of the root, for texts */
	int root;
	bool is_read;
	struct arena mem;
	struct node top;
	struct node **node; /* by number */
	size_t n_node, cap_node;
};

/* The reading of names. */
struct scan {
	struct worktree *w;
	struct buf path; /* of what is looked at */
	struct err *e;
	char names[NAMES_BYTES]; /* of getdents64(2) */
};

static void cut(struct buf *path, size_t len)
{
	path->len = len;
	path->full = false;
	if (path->data)
		path->data[len] = 0;
}

static void join(struct buf *path, const char *name)
{
	if (path->len)
		buf_addc(path, '/');
	buf_adds(path, name);
}

static int folder_error(const struct scan *k)
{
	return err_set(k->e, ERR_SOURCE, "can not read the folder %s%s%s: %s", k->w->name,
		       k->path.len ? "/" : "", buf_str(&k->path), strerror(errno));
}

/* The type of an entry; false for what Git does not keep: sockets, devices, FIFOs. */
static bool type_of(int fd, const struct dirent64 *d, enum entry_type *type)
{
	unsigned char kind = d->d_type;
	struct stat st;

	if (kind == DT_UNKNOWN && !fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW))
		kind = (unsigned char)IFTODT(st.st_mode);
	*type = kind == DT_DIR ? ENTRY_FOLDER : kind == DT_LNK ? ENTRY_SYMLINK : ENTRY_FILE;
	return kind == DT_DIR || kind == DT_LNK || kind == DT_REG;
}

/* What is answered about an entry of the folder that is looked at; NULL: no. */
static bool ask(struct scan *k, bool (*question)(void *self, const char *path), const char *name,
		const char *end)
{
	size_t len = k->path.len;

	if (!question)
		return false;
	join(&k->path, name);
	buf_adds(&k->path, end);
	bool yes = !k->path.full && question(k->w->o.self, buf_str(&k->path));
	cut(&k->path, len);
	return yes;
}

static bool is_ignored(struct scan *k, const char *name, enum entry_type type)
{
	return ask(k, k->w->o.ignored, name, type == ENTRY_FOLDER ? "/" : "");
}

static bool is_submodule(struct scan *k, const char *name)
{
	return ask(k, k->w->o.submodule, name, "");
}

/* Adds the entry unless a commit would not have it. ".git" is a file in a linked work tree. */
static void add_entry(struct scan *k, int fd, const struct dirent64 *d, struct node *folder,
		      size_t *n, size_t *cap)
{
	struct worktree *w = k->w;
	enum entry_type type;

	if (text_eq(d->d_name, ".") || text_eq(d->d_name, ".."))
		return;
	if (text_eq(d->d_name, ".git")) {
		if (folder != &w->top)
			folder->type = ENTRY_SUBMODULE;
		return;
	}
	if (!type_of(fd, d, &type) || is_ignored(k, d->d_name, type))
		return;
	if (type == ENTRY_FOLDER && is_submodule(k, d->d_name))
		type = ENTRY_SUBMODULE;
	struct node *new = arena_push(&w->mem, &folder->child, n, cap, sizeof(*new));
	new->name = arena_strdup(&w->mem, d->d_name);
	new->type = type;
	new->bad_name = w->o.bad_name && w->o.bad_name(d->d_name, strlen(d->d_name));
}

/* As git sorts a tree: a folder as if its name ended with "/". */
static int by_name(const void *a, const void *b)
{
	const struct node *x = a, *y = b;
	const char *p = x->name, *q = y->name;

	while (*p && *p == *q) {
		p++;
		q++;
	}
	int c = *p ? (unsigned char)*p : x->type == ENTRY_FOLDER ? '/' : 0;
	int d = *q ? (unsigned char)*q : y->type == ENTRY_FOLDER ? '/' : 0;
	return c - d;
}

static int read_names(struct scan *k, int fd, struct node *folder)
{
	size_t n = 0, cap = 0;
	ssize_t got;

	while ((got = getdents64(fd, k->names, sizeof(k->names))) > 0) {
		for (ssize_t at = 0; at < got;) {
			const void *p = k->names + at;
			const struct dirent64 *d = p;
			add_entry(k, fd, d, folder, &n, &cap);
			at += d->d_reclen;
		}
		if (n > SOURCE_ENTRIES_MAX)
			break;
	}
	if (got < 0)
		return folder_error(k);
	folder->n_child = (uint32_t)n;
	return 0;
}

static int scan_folder(struct scan *k, int fd, struct node *folder, unsigned depth);

/* A folder that is gone meanwhile stays empty, and is left out like all empty ones. */
static int scan_child(struct scan *k, int fd, struct node *child, unsigned depth)
{
	size_t len = k->path.len;
	int rc = 0;

	join(&k->path, child->name);
	if (k->path.full || (child->type == ENTRY_FOLDER && depth >= SOURCE_DEPTH_MAX))
		child->bad_name = true;
	if (child->type == ENTRY_FOLDER && !child->bad_name) {
		int below = openat(fd, child->name, FOLDER_FLAGS);
		if (below >= 0) {
			rc = scan_folder(k, below, child, depth + 1);
			close(below);
		} else if (errno != ENOENT) {
			rc = folder_error(k);
		}
	}
	cut(&k->path, len);
	return rc;
}

static bool is_empty(const struct node *n)
{
	return n->type == ENTRY_FOLDER && !n->bad_name && !n->n_child;
}

/* Numbers the children that stay; they do not move any more. */
static int keep_children(struct scan *k, struct node *folder)
{
	struct worktree *w = k->w;
	uint32_t n = 0;

	for (uint32_t i = 0; i < folder->n_child; i++)
		if (!is_empty(&folder->child[i]))
			folder->child[n++] = folder->child[i];
	folder->n_child = n;
	if (n)
		qsort(folder->child, n, sizeof(*folder->child), by_name);
	if (w->n_node + n > SOURCE_ENTRIES_MAX)
		return err_set(k->e, ERR_SOURCE, "%s has more than %d entries", w->name,
			       SOURCE_ENTRIES_MAX);
	for (uint32_t i = 0; i < n; i++) {
		struct node *c = &folder->child[i];
		struct node **slot =
		    arena_push(&w->mem, &w->node, &w->n_node, &w->cap_node, sizeof(*slot));
		*slot = c;
		c->number = (uint32_t)w->n_node - 1;
		for (uint32_t j = 0; j < c->n_child; j++)
			c->child[j].folder = c;
	}
	return 0;
}

/* What is inside a repository belongs to that. */
static int scan_folder(struct scan *k, int fd, struct node *folder, unsigned depth)
{
	if (read_names(k, fd, folder))
		return -1;
	if (folder->type == ENTRY_SUBMODULE)
		folder->n_child = 0;
	for (uint32_t i = 0; i < folder->n_child; i++)
		if (scan_child(k, fd, &folder->child[i], depth))
			return -1;
	return keep_children(k, folder);
}

static int read_tree(struct worktree *w, struct err *e)
{
	if (w->is_read)
		return 0;
	struct scan *k = malloc(sizeof(*k));
	if (!k)
		out_of_memory();
	k->w = w;
	k->path = (struct buf)BUF_INIT(PATH_TEXT_MAX);
	k->e = e;
	w->top.type = ENTRY_FOLDER;
	int rc = scan_folder(k, w->root, &w->top, 1);
	buf_release(&k->path);
	free(k);
	w->is_read = !rc;
	return rc;
}

static const struct node *child_of(const struct node *folder, const char *name, size_t len,
				   enum entry_type type)
{
	char copy[256];
	struct node wanted = { .name = copy, .type = type };

	if (len >= sizeof(copy) || !folder->n_child)
		return NULL;
	memcpy(copy, name, len);
	copy[len] = 0;
	return bsearch(&wanted, folder->child, folder->n_child, sizeof(wanted), by_name);
}

/* The file or folder at a path; NULL: there is none. */
static const struct node *find(const struct worktree *w, const char *path)
{
	const struct node *n = &w->top;

	while (n && *path) {
		size_t len = strcspn(path, "/");
		const struct node *below = child_of(n, path, len, ENTRY_FOLDER);
		if (!below && !path[len])
			below = child_of(n, path, len, ENTRY_FILE);
		n = below;
		path += len + (path[len] == '/');
	}
	return n && !n->bad_name && (n->type == ENTRY_FILE || n->type == ENTRY_FOLDER) ? n : NULL;
}

static void write_oid(uint32_t number, char oid[OID_TEXT])
{
	for (int i = OID_TEXT - 2; i >= 0; i--, number /= 10)
		oid[i] = (char)('0' + number % 10);
	oid[OID_TEXT - 1] = 0;
}

static int tell(struct buf *path, const struct node *folder, bool deep, source_entry_fn *fn,
		void *arg, struct err *e)
{
	size_t len = path->len;
	int rc = 0;

	for (uint32_t i = 0; !rc && i < folder->n_child; i++) {
		const struct node *n = &folder->child[i];
		join(path, n->name);
		struct source_entry entry = { buf_str(path), n->type, "", n->bad_name };
		write_oid(n->number, entry.oid);
		rc = fn(&entry, arg, e);
		if (rc == SOURCE_PASS)
			rc = 0;
		else if (!rc && deep)
			rc = tell(path, n, deep, fn, arg, e);
		cut(path, len);
	}
	return rc;
}

static int tell_folder(struct source *s, const char *path, bool deep, source_entry_fn *fn,
		       void *arg, struct err *e)
{
	struct worktree *w = (struct worktree *)s;
	struct buf at = BUF_INIT(PATH_TEXT_MAX);

	if (read_tree(w, e))
		return -1;
	const struct node *folder = find(w, path);
	buf_adds(&at, path);
	int rc = folder ? tell(&at, folder, deep, fn, arg, e) : 0;
	buf_release(&at);
	return rc;
}

static int list(struct source *s, const char *commit, const char *folder, source_entry_fn *fn,
		void *arg, struct err *e)
{
	(void)commit;
	return tell_folder(s, folder, false, fn, arg, e);
}

static int walk(struct source *s, const char *commit, const char *folder, source_entry_fn *fn,
		void *arg, struct err *e)
{
	(void)commit;
	return tell_folder(s, folder, true, fn, arg, e);
}

static void path_of(const struct node *n, struct buf *path)
{
	if (n->folder)
		path_of(n->folder, path);
	join(path, n->name);
}

static int read_path(struct worktree *w, const char *path, struct buf *out, struct err *e)
{
	/* O_NONBLOCK: a FIFO in place of the file since its name was read must not hang us. */
	int fd = open_beneath(w->root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return err_set(e, ERR_SOURCE, "can not read %s/%s: %s", w->name, path,
			       strerror(errno));
	int rc = file_read_fd(fd, path, out->max, out, e);
	close(fd);
	return rc;
}

static int read_blob(struct source *s, const char *oid, struct buf *out, struct err *e)
{
	struct worktree *w = (struct worktree *)s;
	struct buf path = BUF_INIT(PATH_TEXT_MAX);
	unsigned long number = strtoul(oid, NULL, 10);

	if (number >= w->n_node || w->node[number]->type != ENTRY_FILE)
		return err_set(e, ERR_BUG, "%.40s is no file of %s", oid, w->name);
	path_of(w->node[number], &path);
	int rc = read_path(w, buf_str(&path), out, e);
	buf_release(&path);
	return rc;
}

static int lookup(struct source *s, const char *commit, const char *path, char oid[OID_TEXT],
		  struct err *e)
{
	struct worktree *w = (struct worktree *)s;

	(void)commit;
	if (read_tree(w, e))
		return -1;
	const struct node *n = find(w, path);
	if (!n || n == &w->top)
		return 1;
	write_oid(n->number, oid);
	return 0;
}

static int no_commits(struct source *s, struct err *e)
{
	return err_set(e, ERR_SOURCE, "%s is read as a directory: it has no commits",
		       ((struct worktree *)s)->name);
}

static int fetch(struct source *s, char tip[OID_TEXT], struct err *e)
{
	(void)tip;
	return no_commits(s, e);
}

static int resolve(struct source *s, const char *rev, char commit[OID_TEXT], struct err *e)
{
	(void)rev;
	(void)commit;
	return no_commits(s, e);
}

static int descends(struct source *s, const char *commit, const char *ancestor, struct err *e)
{
	(void)commit;
	(void)ancestor;
	return no_commits(s, e);
}

static void close_worktree(struct source *s)
{
	struct worktree *w = (struct worktree *)s;

	close(w->root);
	arena_release(&w->mem);
	free(w->name);
	free(w);
}

static const struct source_ops ops = {
	.fetch = fetch,
	.resolve = resolve,
	.descends = descends,
	.list = list,
	.walk = walk,
	.read = read_blob,
	.lookup = lookup,
	.close = close_worktree,
};

int worktree_open(const char *root, const struct worktree_options *o, struct source **out,
		  struct err *e)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, ERR_SOURCE, "can not read the directory %s: %s", root,
			       strerror(errno));
	struct worktree *w = calloc(1, sizeof(*w));
	char *name = strdup(root);
	if (!w || !name)
		out_of_memory();
	w->base.ops = &ops;
	if (o)
		w->o = *o;
	w->root = fd;
	w->name = name;
	*out = &w->base;
	return 0;
}
