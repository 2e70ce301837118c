/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Git through libgit2: the source port over a bare mirror or a repository at hand, and the publish
 * port for the status branch. No Git program is run but `ssh`. Redirects are not followed, hooks,
 * filters and configuration of a repository or of the user are not obeyed, nothing is checked out.
 *
 * The first constructor sets libgit2 up for the whole process and makes it ignore SIGPIPE. A source
 * or publish belongs to one thread at a time. Strings in options are copied.
 */
#ifndef APNSCTL_ADAPTER_GIT_H
#define APNSCTL_ADAPTER_GIT_H

#include <stdbool.h>
#include <stdint.h>

#include "reconcile/port/clock.h"
#include "reconcile/port/publish.h"
#include "reconcile/port/source.h"

/* How to prove who we are; sent to `origin` only (invariant 11). Paths are absolute. */
struct git_credential_options {
	const char *origin;       /* "https://git.example", "ssh://git@git.example:2222" */
	const char *username;     /* https; NULL: "git" */
	const char *file;         /* https: the password or token; a newline at its end is cut */
	const char *ssh_key_file; /* ssh; NULL: the agent's and the user's own keys */
	const char *known_hosts_file; /* ssh; NULL: the user's and the system's */
};

struct git_remote_options {
	const char *url;    /* https, ssh or file; http for loopback only */
	const char *branch; /* "main" */
	const char
	    *mirror; /* the bare repository that is the local copy; made (0700) when missing */
	const char *ca_file;  /* added to the system's roots; NULL: none */
	int64_t timeout;      /* seconds for one exchange with the server, connecting included */
	uint64_t receive_max; /* bytes of one exchange; 0: 512 MiB */
	const struct git_credential_options *credential; /* NULL: none */
};

struct git_source_options {
	struct git_remote_options remote;
	const char *path; /* the source's root inside the repository; NULL, "" or ".": all of it */
};

/*
 * The branch of a remote repository, through its mirror. Nothing is fetched yet. In `resolve` the
 * branch's name and HEAD mean its last fetched commit. ERR_SOURCE: an option can not be right.
 */
int git_source_open(const struct git_source_options *o, struct source **out, struct err *e);

/*
 * The repository that holds `path` (a folder in a work tree, a bare repository, a shallow clone;
 * whoever owns it), only read; `fetch` fails. ERR_SOURCE: there is none.
 */
int git_source_local(const char *path, struct source **out, struct err *e);

/* The same with the source's root at the folder `root` of the repository (NULL: its top). */
int git_source_local_at(const char *path, const char *root, struct source **out, struct err *e);

/*
 * Does the repository's .gitignore leave this path (from the top of the work tree) out? Never what
 * is in the index: an added file is read by reconcile, so that hiding it from lint must not work.
 */
bool git_source_ignores(const struct source *s, const char *path);

/* Is this path (from the top of the work tree) a submodule in the index? */
bool git_source_has_submodule(const struct source *s, const char *path);

/*
 * The first .gitignore, by path, that git_source_ignores did not follow, and why ("it is a symbolic
 * link"); NULL: none. A folder with such a file leaves nothing out.
 */
const char *git_source_odd_ignore(const struct source *s, const char **why);

/*
 * The first tracked .gitattributes that makes a checkout below `prefix` ("" or "a/b/") hold other
 * bytes than the commit: it names ident, filter or working-tree-encoding, which is `why`. NULL:
 * none.
 */
const char *git_source_odd_attributes(const struct source *s, const char *prefix,
				      struct arena *mem, const char **why);

/* Where the work tree of a local source starts, with a slash at the end; NULL: it is bare. */
const char *git_source_work_tree(const struct source *s);

/*
 * The commit at which two commits of a local source parted. 0: found; 1: none is known, which in a
 * shallow clone says nothing.
 */
int git_source_merge_base(const struct source *s, const char *a, const char *b,
			  char commit[OID_TEXT]);

struct git_publish_options {
	struct git_remote_options remote;
	const char *author;        /* "Name <mail>", also the committer */
	const struct clock *clock; /* `real` dates the commits */
};

/* The status branch. ERR_PUBLISH: an option can not be right. */
int git_publish_open(const struct git_publish_options *o, struct publish **out, struct err *e);

/*
 * Adds the change of a file, from `old` to `text`, as a patch that `git apply` takes; `path` is
 * that from the top of the work tree. Nothing when they are the same.
 */
int git_patch_text(const char *path, const struct buf *old, const struct buf *text, struct buf *out,
		   struct err *e);

enum { GIT_BRANCH_MAX = 256 };

/*
 * The branch that git_begin would commit to: the one that the repository in the folder `dir` is on,
 * or `main` where there is none. ERR_CONFLICT: it is bare, or on no branch. ERR_IO: it can not be
 * read.
 */
int git_begin_on(const char *dir, char branch[GIT_BRANCH_MAX], struct err *e);

/*
 * Commits these files of the folder `dir` (they are there already), with the user's name in Git;
 * makes a repository where there is none. What is staged besides them stays so.
 */
int git_begin(const char *dir, const struct publish_file *file, size_t n, int64_t now,
	      const char *message, struct err *e);

#endif
