/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/applesim/files.h"
#include "cmd/applesim/pki.h"
#include "schema/base/arena.h"

struct tls_server {
	SSL_CTX *ctx;
	X509_CRL *crl;
	const char *crl_path;
	struct file_version crl_version;
	struct arena mem;
};

struct tls {
	SSL *ssl;
	struct tls_server *server;
	struct tls_options options;
	struct tls_peer peer;
	int sent, received;
};

/*
 * OpenSSL has no call to refuse a certificate with a chosen alert; it derives the alert from the
 * verification error. 46 is what it sends for errors that it has no alert for.
 */
static const struct {
	int alert, error;
} refusals[] = {
	{ SSL_AD_HANDSHAKE_FAILURE, X509_V_ERR_APPLICATION_VERIFICATION },
	{ SSL_AD_BAD_CERTIFICATE, X509_V_ERR_CERT_REJECTED },
	{ SSL_AD_UNSUPPORTED_CERTIFICATE, X509_V_ERR_INVALID_PURPOSE },
	{ SSL_AD_CERTIFICATE_REVOKED, X509_V_ERR_CERT_REVOKED },
	{ SSL_AD_CERTIFICATE_EXPIRED, X509_V_ERR_CERT_HAS_EXPIRED },
	{ SSL_AD_CERTIFICATE_UNKNOWN, X509_V_ERR_PERMITTED_VIOLATION },
	{ SSL_AD_UNKNOWN_CA, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY },
	{ SSL_AD_DECRYPT_ERROR, X509_V_ERR_CERT_SIGNATURE_FAILURE },
	{ SSL_AD_INTERNAL_ERROR, X509_V_ERR_UNSPECIFIED },
};

enum { N_REFUSALS = sizeof(refusals) / sizeof(refusals[0]) };

static int error_of(int64_t alert)
{
	for (size_t i = 0; i < N_REFUSALS; i++)
		if (refusals[i].alert == alert)
			return refusals[i].error;
	return X509_V_OK;
}

bool tls_can_alert(int64_t alert)
{
	return error_of(alert) != X509_V_OK;
}

static struct tls *of(const SSL *ssl)
{
	return SSL_get_app_data(ssl);
}

static void read_peer(X509 *cert, struct tls_peer *out)
{
	out->present = true;
	pki_serial(X509_get0_serialNumber(cert), out->serial);
	X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_userId, out->topic,
				  sizeof(out->topic));
}

/* What a certificate deserves: the alert, or TLS_ACCEPT. */
static int deserves(struct tls *t, X509_STORE_CTX *ctx, X509 *cert)
{
	X509_REVOKED *row;

	X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(ctx), (time_t)t->options.now);
	if (X509_verify_cert(ctx) != 1) {
		switch (X509_STORE_CTX_get_error(ctx)) {
		case X509_V_ERR_CERT_HAS_EXPIRED:
			return SSL_AD_CERTIFICATE_EXPIRED;
		case X509_V_ERR_CERT_NOT_YET_VALID:
		case X509_V_ERR_EE_KEY_TOO_SMALL:
			return SSL_AD_BAD_CERTIFICATE;
		case X509_V_ERR_INVALID_PURPOSE:
			return SSL_AD_UNSUPPORTED_CERTIFICATE;
		default:
			return SSL_AD_UNKNOWN_CA;
		}
	}
	if (t->server->crl && X509_CRL_get0_by_cert(t->server->crl, &row, cert) == 1)
		return SSL_AD_CERTIFICATE_REVOKED;
	return TLS_ACCEPT;
}

static int verify(X509_STORE_CTX *ctx, void *arg)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(ctx, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls *t = of(ssl);
	X509 *cert = X509_STORE_CTX_get0_cert(ctx);
	int alert = deserves(t, ctx, cert);

	(void)arg;
	read_peer(cert, &t->peer);
	if (t->options.judge)
		alert = t->options.judge(t->options.arg, &t->peer, alert);
	X509_STORE_CTX_set_error(ctx, alert == TLS_ACCEPT ? X509_V_OK : error_of(alert));
	return alert == TLS_ACCEPT;
}

