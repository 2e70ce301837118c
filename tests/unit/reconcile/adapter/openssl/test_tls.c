/* SPDX-License-Identifier: Apache-2.0 */
/* The TLS client against an OpenSSL server at the other end of a socket pair. */
#include "reconcile/adapter/openssl/tls.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "tests/unit/unit.h"

struct pair {
	X509 *cert;
	EVP_PKEY *key;
};

static struct pair ca, server, client, stranger;
static char ca_file[] = "/tmp/test_tls.XXXXXX";

static void add_ext(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	assert_non_null(ext);
	X509_add_ext(cert, ext, -1);
	X509_EXTENSION_free(ext);
}

/* `by` NULL: self-signed, a CA. */
static struct pair make(const char *cn, const char *san, const struct pair *by, EVP_PKEY *key)
{
	struct pair p = { X509_new(), key };
	X509_NAME *name = X509_get_subject_name(p.cert);

	X509_set_version(p.cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(p.cert), 7);
	X509_gmtime_adj(X509_getm_notBefore(p.cert), -60);
	X509_gmtime_adj(X509_getm_notAfter(p.cert), 3600);
	X509_set_pubkey(p.cert, key);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)cn, -1, -1, 0);
	X509_set_issuer_name(p.cert, by ? X509_get_subject_name(by->cert) : name);
	if (!by)
		add_ext(p.cert, p.cert, NID_basic_constraints, "critical,CA:TRUE");
	if (san)
		add_ext(p.cert, by->cert, NID_subject_alt_name, san);
	assert_true(X509_sign(p.cert, by ? by->key : key, EVP_sha256()) > 0);
	return p;
}

static void to_file(const X509 *cert)
{
	int fd = mkstemp(ca_file);
	FILE *f = fdopen(fd, "w");

	PEM_write_X509(f, cert);
	fclose(f);
}

static int setup(void **state)
{
	(void)state;
	ca = make("Test CA", NULL, NULL, EVP_EC_gen("P-256"));
	server = make("server", "DNS:git.example,IP:127.0.0.1", &ca, EVP_EC_gen("P-256"));
	client = make("client", NULL, &ca, EVP_RSA_gen(2048));
	stranger = make("Other CA", NULL, NULL, EVP_EC_gen("P-256"));
	to_file(ca.cert);
	return 0;
}

static void drop(struct pair *p)
{
	X509_free(p->cert);
	EVP_PKEY_free(p->key);
}

static int teardown(void **state)
{
	(void)state;
	drop(&ca);
	drop(&server);
	drop(&client);
	drop(&stranger);
	unlink(ca_file);
	return 0;
}

struct talk {
	struct tls_roots *roots;
	struct tls *t;
	SSL_CTX *ctx;
	SSL *peer;
	int fd[2];
	struct err e;
	char pem[4096];
	struct secret der;
};

static int choose_h2(SSL *s, const unsigned char **out, unsigned char *len, const unsigned char *in,
		     unsigned n, void *arg)
{
	(void)s, (void)arg;
	*out = in + 1;
	*len = in[0];
	return n ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

/* A server that speaks `version`; it asks for a client certificate of `trusts` unless NULL. */
static void open_peer(struct talk *k, int version, X509 *trusts)
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, k->fd), 0);
	k->ctx = SSL_CTX_new(TLS_server_method());
	SSL_CTX_set_min_proto_version(k->ctx, version);
	SSL_CTX_set_max_proto_version(k->ctx, version);
	SSL_CTX_use_certificate(k->ctx, server.cert);
	SSL_CTX_use_PrivateKey(k->ctx, server.key);
	SSL_CTX_set_alpn_select_cb(k->ctx, choose_h2, NULL);
	if (trusts) {
		X509_STORE_add_cert(SSL_CTX_get_cert_store(k->ctx), trusts);
		SSL_CTX_set_verify(k->ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	}
	k->peer = SSL_new(k->ctx);
	SSL_set_accept_state(k->peer);
	SSL_set_fd(k->peer, k->fd[1]);
}

static void use_pair(struct talk *k, struct tls_options *o, X509 *cert, EVP_PKEY *key)
{
	BIO *out = BIO_new(BIO_s_mem());
	unsigned char *der = NULL;
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	int len = i2d_PKCS8_PRIV_KEY_INFO(info, &der);

	PEM_write_bio_X509(out, cert);
	o->cert_len = (size_t)BIO_read(out, k->pem, sizeof(k->pem));
	o->cert_pem = k->pem;
	secret_add(&k->der, der, (size_t)len);
	o->key_der = &k->der;
	OPENSSL_free(der);
	PKCS8_PRIV_KEY_INFO_free(info);
	BIO_free(out);
}

static int start(struct talk *k, const struct tls_options *o, const char *roots)
{
	assert_int_equal(tls_roots_new(roots, &k->roots, &k->e), 0);
	return tls_new(k->roots, k->fd[0], o, &k->t, &k->e);
}

