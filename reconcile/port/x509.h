/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The X.509 port: bytes in, facts out. Reading needs no secret. The signer makes the upload file
 * for Apple's portal; it gets a CSR of a key of our own store and nothing else (safety rule 15).
 */
#ifndef APNSCTL_PORT_X509_H
#define APNSCTL_PORT_X509_H

#include "schema/base/arena.h"
#include "schema/base/buf.h"
#include "schema/base/err.h"
#include "schema/kind/cert_facts.h"
#include "schema/load/set.h"

struct x509; /* trust: Apple's root and intermediates, a CRL; from the controller's config */

struct signer_facts {
	bool present; /* a signer is configured and usable */
	const char *common_name;
	int64_t not_before, not_after;
	const char *problem; /* why it is not usable; NULL */
};

struct x509_ops {
	/* Fills all of `out`; never fails. Texts live in `mem`. */
	void (*read)(struct x509 *x, const void *bytes, size_t len, struct arena *mem,
		     struct cert_facts *out);
	/*
	 * The one certificate of the bytes as a clean PEM block (64 columns, LF), for servers and
	 * store.
	 */
	int (*normalize)(struct x509 *x, const void *bytes, size_t len, struct buf *pem,
			 struct err *e);
	/* What is known of the request signer. */
	void (*signer)(struct x509 *x, struct arena *mem, struct signer_facts *out);
	/*
	 * The upload file (base64 of the property list of apple.md 2.1) for a CSR in DER: signed
	 * with SHA-256 by the vendor key, chain up to the root. It is checked by being read back
	 * (signature, chain, keys) before it is returned.
	 */
	int (*sign_upload)(struct x509 *x, const void *csr_der, size_t len, struct buf *upload,
			   struct err *e);
	void (*close)(struct x509 *x);
};

/* The first member of every adapter's x509. */
struct x509 {
	const struct x509_ops *ops;
};

#endif