static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *len,
		       const unsigned char *in, unsigned in_len, void *arg)
{
	static const unsigned char h2[] = { 2, 'h', '2' };
	unsigned char *chosen;

	(void)arg;
	if (of(ssl)->options.no_alpn || SSL_select_next_proto(&chosen, len, h2, sizeof(h2), in,
							      in_len) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static int hello(SSL *ssl, int *alert, void *arg)
{
	(void)arg;
	if (of(ssl)->options.hello_alert == TLS_ACCEPT)
		return SSL_CLIENT_HELLO_SUCCESS;
	*alert = of(ssl)->options.hello_alert;
	return SSL_CLIENT_HELLO_ERROR;
}

static void note_alert(const SSL *ssl, int where, int value)
{
	int number = value & 0xff;

	if (!(where & SSL_CB_ALERT) || number == SSL_AD_CLOSE_NOTIFY)
		return;
	if (where & SSL_CB_WRITE)
		of(ssl)->sent = number;
	else
		of(ssl)->received = number;
}

/* Asks clients for a certificate of Apple's; the intermediate is trusted, as clients send the leaf.
 */
static int ask_clients(struct tls_server *s, const char *dir)
{
	const char *trust = file_path(&s->mem, dir, "apple-ca.pem");

	s->crl_path = file_path(&s->mem, dir, "crl.pem");
	SSL_CTX_set_verify(s->ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(s->ctx, verify, NULL);
	SSL_CTX_set_client_CA_list(s->ctx, SSL_load_client_CA_file(trust));
	X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(s->ctx), X509_V_FLAG_PARTIAL_CHAIN);
	return SSL_CTX_load_verify_file(s->ctx, trust) == 1 ? 0 : -1;
}

int tls_server_new(const char *dir, bool clients, struct tls_server **out, struct err *e)
{
	struct tls_server *s = calloc(1, sizeof(*s));
	const char *key, *cert;

	if (!s)
		out_of_memory();
	key = file_path(&s->mem, dir, "tls.key");
	cert = file_path(&s->mem, dir, "tls.pem");
	s->ctx = SSL_CTX_new(TLS_server_method());
	if (!s->ctx || SSL_CTX_use_certificate_file(s->ctx, cert, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_use_PrivateKey_file(s->ctx, key, SSL_FILETYPE_PEM) != 1 ||
	    (clients && ask_clients(s, dir))) {
		pki_fail(e, ERR_IO, "no TLS with the files of %s", dir);
		tls_server_free(s);
		return -1;
	}
	SSL_CTX_set_min_proto_version(s->ctx, TLS1_2_VERSION);
	/* Every connection is judged anew: no session outlives it. */
	SSL_CTX_set_session_cache_mode(s->ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(s->ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_num_tickets(s->ctx, 0);
	SSL_CTX_set_mode(s->ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
				     SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_alpn_select_cb(s->ctx, choose_alpn, NULL);
	SSL_CTX_set_client_hello_cb(s->ctx, hello, NULL);
	SSL_CTX_set_info_callback(s->ctx, note_alert);
	*out = s;
	return 0;
}

void tls_server_free(struct tls_server *s)
{
	if (!s)
		return;
	X509_CRL_free(s->crl);
	SSL_CTX_free(s->ctx);
	arena_release(&s->mem);
	free(s);
}

int tls_server_refresh(struct tls_server *s, struct err *e)
{
	BIO *bio;
	X509_CRL *crl;

	if (!s->crl_path || !file_changed(s->crl_path, &s->crl_version))
		return 0;
	bio = BIO_new_file(s->crl_path, "r");
	crl = bio ? PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL) : NULL;
	BIO_free(bio);
	if (!crl)
		return pki_fail(e, ERR_IO, "%s can not be read", s->crl_path);
	X509_CRL_free(s->crl);
	s->crl = crl;
	return 0;
}

int tls_new(struct tls_server *s, int fd, const struct tls_options *o, struct tls **out,
	    struct err *e)
{
	struct tls *t = calloc(1, sizeof(*t));

	if (!t)
		out_of_memory();
	t->server = s;
	t->options = *o;
	t->sent = t->received = -1;
	t->ssl = SSL_new(s->ctx);
	if (!t->ssl || SSL_set_fd(t->ssl, fd) != 1) {
		tls_free(t);
		return pki_fail(e, ERR_IO, "no TLS connection");
	}
	SSL_set_app_data(t->ssl, t);
	SSL_set_accept_state(t->ssl);
	if (o->version == 12)
		SSL_set_max_proto_version(t->ssl, TLS1_2_VERSION);
	if (o->version == 13)
		SSL_set_min_proto_version(t->ssl, TLS1_3_VERSION);
	if (o->require_certificate)
		SSL_set_verify(t->ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	*out = t;
	return 0;
}

void tls_free(struct tls *t)
{
	if (!t)
		return;
	SSL_free(t->ssl);
	free(t);
}

static enum io outcome(struct tls *t, int rc)
{
	switch (SSL_get_error(t->ssl, rc)) {
	case SSL_ERROR_NONE:
		return IO_DONE;
	case SSL_ERROR_WANT_READ:
		return IO_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return IO_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return IO_CLOSED;
	default:
		return IO_FAILED;
	}
}

enum io tls_handshake(struct tls *t)
{
	ERR_clear_error();
	return outcome(t, SSL_do_handshake(t->ssl));
}

enum io tls_read(struct tls *t, void *bytes, size_t size, size_t *n)
{
	ERR_clear_error();
	return outcome(t, SSL_read_ex(t->ssl, bytes, size, n));
}

enum io tls_write(struct tls *t, const void *bytes, size_t size, size_t *n)
{
	ERR_clear_error();
	return outcome(t, SSL_write_ex(t->ssl, bytes, size, n));
}

void tls_goodbye(struct tls *t)
{
	ERR_clear_error();
	if (SSL_is_init_finished(t->ssl))
		SSL_shutdown(t->ssl);
}

const struct tls_peer *tls_peer(const struct tls *t)
{
	return &t->peer;
}

const char *tls_version(const struct tls *t)
{
	return SSL_get_version(t->ssl);
}

bool tls_has_h2(const struct tls *t)
{
	const unsigned char *name;
	unsigned len;

	SSL_get0_alpn_selected(t->ssl, &name, &len);
	return len == 2 && !memcmp(name, "h2", 2);
}

int tls_alert_sent(const struct tls *t)
{
	return t->sent;
}

int tls_alert_received(const struct tls *t)
{
	return t->received;
}
