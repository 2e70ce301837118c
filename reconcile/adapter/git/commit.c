/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A commit without a work tree. New objects are kept in memory and written as one pack: ten
 * thousand files as loose objects take twice as long and twenty times the disk.
 */
#include <stdlib.h>
#include <string.h>

#include "reconcile/adapter/git/repo.h"
#include "schema/base/text.h"

static int by_path(const void *a, const void *b)
{
	return strcmp(((const git_tree_update *)a)->path, ((const git_tree_update *)b)->path);
}

/* A file that is not there needs no removal, and libgit2 would fail on it. */
static int is_there(const git_tree *tree, const char *path)
{
	git_tree_entry *entry;

	if (!tree || git_tree_entry_bypath(&entry, tree, path) < 0)
		return 0;
	git_tree_entry_free(entry);
	return 1;
}

static int collect(const struct commit_plan *p, const git_tree *tree, git_tree_update *update,
		   size_t *n)
{
	int rc = 0;

	*n = 0;
	for (size_t i = 0; rc == 0 && i < p->n; i++) {
		const struct publish_file *f = &p->file[i];
		git_tree_update *u = &update[*n];
		if (!f->data.data && !is_there(tree, f->path))
			continue;
		u->path = f->path;
		u->filemode = GIT_FILEMODE_BLOB;
		u->action = f->data.data ? GIT_TREE_UPDATE_UPSERT : GIT_TREE_UPDATE_REMOVE;
		if (f->data.data)
			rc = new_objects_blob(p->objects, f->data.data, f->data.len, &u->id);
		++*n;
	}
	/* libgit2 sorts by insertion: in order it costs nothing. */
	qsort(update, *n, sizeof(*update), by_path);
	return rc;
}

/* The entry of that path that stands in the way of a file at `path`; its length, or 0. */
static size_t blocker_of(const git_tree *tree, char *path)
{
	git_tree_entry *entry;

	for (char *slash = strchr(path, '/');; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = 0;
		int missing = git_tree_entry_bypath(&entry, tree, path);
		bool folder = !missing && git_tree_entry_type(entry) == GIT_OBJECT_TREE;
		size_t len = missing || folder == !!slash ? 0 : strlen(path);
		if (!missing)
			git_tree_entry_free(entry);
		if (slash)
			*slash = '/';
		if (missing || len || !slash)
			return len;
	}
}

/*
 * Somebody put a file where we need a folder, or a folder where we need a file; libgit2 does not
 * replace the one by the other. Without this nothing would ever be published again.
 */
static int make_room(const struct commit_plan *p, git_tree *parent, const git_tree_update *update,
		     size_t n, git_oid *out)
{
	struct arena mem = ARENA_INIT;
	git_tree_update *remove = arena_array(&mem, n, sizeof(*remove));
	git_tree *cleared = NULL;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		char *path = arena_strdup(&mem, update[i].path);
		size_t len =
		    update[i].action == GIT_TREE_UPDATE_UPSERT ? blocker_of(parent, path) : 0;
		path[len] = 0;
		if (len && !(k && text_eq(remove[k - 1].path, path)))
			remove[k++] =
			    (git_tree_update){ .action = GIT_TREE_UPDATE_REMOVE, .path = path };
	}
	int rc = k ? git_tree_create_updated(out, p->repo, parent, k, remove) : -1;
	if (rc == 0)
		rc = git_tree_lookup(&cleared, p->repo, out);
	if (rc == 0)
		rc = git_tree_create_updated(out, p->repo, cleared, n, update);
	git_tree_free(cleared);
	arena_release(&mem);
	return rc;
}

/* `same`: the tree is the parent's, or an empty one without a parent. */
static int build_tree(const struct commit_plan *p, git_tree *parent, git_oid *out, bool *same)
{
	git_tree_update *update = calloc(p->n + 1, sizeof(*update));
	size_t n;

	if (!update)
		out_of_memory();
	int rc = collect(p, parent, update, &n);
	if (rc == 0)
		rc = git_tree_create_updated(out, p->repo, parent, n, update);
	if (rc < 0 && parent)
		rc = make_room(p, parent, update, n, out);
	*same = parent ? git_oid_equal(out, git_tree_id(parent)) : n == 0;
	free(update);
	return rc;
}

/* "Name <mail>" */
static int sign(git_signature **out, const char *author, int64_t time)
{
	const char *open = author ? strrchr(author, '<') : NULL;
	const char *close = open ? strchr(open, '>') : NULL;
	struct arena mem = ARENA_INIT;
	size_t len = open ? (size_t)(open - author) : 0;

	while (len && author[len - 1] == ' ')
		len--;
	if (!close || close[1] || !len) {
		git_error_set_str(GIT_ERROR_INVALID, "the author has to be \"Name <mail>\"");
		return -1;
	}
	int rc =
	    git_signature_new(out, arena_strndup(&mem, author, len),
			      arena_strndup(&mem, open + 1, (size_t)(close - open - 1)), time, 0);
	arena_release(&mem);
	return rc;
}

static int create(const struct commit_plan *p, const git_oid *tree_id, const git_commit *parent,
		  git_oid *out)
{
	const git_commit *parents[] = { parent };
	git_signature *who = NULL;
	git_tree *tree = NULL;
	int rc = sign(&who, p->author, p->time);

	if (rc == 0)
		rc = git_tree_lookup(&tree, p->repo, tree_id);
	if (rc == 0)
		rc = git_commit_create(out, p->repo, NULL, who, who, NULL, p->message, tree,
				       parent ? 1 : 0, parents);
	git_tree_free(tree);
	git_signature_free(who);
	return rc;
}

int commit_write(const struct commit_plan *p, git_oid *commit, struct err *e)
{
	git_commit *parent = NULL;
	git_tree *before = NULL;
	git_oid tree = { { 0 } };
	bool same = false;
	int rc = 0;

	if (p->parent && (rc = git_commit_lookup(&parent, p->repo, p->parent)) == 0)
		rc = git_commit_tree(&before, parent);
	if (rc == 0)
		rc = build_tree(p, before, &tree, &same);
	if (rc == 0 && !same)
		rc = create(p, &tree, parent, commit);
	if (rc == 0 && !same)
		rc = new_objects_pack(p->objects);
	if (rc < 0)
		git_fail(e, ERR_PUBLISH, "the status can not be committed");
	new_objects_forget(p->objects);
	git_tree_free(before);
	git_commit_free(parent);
	return rc < 0 ? -1 : same;
}
