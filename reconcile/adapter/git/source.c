/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/git/git.h"

#include <stdlib.h>
#include <string.h>

#include "reconcile/adapter/git/ignore.h"
#include "reconcile/adapter/git/parting.h"
#include "reconcile/adapter/git/repo.h"
#include "schema/base/text.h"

#define SOURCE_REF "refs/apnsctl/source"

enum { NAMES_MAX = 10000 }; /* that a mistyped revision is compared with */

struct git_source {
	struct source port;
	git_repository *repo;
	struct tree_view view;
	struct git_peer *peer;   /* NULL: local */
	struct ignores *ignores; /* NULL: a mirror */
	struct arena mem;
};

static struct git_source *self(struct source *s)
{
	return (struct git_source *)s;
}

static int source_fetch(struct source *s, char tip[OID_TEXT], struct err *e)
{
	struct git_source *g = self(s);
	git_oid oid;

	if (!g->peer)
		return err_set(e, ERR_SOURCE, "a repository at hand is not fetched");
	int rc = git_peer_fetch(g->peer, g->repo, SOURCE_REF, &oid, e);
	if (rc > 0)
		return err_set(e, ERR_SOURCE,
			       "%s has no branch %s (any more); nothing is changed by that, set "
			       "source.branch to the one that counts",
			       g->peer->o.url, g->peer->o.branch);
	if (rc == 0)
		git_oid_tostr(tip, OID_TEXT, &oid);
	return rc;
}

/* In a mirror the branch and HEAD mean what was fetched last: "HEAD~2" → "refs/apnsctl/source~2".
 */
static const char *translate(struct git_source *g, const char *rev, struct arena *mem)
{
	const char *names[] = { "HEAD", g->peer ? g->peer->o.branch : NULL };

	for (size_t i = 0; g->peer && i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i]);
		if (text_starts(rev, names[i]) && strchr("~^@", rev[len]))
			return arena_printf(mem, SOURCE_REF "%s", rev + len);
	}
	return rev;
}

/* "origin/main" of "refs/remotes/origin/main"; NULL: a name that nobody types. */
static const char *short_name(const char *ref)
{
	static const char *const prefix[] = { "refs/heads/", "refs/remotes/", "refs/tags/" };

	for (size_t i = 0; i < sizeof(prefix) / sizeof(prefix[0]); i++)
		if (text_starts(ref, prefix[i]))
			return ref + strlen(prefix[i]);
	return NULL;
}

/* The branch or tag with the name nearest to the revision; NULL: none is near. */
static const char *nearest_name(const struct git_source *g, const char *rev, struct arena *mem)
{
	git_strarray all = { 0 };
	const char *near = NULL;

	if (git_reference_list(&all, g->repo) < 0)
		return NULL;
	const char **name = arena_array(mem, all.count + 1, sizeof(*name));
	size_t n = 0;
	for (size_t i = 0; i < all.count && i < NAMES_MAX; i++)
		if (short_name(all.strings[i]))
			name[n++] = short_name(all.strings[i]);
	near = arena_strdup(mem, text_nearest(rev, name, n));
	git_strarray_dispose(&all);
	return near;
}

static int no_revision(const struct git_source *g, const char *rev, struct err *e)
{
	bool shallow = git_repository_is_shallow(g->repo) == 1;
	struct arena mem = ARENA_INIT;
	const char *near = nearest_name(g, rev, &mem);

	if (near)
		err_set(e, ERR_SOURCE, "there is no revision %.200s in %s; did you mean %.200s?",
			rev, git_repository_path(g->repo), near);
	else
		err_set(e, ERR_SOURCE, "there is no revision %.200s in %s; %s", rev,
			git_repository_path(g->repo),
			shallow ? "the clone is shallow: run git fetch --unshallow origin, and "
				  "in CI check out with fetch-depth: 0"
				: "when it is on the server only, fetch it first");
	arena_release(&mem);
	return -1;
}

static int source_resolve(struct source *s, const char *rev, char commit[OID_TEXT], struct err *e)
{
	struct git_source *g = self(s);
	struct arena mem = ARENA_INIT;
	git_object *object = NULL, *peeled = NULL;
	int rc = git_revparse_single(&object, g->repo, translate(g, rev, &mem));

	if (rc == 0)
		rc = git_object_peel(&peeled, object, GIT_OBJECT_COMMIT);
	if (rc == 0)
		git_oid_tostr(commit, OID_TEXT, git_object_id(peeled));
	else if (rc == GIT_ENOTFOUND)
		rc = no_revision(g, rev, e);
	else
		rc = git_fail(e, ERR_SOURCE, "%.200s is not a commit", rev);
	git_object_free(peeled);
	git_object_free(object);
	arena_release(&mem);
	return rc;
}

static int source_descends(struct source *s, const char *commit, const char *ancestor,
			   struct err *e)
{
	struct git_source *g = self(s);
	git_oid ids[2];
	const char *texts[] = { commit, ancestor };
	git_commit *c;

	for (int i = 0; i < 2; i++) {
		if (git_oid_fromstr(&ids[i], texts[i]) < 0 ||
		    git_commit_lookup(&c, g->repo, &ids[i]) < 0)
			return git_fail(e, ERR_SOURCE, "commit %.80s can not be read", texts[i]);
		git_commit_free(c);
	}
	if (git_oid_equal(&ids[0], &ids[1]))
		return 1;
	int rc = git_graph_descendant_of(g->repo, &ids[0], &ids[1]);
	if (rc < 0)
		return git_fail(e, ERR_SOURCE, "the history between %s and %s is not complete",
				ancestor, commit);
	return rc;
}

