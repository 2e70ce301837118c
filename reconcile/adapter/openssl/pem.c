/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "reconcile/adapter/openssl/x509_real.h"

const char *openssl_reason(void)
{
	unsigned long code = ERR_peek_error();
	const char *reason = ERR_reason_error_string(code);

	ERR_clear_error();
	return reason ? reason : "no reason was given";
}

/* Decodes into `der`, which has room for len * 3 / 4 bytes; -1 when it is no base64. */
static int decode(EVP_ENCODE_CTX *ctx, const char *body, size_t len, unsigned char *der)
{
	int n = 0, rest = 0;

	EVP_DecodeInit(ctx);
	if (EVP_DecodeUpdate(ctx, der, &n, (const unsigned char *)body, (int)len) < 0 ||
	    EVP_DecodeFinal(ctx, der + n, &rest) != 1)
		return -1;
	return n + rest;
}

unsigned char *pem_decode(const char *body, size_t len, size_t *der_len, const char **problem)
{
	if (len > BASE64_MAX) {
		*problem = "the PEM block is longer than any certificate";
		return NULL;
	}
	EVP_ENCODE_CTX *ctx = EVP_ENCODE_CTX_new();
	unsigned char *der = malloc(len + 3);
	if (!ctx || !der)
		out_of_memory();
	int n = decode(ctx, body, len, der);
	EVP_ENCODE_CTX_free(ctx);
	if (n > 0) {
		*der_len = (size_t)n;
		return der;
	}
	free(der);
	ERR_clear_error();
	*problem = n ? "the PEM block is not valid base64" : "the PEM block is empty";
	return NULL;
}

void pem_encode(struct buf *out, const char *label, const unsigned char *der, size_t len)
{
	enum { LINE_BYTES = 48 };
	unsigned char line[LINE_BYTES / 3 * 4 + 1];

	buf_addf(out, "-----BEGIN %s-----\n", label);
	for (size_t at = 0; at < len; at += LINE_BYTES) {
		int n = len - at < LINE_BYTES ? (int)(len - at) : LINE_BYTES;
		buf_add(out, line, (size_t)EVP_EncodeBlock(line, der + at, n));
		buf_addc(out, '\n');
	}
	buf_addf(out, "-----END %s-----\n", label);
}

X509 *der_certificate(OSSL_LIB_CTX *ctx, const unsigned char *der, size_t len,
		      const char **problem)
{
	const unsigned char *p = der;

	if (len > CERT_DER_MAX) {
		*problem = "it is longer than any certificate";
		return NULL;
	}
	X509 *cert = X509_new_ex(ctx, NULL);
	if (!cert)
		out_of_memory();
	ERR_clear_error();
	/* On failure d2i frees what it was given. */
	if (!d2i_X509(&cert, &p, (long)len)) {
		*problem = openssl_reason();
		return NULL;
	}
	/* d2i leaves harmless entries behind for keys that it does not know. */
	ERR_clear_error();
	if (p != der + len) {
		X509_free(cert);
		*problem = "bytes follow behind the certificate";
		return NULL;
	}
	return cert;
}
