/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes of files below one folder, all or none: planned in memory, checked, then written one by
 * one; when one can not be written those before it are put back. Texts of a manifest are replaced
 * at their exact place, so that comments and all else stay byte for byte.
 */
#ifndef APNSCTL_CMD_EDIT_H
#define APNSCTL_CMD_EDIT_H

#include <stdbool.h>

#include "schema/base/arena.h"
#include "schema/base/buf.h"
#include "schema/base/err.h"
#include "schema/base/ref.h"
#include "schema/yaml/splice.h"

struct edit_file {
	const char *path; /* relative to the folder */
	struct buf old;
	bool is_new; /* there is no old file */
	struct splice *piece;
	size_t n, cap;
	bool written;
};

struct edits {
	struct arena mem;
	const char *root;
	struct edit_file *file;
	size_t n, cap;
};

/* Starts with no change; `root` is copied. */
void edits_start(struct edits *x, const char *root);

/* The file gets this text. 1: it has it already and nothing changes. */
int edits_put(struct edits *x, const char *path, const char *text, size_t len, struct err *e);

/* The same, when the file holds exactly the bytes `old`; ERR_REFUSED when it does not any more. */
int edits_put_over(struct edits *x, const char *path, const struct buf *old, const struct buf *text,
		   struct err *e);

/*
 * Replaces the plain or quoted scalar `old` at `at` by `text`, which needs no quotes. ERR_REFUSED
 * when something else stands there.
 */
int edits_replace(struct edits *x, const char *path, struct pos at, const char *old,
		  const char *text, struct err *e);

/* Writes all. On failure all files are as they were, or the error names those that are not. */
int edits_write(struct edits *x, struct err *e);

void edits_release(struct edits *x);

#endif
