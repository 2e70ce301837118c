/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the x509 adapter share. */
#ifndef APNSCTL_ADAPTER_X509_REAL_H
#define APNSCTL_ADAPTER_X509_REAL_H

#include <openssl/provider.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "reconcile/adapter/openssl/openssl.h"

/* A push certificate has 1.4 KiB. Parsing hostile names takes time that grows with their number. */
enum { CERT_DER_MAX = 16 * 1024, BASE64_MAX = 96 * 1024, TRUST_FILE_MAX = 4 * 1024 * 1024 };

struct x509_real {
	struct x509 port;
	OSSL_LIB_CTX *plain;       /* parses structure only, see x509.c */
	OSSL_PROVIDER *nothing;    /* the provider in it */
	X509_STORE *store;         /* NULL: no CA file is configured */
	STACK_OF(X509) *ca;        /* the certificates of the CA file */
	STACK_OF(X509_CRL) *crl;   /* each signed by one of `ca` */
	char *signer_cert, *signer_key, *signer_chain; /* paths; NULL: not configured */
};

/* cert_read.c */

void cert_read(struct x509 *x, const void *bytes, size_t len, struct arena *mem,
	       struct cert_facts *out);
int cert_normalize(struct x509 *x, const void *bytes, size_t len, struct buf *pem, struct err *e);

/* facts.c */

/* A result without any fact but its form. */
void facts_none(struct cert_facts *f, enum cert_form form, const char *problem);

/* All facts of one certificate; CERT_FORM_BROKEN and no fact when any of them can not be read. */
void facts_of_der(struct x509_real *x, const unsigned char *der, size_t len, enum cert_form form,
		  struct arena *mem, struct cert_facts *f);

/* pem.c */

/*
 * The DER of a block's base64, malloc'ed; NULL when it is no base64 or longer than BASE64_MAX, with
 * the reason in `*problem`.
 */
unsigned char *pem_decode(const char *body, size_t len, size_t *der_len, const char **problem);

/* One PEM block: 64 columns, LF. */
void pem_encode(struct buf *out, const char *label, const unsigned char *der, size_t len);

/*
 * The certificate in these bytes and nothing behind it; NULL with OpenSSL's reason in `*problem`.
 * `ctx` NULL: the default context.
 */
X509 *der_certificate(OSSL_LIB_CTX *ctx, const unsigned char *der, size_t len,
		      const char **problem);

/* OpenSSL's first reason in the queue, which is cleared. */
const char *openssl_reason(void);

/* trust.c */

/* Loads CA and CRL files into `x`. */
int trust_load(struct x509_real *x, const char *ca_file, const char *crl_file, struct err *e);

/* Chain and revocation of a certificate that parsed before; dates are judged by others. */
void trust_check(struct x509_real *x, const unsigned char *der, size_t len,
		 struct cert_facts *out);

/* All certificates of a file, PEM or DER; NULL when there is none or one is broken. */
STACK_OF(X509) *certificates_of_file(const char *path, const char *what, struct err *e);

/* signer.c, upload.c */

void signer_facts(struct x509 *x, struct arena *mem, struct signer_facts *out);
int sign_upload(struct x509 *x, const void *csr_der, size_t len, struct buf *upload, struct err *e);

#endif