static int source_list(struct source *s, const char *commit, const char *folder,
		       source_entry_fn *fn, void *arg, struct err *e)
{
	return tree_list(&self(s)->view, commit, folder, false, fn, arg, e);
}

static int source_walk(struct source *s, const char *commit, const char *folder,
		       source_entry_fn *fn, void *arg, struct err *e)
{
	return tree_list(&self(s)->view, commit, folder, true, fn, arg, e);
}

static int source_read(struct source *s, const char *oid, struct buf *out, struct err *e)
{
	return tree_read(&self(s)->view, oid, out, e);
}

static int source_lookup(struct source *s, const char *commit, const char *path, char oid[OID_TEXT],
			 struct err *e)
{
	return tree_lookup(&self(s)->view, commit, path, oid, e);
}

int git_source_merge_base(const struct source *s, const char *a, const char *b,
			  char commit[OID_TEXT])
{
	const struct git_source *g = (const struct git_source *)s;
	git_oid x, y, base;

	if (git_oid_fromstr(&x, a) || git_oid_fromstr(&y, b) || git_parting(g->repo, &x, &y, &base))
		return 1;
	git_oid_tostr(commit, OID_TEXT, &base);
	return 0;
}

static void source_close(struct source *s)
{
	struct git_source *g = self(s);

	ignores_free(g->ignores);
	git_odb_free(g->view.odb);
	git_repository_free(g->repo);
	if (g->peer)
		git_peer_close(g->peer);
	free(g->peer);
	arena_release(&g->mem);
	free(g);
}

static const struct source_ops source_ops = {
	.fetch = source_fetch,
	.resolve = source_resolve,
	.descends = source_descends,
	.list = source_list,
	.walk = source_walk,
	.read = source_read,
	.lookup = source_lookup,
	.close = source_close,
};

static struct git_source *source_new(const char *root)
{
	struct git_source *g = calloc(1, sizeof(*g));

	if (!g)
		out_of_memory();
	size_t len = root ? strlen(root) : 0;
	while (len && root[len - 1] == '/')
		len--;
	bool all = !len || (len == 1 && root[0] == '.');
	g->port.ops = &source_ops;
	g->view.root = all ? "" : arena_strndup(&g->mem, root, len);
	g->view.code = ERR_SOURCE;
	return g;
}

static int use_repository(struct git_source *g, struct err *e)
{
	g->view.repo = g->repo;
	if (git_repository_odb(&g->view.odb, g->repo) < 0)
		return git_fail(e, ERR_SOURCE, "the objects of %s can not be read",
				git_repository_path(g->repo));
	return 0;
}

int git_source_open(const struct git_source_options *o, struct source **out, struct err *e)
{
	if (git_setup(e) < 0)
		return -1;
	struct git_source *g = source_new(o->path);
	g->peer = calloc(1, sizeof(*g->peer));
	if (!g->peer)
		out_of_memory();
	if (git_peer_open(&o->remote, ERR_SOURCE, g->peer, e) < 0 ||
	    git_mirror_open(o->remote.mirror, &g->repo, ERR_SOURCE, e) < 0 ||
	    use_repository(g, e) < 0) {
		source_close(&g->port);
		return -1;
	}
	*out = &g->port;
	return 0;
}

int git_source_local(const char *path, struct source **out, struct err *e)
{
	return git_source_local_at(path, NULL, out, e);
}

int git_source_local_at(const char *path, const char *root, struct source **out, struct err *e)
{
	if (git_setup(e) < 0)
		return -1;
	struct git_source *g = source_new(root);
	int rc = git_repository_open_ext(&g->repo, path, 0, NULL);
	if (rc == GIT_ENOTFOUND)
		rc = err_set(e, ERR_SOURCE, "%s is not inside a Git repository", path);
	else if (rc < 0)
		rc = git_fail(e, ERR_SOURCE, "the Git repository of %s can not be opened", path);
	else if (git_forget_config(g->repo, ERR_SOURCE, e) < 0 || use_repository(g, e) < 0)
		rc = -1;
	if (rc < 0) {
		source_close(&g->port);
		return -1;
	}
	g->ignores = ignores_new(g->repo);
	*out = &g->port;
	return 0;
}

const char *git_source_work_tree(const struct source *s)
{
	return git_repository_workdir(((const struct git_source *)s)->repo);
}

bool git_source_ignores(const struct source *s, const char *path)
{
	return ignores_path(((const struct git_source *)s)->ignores, path);
}

bool git_source_has_submodule(const struct source *s, const char *path)
{
	git_index *index = NULL;
	const git_index_entry *entry = NULL;

	if (git_repository_index(&index, ((const struct git_source *)s)->repo) == 0)
		entry = git_index_get_bypath(index, path, 0);
	bool yes = entry && entry->mode == GIT_FILEMODE_COMMIT;
	git_index_free(index);
	return yes;
}

const char *git_source_odd_attributes(const struct source *s, const char *prefix,
				      struct arena *mem, const char **why)
{
	return attributes_odd(&((const struct git_source *)s)->view, prefix, mem, why);
}

const char *git_source_odd_ignore(const struct source *s, const char **why)
{
	return ignores_odd(((const struct git_source *)s)->ignores, why);
}
