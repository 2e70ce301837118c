/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "reconcile/adapter/openssl/x509_real.h"

static void x509_close(struct x509 *port)
{
	struct x509_real *x = (struct x509_real *)port;

	if (!x)
		return;
	OSSL_PROVIDER_unload(x->nothing);
	OSSL_LIB_CTX_free(x->plain);
	X509_STORE_free(x->store);
	sk_X509_pop_free(x->ca, X509_free);
	sk_X509_CRL_pop_free(x->crl, X509_CRL_free);
	free(x->signer_cert);
	free(x->signer_key);
	free(x->signer_chain);
	free(x);
}

static const struct x509_ops ops = {
	.read = cert_read,
	.normalize = cert_normalize,
	.signer = signer_facts,
	.sign_upload = sign_upload,
	.close = x509_close,
};

static char *copy(const char *s)
{
	char *c = s ? strdup(s) : NULL;

	if (s && !c)
		out_of_memory();
	return c;
}

/*
 * A context without algorithms. In it d2i_X509 reads the structure of a certificate but does not
 * look for a decoder of its public key, which is two thirds of the time and not needed for facts;
 * and no key of a hostile certificate ever reaches an algorithm.
 */
static void make_plain_context(struct x509_real *x)
{
	x->plain = OSSL_LIB_CTX_new();
	x->nothing = x->plain ? OSSL_PROVIDER_load(x->plain, "null") : NULL;
	if (!x->nothing)
		out_of_memory();
}

int x509_open(const struct x509_options *o, struct x509 **out, struct err *e)
{
	struct x509_real *x = calloc(1, sizeof(*x));

	if (!x)
		out_of_memory();
	x->port.ops = &ops;
	make_plain_context(x);
	x->signer_cert = copy(o->signer_cert);
	x->signer_key = copy(o->signer_key);
	x->signer_chain = copy(o->signer_chain);
	if (trust_load(x, o->apple_ca, o->apple_crl, e)) {
		x509_close(&x->port);
		return -1;
	}
	*out = &x->port;
	return 0;
}

static void reader_read(void *self, const void *bytes, size_t len, struct arena *mem,
			struct cert_facts *out)
{
	cert_read(self, bytes, len, mem, out);
}

struct cert_reader x509_reader(struct x509 *x)
{
	return (struct cert_reader){ .read = reader_read, .self = x };
}
