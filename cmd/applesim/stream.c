/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/stream.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINGER_MS = 2000 };

int stream_accept(int listener)
{
	int on = 1, fd;

	do
		fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
	if (fd >= 0)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static enum io plain_outcome(ssize_t did, size_t *n, enum io want)
{
	if (did < 0)
		return errno == EAGAIN || errno == EINTR ? want : IO_FAILED;
	*n = (size_t)did;
	return IO_DONE;
}

enum io stream_read(struct stream *s, void *bytes, size_t size, size_t *n)
{
	enum io io;

	if (s->tls)
		return tls_read(s->tls, bytes, size, n);
	io = plain_outcome(recv(s->watch.fd, bytes, size, 0), n, IO_WANT_READ);
	return io == IO_DONE && !*n ? IO_CLOSED : io;
}

enum io stream_write(struct stream *s, const void *bytes, size_t size, size_t *n)
{
	if (s->tls)
		return tls_write(s->tls, bytes, size, n);
	return plain_outcome(send(s->watch.fd, bytes, size, MSG_NOSIGNAL), n, IO_WANT_WRITE);
}

void stream_wait(struct stream *s, enum io want)
{
	loop_change(s->loop, &s->watch, want == IO_WANT_WRITE ? EPOLLOUT : EPOLLIN);
}

void stream_drop(struct stream *s)
{
	timer_clear(&s->linger);
	loop_remove(s->loop, &s->watch);
	tls_free(s->tls);
	s->tls = NULL;
	s->gone(s);
}

static void linger_over(struct timer *t)
{
	struct stream *s = (struct stream *)((char *)t - offsetof(struct stream, linger));

	stream_drop(s);
}

static void discard(struct watch *w, uint32_t events)
{
	struct stream *s = (struct stream *)w;
	char bytes[4096];
	ssize_t n;

	(void)events;
	do
		n = recv(w->fd, bytes, sizeof(bytes), 0);
	while (n > 0);
	if (n == 0 || (errno != EAGAIN && errno != EINTR))
		stream_drop(s);
}

void stream_finish(struct stream *s)
{
	struct err e = { 0 };

	if (s->tls)
		tls_goodbye(s->tls);
	shutdown(s->watch.fd, SHUT_WR);
	s->watch.ready = discard;
	loop_change(s->loop, &s->watch, EPOLLIN);
	if (timer_set(&s->linger, s->loop, LINGER_MS, linger_over, &e))
		stream_drop(s);
}
