/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole files in and out. Writing is all or nothing: a reader sees the old file or the new one,
 * after a crash too. Paths may be relative to the working directory.
 */
#ifndef APNSCTL_ADAPTER_FILE_H
#define APNSCTL_ADAPTER_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "schema/base/buf.h"
#include "schema/base/err.h"
#include "schema/base/secret.h"

enum { FILE_SECRET_MAX = 1 << 16 };

/*
 * Reads a regular file of at most `max` bytes into `out`, which is cleared first. ERR_INPUT when it
 * is larger or no regular file, ERR_IO when it can not be read. Never blocks on a FIFO.
 */
int file_read(const char *path, size_t max, struct buf *out, struct err *e);

/* The same from a descriptor, `name` is for texts; 1: larger than `max`, and `out` is empty. */
int file_read_fd(int fd, const char *name, size_t max, struct buf *out, struct err *e);

/*
 * Reads a file that nobody else may read: a regular file of at most FILE_SECRET_MAX bytes, owned by
 * the caller or root, closed to group and others; else ERR_IO with the command that cures it.
 */
int file_read_secret(const char *path, struct secret *out, struct err *e);

/*
 * Writes the file, over an old one of that name: a new file in the same directory, fsync, rename,
 * fsync of the directory, and the bytes are read back. The old file stays when it fails.
 */
int file_write_atomic(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e);

/* The same, but never over another file: ERR_CONFLICT when there is one. */
int file_write_new(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e);

/* Appends to a file that others append to as well; one that is missing is made. */
int file_append(const char *path, const void *bytes, size_t n, struct err *e);

/* Writes all of it to a descriptor; -1 with errno. */
int file_write_fd(int fd, const void *bytes, size_t n);

/*
 * True when the file of the descriptor holds these bytes and no others; errno is EIO when not. They
 * may be a key: what was read is wiped.
 */
bool file_holds(int fd, const void *bytes, size_t n);

/* Makes a missing directory (0700) in a parent that exists. 1: made, 0: it was there. */
int file_make_dir(const char *path, struct err *e);

/* Makes all missing directories above `path`, with the permissions that the umask leaves. */
int file_make_parents(const char *path, struct err *e);

/* Makes the names in the directory that holds `path` durable. */
int file_sync_dir_of(const char *path, struct err *e);

#endif
