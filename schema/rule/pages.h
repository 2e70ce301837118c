/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page of each rule of rules.def, for `apnsctl explain APN2003`, SARIF and docs/rules: why the
 * rule is there, an example that breaks it and one that keeps it.
 */
#ifndef APNSCTL_RULE_PAGES_H
#define APNSCTL_RULE_PAGES_H

#include <stddef.h>
#include <stdint.h>

/*
 * A repository: the files around (rule_page_files), of a `bad` or `good` one what stood there
 * before, then these. `files` sketches one or more files a line, for people and for the test that
 * makes them (tests/run/rules/sketch.py):
 *
 *   PATH: certificate of TOPIC[, …]   from Apple and good for a year, unless it says otherwise
 *   PATH: certificate request         and other words, each a file of the usual form
 *   PATH: copy of PATH
 *   PATH: 101 lines of "TEXT"
 *   PATH: in ISO 8859-1               the manifest above, saved so
 *   PATH -> TARGET                    a symbolic link
 *   FOLDER/: submodule
 *   FOLDER/: like FOLDER/             with its name for the other's and with topics of its own
 *   PATH: removed                     which stood there before
 *   apnsctl-status: PushCertificate/TENANT/NAME has the topic TOPIC
 *
 * "tenants/client-01/ to tenants/client-12/" are twelve.
 */
struct rule_example {
	const char *yaml;  /* the manifest; NULL: none, or what stood there before */
	const char *files; /* NULL: none */
};

struct rule_page {
	uint16_t code;
	const char *why;     /* one to three sentences, or a few more */
	const char *file;    /* where the manifests stand; NULL: RULE_PAGE_FILE */
	const char *command; /* that tells it; NULL: see rule_page_command */
	const char *stops;   /* what it stops, where its `stop` does not say it; NULL: it does */
	struct rule_example before; /* of a change: on the branch main */
	struct rule_example bad;    /* raises the rule */
	struct rule_example good;   /* the same, mended */
	const char *also;           /* other rules that `bad` can not but break, "APN1014"; NULL */
	const char *source;         /* where more is to be read; NULL: nowhere */
};

#define RULE_PAGE_FILE "tenants/acme/example.yaml"

/* The page of a code; NULL when there is no such rule. */
const struct rule_page *rule_page(unsigned code);

/* The command that tells of the example: "apnsctl lint", of a change "apnsctl lint --base main". */
const char *rule_page_command(const struct rule_page *p);

/*
 * The files around the examples: an Organization with three people (kim leaves), shared servers and
 * accounts, and the Tenant acme with an alias of its own. Ends with a NULL path.
 */
struct page_file {
	const char *path, *text;
};
const struct page_file *rule_page_files(void);

#endif
