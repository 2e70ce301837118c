/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The repository of manifests that a command works on without a configuration: that of PATH (the
 * nearest parent with organization.yaml, else the Git root), else the one that the command stands
 * in. Read from the working tree, or with a revision from Git's objects.
 */
#ifndef APNSCTL_CMD_REPO_H
#define APNSCTL_CMD_REPO_H

#include <stdbool.h>

#include "reconcile/port/source.h"
#include "schema/base/arena.h"
#include "schema/base/buf.h"

struct repo {
	struct arena mem;
	const char *root;      /* folder of organization.yaml (bare: the repository), absolute */
	const char *prefix;    /* of root below the Git work tree, with a slash; "" */
	struct source *source; /* the manifests: working tree or a commit */
	struct source *git;    /* the Git repository around it; NULL: there is none */
	char commit[OID_TEXT]; /* "": the working tree */
};

/* `path` NULL: the working directory; `rev` NULL: the working tree. */
int repo_open(const char *path, const char *rev, struct repo *out, struct err *e);

/*
 * The path relative to the repository's root, for filtering what is told; "" is all of it. -1 when
 * the path does not exist or leaves the repository (ERR_USAGE).
 */
int repo_relative(const struct repo *r, const char *path, struct arena *mem, const char **out,
		  struct err *e);

/*
 * A commit of the status branch: `status` as given (revision), else origin/apnsctl-status or
 * apnsctl-status of the Git repository. 0: found, 1: there is none, and `why` says so with the
 * cure.
 */
int repo_status_commit(struct repo *r, const char *status, char commit[OID_TEXT],
		       const char **why);

/*
 * A status branch as a source of its own: `status` is a folder with its files or a revision, NULL
 * as above. 0: open, `commit` ("": a folder) goes with its calls; 1: there is none, and `why` says
 * so with the cure; -1: what was named is none (ERR_USAGE).
 */
int repo_status_open(struct repo *r, const char *status, struct source **out, char commit[OID_TEXT],
		     const char **why, struct err *e);

/*
 * Adds the change of a file of the manifests as a patch that `git apply` takes at the top of the
 * work tree.
 */
int repo_patch(const struct repo *r, const char *path, const struct buf *old,
	       const struct buf *text, struct buf *out, struct err *e);

/* True when the root holds an organization.yaml: what reads manifests need not search elsewhere. */
bool repo_has_manifests(const struct repo *r);

void repo_close(struct repo *r);

#endif
