/* SPDX-License-Identifier: Apache-2.0 */
/* schema [KIND] [--format json-schema|markdown|yaml]: what the tables of the parser say. */
#include "cmd/apnsctl/cmd.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "schema/base/err.h"
#include "schema/emit/emit.h"

enum { OUTPUT_MAX = 1 << 22 };

static const char usage[] =
	"usage: apnsctl schema [KIND] [--format json-schema|markdown|yaml]\n"
	"\n"
	"Prints what the manifests of a kind (all kinds without KIND) may hold:\n"
	"  json-schema  a JSON Schema for editors and validators (the default)\n"
	"  markdown     the reference page\n"
	"  yaml         a template with all keys and their explanation\n";

static void page(struct buf *out, const struct kind *kind)
{
	if (out->len)
		buf_addc(out, '\n');
	emit_reference(out, kind);
}

static void document(struct buf *out, const struct kind *kind)
{
	if (out->len)
		buf_adds(out, "---\n");
	emit_document(out, kind, NULL, 0, STARTER_FULL);
}

static void for_kinds(struct buf *out, const struct kind *only,
		      void (*emit)(struct buf *out, const struct kind *kind))
{
	for (unsigned id = KIND_NONE + 1; id < KIND_MAX; id++)
		if (!only || only == kind_of(id))
			emit(out, kind_of(id));
}

/* False when there is no such format. */
static bool print_as(struct buf *out, const char *format, const struct kind *kind)
{
	if (strcmp(format, "json-schema") == 0 && kind)
		emit_json_schema(out, kind);
	else if (strcmp(format, "json-schema") == 0)
		emit_json_schema_all(out);
	else if (strcmp(format, "markdown") == 0)
		for_kinds(out, kind, page);
	else if (strcmp(format, "yaml") == 0)
		for_kinds(out, kind, document);
	else
		return false;
	return true;
}

static int wrong_use(const char *what, const char *word)
{
	fprintf(stderr, "apnsctl schema: %s%s\n%s", what, word, usage);
	return err_exit_status(ERR_USAGE);
}

/* The kinds by name, for somebody who mistyped one. */
static int unknown_kind(const char *name)
{
	fprintf(stderr, "apnsctl schema: there is no kind %s; the kinds are", name);
	for (unsigned id = KIND_NONE + 1; id < KIND_MAX; id++)
		fprintf(stderr, "%s %s", id > KIND_NONE + 1 ? "," : "", kind_name(id));
	fprintf(stderr, "\n");
	return err_exit_status(ERR_USAGE);
}

static int write_out(struct buf *out)
{
	bool written = !out->full && fwrite(buf_str(out), 1, out->len, stdout) == out->len &&
		       fflush(stdout) == 0;

	buf_release(out);
	if (written)
		return 0;
	fprintf(stderr, "apnsctl schema: the output could not be written\n");
	return err_exit_status(ERR_IO);
}

int cmd_schema(struct app *app, int argc, char **argv)
{
	static const struct option options[] = { { "format", required_argument, NULL, 'f' },
						 { "help", no_argument, NULL, 'h' },
						 { 0 } };
	const char *format = "json-schema";
	(void)app;
	const struct kind *kind = NULL;
	struct buf out = BUF_INIT(OUTPUT_MAX);
	int c;

	optind = 0; /* getopt starts anew: main has read the global options with it */
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (c == 'h')
			return fputs(usage, stdout) < 0;
		if (c == ':')
			return wrong_use("this option needs a value: ", argv[optind - 1]);
		if (c == '?')
			return wrong_use("there is no option ", argv[optind - 1]);
		format = optarg;
	}
	if (argc - optind > 1)
		return wrong_use("one KIND at a time, not also ", argv[optind + 1]);
	if (argc - optind == 1 && !(kind = kind_by_name(argv[optind])))
		return unknown_kind(argv[optind]);
	if (!print_as(&out, format, kind))
		return wrong_use("there is no format ", format);
	return write_out(&out);
}