/* Lets both ends take turns until the client is done or has failed. */
static enum tls_io shake(struct talk *k)
{
	enum tls_io r = TLS_WANT_READ;

	for (int i = 0; i < 20 && (r == TLS_WANT_READ || r == TLS_WANT_WRITE); i++) {
		r = tls_handshake(k->t);
		SSL_do_handshake(k->peer);
	}
	SSL_do_handshake(k->peer);
	return r;
}

static void end(struct talk *k)
{
	tls_free(k->t);
	tls_roots_free(k->roots);
	SSL_free(k->peer);
	SSL_CTX_free(k->ctx);
	close(k->fd[0]);
	if (k->fd[1] >= 0)
		close(k->fd[1]);
	secret_release(&k->der);
}

static void good_connection(int version, const char *named, const char *host)
{
	struct talk k = { 0 };
	char got[8];
	size_t n;

	open_peer(&k, version, NULL);
	assert_int_equal(start(&k, &(struct tls_options){ .host = host, .alpn = "h2" }, ca_file),
			 0);
	assert_int_equal(shake(&k), TLS_DONE);
	assert_string_equal(tls_version(k.t), named);
	assert_true(tls_alpn_is(k.t, "h2"));
	assert_false(tls_alpn_is(k.t, "http/1.1"));
	assert_int_equal(tls_write(k.t, "hello", 5, &n), TLS_DONE);
	assert_int_equal(n, 5);
	assert_int_equal(SSL_read(k.peer, got, sizeof(got)), 5);
	assert_int_equal(tls_read(k.t, got, sizeof(got), &n), TLS_WANT_READ);
	SSL_write(k.peer, "world", 5);
	assert_int_equal(tls_read(k.t, got, sizeof(got), &n), TLS_DONE);
	assert_memory_equal(got, "world", 5);
	SSL_shutdown(k.peer);
	assert_int_equal(tls_read(k.t, got, sizeof(got), &n), TLS_CLOSED);
	end(&k);
}

static void talks_tls_1_2_and_1_3(void **state)
{
	(void)state;
	good_connection(TLS1_2_VERSION, "TLSv1.2", "git.example");
	good_connection(TLS1_3_VERSION, "TLSv1.3", "git.example");
}

static void takes_an_address_in_the_certificate(void **state)
{
	(void)state;
	good_connection(TLS1_3_VERSION, "TLSv1.3", "127.0.0.1");
}

static void refuse_server(const char *host, const char *roots, const char *text)
{
	struct talk k = { 0 };

	open_peer(&k, TLS1_3_VERSION, NULL);
	assert_int_equal(start(&k, &(struct tls_options){ .host = host }, roots), 0);
	assert_int_equal(shake(&k), TLS_FAILED);
	assert_true(tls_failure(k.t)->untrusted);
	assert_int_equal(tls_failure(k.t)->alert, -1);
	assert_string_equal(tls_failure(k.t)->text, text);
	end(&k);
}

static void refuses_another_name(void **state)
{
	(void)state;
	refuse_server("other.example", ca_file,
		      "the certificate that other.example sent is for another name");
	refuse_server("127.0.0.2", ca_file,
		      "the certificate that 127.0.0.2 sent is for another name");
}

static void refuses_an_unknown_ca(void **state)
{
	(void)state;
	refuse_server("git.example", NULL,
		      "the certificate of git.example is not trusted: unable to get local issuer "
		      "certificate; put the CA that issued it into caFile");
}

static void refuses_tls_1_1(void **state)
{
	struct talk k = { 0 };

	(void)state;
	open_peer(&k, TLS1_1_VERSION, NULL);
	assert_int_equal(start(&k, &(struct tls_options){ .host = "git.example" }, ca_file), 0);
	assert_int_equal(shake(&k), TLS_FAILED);
	assert_string_equal(tls_failure(k.t)->text,
			    "git.example ended TLS with alert 70 (protocol version)");
	end(&k);
}

static void shows_its_certificate(void **state)
{
	struct talk k = { 0 };
	struct tls_options o = { .host = "git.example" };

	(void)state;
	open_peer(&k, TLS1_3_VERSION, ca.cert);
	use_pair(&k, &o, client.cert, client.key);
	assert_int_equal(start(&k, &o, ca_file), 0);
	assert_int_equal(shake(&k), TLS_DONE);
	X509 *seen = SSL_get1_peer_certificate(k.peer);
	assert_int_equal(X509_cmp(seen, client.cert), 0);
	X509_free(seen);
	end(&k);
}

