/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A status commit as the publish adapter makes it, before it is pushed: the work that
 * mempack_floor.c does with bare libgit2, on the same contents.
 * cc -O2 -I. tests/bench/status_commit.c build/libadapter.a build/libschema.a -lgit2 …;
 * status_commit DIR FILES [CHANGED], where DIR is an empty folder; prints files and seconds of CPU
 * and of wall time of the second commit, in which CHANGED files (all unless given) are put.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "reconcile/adapter/git/repo.h"

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* As in mempack_floor.c. */
static char *contents(struct arena *mem, int file, int round, size_t *len)
{
	char out[4096];
	int n = snprintf(out, sizeof(out), "{\"tenant\":\"t%06d\",\"round\":%d", file, round);

	for (int i = 0; i < 16; i++)
		n += snprintf(out + n, sizeof(out) - (size_t)n,
			      ",\n \"field%02d\":\"%08x%08x some words\"", i,
			      (unsigned)file * 2654435761u, (unsigned)(file + i) * 40503u);
	n += snprintf(out + n, sizeof(out) - (size_t)n, "}\n");
	*len = (size_t)n;
	return arena_strndup(mem, out, *len);
}

static void fill(struct arena *mem, struct publish_file *f, int files, int round)
{
	for (int i = 0; i < files; i++) {
		f[i].path = arena_printf(mem, "tenants/t%06d.json", i);
		f[i].data.data = contents(mem, i, round, &f[i].data.len);
	}
}

int main(int argc, char **argv)
{
	int files = argc >= 3 ? atoi(argv[2]) : 0, changed = argc == 4 ? atoi(argv[3]) : files;
	struct arena mem = ARENA_INIT;
	struct commit_plan plan = { .message = "Status\n",
				    .author = "a <a@a.example>",
				    .time = 1800000000 };
	git_oid first, second;
	git_odb *odb;
	struct err e = { 0 };

	if (files < 1 || changed < 1 || changed > files) {
		fputs("status_commit DIR FILES [CHANGED]\n", stderr);
		return 64;
	}
	struct publish_file *f = arena_array(&mem, (size_t)files, sizeof(*f));
	plan.file = f;
	plan.n = (size_t)files;
	fill(&mem, f, files, 0);
	if (git_setup(&e) < 0 || git_mirror_open(argv[1], &plan.repo, ERR_PUBLISH, &e) < 0 ||
	    !(plan.objects = new_objects_start(plan.repo, &odb, &e)) ||
	    commit_write(&plan, &first, &e) < 0) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	plan.parent = &first;
	plan.n = (size_t)changed;
	fill(&mem, f, changed, 1);
	double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
	int rc = commit_write(&plan, &second, &e);
	printf("%d files %.3f s CPU %.3f s\n", changed, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu,
	       seconds(CLOCK_MONOTONIC) - wall);
	git_odb_free(odb);
	git_repository_free(plan.repo);
	arena_release(&mem);
	return rc == 0 ? 0 : 1;
}
