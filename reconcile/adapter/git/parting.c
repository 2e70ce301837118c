/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libgit2 1.5.1 does not know that the parents at the end of a shallow clone are missing on
 * purpose: its merge base fails there, and leaks. Such a clone is small, so it is walked here as
 * far as it goes; the whole history of another one is never walked.
 */
#include "reconcile/adapter/git/parting.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/arena.h"

/* Commits that were seen, and those whose parents are still to be looked at. */
struct walk {
	git_repository *repo;
	struct arena mem;
	void *seen; /* tsearch, of git_oid */
	git_oid *todo;
	size_t n, cap;
};

static int by_id(const void *x, const void *y)
{
	return git_oid_cmp(x, y);
}

static void see(struct walk *w, const git_oid *id)
{
	git_oid *mine = arena_alloc(&w->mem, sizeof(*mine));

	*mine = *id;
	git_oid **found = tsearch(mine, &w->seen, by_id);
	if (!found)
		out_of_memory();
	if (*found == mine)
		*(git_oid *)arena_push(&w->mem, &w->todo, &w->n, &w->cap, sizeof(*w->todo)) = *id;
}

static void see_parents(struct walk *w, git_commit *c)
{
	for (unsigned i = 0; i < git_commit_parentcount(c); i++)
		see(w, git_commit_parent_id(c, i));
}

/* The next commit that is here; NULL: none is left. */
static git_commit *next_commit(struct walk *w)
{
	git_commit *c = NULL;

	while (w->n && !c)
		if (git_commit_lookup(&c, w->repo, &w->todo[--w->n]))
			c = NULL;
	return c;
}

static void keep(void *node)
{
	(void)node;
}

static void end_walk(struct walk *w)
{
	tdestroy(w->seen, keep);
	arena_release(&w->mem);
}

/* From `b` down to where each way meets what `a` descends from; of these the newest one. */
static int walk_both(git_repository *repo, const git_oid *a, const git_oid *b, git_oid *out)
{
	struct walk x = { .repo = repo }, y = { .repo = repo };
	git_time_t newest = 0;
	git_commit *c;
	int none = 1;

	see(&x, a);
	while ((c = next_commit(&x))) {
		see_parents(&x, c);
		git_commit_free(c);
	}
	see(&y, b);
	while ((c = next_commit(&y))) {
		if (!tfind(git_commit_id(c), &x.seen, by_id)) {
			see_parents(&y, c);
		} else if (none || git_commit_time(c) > newest) {
			none = 0;
			newest = git_commit_time(c);
			*out = *git_commit_id(c);
		}
		git_commit_free(c);
	}
	end_walk(&x);
	end_walk(&y);
	return none;
}

int git_parting(git_repository *repo, const git_oid *a, const git_oid *b, git_oid *out)
{
	if (git_repository_is_shallow(repo) == 1)
		return walk_both(repo, a, b, out);
	return git_merge_base(out, repo, a, b) ? 1 : 0;
}
