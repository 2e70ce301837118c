/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/openssl/signer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>

#include "reconcile/adapter/file/file.h"
#include "reconcile/adapter/openssl/keys_real.h"
#include "reconcile/adapter/openssl/scratch.h"
#include "schema/base/clock.h"

/* The common name for an error text. */
static const char *name_of(const X509_NAME *name, char text[128])
{
	if (X509_NAME_get_text_by_NID(name, NID_commonName, text, 128) < 0)
		snprintf(text, 128, "%s", "(no common name)");
	return text;
}

static int64_t seconds_of(const ASN1_TIME *t)
{
	struct tm tm;

	return ASN1_TIME_to_tm(t, &tm) == 1 ? timegm(&tm) : TIME_UNKNOWN;
}

/* Validity is judged against the real clock: the portal does too. */
static int check_in_force(const X509 *cert, struct err *e)
{
	int64_t now = time(NULL), from = seconds_of(X509_get0_notBefore(cert));
	int64_t until = seconds_of(X509_get0_notAfter(cert));
	char name[128], text[TIME_TEXT];

	name_of(X509_get_subject_name(cert), name);
	if (until < now)
		return err_set(e, ERR_INPUT,
			       "the certificate \"%s\" expired at %s and Apple's portal refuses "
			       "what it signs; get the new one from Apple",
			       name, time_format(until, text));
	if (from > now)
		return err_set(e, ERR_INPUT, "the certificate \"%s\" is not in force before %s",
			       name, time_format(from, text));
	return 0;
}

static bool is_issuer(X509 *issuer, X509 *cert)
{
	bool is = X509_check_issued(issuer, cert) == X509_V_OK &&
		  X509_verify(cert, X509_get0_pubkey(issuer)) == 1;

	ERR_clear_error();
	return is;
}

int chain_check(X509 *const *cert, size_t n, struct err *e)
{
	char name[128];

	for (size_t i = 0; i < n; i++) {
		X509 *issuer = cert[i + 1 < n ? i + 1 : i];
		if (!is_issuer(issuer, cert[i]))
			return err_set(e, ERR_INPUT, "the chain does not go on behind \"%s\"",
				       name_of(X509_get_subject_name(cert[i]), name));
		if (check_in_force(cert[i], e))
			return -1;
	}
	return n > 1 ? 0 : err_set(e, ERR_INPUT, "the chain has no issuer");
}

/* The issuer in the pool; of several (a renewed intermediate has the same name) the last to end. */
static X509 *find_issuer(const struct signer *s, X509 *cert)
{
	X509 *best = NULL;

	for (int i = 0; i < sk_X509_num(s->pool); i++) {
		X509 *one = sk_X509_value(s->pool, i);
		if (one != cert && is_issuer(one, cert) &&
		    (!best || seconds_of(X509_get0_notAfter(one)) >
				      seconds_of(X509_get0_notAfter(best))))
			best = one;
	}
	return best;
}

static int build_chain(const struct x509_real *x, struct signer *s, struct err *e)
{
	char name[128], issuer[128];

	s->chain[s->n++] = sk_X509_value(s->pool, 0);
	for (X509 *last = s->chain[0]; X509_self_signed(last, 1) != 1; last = s->chain[s->n - 1]) {
		X509 *next = s->n < CHAIN_MAX ? find_issuer(s, last) : NULL;
		ERR_clear_error();
		if (!next)
			return err_set(e, ERR_INPUT,
				       "chainFile %s: \"%s\", the issuer of \"%s\", is missing; "
				       "add it (https://www.apple.com/certificateauthority/)",
				       x->signer_chain ? x->signer_chain : "(not set)",
				       name_of(X509_get_issuer_name(last), issuer),
				       name_of(X509_get_subject_name(last), name));
		s->chain[s->n++] = next;
	}
	return 0;
}

static void note_validity(struct signer *s)
{
	s->not_before = INT64_MIN;
	s->not_after = INT64_MAX;
	for (size_t i = 0; i < s->n; i++) {
		int64_t from = seconds_of(X509_get0_notBefore(s->chain[i]));
		int64_t until = seconds_of(X509_get0_notAfter(s->chain[i]));
		s->not_before = from > s->not_before ? from : s->not_before;
		s->not_after = until < s->not_after ? until : s->not_after;
	}
}

/* Adds the certificates of a file, or those of the CA file, to the pool. */
static void add_to_pool(struct signer *s, STACK_OF(X509) *certs, bool owned)
{
	for (int i = 0; i < sk_X509_num(certs); i++) {
		X509 *cert = sk_X509_value(certs, i);
		X509_up_ref(cert);
		sk_X509_push(s->pool, cert);
	}
	if (owned)
		sk_X509_pop_free(certs, X509_free);
}

