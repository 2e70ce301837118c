/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Doubles of the x509 and keys ports. A certificate is its facts as text between the usual lines, a
 * request names its key, a sealed key is its own name.
 */
#ifndef APNSCTL_TESTS_DOUBLE_CRYPTO_H
#define APNSCTL_TESTS_DOUBLE_CRYPTO_H

#include "reconcile/model/intake.h"
#include "tests/unit/reconcile/run/world.h"

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----\n"
#define PEM_END "-----END CERTIFICATE-----\n"

/* The word behind "KEY=" in `text`; NULL: none. */
static char *word_behind(const char *text, const char *key, struct arena *mem)
{
	const char *at = strstr(text, arena_printf(mem, " %s=", key));

	if (!at)
		return NULL;
	at += strlen(key) + 2;
	return arena_strndup(mem, at, strcspn(at, " \n"));
}

static const char *pem_text(struct arena *mem, const char *topic, const char *spki,
			    const char *serial, int64_t from, int64_t to)
{
	return arena_printf(mem,
			    PEM_BEGIN " topic=%s spki=%s serial=%s from=%lld to=%lld\n" PEM_END,
			    topic, spki, serial, (long long)from, (long long)to);
}

static void facts_read(void *self, const void *bytes, size_t len, struct arena *mem,
		       struct cert_facts *out)
{
	const char *text = arena_strndup(mem, bytes, len);

	(void)self;
	*out = (struct cert_facts){ .form = CERT_FORM_TEXT };
	if (!text_starts(text, PEM_BEGIN))
		return;
	out->form = CERT_FORM_PEM;
	out->topic = word_behind(text, "topic", mem);
	out->row = out->common_name = portal_row_of(out->topic, mem);
	out->serial = word_behind(text, "serial", mem);
	out->issuer = "Apple Application Integration 2 Certification Authority";
	snprintf(out->spki_sha256, sizeof(out->spki_sha256), "%s", word_behind(text, "spki", mem));
	hash_text(text, out->sha256);
	out->not_before = strtoll(word_behind(text, "from", mem), NULL, 10);
	out->not_after = strtoll(word_behind(text, "to", mem), NULL, 10);
	out->is_rsa = out->has_632 = out->client_auth = out->digital_signature = true;
	out->issuer_known = true;
	out->key_bits = 2048;
}

static void x509_read(struct x509 *x, const void *bytes, size_t len, struct arena *mem,
		      struct cert_facts *out)
{
	facts_read(x, bytes, len, mem, out);
}

static int x509_normalize(struct x509 *x, const void *bytes, size_t len, struct buf *pem,
			  struct err *e)
{
	if (!take_turn(WORLD(x), "x509 normalize").tells)
		return injected(e, ERR_INPUT, "x509 normalize");
	buf_add(pem, bytes, len);
	return 0;
}

static void x509_signer(struct x509 *x, struct arena *mem, struct signer_facts *out)
{
	struct world *w = WORLD(x);

	(void)mem;
	*out = (struct signer_facts){ 0 };
	if (w->has_signer)
		*out = (struct signer_facts){ true, "MDM Vendor", w->now - DAY_S,
					      w->signer_not_after, NULL };
}

static int x509_sign_upload(struct x509 *x, const void *csr_der, size_t len, struct buf *upload,
			    struct err *e)
{
	struct world *w = WORLD(x);

	if (!take_turn(w, "x509 sign").tells)
		return injected(e, ERR_IO, "x509 sign");
	w->n_upload++;
	buf_addf(upload, "signed %.*s", (int)len, (const char *)csr_der);
	return 0;
}

static int sealed_problem(struct world *w, struct err *e)
{
	return err_set(e, ERR_SEALED, "%s", w->sealed ? "no unlock key" : "the record is broken");
}

static int keys_generate(struct keys *k, struct key_order *order, size_t n, struct arena *mem,
			 key_progress_fn *progress, void *arg, struct err *e)
{
	struct world *w = WORLD(k);
	struct turn t = take_turn(w, "keys generate");

	if (w->sealed)
		return sealed_problem(w, e);
	for (size_t i = 0; t.acts && i < n; i++) {
		hash_text(arena_printf(mem, "%s key %u", order[i].certificate_uid, ++w->n_key),
			  order[i].spki);
		const char *sealed = arena_printf(mem, "sealed %s", order[i].spki);
		order[i].sealed = (struct blob){ sealed, strlen(sealed) };
		progress(i + 1, n, arg);
	}
	return t.tells ? 0 : injected(e, ERR_IO, "keys generate");
}

static int keys_check(struct keys *k, const struct key_ref *ref, struct err *e)
{
	struct world *w = WORLD(k);
	char want[128];

	if (!take_turn(w, "keys check").tells)
		return injected(e, ERR_IO, "keys check");
	snprintf(want, sizeof(want), "sealed %s", ref->spki);
	return !w->sealed && text_eq(ref->sealed.data, want) ? 0 : sealed_problem(w, e);
}

static int keys_request(struct keys *k, const struct key_ref *ref,
			const struct csr_subject *subject, struct arena *mem, struct blob *csr_der,
			struct err *e)
{
	if (!take_turn(WORLD(k), "keys request").tells)
		return injected(e, ERR_IO, "keys request");
	const char *csr = arena_printf(mem, "csr key=%s for=%s", ref->spki, subject->common_name);
	*csr_der = (struct blob){ csr, strlen(csr) };
	return 0;
}

static const struct x509_ops double_x509 = {
	.read = x509_read,
	.normalize = x509_normalize,
	.signer = x509_signer,
	.sign_upload = x509_sign_upload,
};

static const struct keys_ops double_keys = {
	.generate = keys_generate,
	.check = keys_check,
	.request = keys_request,
};

#endif
