/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "reconcile/adapter/file/file.h"
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

static int read_file(const char *path, struct secret *out, struct err *e)
{
	if (access(path, F_OK) && errno == ENOENT)
		return err_set(e, ERR_SEALED,
			       "unlock key %s: it does not exist; put it back from its safe copy "
			       "(a new store gets one from apnsctl store init)",
			       path);
	if (!file_read_secret(path, out, e))
		return parse(out, path, e);
	err_wrap(e, "unlock key");
	e->code = ERR_SEALED;
	return -1;
}

/* Not file_read_secret: systemd guards credentials by an ACL, which makes their mode look wide. */
static int read_credential_file(const char *path, struct secret *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	secret_resize(out, FILE_MAX + 1);
	ssize_t n = fd < 0 ? -1 : read(fd, out->data, FILE_MAX + 1);
	if (n < 0)
		err_set(e, ERR_SEALED, "unlock credential %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	out->len = n < 0 ? 0 : (size_t)n;
	return n < 0 ? -1 : parse(out, path, e);
}

static int read_credential(const char *name, struct secret *out, struct err *e)
{
	char path[4096];
	const char *dir = getenv("CREDENTIALS_DIRECTORY");

	if (strchr(name, '/') || text_starts(name, "."))
		return err_set(e, ERR_SEALED, "unlock credential %s: it is a plain name", name);
	if (!dir)
		return err_set(e, ERR_SEALED,
			       "unlock credential %s: $CREDENTIALS_DIRECTORY is not set; the "
			       "systemd unit needs LoadCredential=%s:PATH",
			       name, name);
	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
		return err_set(e, ERR_SEALED, "unlock credential %s: its path is too long", name);
	return read_credential_file(path, out, e);
}

static int read_environment(const char *name, const struct secret *value, struct secret *out,
			    struct err *e)
{
	if (!value || !value->data)
		return err_set(e, ERR_SEALED, "unlock key: $%s is not set", name);
	secret_add(out, value->data, value->len);
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
		rc = read_file(o->file, out, e);
	else if (o->credential)
		rc = read_credential(o->credential, out, e);
	else if (o->env)
		rc = read_environment(o->env, o->env_value, out, e);
	else
		rc = err_set(e, ERR_SEALED, "no unlock key is configured; set state.unlock");
	if (rc)
		secret_release(out);
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
	if (close(fd) || rc)
		rc = err_set(e, ERR_IO, "unlock key %s: it can not be written: %s", path,
			     strerror(errno));
	if (rc || file_sync_dir_of(path, e)) {
		unlink(path);
		return -1;
	}
	return 0;
}
