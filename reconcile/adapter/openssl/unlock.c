/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "reconcile/adapter/openssl/keys_real.h"
#include "schema/base/text.h"

enum { HEX_DIGITS = 2 * UNLOCK_BYTES, FILE_MAX = HEX_DIGITS + 2 };

/* Turns 32 raw bytes or 64 hex digits (a line end may follow) into the key in place. */
static int parse(struct secret *s, const char *where, struct err *e)
{
	unsigned char key[UNLOCK_BYTES], any = 0;
	size_t len = s->len > FILE_MAX ? 0 : s->len;

	if (len != UNLOCK_BYTES) {
		while (len > HEX_DIGITS && (s->data[len - 1] == '\n' || s->data[len - 1] == '\r'))
			len--;
		if (s->data)
			s->data[len] = 0;
		if (len != HEX_DIGITS || !text_unhex((char *)s->data, key, UNLOCK_BYTES))
			return err_set(e, ERR_SEALED,
				       "unlock key %s: it must hold 32 raw bytes or 64 hex digits",
				       where);
		secret_resize(s, UNLOCK_BYTES);
		memcpy(s->data, key, UNLOCK_BYTES);
		secret_wipe(key, sizeof(key));
	}
	for (size_t i = 0; i < UNLOCK_BYTES; i++)
		any |= s->data[i];
	return any ? 0 : err_set(e, ERR_SEALED, "unlock key %s: it holds only zeros", where);
}

/* Nobody but its owner may read it, and its owner must be us or root. */
static int check_owner(const struct stat *st, const char *path, struct err *e)
{
	unsigned mode = st->st_mode & 07777;

	if (!S_ISREG(st->st_mode))
		return err_set(e, ERR_SEALED, "unlock key %s: it is no regular file", path);
	if (st->st_uid != geteuid() && st->st_uid != 0)
		return err_set(e, ERR_SEALED,
			       "unlock key %s: it belongs to user %u; run: chown %u %s", path,
			       (unsigned)st->st_uid, (unsigned)geteuid(), path);
	if (mode & 07177)
		return err_set(e, ERR_SEALED,
			       "unlock key %s: mode %04o is wider than 0600; run: chmod 0600 %s",
			       path, mode, path);
	return 0;
}

static int read_file(const char *path, bool guarded, struct secret *out, struct err *e)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), rc = -1;

	if (fd < 0)
		return err_set(e, ERR_SEALED,
			       "unlock key %s: %s; put it back from its safe copy (a new store gets "
			       "one from apnsctl store init)",
			       path, strerror(errno));
	if (fstat(fd, &st)) {
		err_set(e, ERR_SEALED, "unlock key %s: %s", path, strerror(errno));
	} else if (!guarded || !check_owner(&st, path, e)) {
		secret_resize(out, FILE_MAX + 1);
		ssize_t n = read(fd, out->data, FILE_MAX + 1);
		if (n < 0)
			err_set(e, ERR_SEALED, "unlock key %s: %s", path, strerror(errno));
		out->len = n < 0 ? 0 : (size_t)n;
		rc = n < 0 ? -1 : parse(out, path, e);
	}
	close(fd);
	return rc;
}

/* systemd guards its credentials with a directory and an ACL: their mode says nothing. */
static int read_credential(const char *name, struct secret *out, struct err *e)
{
	char path[4096];
	const char *dir = getenv("CREDENTIALS_DIRECTORY");

	if (strchr(name, '/') || text_starts(name, "."))
		return err_set(e, ERR_SEALED, "unlock credential %s: it is a plain name", name);
	if (!dir)
		return err_set(e, ERR_SEALED,
			       "unlock credential %s: $CREDENTIALS_DIRECTORY is not set; the systemd "
			       "unit needs LoadCredential=%s:PATH",
			       name, name);
	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
		return err_set(e, ERR_SEALED, "unlock credential %s: its path is too long", name);
	return read_file(path, false, out, e);
}

static int read_environment(const char *name, struct secret *out, struct err *e)
{
	char *value = getenv(name);

	if (!value)
		return err_set(e, ERR_SEALED, "unlock key: $%s is not set", name);
	secret_add(out, value, strlen(value));
	secret_wipe(value, strlen(value));
	unsetenv(name);
	/* 32 bytes of text are too few: only hex digits are taken here. */
	if (out->len == UNLOCK_BYTES)
		return err_set(e, ERR_SEALED, "unlock key $%s: it must hold 64 hex digits", name);
	char where[128];
	snprintf(where, sizeof(where), "$%s", name);
	return parse(out, where, e);
}

int unlock_read(const struct unlock_options *o, struct secret *out, struct err *e)
{
	int rc;

	if (o->file)
		rc = read_file(o->file, true, out, e);
	else if (o->credential)
		rc = read_credential(o->credential, out, e);
	else if (o->env)
		rc = read_environment(o->env, out, e);
	else
		rc = err_set(e, ERR_SEALED, "no unlock key is configured; set state.unlock");
	if (rc)
		secret_release(out);
	return rc;
}

static int sync_directory(const char *path)
{
	char *copy = strdup(path);

	if (!copy)
		out_of_memory();
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);
	if (fd >= 0)
		close(fd);
	free(copy);
	return rc;
}

static int write_key(int fd)
{
	static const char digit[] = "0123456789abcdef";
	unsigned char key[UNLOCK_BYTES];
	char hex[HEX_DIGITS + 1];

	if (RAND_priv_bytes(key, sizeof(key)) != 1) {
		errno = EIO;
		return -1;
	}
	for (size_t i = 0; i < sizeof(key); i++) {
		hex[2 * i] = digit[key[i] >> 4];
		hex[2 * i + 1] = digit[key[i] & 15];
	}
	hex[HEX_DIGITS] = '\n';
	ssize_t n = write(fd, hex, sizeof(hex));
	secret_wipe(key, sizeof(key));
	secret_wipe(hex, sizeof(hex));
	return n == (ssize_t)sizeof(hex) && !fsync(fd) ? 0 : -1;
}

int unlock_create(const char *path, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_set(e, ERR_IO, "unlock key %s: %s%s", path, strerror(errno),
			       errno == EEXIST ? "; it is kept, since keys may be sealed with it" :
						 "");
	int rc = write_key(fd);
	if (close(fd) || rc || sync_directory(path)) {
		err_set(e, ERR_IO, "unlock key %s: it can not be written: %s", path, strerror(errno));
		unlink(path);
		return -1;
	}
	return 0;
}
