/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/nghttp2/conn.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>

enum {
	OUT_MAX = 64 * 1024,
	LINGER_MS = 500,     /* for what the peer may say behind its first word */
	ADDRESS_MIN_MS = 250 /* for one of several addresses */
};

static enum tls_io flush(struct conn *c);

/* Says goodbye where somebody listens, and gives everything back. */
static void finish(struct conn *c, enum apns_fault fault, const char *detail)
{
	c->ev->fault = fault;
	if (detail)
		c->ev->detail = arena_strdup(c->batch->mem, detail);
	if (c->h2 && fault == APNS_FAULT_NONE) {
		h2_goodbye(c->h2);
		flush(c);
	}
	tls_free(c->tls);
	h2_free(c->h2);
	buf_release(&c->out);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->tls = NULL;
	c->h2 = NULL;
	c->state = CONN_OVER;
}

/* Which fault the end of the TLS connection is; evidence that was whole before stays good. */
static void finish_tls(struct conn *c)
{
	const struct tls_failure *why = tls_failure(c->tls);

	c->ev->alert = why->alert;
	c->ev->alert_early = why->early;
	c->ev->sys_errno = why->sys_errno;
	if (why->untrusted)
		finish(c, APNS_FAULT_SERVER_CERT, why->text);
	else if (why->alert >= 0)
		finish(c, APNS_FAULT_TLS, why->text);
	else if (c->h2 && h2_state(c->h2) == H2_DONE)
		finish(c, APNS_FAULT_NONE, NULL);
	else if (why->eof || why->sys_errno)
		finish(c, APNS_FAULT_CLOSED, why->text);
	else
		finish(c, APNS_FAULT_TLS, why->text);
}

static void want(struct conn *c, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = c };

	if (c->events == events)
		return;
	epoll_ctl(c->batch->epoll, c->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, c->fd, &ev);
	c->events = events;
}

static void finish_unconnected(struct conn *c)
{
	if (c->ev->sys_errno == ETIMEDOUT)
		finish(c, APNS_FAULT_TIMEOUT, NULL);
	else
		finish(c, APNS_FAULT_CONNECT, strerror(c->ev->sys_errno));
}

