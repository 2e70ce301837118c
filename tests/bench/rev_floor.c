/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The peer of lint --rev: read each YAML blob of a commit with libgit2, let libyaml make all its
 * events, throw them away.
 * cc -O2 tests/bench/rev_floor.c -lgit2 -lyaml; rev_floor REPOSITORY REVISION
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <git2.h>
#include <yaml.h>

static unsigned long files, events;

static void must(int rc, const char *what)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "%s: %s\n", what, git_error_last() ? git_error_last()->message : "?");
	exit(1);
}

static void parse(const unsigned char *bytes, size_t len, const char *name)
{
	yaml_parser_t parser;
	yaml_event_t event;
	int type;

	if (!yaml_parser_initialize(&parser))
		exit(1);
	yaml_parser_set_input_string(&parser, bytes, len);
	do {
		if (!yaml_parser_parse(&parser, &event)) {
			fprintf(stderr, "%s: %s\n", name, parser.problem);
			exit(1);
		}
		type = event.type;
		yaml_event_delete(&event);
		events++;
	} while (type != YAML_STREAM_END_EVENT);
	yaml_parser_delete(&parser);
	files++;
}

static int visit(const char *root, const git_tree_entry *entry, void *repo)
{
	const char *name = git_tree_entry_name(entry), *dot = strrchr(name, '.');
	git_blob *blob;

	(void)root;
	if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB || !dot || strcmp(dot, ".yaml") != 0)
		return 0;
	must(git_blob_lookup(&blob, repo, git_tree_entry_id(entry)), name);
	parse(git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob), name);
	git_blob_free(blob);
	return 0;
}

int main(int argc, char **argv)
{
	git_repository *repo;
	git_object *tree;
	char spec[256];

	if (argc != 3)
		return 64;
	must(git_libgit2_init(), "libgit2");
	must(git_repository_open(&repo, argv[1]), argv[1]);
	snprintf(spec, sizeof(spec), "%s^{tree}", argv[2]);
	must(git_revparse_single(&tree, repo, spec), spec);
	must(git_tree_walk((git_tree *)tree, GIT_TREEWALK_PRE, visit, repo), "walk");
	printf("%lu files %lu events\n", files, events);
	git_object_free(tree);
	git_repository_free(repo);
	return 0;
}
