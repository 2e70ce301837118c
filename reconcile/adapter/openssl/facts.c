/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/sha.h>

#include "reconcile/adapter/openssl/x509_real.h"
#include "schema/base/clock.h"
#include "schema/base/text.h"

/* Far more than Apple uses: a serial has at most 20 octets (RFC 5280 4.1.2.2). */
enum { NAME_MAX_BYTES = 256, SERIAL_MAX_BYTES = 64 };

/* Issuers of push certificates in Apple's CPS. An unknown one is a flag, never a refusal. */
static const char *const known_issuers[] = {
	"Apple Application Integration 2 Certification Authority",
	"Apple Application Integration Certification Authority",
	"Apple Application Integration CA - G3",
	"Apple Application Integration - G3",
	"Apple Application Integration CA 5 - G1",
};

void facts_none(struct cert_facts *f, enum cert_form form, const char *problem)
{
	*f = (struct cert_facts){
		.form = form,
		.problem = problem,
		.not_before = TIME_UNKNOWN,
		.not_after = TIME_UNKNOWN,
	};
}

static void digest_hex(const unsigned char *bytes, size_t len, char hex[65])
{
	static const char digit[] = "0123456789abcdef";
	unsigned char md[SHA256_DIGEST_LENGTH];

	SHA256(bytes, len, md);
	for (size_t i = 0; i < sizeof(md); i++) {
		hex[2 * i] = digit[md[i] >> 4];
		hex[2 * i + 1] = digit[md[i] & 15];
	}
	hex[64] = 0;
}

static bool has_control(const char *s, size_t len)
{
	for (size_t at = 0; at < len;) {
		int32_t c = text_utf8_next(s, len, &at);
		if (c < 0x20 || (c >= 0x7f && c < 0xa0))
			return true;
	}
	return false;
}

/*
 * The first attribute of that kind as UTF-8; NULL in `*out` when there is none. False when its text
 * could not be printed as it is: such a name was made to deceive whoever reads it.
 */
static bool name_text(const X509_NAME *name, int nid, struct arena *mem, const char **out)
{
	int at = X509_NAME_get_index_by_NID(name, nid, -1);
	unsigned char *utf8 = NULL;

	*out = NULL;
	if (at < 0)
		return true;
	int len = ASN1_STRING_to_UTF8(&utf8,
				      X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	bool good = len >= 0 && len <= NAME_MAX_BYTES &&
		    !has_control((const char *)utf8, (size_t)len);
	if (good)
		*out = arena_strndup(mem, utf8, (size_t)len);
	OPENSSL_free(utf8);
	return good;
}

static const char *read_names(X509 *cert, struct arena *mem, struct cert_facts *f)
{
	const X509_NAME *subject = X509_get_subject_name(cert);

	if (!name_text(subject, NID_userId, mem, &f->topic) ||
	    !name_text(subject, NID_commonName, mem, &f->common_name) ||
	    !name_text(X509_get_issuer_name(cert), NID_commonName, mem, &f->issuer))
		return "a name in it is too long or holds control characters";
	if (f->common_name && text_starts(f->common_name, "APSP:"))
		f->row = f->common_name;
	for (size_t i = 0; i < sizeof(known_issuers) / sizeof(known_issuers[0]); i++)
		f->issuer_known |= text_eq(f->issuer, known_issuers[i]);
	return NULL;
}

static const char *read_serial(X509 *cert, struct arena *mem, struct cert_facts *f)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(cert);
	size_t len = (size_t)ASN1_STRING_length(serial);
	struct buf hex = BUF_INIT(2 * SERIAL_MAX_BYTES + 1);

	if (len > SERIAL_MAX_BYTES)
		return "its serial number is too long";
	if (ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER)
		buf_addc(&hex, '-');
	text_hex_upper(&hex, ASN1_STRING_get0_data(serial), len);
	f->serial = arena_strdup(mem, buf_str(&hex));
	buf_release(&hex);
	return NULL;
}

static bool seconds_of(const ASN1_TIME *t, int64_t *out)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(t, &tm) != 1)
		return false;
	*out = timegm(&tm);
	return true;
}

static bool has_extension(const X509 *cert, const unsigned char *oid, int len)
{
	ASN1_OBJECT *wanted = ASN1_OBJECT_create(NID_undef, (unsigned char *)oid, len, NULL, NULL);

	if (!wanted)
		out_of_memory();
	bool found = X509_get_ext_by_OBJ(cert, wanted, -1) >= 0;
	ASN1_OBJECT_free(wanted);
	return found;
}

