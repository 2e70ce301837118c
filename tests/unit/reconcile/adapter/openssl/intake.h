/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of certificate reading share: an authority, a key, a reader without a CA file. */
#ifndef APNSCTL_TESTS_INTAKE_H
#define APNSCTL_TESTS_INTAKE_H

#include "tests/unit/reconcile/adapter/openssl/certs.h"

#include "reconcile/adapter/openssl/openssl.h"

static EVP_PKEY *ca_key, *leaf_key;
static X509 *ca;
static struct x509 *x;
static struct arena mem;

static const struct recipe apple = { .uid = TEST_TOPIC, .cn = TEST_CN };

static inline int intake_setup(void **state)
{
	(void)state;
	struct err e = { 0 };
	const struct x509_options none = { 0 };

	ca_key = EVP_RSA_gen(2048);
	leaf_key = EVP_RSA_gen(2048);
	ca = make_cert(&(struct recipe){ .cn = AAI2, .ca = true }, ca_key, NULL, NULL);
	return x509_open(&none, &x, &e);
}

static inline int intake_teardown(void **state)
{
	(void)state;
	x->ops->close(x);
	X509_free(ca);
	EVP_PKEY_free(ca_key);
	EVP_PKEY_free(leaf_key);
	arena_release(&mem);
	return 0;
}

static inline struct cert_facts read_bytes(const void *bytes, size_t len)
{
	struct cert_facts f;
	struct cert_reader r = x509_reader(x);

	/* A copy of the exact size, so that a sanitizer sees any step over its end. */
	void *copy = malloc(len ? len : 1);
	memcpy(copy, bytes, len);
	r.read(r.self, copy, len, &mem, &f);
	free(copy);
	return f;
}

static inline struct cert_facts read_text(const char *s)
{
	return read_bytes(s, strlen(s));
}

static inline struct cert_facts read_recipe(const struct recipe *r)
{
	X509 *cert = make_cert(r, leaf_key, ca, ca_key);
	char *pem = pem_of(cert);
	struct cert_facts f = read_text(pem);

	free(pem);
	X509_free(cert);
	return f;
}

#endif
