/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sentences about a broken document are made from: its lines, and the places in them.
 * Private to schema/yaml/.
 */
#ifndef APNSCTL_YAML_TELLER_H
#define APNSCTL_YAML_TELLER_H

#include "schema/yaml/problem.h"

struct teller {
	const struct yaml_scan *scan;
	const struct yaml_problem *p;
	struct findings *fs;
};

/* One line of the file, taken apart. */
struct line {
	const char *text; /* the whole line */
	size_t len;
	size_t from;  /* the first byte that is no blank and no dash of a list */
	size_t colon; /* of the first ": " or ":" at the end outside quotes; len: none */
};

struct line teller_line(const struct teller *t, uint32_t line);

/* The nearest line above with content in the same document; 0: none. */
uint32_t teller_above(const struct teller *t, uint32_t line);

/* The bytes from a place to the end of its line. */
const char *teller_rest(const struct teller *t, uint32_t line, uint32_t col, size_t *len);

/* The character at a place, and the first one before the problem that is no blank; 0: none. */
char teller_char(const struct teller *t, uint32_t line, uint32_t col);
char teller_before(const struct teller *t);

/* From a place over `width` characters of its line, at least one. */
struct span teller_span(uint32_t line, uint32_t col, uint32_t width);

/* One character: where the library stopped, and what it was about. */
struct span teller_here(const struct teller *t);
struct span teller_context(const struct teller *t);

/* The word that stands at a place. */
struct span teller_word(const struct teller *t, uint32_t line, uint32_t col);

/* The key that a line starts with. */
struct span teller_key(const struct teller *t, uint32_t line);

/* The value that starts at a place, up to a comment, or to the end of its item in [] or {}. */
struct span teller_value(const struct teller *t, uint32_t line, uint32_t col);

/* Adds a RULE_YAML_SYNTAX. */
struct finding *teller_say(const struct teller *t, struct span at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* layout.c: the problems with lines, their colons, dashes and indentation. */
void tell_misplaced_value(const struct teller *t);
void tell_key_without_colon(const struct teller *t);
void tell_misplaced_item(const struct teller *t);
void tell_tab(const struct teller *t);
void tell_expected_key(const struct teller *t);
void tell_expected_item(const struct teller *t);

#endif
