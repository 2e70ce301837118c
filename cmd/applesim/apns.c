/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/apns.h"

#include <stdlib.h>
#include <sys/epoll.h>

#include "cmd/applesim/apns_conn.h"
#include "cmd/applesim/applesim.h"

enum { STREAMS_DEFAULT = 1000 };

struct json *conn_event(struct conn *c, const char *name)
{
	struct json *j = event_begin(c->apns->o.events, name);
	const struct tls_peer *peer = tls_peer(c->stream.tls);

	json_member_int(j, "connection", c->number);
	if (peer->present) {
		json_member(j, "serial", peer->serial);
		json_member(j, "topic", peer->topic);
	}
	return j;
}

const struct fault *conn_fault(struct conn *c, enum fault_effect effect, const char *path)
{
	struct faults *f = c->apns->o.faults;
	const struct tls_peer *peer = c->stream.tls ? tls_peer(c->stream.tls) : NULL;
	const struct fault_subject s = {
		.serial = peer && peer->present ? peer->serial : NULL,
		.topic = peer && peer->present ? peer->topic : NULL,
		.path = path,
	};

	return fault_take(f->apns, f->n_apns, effect, &s);
}

/* Called inside the handshake, when a client certificate has come. */
static int judge(void *arg, const struct tls_peer *peer, int alert)
{
	struct conn *c = arg;
	struct faults *f = c->apns->o.faults;
	const struct fault_subject s = { .serial = peer->serial, .topic = peer->topic };
	const struct fault *fault = fault_take(f->apns, f->n_apns, FAULT_Alert, &s);

	return fault ? (int)fault->number : alert;
}

static void conn_gone(struct stream *s)
{
	struct conn *c = (struct conn *)s;

	h2_free(c->h2);
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	loop_free_later(s->loop, c);
}

/* Ends the connection; `how` says in the log by whom. The session ends with it. */
static void conn_end(struct conn *c, const char *how)
{
	struct json *j = conn_event(c, "apns-end");

	json_member(j, "how", how);
	event_end(c->apns->o.events);
	h2_free(c->h2);
	c->h2 = NULL;
	stream_finish(&c->stream);
}

static void on_goaway(void *arg, uint32_t code)
{
	struct conn *c = arg;
	struct json *j = conn_event(c, "apns-client-goaway");

	json_member_int(j, "code", code);
	event_end(c->apns->o.events);
}

/* The handshake is over: HTTP/2 begins, unless a rule has another wish. */
static void conn_open(struct conn *c)
{
	const struct fault *streams = conn_fault(c, FAULT_Streams, NULL), *f;
	const struct h2_options o = {
		.max_streams = streams ? (unsigned)streams->number : STREAMS_DEFAULT,
		.request = conn_request,
		.closed = conn_request_closed,
		.goaway = on_goaway,
		.arg = c,
	};
	struct json *j = conn_event(c, "apns-connection");
	struct err e = { 0 };

	json_member(j, "tls", tls_version(c->stream.tls));
	json_member_bool(j, "h2", tls_has_h2(c->stream.tls));
	event_end(c->apns->o.events);
	if (conn_fault(c, FAULT_CloseAfterHandshake, NULL)) {
		conn_end(c, "closed after the handshake");
		return;
	}
	if (conn_fault(c, FAULT_NoSettings, NULL)) {
		c->silent = true;
		return;
	}
	if (h2_new(&o, &c->h2, &e)) {
		complain(&e);
		conn_end(c, "no memory");
		return;
	}
	f = conn_fault(c, FAULT_GoawayOnConnect, NULL);
	if (f)
		conn_goaway(c, f);
}

/* What ended a handshake: our alert, the client's, or the connection. */
static void conn_refuse(struct conn *c)
{
	struct json *j = conn_event(c, "apns-refused");

	if (tls_alert_sent(c->stream.tls) >= 0)
		json_member_int(j, "alert", tls_alert_sent(c->stream.tls));
	if (tls_alert_received(c->stream.tls) >= 0)
		json_member_int(j, "clientAlert", tls_alert_received(c->stream.tls));
	event_end(c->apns->o.events);
	stream_finish(&c->stream);
}

/* Writes what there is; IO_DONE: nothing is left. */
static enum io conn_write(struct conn *c)
{
	size_t n = 0;

	for (;;) {
		if (!c->out_len)
			c->out_len = h2_output(c->h2, &c->out);
		if (!c->out_len)
			return IO_DONE;
		enum io io = stream_write(&c->stream, c->out, c->out_len, &n);
		if (io != IO_DONE)
			return io;
		c->out += n;
		c->out_len -= n;
	}
}

/* Reads what there is into the session, writes what comes out of it, until it would have to wait.
 */
