/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/file/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The next name of the path; false: none, or one that leads elsewhere. */
static bool next_name(const char **path, char name[256])
{
	size_t len = strcspn(*path, "/");

	if (!len || len >= 256)
		return false;
	memcpy(name, *path, len);
	name[len] = 0;
	*path += len + ((*path)[len] == '/');
	return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

int open_beneath_by_steps(int dir, const char *path, int flags)
{
	int at = dir, why;
	char name[256];

	if (!*path)
		return openat(dir, ".", flags | O_CLOEXEC);
	while (at >= 0 && *path) {
		int next = -1;
		errno = ENOENT;
		if (next_name(&path, name))
			next = openat(at, name,
				      (*path ? O_RDONLY | O_DIRECTORY : flags) | O_NOFOLLOW |
					  O_CLOEXEC);
		why = errno;
		if (at != dir)
			close(at);
		errno = why;
		at = next;
	}
	return at;
}

int open_beneath(int dir, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_NOFOLLOW | O_CLOEXEC),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};

	long fd = syscall(SYS_openat2, dir, *path ? path : ".", &how, sizeof(how));
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		return open_beneath_by_steps(dir, path, flags);
	return (int)fd;
}
