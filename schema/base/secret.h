/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that must not outlive their use: keys, tokens, passphrases. They never go into an arena,
 * a struct buf, a struct err, a log line or a plan. Released memory is wiped before it is freed.
 */
#ifndef APNSCTL_SECRET_H
#define APNSCTL_SECRET_H

#include <stddef.h>

struct secret {
	unsigned char *data; /* NULL while empty; a NUL stands behind the last byte */
	size_t len, cap;
};

#define SECRET_INIT { 0 }

/* Adds bytes; the old memory is wiped when it moves. */
void secret_add(struct secret *s, const void *bytes, size_t n);

/* Makes it `n` zero bytes long, to be filled by the caller. */
void secret_resize(struct secret *s, size_t n);

/* Wipes and frees; accepts an empty one. */
void secret_release(struct secret *s);

/* Overwrites memory in a way that the compiler keeps. */
void secret_wipe(void *p, size_t n);

/* Compares in a time that depends on `n` only; 0 when equal. */
int secret_differs(const void *a, const void *b, size_t n);

#endif
