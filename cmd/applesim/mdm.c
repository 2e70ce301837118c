/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/mdm.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "cmd/applesim/applesim.h"
#include "cmd/applesim/http1.h"
#include "cmd/applesim/nano.h"
#include "cmd/applesim/stream.h"
#include "schema/base/text.h"

enum { OUTPUT_MAX = 1024 * 1024 };

struct mdm {
	struct watch listener;
	struct mdm_options o;
	struct tls_server *tls;
	struct nano nano;
	struct arena mem;
	struct client *clients;
};

struct client {
	struct stream stream;
	struct client *next, **link; /* of the server's list */
	struct mdm *mdm;
	struct http1 http;
	struct timer delay; /* an answer waits for its time */
	bool secured;       /* the TLS handshake is over, or there is none */
	bool waits;         /* nothing is read: an answer is due later, or never comes */
	bool closes;        /* when the output is written */
	struct buf out;
	size_t written;
};

static void client_gone(struct stream *s)
{
	struct client *c = (struct client *)s;

	timer_clear(&c->delay);
	http1_release(&c->http);
	buf_release(&c->out);
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	loop_free_later(s->loop, c);
}

static const struct fault *take(struct client *c, enum fault_effect effect,
				const struct nano_subject *subject)
{
	struct faults *f = c->mdm->o.faults;
	const struct fault_subject s = { .method = c->http.method,
					 .path = subject->path,
					 .topic = subject->topic };

	return fault_take(f->mdm, f->n_mdm, effect, &s);
}

static void log_request(struct client *c, const struct nano_subject *s, int status)
{
	struct json *j = event_begin(c->mdm->o.events, "mdm-request");

	json_member(j, "method", c->http.method);
	json_member(j, "path", s->path);
	json_member_opt(j, "topic", s->topic);
	json_member_int(j, "body", (int64_t)c->http.body.len);
	json_member_int(j, "status", status);
	event_end(c->mdm->o.events);
}

/* The answer of a rule, or NanoMDM's. */
static void find_answer(struct client *c, const struct nano_subject *s, struct http1_answer *out)
{
	const struct fault *f = take(c, FAULT_Answer, s);
	struct nano_mode mode = { 0 };

	if (f) {
		out->status = (int)f->number;
		out->content_type = "text/plain; charset=utf-8";
		out->body = f->text;
		return;
	}
	f = take(c, FAULT_Redirect, s);
	if (f) {
		out->status = 302;
		out->extra[0] = (struct http1_field){ "Location", f->text };
		return;
	}
	mode.release_090 = take(c, FAULT_Release090, s) != NULL;
	mode.keep_old = take(c, FAULT_KeepOld, s) != NULL;
	mode.store_nothing = take(c, FAULT_StoreNothing, s) != NULL;
	nano_answer(&c->mdm->nano, &mode, &c->http, out);
}

static void client_run(struct client *c);

static void delay_over(struct timer *t)
{
	struct client *c = (struct client *)((char *)t - offsetof(struct client, delay));

	c->waits = false;
	client_run(c);
}

/* A whole request is there: its answer goes into the output, now or after a delay. */
static void answer(struct client *c)
{
	struct http1_answer a = { 0 };
	struct nano_subject s = { 0 };
	const struct fault *delay;
	struct err e = { 0 };

	if (faults_refresh(c->mdm->o.faults, false, &e) < 0)
		complain(&e);
	nano_subject(&c->http, &s);
	if (take(c, FAULT_Silence, &s)) {
		log_request(c, &s, 0);
		c->waits = true;
		return;
	}
	if (take(c, FAULT_CloseOnRequest, &s)) {
		log_request(c, &s, 0);
		c->closes = true;
		return;
	}
	delay = take(c, FAULT_Delay, &s);
	find_answer(c, &s, &a);
	log_request(c, &s, a.status);
	http1_write(&c->out, &c->http, &a);
	c->closes = http1_closes(&c->http);
	if (delay) {
		c->waits = true;
		if (timer_set(&c->delay, c->stream.loop, (unsigned)delay->number, delay_over, &e))
			complain(&e);
	}
}

