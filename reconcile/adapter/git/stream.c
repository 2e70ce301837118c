/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sockets of libgit2's HTTP, plain (loopback, proxies) and with TLS. Debian's libgit2 brings a
 * TLS of its own, without TLS 1.3, addresses in certificates and deadlines.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <git2/sys/stream.h>

#include "reconcile/adapter/git/wire.h"
#include "schema/base/arena.h"
#include "schema/base/text.h"

struct stream {
	git_stream base; /* first, as libgit2 wants it */
	struct wire *wire;
	char *host, *port;
	struct stream *inner; /* the connection through a proxy that TLS is put over; not owned */
	int fd;
	struct tls *tls;
};

static _Thread_local struct wire *current;

void wire_use(struct wire *w)
{
	current = w;
}

/* 1: connected, 0: try the next address, -1: the deadline is over. */
static int try_address(struct stream *s, const struct addrinfo *a, int *why)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
	socklen_t len = sizeof(*why);
	int one = 1;

	*why = errno;
	if (fd < 0)
		return 0;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	*why = 0;
	if (connect(fd, a->ai_addr, a->ai_addrlen) < 0 && errno != EINPROGRESS) {
		*why = errno;
	} else {
		struct pollfd p = { .fd = fd, .events = POLLOUT };
		if (wire_wait(s->wire, &p, 1, wire_now() + WIRE_CONNECT_MS, "connecting") < 0) {
			close(fd);
			return -1;
		}
		getsockopt(fd, SOL_SOCKET, SO_ERROR, why, &len);
	}
	if (*why) {
		close(fd);
		return 0;
	}
	s->fd = fd;
	return 1;
}

static int connect_tcp(struct stream *s)
{
	struct addrinfo *list, hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
	int rc = getaddrinfo(s->host, s->port, &hints, &list), why = 0, r = 0;

	if (rc)
		return wire_fail(s->wire, "the name %s can not be resolved: %s", s->host,
				 rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc));
	for (const struct addrinfo *a = list; a && r == 0; a = a->ai_next)
		r = try_address(s, a, &why);
	freeaddrinfo(list);
	if (r == 0)
		return wire_fail(s->wire, "%s port %s: %s", s->host, s->port, strerror(why));
	return r < 0 ? -1 : 0;
}

/* After TLS said that it has to wait, or failed. 0: call it again. */
static int settle(struct stream *s, enum tls_io state, const char *what)
{
	struct pollfd p = { .fd = s->fd };

	if (state == TLS_FAILED)
		return wire_fail(s->wire, "%s", tls_failure(s->tls)->text);
	if (state == TLS_CLOSED)
		return wire_fail(s->wire, "%s closed the connection while %s", s->host, what);
	p.events = state == TLS_WANT_WRITE ? POLLOUT : POLLIN;
	return wire_wait(s->wire, &p, 1, INT64_MAX, what);
}

static int shake_hands(struct stream *s)
{
	struct tls_options o = { .host = s->host, .alpn = "http/1.1" };
	struct err e = { 0 };
	enum tls_io state;

	if (tls_new(s->wire->roots, s->fd, &o, &s->tls, &e) < 0)
		return wire_fail(s->wire, "%s", e.text);
	while ((state = tls_handshake(s->tls)) != TLS_DONE)
		if (settle(s, state, "TLS was set up") < 0)
			return -1;
	return 0;
}

static int stream_connect(git_stream *base)
{
	struct stream *s = (struct stream *)base;

	if (s->inner)
		s->fd = s->inner->fd;
	else if (connect_tcp(s) < 0)
		return -1;
	return s->base.encrypted ? shake_hands(s) : 0;
}

static ssize_t plain_read(struct stream *s, void *data, size_t size)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	for (;;) {
		ssize_t n = recv(s->fd, data, size, 0);
		if (n >= 0)
			return n;
		if (errno != EAGAIN && errno != EINTR)
			return wire_fail(s->wire, "the connection to %s broke: %s", s->host,
					 strerror(errno));
		if (wire_wait(s->wire, &p, 1, INT64_MAX, "reading") < 0)
			return -1;
	}
}

static ssize_t tls_stream_read(struct stream *s, void *data, size_t size)
{
	enum tls_io state;
	size_t n;

	while ((state = tls_read(s->tls, data, size, &n)) != TLS_DONE) {
		if (state == TLS_CLOSED)
			return 0;
		if (settle(s, state, "reading") < 0)
			return -1;
	}
	return (ssize_t)n;
}

static ssize_t stream_read(git_stream *base, void *data, size_t size)
{
	struct stream *s = (struct stream *)base;
	ssize_t n = s->tls ? tls_stream_read(s, data, size) : plain_read(s, data, size);

	return n > 0 && wire_count(s->wire, (size_t)n) < 0 ? -1 : n;
}

