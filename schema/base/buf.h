/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing byte string with a maximum that is stated at the start. It always has a NUL behind its
 * last byte. Writing past the maximum drops the bytes and sets `full`: the owner looks at it once,
 * at the end. Secrets never go through here: see secret.h.
 */
#ifndef APNSCTL_BUF_H
#define APNSCTL_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data; /* NULL while empty; use buf_str for a C string */
	size_t len, cap, max;
	bool full;
};

#define BUF_INIT(max_bytes) { .max = (max_bytes) }

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The contents as a C string, "" when empty; valid until the next change. */
const char *buf_str(const struct buf *b);

/* Empties it, keeps the memory. */
void buf_clear(struct buf *b);

/* Frees the memory; it is empty and may be used again. */
void buf_release(struct buf *b);

#endif
