/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The repository of manifests that a command works on without a configuration: that of PATH (the
 * nearest parent with organization.yaml, else the Git root), else the one that the command stands
 * in. Read from the working tree, or with a revision from Git's objects.
 */
#ifndef APNSCTL_CMD_REPO_H
#define APNSCTL_CMD_REPO_H

#include <stdbool.h>

#include "reconcile/port/publish.h"
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

/* 0 when there are files or a revision to read manifests from; -1 in a bare repository without. */
int repo_need_files(const struct repo *r, struct err *e);

/*
 * The path relative to the repository's root, for filtering what is told; "" is all of it. -1 when
 * the path does not exist or leaves the repository (ERR_USAGE).
 */
int repo_relative(const struct repo *r, const char *path, struct arena *mem, const char **out,
		  struct err *e);

/*
 * 0 when a file is read at the path or below it; `relative` is what repo_relative made of it,
 * "" is all and always 0. -1 when there is none (ERR_USAGE).
 */
int repo_holds(const struct repo *r, const char *path, const char *relative, struct err *e);

/*
 * After the source was read: the first .gitignore, by path from the top of the work tree, that was
 * not followed, and why; NULL: none.
 */
const char *repo_odd_ignore(const struct repo *r, const char **why);

/*
 * The first .gitattributes that makes the files of the working tree differ from what a commit has
 * (why: the attribute that it names); NULL: none, or a revision is read.
 */
const char *repo_odd_attributes(const struct repo *r, struct arena *mem, const char **why);

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

/* What a change is compared with. */
struct repo_base {
	struct source *source; /* with the same root as the repository's */
	char commit[OID_TEXT];
	const char *note; /* why it is not the commit that was named, or may mislead; NULL */
	bool is_unsure;   /* the note says what may mislead */
};

/*
 * Opens a revision of the repository to compare with. When it has gone on since the head left it,
 * that is the commit at which they parted: what the other side has gained is no change of this one.
 * ERR_SOURCE with the cure when the revision is not here. The caller closes `source`.
 */
int repo_base_open(struct repo *r, const char *rev, struct repo_base *out, struct err *e);

/*
 * Adds the change of a file of the manifests as a patch that `git apply` takes at the top of the
 * work tree.
 */
int repo_patch(const struct repo *r, const char *path, const struct buf *old,
	       const struct buf *text, struct buf *out, struct err *e);

/*
 * 0 when a file may be written at this path: no folder on the way is a symbolic link that stands in
 * the work tree, where the author of a pull request puts links that lead out of it. ERR_REFUSED.
 */
int repo_check_way(const struct repo *r, const char *path, struct err *e);

/* True when the root holds an organization.yaml: what reads manifests need not search elsewhere. */
bool repo_has_manifests(const struct repo *r);

/*
 * For `init`: the branch that a first commit in the folder goes to, of the repository there or of
 * the one that repo_begin makes; ERR_CONFLICT or ERR_IO when it can not be. Then the commit of
 * these files, which are there already; their `data` is not used. `now`: seconds.
 */
int repo_begin_on(const char *folder, struct arena *mem, const char **branch, struct err *e);
int repo_begin(const char *folder, const struct publish_file *file, size_t n, int64_t now,
	       struct err *e);

void repo_close(struct repo *r);

#endif
