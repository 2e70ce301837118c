/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

char *file_path(struct arena *a, const char *dir, const char *name)
{
	return arena_printf(a, "%s/%s", dir, name);
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

int file_read(const char *path, struct buf *out, struct err *e)
{
	char part[16384];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, ERR_IO, "%s can not be read: %s", path, strerror(errno));
	while ((n = read(fd, part, sizeof(part))) > 0)
		buf_add(out, part, (size_t)n);
	int error = errno;
	close(fd);
	if (n < 0)
		return err_set(e, ERR_IO, "%s can not be read: %s", path, strerror(error));
	if (out->full)
		return err_set(e, ERR_INPUT, "%s is longer than %zu bytes", path, out->max);
	return 0;
}

static int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t did = write(fd, p, n);

		if (did < 0)
			return -1;
		p += did;
		n -= (size_t)did;
	}
	return 0;
}

int file_write(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e)
{
	struct arena mem = ARENA_INIT;
	char *temp = arena_printf(&mem, "%s.XXXXXX", path);
	int fd = mkostemp(temp, O_CLOEXEC);
	int rc = 0;

	if (fd < 0) {
		rc = err_set(e, ERR_IO, "%s can not be written: %s", path, strerror(errno));
	} else {
		if (write_all(fd, bytes, n) || fchmod(fd, mode) || rename(temp, path)) {
			rc = err_set(e, ERR_IO, "%s can not be written: %s", path, strerror(errno));
			unlink(temp);
		}
		close(fd);
	}
	arena_release(&mem);
	return rc;
}

int file_mkdir(const char *path, struct err *e)
{
	if (mkdir(path, 0700) && errno != EEXIST)
		return err_set(e, ERR_IO, "directory %s can not be made: %s", path,
			       strerror(errno));
	return 0;
}

int file_lock(const char *dir, int *lock, struct err *e)
{
	struct arena mem = ARENA_INIT;
	int fd = open(file_path(&mem, dir, ".lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int error = errno;

	arena_release(&mem);
	if (fd < 0)
		return err_set(e, ERR_IO, "%s/.lock can not be opened: %s", dir, strerror(error));
	while (flock(fd, LOCK_EX)) {
		if (errno == EINTR)
			continue;
		err_set(e, ERR_IO, "%s can not be locked: %s", dir, strerror(errno));
		close(fd);
		return -1;
	}
	*lock = fd;
	return 0;
}

void file_unlock(int lock)
{
	close(lock);
}

bool file_changed(const char *path, struct file_version *v)
{
	struct file_version now = { 0 };
	struct stat st;

	if (!stat(path, &st)) {
		now.mtime = st.st_mtim;
		now.size = st.st_size;
		now.inode = st.st_ino;
	}
	if (now.mtime.tv_sec == v->mtime.tv_sec && now.mtime.tv_nsec == v->mtime.tv_nsec &&
	    now.size == v->size && now.inode == v->inode)
		return false;
	*v = now;
	return true;
}