int signer_load(const struct x509_real *x, struct signer *s, struct err *e)
{
	*s = (struct signer){ .pool = sk_X509_new_null(),
			      .not_before = TIME_UNKNOWN,
			      .not_after = TIME_UNKNOWN };
	if (!s->pool)
		out_of_memory();
	if (!x->signer_cert || !x->signer_key)
		return err_set(e, ERR_INPUT, "it needs certificateFile, keyFile and chainFile");
	STACK_OF(X509) *certs = certificates_of_file(x->signer_cert, "certificateFile", e);
	if (!certs)
		return -1;
	add_to_pool(s, certs, true);
	if (x->signer_chain) {
		certs = certificates_of_file(x->signer_chain, "chainFile", e);
		if (!certs)
			return -1;
		add_to_pool(s, certs, true);
	}
	if (x->ca)
		add_to_pool(s, x->ca, false);
	int rc = build_chain(x, s, e);
	note_validity(s);
	return rc ? rc : chain_check(s->chain, s->n, e);
}

void signer_release(struct signer *s)
{
	sk_X509_pop_free(s->pool, X509_free);
	*s = (struct signer){ 0 };
}

struct signing {
	const struct x509_real *x;
	const struct signer *s;
	const void *bytes;
	size_t len;
	unsigned char *signature;
	size_t signature_len;
	struct err *e;
	int rc;
};

static EVP_PKEY *read_key(const char *path, struct err *e)
{
	struct secret file = SECRET_INIT, pkcs8 = SECRET_INIT;
	EVP_PKEY *key = NULL;

	if (file_read_secret(path, &file, e))
		err_wrap(e, "keyFile");
	else if (foreign_key(&file, NULL, &pkcs8, e) || !(key = key_of_pkcs8(&pkcs8, e)))
		err_wrap(e, "keyFile %s", path);
	secret_release(&file);
	secret_release(&pkcs8);
	return key;
}

static void *sign_thread(void *arg)
{
	struct signing *s = arg;
	EVP_PKEY *key = read_key(s->x->signer_key, s->e);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (!ctx)
		out_of_memory();
	s->rc = -1;
	if (key && X509_check_private_key(s->s->chain[0], key) != 1) {
		err_set(s->e, ERR_INPUT, "keyFile %s: it is not the key of certificateFile %s",
			s->x->signer_key, s->x->signer_cert);
	} else if (key && !s->bytes) {
		s->rc = 0;
	} else if (key) {
		s->signature_len = (size_t)EVP_PKEY_get_size(key);
		s->signature = OPENSSL_malloc(s->signature_len);
		if (s->signature && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
		    EVP_DigestSign(ctx, s->signature, &s->signature_len, s->bytes, s->len) == 1)
			s->rc = 0;
		else
			openssl_failed(s->e, ERR_BUG, "the request can not be signed");
	}
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return NULL;
}

int signer_sign(const struct x509_real *x, const struct signer *s, const void *bytes, size_t len,
		unsigned char **signature, size_t *signature_len, struct err *e)
{
	struct signing job = { .x = x, .s = s, .bytes = bytes, .len = len, .e = e };
	struct scratch thread;

	if (scratch_start(&thread, sign_thread, &job, e))
		return -1;
	scratch_join(&thread);
	if (job.rc) {
		OPENSSL_free(job.signature);
		return -1;
	}
	if (signature) {
		*signature = job.signature;
		*signature_len = job.signature_len;
	}
	return 0;
}

void signer_facts(struct x509 *port, struct arena *mem, struct signer_facts *out)
{
	struct x509_real *x = (struct x509_real *)port;
	struct signer s;
	struct err e = { 0 };
	char name[128];

	*out = (struct signer_facts){ .not_before = TIME_UNKNOWN, .not_after = TIME_UNKNOWN };
	if (!x->signer_cert && !x->signer_key)
		return;
	int rc = signer_load(x, &s, &e);
	if (s.n) {
		out->common_name = arena_strdup(
			mem, name_of(X509_get_subject_name(s.chain[0]), name));
		out->not_before = s.not_before;
		out->not_after = s.not_after;
	}
	rc = rc ? rc : signer_sign(x, &s, NULL, 0, NULL, NULL, &e);
	out->present = !rc;
	if (rc)
		out->problem = arena_printf(mem, "requestSigner: %s", e.text);
	signer_release(&s);
}
