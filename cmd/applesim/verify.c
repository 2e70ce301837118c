/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/verify.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "cmd/applesim/pki.h"
#include "schema/base/text.h"

#define FAILED "Certificate Signature Verification failed"
#define INVALID_SIGNATURE FAILED " because the signature is invalid."
#define VENDOR_PREFIX "MDM Vendor:"

enum { CHAIN_MAX = 8, PEM_LINE = 64, RSA_MIN = 2048 };

const char *refusal_text(enum refusal refusal)
{
	static const char *const text[] = {
		[REFUSAL_NONE] = "",
		[REFUSAL_REQUEST] =
		    "Invalid Certificate Signing Request. The certificate signing request you "
		    "entered appears to be invalid. Make sure that request file was uploaded is "
		    "in the correct format and not empty.",
		[REFUSAL_SIGNATURE] = INVALID_SIGNATURE,
		[REFUSAL_EXPIRED] = FAILED " because the signing certificate is expired.",
	};

	return text[refusal];
}

const char *refusal_json(enum refusal refusal)
{
	return refusal == REFUSAL_SIGNATURE ? "{\"ErrorCode\":-80018,\"ErrorMessage\":\"" FAILED
					      "\",\"ErrorDescription\":\"" INVALID_SIGNATURE "\"}"
					    : NULL;
}

void request_release(struct request *r)
{
	EVP_PKEY_free(r->key);
	r->key = NULL;
}

/* The text of an attribute of a name, in the arena; NULL: it is not there. */
static const char *name_text(X509_NAME *name, int nid, struct arena *mem)
{
	int at = X509_NAME_get_index_by_NID(name, nid, -1);
	unsigned char *utf8 = NULL;
	const char *out = NULL;

	if (at < 0)
		return NULL;
	int n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));

	if (n >= 0)
		out = arena_strndup(mem, utf8, (size_t)n);
	OPENSSL_free(utf8);
	return out;
}

/* DER of a PKCS#10 request, signed by its own RSA key of at least 2048 bits. */
static int check_csr(const struct upload *u, struct arena *mem, struct request *out, struct err *e)
{
	const unsigned char *at = u->csr;
	X509_REQ *csr = d2i_X509_REQ(NULL, &at, (long)u->csr_len);
	EVP_PKEY *key = csr ? X509_REQ_get0_pubkey(csr) : NULL;
	const char *country;
	int rc = 0;

	if (!csr || at != u->csr + u->csr_len)
		rc = err_set(e, ERR_REFUSED, "PushCertRequestCSR is no PKCS#10 request in DER");
	else if (!key || X509_REQ_verify(csr, key) != 1)
		rc = err_set(e, ERR_REFUSED, "the request is not signed by its own key");
	else if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key) < RSA_MIN)
		rc = err_set(e, ERR_REFUSED, "the request's key is not RSA with %d bits or more",
			     RSA_MIN);
	if (!rc) {
		country = name_text(X509_REQ_get_subject_name(csr), NID_countryName, mem);
		memcpy(out->country, country && strlen(country) == 2 ? country : "US", 3);
		EVP_PKEY_up_ref(key);
		out->key = key;
	}
	X509_REQ_free(csr);
	return rc;
}

/* Apple asks for PEM lines of exactly 64 characters but for the last of a block. */
static bool lines_are_64(const char *pem)
{
	size_t before = PEM_LINE; /* length of the Base64 line before this one */

	while (*pem) {
		size_t n = strcspn(pem, "\r\n");

		if (text_starts(pem, "-----")) {
			before = PEM_LINE;
		} else if (n) {
			if (before != PEM_LINE || n > PEM_LINE)
				return false;
			before = n;
		}
		pem += n + strspn(pem + n, "\r\n");
	}
	return true;
}

static STACK_OF(X509) * read_chain(const char *pem)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *cert;

	while (chain && bio && sk_X509_num(chain) < CHAIN_MAX &&
	       (cert = PEM_read_bio_X509(bio, NULL, NULL, NULL)))
		if (!sk_X509_push(chain, cert))
			X509_free(cert);
	BIO_free(bio);
	ERR_clear_error();
	return chain;
}

/* Does the chain lead from its first certificate to our root, today? X509_V_OK or why not. */
static int verify_chain(STACK_OF(X509) * chain, X509 *root, int64_t now, int *depth)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	int result = X509_V_ERR_OUT_OF_MEM;

	if (store && ctx && X509_STORE_add_cert(store, root) &&
	    X509_STORE_CTX_init(ctx, store, sk_X509_value(chain, 0), chain)) {
		X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(ctx), (time_t)now);
		X509_verify_cert(ctx);
		result = X509_STORE_CTX_get_error(ctx);
		*depth = X509_STORE_CTX_get_error_depth(ctx);
	}
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	return result;
}

