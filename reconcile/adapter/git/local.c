/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pushing into a repository on this machine. libgit2 can not do it when there is a work tree, and
 * else moves the branch without comparing where it is. The objects go there as one pack, then the
 * branch moves by compare-and-swap; never the branch that is checked out there.
 */
#include <string.h>

#include "reconcile/adapter/git/repo.h"
#include "schema/base/text.h"

int git_local_open(const struct git_peer *p, git_repository **out)
{
	char path[GIT_URL_MAX + 1];

	*out = NULL;
	if (p->url.scheme != GIT_SCHEME_FILE)
		return 0;
	git_url_local_path(&p->url, path);
	return git_repository_open_ext(out, path, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) == 0;
}

static int pack_into(git_repository *to, git_repository *from, const git_oid *commit,
		     const git_oid *known)
{
	git_packbuilder *pack = NULL;
	git_revwalk *walk = NULL;
	git_buf folder = GIT_BUF_INIT;
	int rc = git_packbuilder_new(&pack, from);

	if (!rc)
		rc = git_revwalk_new(&walk, from);
	if (!rc)
		rc = git_revwalk_push(walk, commit);
	if (!rc && known)
		rc = git_revwalk_hide(walk, known);
	if (!rc)
		rc = git_packbuilder_insert_walk(pack, walk);
	if (!rc)
		rc = git_repository_item_path(&folder, to, GIT_REPOSITORY_ITEM_OBJECTS);
	if (!rc) {
		struct arena mem = ARENA_INIT;
		rc = git_packbuilder_write(pack, arena_printf(&mem, "%s/pack", folder.ptr), 0, NULL,
					   NULL);
		arena_release(&mem);
	}
	git_buf_dispose(&folder);
	git_revwalk_free(walk);
	git_packbuilder_free(pack);
	return rc;
}

static bool is_checked_out(git_repository *to, const char *ref)
{
	git_reference *head = NULL;
	bool same = false;

	if (git_reference_lookup(&head, to, "HEAD") == 0)
		same = git_reference_type(head) == GIT_REFERENCE_SYMBOLIC &&
		       text_eq(git_reference_symbolic_target(head), ref);
	git_reference_free(head);
	return same;
}

int git_local_push(const struct git_peer *p, git_repository *to, git_repository *from,
		   const git_oid *commit, const git_oid *expected, struct err *e)
{
	git_reference *ref = NULL;
	git_oid now;
	int rc;

	if (!git_repository_is_bare(to) && is_checked_out(to, p->remote_ref))
		return err_set(e, p->code, "%s has the branch %s checked out; use another one",
			       p->o.url, p->o.branch);
	if (pack_into(to, from, commit, expected) < 0)
		return git_fail(e, p->code, "the objects can not be written to %s", p->o.url);
	if (expected)
		rc = git_reference_create_matching(&ref, to, p->remote_ref, commit, 1, expected,
						   "apnsctl: status");
	else
		rc = git_reference_create(&ref, to, p->remote_ref, commit, 0, "apnsctl: status");
	git_reference_free(ref);
	if (rc == GIT_EMODIFIED || rc == GIT_EEXISTS || rc == GIT_ENOTFOUND)
		return 1;
	if (rc == 0)
		rc = git_reference_name_to_id(&now, to, p->remote_ref);
	if (rc < 0)
		return git_fail(e, p->code, "the branch %s of %s can not be moved", p->o.branch,
				p->o.url);
	return !git_oid_equal(&now, commit);
}
