/* SPDX-License-Identifier: Apache-2.0 */
/* Opening what is below a directory, and nothing else. */
#ifndef APNSCTL_ADAPTER_BENEATH_H
#define APNSCTL_ADAPTER_BENEATH_H

/*
 * Like openat(2) for reading, with a path below `dir` that is "a/b/c" ("" opens `dir` itself):
 * no symbolic link is followed and nothing above can be reached. -1 and errno; ELOOP or ENOTDIR
 * where a link is in the way.
 */
int open_beneath(int dir, const char *path, int flags);

/* The same without openat2(2), which a kernel before 5.6 or a sandbox may not have. */
int open_beneath_by_steps(int dir, const char *path, int flags);

#endif
