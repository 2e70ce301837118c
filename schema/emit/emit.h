/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is printed from the tables of schema/kind/ and from findings: JSON Schema, reference pages,
 * starter files, and the formats of `lint`. Everything goes into a struct buf, whose owner looks
 * at `full` once at the end; the same input gives the same bytes. Texts that a user wrote are
 * escaped for the sink.
 */
#ifndef APNSCTL_EMIT_H
#define APNSCTL_EMIT_H

#include <stddef.h>
#include <stdint.h>

#include "schema/base/arena.h"
#include "schema/base/buf.h"
#include "schema/base/finding.h"
#include "schema/kind/kind.h"

/* The JSON Schema (draft-07) of a kind's documents. */
void emit_json_schema(struct buf *out, const struct kind *kind);

/* One JSON Schema for the documents of all kinds; `kind` decides which part holds. */
void emit_json_schema_all(struct buf *out);

/* The reference page of a kind, in Markdown. */
void emit_reference(struct buf *out, const struct kind *kind);

/*
 * A value for a document. `path` is that of the field: "metadata.name", "spec.people[1].id",
 * "spec.domains[0]". `text` is the value itself and is quoted where YAML needs it; NULL leaves the
 * field out (commented out in a full document), also one that starters have otherwise.
 */
struct starter_value {
	const char *path, *text;
};

enum starter_detail {
	STARTER_BRIEF, /* only what is written */
	STARTER_SPEC,  /* all fields of spec with their explanation, the unused commented out */
	STARTER_FULL   /* metadata as well */
};

/*
 * A YAML document of a kind: the fields that have FF_STARTER or FF_REQUIRED or a value among the
 * `n` values are written, with the value or else with the example of the table.
 */
void emit_document(struct buf *out, const struct kind *kind, const struct starter_value *value,
		   size_t n, enum starter_detail detail);

/* A file of a starter repository. */
struct starter_file {
	const char *path; /* relative to the repository */
	const char *text;
	size_t len;
};

/* Files, which live in `mem`. Starts with { .mem = … }. */
struct starter_files {
	struct arena *mem;
	struct starter_file *file;
	size_t n, cap;
};

/*
 * Adds the files of a complete repository with one tenant, "example", and one MDMServer, of type
 * Directory. Lint finds nothing in it but notes.
 */
void starter_repository(struct starter_files *out, enum mode mode);

/* A new customer. What is NULL is left out, or taken from the examples where it is required. */
struct new_tenant {
	enum mode mode;               /* of the Organization */
	const char *name;             /* the folder, too */
	const char *display_name;     /* NULL: the name */
	const char *apple_id;         /* the address */
	enum alias_type type;         /* ALIAS_UNSET: ManagedAppleID */
	const char *domain;           /* the customer's mail domain */
	const char *server;           /* name of an MDMServer */
	const char *account;          /* the customer's account on that server */
	const char *const *custodian; /* ids of people; n 0: those of the starter */
	size_t n_custodian;
};

/* Adds the documents of a new customer: tenants/NAME/… */
void starter_tenant(struct starter_files *out, const struct new_tenant *t,
		    enum starter_detail detail);

/* What `init` knows of the controller. Paths are as they are to be written. */
struct new_config {
	const char *source_url;
	const char *branch;      /* NULL: the default */
	const char *store;       /* "sqlite:state/apnsctl.db" */
	const char *unlock_file; /* "state/unlock.key" */
	const char *directory;   /* path of the directory that the starter's MDMServer writes to */
};

/* The controller's configuration that fits starter_repository, with all defaults as comments. */
void starter_config(struct buf *out, const struct new_config *c);

/* Gives a file as it was checked; NULL: not at hand. The bytes live until the next call. */
struct source_texts {
	const char *(*text)(void *self, const char *file, size_t *len);
	void *self;
};

/* A check that could not be done, which is no finding. */
struct check_skipped {
	const char *code;   /* "published-pin" */
	const char *reason; /* why, and what to do about it */
};

/* All that `lint` says. */
struct lint_report {
	const struct findings *findings; /* sorted: findings_sort */
	size_t documents;
	size_t ignored; /* findings that comments have suppressed */
	const struct check_skipped *skipped;
	size_t n_skipped;
	const struct source_texts *sources; /* for code frames and hashes of lines; NULL: none */
	/* Where formats that need a place show what concerns no file; NULL: organization.yaml. */
	const char *organization;
};

enum { EMIT_COLOUR = 1u << 0 }; /* ANSI escapes for a terminal */

/*
 * "FILE:LINE:COL: level: message [APN2003 missing-reference]" without a line break; the place is
 * left out as far as it is unknown. Safe for terminals and logs.
 */
void emit_finding_line(struct buf *out, const struct finding *f, unsigned flags);

/*
 * For people: the line, the source with the place underlined, related places, fix; a summary.
 * Code frames take at most `columns`, 0: 100 of a source line.
 */
void emit_lint_text(struct buf *out, const struct lint_report *r, unsigned columns, unsigned flags);

/* One line a finding and nothing else. */
void emit_lint_concise(struct buf *out, const struct lint_report *r);

/* LintReport (design: JSON forms). */
void emit_lint_json(struct buf *out, const struct lint_report *r);

/*
 * Workflow commands of GitHub Actions. GitHub shows ten errors, ten warnings and ten notices of a
 * step, so these come first, the last notice counts the rest, and the rest follows as plain lines.
 */
void emit_lint_github(struct buf *out, const struct lint_report *r);

/*
 * Markdown for the summary of a CI step, errors first, at most `max` bytes: what does not fit is
 * cut between two rows and counted. Nothing when not even the counts fit.
 */
void emit_lint_summary(struct buf *out, const struct lint_report *r, size_t max);

/* GitLab Code Quality: a JSON array whose fingerprints do not depend on line numbers. */
void emit_lint_gitlab(struct buf *out, const struct lint_report *r);

/*
 * SARIF 2.1.0 within the limits of GitHub's code scanning, errors first; `version` of the program
 * may be NULL.
 */
void emit_lint_sarif(struct buf *out, const struct lint_report *r, const char *version);

/*
 * JUnit XML: errors are failures; without findings one test has passed. The names of tests do not
 * depend on line numbers.
 */
void emit_lint_junit(struct buf *out, const struct lint_report *r);

#endif