void conn_run(struct conn *c)
{
	unsigned char bytes[16384];
	struct err e = { 0 };
	size_t n = 0;

	for (;;) {
		enum io io = conn_write(c);

		if (io == IO_DONE && (c->ending == ENDS_WHEN_SENT || h2_over(c->h2))) {
			conn_end(c, c->ending == ENDS_WHEN_SENT ? "server" : "client");
			return;
		}
		if (io == IO_DONE)
			io = stream_read(&c->stream, bytes, sizeof(bytes), &n);
		if (io == IO_WANT_READ || io == IO_WANT_WRITE) {
			stream_wait(&c->stream, io);
			return;
		}
		if (io != IO_DONE) {
			conn_end(c, "client");
			return;
		}
		if (h2_input(c->h2, bytes, n, &e)) {
			conn_end(c, e.text);
			return;
		}
	}
}

static void conn_ready(struct watch *w, uint32_t events)
{
	struct conn *c = (struct conn *)w;
	enum io io;

	if (c->silent) {
		/* Only the client can end it. */
		if (events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP))
			stream_drop(&c->stream);
		return;
	}
	if (!c->h2) {
		io = tls_handshake(c->stream.tls);
		if (io == IO_WANT_READ || io == IO_WANT_WRITE) {
			stream_wait(&c->stream, io);
			return;
		}
		if (io != IO_DONE) {
			conn_refuse(c);
			return;
		}
		conn_open(c);
		if (c->silent)
			loop_change(c->stream.loop, w, EPOLLRDHUP);
		if (!c->h2)
			return;
	}
	conn_run(c);
}

/* Reads again what may have changed: rules and revocations. */
static void refresh(struct apns *a)
{
	struct err e = { 0 };
	int rc = faults_refresh(a->o.faults, false, &e);

	if (rc < 0 || tls_server_refresh(a->tls, &e))
		complain(&e);
}

/* The rules that strike before TLS begins. */
static int conn_start(struct conn *c, struct err *e)
{
	struct apns *a = c->apns;
	const struct fault *hello = conn_fault(c, FAULT_HelloAlert, NULL);
	struct tls_options o = {
		.version = a->o.tls_version,
		.no_alpn = conn_fault(c, FAULT_NoALPN, NULL) != NULL,
		.require_certificate = conn_fault(c, FAULT_RequireCertificate, NULL) != NULL,
		.hello_alert = hello ? (int)hello->number : TLS_ACCEPT,
		.now = faults_now(a->o.faults),
		.judge = judge,
		.arg = c,
	};

	if (conn_fault(c, FAULT_TLS12, NULL))
		o.version = 12;
	if (conn_fault(c, FAULT_TLS13, NULL))
		o.version = 13;
	return tls_new(a->tls, c->stream.watch.fd, &o, &c->stream.tls, e);
}

static void conn_new(struct apns *a, int fd)
{
	struct conn *c = calloc(1, sizeof(*c));
	struct err e = { 0 };

	if (!c)
		out_of_memory();
	c->stream = (struct stream){ .watch = { .fd = fd, .ready = conn_ready },
				     .loop = a->o.loop,
				     .gone = conn_gone };
	c->next = a->conns;
	c->link = &a->conns;
	if (c->next)
		c->next->link = &c->next;
	a->conns = c;
	c->apns = a;
	c->number = ++a->connections;
	c->silent = conn_fault(c, FAULT_SilenceOnAccept, NULL) != NULL;
	if (conn_start(c, &e) ||
	    loop_add(a->o.loop, &c->stream.watch, c->silent ? EPOLLRDHUP : EPOLLIN, &e)) {
		complain(&e);
		stream_drop(&c->stream);
		return;
	}
	event_end((conn_event(c, "apns-accept"), a->o.events));
	if (conn_fault(c, FAULT_CloseOnAccept, NULL))
		stream_drop(&c->stream);
}

static void accept_ready(struct watch *w, uint32_t events)
{
	struct apns *a = (struct apns *)w;
	int fd;

	(void)events;
	while ((fd = stream_accept(w->fd)) >= 0) {
		refresh(a);
		conn_new(a, fd);
	}
}

int apns_new(const struct apns_options *o, int64_t *port, struct apns **out, struct err *e)
{
	struct apns *a = calloc(1, sizeof(*a));

	if (!a)
		out_of_memory();
	a->o = *o;
	a->listener = (struct watch){ .fd = -1, .ready = accept_ready };
	*port = o->port;
	if (tls_server_new(o->dir, true, &a->tls, e) ||
	    listen_on_loopback(port, &a->listener.fd, e) ||
	    loop_add(o->loop, &a->listener, EPOLLIN, e)) {
		apns_free(a);
		return -1;
	}
	*out = a;
	return 0;
}

void apns_free(struct apns *a)
{
	if (!a)
		return;
	while (a->conns)
		stream_drop(&a->conns->stream);
	if (a->listener.fd >= 0)
		loop_remove(a->o.loop, &a->listener);
	tls_server_free(a->tls);
	free(a);
}
