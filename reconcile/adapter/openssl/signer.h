/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The request signer: the MSP's MDM vendor certificate with its chain. Files are read at each use,
 * so a renewed certificate needs no restart; the key is parsed only while it signs.
 */
#ifndef APNSCTL_ADAPTER_SIGNER_H
#define APNSCTL_ADAPTER_SIGNER_H

#include <stdint.h>

#include "reconcile/adapter/openssl/x509_real.h"

enum { CHAIN_MAX = 8 };

struct signer {
	STACK_OF(X509) *pool; /* owns all certificates that were read */
	X509 *chain[CHAIN_MAX]; /* vendor certificate, its issuers, the root */
	size_t n;
	int64_t not_before, not_after; /* when all of the chain are in force */
};

/*
 * Reads certificate and chain: each certificate's issuer is found by name, key identifier and
 * signature, never by a fixed name, up to a root. Refuses what Apple's portal would refuse.
 * What could be read is in `s` on failure too; release it in both cases.
 */
int signer_load(const struct x509_real *x, struct signer *s, struct err *e);
void signer_release(struct signer *s);

/*
 * Reads the key, checks that it fits the vendor certificate and signs `len` bytes with RSA PKCS#1
 * v1.5 and SHA-256 into `signature` (free it with OPENSSL_free). `bytes` NULL: only checks.
 */
int signer_sign(const struct x509_real *x, const struct signer *s, const void *bytes, size_t len,
		unsigned char **signature, size_t *signature_len, struct err *e);

/* The chain from `cert[0]` to a self-signed root: each verified by the next one, all in force. */
int chain_check(X509 *const *cert, size_t n, struct err *e);

#endif
