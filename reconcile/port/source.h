/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source port: commits and their trees, read without a checkout. Nothing of the mirror's
 * configuration or hooks is obeyed.
 */
#ifndef APNSCTL_PORT_SOURCE_H
#define APNSCTL_PORT_SOURCE_H

#include <stdint.h>

#include "schema/base/arena.h"
#include "schema/base/buf.h"
#include "schema/base/err.h"

struct source;

enum { OID_TEXT = 41 };

enum entry_type { ENTRY_FILE, ENTRY_FOLDER, ENTRY_SYMLINK, ENTRY_SUBMODULE };

struct source_entry {
	const char *path; /* relative to the source's root (config: source.path) */
	enum entry_type type;
	char oid[OID_TEXT];
	bool bad_name; /* "..", ".git", control characters, an unknown mode …: never read */
};

/*
 * What a walk tells an entry to. 0: go on; SOURCE_PASS: go on, and not below this folder; anything
 * else ends the walk, which returns it.
 */
enum { SOURCE_STOP = 1, SOURCE_PASS = 2 };
typedef int source_entry_fn(const struct source_entry *entry, void *arg, struct err *e);

enum { SOURCE_FILE_MAX = 1 << 20, SOURCE_ENTRIES_MAX = 1000000, SOURCE_DEPTH_MAX = 16 };

struct source_ops {
	/*
	 * Fetches the branch under the deadline; `tip` is the commit. ERR_SOURCE when it can not.
	 */
	int (*fetch)(struct source *s, char tip[OID_TEXT], struct err *e);
	/* A revision (branch, tag, oid, HEAD~1) of the local repository → commit. */
	int (*resolve)(struct source *s, const char *rev, char commit[OID_TEXT], struct err *e);
	/* 1: `commit` is `ancestor` or descends from it; 0: not; -1: error (unknown commit too). */
	int (*descends)(struct source *s, const char *commit, const char *ancestor, struct err *e);
	/*
	 * The entries of one folder of a commit ("" is the root), by name; not recursive. A folder
	 * that is not there, or is none, has no entries.
	 */
	int (*list)(struct source *s, const char *commit, const char *folder, source_entry_fn *fn,
		    void *arg, struct err *e);
	/* The same, with all that is below. */
	int (*walk)(struct source *s, const char *commit, const char *folder, source_entry_fn *fn,
		    void *arg, struct err *e);
	/* A blob by oid into `out` (cleared first); 1: larger than `out` may be and not read. */
	int (*read)(struct source *s, const char *oid, struct buf *out, struct err *e);
	/* The oid of the tree or blob at a path of a commit; 0: found, 1: absent. */
	int (*lookup)(struct source *s, const char *commit, const char *path, char oid[OID_TEXT],
		      struct err *e);
	void (*close)(struct source *s);
};

/* The first member of every adapter's source. */
struct source {
	const struct source_ops *ops;
};

#endif
