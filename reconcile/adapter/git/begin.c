/* SPDX-License-Identifier: Apache-2.0 */
/* A new repository with a first commit, for `apnsctl init`. */
#include "reconcile/adapter/git/repo.h"

static int add_files(git_repository *repo, git_index *index, const struct publish_file *file,
		     size_t n, git_oid *tree, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (git_index_add_bypath(index, file[i].path) < 0)
			return git_fail(e, ERR_IO, "%s can not be added", file[i].path);
	if (git_index_write(index) < 0 || git_index_write_tree_to(tree, index, repo) < 0)
		return git_fail(e, ERR_IO, "the first tree can not be written");
	return 0;
}

static int commit_tree(git_repository *repo, const git_oid *oid, int64_t now, const char *message,
		       struct err *e)
{
	git_signature *who = NULL;
	git_tree *tree = NULL;
	git_oid commit;
	int rc = git_signature_default(&who, repo);

	if (rc < 0) /* nobody has told Git a name yet */
		rc = git_signature_new(&who, "apnsctl", "apnsctl@localhost", now, 0);
	if (!rc)
		rc = git_tree_lookup(&tree, repo, oid);
	if (!rc)
		rc = git_commit_create(&commit, repo, "HEAD", who, who, NULL, message, tree, 0,
				       NULL);
	git_tree_free(tree);
	git_signature_free(who);
	return rc < 0 ? git_fail(e, ERR_IO, "the first commit can not be made") : 0;
}

int git_begin(const char *dir, const char *branch, const struct publish_file *file, size_t n,
	      int64_t now, const char *message, struct err *e)
{
	git_repository_init_options o = { .version = GIT_REPOSITORY_INIT_OPTIONS_VERSION };
	git_repository *repo = NULL;
	git_index *index = NULL;
	git_oid tree;

	if (git_setup(e) < 0)
		return -1;
	o.flags = GIT_REPOSITORY_INIT_NO_REINIT;
	o.initial_head = branch;
	int rc = git_repository_init_ext(&repo, dir, &o);
	if (!rc)
		rc = git_repository_index(&index, repo);
	if (rc < 0)
		git_fail(e, ERR_IO, "no Git repository can be made in %s", dir);
	else
		rc = add_files(repo, index, file, n, &tree, e);
	if (!rc)
		rc = commit_tree(repo, &tree, now, message, e);
	git_index_free(index);
	git_repository_free(repo);
	return rc < 0 ? -1 : 0;
}
