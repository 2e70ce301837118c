/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The publish port: the status branch. Files are put and removed without a work tree, in one
 * commit, pushed with compare-and-swap on the remote tip, and read back. Never a forced push.
 */
#ifndef APNSCTL_PORT_PUBLISH_H
#define APNSCTL_PORT_PUBLISH_H

#include "reconcile/port/source.h"
#include "reconcile/port/store.h"

/*
 * PUBLISH_FILE_MAX: the most that one customer's file may have, where it is written and where it is
 * read back; PUBLISH_SUMMARY_MAX: a file about all customers, which is not read back.
 */
enum { PUBLISH_FILE_MAX = 16 << 20, PUBLISH_SUMMARY_MAX = 64 << 20 };

struct publish;

struct publish_file {
	const char *path;
	struct blob data; /* NULL data: the file is removed */
};

struct publish_ops {
	/*
	 * Fetches the branch; `tip` is "" when it does not exist yet. ERR_PUBLISH when it can not.
	 */
	int (*fetch)(struct publish *p, char tip[OID_TEXT], struct err *e);
	/* Reads a file of the tip; 0: read, 1: absent. ERR_PUBLISH: larger than `out` may be. */
	int (*read)(struct publish *p, const char *path, struct buf *out, struct err *e);
	/* The message of the tip's commit, with its trailers; 0: read, 1: there is no tip. */
	int (*message)(struct publish *p, struct buf *out, struct err *e);
	/* Calls `fn` for each file below `folder` of the tip. */
	int (*walk)(struct publish *p, const char *folder, source_entry_fn *fn, void *arg,
		    struct err *e);
	/*
	 * Puts the files over the tip and pushes. When the tree would not change nothing is
	 * committed: `commit` is the tip. When somebody else moved the branch it is fetched and
	 * tried again, up to 5 times. 0: the remote ref was read back and is `commit`. ERR_PUBLISH:
	 * it was refused.
	 */
	int (*push)(struct publish *p, const struct publish_file *file, size_t n,
		    const char *message, char commit[OID_TEXT], struct err *e);
	void (*close)(struct publish *p);
};

/* The first member of every adapter's publish. */
struct publish {
	const struct publish_ops *ops;
};

#endif
