/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The upload file for Apple's portal: base64 of a property list with the request, the chain and the
 * vendor's signature over the request's DER (Apple, "Setting Up Push Notifications for Your MDM
 * Customers").
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "reconcile/adapter/openssl/form.h"
#include "reconcile/adapter/openssl/plist.h"
#include "reconcile/adapter/openssl/signer.h"

enum { XML_MAX = 64 * 1024, PEM_COLUMNS = 64, KEY_BITS_MIN = 2048 };

static void add_base64(struct buf *out, const void *bytes, size_t len)
{
	unsigned char *text = malloc(len / 3 * 4 + 5);

	if (!text)
		out_of_memory();
	buf_add(out, text, (size_t)EVP_EncodeBlock(text, bytes, (int)len));
	free(text);
}

/* The request in these bytes, when it is one that Apple takes. */
static X509_REQ *good_request(const unsigned char *der, size_t len, struct err *e)
{
	const unsigned char *p = der;
	X509_REQ *req = len < CERT_DER_MAX ? d2i_X509_REQ(NULL, &p, (long)len) : NULL;
	EVP_PKEY *key = req && p == der + len ? X509_REQ_get0_pubkey(req) : NULL;
	const char *problem = NULL;

	if (!key)
		problem = "it is no PKCS#10 request in DER";
	else if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key) < KEY_BITS_MIN)
		problem = "its key is no RSA key of at least 2048 bits";
	else if (X509_REQ_verify(req, key) != 1)
		problem = "its own signature does not verify";
	ERR_clear_error();
	if (!problem)
		return req;
	X509_REQ_free(req);
	err_set(e, ERR_REFUSED, "the request is not signed: %s", problem);
	return NULL;
}

static int add_chain(struct buf *out, const struct signer *s)
{
	for (size_t i = 0; i < s->n; i++) {
		unsigned char *der = NULL;
		int len = i2d_X509(s->chain[i], &der);
		if (len <= 0)
			return -1;
		pem_encode(out, "CERTIFICATE", der, (size_t)len);
		OPENSSL_free(der);
	}
	return 0;
}

static int write_plist(struct buf *out, const struct signer *s, const void *csr, size_t csr_len,
		       const void *signature, size_t signature_len)
{
	buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		      "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
		      "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
		      "<plist version=\"1.0\">\n<dict>\n"
		      "\t<key>PushCertCertificateChain</key>\n\t<string>");
	if (add_chain(out, s))
		return -1;
	buf_adds(out, "</string>\n\t<key>PushCertRequestCSR</key>\n\t<string>");
	add_base64(out, csr, csr_len);
	buf_adds(out, "</string>\n\t<key>PushCertSignature</key>\n\t<string>");
	add_base64(out, signature, signature_len);
	buf_adds(out, "</string>\n</dict>\n</plist>\n");
	return out->full ? -1 : 0;
}

/* Every line of base64 but the last of a block has 64 columns: the portal wants no other. */
static bool has_pem_columns(const char *body, size_t len)
{
	const char *p = body, *end = body + len;
	bool last = false;

	p += len && *p == '\n';
	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((eol ? eol : end) - p);
		if (last || n > PEM_COLUMNS)
			return false;
		last = n < PEM_COLUMNS;
		p += n + 1;
	}
	return true;
}

/* Reads the chain back; the certificates are owned by `list`. */
static int read_chain(const char *text, STACK_OF(X509) *list, struct err *e)
{
	struct pem_block block;
	size_t len = strlen(text);

	for (size_t at = 0; pem_next(text, len, &at, &block);) {
		size_t der_len = 0;
		const char *problem = block.problem;
		unsigned char *der =
			problem ? NULL : pem_decode(block.body, block.len, &der_len, &problem);
		X509 *cert = der ? der_certificate(NULL, der, der_len, &problem) : NULL;
		free(der);
		if (!cert || !has_pem_columns(block.body, block.len)) {
			X509_free(cert);
			return err_set(e, ERR_BUG, "the chain: %s",
				       problem ? problem : "a line is not 64 columns long");
		}
		sk_X509_push(list, cert);
	}
	return 0;
}

