/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state directory and its authorities, named as Apple's are (apple.md 1.1, 1.2): a root, AAI 2
 * for push certificates, WWDR for MDM vendors; and a vendor, and a TLS authority with a server
 * certificate for loopback. Files:
 *
 *   root aai2 wwdr vendor tls-ca tls   .pem and .key each
 *   apple-ca.pem   root, AAI 2, WWDR: the trust for certificates from the portal
 *   chain.pem      WWDR, root: what stands behind the vendor's certificate in an upload file
 *   crl.pem        revoked push certificates; aai2ca.crl is the same in DER
 *   rows/          the portal's rows
 */
#ifndef APPLESIM_AUTHORITY_H
#define APPLESIM_AUTHORITY_H

#include <stdint.h>

#include "schema/base/err.h"

struct authority_options {
	const char *issuer; /* common name of the push issuer; NULL: Apple's AAI 2 */
	const char *vendor; /* "Example MSP"; NULL: that */
	int64_t now;        /* the vendor's certificate lasts vendor_days from then */
	int64_t vendor_days;
};

#define AUTHORITY_ISSUER "Apple Application Integration 2 Certification Authority"
#define AUTHORITY_VENDOR "Example MSP"
enum { AUTHORITY_VENDOR_DAYS = 3650 };

/* Makes what is missing. What is there stays, so it may be called before any other command. */
int authority_make(const char *dir, const struct authority_options *o, struct err *e);

/* A new vendor certificate and key over the old ones; the authorities must be there. */
int authority_new_vendor(const char *dir, const struct authority_options *o, struct err *e);

#endif
