/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one TLS client set-up, for Git and APNs (everything that is not libcurl): TLS 1.2 and 1.3,
 * system roots plus a CA file, host name or IP checked, OpenSSL hidden. A connection works on a
 * non-blocking socket that the caller owns and polls. The process has to ignore SIGPIPE. With
 * TLS 1.3 the handshake is done before the server has judged our certificate: its alert comes with
 * the first read (RFC 8446, 4.4.2.4 and 6.2).
 */
#ifndef APNSCTL_ADAPTER_TLS_H
#define APNSCTL_ADAPTER_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/base/err.h"
#include "schema/base/secret.h"

struct tls_roots; /* trusted roots and protocol settings, shared by many connections */
struct tls;       /* one connection */

/* `ca_file` NULL: the system's roots only; else they are added to. */
int tls_roots_new(const char *ca_file, struct tls_roots **out, struct err *e);
void tls_roots_free(struct tls_roots *r);

struct tls_options {
	const char *host;      /* name or IP literal that the server's certificate must carry */
	const char *alpn;      /* "h2", "http/1.1"; NULL: none is offered */
	const void *cert_pem;  /* client certificate; NULL: none */
	size_t cert_len;
	const struct secret *key_der; /* PKCS#8, only read during the call */
};

/*
 * A client connection on `fd`; the handshake has not started. ERR_IO when certificate or key can
 * not be read, are too weak, or do not belong together.
 */
int tls_new(struct tls_roots *r, int fd, const struct tls_options *o, struct tls **out,
	    struct err *e);

enum tls_io {
	TLS_DONE,       /* progress: handshake finished, or bytes moved */
	TLS_WANT_READ,
	TLS_WANT_WRITE,
	TLS_CLOSED,     /* the peer closed properly */
	TLS_FAILED      /* see tls_failure */
};

enum tls_io tls_handshake(struct tls *t);
enum tls_io tls_read(struct tls *t, void *bytes, size_t size, size_t *n);
enum tls_io tls_write(struct tls *t, const void *bytes, size_t size, size_t *n);

/* True when ALPN settled on `name`. */
bool tls_alpn_is(const struct tls *t, const char *name);
const char *tls_version(const struct tls *t);

struct tls_failure {
	int alert;         /* that the peer sent; -1: none */
	bool early;        /* it came before our certificate was sent */
	bool untrusted;    /* the peer's certificate was not accepted */
	int sys_errno;     /* 0: none */
	bool eof;          /* the peer closed without close_notify */
	char text[512];    /* for people */
};

/* Why the last call on this connection returned TLS_FAILED. */
const struct tls_failure *tls_failure(const struct tls *t);

/* Sends close_notify if it can without waiting, frees; `fd` stays open. NULL is accepted. */
void tls_free(struct tls *t);

#endif
