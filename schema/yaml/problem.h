/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the YAML library says of a broken document, retold for the person who wrote it: what stands
 * where, what was expected, what to do. The library's texts are those of libyaml 0.2.5.
 */
#ifndef APNSCTL_YAML_PROBLEM_H
#define APNSCTL_YAML_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/arena.h"
#include "schema/base/finding.h"
#include "schema/yaml/scan.h"

/*
 * Where the library stopped and what it was about; places count from 1 in the whole file. In a flow
 * collection the context is where that collection starts.
 */
struct yaml_problem {
	const char *problem;
	const char *context; /* NULL: none */
	uint32_t line, col;
	uint32_t context_line, context_col;
	bool in_flow;	  /* inside [] or {} */
	struct span text; /* of the text in quotes that was read last; line 0: none */
};

/* Adds one finding for the problem. */
void yaml_tell_problem(const struct yaml_scan *s, const struct yaml_problem *p,
		       struct findings *fs);

/*
 * Adds a finding with its edit when an unquoted text looks like a key and a value, a list item or a
 * line between documents that is misspelt ("kind:Policy", "-acme", another colon or dash than
 * YAML's); `at` is where the text starts. NULL when it does not.
 */
struct finding *yaml_tell_spelling(const char *path, const char *text, size_t len, struct span at,
				   struct findings *fs);

/* The text in double quotes for a message: cut at 72 characters, line breaks and quotes escaped. */
const char *yaml_quote(struct arena *mem, const char *text, size_t len);

#endif
