/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/file/pair.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reconcile/adapter/file/file.h"

enum { OPEN_DIR = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, N_FILES = 3 };

static const char *const names[N_FILES] = { "key.pem", "cert.pem", "meta.json" };

/* The directory that is written first. The dot hides it, and no certificate is named so. */
static void new_name(char out[80], const char *name)
{
	snprintf(out, 80, ".new-%s", name);
}

static int failed(const char *name, const char *file, struct err *e)
{
	return err_set(e, ERR_IO, "can not write %s/%s: %s", name, file, strerror(errno));
}

mode_t pair_dir_mode(mode_t mode)
{
	return (mode & 0777) | (mode & 0444) >> 2;
}

static bool is_ours(const char *name)
{
	for (size_t i = 0; i < N_FILES; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Only what this program wrote may be replaced. */
static int check_only_ours(int tenant_dir, const char *name, struct err *e)
{
	int fd = openat(tenant_dir, name, OPEN_DIR);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	int rc = 0;

	if (!d) {
		int why = errno;
		if (fd >= 0)
			close(fd);
		errno = why;
		return why == ENOENT ? 0 : failed(name, "", e);
	}
	for (struct dirent *entry; rc == 0 && (entry = readdir(d));)
		if (!is_ours(entry->d_name))
			rc = err_set(e, ERR_REFUSED,
				     "%s holds %s, which is not ours; only cert.pem, key.pem and "
				     "meta.json may be there: move it away",
				     name, entry->d_name);
	closedir(d);
	return rc;
}

static int remove_pair(int tenant_dir, const char *name, struct err *e)
{
	int fd = openat(tenant_dir, name, OPEN_DIR);

	if (fd < 0)
		return errno == ENOENT ? 0 : failed(name, "", e);
	for (size_t i = 0; i < N_FILES; i++)
		unlinkat(fd, names[i], 0);
	close(fd);
	return unlinkat(tenant_dir, name, AT_REMOVEDIR) ? failed(name, "", e) : 0;
}

static int set_owner_and_mode(int fd, const struct pair_files *f, mode_t mode)
{
	if (f->has_owner && fchown(fd, f->uid, f->gid))
		return -1;
	return fchmod(fd, mode);
}

static int write_file(int dir, const char *name, const char *file, const void *bytes, size_t n,
		      const struct pair_files *f, struct err *e)
{
	int fd = openat(dir, file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return failed(name, file, e);
	bool bad = file_write_fd(fd, bytes, n) || set_owner_and_mode(fd, f, f->mode) ||
		   fsync(fd) || !file_holds(fd, bytes, n);
	int why = errno;
	if (close(fd) && !bad) {
		bad = true;
		why = errno;
	}
	errno = why;
	return bad ? failed(name, file, e) : 0;
}

static int write_files(int dir, const char *name, const struct pair_files *f, struct err *e)
{
	if (write_file(dir, name, "key.pem", f->key->data, f->key->len, f, e) ||
	    write_file(dir, name, "cert.pem", f->cert.data, f->cert.len, f, e) ||
	    write_file(dir, name, "meta.json", f->meta.data, f->meta.len, f, e))
		return -1;
	if (set_owner_and_mode(dir, f, pair_dir_mode(f->mode)) || fsync(dir))
		return failed(name, "", e);
	return 0;
}

/* One call puts all three files in place; a reader has the old directory or the new one. */
static int swap_in(int tenant_dir, const char *temp, const char *name, struct err *e)
{
	struct stat st;
	unsigned flags = RENAME_EXCHANGE;

	if (fstatat(tenant_dir, name, &st, AT_SYMLINK_NOFOLLOW) && errno == ENOENT)
		flags = RENAME_NOREPLACE;
	if (renameat2(tenant_dir, temp, tenant_dir, name, flags) == 0)
		return fsync(tenant_dir) ? failed(name, "", e) : 0;
	if (errno == EINVAL || errno == ENOSYS)
		return err_set(e, ERR_IO,
			       "can not write %s: its file system can not swap directories "
			       "(renameat2); use a local one such as ext4, xfs, btrfs or tmpfs",
			       name);
	return failed(name, "", e);
}

int pair_write(int tenant_dir, const char *name, const struct pair_files *files, struct err *e)
{
	char temp[80];

	new_name(temp, name);
	if (check_only_ours(tenant_dir, name, e) || remove_pair(tenant_dir, temp, e))
		return -1;
	if (mkdirat(tenant_dir, temp, 0700))
		return failed(name, "", e);
	int dir = openat(tenant_dir, temp, OPEN_DIR);
	int rc = dir < 0 ? failed(name, "", e) : write_files(dir, name, files, e);
	if (dir >= 0)
		close(dir);
	if (rc == 0)
		rc = swap_in(tenant_dir, temp, name, e);
	/* What bears the name now: the pair before, or after a failure the half of the new one. */
	struct err ignored;
	int removed = remove_pair(tenant_dir, temp, rc ? &ignored : e);
	return rc ? rc : removed;
}

/* 1: read, 0: there is none. */
static int read_file(int dir, const char *name, const char *file, struct buf *out, struct err *e)
{
	struct buf bytes = BUF_INIT(PAIR_FILE_MAX);
	struct stat st;
	char text[128];
	int fd = openat(dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	snprintf(text, sizeof(text), "%s/%s", name, file);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, &st)) {
		int rc = err_set(e, ERR_IO, "can not read %s: %s", text, strerror(errno));
		if (fd >= 0)
			close(fd);
		return rc;
	}
	int rc = S_ISREG(st.st_mode) ? file_read_fd(fd, text, PAIR_FILE_MAX, &bytes, e) : 1;
	close(fd);
	buf_add(out, buf_str(&bytes), bytes.len);
	buf_release(&bytes);
	if (rc == 1)
		return err_set(e, ERR_IO, "%s is no file of at most %d bytes", text, PAIR_FILE_MAX);
	return rc < 0 ? -1 : 1;
}

static bool exists(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

int pair_read(int tenant_dir, const char *name, struct buf *out, enum pair_state *state,
	      struct err *e)
{
	char temp[80];
	int dir = openat(tenant_dir, name, OPEN_DIR);

	*state = PAIR_NONE;
	new_name(temp, name);
	if (dir < 0 && errno == ENOENT)
		return 0;
	if (dir < 0)
		return err_set(e, ERR_IO, "can not read %s: %s", name, strerror(errno));
	int meta = read_file(dir, name, "meta.json", out, e);
	int cert = meta < 0 ? -1 : read_file(dir, name, "cert.pem", out, e);
	bool key = exists(dir, "key.pem");
	close(dir);
	if (cert < 0)
		return -1;
	if (meta && cert && key && !exists(tenant_dir, temp))
		*state = PAIR_WHOLE;
	else if (meta || cert || key)
		*state = PAIR_PART;
	return 0;
}