/* What the parser has come to. */
static void advance(struct client *c, enum http1_state state)
{
	static const struct http1_answer bad = { .status = 400 };

	if (c->http.expects && state != HTTP1_BAD) {
		c->http.expects = false;
		buf_adds(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
	}
	if (state == HTTP1_BAD) {
		http1_write(&c->out, NULL, &bad);
		c->closes = true;
	} else if (state == HTTP1_COMPLETE) {
		answer(c);
	}
}

/* The client sends no more: an upload that broke off is told so, as it may still read. */
static void client_closed(struct client *c)
{
	struct http1_answer a = { 0 };
	enum http1_state state = c->http.state;

	if (c->waits || c->closes || state == HTTP1_HEAD || state == HTTP1_BAD) {
		stream_finish(&c->stream);
		return;
	}
	nano_answer_cut(&a);
	http1_write(&c->out, &c->http, &a);
	c->closes = true;
	client_run(c);
}

/* Writes what there is; IO_DONE: nothing is left. */
static enum io client_write(struct client *c)
{
	size_t n = 0;

	while (c->written < c->out.len) {
		enum io io =
		    stream_write(&c->stream, c->out.data + c->written, c->out.len - c->written, &n);
		if (io != IO_DONE)
			return io;
		c->written += n;
	}
	buf_clear(&c->out);
	c->written = 0;
	return IO_DONE;
}

static void client_run(struct client *c)
{
	unsigned char bytes[16384];
	size_t n = 0;

	while (!c->waits) {
		enum io io = client_write(c);

		if (io == IO_DONE && c->closes) {
			stream_finish(&c->stream);
			return;
		}
		if (io == IO_DONE && c->http.state == HTTP1_COMPLETE) {
			advance(c, http1_next(&c->http));
			continue;
		}
		if (io == IO_DONE)
			io = stream_read(&c->stream, bytes, sizeof(bytes), &n);
		if (io == IO_DONE) {
			advance(c, http1_input(&c->http, bytes, n));
			secret_wipe(bytes, n);
		} else if (io == IO_CLOSED) {
			client_closed(c);
			return;
		} else if (io == IO_FAILED) {
			stream_drop(&c->stream);
			return;
		} else {
			stream_wait(&c->stream, io);
			return;
		}
	}
	/* Until the answer is due only the end of the connection matters. */
	loop_change(c->stream.loop, &c->stream.watch, EPOLLRDHUP);
}

static void client_ready(struct watch *w, uint32_t events)
{
	struct client *c = (struct client *)w;

	if (c->waits) {
		if (events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP))
			stream_drop(&c->stream);
		return;
	}
	if (!c->secured) {
		enum io io = tls_handshake(c->stream.tls);

		if (io == IO_WANT_READ || io == IO_WANT_WRITE) {
			stream_wait(&c->stream, io);
			return;
		}
		if (io != IO_DONE) {
			stream_finish(&c->stream);
			return;
		}
		c->secured = true;
	}
	client_run(c);
}

static void client_new(struct mdm *m, int fd)
{
	static const struct tls_options options = { .hello_alert = TLS_ACCEPT, .no_alpn = true };
	struct client *c = calloc(1, sizeof(*c));
	struct err e = { 0 };

	if (!c)
		out_of_memory();
	c->stream = (struct stream){ .watch = { .fd = fd, .ready = client_ready },
				     .loop = m->o.loop,
				     .gone = client_gone };
	c->out = (struct buf)BUF_INIT(OUTPUT_MAX);
	c->mdm = m;
	c->secured = !m->tls;
	c->next = m->clients;
	c->link = &m->clients;
	if (c->next)
		c->next->link = &c->next;
	m->clients = c;
	if ((m->tls && tls_new(m->tls, fd, &options, &c->stream.tls, &e)) ||
	    loop_add(m->o.loop, &c->stream.watch, EPOLLIN, &e)) {
		complain(&e);
		stream_drop(&c->stream);
	}
}

static void accept_ready(struct watch *w, uint32_t events)
{
	struct mdm *m = (struct mdm *)w;
	int fd;

	(void)events;
	while ((fd = stream_accept(w->fd)) >= 0)
		client_new(m, fd);
}

int mdm_new(const struct mdm_options *o, int64_t *port, struct mdm **out, struct err *e)
{
	struct mdm *m = calloc(1, sizeof(*m));

	if (!m)
		out_of_memory();
	m->o = *o;
	m->listener = (struct watch){ .fd = -1, .ready = accept_ready };
	m->nano.api_key = o->api_key;
	*port = o->port;
	if (nano_start(&m->nano, o->dir, &m->mem, e) ||
	    (o->tls && tls_server_new(o->dir, false, &m->tls, e)) ||
	    listen_on_loopback(port, &m->listener.fd, e) ||
	    loop_add(o->loop, &m->listener, EPOLLIN, e)) {
		mdm_free(m);
		return -1;
	}
	*out = m;
	return 0;
}

void mdm_free(struct mdm *m)
{
	if (!m)
		return;
	while (m->clients)
		stream_drop(&m->clients->stream);
	if (m->listener.fd >= 0)
		loop_remove(m->o.loop, &m->listener);
	tls_server_free(m->tls);
	arena_release(&m->mem);
	free(m);
}
