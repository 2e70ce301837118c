/* SPDX-License-Identifier: Apache-2.0 */
/* A CA, a server and a client, made for each run, and a key store that holds the client's key. */
#ifndef APNSCTL_TESTS_IDENTITY_H
#define APNSCTL_TESTS_IDENTITY_H

#include "tests/unit/unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "reconcile/port/apns.h"

struct pair {
	X509 *cert;
	EVP_PKEY *key;
};

static struct pair peer_ca, peer_server, peer_client;
static char peer_ca_file[] = "/tmp/test_apns_ca.XXXXXX";
static char peer_pem[4096];
static size_t peer_pem_len;
static bool peer_key_sealed, peer_key_foreign;

static inline void peer_add_ext(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	X509_add_ext(cert, ext, -1);
	X509_EXTENSION_free(ext);
}

static inline struct pair peer_pair(const char *cn, const char *san, const struct pair *by,
				    EVP_PKEY *key)
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
		peer_add_ext(p.cert, p.cert, NID_basic_constraints, "critical,CA:TRUE");
	if (san)
		peer_add_ext(p.cert, by->cert, NID_subject_alt_name, san);
	X509_sign(p.cert, by ? by->key : key, EVP_sha256());
	return p;
}

static inline int peer_setup(void **state)
{
	(void)state;
	peer_ca = peer_pair("Test CA", NULL, NULL, EVP_EC_gen("P-256"));
	peer_server = peer_pair("apns", "IP:127.0.0.1", &peer_ca, EVP_EC_gen("P-256"));
	peer_client = peer_pair("client", NULL, &peer_ca, EVP_RSA_gen(2048));
	FILE *f = fdopen(mkstemp(peer_ca_file), "w");
	PEM_write_X509(f, peer_ca.cert);
	fclose(f);
	BIO *out = BIO_new(BIO_s_mem());
	PEM_write_bio_X509(out, peer_client.cert);
	peer_pem_len = (size_t)BIO_read(out, peer_pem, sizeof(peer_pem));
	BIO_free(out);
	return 0;
}

static inline int peer_teardown(void **state)
{
	struct pair *const all[] = { &peer_ca, &peer_server, &peer_client };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		X509_free(all[i]->cert);
		EVP_PKEY_free(all[i]->key);
	}
	unlink(peer_ca_file);
	return 0;
}

static inline int peer_lend(struct keys *k, const struct key_ref *ref, enum key_format format,
			    struct secret *out, struct err *e)
{
	unsigned char *der = NULL;
	EVP_PKEY *foreign = peer_key_foreign ? EVP_RSA_gen(2048) : NULL;

	(void)k;
	(void)ref;
	if (peer_key_sealed)
		return err_set(e, ERR_SEALED, "the key store is sealed");
	if (format == KEY_PKCS8_PEM) {
		BIO *pem = BIO_new(BIO_s_mem());
		char text[4096];
		PEM_write_bio_PKCS8PrivateKey(pem, peer_client.key, NULL, NULL, 0, NULL, NULL);
		secret_add(out, text, (size_t)BIO_read(pem, text, sizeof(text)));
		BIO_free(pem);
		return 0;
	}
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(foreign ? foreign : peer_client.key);
	int len = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
	secret_add(out, der, (size_t)len);
	OPENSSL_free(der);
	PKCS8_PRIV_KEY_INFO_free(info);
	EVP_PKEY_free(foreign);
	return 0;
}

static const struct keys_ops peer_keys_ops = { .lend = peer_lend };
static struct keys peer_keys = { &peer_keys_ops };

#endif
