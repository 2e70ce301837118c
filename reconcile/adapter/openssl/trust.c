/* SPDX-License-Identifier: Apache-2.0 */
/* Trust in returned certificates: only the configured CA file counts, never the system's roots. */
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include "reconcile/adapter/file/file.h"
#include "reconcile/adapter/openssl/form.h"
#include "reconcile/adapter/openssl/x509_real.h"

/* One certificate of a file into `list`; -1 when it is broken. */
static int add_der(STACK_OF(X509) *list, const unsigned char *der, size_t len, const char **problem)
{
	X509 *cert = der_certificate(NULL, der, len, problem);

	if (!cert)
		return -1;
	if (!sk_X509_push(list, cert))
		out_of_memory();
	return 0;
}

static int add_blocks(STACK_OF(X509) *list, const char *bytes, size_t len, const char **problem)
{
	struct pem_block block;

	for (size_t at = 0; pem_next(bytes, len, &at, &block);) {
		size_t der_len = 0;
		unsigned char *der = NULL;
		*problem = block.problem;
		if (block.kind != PEM_CERTIFICATE)
			continue;
		if (!*problem)
			der = pem_decode(block.body, block.len, &der_len, problem);
		int rc = der ? add_der(list, der, der_len, problem) : -1;
		free(der);
		if (rc)
			return -1;
	}
	return 0;
}

STACK_OF(X509) *certificates_of_file(const char *path, const char *what, struct err *e)
{
	struct buf bytes = BUF_INIT(TRUST_FILE_MAX);
	const char *problem = NULL;

	if (file_read(path, TRUST_FILE_MAX, &bytes, e)) {
		err_wrap(e, "%s", what);
		return NULL;
	}
	STACK_OF(X509) *list = sk_X509_new_null();
	if (!list)
		out_of_memory();
	int rc = add_blocks(list, buf_str(&bytes), bytes.len, &problem);
	if (!rc && !sk_X509_num(list))
		rc = add_der(list, (const unsigned char *)buf_str(&bytes), bytes.len, &problem);
	buf_release(&bytes);
	if (!rc)
		return list;
	err_set(e, ERR_INPUT, "%s %s: it holds %s: %s", what, path,
		sk_X509_num(list) ? "a broken certificate" : "no certificate that can be read",
		problem);
	sk_X509_pop_free(list, X509_free);
	return NULL;
}

static STACK_OF(X509_CRL) *crls_of_file(const char *path, struct err *e)
{
	struct buf bytes = BUF_INIT(TRUST_FILE_MAX);

	if (file_read(path, TRUST_FILE_MAX, &bytes, e)) {
		err_wrap(e, "crlFile");
		return NULL;
	}
	STACK_OF(X509_CRL) *list = sk_X509_CRL_new_null();
	BIO *in = BIO_new_mem_buf(buf_str(&bytes), (int)bytes.len);
	if (!list || !in)
		out_of_memory();
	X509_CRL *crl;
	while ((crl = PEM_read_bio_X509_CRL(in, NULL, NULL, NULL)))
		sk_X509_CRL_push(list, crl);
	const unsigned char *p = (const unsigned char *)buf_str(&bytes);
	if (!sk_X509_CRL_num(list) && (crl = d2i_X509_CRL(NULL, &p, (long)bytes.len)))
		sk_X509_CRL_push(list, crl);
	ERR_clear_error();
	BIO_free(in);
	buf_release(&bytes);
	if (sk_X509_CRL_num(list))
		return list;
	sk_X509_CRL_free(list);
	err_set(e, ERR_INPUT, "crlFile %s: it holds no revocation list (CRL)", path);
	return NULL;
}

static bool signed_by_one_of(X509_CRL *crl, STACK_OF(X509) *ca)
{
	for (int i = 0; i < sk_X509_num(ca); i++) {
		X509 *issuer = sk_X509_value(ca, i);
		if (!X509_NAME_cmp(X509_get_subject_name(issuer), X509_CRL_get_issuer(crl)) &&
		    X509_CRL_verify(crl, X509_get0_pubkey(issuer)) == 1)
			return true;
	}
	ERR_clear_error();
	return false;
}

static int load_crls(struct x509_real *x, const char *path, struct err *e)
{
	if (!x->ca)
		return err_set(e, ERR_INPUT,
			       "crlFile %s: a CRL is only trusted when apple.caFile holds its "
			       "issuer; set apple.caFile too",
			       path);
	x->crl = crls_of_file(path, e);
	for (int i = 0; x->crl && i < sk_X509_CRL_num(x->crl); i++)
		if (!signed_by_one_of(sk_X509_CRL_value(x->crl, i), x->ca))
			return err_set(e, ERR_INPUT,
				       "crlFile %s: CRL %d is signed by no certificate of "
				       "apple.caFile; add its issuer there",
				       path, i + 1);
	return x->crl ? 0 : -1;
}

int trust_load(struct x509_real *x, const char *ca_file, const char *crl_file, struct err *e)
{
	if (ca_file) {
		x->ca = certificates_of_file(ca_file, "caFile", e);
		x->store = x->ca ? X509_STORE_new() : NULL;
		for (int i = 0; x->store && i < sk_X509_num(x->ca); i++)
			X509_STORE_add_cert(x->store, sk_X509_value(x->ca, i));
		if (!x->store)
			return -1;
		/*
		 * Dates are judged by rules and bands: an expired certificate still has a chain.
		 * The file may hold only an intermediate: whoever lists it trusts it.
		 */
		X509_STORE_set_flags(x->store,
				     X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_PARTIAL_CHAIN);
		ERR_clear_error();
	}
	return crl_file ? load_crls(x, crl_file, e) : 0;
}

static void check_crls(struct x509_real *x, X509 *cert, struct cert_facts *out)
{
	for (int i = 0; i < sk_X509_CRL_num(x->crl); i++) {
		X509_CRL *crl = sk_X509_CRL_value(x->crl, i);
		X509_REVOKED *entry = NULL;
		if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(cert)))
			continue;
		out->crl_checked = true;
		/* 2 stands for removeFromCRL, the end of a hold. */
		out->revoked |= X509_CRL_get0_by_cert(crl, &entry, cert) == 1;
	}
}

void trust_check(struct x509_real *x, const unsigned char *der, size_t len, struct cert_facts *out)
{
	const char *problem;

	if (!x->store)
		return;
	X509 *cert = der_certificate(NULL, der, len, &problem);
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	if (!cert || !ctx || !X509_STORE_CTX_init(ctx, x->store, cert, NULL))
		out_of_memory();
	out->trust = X509_verify_cert(ctx) == 1 ? TRUST_CHAIN_OK : TRUST_CHAIN_BAD;
	if (out->trust == TRUST_CHAIN_OK && x->crl)
		check_crls(x, cert, out);
	X509_STORE_CTX_free(ctx);
	X509_free(cert);
	ERR_clear_error();
}
