/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/openssl/keys_real.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "reconcile/adapter/openssl/scratch.h"
#include "schema/base/text.h"

int openssl_failed(struct err *e, enum err_code code, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_error());

	err_set(e, code, "%s: %s", what, reason ? reason : "OpenSSL gives no reason");
	ERR_clear_error();
	return -1;
}

int spki_of(EVP_PKEY *key, unsigned char out[SPKI_BYTES], struct err *e)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	if (len <= 0)
		return openssl_failed(e, ERR_BUG, "the public key can not be encoded");
	SHA256(der, (size_t)len, out);
	OPENSSL_free(der);
	return 0;
}

int pkcs8_of(EVP_PKEY *key, struct secret *out, struct err *e)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	unsigned char *der = NULL;
	int len = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;

	PKCS8_PRIV_KEY_INFO_free(info);
	if (len <= 0)
		return openssl_failed(e, ERR_BUG, "the private key can not be encoded");
	secret_add(out, der, (size_t)len);
	OPENSSL_clear_free(der, (size_t)len);
	return 0;
}

EVP_PKEY *key_of_pkcs8(const struct secret *der, struct err *e)
{
	const unsigned char *p = der->data;
	PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)der->len);
	EVP_PKEY *key = info && p == der->data + der->len ? EVP_PKCS82PKEY(info) : NULL;

	PKCS8_PRIV_KEY_INFO_free(info);
	if (!key) {
		openssl_failed(e, ERR_INPUT, "the private key is not valid PKCS#8");
		return NULL;
	}
	if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key) < 2048) {
		err_set(e, ERR_INPUT, "the private key is no RSA key of at least 2048 bits; Apple "
				      "takes no other");
		EVP_PKEY_free(key);
		return NULL;
	}
	return key;
}

int context_of_ref(const struct key_ref *ref, struct seal_context *out, struct err *e)
{
	*out = (struct seal_context){ .tenant_uid = ref->tenant_uid,
				      .certificate_uid = ref->certificate_uid,
				      .version = ref->version };
	return text_unhex(ref->spki, out->spki, SPKI_BYTES) ?
		       0 :
		       err_set(e, ERR_BUG, "a key is named by the SHA-256 of its public key");
}

int seal_for_order(struct keys_real *k, const struct secret *pkcs8,
		   const unsigned char spki[SPKI_BYTES], struct key_order *order,
		   unsigned char *record, struct err *e)
{
	struct seal_context c = { .tenant_uid = order->tenant_uid,
				  .certificate_uid = order->certificate_uid,
				  .version = order->version };
	struct buf hex = BUF_INIT(2 * SPKI_BYTES);

	memcpy(c.spki, spki, SPKI_BYTES);
	if (seal(&k->sealer, &c, pkcs8, record, e))
		return -1;
	text_hex(&hex, spki, SPKI_BYTES);
	memcpy(order->spki, buf_str(&hex), sizeof(order->spki));
	buf_release(&hex);
	order->sealed = (struct blob){ .data = record, .len = seal_size(pkcs8->len) };
	return 0;
}

static int open_ref(struct keys *port, const struct key_ref *ref, struct secret *pkcs8,
		    struct err *e)
{
	struct keys_real *k = (struct keys_real *)port;
	struct seal_context c;

	if (context_of_ref(ref, &c, e))
		return -1;
	return unseal(&k->sealer, &c, ref->sealed.data, ref->sealed.len, pkcs8, e);
}

struct check {
	const struct secret *pkcs8;
	bool thorough; /* every relation between the numbers: 50 ms, for keys that others made */
	unsigned char spki[SPKI_BYTES];
	struct err *e;
	int rc;
};

static bool is_consistent(EVP_PKEY *key)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	bool good = ctx && EVP_PKEY_pairwise_check(ctx) == 1;

	EVP_PKEY_CTX_free(ctx);
	return good;
}

/* Signs something and verifies it: the private half works and fits the public one. */
static bool can_sign(EVP_PKEY *key)
{
	static const unsigned char text[] = "apnsctl";
	unsigned char signature[1024];
	size_t len = sizeof(signature);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
		    EVP_DigestSign(ctx, signature, &len, text, sizeof(text)) == 1 &&
		    EVP_MD_CTX_reset(ctx) == 1 &&
		    EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
		    EVP_DigestVerify(ctx, signature, len, text, sizeof(text)) == 1;

	EVP_MD_CTX_free(ctx);
	return good;
}