static void refuses_a_key_of_another_certificate(void **state)
{
	struct talk k = { 0 };
	struct tls_options o = { .host = "git.example" };

	(void)state;
	open_peer(&k, TLS1_3_VERSION, ca.cert);
	EVP_PKEY *other = EVP_RSA_gen(2048);
	use_pair(&k, &o, client.cert, other);
	assert_int_equal(start(&k, &o, ca_file), -1);
	assert_int_equal(k.e.code, ERR_IO);
	assert_string_equal(
	    k.e.text, "the key does not belong to the client certificate: key values mismatch");
	EVP_PKEY_free(other);
	end(&k);
}

static void refuses_a_certificate_without_its_key(void **state)
{
	struct talk k = { 0 };
	struct tls_options o = { .host = "git.example" };

	(void)state;
	open_peer(&k, TLS1_3_VERSION, ca.cert);
	use_pair(&k, &o, client.cert, client.key);
	o.key_der = NULL;
	assert_int_equal(start(&k, &o, ca_file), -1);
	assert_non_null(strstr(k.e.text, "the key of the client certificate can not be read"));
	end(&k);
}

static void refuses_a_weak_certificate(void **state)
{
	struct talk k = { 0 };
	struct tls_options o = { .host = "git.example" };

	(void)state;
	struct pair weak = make("weak", NULL, &ca, EVP_RSA_gen(1024));
	open_peer(&k, TLS1_3_VERSION, ca.cert);
	use_pair(&k, &o, weak.cert, weak.key);
	assert_int_equal(start(&k, &o, ca_file), -1);
	assert_string_equal(k.e.text, "the client certificate can not be used: ee key too small");
	drop(&weak);
	end(&k);
}

static void hears_a_late_alert(void **state)
{
	struct talk k = { 0 };
	struct tls_options o = { .host = "git.example" };
	char got[8];
	size_t n;

	(void)state;
	open_peer(&k, TLS1_3_VERSION, stranger.cert);
	use_pair(&k, &o, client.cert, client.key);
	assert_int_equal(start(&k, &o, ca_file), 0);
	assert_int_equal(shake(&k), TLS_DONE);
	assert_int_equal(tls_read(k.t, got, sizeof(got), &n), TLS_FAILED);
	assert_int_equal(tls_failure(k.t)->alert, 48);
	assert_false(tls_failure(k.t)->untrusted);
	assert_string_equal(tls_failure(k.t)->text,
			    "git.example ended TLS with alert 48 (unknown CA)");
	end(&k);
}

static void hears_an_alert_behind_a_broken_write(void **state)
{
	struct talk k = { 0 };
	struct tls_options o = { .host = "git.example" };
	size_t n;

	(void)state;
	open_peer(&k, TLS1_3_VERSION, stranger.cert);
	use_pair(&k, &o, client.cert, client.key);
	assert_int_equal(start(&k, &o, ca_file), 0);
	assert_int_equal(shake(&k), TLS_DONE);
	close(k.fd[1]);
	k.fd[1] = -1;
	assert_int_equal(tls_write(k.t, "hello", 5, &n), TLS_FAILED);
	assert_int_equal(tls_failure(k.t)->alert, 48);
	end(&k);
}

static void tells_a_cut_from_an_end(void **state)
{
	struct talk k = { 0 };
	char got[8];
	size_t n;

	(void)state;
	open_peer(&k, TLS1_3_VERSION, NULL);
	assert_int_equal(start(&k, &(struct tls_options){ .host = "git.example" }, ca_file), 0);
	assert_int_equal(shake(&k), TLS_DONE);
	shutdown(k.fd[1], SHUT_RDWR);
	assert_int_equal(tls_read(k.t, got, sizeof(got), &n), TLS_FAILED);
	assert_true(tls_failure(k.t)->eof);
	assert_string_equal(tls_failure(k.t)->text,
			    "git.example closed the connection without a word");
	end(&k);
}

static void says_which_ca_file_is_bad(void **state)
{
	struct tls_roots *r = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(tls_roots_new("/nonexistent/ca.pem", &r, &e), -1);
	assert_null(r);
	assert_string_equal(
	    e.text, "caFile /nonexistent/ca.pem can not be used: No such file or directory; "
		    "it has to be a readable file with certificates in PEM");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(talks_tls_1_2_and_1_3),
		cmocka_unit_test(takes_an_address_in_the_certificate),
		cmocka_unit_test(refuses_another_name),
		cmocka_unit_test(refuses_an_unknown_ca),
		cmocka_unit_test(refuses_tls_1_1),
		cmocka_unit_test(shows_its_certificate),
		cmocka_unit_test(refuses_a_key_of_another_certificate),
		cmocka_unit_test(refuses_a_certificate_without_its_key),
		cmocka_unit_test(refuses_a_weak_certificate),
		cmocka_unit_test(hears_a_late_alert),
		cmocka_unit_test(hears_an_alert_behind_a_broken_write),
		cmocka_unit_test(tells_a_cut_from_an_end),
		cmocka_unit_test(says_which_ca_file_is_bad),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, setup, teardown);
}
