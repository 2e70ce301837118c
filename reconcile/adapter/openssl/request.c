/* SPDX-License-Identifier: Apache-2.0 */
/* PKCS#10 requests (RFC 2986). Apple copies the country of the subject and little else. */
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509.h>

#include "reconcile/adapter/openssl/keys_real.h"
#include "reconcile/adapter/openssl/scratch.h"
#include "schema/base/text.h"

enum { COMMON_NAME_MAX = 64 }; /* characters, X.520 ub-common-name */

struct request {
	struct keys_real *k;
	const struct key_ref *ref;
	const struct csr_subject *subject;
	unsigned char *der; /* out */
	int len;
	struct err *e;
};

/* The bytes of as many whole characters as a common name may have. */
static int common_name_len(const char *s)
{
	size_t at = 0, len = strlen(s);

	for (int n = 0; at < len && n < COMMON_NAME_MAX; n++)
		text_utf8_next(s, len, &at);
	return (int)at;
}

/* OpenSSL takes the string type of the attribute: UTF8String, IA5String, PrintableString. */
static int add_name(X509_NAME *name, const char *field, const char *text, int len, struct err *e)
{
	if (!text)
		return 0;
	if (X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)text, len,
				       -1, 0) == 1)
		return 0;
	char what[64];
	snprintf(what, sizeof(what), "the request's %s is not valid", field);
	return openssl_failed(e, ERR_INPUT, what);
}

static int fill(X509_REQ *req, const struct csr_subject *s, EVP_PKEY *key, struct err *e)
{
	X509_NAME *name = X509_REQ_get_subject_name(req);

	if (add_name(name, "CN", s->common_name,
		     s->common_name ? common_name_len(s->common_name) : 0, e) ||
	    add_name(name, "emailAddress", s->email, -1, e) ||
	    add_name(name, "C", s->country, -1, e))
		return -1;
	if (X509_REQ_set_version(req, X509_REQ_VERSION_1) != 1 ||
	    X509_REQ_set_pubkey(req, key) != 1 || X509_REQ_sign(req, key, EVP_sha256()) <= 0)
		return openssl_failed(e, ERR_BUG, "the request can not be signed");
	return 0;
}

/* Reads the request back: it must verify and carry the public key that the reference names. */
static int read_back(const unsigned char *der, int len, const struct key_ref *ref, struct err *e)
{
	unsigned char spki[SPKI_BYTES], wanted[SPKI_BYTES];
	X509_REQ *req = d2i_X509_REQ(NULL, &der, len);
	EVP_PKEY *key = req ? X509_REQ_get0_pubkey(req) : NULL;
	int rc = 0;

	if (!key || X509_REQ_verify(req, key) != 1)
		rc = openssl_failed(e, ERR_BUG, "the request does not verify when it is read back");
	else if (!text_unhex(ref->spki, wanted, SPKI_BYTES) || spki_of(key, spki, e) ||
		 memcmp(spki, wanted, SPKI_BYTES) != 0)
		rc = err_set(e, ERR_REFUSED, "the sealed key is not the one of this public key");
	X509_REQ_free(req);
	return rc;
}

static int make_request(struct request *r)
{
	struct seal_context c;
	struct secret pkcs8 = SECRET_INIT;
	int rc = -1;

	if (context_of_ref(r->ref, &c, r->e) ||
	    unseal(&r->k->sealer, &c, r->ref->sealed.data, r->ref->sealed.len, &pkcs8, r->e))
		return -1;
	EVP_PKEY *key = key_of_pkcs8(&pkcs8, r->e);
	secret_release(&pkcs8);
	X509_REQ *req = X509_REQ_new();
	if (!req)
		out_of_memory();
	if (key && !fill(req, r->subject, key, r->e)) {
		r->len = i2d_X509_REQ(req, &r->der);
		rc = r->len > 0 ? read_back(r->der, r->len, r->ref, r->e) :
				  openssl_failed(r->e, ERR_BUG, "the request can not be encoded");
	}
	X509_REQ_free(req);
	EVP_PKEY_free(key);
	return rc;
}

static void *request_thread(void *arg)
{
	struct request *r = arg;

	if (make_request(r))
		r->len = -1;
	return NULL;
}

int keys_request(struct keys *k, const struct key_ref *ref, const struct csr_subject *subject,
		 struct arena *mem, struct blob *csr_der, struct err *e)
{
	struct request r = { .k = (struct keys_real *)k, .ref = ref, .subject = subject, .e = e };
	struct scratch thread;

	if (scratch_start(&thread, request_thread, &r, e))
		return -1;
	scratch_join(&thread);
	if (r.len > 0)
		*csr_der = (struct blob){ .data = arena_strndup(mem, r.der, (size_t)r.len),
					  .len = (size_t)r.len };
	OPENSSL_free(r.der);
	return r.len > 0 ? 0 : -1;
}
