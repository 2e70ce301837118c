/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One probe as a state machine over a non-blocking socket: TCP, TLS, HTTP/2. Its owner waits with
 * epoll and calls conn_ready and conn_tick; times are milliseconds of the monotonic clock.
 */
#ifndef APNSCTL_ADAPTER_NGHTTP2_CONN_H
#define APNSCTL_ADAPTER_NGHTTP2_CONN_H

#include "reconcile/adapter/nghttp2/resolve.h"
#include "reconcile/adapter/nghttp2/session.h"
#include "reconcile/adapter/openssl/tls.h"

/* What the connections of one batch share. */
struct conn_batch {
	int epoll; /* events carry the struct conn */
	const char *host;
	const struct addresses *addresses;
	size_t first; /* the address that answered last: tried first */
	int64_t timeout_ms;
	struct tls_roots *roots;
	const struct h2_profile *profile;
	struct keys *keys;
	struct arena *mem;
};

enum conn_state { CONN_OVER, CONN_CONNECTING, CONN_HANDSHAKE, CONN_OPEN };

struct conn {
	enum conn_state state; /* CONN_OVER: the evidence is whole, the struct may be used again */
	struct conn_batch *batch;
	const struct apns_task *task;
	struct apns_evidence *ev;
	int fd;
	size_t tried; /* addresses */
	struct tls *tls;
	struct h2 *h2;
	struct buf out;
	size_t sent;                            /* of `out` */
	uint32_t events;                        /* that epoll waits for */
	int64_t deadline, next_address, linger; /* INT64_MAX: none */
};

/* Starts a probe; it may be over at once. `c` was zeroed or is over. */
void conn_start(struct conn *c, struct conn_batch *b, const struct apns_task *task,
		struct apns_evidence *ev, int64_t now);

/* Goes on after an event. */
void conn_ready(struct conn *c, int64_t now);

/* When conn_tick has to be called at the latest. */
int64_t conn_wake(const struct conn *c);

/* Goes on after time has passed. */
void conn_tick(struct conn *c, int64_t now);

#endif