static bool has_client_auth(const X509 *cert)
{
	EXTENDED_KEY_USAGE *usage = X509_get_ext_d2i(cert, NID_ext_key_usage, NULL, NULL);
	bool found = false;

	for (int i = 0; i < sk_ASN1_OBJECT_num(usage); i++)
		found |= OBJ_obj2nid(sk_ASN1_OBJECT_value(usage, i)) == NID_client_auth;
	EXTENDED_KEY_USAGE_free(usage);
	return found;
}

/* The extensions one by one: X509_get_extension_flags would also hash and sort what nobody asks. */
static void read_extensions(const X509 *cert, struct cert_facts *f)
{
	/* 1.2.840.113635.100.6.3.1 and .2: APNs client, sandbox and production */
	static const unsigned char sandbox[] = "\x2a\x86\x48\x86\xf7\x63\x64\x06\x03\x01";
	static const unsigned char production[] = "\x2a\x86\x48\x86\xf7\x63\x64\x06\x03\x02";
	BASIC_CONSTRAINTS *basic = X509_get_ext_d2i(cert, NID_basic_constraints, NULL, NULL);
	ASN1_BIT_STRING *usage = X509_get_ext_d2i(cert, NID_key_usage, NULL, NULL);

	f->has_631 = has_extension(cert, sandbox, sizeof(sandbox) - 1);
	f->has_632 = has_extension(cert, production, sizeof(production) - 1);
	f->is_ca = basic && basic->ca;
	f->client_auth = has_client_auth(cert);
	f->digital_signature = usage && ASN1_BIT_STRING_get_bit(usage, 0);
	BASIC_CONSTRAINTS_free(basic);
	ASN1_BIT_STRING_free(usage);
}

/* The bits of the modulus of an RSAPublicKey (RFC 8017 A.1.1); 0 when it is none. */
static unsigned modulus_bits(const unsigned char *der, int len)
{
	ASN1_SEQUENCE_ANY *key = d2i_ASN1_SEQUENCE_ANY(NULL, &der, len);
	const ASN1_TYPE *modulus = sk_ASN1_TYPE_num(key) == 2 ? sk_ASN1_TYPE_value(key, 0) : NULL;
	unsigned bits = 0;

	if (modulus && modulus->type == V_ASN1_INTEGER) {
		BIGNUM *n = ASN1_INTEGER_to_BN(modulus->value.integer, NULL);
		bits = (unsigned)BN_num_bits(n);
		BN_free(n);
	}
	sk_ASN1_TYPE_pop_free(key, ASN1_TYPE_free);
	return bits;
}

static const char *read_key(const X509 *cert, struct cert_facts *f)
{
	X509_PUBKEY *pubkey = X509_get_X509_PUBKEY(cert);
	unsigned char *spki = NULL;
	const unsigned char *key = NULL;
	ASN1_OBJECT *algorithm = NULL;
	int key_len = 0, len = i2d_X509_PUBKEY(pubkey, &spki);

	if (len <= 0 || !X509_PUBKEY_get0_param(&algorithm, &key, &key_len, NULL, pubkey)) {
		OPENSSL_free(spki);
		return "its public key can not be read";
	}
	digest_hex(spki, (size_t)len, f->spki_sha256);
	OPENSSL_free(spki);
	f->is_rsa = OBJ_obj2nid(algorithm) == NID_rsaEncryption;
	if (f->is_rsa && !(f->key_bits = modulus_bits(key, key_len)))
		return "its RSA public key can not be read";
	return NULL;
}

static const char *read_dates(X509 *cert, struct cert_facts *f)
{
	if (!seconds_of(X509_get0_notBefore(cert), &f->not_before) ||
	    !seconds_of(X509_get0_notAfter(cert), &f->not_after))
		return "a date in it can not be read";
	return NULL;
}

void facts_of_der(struct x509_real *x, const unsigned char *der, size_t len, enum cert_form form,
		  struct arena *mem, struct cert_facts *f)
{
	const char *problem = NULL;
	X509 *cert = der_certificate(x->plain, der, len, &problem);

	facts_none(f, form, NULL);
	if (cert && !(problem = read_dates(cert, f)) && !(problem = read_names(cert, mem, f)) &&
	    !(problem = read_serial(cert, mem, f)) && !(problem = read_key(cert, f))) {
		digest_hex(der, len, f->sha256);
		read_extensions(cert, f);
		trust_check(x, der, len, f);
	}
	/* A half-read certificate must not be taken for a whole one. */
	if (problem)
		facts_none(f, CERT_FORM_BROKEN, problem);
	X509_free(cert);
	ERR_clear_error();
}
