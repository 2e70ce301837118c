/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pair of certificate and key in a directory of its own, written all or nothing. Works relative
 * to the open directory of the tenant and never follows a symbolic link below it.
 */
#ifndef APNSCTL_ADAPTER_FILE_PAIR_H
#define APNSCTL_ADAPTER_FILE_PAIR_H

#include <stdbool.h>
#include <sys/types.h>

#include "reconcile/port/store.h"
#include "schema/base/buf.h"
#include "schema/base/err.h"
#include "schema/base/secret.h"

enum { PAIR_FILE_MAX = 1 << 16 };

struct pair_files {
	struct blob meta, cert;
	const struct secret *key;
	bool has_owner;
	uid_t uid;
	gid_t gid;
	mode_t mode;
};

/* The mode of a directory whose files have `mode`: who may read may also enter. */
mode_t pair_dir_mode(mode_t mode);

/*
 * Writes the three files into `name` below `tenant_dir`, in place of those that are there. The
 * new directory is durable before it is swapped in, and the old one is removed. ERR_REFUSED when
 * `name` holds anything else; then and on every other failure what was there stays.
 */
int pair_write(int tenant_dir, const char *name, const struct pair_files *files, struct err *e);

enum pair_state { PAIR_NONE, PAIR_PART, PAIR_WHOLE };

/*
 * Adds meta.json and cert.pem, those that are there, to `out` and says what was found. A pair is
 * whole when key.pem is there too and no unfinished write lies beside it. -1: it can not be read.
 */
int pair_read(int tenant_dir, const char *name, struct buf *out, enum pair_state *state,
	      struct err *e);

#endif
