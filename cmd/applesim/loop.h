/* SPDX-License-Identifier: Apache-2.0 */
/* One thread, one epoll: sockets, timers, signals. */
#ifndef APPLESIM_LOOP_H
#define APPLESIM_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/base/err.h"

struct loop;

/* The first member of whatever waits for a descriptor. */
struct watch {
	int fd;
	uint32_t events; /* EPOLLIN, EPOLLOUT: what it waits for now */
	void (*ready)(struct watch *w, uint32_t events);
};

/* Fires once, `ms` after it was set; a timer that is not set has no descriptor. */
struct timer {
	struct watch watch;
	struct loop *loop;
	void (*fire)(struct timer *t);
};

int loop_new(struct loop **out, struct err *e);
void loop_free(struct loop *l);

int loop_add(struct loop *l, struct watch *w, uint32_t events, struct err *e);

/* Waits for other events from now on. */
void loop_change(struct loop *l, struct watch *w, uint32_t events);

/* Stops waiting and closes the descriptor. No callback comes any more, not even one that is due. */
void loop_remove(struct loop *l, struct watch *w);

/* (Re)starts a timer. */
int timer_set(struct timer *t, struct loop *l, unsigned ms, void (*fire)(struct timer *t),
	      struct err *e);

/* Accepts one that is not set. */
void timer_clear(struct timer *t);

/* Frees the memory when no event of this round can point into it any more. */
void loop_free_later(struct loop *l, void *memory);

/* Runs until loop_stop; failures of epoll itself end it. */
int loop_run(struct loop *l, struct err *e);
void loop_stop(struct loop *l);

/* A listening socket on 127.0.0.1; port 0 takes a free one, `*port` becomes the one taken. */
int listen_on_loopback(int64_t *port, int *fd, struct err *e);

#endif
