/* SPDX-License-Identifier: Apache-2.0 */
/* A web server in a thread: gives one canned answer to every request and keeps what it was asked.
 */
#ifndef APNSCTL_TESTS_WEB_H
#define APNSCTL_TESTS_WEB_H

#include "tests/unit/reconcile/adapter/nghttp2/identity.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "schema/base/buf.h"

struct web {
	const char *answer; /* NULL: never */
	size_t filler;      /* bytes 'x' behind the answer */
	unsigned delay_ms;
	bool tls;
	SSL_CTX *ctx;
	int listener;
	unsigned port;
	pthread_t thread;
	pthread_mutex_t lock;
	struct buf asked; /* all requests, one behind the other */
	atomic_int open, most, served;
};

struct web_guest {
	struct web *web;
	int fd;
	SSL *ssl;
};

static inline ssize_t web_read(struct web_guest *g, char *bytes, size_t n)
{
	return g->ssl ? SSL_read(g->ssl, bytes, (int)n) : read(g->fd, bytes, n);
}

static inline bool web_write(struct web_guest *g, const char *bytes, size_t n)
{
	return g->ssl ? SSL_write(g->ssl, bytes, (int)n) > 0
		      : send(g->fd, bytes, n, MSG_NOSIGNAL) > 0;
}

/* Reads a request and its body; false at the end. */
static inline bool web_request(struct web_guest *g)
{
	char in[65536];
	size_t have = 0, want = sizeof(in) - 1;
	ssize_t n;

	while (have < want && (n = web_read(g, in + have, want - have)) > 0) {
		have += (size_t)n;
		in[have] = 0;
		char *end = strstr(in, "\r\n\r\n"), *length = strcasestr(in, "\r\nContent-Length:");
		if (end)
			want = (size_t)(end + 4 - in) + (length ? (size_t)atol(length + 17) : 0);
	}
	if (have == 0)
		return false;
	pthread_mutex_lock(&g->web->lock);
	buf_add(&g->web->asked, in, have);
	pthread_mutex_unlock(&g->web->lock);
	return true;
}

/* Counts how many requests were on their way at once. */
static inline void web_think(struct web *w)
{
	int open = ++w->open, most = w->most;

	while (open > most && !atomic_compare_exchange_weak(&w->most, &most, open))
		;
	usleep(w->delay_ms * 1000);
	w->open--;
}

static inline void web_answer(struct web_guest *g)
{
	char filler[4096];

	memset(filler, 'x', sizeof(filler));
	web_think(g->web);
	bool good = web_write(g, g->web->answer, strlen(g->web->answer));
	for (size_t sent = 0; good && sent < g->web->filler; sent += sizeof(filler))
		good = web_write(g, filler, sizeof(filler));
}

static inline void *web_guest(void *arg)
{
	struct web_guest g = *(struct web_guest *)arg;
	struct timeval limit = { 5, 0 };

	free(arg);
	setsockopt(g.fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (g.web->tls) {
		g.ssl = SSL_new(g.web->ctx);
		SSL_set_fd(g.ssl, g.fd);
	}
	if ((!g.ssl || SSL_accept(g.ssl) > 0) && web_request(&g)) {
		g.web->served++;
		if (g.web->answer)
			web_answer(&g);
		else
			web_request(&g);
	}
	if (g.ssl)
		SSL_shutdown(g.ssl);
	SSL_free(g.ssl);
	close(g.fd);
	return NULL;
}

static inline void *web_loop(void *arg)
{
	struct web *w = arg;
	pthread_t guests[64];
	size_t n = 0;
	int fd;

	while (n < 64 && (fd = accept(w->listener, NULL, NULL)) >= 0) {
		struct web_guest *g = calloc(1, sizeof(*g));
		*g = (struct web_guest){ .web = w, .fd = fd };
		pthread_create(&guests[n++], NULL, web_guest, g);
	}
	while (n > 0)
		pthread_join(guests[--n], NULL);
	return NULL;
}

static inline void web_start(struct web *w)
{
	struct sockaddr_in name = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(name);

	w->asked = (struct buf)BUF_INIT(1 << 20);
	pthread_mutex_init(&w->lock, NULL);
	if (w->tls) {
		w->ctx = SSL_CTX_new(TLS_server_method());
		SSL_CTX_use_certificate(w->ctx, peer_server.cert);
		SSL_CTX_use_PrivateKey(w->ctx, peer_server.key);
	}
	w->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(w->listener, (struct sockaddr *)&name, sizeof(name)), 0);
	assert_int_equal(listen(w->listener, 64), 0);
	getsockname(w->listener, (struct sockaddr *)&name, &len);
	w->port = ntohs(name.sin_port);
	pthread_create(&w->thread, NULL, web_loop, w);
}

static inline void web_stop(struct web *w)
{
	shutdown(w->listener, SHUT_RDWR);
	pthread_join(w->thread, NULL);
	close(w->listener);
	SSL_CTX_free(w->ctx);
}

#endif