static int check_chain_and_signature(const struct upload_parts *parts, const unsigned char *csr,
				     size_t csr_len, struct err *e)
{
	X509 *chain[CHAIN_MAX];
	STACK_OF(X509) *list = sk_X509_new_null();
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	const char *problem = NULL;
	size_t n = 0, len = 0;
	unsigned char *signature =
		pem_decode(parts->signature, strlen(parts->signature), &len, &problem);

	if (!list || !ctx)
		out_of_memory();
	int rc = read_chain(parts->chain, list, e);
	for (; !rc && n < CHAIN_MAX && (int)n < sk_X509_num(list); n++)
		chain[n] = sk_X509_value(list, (int)n);
	rc = rc ? rc : chain_check(chain, n, e);
	if (!rc && (!signature ||
		    EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL,
					 X509_get0_pubkey(chain[0])) != 1 ||
		    EVP_DigestVerify(ctx, signature, len, csr, csr_len) != 1))
		rc = err_set(e, ERR_BUG,
			     "the signature does not verify with the first certificate");
	EVP_MD_CTX_free(ctx);
	sk_X509_pop_free(list, X509_free);
	free(signature);
	ERR_clear_error();
	return rc;
}

/* Reads the upload file back and checks what can be checked before it leaves. */
static int check_upload(const char *text, size_t len, const void *csr, size_t csr_len,
			struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct upload_parts parts;
	const char *problem = "base64";
	size_t xml_len = 0, der_len = 0;
	unsigned char *xml = pem_decode(text, len, &xml_len, &problem), *der = NULL;
	int rc = xml ? upload_parse((char *)xml, xml_len, &mem, &parts, e) :
		       err_set(e, ERR_BUG, "%s", problem);

	if (!rc)
		der = pem_decode(parts.csr, strlen(parts.csr), &der_len, &problem);
	if (!rc && (!der || der_len != csr_len || memcmp(der, csr, csr_len) != 0))
		rc = err_set(e, ERR_BUG, "the request in it is another one");
	rc = rc ? rc : check_chain_and_signature(&parts, der, der_len, e);
	free(xml);
	free(der);
	arena_release(&mem);
	return rc ? err_wrap(e, "the upload file was not made: reading it back") : 0;
}

static int make_upload(const struct x509_real *x, const struct signer *s, const void *csr,
		       size_t len, struct buf *upload, struct err *e)
{
	unsigned char *signature = NULL;
	size_t signature_len = 0;
	struct buf xml = BUF_INIT(XML_MAX);
	int rc = signer_sign(x, s, csr, len, &signature, &signature_len, e);

	if (!rc && write_plist(&xml, s, csr, len, signature, signature_len))
		rc = err_set(e, ERR_INPUT, "request and chain are larger than %d bytes", XML_MAX);
	if (!rc)
		add_base64(upload, xml.data, xml.len);
	if (!rc && upload->full)
		rc = err_set(e, ERR_BUG, "the upload file is larger than the caller allows");
	OPENSSL_free(signature);
	buf_release(&xml);
	return rc ? rc : check_upload(upload->data, upload->len, csr, len, e);
}

int sign_upload(struct x509 *port, const void *csr_der, size_t len, struct buf *upload,
		struct err *e)
{
	struct x509_real *x = (struct x509_real *)port;
	struct signer s;

	if (!x->signer_cert && !x->signer_key)
		return err_set(e, ERR_INPUT, "no requestSigner is configured");
	X509_REQ *req = good_request(csr_der, len, e);
	if (!req)
		return -1;
	X509_REQ_free(req);
	buf_clear(upload);
	int rc = signer_load(x, &s, e);
	rc = rc ? err_wrap(e, "requestSigner") : make_upload(x, &s, csr_der, len, upload, e);
	signer_release(&s);
	if (rc)
		buf_clear(upload);
	return rc;
}
