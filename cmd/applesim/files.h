/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the state directory: bounded reads, atomic writes, one lock. */
#ifndef APPLESIM_FILES_H
#define APPLESIM_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "schema/base/arena.h"
#include "schema/base/buf.h"
#include "schema/base/err.h"

/* "DIR/NAME" */
char *file_path(struct arena *a, const char *dir, const char *name);

bool file_exists(const char *path);

/* Adds the whole file to `out`; a file that is longer than the buffer's maximum is an error. */
int file_read(const char *path, struct buf *out, struct err *e);

/* Replaces the file by a new one with these bytes, in one step for whoever reads it. */
int file_write(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e);

/* Makes a directory (0700) unless it is there. */
int file_mkdir(const char *path, struct err *e);

/* Waits for the lock of a state directory; it is held until the process ends or file_unlock. */
int file_lock(const char *dir, int *lock, struct err *e);
void file_unlock(int lock);

/* What tells one version of a file from the next without reading it; all zero: no file. */
struct file_version {
	struct timespec mtime;
	off_t size;
	ino_t inode;
};

/* Looks at the file; true when it is another version than `*v`, which is then replaced. */
bool file_changed(const char *path, struct file_version *v);

#endif
