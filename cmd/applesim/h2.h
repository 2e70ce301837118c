/* SPDX-License-Identifier: Apache-2.0 */
/* The server side of HTTP/2, on nghttp2: bytes in, requests out; answers in, bytes out. */
#ifndef APPLESIM_H2_H
#define APPLESIM_H2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/arena.h"
#include "schema/base/err.h"

struct h2;

struct h2_header {
	const char *name, *value;
};

/* One request; it lives until its stream is closed, with `arena` for what belongs to it. */
struct h2_request {
	struct h2_request *next, **link; /* of the session's list */
	int32_t stream;
	struct arena mem;
	struct h2_header *header; /* pseudo headers too, in the order of arrival */
	size_t n, cap;
	size_t body_len;
	const char *answer; /* body of the answer, and how much of it was sent */
	size_t answer_len, answer_sent;
	void *owner; /* for the caller; NULL at first */
};

/* The value of the first header of that name; NULL: none. */
const char *h2_header(const struct h2_request *r, const char *name);

struct h2_options {
	unsigned max_streams;
	/* A whole request came. */
	void (*request)(void *arg, struct h2_request *r);
	/* The stream was closed by whomever; the request is freed afterwards. */
	void (*closed)(void *arg, struct h2_request *r);
	/* The client said goodbye. */
	void (*goaway)(void *arg, uint32_t code);
	void *arg;
};

/* The settings of APNs as seen in the field, but for the number of streams. */
int h2_new(const struct h2_options *o, struct h2 **out, struct err *e);
void h2_free(struct h2 *h);

/* Bytes from the client; fails when they are no HTTP/2. */
int h2_input(struct h2 *h, const void *bytes, size_t n, struct err *e);

/* The next bytes to send, valid until the next call; 0: nothing is to be sent now. */
size_t h2_output(struct h2 *h, const unsigned char **bytes);

/* Answers; header and body texts must live as long as the request. */
void h2_answer(struct h2 *h, struct h2_request *r, int status, const struct h2_header *header,
	       size_t n, const char *body);
void h2_reset(struct h2 *h, int32_t stream, uint32_t code);

/* `last` -1: the last stream that was processed. */
void h2_goaway(struct h2 *h, uint32_t code, int32_t last, const char *debug, size_t n);

/* A new SETTINGS frame with this number of streams. */
void h2_streams(struct h2 *h, unsigned max_streams);

/* Nothing more is to be read or written. */
bool h2_over(struct h2 *h);

#endif