static int check_chain(STACK_OF(X509) * chain, const struct upload *u,
		       const struct verify_options *o, struct arena *mem, enum refusal *refusal,
		       struct err *e)
{
	X509 *root = NULL;
	const char *issuer;
	int n = sk_X509_num(chain), depth = 0, result;

	*refusal = REFUSAL_SIGNATURE;
	if (!n)
		return err_set(e, ERR_REFUSED, "PushCertCertificateChain holds no certificate");
	if (!lines_are_64(u->chain))
		return err_set(e, ERR_REFUSED,
			       "a PEM line of PushCertCertificateChain has not 64 characters");
	if (pki_load_cert(o->root_dir, "root.pem", &root, e))
		return -1;
	result = verify_chain(chain, root, o->now, &depth);
	bool ends_in_root = X509_cmp(sk_X509_value(chain, n - 1), root) == 0;
	X509_free(root);
	if (result == X509_V_ERR_CERT_HAS_EXPIRED && depth == 0) {
		*refusal = REFUSAL_EXPIRED;
		return err_set(e, ERR_REFUSED, "the vendor's certificate has expired");
	}
	if (result != X509_V_OK)
		return err_set(e, ERR_REFUSED, "certificate %d of the chain: %s", depth + 1,
			       X509_verify_cert_error_string(result));
	if (!ends_in_root)
		return err_set(e, ERR_REFUSED, "the chain does not end with the root");
	issuer = name_text(X509_get_issuer_name(sk_X509_value(chain, 0)), NID_commonName, mem);
	if (!issuer || !strstr(issuer, "Worldwide Developer Relations"))
		return err_set(e, ERR_REFUSED, "the first certificate is not an MDM vendor's");
	return 0;
}

static bool signature_fits(EVP_PKEY *key, const EVP_MD *md, const struct upload *u,
			   const void *bytes, size_t n)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool fits = ctx && EVP_DigestVerifyInit(ctx, NULL, md, NULL, key) == 1 &&
		    EVP_DigestVerify(ctx, u->signature, u->signature_len, bytes, n) == 1;

	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return fits;
}

/* Did the signer sign the PEM form of the request, a known mistake of tools? */
static bool signed_pem(EVP_PKEY *key, const struct upload *u)
{
	const unsigned char *at = u->csr;
	X509_REQ *csr = d2i_X509_REQ(NULL, &at, (long)u->csr_len);
	BIO *bio = BIO_new(BIO_s_mem());
	bool fits = false;
	char *pem;

	if (csr && bio && PEM_write_bio_X509_REQ(bio, csr)) {
		long n = BIO_get_mem_data(bio, &pem);

		fits = signature_fits(key, EVP_sha256(), u, pem, (size_t)n);
	}
	BIO_free(bio);
	X509_REQ_free(csr);
	return fits;
}

static int check_signature(EVP_PKEY *vendor, const struct upload *u, const struct verify_options *o,
			   struct err *e)
{
	if (signature_fits(vendor, EVP_sha256(), u, u->csr, u->csr_len))
		return 0;
	if (signature_fits(vendor, EVP_sha1(), u, u->csr, u->csr_len))
		return o->allow_sha1
			   ? 0
			   : err_set(e, ERR_REFUSED,
				     "PushCertSignature was made with SHA-1, not SHA-256");
	if (signed_pem(vendor, u))
		return err_set(e, ERR_REFUSED,
			       "PushCertSignature signs the PEM form of the request, not its DER");
	return err_set(e, ERR_REFUSED,
		       "PushCertSignature is not the first certificate's over this request");
}

int verify_upload(const struct upload *u, const struct verify_options *o, struct arena *mem,
		  struct request *out, enum refusal *refusal, struct err *e)
{
	struct request r = { 0 };
	STACK_OF(X509) * chain;
	const char *name;
	int rc;

	*refusal = REFUSAL_REQUEST;
	if (check_csr(u, mem, &r, e))
		return -1;
	chain = read_chain(u->chain);
	if (!chain)
		out_of_memory();
	rc = check_chain(chain, u, o, mem, refusal, e);
	if (!rc)
		rc = check_signature(X509_get0_pubkey(sk_X509_value(chain, 0)), u, o, e);
	if (!rc) {
		name =
		    name_text(X509_get_subject_name(sk_X509_value(chain, 0)), NID_commonName, mem);
		r.vendor =
		    name && text_starts(name, VENDOR_PREFIX) ? name + strlen(VENDOR_PREFIX) : name;
		*refusal = REFUSAL_NONE;
		*out = r;
	} else {
		request_release(&r);
	}
	sk_X509_pop_free(chain, X509_free);
	return rc;
}
