/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/file/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/base/arena.h"

enum { CHUNK = 1 << 14 };

/* Opens for reading; O_NONBLOCK only so that a FIFO does not hang us, regular files ignore it. */
static int open_regular(const char *path, struct stat *st, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0 || fstat(fd, st)) {
		err_set(e, ERR_IO, "can not read %s: %s", path, strerror(errno));
	} else if (!S_ISREG(st->st_mode)) {
		err_set(e, ERR_INPUT, "%s is no regular file", path);
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Like read(2), but an interrupted call goes on. */
static ssize_t read_some(int fd, void *bytes, size_t n)
{
	ssize_t got;

	do
		got = read(fd, bytes, n);
	while (got < 0 && errno == EINTR);
	return got;
}

int file_read_fd(int fd, const char *name, size_t max, struct buf *out, struct err *e)
{
	char chunk[CHUNK] __attribute__((uninitialized)); /* most files are far smaller */
	ssize_t got;

	buf_clear(out);
	while ((got = read_some(fd, chunk, sizeof(chunk))) > 0) {
		buf_add(out, chunk, (size_t)got);
		if (out->full || out->len > max) {
			buf_clear(out);
			return 1;
		}
		/* A short read of a regular file is its end. */
		if ((size_t)got < sizeof(chunk))
			break;
	}
	if (got < 0)
		return err_set(e, ERR_IO, "can not read %s: %s", name, strerror(errno));
	return 0;
}

int file_read(const char *path, size_t max, struct buf *out, struct err *e)
{
	struct stat st;
	int fd = open_regular(path, &st, e);

	if (fd < 0)
		return -1;
	int rc = file_read_fd(fd, path, max, out, e);
	close(fd);
	if (rc == 1)
		return err_set(e, ERR_INPUT, "%s is larger than %zu bytes", path, max);
	return rc;
}

static int check_private(const char *path, const struct stat *st, struct err *e)
{
	if (st->st_uid != geteuid() && st->st_uid != 0)
		return err_set(e, ERR_IO,
			       "%s holds a secret but belongs to user %u: run `chown %u %s`", path,
			       st->st_uid, geteuid(), path);
	if (st->st_mode & 077)
		return err_set(e, ERR_IO,
			       "%s holds a secret but is open to others (mode %04o): run "
			       "`chmod 600 %s`",
			       path, st->st_mode & 07777u, path);
	if (st->st_size > FILE_SECRET_MAX)
		return err_set(e, ERR_INPUT, "%s is larger than %d bytes", path, FILE_SECRET_MAX);
	return 0;
}

/* One byte more than the size is asked for, so that a file that grows meanwhile is noticed. */
static int read_secret_fd(int fd, const char *path, size_t size, struct secret *out, struct err *e)
{
	size_t len = 0;

	secret_resize(out, size + 1);
	while (len <= size) {
		ssize_t got = read_some(fd, out->data + len, size + 1 - len);
		if (got < 0)
			return err_set(e, ERR_IO, "can not read %s: %s", path, strerror(errno));
		if (got == 0)
			break;
		len += (size_t)got;
	}
	if (len > size)
		return err_set(e, ERR_IO, "%s changed while it was read: try again", path);
	out->data[len] = 0;
	out->len = len;
	return 0;
}

int file_read_secret(const char *path, struct secret *out, struct err *e)
{
	struct stat st;
	struct secret read_in = SECRET_INIT;
	int fd = open_regular(path, &st, e);

	if (fd < 0)
		return -1;
	int rc = check_private(path, &st, e);
	if (!rc)
		rc = read_secret_fd(fd, path, (size_t)st.st_size, &read_in, e);
	close(fd);
	if (rc) {
		secret_release(&read_in);
		return -1;
	}
	secret_release(out);
	*out = read_in;
	return 0;
}

int file_make_dir(const char *path, struct err *e)
{
	struct stat st;

	if (!mkdir(path, 0700))
		return file_sync_dir_of(path, e) ? -1 : 1;
	if (errno == EEXIST && !stat(path, &st) && S_ISDIR(st.st_mode))
		return 0;
	return err_set(e, ERR_IO, "can not make the directory %s: %s", path, strerror(errno));
}

int file_make_parents(const char *path, struct err *e)
{
	struct arena mem = ARENA_INIT;
	char *copy = arena_strdup(&mem, path);
	int failed = 0;

	for (char *s = strchr(copy + 1, '/'); s && !failed; s = strchr(s + 1, '/')) {
		*s = 0;
		if (mkdir(copy, 0777) && errno != EEXIST)
			failed = err_set(e, ERR_IO, "%s: %s", copy, strerror(errno));
		*s = '/';
	}
	arena_release(&mem);
	return failed;
}
