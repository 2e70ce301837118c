/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "# apnsctl:ignore APN3004 -- reason" in a manifest: the findings of that rule on the line, or
 * below a comment of its own on the next line with content, are not told. Only rules that are
 * judgement can be ignored (rule_can_be_ignored), and never a finding that is an error.
 */
#ifndef APNSCTL_LOAD_IGNORE_H
#define APNSCTL_LOAD_IGNORE_H

#include "schema/base/finding.h"
#include "schema/yaml/doc.h"

/* One code of one comment. */
struct ignore {
	const char *file;
	uint32_t line; /* whose findings are meant; 0: there is no line below the comment */
	uint16_t code;
	bool is_only;    /* the comment names no other code */
	bool is_quiet;   /* errors hide findings here: that it suppresses nothing says nothing */
	size_t n_used;   /* findings that it has suppressed */
	struct span at;  /* of the code */
	struct span cut; /* what to take out with the comment */
};

struct ignores {
	struct ignore *item;
	size_t n, cap;
};

/*
 * Reads the comments of a file; what is wrong with one is a RULE_BAD_IGNORE, and what is left of it
 * counts. Lives in `mem`; `path` is kept. Of a broken file nothing is told.
 */
void ignores_read(const char *path, const struct yaml_file *y, struct arena *mem,
		  struct findings *fs, struct ignores *out);

/* Takes the findings that are ignored out of `fs` and counts them. Sorts the list. */
void ignores_apply(struct ignores *list, struct findings *fs);

/* Copies a list, counts included, to outlive its files; `is_quiet`: their folder has errors. */
void ignores_add(struct ignores *to, struct arena *mem, const struct ignores *from, bool is_quiet);

/* One RULE_UNUSED_IGNORE for each that has suppressed nothing, when all findings were looked at. */
void ignores_tell_unused(const struct ignores *list, struct findings *fs);

#endif
