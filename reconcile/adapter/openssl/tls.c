/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/openssl/tls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "schema/base/arena.h"

enum { ALERT_CLOSE_NOTIFY = 0, HOST_MAX = 253, ALPN_MAX = 32, CHAIN_MAX = 8 };

struct tls_roots {
	SSL_CTX *ctx;
};

struct tls {
	SSL *ssl;
	char host[HOST_MAX + 1];
	bool broken; /* OpenSSL forbids SSL_shutdown after a fatal error */
	bool shown;  /* our Certificate message is written */
	struct tls_failure why;
};

/* OpenSSL's own words for the root of its trouble; the queue is empty afterwards. */
static const char *openssl_text(void)
{
	unsigned long code = ERR_peek_error();
	const char *text =
	    ERR_SYSTEM_ERROR(code) ? strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);

	ERR_clear_error();
	return text ? text : "no reason given by OpenSSL";
}

/*
 * The only place that sees alerts of both protocol versions, before and after the handshake, and
 * the steps of the handshake between which they come.
 */
static void note_progress(const SSL *ssl, int where, int value)
{
	struct tls *t = SSL_get_app_data(ssl);
	int alert = value & 0xff;

	if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && alert != ALERT_CLOSE_NOTIFY) {
		t->why.alert = alert;
		t->why.early = !t->shown;
	} else if ((where & SSL_CB_CONNECT_LOOP) == SSL_CB_CONNECT_LOOP &&
		   SSL_get_state(ssl) == TLS_ST_CW_CERT) {
		t->shown = true;
	}
}

static int roots_load(SSL_CTX *ctx, const char *ca_file, struct err *e)
{
	if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1)
		return err_set(e, ERR_IO, "TLS 1.2 is switched off in the system's OpenSSL: %s",
			       openssl_text());
	if (SSL_CTX_set_default_verify_paths(ctx) != 1)
		return err_set(e, ERR_IO, "the system's trusted roots can not be used: %s",
			       openssl_text());
	if (ca_file && SSL_CTX_load_verify_file(ctx, ca_file) != 1)
		return err_set(e, ERR_IO,
			       "caFile %s can not be used: %s; it has to be a readable file with "
			       "certificates in PEM",
			       ca_file, openssl_text());
	/* A missing directory of roots leaves errors behind that belong to nobody. */
	ERR_clear_error();
	return 0;
}

int tls_roots_new(const char *ca_file, struct tls_roots **out, struct err *e)
{
	ERR_clear_error();
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	if (!ctx)
		out_of_memory();
	if (roots_load(ctx, ca_file, e) < 0) {
		SSL_CTX_free(ctx);
		return -1;
	}
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(ctx,
			    SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
	/* The chain is what the caller gave: searching for one costs more than the handshake. */
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				  SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
	/* What the operator put into ca_file is trusted, whether it is self-signed or not. */
	X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(ctx), X509_V_FLAG_PARTIAL_CHAIN);
	SSL_CTX_set_info_callback(ctx, note_progress);
	struct tls_roots *r = calloc(1, sizeof(*r));
	if (!r)
		out_of_memory();
	r->ctx = ctx;
	*out = r;
	return 0;
}

void tls_roots_free(struct tls_roots *r)
{
	if (!r)
		return;
	SSL_CTX_free(r->ctx);
	free(r);
}

/* The name in the certificate that is asked for, and in the clear (SNI) when it is no address. */
static int set_host(struct tls *t, const char *host, struct err *e)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(t->ssl);
	size_t len = host ? strlen(host) : 0;

	if (len > 1 && host[len - 1] == '.')
		len--;
	if (!len || len > HOST_MAX)
		return err_set(e, ERR_IO, "a TLS connection needs the name of the server");
	memcpy(t->host, host, len);
	if (X509_VERIFY_PARAM_set1_ip_asc(param, t->host) == 1)
		return 0;
	ERR_clear_error();
	X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (SSL_set1_host(t->ssl, t->host) != 1 || SSL_set_tlsext_host_name(t->ssl, t->host) != 1)
		return err_set(e, ERR_IO, "%s is not the name of a server: %s", t->host,
			       openssl_text());
	return 0;
}

