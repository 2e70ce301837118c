/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory as a source, without Git: what lint reads when no revision was asked for. It gives
 * the entries that a commit of the directory would have, in the order of a Git tree (by name, a
 * folder as if its name ended with "/"): no .git, no empty folders, nothing but files, folders and
 * symbolic links, which are told and never followed, and repositories inside, which are told as
 * submodules, as is every folder that a commit would have as one.
 *
 * The names are read once, when they are first needed, so that all calls see the same tree. The
 * `commit` of all calls is not looked at. An `oid` is the number of the entry in this source and
 * says nothing about contents. A folder that is missing has no entries. `fetch`, `resolve` and
 * `descends` fail.
 */
#ifndef APNSCTL_ADAPTER_WORKTREE_H
#define APNSCTL_ADAPTER_WORKTREE_H

#include "reconcile/port/source.h"

struct worktree_options {
	/* Is this path left out of Git? A folder is asked about with "/" at its end. NULL: no. */
	bool (*ignored)(void *self, const char *path);
	/* Is a folder at this path a submodule, even when it is empty? NULL: no. */
	bool (*submodule)(void *self, const char *path);
	/* Is this one name never read (git_name_is_bad)? NULL: no. */
	bool (*bad_name)(const char *name, size_t len);
	void *self;
};

/* Opens the directory; `o` is copied. ERR_SOURCE when it is none. */
int worktree_open(const char *root, const struct worktree_options *o, struct source **out,
		  struct err *e);

#endif
