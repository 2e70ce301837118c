/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, certificates and their files, on OpenSSL: what the authorities and the leaf share. */
#ifndef APPLESIM_PKI_H
#define APPLESIM_PKI_H

#include <openssl/x509.h>
#include <stdint.h>

#include "schema/base/err.h"

struct identity {
	X509 *cert;
	EVP_PKEY *key;
};

void identity_release(struct identity *id);

/* Like err_set, with OpenSSL's own reason behind the sentence; empties OpenSSL's error queue. */
int pki_fail(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A new certificate v3 for `key`: random positive serial of 8 octets, these dates (seconds). */
X509 *pki_blank(EVP_PKEY *key, int64_t not_before, int64_t not_after);

/* Adds one RDN with one attribute; `asn1_type` is V_ASN1_UTF8STRING or V_ASN1_PRINTABLESTRING. */
int pki_add_name(X509_NAME *name, int nid, int asn1_type, const char *value);

/* Adds an extension, not critical unless the text says so, from OpenSSL's own configuration form.
 */
int pki_add_extension(X509 *cert, X509 *issuer, int nid, const char *value);

/* Seconds since 1970 of a certificate's date; TIME_UNKNOWN when it can not be read. */
int64_t pki_time(const ASN1_TIME *t);

/* Upper-case hex with an even number of digits, as status and lists spell serials. */
char *pki_serial(const ASN1_INTEGER *serial, char text[41]);

/* DIR/NAME.pem and DIR/NAME.key, the key with mode 0600. */
int pki_save(const char *dir, const char *name, const struct identity *id, struct err *e);
int pki_load(const char *dir, const char *name, struct identity *id, struct err *e);

/* One certificate of a PEM file. */
int pki_load_cert(const char *dir, const char *file, X509 **cert, struct err *e);

/* The PEM files of several certificates in one file, in this order. */
int pki_save_bundle(const char *dir, const char *file, X509 *const *cert, size_t n, struct err *e);

#endif