/* Parses the key and computes what its public half is; runs on a stack of its own. */
static void *check_thread(void *arg)
{
	struct check *c = arg;
	EVP_PKEY *key = key_of_pkcs8(c->pkcs8, c->e);

	if (!key)
		c->rc = -1;
	else if (!(c->thorough ? is_consistent(key) : can_sign(key)))
		c->rc = openssl_failed(c->e, ERR_INPUT,
				       "the private half of the key does not fit its public half");
	else
		c->rc = spki_of(key, c->spki, c->e);
	EVP_PKEY_free(key);
	return NULL;
}

static int check_pkcs8(const struct secret *pkcs8, bool thorough, unsigned char spki[SPKI_BYTES],
		       struct err *e)
{
	struct check c = { .pkcs8 = pkcs8, .thorough = thorough, .e = e };
	struct scratch thread;

	if (scratch_start(&thread, check_thread, &c, e))
		return -1;
	scratch_join(&thread);
	memcpy(spki, c.spki, SPKI_BYTES);
	return c.rc;
}

static int keys_check(struct keys *k, const struct key_ref *ref, struct err *e)
{
	struct secret pkcs8 = SECRET_INIT;
	unsigned char spki[SPKI_BYTES], wanted[SPKI_BYTES];
	int rc = open_ref(k, ref, &pkcs8, e);

	rc = rc ? rc : check_pkcs8(&pkcs8, false, spki, e);
	secret_release(&pkcs8);
	if (!rc && (!text_unhex(ref->spki, wanted, SPKI_BYTES) || memcmp(spki, wanted, SPKI_BYTES)))
		rc = err_set(e, ERR_REFUSED, "the sealed key is not the one of this public key");
	return rc;
}

/* PEM in a secret: OpenSSL's own writer would leave a copy in a BIO. */
static void add_pem(struct secret *out, const struct secret *der)
{
	enum { LINE_BYTES = 48 };
	static const char begin[] = "-----BEGIN PRIVATE KEY-----\n";
	static const char end[] = "-----END PRIVATE KEY-----\n";
	unsigned char line[LINE_BYTES / 3 * 4 + 1];

	secret_add(out, begin, sizeof(begin) - 1);
	for (size_t at = 0; at < der->len; at += LINE_BYTES) {
		int n = der->len - at < LINE_BYTES ? (int)(der->len - at) : LINE_BYTES;
		secret_add(out, line, (size_t)EVP_EncodeBlock(line, der->data + at, n));
		secret_add(out, "\n", 1);
	}
	secret_add(out, end, sizeof(end) - 1);
	secret_wipe(line, sizeof(line));
}

static int keys_lend(struct keys *k, const struct key_ref *ref, enum key_format format,
		     struct secret *out, struct err *e)
{
	struct secret der = SECRET_INIT;

	if (open_ref(k, ref, &der, e))
		return -1;
	secret_release(out);
	if (format == KEY_PKCS8_PEM) {
		add_pem(out, &der);
		secret_release(&der);
	} else {
		*out = der;
	}
	return 0;
}

static int keys_seal(struct keys *port, const struct secret *pkcs8, struct key_order *order,
		     struct arena *mem, struct err *e)
{
	struct keys_real *k = (struct keys_real *)port;
	unsigned char spki[SPKI_BYTES];

	if (check_pkcs8(pkcs8, true, spki, e))
		return -1;
	return seal_for_order(k, pkcs8, spki, order, arena_alloc(mem, seal_size(pkcs8->len)), e);
}

static void keys_close(struct keys *port)
{
	struct keys_real *k = (struct keys_real *)port;

	if (!k)
		return;
	sealer_release(&k->sealer);
	free(k);
}

static const struct keys_ops ops = {
	.generate = keys_generate,
	.check = keys_check,
	.request = keys_request,
	.lend = keys_lend,
	.seal = keys_seal,
	.close = keys_close,
};

int keys_open(const struct unlock_options *o, const unsigned char store_uuid[STORE_UUID_BYTES],
	      struct keys **out, struct err *e)
{
	struct secret unlock = SECRET_INIT;
	struct keys_real *k = calloc(1, sizeof(*k));

	if (!k)
		out_of_memory();
	k->port.ops = &ops;
	if (unlock_read(o, &unlock, e) || sealer_init(&k->sealer, &unlock, store_uuid, e)) {
		secret_release(&unlock);
		free(k);
		return -1;
	}
	*out = &k->port;
	return 0;
}
