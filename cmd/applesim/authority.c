/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/authority.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "cmd/applesim/crl.h"
#include "cmd/applesim/files.h"
#include "cmd/applesim/pki.h"
#include "schema/base/arena.h"
#include "schema/base/clock.h"

/*
 * The authorities live from 2006 (when Apple's root began) to the last day of 2049, the end of
 * UTCTime, so that a test may set its clock to any year in between.
 */
#define AUTHORITY_BEGIN INT64_C(1145923236)
#define AUTHORITY_END INT64_C(2524607999)

/* The vendor begins ten years back, so that a test can have certificates which expired long ago. */
#define VENDOR_PAST_S (3650 * DAY_S)

enum { NAME_PARTS = 4 };

struct name_part {
	int nid;
	const char *value;
};

struct plan {
	const char *file; /* without suffix */
	bool rsa;
	int64_t begin, end;
	struct name_part name[NAME_PARTS]; /* nid 0: end */
	struct {
		int nid;
		const char *value;
	} extension[6]; /* nid 0: end */
};

#define CA_EXTENSIONS                                                                              \
	{                                                                                          \
		{ NID_basic_constraints, "critical,CA:TRUE" },                                     \
		    { NID_subject_key_identifier, "hash" },                                        \
		    { NID_key_usage, "critical,keyCertSign,cRLSign" },                             \
	}

#define APPLE_NAME(cn)                                                                             \
	{                                                                                          \
		{ NID_commonName, (cn) },                                                          \
		    { NID_organizationalUnitName, "Apple Certification Authority" },               \
		    { NID_organizationName, "Apple Inc." }, { NID_countryName, "US" },             \
	}

static EVP_PKEY *new_key(bool rsa)
{
	return rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
}

/* Name, extensions and signature of the plan; `issuer` NULL: it signs itself. */
static int fill(X509 *cert, EVP_PKEY *key, const struct plan *p, const struct identity *issuer)
{
	X509_NAME *name = X509_get_subject_name(cert);
	X509 *issuer_cert = issuer ? issuer->cert : cert;

	for (size_t i = 0; i < NAME_PARTS && p->name[i].nid; i++) {
		int type =
		    p->name[i].nid == NID_countryName ? V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING;

		if (pki_add_name(name, p->name[i].nid, type, p->name[i].value))
			return -1;
	}
	if (!X509_set_issuer_name(cert, X509_get_subject_name(issuer_cert)))
		return -1;
	if (issuer && pki_add_extension(cert, issuer_cert, NID_authority_key_identifier, "keyid"))
		return -1;
	for (size_t i = 0; p->extension[i].nid; i++)
		if (pki_add_extension(cert, issuer_cert, p->extension[i].nid,
				      p->extension[i].value))
			return -1;
	return X509_sign(cert, issuer ? issuer->key : key, EVP_sha256()) ? 0 : -1;
}

static int make(const char *dir, const struct plan *p, const struct identity *issuer,
		struct identity *out, struct err *e)
{
	struct identity id = { .key = new_key(p->rsa) };

	if (id.key)
		id.cert = pki_blank(id.key, p->begin, p->end);
	if (!id.cert || fill(id.cert, id.key, p, issuer)) {
		identity_release(&id);
		return pki_fail(e, ERR_IO, "the certificate %s can not be made", p->file);
	}
	if (pki_save(dir, p->file, &id, e)) {
		identity_release(&id);
		return -1;
	}
	*out = id;
	return 0;
}

static int make_vendor(const char *dir, const struct authority_options *o,
		       const struct identity *wwdr, const struct identity *root, struct err *e)
{
	struct arena mem = ARENA_INIT;
	const char *vendor = o->vendor ? o->vendor : AUTHORITY_VENDOR;
	struct plan p = {
		.file = "vendor",
		.rsa = true,
		.begin = o->now - VENDOR_PAST_S,
		.end = o->now + o->vendor_days * DAY_S,
		.name = { { NID_commonName, arena_printf(&mem, "MDM Vendor: %s", vendor) },
			  { NID_organizationalUnitName, "SIMULATION" },
			  { NID_organizationName, vendor },
			  { NID_countryName, "US" } },
		.extension = { { NID_basic_constraints, "critical,CA:FALSE" },
			       { NID_subject_key_identifier, "hash" },
			       { NID_key_usage, "critical,digitalSignature" } },
	};
	struct identity id = { 0 };
	int rc = make(dir, &p, wwdr, &id, e);

	identity_release(&id);
	arena_release(&mem);
	return rc ? rc
		  : pki_save_bundle(dir, "chain.pem", (X509 *[]){ wwdr->cert, root->cert }, 2, e);
}

