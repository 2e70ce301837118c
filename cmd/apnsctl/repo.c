/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/repo.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reconcile/adapter/file/worktree.h"
#include "reconcile/adapter/git/git.h"
#include "reconcile/adapter/git/name.h"
#include "schema/base/text.h"

static bool has_organization(const char *folder, struct arena *mem)
{
	return access(arena_printf(mem, "%s/organization.yaml", folder), F_OK) == 0 ||
	       access(arena_printf(mem, "%s/organization.yml", folder), F_OK) == 0;
}

/* The folder itself, or that of a file; absolute. */
static int start_folder(const char *path, struct arena *mem, char **out, struct err *e)
{
	char whole[PATH_MAX];
	struct stat st;

	if (!realpath(path ? path : ".", whole) || stat(whole, &st))
		return err_set(e, ERR_USAGE, "%s: %s", path ? path : ".", strerror(errno));
	*out = arena_strdup(mem, whole);
	if (!S_ISDIR(st.st_mode))
		*out = dirname(*out);
	return 0;
}

static const char *nearest_organization(const char *folder, struct arena *mem)
{
	char *at = arena_strdup(mem, folder);

	for (;;) {
		if (has_organization(at, mem))
			return at;
		char *slash = strrchr(at, '/');
		if (!slash || slash == at)
			return NULL;
		*slash = 0;
	}
}

static bool is_ignored(void *self, const char *path)
{
	struct repo *r = self;
	struct arena mem = ARENA_INIT;
	bool ignored = git_source_ignores(r->git, arena_printf(&mem, "%s%s", r->prefix, path));

	arena_release(&mem);
	return ignored;
}

static bool is_submodule(void *self, const char *path)
{
	struct repo *r = self;
	struct arena mem = ARENA_INIT;
	bool yes = git_source_has_submodule(r->git, arena_printf(&mem, "%s%s", r->prefix, path));

	arena_release(&mem);
	return yes;
}

const char *repo_odd_ignore(const struct repo *r, const char **why)
{
	return r->git ? git_source_odd_ignore(r->git, why) : NULL;
}

const char *repo_odd_attributes(const struct repo *r, struct arena *mem, const char **why)
{
	if (*r->commit || !r->git || !git_source_work_tree(r->git))
		return NULL;
	return git_source_odd_attributes(r->git, r->prefix, mem, why);
}

static int open_work_tree(struct repo *r, struct err *e)
{
	struct worktree_options o = { .bad_name = git_name_is_bad, .self = r };

	if (r->git && git_source_work_tree(r->git)) {
		o.ignored = is_ignored;
		o.submodule = is_submodule;
	}
	return worktree_open(r->root, &o, &r->source, e);
}

/* Where the manifests start below the top of the work tree. */
static const char *prefix_of(struct repo *r)
{
	const char *top = r->git ? git_source_work_tree(r->git) : NULL;
	size_t len = top ? strlen(top) : 0;

	if (!len || strncmp(r->root, top, len) != 0 || strlen(r->root) <= len)
		return "";
	return arena_printf(&r->mem, "%s/", r->root + len);
}

static int open_rev(struct repo *r, const char *rev, struct err *e)
{
	if (!r->git)
		return err_set(e, ERR_SOURCE,
			       "%s is in no Git repository, so there is no revision %s", r->root,
			       rev);
	if (r->git->ops->resolve(r->git, rev, r->commit, e))
		return -1;
	return git_source_local_at(r->root, r->prefix, &r->source, e);
}

int repo_open(const char *path, const char *rev, struct repo *out, struct err *e)
{
	struct err no_git = { 0 };
	char *folder = NULL;

	*out = (struct repo){ .prefix = "" };
	if (start_folder(path, &out->mem, &folder, e))
		return -1;
	if (git_source_local(folder, &out->git, &no_git))
		out->git = NULL;
	out->root = nearest_organization(folder, &out->mem);
	if (!out->root && out->git && git_source_work_tree(out->git)) {
		char *top = arena_strdup(&out->mem, git_source_work_tree(out->git));
		top[strlen(top) - 1] = 0;
		out->root = top;
	}
	if (!out->root)
		out->root = folder;
	out->prefix = prefix_of(out);
	int failed = rev ? open_rev(out, rev, e) : open_work_tree(out, e);
	if (failed)
		repo_close(out);
	return failed;
}

int repo_need_files(const struct repo *r, struct err *e)
{
	if (*r->commit || !r->git || git_source_work_tree(r->git) || repo_has_manifests(r))
		return 0;
	return err_set(e, ERR_USAGE,
		       "%s is a bare repository, without files at hand: name a revision with "
		       "--rev, such as --rev HEAD",
		       r->root);
}

int repo_relative(const struct repo *r, const char *path, struct arena *mem, const char **out,
		  struct err *e)
{
	char whole[PATH_MAX];
	size_t len = strlen(r->root);

	if (!realpath(path, whole))
		return err_set(e, ERR_USAGE, "%s: %s", path, strerror(errno));
	if (text_eq(whole, r->root)) {
		*out = "";
		return 0;
	}
	if (strncmp(whole, r->root, len) != 0 || whole[len] != '/')
		return err_set(e, ERR_USAGE, "%s is not below %s, the repository of the manifests",
			       path, r->root);
	*out = arena_strdup(mem, whole + len + 1);
	return 0;
}

int repo_holds(const struct repo *r, const char *path, const char *relative, struct err *e)
{
	char oid[OID_TEXT];
	int absent = 0;

	if (*relative)
		absent = r->source->ops->lookup(r->source, r->commit, relative, oid, e);
	if (absent <= 0)
		return absent;
	if (*r->commit)
		return err_set(e, ERR_USAGE, "%s is not in the revision", path);
	return err_set(e, ERR_USAGE,
		       "%s holds nothing that is read: it is empty, or Git ignores it", path);
}

