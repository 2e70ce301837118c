/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One look at the bytes of a file before the YAML parser sees them. It finds what the parser would
 * report without a place, or not at all: bad UTF-8, control and invisible characters, line breaks
 * that only YAML knows, directives. It leaves the table of lines, and the places where a document
 * starts, so that a broken one can be left out.
 *
 * Work: one pass; memory: four bytes a line.
 */
#ifndef APNSCTL_YAML_SCAN_H
#define APNSCTL_YAML_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/arena.h"
#include "schema/base/finding.h"

/* What stands between two lines that start with "---"; the first part may be empty. */
struct yaml_part {
	uint32_t line;   /* the first one, from 1; for all but the first part the line with "---" */
	bool unreadable; /* has bytes that the parser would stumble over: not to be parsed */
	bool invisible;  /* has invisible characters, which are told already */
};

struct yaml_scan {
	const char *path;
	const char *bytes; /* behind a byte order mark, if there is one */
	uint32_t len;
	uint32_t mark;  /* bytes of the byte order mark before them: 0 or 3 */
	uint32_t *line; /* where each line starts, in bytes; one more than there are: the end */
	size_t n_line, cap_line;
	struct yaml_part *part; /* at least one, unless the file is not to be parsed */
	size_t n_part, cap_part;
	bool in_conflict; /* below a "<<<<<<<" and above its ">>>>>>>" */
	bool refused; /* nothing of the file is to be parsed; a finding says why */
};

/* Scans; tables live in `mem`, `path` and `bytes` are kept. What is wrong goes to `fs`. */
void yaml_scan(const char *path, const char *bytes, size_t len, struct arena *mem,
	       struct findings *fs, struct yaml_scan *out);

/* The offset of a place in `bytes`; past the end of the line it is that of its line break. */
size_t yaml_scan_offset(const struct yaml_scan *s, uint32_t line, uint32_t col);

/* The place of the bytes from `from` up to `to`. */
struct span yaml_scan_span(const struct yaml_scan *s, size_t from, size_t to);

/* The bytes of a line (from 1) without its line break; "" and 0 where there is no such line. */
const char *yaml_scan_line(const struct yaml_scan *s, uint32_t line, size_t *len);

/* Code points in `len` bytes of valid UTF-8. */
uint32_t yaml_columns(const char *s, size_t len);

/*
 * What a character is that must not stand in a manifest, written or escaped: RULE_BIDI_CHARACTER,
 * RULE_CONTROL_CHARACTER, RULE_LINE_BREAK (Unicode's own) or RULE_NOT_UTF8 (a byte order mark); 0
 * when it may. Tab, LF and CR are left to the caller.
 */
unsigned yaml_character_rule(int32_t c);

/* "U+202E (right-to-left override)" */
const char *yaml_character_text(int32_t c, char text[64]);

#endif
