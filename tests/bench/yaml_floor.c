/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The peer of lint: read each file, let libyaml make all its events, throw them away.
 * cc -O2 tests/bench/yaml_floor.c -lyaml; yaml_floor ROUNDS DIRECTORY walks the YAML files below
 * it, yaml_floor ROUNDS - takes names from standard input, one a line. Prints files, events and
 * seconds of CPU of all rounds, the walk included.
 */
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <yaml.h>

static unsigned long files, events;
static unsigned char bytes[1 << 20];

static void parse(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), type;
	ssize_t len = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));
	yaml_parser_t parser;
	yaml_event_t event;

	if (fd >= 0)
		close(fd);
	if (len < 0 || !yaml_parser_initialize(&parser)) {
		perror(path);
		exit(1);
	}
	yaml_parser_set_input_string(&parser, bytes, (size_t)len);
	do {
		if (!yaml_parser_parse(&parser, &event)) {
			fprintf(stderr, "%s: %s\n", path, parser.problem);
			exit(1);
		}
		type = event.type;
		yaml_event_delete(&event);
		events++;
	} while (type != YAML_STREAM_END_EVENT);
	yaml_parser_delete(&parser);
	files++;
}

static void walk(char *directory)
{
	char *roots[] = { directory, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);

	for (FTSENT *e; tree && (e = fts_read(tree));) {
		const char *dot = e->fts_info == FTS_F ? strrchr(e->fts_name, '.') : NULL;
		if (dot && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml")))
			parse(e->fts_path);
	}
	if (tree)
		fts_close(tree);
}

static void read_names(void)
{
	char line[4096];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = 0;
		parse(line);
	}
}

int main(int argc, char **argv)
{
	long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
	clock_t start = clock();

	if (argc != 3)
		return 64;
	if (!strcmp(argv[2], "-"))
		read_names();
	else
		while (rounds-- > 0)
			walk(argv[2]);
	printf("%lu files %lu events %.3f s\n", files, events,
	       (double)(clock() - start) / CLOCKS_PER_SEC);
	return 0;
}