static int set_alpn(struct tls *t, const char *name, struct err *e)
{
	unsigned char wire[ALPN_MAX + 1];
	size_t len = name ? strlen(name) : 0;

	if (!len)
		return 0;
	if (len > ALPN_MAX)
		return err_set(e, ERR_BUG, "the ALPN name %s is too long", name);
	wire[0] = (unsigned char)len;
	memcpy(wire + 1, name, len);
	if (SSL_set_alpn_protos(t->ssl, wire, (unsigned)len + 1) != 0)
		out_of_memory();
	return 0;
}

/* The first certificate is the client's own, the others (at most CHAIN_MAX) are sent with it. */
static int set_cert(struct tls *t, const void *pem, size_t len, struct err *e)
{
	BIO *in = BIO_new_mem_buf(pem, (int)len);
	X509 *cert;
	int rc = 0, n = 0;

	if (!in)
		out_of_memory();
	while (rc == 0 && n <= CHAIN_MAX && (cert = PEM_read_bio_X509(in, NULL, NULL, NULL))) {
		int good = n++ ? (int)SSL_add1_chain_cert(t->ssl, cert)
			       : SSL_use_certificate(t->ssl, cert);
		X509_free(cert);
		if (good != 1)
			rc = err_set(e, ERR_IO, "the client certificate can not be used: %s",
				     openssl_text());
	}
	if (rc == 0 && n == 0)
		rc = err_set(e, ERR_IO, "the client certificate can not be read: %s",
			     openssl_text());
	BIO_free(in);
	ERR_clear_error();
	return rc;
}

/* Without a key OpenSSL would connect without a certificate, and the server would get the blame. */
static int set_key(struct tls *t, const struct secret *der, struct err *e)
{
	const unsigned char *at = der ? der->data : NULL;
	PKCS8_PRIV_KEY_INFO *info = at ? d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)der->len) : NULL;
	EVP_PKEY *key = info ? EVP_PKCS82PKEY(info) : NULL;
	int rc = 0;

	if (!key)
		rc = err_set(e, ERR_IO, "the key of the client certificate can not be read: %s",
			     openssl_text());
	else if (SSL_use_PrivateKey(t->ssl, key) != 1 || SSL_check_private_key(t->ssl) != 1)
		rc = err_set(e, ERR_IO, "the key does not belong to the client certificate: %s",
			     openssl_text());
	EVP_PKEY_free(key);
	PKCS8_PRIV_KEY_INFO_free(info);
	return rc;
}

int tls_new(struct tls_roots *r, int fd, const struct tls_options *o, struct tls **out,
	    struct err *e)
{
	struct tls *t = calloc(1, sizeof(*t));

	ERR_clear_error();
	if (!t || !(t->ssl = SSL_new(r->ctx)))
		out_of_memory();
	t->why.alert = -1;
	SSL_set_app_data(t->ssl, t);
	SSL_set_connect_state(t->ssl);
	int rc = set_host(t, o->host, e);
	if (rc == 0)
		rc = set_alpn(t, o->alpn, e);
	if (rc == 0 && o->cert_pem)
		rc = set_cert(t, o->cert_pem, o->cert_len, e);
	if (rc == 0 && o->cert_pem)
		rc = set_key(t, o->key_der, e);
	if (rc == 0 && SSL_set_fd(t->ssl, fd) != 1)
		out_of_memory();
	if (rc < 0) {
		SSL_free(t->ssl);
		free(t);
		return -1;
	}
	*out = t;
	return 0;
}

static void say_untrusted(struct tls *t, long verdict)
{
	const char *what = X509_verify_cert_error_string(verdict);

	t->why.untrusted = true;
	if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH)
		snprintf(t->why.text, sizeof(t->why.text),
			 "the certificate that %s sent is for another name", t->host);
	else if (verdict == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
		 verdict == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
		 verdict == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
		 verdict == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE)
		snprintf(t->why.text, sizeof(t->why.text),
			 "the certificate of %s is not trusted: %s; put the CA that issued it into "
			 "caFile",
			 t->host, what);
	else
		snprintf(t->why.text, sizeof(t->why.text),
			 "the certificate of %s is not trusted: %s", t->host, what);
}

