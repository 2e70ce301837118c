/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates made on the spot: shaped as Apple's, with one thing changed at a time. */
#ifndef APNSCTL_TESTS_CERTS_H
#define APNSCTL_TESTS_CERTS_H

#include "tests/unit/unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define TEST_UUID "e0bd1eac-1f17-4c8e-8a63-dd17d3dd35d9"
#define TEST_TOPIC "com.apple.mgmt.External." TEST_UUID
#define TEST_CN "APSP:" TEST_UUID
#define AAI2 "Apple Application Integration 2 Certification Authority"

struct recipe {
	const char *uid, *cn; /* subject; NULL: left out */
	int uid_len;          /* 0: up to the NUL */
	const char *serial;   /* hex; NULL: 734DF9C0BB2703FD */
	const char *not_before, *not_after; /* GeneralizedTime; NULL: 2021-02-10 and a year later */
	bool ca, no_632, with_631, server_auth, no_usage;
};

static inline void add_name(X509_NAME *name, int nid, const char *text, int len)
{
	if (text)
		assert_int_equal(X509_NAME_add_entry_by_NID(name, nid, V_ASN1_UTF8STRING,
							    (const unsigned char *)text,
							    len ? len : -1, -1, 0),
				 1);
}

static inline void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	assert_non_null(ext);
	X509_add_ext(cert, ext, -1);
	X509_EXTENSION_free(ext);
}

static inline void add_null_extension(X509 *cert, const char *oid)
{
	ASN1_OCTET_STRING *null = ASN1_OCTET_STRING_new();
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);

	ASN1_OCTET_STRING_set(null, (const unsigned char *)"\x05", 2);
	X509_EXTENSION *ext = X509_EXTENSION_create_by_OBJ(NULL, object, 0, null);
	X509_add_ext(cert, ext, -1);
	X509_EXTENSION_free(ext);
	ASN1_OBJECT_free(object);
	ASN1_OCTET_STRING_free(null);
}

static inline void add_extensions(X509 *cert, X509 *issuer, const struct recipe *r)
{
	add_extension(cert, issuer, NID_basic_constraints, r->ca ? "critical,CA:TRUE" : "CA:FALSE");
	add_extension(cert, issuer, NID_subject_key_identifier, "hash");
	if (issuer != cert)
		add_extension(cert, issuer, NID_authority_key_identifier, "keyid");
	if (r->ca) {
		add_extension(cert, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
		return;
	}
	if (!r->no_usage) {
		add_extension(cert, issuer, NID_ext_key_usage,
			      r->server_auth ? "serverAuth" : "clientAuth");
		add_extension(cert, issuer, NID_key_usage, "digitalSignature");
	}
	if (r->with_631)
		add_null_extension(cert, "1.2.840.113635.100.6.3.1");
	if (!r->no_632)
		add_null_extension(cert, "1.2.840.113635.100.6.3.2");
}

/* Signed by `issuer`, by itself when that is NULL. */
static inline X509 *make_cert(const struct recipe *r, EVP_PKEY *key, X509 *issuer,
			      EVP_PKEY *issuer_key)
{
	X509 *cert = X509_new();
	X509_NAME *name = X509_get_subject_name(cert);
	BIGNUM *serial = NULL;

	X509_set_version(cert, 2);
	BN_hex2bn(&serial, r->serial ? r->serial : "734DF9C0BB2703FD");
	BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(cert));
	BN_free(serial);
	add_name(name, NID_userId, r->uid, r->uid_len);
	add_name(name, NID_commonName, r->cn, 0);
	ASN1_TIME_set_string(X509_getm_notBefore(cert),
			     r->not_before ? r->not_before : "20210210174447Z");
	ASN1_TIME_set_string(X509_getm_notAfter(cert),
			     r->not_after ? r->not_after : "20220210174447Z");
	X509_set_pubkey(cert, key);
	X509_set_issuer_name(cert, issuer ? X509_get_subject_name(issuer) : name);
	add_extensions(cert, issuer ? issuer : cert, r);
	assert_true(X509_sign(cert, issuer_key ? issuer_key : key, EVP_sha256()) > 0);
	return cert;
}

/* The PEM text of a certificate; free() it. */
static inline char *pem_of(X509 *cert)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *data;

	assert_int_equal(PEM_write_bio_X509(out, cert), 1);
	long len = BIO_get_mem_data(out, &data);
	char *text = strndup(data, (size_t)len);
	BIO_free(out);
	return text;
}

/* A file with these bytes in the directory of the test; the path is static. */
static inline const char *write_file(const char *dir, const char *name, const void *bytes,
				     size_t len, unsigned mode)
{
	static char path[8][256];
	static unsigned next;
	char *p = path[next++ % 8];

	snprintf(p, sizeof(path[0]), "%s/%s", dir, name);
	unlink(p);
	FILE *f = fopen(p, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
	char command[300];
	snprintf(command, sizeof(command), "chmod %o '%s'", mode, p);
	assert_int_equal(system(command), 0);
	return p;
}

#endif
