/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a file all or nothing, and appending to one. */
#include "reconcile/adapter/file/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file that is to be there, and the one that is written first. */
struct target {
	const char *path; /* as the caller spelled it, for texts */
	const char *name; /* its last part */
	int dir;
	char temp[32]; /* in the same directory; "" when there is none */
};

static int failed(const struct target *t, struct err *e)
{
	return err_set(e, ERR_IO, "can not write %s: %s", t->path, strerror(errno));
}

static int open_dir_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[4096];

	if (!slash)
		return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t len = slash == path ? 1 : (size_t)(slash - path);
	if (len >= sizeof(dir)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(dir, path, len);
	dir[len] = 0;
	return open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int open_target(struct target *t, const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');

	*t = (struct target){ .path = path, .name = slash ? slash + 1 : path };
	t->dir = open_dir_of(path);
	return t->dir < 0 ? failed(t, e) : 0;
}

/* The name starts with a dot, so that no reader of the directory takes it for a finished file. */
static int open_temp(struct target *t, struct err *e)
{
	uint64_t random;

	for (int tries = 0; tries < 16; tries++) {
		if (getrandom(&random, sizeof(random), 0) != sizeof(random))
			return failed(t, e);
		snprintf(t->temp, sizeof(t->temp), ".new-%016llx", (unsigned long long)random);
		int fd = openat(t->dir, t->temp,
				O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST)
			break;
	}
	t->temp[0] = 0;
	return failed(t, e);
}

int file_write_fd(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t done = write(fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -1;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

int file_append(const char *path, const void *bytes, size_t n, struct err *e)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644);
	int bad = fd < 0 ? -1 : file_write_fd(fd, bytes, n);

	if (bad)
		err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return bad;
}

static int write_temp(struct target *t, const void *bytes, size_t n, mode_t mode, struct err *e)
{
	int fd = open_temp(t, e);

	if (fd < 0)
		return -1;
	bool bad = file_write_fd(fd, bytes, n) || fchmod(fd, mode) || fsync(fd);
	int why = errno;
	if (close(fd) && !bad) {
		bad = true;
		why = errno;
	}
	errno = why;
	return bad ? failed(t, e) : 0;
}

bool file_holds(int fd, const void *bytes, size_t n)
{
	const unsigned char *want = bytes;
	unsigned char got[4096];
	size_t at = 0;
	ssize_t len;
	bool same = true;

	while (same && (len = pread(fd, got, sizeof(got), (off_t)at)) != 0) {
		if (len < 0 && errno == EINTR)
			continue;
		same = len > 0 && (size_t)len <= n - at && !memcmp(want + at, got, (size_t)len);
		at += len > 0 ? (size_t)len : 0;
	}
	secret_wipe(got, sizeof(got));
	same = same && at == n;
	if (!same)
		errno = EIO;
	return same;
}

static int read_back(const struct target *t, const void *bytes, size_t n, struct err *e)
{
	int fd = openat(t->dir, t->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool same = fd >= 0 && file_holds(fd, bytes, n);

	if (fd >= 0)
		close(fd);
	if (!same)
		return err_set(e, ERR_IO, "%s does not hold what was just written to it", t->path);
	return 0;
}

/* linkat refuses to replace, on every file system that has hard links. */
static int put_in_place(struct target *t, bool replace, struct err *e)
{
	if (replace) {
		if (renameat(t->dir, t->temp, t->dir, t->name))
			return failed(t, e);
		t->temp[0] = 0;
	} else if (linkat(t->dir, t->temp, t->dir, t->name, 0)) {
		if (errno == EEXIST)
			return err_set(e, ERR_CONFLICT, "%s exists already", t->path);
		return failed(t, e);
	}
	return 0;
}

static int write_file(const char *path, const void *bytes, size_t n, mode_t mode, bool replace,
		      struct err *e)
{
	struct target t;

	if (open_target(&t, path, e))
		return -1;
	int rc = write_temp(&t, bytes, n, mode, e);
	if (!rc)
		rc = put_in_place(&t, replace, e);
	if (t.temp[0])
		unlinkat(t.dir, t.temp, 0);
	if (!rc && fsync(t.dir))
		rc = failed(&t, e);
	if (!rc)
		rc = read_back(&t, bytes, n, e);
	close(t.dir);
	return rc;
}

int file_write_atomic(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e)
{
	return write_file(path, bytes, n, mode, true, e);
}

int file_write_new(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e)
{
	return write_file(path, bytes, n, mode, false, e);
}

int file_sync_dir_of(const char *path, struct err *e)
{
	struct target t;

	if (open_target(&t, path, e))
		return -1;
	int rc = fsync(t.dir) ? failed(&t, e) : 0;
	close(t.dir);
	return rc;
}
