/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/pki.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "cmd/applesim/files.h"
#include "schema/base/clock.h"
#include "schema/base/text.h"

void identity_release(struct identity *id)
{
	X509_free(id->cert);
	EVP_PKEY_free(id->key);
	*id = (struct identity){ 0 };
}

int pki_fail(struct err *e, enum err_code code, const char *fmt, ...)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ERR_clear_error();
	return err_set(e, code, "%s%s%s", text, reason ? ": " : "", reason ? reason : "");
}

static int set_random_serial(X509 *cert)
{
	unsigned char bytes[8];
	BIGNUM *n;
	int good;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return -1;
	/* Eight octets and positive: the first octet is 01 to 7F. */
	bytes[0] &= 0x7f;
	if (!bytes[0])
		bytes[0] = 1;
	n = BN_bin2bn(bytes, sizeof(bytes), NULL);
	good = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert));
	BN_free(n);
	return good ? 0 : -1;
}

X509 *pki_blank(EVP_PKEY *key, int64_t not_before, int64_t not_after)
{
	X509 *cert = X509_new();

	if (cert && X509_set_version(cert, X509_VERSION_3) && !set_random_serial(cert) &&
	    ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)not_before) &&
	    ASN1_TIME_set(X509_getm_notAfter(cert), (time_t)not_after) &&
	    X509_set_pubkey(cert, key))
		return cert;
	X509_free(cert);
	return NULL;
}

int pki_add_name(X509_NAME *name, int nid, int asn1_type, const char *value)
{
	return X509_NAME_add_entry_by_NID(name, nid, asn1_type, (const unsigned char *)value, -1,
					  -1, 0)
		   ? 0
		   : -1;
}

int pki_add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *extension;
	int good;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	good = extension && X509_add_ext(cert, extension, -1);
	X509_EXTENSION_free(extension);
	return good ? 0 : -1;
}

int64_t pki_time(const ASN1_TIME *t)
{
	struct tm tm;

	return ASN1_TIME_to_tm(t, &tm) ? (int64_t)timegm(&tm) : TIME_UNKNOWN;
}

char *pki_serial(const ASN1_INTEGER *serial, char text[41])
{
	struct buf hex = BUF_INIT(40);

	text_hex_upper(&hex, ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial));
	snprintf(text, 41, "%s", buf_str(&hex));
	buf_release(&hex);
	return text;
}

/* The BIO's bytes become the file. */
static int save_bio(BIO *bio, const char *dir, const char *file, mode_t mode, struct err *e)
{
	struct arena mem = ARENA_INIT;
	char *bytes;
	long n = BIO_get_mem_data(bio, &bytes);
	int rc = file_write(file_path(&mem, dir, file), bytes, (size_t)n, mode, e);

	arena_release(&mem);
	return rc;
}

int pki_save_bundle(const char *dir, const char *file, X509 *const *cert, size_t n, struct err *e)
{
	BIO *bio = BIO_new(BIO_s_mem());
	int rc = bio ? 0 : -1;

	for (size_t i = 0; i < n && !rc; i++)
		rc = PEM_write_bio_X509(bio, cert[i]) ? 0 : -1;
	rc = rc ? pki_fail(e, ERR_IO, "%s can not be encoded", file)
		: save_bio(bio, dir, file, 0644, e);
	BIO_free(bio);
	return rc;
}

int pki_save(const char *dir, const char *name, const struct identity *id, struct err *e)
{
	struct arena mem = ARENA_INIT;
	BIO *bio = BIO_new(BIO_s_secmem());
	int rc;

	if (!bio || !PEM_write_bio_PrivateKey(bio, id->key, NULL, NULL, 0, NULL, NULL))
		rc = pki_fail(e, ERR_IO, "%s.key can not be encoded", name);
	else
		rc = save_bio(bio, dir, arena_printf(&mem, "%s.key", name), 0600, e);
	if (!rc)
		rc = pki_save_bundle(dir, arena_printf(&mem, "%s.pem", name), &id->cert, 1, e);
	BIO_free(bio);
	arena_release(&mem);
	return rc;
}

int pki_load_cert(const char *dir, const char *file, X509 **cert, struct err *e)
{
	struct arena mem = ARENA_INIT;
	const char *path = file_path(&mem, dir, file);
	BIO *bio = BIO_new_file(path, "r");
	X509 *found = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	int rc = 0;

	if (found)
		*cert = found;
	else
		rc = pki_fail(e, ERR_IO, "%s can not be read as a PEM certificate", path);
	BIO_free(bio);
	arena_release(&mem);
	return rc;
}

int pki_load(const char *dir, const char *name, struct identity *id, struct err *e)
{
	struct arena mem = ARENA_INIT;
	const char *path = arena_printf(&mem, "%s/%s.key", dir, name);
	int rc = pki_load_cert(dir, arena_printf(&mem, "%s.pem", name), &id->cert, e);

	if (!rc) {
		BIO *bio = BIO_new_file(path, "r");

		id->key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
		BIO_free(bio);
		if (!id->key) {
			identity_release(id);
			rc = pki_fail(e, ERR_IO, "%s can not be read as a PEM key", path);
		}
	}
	arena_release(&mem);
	return rc;
}
