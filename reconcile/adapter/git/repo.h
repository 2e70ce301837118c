/* SPDX-License-Identifier: Apache-2.0 */
/* What the source and the publish adapter share: repositories on disk, their trees, the remote. */
#ifndef APNSCTL_ADAPTER_GIT_REPO_H
#define APNSCTL_ADAPTER_GIT_REPO_H

#include <git2.h>

#include "reconcile/adapter/git/git.h"
#include "reconcile/adapter/git/url.h"
#include "schema/base/arena.h"

/* init.c */

/* Sets libgit2 up, once a process. ERR_IO: it lacks what this adapter relies on. */
int git_setup(struct err *e);

/*
 * Bytes: GIT_READ_MAX: a commit or a folder that is read (one with 100,000 tenants has 4 MiB);
 * GIT_RECEIVE_MAX: one exchange with a server, unless it was told otherwise.
 */
enum { GIT_READ_MAX = 16 << 20, GIT_RECEIVE_MAX = 512 << 20 };

/*
 * How large an object may be that libgit2 puts together from deltas, from now on and for the whole
 * process; GIT_READ_MAX at least. It looks at each object that it copies from pack to pack, also at
 * those that nobody reads: a large file of one tenant must not stop that.
 */
void git_object_limit(uint64_t max);

/* Takes libgit2's last error, escaped, behind the text; returns -1. */
int git_fail(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Opens the bare repository, makes it when it is missing. It has to be a folder of our own that
 * nobody else may write, and without alternates.
 */
int git_mirror_open(const char *dir, git_repository **out, enum err_code code, struct err *e);

/* Replaces a repository's configuration by an empty one. */
int git_forget_config(git_repository *repo, enum err_code code, struct err *e);

/*
 * tidy.c: removes locks and temporary files that a killed process left; waits up to 3 s for a lock
 * that may be in use.
 */
void git_mirror_unlock(const char *dir);

/* tidy.c: puts the packs together when there are many; then the repository has to be opened anew.
 */
int git_mirror_tidy(git_repository *repo, bool *changed, enum err_code code, struct err *e);

/* tree.c: reading commits. */

struct tree_view {
	git_repository *repo;
	git_odb *odb;
	const char *root;   /* path of the folder that is shown as the root; "": all */
	enum err_code code; /* of its failures */
};

/* The entries of one folder of a commit, or of all below it (`deep`), each folder before its own.
 */
int tree_list(const struct tree_view *v, const char *commit, const char *folder, bool deep,
	      source_entry_fn *fn, void *arg, struct err *e);

/* 1: a folder is at the path; 0: something else or nothing. */
int tree_has_folder(const struct tree_view *v, const char *commit, const char *path, struct err *e);

/* As source.read and source.lookup. */
int tree_read(const struct tree_view *v, const char *oid, struct buf *out, struct err *e);
int tree_lookup(const struct tree_view *v, const char *commit, const char *path, char oid[OID_TEXT],
		struct err *e);

/*
 * attributes.c: as git_source_odd_attributes; `why` is the attribute, or why the file says nothing.
 */
const char *attributes_odd(const struct tree_view *v, const char *prefix, struct arena *mem,
			   const char **why);

/* peer.c: the remote side. */

struct git_peer {
	struct arena mem;
	enum err_code code; /* of its failures */
	struct git_url url;
	struct git_remote_options o; /* strings in `mem` */
	struct git_credential_options credential;
	struct tls_roots *roots; /* NULL unless https */
	const char *remote_ref;  /* "refs/heads/BRANCH" */
};

/* ERR: the options can not be right; nothing is connected yet. */
int git_peer_open(const struct git_remote_options *o, enum err_code code, struct git_peer *p,
		  struct err *e);
void git_peer_close(struct git_peer *p);

/*
 * Fetches the branch into `local_ref`, whatever that was before. 0: `tip` is its commit; 1: the
 * repository is there but has no such branch, nothing was changed.
 */
int git_peer_fetch(struct git_peer *p, git_repository *repo, const char *local_ref, git_oid *tip,
		   struct err *e);

/*
 * Pushes what `local_ref` points at, provided that the branch still is at `expected` (NULL: does
 * not exist), and reads the branch back. 0: it is there; 1: the branch is elsewhere.
 */
int git_peer_push(struct git_peer *p, git_repository *repo, const char *local_ref,
		  const git_oid *expected, struct err *e);

/* local.c: a remote that is a repository on this machine. */

/* 1: the peer is one, and it is open in `out`; 0: it is not. */
int git_local_open(const struct git_peer *p, git_repository **out);

/* As git_peer_push, into `to`. */
int git_local_push(const struct git_peer *p, git_repository *to, git_repository *from,
		   const git_oid *commit, const git_oid *expected, struct err *e);

/* objects.c: where new objects wait in memory until they are written as one pack. */

struct new_objects;

/* It belongs to the repository, `odb` (the repository's, with the new objects) to the caller. */
struct new_objects *new_objects_start(git_repository *repo, git_odb **odb, struct err *e);

/* A blob; the bytes are borrowed until new_objects_forget. A code of libgit2. */
int new_objects_blob(struct new_objects *s, const void *data, size_t len, git_oid *oid);

/* All that was written since the last time becomes one pack on the disk. A code of libgit2. */
int new_objects_pack(struct new_objects *s);

void new_objects_forget(struct new_objects *s);

/* commit.c: writing. */

struct commit_plan {
	git_repository *repo;
	struct new_objects *objects; /* of that repository */
	const struct publish_file *file;
	size_t n;
	const git_oid *parent; /* NULL: the first commit of the branch */
	const char *message, *author;
	int64_t time;
};

/*
 * Writes the commit and whatever it needs, durably. 0: `commit` is the new one; 1: the tree would
 * be the parent's, nothing was written.
 */
int commit_write(const struct commit_plan *p, git_oid *commit, struct err *e);

#endif
