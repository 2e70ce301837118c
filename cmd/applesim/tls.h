/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server side of TLS, on OpenSSL. A client certificate is asked for but not required; whether
 * it is taken is judged inside the handshake, so that the alert comes where a real server sends it:
 * in the handshake of TLS 1.2, after it (for the client) in TLS 1.3.
 */
#ifndef APPLESIM_TLS_H
#define APPLESIM_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/err.h"

struct tls_server; /* certificate, trust, revocation list: shared by all connections */
struct tls;        /* one connection */

enum { TLS_ACCEPT = -1 }; /* no alert */

struct tls_peer {
	bool present;    /* the client sent a certificate */
	char serial[41]; /* upper-case hex; "" when absent */
	char topic[128]; /* the UID of its subject; "" when it has none */
};

/*
 * Asked when a client certificate was checked against issuer, dates and revocations. `alert` is
 * what it deserves (44, 45, 48, …) or TLS_ACCEPT; the result is what it gets.
 */
typedef int tls_judge_fn(void *arg, const struct tls_peer *peer, int alert);

/*
 * With the certificate tls.pem of the state directory. `clients` is false for a server that asks
 * nobody for a certificate; otherwise apple-ca.pem and crl.pem judge them.
 */
int tls_server_new(const char *dir, bool clients, struct tls_server **out, struct err *e);
void tls_server_free(struct tls_server *s);

/* Reads the revocation list again if it has changed. */
int tls_server_refresh(struct tls_server *s, struct err *e);

/* Can this alert answer a client certificate? The others can only answer a ClientHello. */
bool tls_can_alert(int64_t alert);

struct tls_options {
	int version;              /* 12 or 13: this version only; 0: both */
	bool no_alpn;             /* h2 is not confirmed */
	bool require_certificate; /* without one: alert 116 (TLS 1.3) or 40 (TLS 1.2) */
	int hello_alert;          /* the answer to the ClientHello; TLS_ACCEPT: go on */
	int64_t now;              /* for the dates of client certificates */
	tls_judge_fn *judge;      /* NULL: they get what they deserve */
	void *arg;
};

/* A connection on a non-blocking socket that stays the caller's. */
int tls_new(struct tls_server *s, int fd, const struct tls_options *o, struct tls **out,
	    struct err *e);
void tls_free(struct tls *t);

enum io {
	IO_DONE,
	IO_WANT_READ,
	IO_WANT_WRITE,
	IO_CLOSED, /* the peer closed */
	IO_FAILED
};

enum io tls_handshake(struct tls *t);
enum io tls_read(struct tls *t, void *bytes, size_t size, size_t *n);
enum io tls_write(struct tls *t, const void *bytes, size_t size, size_t *n);

/* Sends close_notify if that is possible without waiting. */
void tls_goodbye(struct tls *t);

const struct tls_peer *tls_peer(const struct tls *t);
const char *tls_version(const struct tls *t);
bool tls_has_h2(const struct tls *t);

/* The fatal alert that was sent or received; -1: none. */
int tls_alert_sent(const struct tls *t);
int tls_alert_received(const struct tls *t);

#endif
