/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server's side of HTTP/1.1 (RFC 9112): bytes in, one request at a time out; answers as text.
 * Bounded: head 16 KiB, body 16 MiB. Bodies carry private keys, so they are kept as secrets. Pure.
 */
#ifndef APPLESIM_HTTP1_H
#define APPLESIM_HTTP1_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/base/arena.h"
#include "schema/base/buf.h"
#include "schema/base/secret.h"

enum { HTTP1_HEAD_MAX = 16 * 1024, HTTP1_BODY_MAX = 16 * 1024 * 1024 };

enum http1_state {
	HTTP1_HEAD,     /* waits for the end of the head */
	HTTP1_LENGTH,   /* body with Content-Length */
	HTTP1_CHUNK,    /* waits for the size of a chunk */
	HTTP1_IN_CHUNK, /* in a chunk, then its line end */
	HTTP1_TRAILER,  /* behind the last chunk */
	HTTP1_COMPLETE, /* a request is there */
	HTTP1_BAD       /* no HTTP/1 */
};

struct http1_field {
	const char *name, *value;
};

struct http1 {
	enum http1_state state;
	struct secret in; /* received, not yet consumed; `at` bytes of it are */
	size_t at;
	struct arena mem; /* of the request */
	const char *method, *target;
	bool old;     /* HTTP/1.0 */
	bool expects; /* waits for "100 Continue"; the owner clears it */
	struct http1_field *field;
	size_t n, cap;
	size_t left; /* of the body or chunk */
	struct secret body;
};

/* Takes bytes and goes on as far as they lead; returns the state. */
enum http1_state http1_input(struct http1 *h, const void *bytes, size_t n);

/* Drops the request and goes on with what was received behind it. */
enum http1_state http1_next(struct http1 *h);

void http1_release(struct http1 *h);

/* A field of the request, its name in any case; NULL: none. */
const char *http1_field(const struct http1 *h, const char *name);

/* Must the connection be closed after the answer? */
bool http1_closes(const struct http1 *h);

struct http1_answer {
	int status;
	const char *content_type; /* NULL: none */
	struct http1_field extra[2];
	const char *body; /* NULL: empty */
};

/* Writes the answer; the body of an answer to HEAD is only counted. `h` NULL: no request was there.
 */
void http1_write(struct buf *out, const struct http1 *h, const struct http1_answer *a);

#endif