static int make_tls(const char *dir, struct err *e)
{
	const struct plan authority = {
		.file = "tls-ca",
		.begin = AUTHORITY_BEGIN,
		.end = AUTHORITY_END,
		.name = { { NID_commonName, "applesim TLS authority" } },
		.extension = CA_EXTENSIONS,
	};
	const struct plan server = {
		.file = "tls",
		.begin = AUTHORITY_BEGIN,
		.end = AUTHORITY_END,
		.name = { { NID_commonName, "localhost" } },
		.extension = { { NID_basic_constraints, "critical,CA:FALSE" },
			       { NID_key_usage, "critical,digitalSignature" },
			       { NID_ext_key_usage, "serverAuth" },
			       { NID_subject_alt_name,
				 "DNS:localhost,DNS:*.localhost,IP:127.0.0.1,IP:::1" } },
	};
	struct identity ca = { 0 }, leaf = { 0 };
	int rc = make(dir, &authority, NULL, &ca, e);

	if (!rc)
		rc = make(dir, &server, &ca, &leaf, e);
	identity_release(&ca);
	identity_release(&leaf);
	return rc;
}

static int make_apple(const char *dir, const struct authority_options *o, struct err *e)
{
	const struct plan root_plan = {
		.file = "root",
		.rsa = true,
		.begin = AUTHORITY_BEGIN,
		.end = AUTHORITY_END,
		.name = APPLE_NAME("Apple Root CA"),
		.extension = CA_EXTENSIONS,
	};
	struct plan aai2_plan = root_plan, wwdr_plan = root_plan;
	struct identity root = { 0 }, aai2 = { 0 }, wwdr = { 0 };
	int rc;

	aai2_plan.file = "aai2";
	aai2_plan.name[0].value = o->issuer ? o->issuer : AUTHORITY_ISSUER;
	wwdr_plan.file = "wwdr";
	wwdr_plan.name[0].value = "Apple Worldwide Developer Relations Certification Authority";
	wwdr_plan.name[1].value = "G3";
	rc = make(dir, &root_plan, NULL, &root, e) || make(dir, &aai2_plan, &root, &aai2, e) ||
	     make(dir, &wwdr_plan, &root, &wwdr, e) || make_vendor(dir, o, &wwdr, &root, e) ||
	     make_tls(dir, e) || crl_write(dir, NULL, 0, o->now, e) ||
	     /* The last file: where it is, all others are. */
	     pki_save_bundle(dir, "apple-ca.pem", (X509 *[]){ root.cert, aai2.cert, wwdr.cert }, 3,
			     e);
	identity_release(&root);
	identity_release(&aai2);
	identity_release(&wwdr);
	return rc ? -1 : 0;
}

int authority_make(const char *dir, const struct authority_options *o, struct err *e)
{
	struct arena mem = ARENA_INIT;
	int lock, rc;

	if (file_mkdir(dir, e) || file_mkdir(file_path(&mem, dir, "rows"), e) ||
	    file_lock(dir, &lock, e)) {
		arena_release(&mem);
		return -1;
	}
	rc = file_exists(file_path(&mem, dir, "apple-ca.pem")) ? 0 : make_apple(dir, o, e);
	file_unlock(lock);
	arena_release(&mem);
	return rc;
}

int authority_new_vendor(const char *dir, const struct authority_options *o, struct err *e)
{
	struct identity wwdr = { 0 }, root = { 0 };
	int lock, rc;

	if (file_lock(dir, &lock, e))
		return -1;
	rc = pki_load(dir, "wwdr", &wwdr, e) || pki_load(dir, "root", &root, e) ||
	     make_vendor(dir, o, &wwdr, &root, e);
	identity_release(&wwdr);
	identity_release(&root);
	file_unlock(lock);
	return rc ? -1 : 0;
}
