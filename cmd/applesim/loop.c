/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/loop.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "schema/base/arena.h"

enum { EVENTS_A_ROUND = 256, BACKLOG = 4096 };

struct loop {
	int epoll;
	bool stop;
	struct epoll_event event[EVENTS_A_ROUND];
	int n, at;    /* events of this round, and the next to look at */
	void **later; /* freed at the end of the round */
	size_t n_later, cap_later;
};

int loop_new(struct loop **out, struct err *e)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (!l)
		out_of_memory();
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll < 0) {
		free(l);
		return err_set(e, ERR_IO, "no epoll: %s", strerror(errno));
	}
	*out = l;
	return 0;
}

static void free_later(struct loop *l)
{
	for (size_t i = 0; i < l->n_later; i++)
		free(l->later[i]);
	l->n_later = 0;
}

void loop_free(struct loop *l)
{
	free_later(l);
	free(l->later);
	close(l->epoll);
	free(l);
}

int loop_add(struct loop *l, struct watch *w, uint32_t events, struct err *e)
{
	struct epoll_event ev = { .events = events, .data.ptr = w };

	w->events = events;
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, w->fd, &ev))
		return err_set(e, ERR_IO, "a descriptor can not be watched: %s", strerror(errno));
	return 0;
}

void loop_change(struct loop *l, struct watch *w, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = w };

	if (w->events == events)
		return;
	w->events = events;
	epoll_ctl(l->epoll, EPOLL_CTL_MOD, w->fd, &ev);
}

void loop_remove(struct loop *l, struct watch *w)
{
	epoll_ctl(l->epoll, EPOLL_CTL_DEL, w->fd, NULL);
	close(w->fd);
	w->fd = -1;
	for (int i = l->at; i < l->n; i++)
		if (l->event[i].data.ptr == w)
			l->event[i].data.ptr = NULL;
}

static void timer_ready(struct watch *w, uint32_t events)
{
	struct timer *t = (struct timer *)w;

	(void)events;
	timer_clear(t);
	t->fire(t);
}

int timer_set(struct timer *t, struct loop *l, unsigned ms, void (*fire)(struct timer *t),
	      struct err *e)
{
	/* A time of zero would disarm it. */
	struct itimerspec at = { .it_value = { .tv_sec = ms / 1000,
					       .tv_nsec = (long)(ms % 1000) * 1000000 + 1 } };

	timer_clear(t);
	t->watch.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (t->watch.fd < 0)
		return err_set(e, ERR_IO, "no timer: %s", strerror(errno));
	t->watch.ready = timer_ready;
	t->loop = l;
	t->fire = fire;
	timerfd_settime(t->watch.fd, 0, &at, NULL);
	return loop_add(l, &t->watch, EPOLLIN, e);
}

void timer_clear(struct timer *t)
{
	if (!t->loop)
		return;
	loop_remove(t->loop, &t->watch);
	t->loop = NULL;
}

void loop_free_later(struct loop *l, void *memory)
{
	if (l->n_later == l->cap_later) {
		l->cap_later = l->cap_later ? 2 * l->cap_later : 64;
		l->later = reallocarray(l->later, l->cap_later, sizeof(*l->later));
		if (!l->later)
			out_of_memory();
	}
	l->later[l->n_later++] = memory;
}

int loop_run(struct loop *l, struct err *e)
{
	while (!l->stop) {
		l->n = epoll_wait(l->epoll, l->event, EVENTS_A_ROUND, -1);
		if (l->n < 0 && errno != EINTR)
			return err_set(e, ERR_IO, "epoll: %s", strerror(errno));
		for (l->at = 0; l->at < l->n;) {
			struct epoll_event *ev = &l->event[l->at++];
			struct watch *w = ev->data.ptr;

			if (w)
				w->ready(w, ev->events);
		}
		free_later(l);
	}
	return 0;
}

void loop_stop(struct loop *l)
{
	l->stop = true;
}

int listen_on_loopback(int64_t *port, int *out, struct err *e)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)*port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return err_set(e, ERR_IO, "no socket: %s", strerror(errno));
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, BACKLOG) ||
	    getsockname(fd, (struct sockaddr *)&at, &len)) {
		err_set(e, ERR_IO, "port %lld of 127.0.0.1 can not be used: %s", (long long)*port,
			strerror(errno));
		close(fd);
		return -1;
	}
	*port = ntohs(at.sin_port);
	*out = fd;
	return 0;
}
