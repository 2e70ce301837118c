/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The peer of a status commit: a bare loop of libgit2 (blobs into a mempack, one tree update, one
 * commit, the pack written), where each of FILES files of a branch changes.
 * cc -O2 tests/bench/mempack_floor.c -lgit2; mempack_floor DIR FILES, where DIR is an empty folder;
 * prints files and seconds of CPU and of wall time of the second commit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <git2.h>
#include <git2/sys/mempack.h>
#include <git2/sys/repository.h>

static void must(int rc, const char *what)
{
	if (rc >= 0)
		return;
	const git_error *last = git_error_last();
	fprintf(stderr, "%s: %s\n", what, last ? last->message : "?");
	exit(1);
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* About what the status of a tenant with one certificate takes. */
static size_t contents(char *out, size_t size, int file, int round)
{
	int n = snprintf(out, size, "{\"tenant\":\"t%06d\",\"round\":%d", file, round);

	for (int i = 0; i < 16; i++)
		n +=
		    snprintf(out + n, size - (size_t)n, ",\n \"field%02d\":\"%08x%08x some words\"",
			     i, (unsigned)file * 2654435761u, (unsigned)(file + i) * 40503u);
	n += snprintf(out + n, size - (size_t)n, "}\n");
	return (size_t)n;
}

static void write_pack(git_repository *repo, git_odb *odb, git_odb_backend *memory)
{
	git_buf pack = { 0 };
	git_odb_writepack *out;
	git_indexer_progress stats;

	must(git_mempack_dump(&pack, repo, memory), "dump");
	must(git_odb_write_pack(&out, odb, NULL, NULL), "write pack");
	must(out->append(out, pack.ptr, pack.size, &stats), "append");
	must(out->commit(out, &stats), "commit pack");
	out->free(out);
	git_buf_dispose(&pack);
	must(git_mempack_reset(memory), "reset");
}

static void commit_all(git_repository *repo, git_odb *odb, int files, int round, git_oid *last)
{
	git_tree_update *update = calloc((size_t)files, sizeof(*update));
	char(*path)[32] = calloc((size_t)files, sizeof(*path)), text[4096];
	git_commit *parent = NULL;
	git_tree *before = NULL, *tree;
	git_signature *who;
	git_oid oid;

	if (round) {
		must(git_commit_lookup(&parent, repo, last), "parent");
		must(git_commit_tree(&before, parent), "its tree");
	}
	for (int i = 0; i < files; i++) {
		size_t n = contents(text, sizeof(text), i, round);
		snprintf(path[i], sizeof(path[i]), "tenants/t%06d.json", i);
		update[i].path = path[i];
		update[i].filemode = GIT_FILEMODE_BLOB;
		must(git_odb_write(&update[i].id, odb, text, n, GIT_OBJECT_BLOB), "blob");
	}
	must(git_tree_create_updated(&oid, repo, before, (size_t)files, update), "tree");
	must(git_tree_lookup(&tree, repo, &oid), "tree");
	must(git_signature_new(&who, "a", "a@a.example", 1800000000, 0), "signature");
	const git_commit *parents[] = { parent };
	must(git_commit_create(last, repo, NULL, who, who, NULL, "Status\n", tree, round ? 1 : 0,
			       parents),
	     "commit");
	git_signature_free(who);
	git_tree_free(tree);
	git_tree_free(before);
	git_commit_free(parent);
	free(path);
	free(update);
}

int main(int argc, char **argv)
{
	int files = argc == 3 ? atoi(argv[2]) : 0;
	git_odb_backend *memory;
	git_repository *repo;
	git_odb *odb;
	git_oid last;

	if (files < 1) {
		fputs("mempack_floor DIR FILES\n", stderr);
		return 64;
	}
	must(git_libgit2_init(), "libgit2");
	must(git_repository_init(&repo, argv[1], 1), "init");
	must(git_repository_odb(&odb, repo), "odb");
	must(git_mempack_new(&memory), "mempack");
	must(git_odb_add_backend(odb, memory, 999), "mempack");
	commit_all(repo, odb, files, 0, &last);
	write_pack(repo, odb, memory);
	double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
	commit_all(repo, odb, files, 1, &last);
	write_pack(repo, odb, memory);
	printf("%d files %.3f s CPU %.3f s\n", files, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu,
	       seconds(CLOCK_MONOTONIC) - wall);
	git_odb_free(odb);
	git_repository_free(repo);
	return 0;
}
