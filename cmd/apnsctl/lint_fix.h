/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint --fix and --diff: the edits that findings suggest, applied in memory and linted again until
 * none is left; only then are files written, all or none.
 */
#ifndef APNSCTL_CMD_LINT_FIX_H
#define APNSCTL_CMD_LINT_FIX_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/apnsctl/repo.h"
#include "schema/base/finding.h"

/* Edits can make room for others; what still has some after so many passes is left as it is. */
enum { LINT_FIX_PASSES = 16, LINT_DIFF_MAX = 256 << 20 };

/* A file with edits. */
struct fixed {
	const char *path;
	char oid[OID_TEXT];
	struct buf old, text; /* as it was read, as it is to be */
	struct buf next;      /* a trial: as it would be */
	unsigned pass;	      /* the last one that changed it; 0: none */
};

struct lint_fix {
	struct repo *repo; /* its source is an overlay from now on */
	struct arena mem;
	struct fixed *file; /* by path, when all is done */
	size_t n, cap;
	size_t n_edit;
	unsigned pass;
	bool (*keeps)(void *arg, const char *file); /* may it be edited? */
	void *arg;
};

/* Only files that `keeps` says yes to are edited. */
void lint_fix_start(struct lint_fix *x, struct repo *repo,
		    bool (*keeps)(void *arg, const char *file), void *arg);

/*
 * Applies the edits of these findings, which are sorted, to what the repository's source reads. The
 * edits of one finding are made together or not at all. Of two that overlap the first is made; the
 * other may come back in the next pass. 1: some were made, so that lint may find something else
 * now; 0: there was none to make.
 */
int lint_fix_pass(struct lint_fix *x, const struct findings *fs, struct err *e);

/* Writes the files. ERR_REFUSED: one is not what was read any more; then nothing was changed. */
int lint_fix_write(struct lint_fix *x, struct err *e);

/* Adds the change as a patch that `git apply` takes. */
int lint_fix_diff(const struct lint_fix *x, struct buf *out, struct err *e);

void lint_fix_release(struct lint_fix *x);

#endif
