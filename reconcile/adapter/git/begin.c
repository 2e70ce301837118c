/* SPDX-License-Identifier: Apache-2.0 */
/* The first commit of a repository of manifests, for `apnsctl init`. */
#include <string.h>

#include "reconcile/adapter/git/repo.h"
#include "schema/base/text.h"

#define BRANCH "main"
#define HEADS "refs/heads/"

/* Of the folder itself, not of one around it. 1: there is none. */
static int open_here(const char *dir, git_repository **repo, struct err *e)
{
	int rc = git_repository_open_ext(repo, dir, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);

	if (rc == GIT_ENOTFOUND)
		return 1;
	return rc < 0 ? git_fail(e, ERR_IO, "the Git repository in %s can not be read", dir) : 0;
}

/* The name that HEAD stands for, also of a branch without a commit. */
static int branch_of(git_repository *repo, const char *dir, char branch[GIT_BRANCH_MAX],
		     struct err *e)
{
	git_reference *head = NULL;
	const char *name = NULL;

	if (git_repository_is_bare(repo))
		return err_set(e, ERR_CONFLICT,
			       "%s is a bare repository: clone it, and run apnsctl init in the "
			       "clone",
			       dir);
	if (git_reference_lookup(&head, repo, "HEAD") < 0)
		return git_fail(e, ERR_IO, "HEAD of %s can not be read", dir);
	name = git_reference_symbolic_target(head);
	bool good =
	    name && text_starts(name, HEADS) && strlen(name + strlen(HEADS)) < GIT_BRANCH_MAX;
	if (good)
		memcpy(branch, name + strlen(HEADS), strlen(name + strlen(HEADS)) + 1);
	git_reference_free(head);
	return good ? 0
		    : err_set(e, ERR_CONFLICT,
			      "the repository in %s is on no branch: git switch to the one that "
			      "the manifests go to",
			      dir);
}

int git_begin_on(const char *dir, char branch[GIT_BRANCH_MAX], struct err *e)
{
	git_repository *repo = NULL;

	memcpy(branch, BRANCH, sizeof(BRANCH));
	int rc = git_setup(e) < 0 ? -1 : open_here(dir, &repo, e);
	if (!rc)
		rc = branch_of(repo, dir, branch, e);
	git_repository_free(repo);
	return rc < 0 ? -1 : 0;
}

/* The commit that HEAD is at; NULL in a repository without one. */
static int find_parent(git_repository *repo, git_commit **parent, struct err *e)
{
	git_oid oid;
	int rc = git_reference_name_to_id(&oid, repo, "HEAD");

	*parent = NULL;
	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc < 0 || git_commit_lookup(parent, repo, &oid) < 0)
		return git_fail(e, ERR_IO, "the commit of HEAD can not be read");
	return 0;
}

/*
 * The files go into the repository's index as well, so that they are not shown as changed; the
 * commit is made from another index, which holds nothing but them and what was committed.
 */
static int write_tree(git_repository *repo, git_commit *parent, const struct publish_file *file,
		      size_t n, git_oid *oid, struct err *e)
{
	git_index *index = NULL, *staged = NULL;
	git_tree *tree = NULL;
	int rc = git_index_new(&index);

	if (!rc)
		rc = git_repository_index(&staged, repo);
	if (!rc && parent)
		rc = git_commit_tree(&tree, parent);
	if (!rc && tree)
		rc = git_index_read_tree(index, tree);
	for (size_t i = 0; i < n && !rc; i++) {
		const git_index_entry *entry = NULL;
		rc = git_index_add_bypath(staged, file[i].path);
		if (!rc && (entry = git_index_get_bypath(staged, file[i].path, 0)))
			rc = git_index_add(index, entry);
	}
	if (!rc)
		rc = git_index_write(staged);
	if (!rc)
		rc = git_index_write_tree_to(oid, index, repo);
	git_tree_free(tree);
	git_index_free(staged);
	git_index_free(index);
	return rc < 0 ? git_fail(e, ERR_IO, "the tree of the first commit can not be written") : 0;
}

static int commit_tree(git_repository *repo, git_commit *parent, const git_oid *oid, int64_t now,
		       const char *message, struct err *e)
{
	const git_commit *parents[] = { parent };
	git_signature *who = NULL;
	git_tree *tree = NULL;
	git_oid commit;
	int rc = git_signature_default(&who, repo);

	if (rc < 0) /* nobody has told Git a name yet */
		rc = git_signature_new(&who, "apnsctl", "apnsctl@localhost", now, 0);
	if (!rc)
		rc = git_tree_lookup(&tree, repo, oid);
	if (!rc)
		rc = git_commit_create(&commit, repo, "HEAD", who, who, NULL, message, tree,
				       parent ? 1 : 0, parents);
	git_tree_free(tree);
	git_signature_free(who);
	return rc < 0 ? git_fail(e, ERR_IO, "the first commit can not be made") : 0;
}

static int make_here(const char *dir, git_repository **repo, struct err *e)
{
	git_repository_init_options o = { .version = GIT_REPOSITORY_INIT_OPTIONS_VERSION };

	o.flags = GIT_REPOSITORY_INIT_NO_REINIT;
	o.initial_head = BRANCH;
	if (git_repository_init_ext(repo, dir, &o) < 0)
		return git_fail(e, ERR_IO, "no Git repository can be made in %s", dir);
	return 0;
}

int git_begin(const char *dir, const struct publish_file *file, size_t n, int64_t now,
	      const char *message, struct err *e)
{
	git_repository *repo = NULL;
	git_commit *parent = NULL;
	git_oid tree;

	int rc = git_setup(e) < 0 ? -1 : open_here(dir, &repo, e);
	if (rc > 0)
		rc = make_here(dir, &repo, e);
	if (!rc)
		rc = find_parent(repo, &parent, e);
	if (!rc)
		rc = write_tree(repo, parent, file, n, &tree, e);
	if (!rc)
		rc = commit_tree(repo, parent, &tree, now, message, e);
	git_commit_free(parent);
	git_repository_free(repo);
	return rc < 0 ? -1 : 0;
}
