/* SPDX-License-Identifier: Apache-2.0 */
/* Constructors of the ports that OpenSSL implements, for cmd/apnsctl/ports.c and tests. */
#ifndef APNSCTL_ADAPTER_OPENSSL_H
#define APNSCTL_ADAPTER_OPENSSL_H

#include "reconcile/port/keys.h"
#include "reconcile/port/x509.h"

/* Paths from the controller's configuration; each may be NULL (lint has no configuration). */
struct x509_options {
	const char *apple_ca;     /* roots and intermediates, the only trust; PEM or DER */
	const char *apple_crl;    /* CRLs signed by one of them; PEM or DER */
	const char *signer_cert;  /* the vendor certificate; PEM or DER */
	const char *signer_key;   /* its key, read at each use */
	const char *signer_chain; /* intermediates and root of the vendor certificate */
};

/*
 * Opens the x509 port. Fails when a CA or CRL file can not be used: without them a check that the
 * configuration asks for would silently be left out. A signer that can not be used is no failure;
 * the port's `signer` says why.
 */
int x509_open(const struct x509_options *o, struct x509 **out, struct err *e);

/* The reader that the loader of manifests takes; valid as long as `x`. */
struct cert_reader x509_reader(struct x509 *x);

#endif
