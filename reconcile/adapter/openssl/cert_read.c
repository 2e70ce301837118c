/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pkcs12.h>

#include "reconcile/adapter/openssl/form.h"
#include "reconcile/adapter/openssl/x509_real.h"
#include "schema/base/text.h"

/* A file with more is no download from the portal, and parsing them all would only cost time. */
enum { CERTIFICATES_MAX = 16 };

/* The certificates of the PEM blocks, each once. */
struct found {
	unsigned char *der[CERTIFICATES_MAX];
	size_t len[CERTIFICATES_MAX];
	size_t n, chosen; /* the one that the facts are about */
	bool too_many, has_key, has_request;
	const char *problem; /* of the first broken certificate block */
};

static void found_release(struct found *all)
{
	for (size_t i = 0; i < all->n; i++)
		free(all->der[i]);
}

static void found_add(struct found *all, unsigned char *der, size_t len)
{
	bool known = false;

	for (size_t i = 0; i < all->n && !known; i++)
		known = all->len[i] == len && !memcmp(all->der[i], der, len);
	all->too_many |= !known && all->n == CERTIFICATES_MAX;
	if (known || all->too_many) {
		free(der);
		return;
	}
	all->der[all->n] = der;
	all->len[all->n++] = len;
}

static void find_blocks(const char *bytes, size_t len, struct found *all)
{
	struct pem_block block;

	for (size_t at = 0; pem_next(bytes, len, &at, &block);) {
		all->has_key |= block.kind == PEM_KEY;
		all->has_request |= block.kind == PEM_REQUEST;
		if (block.kind != PEM_CERTIFICATE || all->too_many)
			continue;
		const char *problem = block.problem;
		size_t der_len = 0;
		unsigned char *der =
			problem ? NULL : pem_decode(block.body, block.len, &der_len, &problem);
		if (der)
			found_add(all, der, der_len);
		else if (!all->problem)
			all->problem = problem;
	}
}

/* Of several certificates the only MDM push certificate: the others are its issuers. */
static void read_blocks(struct x509_real *x, struct found *all, struct arena *mem,
			struct cert_facts *out)
{
	size_t n_mdm = 0;

	for (size_t i = 0; i < all->n; i++) {
		struct cert_facts f;
		facts_of_der(x, all->der[i], all->len[i], CERT_FORM_PEM, mem, &f);
		bool bad = f.form == CERT_FORM_BROKEN;
		bool mdm = f.topic && text_starts(f.topic, "com.apple.mgmt.");
		if (bad || all->n == 1 || (mdm && !n_mdm)) {
			*out = f;
			all->chosen = i;
		}
		if (bad)
			return;
		n_mdm += mdm;
	}
	if (all->n > 1 && n_mdm != 1)
		facts_none(out, CERT_FORM_MANY, NULL);
}

static bool is_der_request(const unsigned char *bytes, size_t len)
{
	X509_REQ *request = len > CERT_DER_MAX ? NULL : d2i_X509_REQ(NULL, &bytes, (long)len);
	bool is = request != NULL;

	X509_REQ_free(request);
	ERR_clear_error();
	return is;
}

static bool is_pkcs12(const unsigned char *bytes, size_t len)
{
	PKCS12 *p12 = d2i_PKCS12(NULL, &bytes, (long)len);
	bool is = p12 != NULL;

	PKCS12_free(p12);
	ERR_clear_error();
	return is;
}

/* A SEQUENCE with a length of several bytes, as all that we look for is. */
static bool is_der(const unsigned char *bytes, size_t len)
{
	return len > 4 && bytes[0] == 0x30 && bytes[1] > 0x80 && bytes[1] < 0x85;
}

/* Bytes without any PEM block of ours. */
static void read_other(struct x509_real *x, const char *bytes, size_t len, struct arena *mem,
		       struct cert_facts *out)
{
	const unsigned char *der = (const unsigned char *)bytes;
	enum cert_form form = CERT_FORM_TEXT;

	if (form_is_blank(bytes, len))
		form = CERT_FORM_EMPTY;
	else if (form_is_html(bytes, len))
		form = CERT_FORM_HTML;
	else if (form_is_upload(bytes, len))
		form = CERT_FORM_REQUEST;
	else if (form_is_der_key(bytes, len))
		form = CERT_FORM_KEY;
	else if (is_der(der, len) && is_pkcs12(der, len))
		form = CERT_FORM_PKCS12;
	else if (is_der(der, len) && is_der_request(der, len))
		form = CERT_FORM_REQUEST;
	else if (is_der(der, len))
		form = CERT_FORM_DER;
	if (form == CERT_FORM_DER)
		facts_of_der(x, der, len, form, mem, out);
	else
		facts_none(out, form, NULL);
	out->has_key = form == CERT_FORM_KEY;
}

/* Facts of the bytes; `all` keeps the DER of the blocks until the caller releases it. */
static void read_all(struct x509_real *x, const char *bytes, size_t len, struct arena *mem,
		     struct found *all, struct cert_facts *out)
{
	find_blocks(bytes, len, all);
	if (all->problem)
		facts_none(out, CERT_FORM_BROKEN, all->problem);
	else if (all->too_many)
		facts_none(out, CERT_FORM_MANY, NULL);
	else if (all->n)
		read_blocks(x, all, mem, out);
	else if (all->has_request)
		facts_none(out, CERT_FORM_REQUEST, NULL);
	else if (all->has_key)
		facts_none(out, CERT_FORM_KEY, NULL);
	else
		read_other(x, bytes, len, mem, out);
	out->has_key |= all->has_key;
}

void cert_read(struct x509 *x, const void *bytes, size_t len, struct arena *mem,
	       struct cert_facts *out)
{
	struct found all = { 0 };

	read_all((struct x509_real *)x, bytes, len, mem, &all, out);
	found_release(&all);
}

int cert_normalize(struct x509 *x, const void *bytes, size_t len, struct buf *pem, struct err *e)
{
	struct found all = { 0 };
	struct arena mem = ARENA_INIT;
	struct cert_facts f;
	int rc = 0;

	read_all((struct x509_real *)x, bytes, len, &mem, &all, &f);
	if (f.form == CERT_FORM_PEM)
		pem_encode(pem, "CERTIFICATE", all.der[all.chosen], all.len[all.chosen]);
	else
		rc = err_set(e, ERR_INPUT, "%s; %s", cert_form_problem(&f, &mem),
			     cert_form_remedy(&f, NULL, &mem));
	if (!rc && pem->full)
		rc = err_set(e, ERR_INPUT, "the certificate is too long");
	found_release(&all);
	arena_release(&mem);
	return rc;
}
