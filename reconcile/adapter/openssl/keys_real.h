/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the keys adapter share. Private keys live as EVP_PKEY only inside one call. */
#ifndef APNSCTL_ADAPTER_KEYS_REAL_H
#define APNSCTL_ADAPTER_KEYS_REAL_H

#include "reconcile/adapter/openssl/openssl.h"
#include "reconcile/adapter/openssl/seal.h"

struct keys_real {
	struct keys port;
	struct sealer sealer;
};

/* keys.c */

/* Sets an error with OpenSSL's reason, which never holds key material. */
int openssl_failed(struct err *e, enum err_code code, const char *what);

/* The SHA-256 of the key's SubjectPublicKeyInfo. */
int spki_of(EVP_PKEY *key, unsigned char out[SPKI_BYTES], struct err *e);

/* The key as PKCS#8 DER. */
int pkcs8_of(EVP_PKEY *key, struct secret *out, struct err *e);

/* A key from PKCS#8 DER; refuses bytes behind it, and keys that are no RSA of 2048 bits or more. */
EVP_PKEY *key_of_pkcs8(const struct secret *der, struct err *e);

/* The context of a sealed key; ERR_BUG when the reference's spki is no SHA-256. */
int context_of_ref(const struct key_ref *ref, struct seal_context *out, struct err *e);

/* Seals a key for an order into `record` (seal_size bytes of pkcs8) and fills spki and sealed. */
int seal_for_order(struct keys_real *k, const struct secret *pkcs8,
		   const unsigned char spki[SPKI_BYTES], struct key_order *order,
		   unsigned char *record, struct err *e);

/* keygen.c */

int keys_generate(struct keys *k, struct key_order *order, size_t n, struct arena *mem,
		  key_progress_fn *progress, void *arg, struct err *e);

/* request.c */

int keys_request(struct keys *k, const struct key_ref *ref, const struct csr_subject *subject,
		 struct arena *mem, struct blob *csr_der, struct err *e);

/* unlock.c */

int unlock_read(const struct unlock_options *o, struct secret *out, struct err *e);

#endif
