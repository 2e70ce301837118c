/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/leaf.h"

#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>

#include "schema/base/arena.h"
#include "schema/base/clock.h"

/* Apple's policy and its qualifiers, and the extension that makes it a production push certificate.
 */
#define OID_APPLE_POLICY "1.2.840.113635.100.5.1"
#define OID_APNS_PRODUCTION "1.2.840.113635.100.6.3.2"
#define POLICY_NOTICE                                                                              \
	"Reliance on this certificate by any party assumes acceptance of the then applicable "     \
	"standard terms and conditions of use, certificate policy and certification practice "     \
	"statements."
#define POLICY_CPS "http://www.apple.com/certificateauthority"
#define CRL_URL "http://crl.apple.com/aai2ca.crl"

int uuid_new(char uuid[UUID_TEXT], struct err *e)
{
	unsigned char b[16];

	if (RAND_bytes(b, sizeof(b)) != 1)
		return pki_fail(e, ERR_IO, "no random bytes");
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	snprintf(uuid, UUID_TEXT,
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
		 b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
		 b[15]);
	return 0;
}

static POLICYQUALINFO *notice_qualifier(void)
{
	POLICYQUALINFO *q = POLICYQUALINFO_new();

	if (!q)
		return NULL;
	q->pqualid = OBJ_nid2obj(NID_id_qt_unotice);
	q->d.usernotice = USERNOTICE_new();
	if (q->d.usernotice) {
		q->d.usernotice->exptext = ASN1_UTF8STRING_new();
		if (q->d.usernotice->exptext &&
		    ASN1_STRING_set(q->d.usernotice->exptext, POLICY_NOTICE, -1))
			return q;
	}
	POLICYQUALINFO_free(q);
	return NULL;
}

static POLICYQUALINFO *cps_qualifier(void)
{
	POLICYQUALINFO *q = POLICYQUALINFO_new();

	if (!q)
		return NULL;
	q->pqualid = OBJ_nid2obj(NID_id_qt_cps);
	q->d.cpsuri = ASN1_IA5STRING_new();
	if (q->d.cpsuri && ASN1_STRING_set(q->d.cpsuri, POLICY_CPS, -1))
		return q;
	POLICYQUALINFO_free(q);
	return NULL;
}

static int push_qualifier(POLICYINFO *policy, POLICYQUALINFO *q)
{
	if (q && sk_POLICYQUALINFO_push(policy->qualifiers, q))
		return 0;
	POLICYQUALINFO_free(q);
	return -1;
}

static int add_policies(X509 *cert)
{
	CERTIFICATEPOLICIES *all = CERTIFICATEPOLICIES_new();
	POLICYINFO *policy = POLICYINFO_new();
	int good = all && policy && sk_POLICYINFO_push(all, policy);

	if (!good) {
		POLICYINFO_free(policy);
	} else {
		policy->policyid = OBJ_txt2obj(OID_APPLE_POLICY, 1);
		policy->qualifiers = sk_POLICYQUALINFO_new_null();
		good = policy->policyid && policy->qualifiers &&
		       !push_qualifier(policy, notice_qualifier()) &&
		       !push_qualifier(policy, cps_qualifier()) &&
		       X509_add1_ext_i2d(cert, NID_certificate_policies, all, 0, X509V3_ADD_APPEND);
	}
	CERTIFICATEPOLICIES_free(all);
	return good ? 0 : -1;
}

/* The value is an ASN.1 NULL. */
static int add_production(X509 *cert)
{
	static const unsigned char null[] = { 0x05, 0x00 };
	ASN1_OBJECT *oid = OBJ_txt2obj(OID_APNS_PRODUCTION, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *extension = NULL;
	int good = oid && value && ASN1_OCTET_STRING_set(value, null, sizeof(null)) &&
		   (extension = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, value)) &&
		   X509_add_ext(cert, extension, -1);

	X509_EXTENSION_free(extension);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(oid);
	return good ? 0 : -1;
}

static int add_subject(X509 *cert, const char *uuid, const char *country)
{
	X509_NAME *name = X509_get_subject_name(cert);
	struct arena mem = ARENA_INIT;
	int rc = pki_add_name(name, NID_userId, V_ASN1_UTF8STRING,
			      arena_printf(&mem, "%s%s", TOPIC_PREFIX, uuid)) ||
		 pki_add_name(name, NID_commonName, V_ASN1_UTF8STRING,
			      arena_printf(&mem, "%s%s", ROW_PREFIX, uuid)) ||
		 pki_add_name(name, NID_countryName, V_ASN1_PRINTABLESTRING, country);

	arena_release(&mem);
	return rc ? -1 : 0;
}

int leaf_issue(const struct identity *issuer, EVP_PKEY *key, const char *uuid, const char *country,
	       int64_t now, int64_t days, X509 **out, struct err *e)
{
	X509 *cert = pki_blank(key, now, now + days * DAY_S);
	X509 *ca = issuer->cert;

	if (cert && !add_subject(cert, uuid, country) &&
	    X509_set_issuer_name(cert, X509_get_subject_name(ca)) &&
	    !pki_add_extension(cert, ca, NID_basic_constraints, "CA:FALSE") &&
	    !pki_add_extension(cert, ca, NID_authority_key_identifier, "keyid") &&
	    !add_policies(cert) && !pki_add_extension(cert, ca, NID_ext_key_usage, "clientAuth") &&
	    !pki_add_extension(cert, ca, NID_crl_distribution_points, "URI:" CRL_URL) &&
	    !pki_add_extension(cert, ca, NID_subject_key_identifier, "hash") &&
	    !pki_add_extension(cert, ca, NID_key_usage, "digitalSignature") &&
	    !add_production(cert) && X509_sign(cert, issuer->key, EVP_sha256())) {
		*out = cert;
		return 0;
	}
	X509_free(cert);
	return pki_fail(e, ERR_IO, "the certificate of %s%s can not be issued", ROW_PREFIX, uuid);
}
