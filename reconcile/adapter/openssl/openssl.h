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

/* Where the unlock key comes from: exactly one is set. */
struct unlock_options {
	const char *file;       /* 32 raw bytes or 64 hex digits; ours or root's, at most 0600 */
	const char *credential; /* name of a systemd credential */
	const char *env;        /* name of an environment variable, which is not there any more */
	const struct secret *env_value; /* what it held, 64 hex digits; empty: it was not set */
};

/*
 * Opens the keys port for the store with this UUID. ERR_SEALED when the unlock key can not be had:
 * a caller that can go on without keys then takes keys_sealed with the text.
 */
int keys_open(const struct unlock_options *o, const unsigned char store_uuid[16], struct keys **out,
	      struct err *e);

/* A keys port whose calls all fail with ERR_SEALED and this reason, which is copied. */
struct keys *keys_sealed(const char *why);

/* Makes a new random unlock key in a file of its own (0600, must not exist), durably. */
int unlock_create(const char *path, struct err *e);

/*
 * A private key that came from outside (PEM or DER, PKCS#1 or PKCS#8, encrypted or not) as PKCS#8
 * DER for keys_ops.seal. `passphrase` is without line end and may be NULL.
 */
int foreign_key(const struct secret *bytes, const struct secret *passphrase,
		struct secret *pkcs8_der, struct err *e);

/*
 * The certificate (PEM) and the key (PKCS#8 DER) of a PKCS#12 file, those of macOS Keychain with
 * their old ciphers included. `passphrase` is without line end and may be NULL.
 */
int foreign_pkcs12(const struct secret *bytes, const struct secret *passphrase,
		   struct buf *cert_pem, struct secret *pkcs8_der, struct err *e);

/*
 * Makes OpenSSL overwrite all memory that it frees. Has to be called before anything else uses
 * OpenSSL; ERR_BUG when it is too late.
 */
int openssl_harden(struct err *e);

#endif