static ssize_t plain_write(struct stream *s, const char *data, size_t size)
{
	struct pollfd p = { .fd = s->fd, .events = POLLOUT };

	for (;;) {
		ssize_t n = send(s->fd, data, size, MSG_NOSIGNAL);
		if (n >= 0)
			return n;
		if (errno != EAGAIN && errno != EINTR)
			return wire_fail(s->wire, "the connection to %s broke: %s", s->host,
					 strerror(errno));
		if (wire_wait(s->wire, &p, 1, INT64_MAX, "sending") < 0)
			return -1;
	}
}

/* What goes to a proxy in the clear asks for our server and nothing else. */
static int check_proxy_request(struct stream *s, const char *data, size_t size)
{
	const struct git_url *u = s->wire->url;
	struct buf line = BUF_INIT(512);
	const char *form = strchr(u->host, ':') ? "CONNECT [%s]:%s HTTP/" : "CONNECT %s:%s HTTP/";

	buf_addf(&line, form, u->host, u->port);
	bool good = size > line.len && memcmp(data, buf_str(&line), line.len) == 0;
	buf_release(&line);
	if (good)
		return 0;
	return wire_fail(s->wire, "the server redirects elsewhere; redirects are not followed, "
				  "write the final URL");
}

static ssize_t stream_write(git_stream *base, const char *data, size_t size, int flags)
{
	struct stream *s = (struct stream *)base;
	enum tls_io state;
	size_t n;

	(void)flags;
	if (!s->tls) {
		if (s->wire->url->scheme == GIT_SCHEME_HTTPS &&
		    check_proxy_request(s, data, size) < 0)
			return -1;
		return plain_write(s, data, size);
	}
	while ((state = tls_write(s->tls, data, size, &n)) != TLS_DONE)
		if (settle(s, state, "sending") < 0)
			return -1;
	return (ssize_t)n;
}

/* Who is trusted is decided in the handshake; there is nothing left to ask. */
static int stream_certificate(git_cert **out, git_stream *base)
{
	(void)out;
	return wire_fail(((struct stream *)base)->wire, "a certificate is not handed out");
}

static int stream_close(git_stream *base)
{
	struct stream *s = (struct stream *)base;

	tls_free(s->tls);
	s->tls = NULL;
	if (!s->inner && s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	return 0;
}

static void stream_free(git_stream *base)
{
	struct stream *s = (struct stream *)base;

	stream_close(base);
	free(s->host);
	free(s->port);
	free(s);
}

static int stream_new(git_stream **out, const char *host, const char *port, bool encrypted)
{
	if (!current) {
		git_error_set_str(GIT_ERROR_NET, "a connection outside of an exchange");
		return -1;
	}
	struct stream *s = calloc(1, sizeof(*s));
	if (!s || !(s->host = strdup(host)) || !(s->port = strdup(port)))
		out_of_memory();
	s->wire = current;
	s->fd = -1;
	s->base = (git_stream){
		.version = GIT_STREAM_VERSION,
		.encrypted = encrypted,
		.connect = stream_connect,
		.certificate = stream_certificate,
		.read = stream_read,
		.write = stream_write,
		.close = stream_close,
		.free = stream_free,
	};
	*out = &s->base;
	return 0;
}

/*
 * libgit2 follows a redirect to another port of the same host, with the password: a connection goes
 * where the URL says, or nowhere.
 */
static int check_target(const char *host, const char *port)
{
	const struct git_url *u = current ? current->url : NULL;

	if (!u || (text_eq(u->host, host) && text_eq(u->port, port)))
		return 0;
	return wire_fail(current,
			 "the server redirects to %s port %s; redirects are not followed, "
			 "write the final URL",
			 host, port);
}

/* To the server itself (http to loopback), or to a proxy, which gets to see CONNECT only. */
static int plain_new(git_stream **out, const char *host, const char *port)
{
	if (current && current->url->scheme == GIT_SCHEME_HTTP && check_target(host, port) < 0)
		return -1;
	return stream_new(out, host, port, false);
}

static int tls_stream_new(git_stream **out, const char *host, const char *port)
{
	return check_target(host, port) < 0 ? -1 : stream_new(out, host, port, true);
}

/* TLS with the server through a proxy, whose connection `in` is one of ours. */
static int tls_stream_wrap(git_stream **out, git_stream *in, const char *host)
{
	if (in->connect != stream_connect || in->encrypted) {
		git_error_set_str(GIT_ERROR_NET, "a proxy that is itself reached by TLS can not be "
						 "used; give it as http://");
		return -1;
	}
	if (stream_new(out, host, "", true) < 0)
		return -1;
	((struct stream *)*out)->inner = (struct stream *)in;
	return 0;
}

int stream_register(void)
{
	static git_stream_registration plain = { GIT_STREAM_VERSION, plain_new, NULL };
	static git_stream_registration tls = { GIT_STREAM_VERSION, tls_stream_new,
					       tls_stream_wrap };

	if (git_stream_register(GIT_STREAM_STANDARD, &plain) < 0)
		return -1;
	return git_stream_register(GIT_STREAM_TLS, &tls);
}
