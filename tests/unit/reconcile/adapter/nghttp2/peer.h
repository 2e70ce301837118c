/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A peer for the prober: a TLS server in a thread that says exactly the bytes of its script.
 */
#ifndef APNSCTL_TESTS_PEER_H
#define APNSCTL_TESTS_PEER_H

#include "tests/unit/reconcile/adapter/nghttp2/identity.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

/* How a connection goes on after its handshake. */
enum manner {
	SAY_AND_CLOSE, /* says its bytes, reads until the client goes, closes */
	SAY_AND_DROP,  /* says its bytes and closes at once */
	LISTEN_FIRST,  /* says the last of its bytes only when a request came (stream 1) */
	HALF_RTT,      /* TLS 1.3: says its bytes before it has seen the client's certificate */
	SAY_NOTHING,   /* after TCP: no TLS at all */
	SPEAK_PLAIN    /* after TCP: says its bytes without TLS */
};

struct script {
	enum manner manner;
	int version; /* TLS1_2_VERSION, …; 0: any */
	bool no_alpn;
	int verify_error; /* X509_V_ERR_… with which the client's certificate is refused; 0: taken
			   */
	const char *bytes;
	size_t len;
	const char *later; /* LISTEN_FIRST */
	size_t later_len;
	unsigned repeat; /* say `bytes` so many times more */
};

struct peer {
	const struct script *script;
	SSL_CTX *ctx;
	int listener;
	unsigned port;
	pthread_t thread;
	atomic_int open, most, served;
};

static int peer_choose(SSL *s, const unsigned char **out, unsigned char *len,
		       const unsigned char *in, unsigned n, void *arg)
{
	(void)s;
	(void)arg;
	*out = in + 1;
	*len = in[0];
	return n ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

static int peer_judge(X509_STORE_CTX *ctx, void *self)
{
	const struct peer *p = self;

	X509_STORE_CTX_set_error(ctx, p->script->verify_error);
	return p->script->verify_error == 0;
}

static void peer_say(const struct peer *p, SSL *s)
{
	for (unsigned i = 0; p->script->len && i <= p->script->repeat; i++)
		if (SSL_write(s, p->script->bytes, (int)p->script->len) <= 0)
			return;
}

/* Reads until a HEADERS frame came, or the client went. */
static bool peer_hears_request(SSL *s)
{
	unsigned char in[65536];
	size_t have = 0, at = 24;
	int n;

	while (have < sizeof(in) && (n = SSL_read(s, in + have, (int)(sizeof(in) - have))) > 0) {
		have += (size_t)n;
		while (at + 9 <= have) {
			if (in[at + 3] == 1)
				return true;
			at +=
			    9u + (((size_t)in[at] << 16) | ((size_t)in[at + 1] << 8) | in[at + 2]);
		}
	}
	return false;
}

static void peer_talk(struct peer *p, SSL *s)
{
	char in[4096];
	size_t n;

	if (p->script->manner == HALF_RTT) {
		SSL_read_early_data(s, in, sizeof(in), &n);
		SSL_write_early_data(s, p->script->bytes, p->script->len, &n);
	}
	if (SSL_accept(s) <= 0)
		return;
	if (p->script->manner != HALF_RTT)
		peer_say(p, s);
	if (p->script->manner == SAY_AND_DROP)
		return;
	if (p->script->manner == LISTEN_FIRST && peer_hears_request(s))
		SSL_write(s, p->script->later, (int)p->script->later_len);
	while (SSL_read(s, in, sizeof(in)) > 0)
		;
}

static void peer_serve(struct peer *p, int fd)
{
	char in[4096];

	if (p->script->manner == SPEAK_PLAIN)
		(void)!write(fd, p->script->bytes, p->script->len);
	if (p->script->manner == SPEAK_PLAIN || p->script->manner == SAY_NOTHING) {
		while (read(fd, in, sizeof(in)) > 0)
			;
		return;
	}
	SSL *s = SSL_new(p->ctx);
	SSL_set_fd(s, fd);
	peer_talk(p, s);
	SSL_free(s);
}

struct guest {
	struct peer *peer;
	int fd;
};

static void *peer_guest(void *arg)
{
	struct guest g = *(struct guest *)arg;
	struct timeval limit = { 5, 0 };
	int on = 1, open = ++g.peer->open, most = g.peer->most;

	free(arg);
	while (open > most && !atomic_compare_exchange_weak(&g.peer->most, &most, open))
		;
	setsockopt(g.fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(g.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	peer_serve(g.peer, g.fd);
	g.peer->open--;
	g.peer->served++;
	close(g.fd);
	return NULL;
}

/* Serves until the listener is shut down. */
static void *peer_loop(void *arg)
{
	struct peer *p = arg;
	pthread_t guests[64];
	size_t n = 0;
	int fd;

	while (n < 64 && (fd = accept(p->listener, NULL, NULL)) >= 0) {
		struct guest *g = malloc(sizeof(*g));
		*g = (struct guest){ p, fd };
		pthread_create(&guests[n++], NULL, peer_guest, g);
	}
	while (n > 0)
		pthread_join(guests[--n], NULL);
	return NULL;
}

static void peer_start(struct peer *p, const struct script *script)
{
	struct sockaddr_in name = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(name);

	memset(p, 0, sizeof(*p));
	p->script = script;
	p->ctx = SSL_CTX_new(TLS_server_method());
	if (script->version) {
		SSL_CTX_set_min_proto_version(p->ctx, script->version);
		SSL_CTX_set_max_proto_version(p->ctx, script->version);
	}
	SSL_CTX_use_certificate(p->ctx, peer_server.cert);
	SSL_CTX_use_PrivateKey(p->ctx, peer_server.key);
	SSL_CTX_set_verify(p->ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_cert_verify_callback(p->ctx, peer_judge, p);
	SSL_CTX_set_session_id_context(p->ctx, (const unsigned char *)"p", 1);
	if (!script->no_alpn)
		SSL_CTX_set_alpn_select_cb(p->ctx, peer_choose, NULL);
	p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(p->listener, (struct sockaddr *)&name, sizeof(name)), 0);
	assert_int_equal(listen(p->listener, 64), 0);
	getsockname(p->listener, (struct sockaddr *)&name, &len);
	p->port = ntohs(name.sin_port);
	pthread_create(&p->thread, NULL, peer_loop, p);
}

static void peer_stop(struct peer *p)
{
	shutdown(p->listener, SHUT_RDWR);
	pthread_join(p->thread, NULL);
	close(p->listener);
	SSL_CTX_free(p->ctx);
}

#endif
