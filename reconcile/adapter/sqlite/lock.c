/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lock is an open file description lock (fcntl(2), F_OFD_SETLK) on PATH.lock. The kernel drops
 * it with the last descriptor, so a dead controller holds nothing; unlike the older POSIX locks it
 * also excludes two handles of one process. The file stays: removing it would open a race.
 */
#include "reconcile/adapter/sqlite/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "schema/base/buf.h"

enum { PID_TEXT = 24 };

/* Who holds it, as the holder wrote it; only for people. */
static void holder(int fd, char text[PID_TEXT])
{
	ssize_t n = pread(fd, text, PID_TEXT - 1, 0);
	size_t len = 0;

	while (n > 0 && len < (size_t)n && text[len] >= '0' && text[len] <= '9')
		len++;
	text[len] = 0;
}

static int take(int fd, const char *path, struct err *e)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char pid[PID_TEXT];

	if (fcntl(fd, F_OFD_SETLK, &whole)) {
		if (errno != EAGAIN && errno != EACCES)
			return err_set(e, ERR_IO, "can not lock %s.lock: %s", path,
				       strerror(errno));
		holder(fd, pid);
		return err_set(e, ERR_LOCKED,
			       "another controller works on %s (process %s): wait until it ends; "
			       "the lock goes with the process",
			       path, pid[0] ? pid : "unknown");
	}
	int n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) || pwrite(fd, pid, (size_t)n, 0) != n)
		return err_set(e, ERR_IO, "can not write %s.lock: %s", path, strerror(errno));
	return 0;
}

int sqlite_lock_file(const char *path, struct err *e)
{
	struct buf name = BUF_INIT(4096);

	buf_addf(&name, "%s.lock", path);
	int fd = open(buf_str(&name), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	buf_release(&name);
	if (fd < 0)
		return err_set(e, ERR_IO, "can not open %s.lock: %s", path, strerror(errno));
	if (take(fd, path, e)) {
		close(fd);
		return -1;
	}
	return fd;
}