static void connect_next(struct conn *c, int64_t now)
{
	const struct addresses *all = c->batch->addresses;

	while (c->tried < all->n) {
		const struct address *a = &all->item[(c->batch->first + c->tried++) % all->n];
		int64_t share = (c->deadline - now) / (int64_t)(all->n - c->tried + 1);

		if (c->fd >= 0)
			close(c->fd);
		c->events = 0;
		c->fd = socket(a->name.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (c->fd < 0 && errno != EAFNOSUPPORT) {
			c->ev->sys_errno = errno;
			finish(c, APNS_FAULT_LOCAL, strerror(errno));
			return;
		}
		if (c->fd >= 0 && (connect(c->fd, (const struct sockaddr *)&a->name, a->len) == 0 ||
				   errno == EINPROGRESS)) {
			c->state = CONN_CONNECTING;
			c->next_address = now + (share > ADDRESS_MIN_MS ? share : ADDRESS_MIN_MS);
			want(c, EPOLLOUT);
			return;
		}
		c->ev->sys_errno = errno;
	}
	finish_unconnected(c);
}

/* The key is in memory as plaintext only as long as this call lasts. */
static int set_up_tls(struct conn *c, struct err *e)
{
	struct conn_batch *b = c->batch;
	struct secret key = SECRET_INIT;
	int rc = 0;

	if (c->task->pem.len)
		rc = b->keys->ops->lend(b->keys, &c->task->key, KEY_PKCS8_DER, &key, e);
	if (rc == 0) {
		const struct tls_options o = { .host = b->host,
					       .alpn = "h2",
					       .cert_pem = c->task->pem.len ? c->task->pem.data :
									      NULL,
					       .cert_len = c->task->pem.len,
					       .key_der = &key };
		rc = tls_new(b->roots, c->fd, &o, &c->tls, e);
	}
	secret_release(&key);
	return rc;
}

static enum tls_io flush(struct conn *c)
{
	for (;;) {
		size_t n = 0;
		if (c->sent == c->out.len) {
			buf_clear(&c->out);
			c->sent = 0;
			h2_collect(c->h2, &c->out);
		}
		if (c->out.len == 0)
			return TLS_DONE;
		enum tls_io r = tls_write(c->tls, c->out.data + c->sent, c->out.len - c->sent, &n);
		if (r != TLS_DONE)
			return r;
		c->sent += n;
	}
}

/* Reads what is there; false when the peer broke HTTP/2. */
static bool drain(struct conn *c, enum tls_io *r)
{
	unsigned char bytes[16 * 1024];
	size_t n;

	while ((*r = tls_read(c->tls, bytes, sizeof(bytes), &n)) == TLS_DONE)
		if (h2_receive(c->h2, bytes, n) < 0)
			return false;
	return true;
}

static void go_on(struct conn *c, int64_t now)
{
	enum tls_io w = flush(c), r;
	bool sound = drain(c, &r);

	if (sound && w != TLS_FAILED)
		w = flush(c);
	/* The session may find fault while it writes its answer. */
	if (!sound || h2_collect(c->h2, &c->out) < 0) {
		flush(c);
		finish(c, APNS_FAULT_HTTP2, NULL);
	} else if (r == TLS_FAILED || w == TLS_FAILED) {
		finish_tls(c);
	} else if (h2_state(c->h2) == H2_DONE) {
		finish(c, APNS_FAULT_NONE, NULL);
	} else if (r == TLS_CLOSED) {
		finish(c, APNS_FAULT_CLOSED, NULL);
	} else {
		if (h2_state(c->h2) == H2_LINGER && c->linger == INT64_MAX)
			c->linger = now + LINGER_MS;
		want(c, EPOLLIN | (w == TLS_WANT_WRITE || r == TLS_WANT_WRITE ? EPOLLOUT : 0u));
	}
}

static void secured(struct conn *c, int64_t now)
{
	struct conn_batch *b = c->batch;

	c->ev->layer = APNS_SECURED;
	c->ev->tls_version = arena_strdup(b->mem, tls_version(c->tls));
	if (!tls_alpn_is(c->tls, "h2")) {
		finish(c, APNS_FAULT_ALPN, NULL);
		return;
	}
	c->h2 = h2_new(b->profile, b->host, c->task->topic, c->task->level, b->mem, c->ev);
	c->out = (struct buf)BUF_INIT(OUT_MAX);
	c->sent = 0;
	c->state = CONN_OPEN;
	go_on(c, now);
}

static void shake_hands(struct conn *c, int64_t now)
{
	switch (tls_handshake(c->tls)) {
	case TLS_DONE:
		secured(c, now);
		break;
	case TLS_WANT_READ:
		want(c, EPOLLIN);
		break;
	case TLS_WANT_WRITE:
		want(c, EPOLLOUT);
		break;
	case TLS_CLOSED:
	case TLS_FAILED:
		finish_tls(c);
		break;
	}
}

static void connected(struct conn *c, int64_t now)
{
	struct err e = { 0 };
	int error = 0, on = 1;
	socklen_t len = sizeof(error);

	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	c->ev->sys_errno = error;
	if (error) {
		connect_next(c, now);
		return;
	}
	c->batch->first = (c->batch->first + c->tried - 1) % c->batch->addresses->n;
	c->ev->layer = APNS_CONNECTED;
	c->next_address = INT64_MAX;
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (set_up_tls(c, &e) < 0) {
		finish(c, APNS_FAULT_LOCAL, e.text);
		return;
	}
	c->state = CONN_HANDSHAKE;
	shake_hands(c, now);
}

void conn_start(struct conn *c, struct conn_batch *b, const struct apns_task *task,
		struct apns_evidence *ev, int64_t now)
{
	*ev = (struct apns_evidence){ .layer = APNS_RESOLVED, .alert = -1 };
	*c = (struct conn){ .batch = b,
			    .task = task,
			    .ev = ev,
			    .fd = -1,
			    .deadline = now + b->timeout_ms,
			    .next_address = INT64_MAX,
			    .linger = INT64_MAX };
	connect_next(c, now);
}

void conn_ready(struct conn *c, int64_t now)
{
	switch (c->state) {
	case CONN_CONNECTING:
		connected(c, now);
		break;
	case CONN_HANDSHAKE:
		shake_hands(c, now);
		break;
	case CONN_OPEN:
		go_on(c, now);
		break;
	case CONN_OVER:
		break;
	}
}

int64_t conn_wake(const struct conn *c)
{
	int64_t wake = c->deadline;

	if (c->next_address < wake)
		wake = c->next_address;
	return c->linger < wake ? c->linger : wake;
}

void conn_tick(struct conn *c, int64_t now)
{
	if (c->state == CONN_OVER || now < conn_wake(c))
		return;
	if (now >= c->linger) {
		finish(c, APNS_FAULT_NONE, NULL);
	} else if (now >= c->deadline) {
		finish(c, APNS_FAULT_TIMEOUT, NULL);
	} else {
		c->ev->sys_errno = ETIMEDOUT;
		connect_next(c, now);
	}
}
