/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What killed processes and time leave behind in a mirror.
 *
 * Each fetch and each status commit leaves a pack in a mirror, and libgit2 has no `gc`: after some
 * hundred of them it would run out of descriptors. The small packs are made one from time to time.
 */
#include <dirent.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <git2/odb_backend.h>

#include "reconcile/adapter/git/repo.h"
#include "schema/base/clock.h"
#include "schema/base/text.h"

/* A lock is held for one write: one that is older was left by a process that was killed. */
enum { LOCK_S = 3, LOCK_POLL_MS = 100, LOCK_TRIES = 50 };

static const char *const locks[] = { "refs/apnsctl/source.lock",
				     "refs/apnsctl/status.lock",
				     "refs/apnsctl/next.lock",
				     "packed-refs.lock",
				     "HEAD.lock",
				     "config.lock" };

/* So many packs are left alone; the largest are not copied with each tidying. */
enum { PACKS_MAX = 50, PACKS_KEPT = 5 };

struct pack {
	char *base; /* path without ".idx" */
	off_t size;
};

/* Left by a fetch that was killed; one that still runs has touched it since. */
static void drop_leftovers(const char *dir, struct arena *mem)
{
	struct dirent *entry;
	struct stat st;
	DIR *d = opendir(dir);

	while (d && (entry = readdir(d))) {
		const char *path = arena_printf(mem, "%s/%s", dir, entry->d_name);
		if (text_starts(entry->d_name, "pack_git2_") && stat(path, &st) == 0 &&
		    st.st_mtime < time(NULL) - DAY_S)
			unlink(path);
	}
	if (d)
		closedir(d);
}

void git_mirror_unlock(const char *dir)
{
	struct arena mem = ARENA_INIT;
	struct stat st;

	for (size_t i = 0; i < sizeof(locks) / sizeof(locks[0]); i++) {
		const char *path = arena_printf(&mem, "%s/%s", dir, locks[i]);
		for (int n = 0; n < LOCK_TRIES && stat(path, &st) == 0; n++) {
			int64_t age = time(NULL) - st.st_mtime;
			if (age < 0 || age > LOCK_S)
				unlink(path);
			else
				poll(NULL, 0, LOCK_POLL_MS);
		}
	}
	drop_leftovers(arena_printf(&mem, "%s/objects/pack", dir), &mem);
	arena_release(&mem);
}

static int by_size(const void *a, const void *b)
{
	off_t x = ((const struct pack *)a)->size, y = ((const struct pack *)b)->size;

	return x < y ? -1 : x > y;
}

static struct pack *list_packs(struct arena *mem, const char *dir, size_t *n)
{
	struct pack *list = NULL;
	struct dirent *entry;
	size_t cap = 0;
	struct stat st;
	DIR *d = opendir(dir);

	*n = 0;
	while (d && (entry = readdir(d))) {
		size_t len = strlen(entry->d_name);
		if (!text_ends(entry->d_name, ".pack"))
			continue;
		char *base = arena_printf(mem, "%s/%.*s", dir, (int)len - 5, entry->d_name);
		if (stat(arena_printf(mem, "%s.pack", base), &st) < 0 ||
		    access(arena_printf(mem, "%s.idx", base), R_OK) < 0)
			continue;
		if (*n == cap) {
			cap = cap ? cap * 2 : 64;
			list = reallocarray(list, cap, sizeof(*list));
			if (!list)
				out_of_memory();
		}
		list[(*n)++] = (struct pack){ base, st.st_size };
	}
	if (d)
		closedir(d);
	return list;
}

static int insert(const git_oid *oid, void *arg)
{
	return git_packbuilder_insert(arg, oid, NULL);
}

/* All objects of one pack go into the new one. */
static int take(git_packbuilder *into, const char *base, struct arena *mem)
{
	git_odb_backend *backend = NULL;
	git_odb *odb = NULL;
	int rc = git_odb_new(&odb);

	if (rc == 0)
		rc = git_odb_backend_one_pack(&backend, arena_printf(mem, "%s.idx", base));
	if (rc == 0)
		rc = git_odb_add_backend(odb, backend, 1);
	if (rc == 0)
		rc = git_odb_foreach(odb, insert, into);
	git_odb_free(odb);
	return rc;
}

/* The index goes first: a pack without one is not looked at. */
static void remove_pack(const char *base, struct arena *mem)
{
	unlink(arena_printf(mem, "%s.idx", base));
	unlink(arena_printf(mem, "%s.pack", base));
}

static int merge(git_repository *repo, const char *dir, const struct pack *list, size_t n,
		 struct arena *mem)
{
	git_packbuilder *into = NULL;
	int rc = git_packbuilder_new(&into, repo);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = take(into, list[i].base, mem);
	if (rc == 0)
		rc = git_packbuilder_write(into, dir, 0, NULL, NULL);
	const char *name = rc == 0 ? git_packbuilder_name(into) : NULL;
	for (size_t i = 0; name && i < n; i++)
		if (!strstr(list[i].base, name))
			remove_pack(list[i].base, mem);
	git_packbuilder_free(into);
	return rc;
}

int git_mirror_tidy(git_repository *repo, bool *changed, enum err_code code, struct err *e)
{
	struct arena mem = ARENA_INIT;
	const char *dir = arena_printf(&mem, "%sobjects/pack", git_repository_path(repo));
	size_t n;
	struct pack *list = list_packs(&mem, dir, &n);
	int rc = 0;

	*changed = n > PACKS_MAX;
	if (*changed) {
		qsort(list, n, sizeof(*list), by_size);
		git_object_limit(GIT_RECEIVE_MAX);
		rc = merge(repo, dir, list, n - PACKS_KEPT, &mem);
		git_object_limit(0);
	}
	if (rc < 0)
		git_fail(e, code, "the packs of the mirror %s can not be put together",
			 git_repository_path(repo));
	free(list);
	arena_release(&mem);
	return rc < 0 ? -1 : 0;
}
