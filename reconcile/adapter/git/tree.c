/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "reconcile/adapter/git/name.h"
#include "reconcile/adapter/git/repo.h"
#include "schema/base/text.h"

enum { PATH_TEXT_MAX = 4096 };

struct walk {
	const struct tree_view *view;
	bool deep;
	source_entry_fn *fn;
	void *arg;
	struct buf path; /* of the folder that is being read, relative to the view's root */
	size_t seen;
	struct err *e;
};

static int parse_oid(git_oid *out, const char *text, enum err_code code, struct err *e)
{
	if (strlen(text) != GIT_OID_HEXSZ || git_oid_fromstr(out, text) < 0)
		return err_set(e, code, "%.80s is not an object id", text);
	return 0;
}

/* "a" and "b" → "a/b"; "" and "." are no component. */
static void join(struct buf *out, const char *folder, const char *path)
{
	buf_adds(out, folder);
	if (path[0] && !text_eq(path, ".")) {
		if (out->len)
			buf_addc(out, '/');
		buf_adds(out, path);
	}
}

/* Commits and trees are read whole: their size is looked at before. */
static int check_size(const struct tree_view *v, const git_oid *oid, struct err *e)
{
	char text[OID_TEXT];
	git_object_t type;
	size_t size;

	git_oid_tostr(text, sizeof(text), oid);
	if (git_odb_read_header(&size, &type, v->odb, oid) < 0)
		return git_fail(e, v->code, "object %s can not be read", text);
	if (size > GIT_READ_MAX)
		return err_set(e, v->code, "object %s is larger than %d MiB and not read", text,
			       GIT_READ_MAX >> 20);
	return 0;
}

/* The caller frees it. */
static int read_tree(const struct tree_view *v, const git_oid *oid, git_tree **out, struct err *e)
{
	char text[OID_TEXT];

	if (check_size(v, oid, e) < 0)
		return -1;
	if (git_tree_lookup(out, v->repo, oid) < 0)
		return git_fail(e, v->code, "tree %s can not be read",
				git_oid_tostr(text, sizeof(text), oid));
	return 0;
}

/* The tree of a commit. */
static int root_tree(const struct tree_view *v, const char *commit, git_oid *tree, struct err *e)
{
	git_commit *c;
	git_oid oid;

	if (parse_oid(&oid, commit, v->code, e) < 0 || check_size(v, &oid, e) < 0)
		return -1;
	if (git_commit_lookup(&c, v->repo, &oid) < 0)
		return git_fail(e, v->code, "commit %s can not be read", commit);
	git_oid_cpy(tree, git_commit_tree_id(c));
	git_commit_free(c);
	return 0;
}

/* One step down: 0: `oid` and `type` of the entry of that name; 1: absent. */
static int find_entry(const struct tree_view *v, const char *name, git_oid *oid, git_object_t *type,
		      struct err *e)
{
	git_tree *tree;

	if (*type != GIT_OBJECT_TREE)
		return 1;
	if (read_tree(v, oid, &tree, e) < 0)
		return -1;
	const git_tree_entry *entry = git_tree_entry_byname(tree, name);
	if (entry) {
		git_oid_cpy(oid, git_tree_entry_id(entry));
		*type = git_tree_entry_type(entry);
	}
	git_tree_free(tree);
	return entry ? 0 : 1;
}

/* 0: `oid` and `type` of what is at the path below the view's root; 1: absent. */
static int find(const struct tree_view *v, const char *commit, const char *path, git_oid *oid,
		git_object_t *type, struct err *e)
{
	struct buf whole = BUF_INIT(PATH_TEXT_MAX);
	char name[GIT_NAME_MAX + 1];
	int rc = root_tree(v, commit, oid, e);

	*type = GIT_OBJECT_TREE;
	join(&whole, v->root, path);
	if (rc == 0 && whole.full)
		rc = 1;
	for (const char *p = buf_str(&whole); rc == 0 && *p;) {
		size_t len = strcspn(p, "/");
		/* Nothing is looked up by a name that tree_list flags. */
		if (git_name_is_bad(p, len)) {
			rc = 1;
			break;
		}
		memcpy(name, p, len);
		name[len] = 0;
		rc = find_entry(v, name, oid, type, e);
		p += len + (p[len] == '/');
	}
	buf_release(&whole);
	return rc;
}

static enum entry_type type_of(const git_tree_entry *entry)
{
	switch (git_tree_entry_filemode(entry)) {
	case GIT_FILEMODE_TREE:
		return ENTRY_FOLDER;
	case GIT_FILEMODE_LINK:
		return ENTRY_SYMLINK;
	case GIT_FILEMODE_COMMIT:
		return ENTRY_SUBMODULE;
	default:
		return ENTRY_FILE;
	}
}

/* libgit2 takes what is near; another reader may take something else. 100664 is of an old Git. */
static bool has_known_mode(const git_tree_entry *entry)
{
	switch ((unsigned)git_tree_entry_filemode_raw(entry)) {
	case 0040000:
	case 0100644:
	case 0100664:
	case 0100755:
	case 0120000:
	case 0160000:
		return true;
	default:
		return false;
	}
}

