/* SPDX-License-Identifier: Apache-2.0 */
/* What the formats of findings share. */
#ifndef APNSCTL_EMIT_PLACE_H
#define APNSCTL_EMIT_PLACE_H

#include "schema/base/buf.h"
#include "schema/base/finding.h"
#include "schema/base/sha256.h"
#include "schema/emit/emit.h"

/* The ANSI escape that starts the colour of a level. */
const char *place_colour(enum level level);

/* "FILE:LINE:COL: ", as far as it is known; escaped for terminals. */
void place_add(struct buf *out, const char *file, struct span at);

/* "APN2003" */
enum { RULE_ID = 16 };
const char *place_rule_id(const struct rule *r, char text[RULE_ID]);

/* How many findings of the same file, rule, object and pointer come before the i-th. */
unsigned place_twins(const struct findings *fs, size_t i);

/*
 * What stays the same while lines above the i-th finding come and go: a hash of rule, file, object
 * and pointer, and of how many findings of the file before this one are equal in these.
 */
void place_fingerprint(const struct findings *fs, size_t i, char hex[SHA256_HEX]);

/* The path of what concerns no single file, where a format needs one. */
const char *place_file(const struct lint_report *r, const struct finding *f);

/* One line of a source without its line break, and its length in bytes; NULL: not at hand. */
const char *place_line(const struct lint_report *r, const char *file, uint32_t line, size_t *len);

/* "40 documents: 2 errors, 1 warning, 0 notes" */
void place_counts(struct buf *out, const struct lint_report *r);

#endif
