/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/crl.h"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "cmd/applesim/files.h"
#include "cmd/applesim/pki.h"
#include "schema/base/arena.h"
#include "schema/base/clock.h"

static int add_revoked(X509_CRL *crl, const struct revoked *r)
{
	X509_REVOKED *row = X509_REVOKED_new();
	BIGNUM *n = NULL;
	ASN1_INTEGER *serial = NULL;
	ASN1_TIME *at = ASN1_TIME_set(NULL, (time_t)r->at);
	int good = row && at && BN_hex2bn(&n, r->serial) &&
		   (serial = BN_to_ASN1_INTEGER(n, NULL)) &&
		   X509_REVOKED_set_serialNumber(row, serial) &&
		   X509_REVOKED_set_revocationDate(row, at) && X509_CRL_add0_revoked(crl, row);

	if (!good)
		X509_REVOKED_free(row);
	BN_free(n);
	ASN1_INTEGER_free(serial);
	ASN1_TIME_free(at);
	return good ? 0 : -1;
}

/* Version, names, dates and the extensions that RFC 5280 asks for (5.2.1, 5.2.3). */
static int fill_head(X509_CRL *crl, const struct identity *issuer, int64_t now)
{
	ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)now);
	ASN1_TIME *to = ASN1_TIME_set(NULL, (time_t)(now + 3650 * DAY_S));
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	AUTHORITY_KEYID *keyid = AUTHORITY_KEYID_new();
	int good = from && to && number && keyid && ASN1_INTEGER_set_int64(number, now) &&
		   X509_CRL_set_version(crl, X509_CRL_VERSION_2) &&
		   X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer->cert)) &&
		   X509_CRL_set1_lastUpdate(crl, from) && X509_CRL_set1_nextUpdate(crl, to);

	if (good) {
		keyid->keyid = ASN1_OCTET_STRING_dup(X509_get0_subject_key_id(issuer->cert));
		good = keyid->keyid &&
		       X509_CRL_add1_ext_i2d(crl, NID_authority_key_identifier, keyid, 0, 0) &&
		       X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0);
	}
	AUTHORITY_KEYID_free(keyid);
	ASN1_INTEGER_free(number);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return good ? 0 : -1;
}

static int save(const char *dir, const char *file, X509_CRL *crl,
		int write(BIO *bio, const X509_CRL *crl), struct err *e)
{
	struct arena mem = ARENA_INIT;
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes = NULL;
	int rc;

	if (!bio || !write(bio, crl)) {
		rc = pki_fail(e, ERR_IO, "%s can not be encoded", file);
	} else {
		long n = BIO_get_mem_data(bio, &bytes);

		rc = file_write(file_path(&mem, dir, file), bytes, (size_t)n, 0644, e);
	}
	BIO_free(bio);
	arena_release(&mem);
	return rc;
}

int crl_write(const char *dir, const struct revoked *r, size_t n, int64_t now, struct err *e)
{
	struct identity issuer = { 0 };
	X509_CRL *crl = X509_CRL_new();
	int rc = pki_load(dir, "aai2", &issuer, e);

	if (!rc) {
		rc = crl ? fill_head(crl, &issuer, now) : -1;
		for (size_t i = 0; i < n && !rc; i++)
			rc = add_revoked(crl, &r[i]);
		if (!rc)
			rc = X509_CRL_sort(crl) && X509_CRL_sign(crl, issuer.key, EVP_sha256())
				 ? 0
				 : -1;
		rc = rc ? pki_fail(e, ERR_IO, "the revocation list can not be made")
			: save(dir, "crl.pem", crl, PEM_write_bio_X509_CRL, e);
		if (!rc)
			rc = save(dir, "aai2ca.crl", crl, i2d_X509_CRL_bio, e);
	}
	X509_CRL_free(crl);
	identity_release(&issuer);
	return rc;
}