int repo_status_commit(struct repo *r, const char *status, char commit[OID_TEXT], const char **why)
{
	static const char *const names[] = { "refs/remotes/origin/apnsctl-status",
					     "refs/heads/apnsctl-status" };
	struct err e = { 0 };

	if (!r->git) {
		*why = "the status branch is not here: this is no Git repository; name the branch, "
		       "or a folder with its files, with --status";
		return 1;
	}
	if (status && !r->git->ops->resolve(r->git, status, commit, &e))
		return 0;
	for (size_t i = 0; !status && i < sizeof(names) / sizeof(names[0]); i++)
		if (!r->git->ops->resolve(r->git, names[i], commit, &e))
			return 0;
	*why = "the status branch is not here; run git fetch origin "
	       "apnsctl-status:refs/remotes/origin/"
	       "apnsctl-status, or name it with --status";
	return 1;
}

int repo_status_open(struct repo *r, const char *status, struct source **out, char commit[OID_TEXT],
		     const char **why, struct err *e)
{
	struct worktree_options folder = { .bad_name = git_name_is_bad };
	struct stat st;

	*commit = 0;
	if (status && stat(status, &st) == 0 && S_ISDIR(st.st_mode))
		return worktree_open(status, &folder, out, e);
	if (!repo_status_commit(r, status, commit, why))
		return git_source_local(r->root, out, e);
	if (status)
		return err_set(e, ERR_USAGE,
			       "--status: %s is neither a folder nor a revision of %s", status,
			       r->root);
	return 1;
}

/* Where the head left the branch of the base. */
static void find_parting(struct repo *r, const char *rev, struct repo_base *b)
{
	char head[OID_TEXT], parted[OID_TEXT];
	struct err none = { 0 };

	memcpy(head, r->commit, sizeof(head));
	if (!*head && r->git->ops->resolve(r->git, "HEAD", head, &none))
		return;
	if (git_source_merge_base(r->git, head, b->commit, parted)) {
		b->note = arena_printf(
		    &r->mem,
		    "the history between %s and the head is not here, so what %s has gained "
		    "meanwhile looks like removed: run git fetch --unshallow origin, and in CI "
		    "check out with fetch-depth: 0",
		    rev, rev);
		b->is_unsure = true;
	} else if (!text_eq(parted, b->commit)) {
		memcpy(b->commit, parted, sizeof(parted));
		b->note = arena_printf(&r->mem,
				       "%s has gone on: compared with %.12s, where this branch "
				       "left it",
				       rev, parted);
	}
}

int repo_base_open(struct repo *r, const char *rev, struct repo_base *out, struct err *e)
{
	*out = (struct repo_base){ 0 };
	if (!r->git)
		return err_set(e, ERR_SOURCE,
			       "%s is in no Git repository, so there is no revision %s to compare "
			       "with",
			       r->root, rev);
	if (r->git->ops->resolve(r->git, rev, out->commit, e))
		return err_wrap(e, "--base");
	find_parting(r, rev, out);
	return git_source_local_at(r->root, r->prefix, &out->source, e);
}

int repo_patch(const struct repo *r, const char *path, const struct buf *old,
	       const struct buf *text, struct buf *out, struct err *e)
{
	struct arena mem = ARENA_INIT;
	int failed =
	    git_patch_text(arena_printf(&mem, "%s%s", r->prefix, path), old, text, out, e);

	arena_release(&mem);
	return failed;
}

/* Does this entry of a folder stand in the work tree, or in the folder of the manifests? */
static bool is_in_work_tree(const struct repo *r, const char *path)
{
	const char *top = r->git ? git_source_work_tree(r->git) : NULL;
	const char *root = top ? top : r->root;
	size_t len = strlen(root) - (top != NULL); /* without the slash */
	char copy[PATH_MAX], whole[PATH_MAX];

	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy) ||
	    !realpath(dirname(copy), whole))
		return true;
	return !strncmp(whole, root, len) && (!whole[len] || whole[len] == '/');
}

int repo_check_way(const struct repo *r, const char *path, struct err *e)
{
	char way[PATH_MAX];
	struct stat st;

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		if (slash == path)
			continue;
		snprintf(way, sizeof(way), "%.*s", (int)(slash - path), path);
		if (!lstat(way, &st) && S_ISLNK(st.st_mode) && is_in_work_tree(r, way))
			return err_set(e, ERR_REFUSED,
				       "%s is not written: %s is a symbolic link in the repository",
				       path, way);
	}
	return 0;
}

bool repo_has_manifests(const struct repo *r)
{
	struct arena mem = ARENA_INIT;
	bool has = has_organization(r->root, &mem);

	arena_release(&mem);
	return has;
}

int repo_begin_on(const char *folder, struct arena *mem, const char **branch, struct err *e)
{
	char name[GIT_BRANCH_MAX];
	int failed = git_begin_on(folder, name, e);

	*branch = arena_strdup(mem, failed ? NULL : name);
	return failed;
}

int repo_begin(const char *folder, const struct publish_file *file, size_t n, int64_t now,
	       struct err *e)
{
	return git_begin(folder, file, n, now, "Start with apnsctl init", e);
}

void repo_close(struct repo *r)
{
	if (r->source)
		r->source->ops->close(r->source);
	if (r->git)
		r->git->ops->close(r->git);
	arena_release(&r->mem);
	*r = (struct repo){ 0 };
}