/*
 * Git sorts a folder as if its name ended with '/'. An entry out of order or twice can be seen by
 * one reader and missed by another.
 */
static bool in_order(const git_tree_entry *before, const git_tree_entry *entry)
{
	const char *name = git_tree_entry_name(entry);

	return !before || (git_tree_entry_cmp(before, entry) < 0 &&
			   !text_eq(git_tree_entry_name(before), name));
}

static int walk_folder(struct walk *w, const git_oid *oid, unsigned depth);

static int visit(struct walk *w, const git_tree_entry *entry, bool ordered, unsigned depth)
{
	const char *name = git_tree_entry_name(entry);
	size_t len = w->path.len;
	struct source_entry seen = { .type = type_of(entry) };

	if (++w->seen > SOURCE_ENTRIES_MAX)
		return err_set(w->e, w->view->code, "the tree has more than %d entries",
			       SOURCE_ENTRIES_MAX);
	join(&w->path, "", name);
	bool deeper = seen.type == ENTRY_FOLDER && depth >= SOURCE_DEPTH_MAX;
	seen.path = buf_str(&w->path);
	seen.bad_name = w->path.full || deeper || !ordered || !has_known_mode(entry) ||
			git_name_is_bad(name, strlen(name));
	git_oid_tostr(seen.oid, sizeof(seen.oid), git_tree_entry_id(entry));
	int rc = w->fn(&seen, w->arg, w->e);
	if (rc == SOURCE_PASS)
		rc = 0;
	else if (rc == 0 && w->deep && seen.type == ENTRY_FOLDER && !seen.bad_name)
		rc = walk_folder(w, git_tree_entry_id(entry), depth + 1);
	w->path.len = len;
	w->path.full = false;
	return rc;
}

static int walk_folder(struct walk *w, const git_oid *oid, unsigned depth)
{
	const git_tree_entry *before = NULL;
	git_tree *tree;
	int rc = 0;

	if (read_tree(w->view, oid, &tree, w->e) < 0)
		return w->path.len ? err_wrap(w->e, "folder %s", buf_str(&w->path)) : -1;
	for (size_t i = 0; rc == 0 && i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
		rc = visit(w, entry, in_order(before, entry), depth);
		before = entry;
	}
	git_tree_free(tree);
	return rc;
}

int tree_list(const struct tree_view *v, const char *commit, const char *folder, bool deep,
	      source_entry_fn *fn, void *arg, struct err *e)
{
	struct walk w = { v, deep, fn, arg, BUF_INIT(PATH_TEXT_MAX), 0, e };
	git_object_t type;
	git_oid oid;
	unsigned depth = 1;
	int rc = find(v, commit, folder, &oid, &type, e);

	if (rc < 0)
		return -1;
	/* As in a work tree: Git knows no empty folders, and what is none has no entries. */
	if (*folder && (rc > 0 || type != GIT_OBJECT_TREE))
		return 0;
	if (rc > 0 || type != GIT_OBJECT_TREE)
		return err_set(e, v->code, "commit %s has no folder %s", commit, v->root);
	join(&w.path, "", folder);
	for (const char *c = buf_str(&w.path); *c; c++)
		depth += *c == '/';
	rc = walk_folder(&w, &oid, w.path.len ? depth + 1 : depth);
	buf_release(&w.path);
	return rc;
}

int tree_has_folder(const struct tree_view *v, const char *commit, const char *path, struct err *e)
{
	git_object_t type;
	git_oid id;
	int rc = find(v, commit, path, &id, &type, e);

	return rc < 0 ? -1 : rc == 0 && type == GIT_OBJECT_TREE;
}

int tree_read(const struct tree_view *v, const char *oid, struct buf *out, struct err *e)
{
	git_object_t type;
	git_odb_object *blob;
	git_oid id;
	size_t size;

	if (parse_oid(&id, oid, v->code, e) < 0)
		return -1;
	if (git_odb_read_header(&size, &type, v->odb, &id) < 0)
		return git_fail(e, v->code, "object %s can not be read", oid);
	if (type != GIT_OBJECT_BLOB)
		return err_set(e, v->code, "object %s is not a file", oid);
	buf_clear(out);
	if (size > out->max)
		return 1;
	if (git_odb_read(&blob, v->odb, &id) < 0)
		return git_fail(e, v->code, "file %s can not be read", oid);
	buf_add(out, git_odb_object_data(blob), git_odb_object_size(blob));
	git_odb_object_free(blob);
	return 0;
}

int tree_lookup(const struct tree_view *v, const char *commit, const char *path, char oid[OID_TEXT],
		struct err *e)
{
	git_object_t type;
	git_oid id;
	int rc = find(v, commit, path, &id, &type, e);

	if (rc == 0)
		git_oid_tostr(oid, OID_TEXT, &id);
	return rc;
}
