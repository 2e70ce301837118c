/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/nghttp2/apns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/epoll.h>

#include "reconcile/adapter/nghttp2/conn.h"

enum { EVENTS_AT_ONCE = 64 };

struct prober {
	struct apns base;
	char *host, *ca_file;
	unsigned port, concurrency, timeout_s;
	struct keys *keys;
	struct tls_roots *roots; /* NULL before the first probe */
	struct h2_profile *profile;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Starts probes in all free places; returns how many run, `wake` is when time matters next. */
static size_t fill(struct conn_batch *b, struct conn *conn, size_t places,
		   const struct apns_task *task, struct apns_evidence *out, size_t n, size_t *next,
		   int64_t *wake)
{
	size_t running = 0;
	int64_t now = now_ms();

	*wake = INT64_MAX;
	for (size_t i = 0; i < places; i++) {
		struct conn *c = &conn[i];
		for (; c->state == CONN_OVER && *next < n; (*next)++)
			conn_start(c, b, &task[*next], &out[*next], now);
		if (c->state == CONN_OVER)
			continue;
		running++;
		if (conn_wake(c) < *wake)
			*wake = conn_wake(c);
	}
	return running;
}

static void run_all(struct conn_batch *b, struct conn *conn, size_t places,
		    const struct apns_task *task, struct apns_evidence *out, size_t n)
{
	struct epoll_event event[EVENTS_AT_ONCE];
	size_t next = 0;
	int64_t wake, now;

	while (fill(b, conn, places, task, out, n, &next, &wake) > 0) {
		now = now_ms();
		int ready =
		    epoll_wait(b->epoll, event, EVENTS_AT_ONCE, wake > now ? (int)(wake - now) : 0);
		now = now_ms();
		for (int i = 0; i < ready; i++)
			conn_ready(event[i].data.ptr, now);
		for (size_t i = 0; i < places; i++)
			conn_tick(&conn[i], now);
	}
}

static void none_resolved(const char *why, size_t n, struct apns_evidence *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (struct apns_evidence){ .fault = APNS_FAULT_RESOLVE,
						 .alert = -1,
						 .detail = why };
}

static int probe(struct apns *a, const struct apns_task *task, size_t n, struct arena *mem,
		 struct apns_evidence *out, struct err *e)
{
	struct prober *p = (struct prober *)a;
	struct addresses addresses;

	if (n == 0)
		return 0;
	if (!p->roots && tls_roots_new(p->ca_file, &p->roots, e) < 0)
		return -1;
	const char *why = addresses_resolve(p->host, p->port, mem, &addresses);
	if (why) {
		none_resolved(why, n, out);
		return 0;
	}
	size_t places = p->concurrency < n ? p->concurrency : n;
	struct conn *conn = calloc(places, sizeof(*conn));
	if (!conn)
		out_of_memory();
	struct conn_batch batch = {
		.epoll = epoll_create1(EPOLL_CLOEXEC),
		.host = p->host,
		.addresses = &addresses,
		.timeout_ms = (int64_t)p->timeout_s * 1000,
		.roots = p->roots,
		.profile = p->profile,
		.keys = p->keys,
		.mem = mem,
	};
	if (batch.epoll < 0) {
		free(conn);
		return err_set(e, ERR_IO, "APNs can not be probed: %s", strerror(errno));
	}
	run_all(&batch, conn, places, task, out, n);
	close(batch.epoll);
	free(conn);
	return 0;
}

static void close_prober(struct apns *a)
{
	struct prober *p = (struct prober *)a;

	tls_roots_free(p->roots);
	h2_profile_free(p->profile);
	free(p->host);
	free(p->ca_file);
	free(p);
}

static const struct apns_ops prober_ops = { .probe = probe, .close = close_prober };

int apns_open(const struct apns_options *o, struct keys *keys, struct apns **out, struct err *e)
{
	if (!o->host || !*o->host || !o->port || o->port > 65535 || !o->concurrency ||
	    !o->timeout_s)
		return err_set(e, ERR_USAGE,
			       "apns needs a host, a port, a concurrency and a timeout");
	struct prober *p = calloc(1, sizeof(*p));
	char *host = strdup(o->host);
	char *ca_file = o->ca_file ? strdup(o->ca_file) : NULL;

	if (!p || !host || (o->ca_file && !ca_file))
		out_of_memory();
	*p = (struct prober){ .base.ops = &prober_ops,
			      .host = host,
			      .ca_file = ca_file,
			      .port = o->port,
			      .concurrency = o->concurrency,
			      .timeout_s = o->timeout_s,
			      .keys = keys,
			      .profile = h2_profile_new() };
	*out = &p->base;
	return 0;
}