/* Turns what OpenSSL left behind into evidence; the order is from certain to vague. */
static enum tls_io fail(struct tls *t, int ssl_error, int sys_errno)
{
	unsigned long code = ERR_peek_last_error();
	int reason = ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
	char *text = t->why.text;

	t->broken = true;
	if (t->why.alert >= 0) {
		snprintf(text, sizeof(t->why.text), "%s ended TLS with alert %d (%s)", t->host,
			 t->why.alert, SSL_alert_desc_string_long(t->why.alert));
	} else if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
		say_untrusted(t, SSL_get_verify_result(t->ssl));
	} else if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING ||
		   (ssl_error == SSL_ERROR_SYSCALL && !code && !sys_errno)) {
		t->why.eof = true;
		snprintf(text, sizeof(t->why.text), "%s closed the connection without a word",
			 t->host);
	} else if (ssl_error == SSL_ERROR_SYSCALL && sys_errno) {
		t->why.sys_errno = sys_errno;
		snprintf(text, sizeof(t->why.text), "the connection to %s broke: %s", t->host,
			 strerror(sys_errno));
	} else {
		const char *said = ERR_reason_error_string(code);

		snprintf(text, sizeof(t->why.text), "TLS with %s failed: %s", t->host,
			 said ? said : "no reason given by OpenSSL");
	}
	ERR_clear_error();
	return TLS_FAILED;
}

static enum tls_io outcome(struct tls *t, int rc)
{
	int sys_errno = errno;

	if (rc > 0)
		return TLS_DONE;
	int ssl_error = SSL_get_error(t->ssl, rc);
	switch (ssl_error) {
	case SSL_ERROR_WANT_READ:
		return TLS_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return TLS_CLOSED;
	default:
		return fail(t, ssl_error, sys_errno);
	}
}

enum tls_io tls_handshake(struct tls *t)
{
	ERR_clear_error();
	errno = 0;
	enum tls_io r = outcome(t, SSL_do_handshake(t->ssl));
	if (r == TLS_CLOSED) {
		t->why.eof = true;
		snprintf(t->why.text, sizeof(t->why.text),
			 "%s closed the connection during the TLS handshake", t->host);
		t->broken = true;
		return TLS_FAILED;
	}
	return r;
}

enum tls_io tls_read(struct tls *t, void *bytes, size_t size, size_t *n)
{
	*n = 0;
	ERR_clear_error();
	errno = 0;
	return outcome(t, SSL_read_ex(t->ssl, bytes, size, n));
}

/*
 * A server that refuses the client's certificate sends its alert and closes: a write then fails
 * with EPIPE while the reason still waits to be read.
 */
static void look_for_alert(struct tls *t)
{
	struct tls_failure broken = t->why;
	char byte;
	size_t n;

	/* Only looks: what else waits there is still the caller's to read. */
	ERR_clear_error();
	errno = 0;
	if (outcome(t, SSL_peek_ex(t->ssl, &byte, 1, &n)) != TLS_FAILED || t->why.alert < 0)
		t->why = broken;
}

enum tls_io tls_write(struct tls *t, const void *bytes, size_t size, size_t *n)
{
	*n = 0;
	ERR_clear_error();
	errno = 0;
	enum tls_io r = outcome(t, SSL_write_ex(t->ssl, bytes, size, n));
	if (r == TLS_FAILED && (t->why.sys_errno == EPIPE || t->why.sys_errno == ECONNRESET))
		look_for_alert(t);
	return r;
}

bool tls_alpn_is(const struct tls *t, const char *name)
{
	const unsigned char *got = NULL;
	unsigned len = 0;

	SSL_get0_alpn_selected(t->ssl, &got, &len);
	return len == strlen(name) && memcmp(got, name, len) == 0;
}

const char *tls_version(const struct tls *t)
{
	return SSL_get_version(t->ssl);
}

const struct tls_failure *tls_failure(const struct tls *t)
{
	return &t->why;
}

void tls_free(struct tls *t)
{
	if (!t)
		return;
	ERR_clear_error();
	if (!t->broken && SSL_is_init_finished(t->ssl))
		SSL_shutdown(t->ssl);
	SSL_free(t->ssl);
	ERR_clear_error();
	free(t);
}
