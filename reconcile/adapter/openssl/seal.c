/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/openssl/seal.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "schema/base/arena.h"

static const unsigned char magic[8] = "APNSREC\x01";
static const char label[] = "apnsctl/rec/1";

enum {
	SUITE_1 = 1,
	KIND_PUSH_KEY = 1,
	TYPE_PKCS8 = 1,
	AT_SUITE = 8,
	AT_KIND = 10,
	AT_STORE = 12,
	AT_VERSION = 28,
	AT_TENANT = 36,
	AT_CERTIFICATE = 68,
	AT_SPKI = 100,
	AT_SALT = 132,
	AT_COMMITMENT = 164,
	AT_DATA_KEY = 196,
	AT_NONCE = 236,
	AT_LENGTH = 248,
	AT_SECRET = 252,
	KEY_BYTES = 32,
	WRAPPED_BYTES = 40,
	NONCE_BYTES = 12,
	TAG_BYTES = 16,
	SUM_BYTES = 32,
	TLV_BYTES = 6,
	PAD_TO = 256,
	UID_MAX = 256,
	UIDS_MAX = 2 * (4 + UID_MAX),
	INFO_MAX = sizeof(label) + AT_SALT - AT_SUITE + UIDS_MAX
};

struct derived {
	unsigned char wrap_key[KEY_BYTES], commitment[KEY_BYTES];
};

/* What the body of a record is bound to: the bytes before it, and the uids. */
struct aad {
	const unsigned char *head, *uids;
	size_t uids_len;
};

static void put(unsigned char *p, size_t n, uint64_t v)
{
	for (; n; n--, v >>= 8)
		p[n - 1] = (unsigned char)v;
}

static uint64_t get(const unsigned char *p, size_t n)
{
	uint64_t v = 0;

	for (; n; n--)
		v = v << 8 | *p++;
	return v;
}

static int crypto_failed(struct err *e, const char *what)
{
	unsigned long code = ERR_peek_error();
	const char *reason = ERR_reason_error_string(code);

	err_set(e, ERR_BUG, "OpenSSL failed to %s: %s", what, reason ? reason : "no reason given");
	ERR_clear_error();
	return -1;
}

int sealer_init(struct sealer *s, struct secret *unlock, const unsigned char *store, struct err *e)
{
	*s = (struct sealer){
		.hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL),
		.wrap = EVP_CIPHER_fetch(NULL, "AES-256-WRAP-PAD", NULL),
		.gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL),
	};
	if (!s->hkdf || !s->wrap || !s->gcm) {
		sealer_release(s);
		return crypto_failed(e, "find HKDF, AES-256-WRAP-PAD and AES-256-GCM");
	}
	memcpy(s->store, store, sizeof(s->store));
	s->unlock = *unlock;
	*unlock = (struct secret)SECRET_INIT;
	return 0;
}

void sealer_release(struct sealer *s)
{
	secret_release(&s->unlock);
	EVP_KDF_free(s->hkdf);
	EVP_CIPHER_free(s->wrap);
	EVP_CIPHER_free(s->gcm);
	*s = (struct sealer){ 0 };
}

static size_t padded(size_t len)
{
	return (len + TLV_BYTES + PAD_TO - 1) / PAD_TO * PAD_TO;
}

size_t seal_size(size_t len)
{
	return AT_SECRET + padded(len) + TAG_BYTES + SUM_BYTES;
}

/* Both uids, each behind its length; 0 when one is too long to be a uid. */
static size_t put_uids(const struct seal_context *c, unsigned char out[UIDS_MAX])
{
	const char *uid[] = { c->tenant_uid, c->certificate_uid };
	size_t at = 0;

	for (int i = 0; i < 2; i++) {
		size_t n = strlen(uid[i]);
		if (n > UID_MAX)
			return 0;
		put(out + at, 4, n);
		memcpy(out + at + 4, uid[i], n);
		at += 4 + n;
	}
	return at;
}

static void put_context(const struct sealer *s, const struct seal_context *c, unsigned char *head)
{
	memcpy(head, magic, sizeof(magic));
	put(head + AT_SUITE, 2, SUITE_1);
	put(head + AT_KIND, 2, KIND_PUSH_KEY);
	memcpy(head + AT_STORE, s->store, STORE_UUID_BYTES);
	put(head + AT_VERSION, 8, (uint64_t)c->version);
	SHA256((const unsigned char *)c->tenant_uid, strlen(c->tenant_uid), head + AT_TENANT);
	SHA256((const unsigned char *)c->certificate_uid, strlen(c->certificate_uid),
	       head + AT_CERTIFICATE);
	memcpy(head + AT_SPKI, c->spki, SPKI_BYTES);
}

/* Wrapping key and commitment for the context and the salt that stand in the head. */
static int derive(const struct sealer *s, const struct aad *aad, struct derived *out, struct err *e)
{
	unsigned char info[INFO_MAX];
	size_t n = sizeof(label) - 1, context = AT_SALT - AT_SUITE;
	char digest[] = "SHA256";

	memcpy(info, label, n);
	memcpy(info + n, aad->head + AT_SUITE, context);
	memcpy(info + n + context, aad->uids, aad->uids_len);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, s->unlock.data,
						  s->unlock.len),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT,
						  (unsigned char *)aad->head + AT_SALT, KEY_BYTES),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info,
						  n + context + aad->uids_len),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(s->hkdf);
	int good = ctx && EVP_KDF_derive(ctx, (unsigned char *)out, sizeof(*out), params) == 1;

	EVP_KDF_CTX_free(ctx);
	return good ? 0 : crypto_failed(e, "derive a key");
}

/* Wraps (encrypt 1) or unwraps a data key; false when the wrapped one is not intact. */
static bool wrap(const struct sealer *s, const unsigned char *key, int encrypt,
		 const unsigned char *in, int in_len, unsigned char *out, int out_len)
{
	unsigned char room[WRAPPED_BYTES + 8];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, rest = 0;

	if (!ctx)
		out_of_memory();
	EVP_CIPHER_CTX_set_flags(ctx, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
	bool good = EVP_CipherInit_ex2(ctx, s->wrap, key, NULL, encrypt, NULL) == 1 &&
		    EVP_CipherUpdate(ctx, room, &n, in, in_len) == 1 &&
		    EVP_CipherFinal_ex(ctx, room + n, &rest) == 1 && n + rest == out_len;
	if (good)
		memcpy(out, room, (size_t)out_len);
	EVP_CIPHER_CTX_free(ctx);
	secret_wipe(room, sizeof(room));
	ERR_clear_error();
	return good;
}

/* AES-256-GCM over `len` bytes; `tag` is written when `encrypt` is 1 and compared when it is 0. */
static bool crypt_body(const struct sealer *s, const unsigned char *data_key, int encrypt,
		       const struct aad *aad, const unsigned char *in, unsigned char *out,
		       size_t len, unsigned char *tag)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0;

	if (!ctx)
		out_of_memory();
	bool good = EVP_CipherInit_ex2(ctx, s->gcm, data_key, aad->head + AT_NONCE, encrypt,
				       NULL) == 1 &&
		    EVP_CipherUpdate(ctx, NULL, &n, aad->head, AT_SECRET) == 1 &&
		    EVP_CipherUpdate(ctx, NULL, &n, aad->uids, (int)aad->uids_len) == 1 &&
		    EVP_CipherUpdate(ctx, out, &n, in, (int)len) == 1;
	if (good && !encrypt)
		good = EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag) == 1;
	good = good && EVP_CipherFinal_ex(ctx, out + n, &n) == 1;
	if (good && encrypt)
		good = EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, tag) == 1;
	EVP_CIPHER_CTX_free(ctx);
	ERR_clear_error();
	return good;
}

static int check_context(const struct seal_context *c, unsigned char uids[UIDS_MAX], size_t *n,
			 struct err *e)
{
	*n = put_uids(c, uids);
	return *n ? 0 : err_set(e, ERR_BUG, "a uid is longer than %d bytes", UID_MAX);
}

int seal(const struct sealer *s, const struct seal_context *c, const struct secret *secret,
	 unsigned char *out, struct err *e)
{
	unsigned char uids[UIDS_MAX], data_key[KEY_BYTES];
	struct derived keys;
	struct secret plain = SECRET_INIT;
	struct aad aad = { .head = out, .uids = uids };
	size_t n = padded(secret->len);
	int rc = -1;

	if (check_context(c, uids, &aad.uids_len, e))
		return -1;
	if (secret->len > SEALED_SECRET_MAX)
		return err_set(e, ERR_INPUT, "the key is larger than %d bytes", SEALED_SECRET_MAX);
	secret_resize(&plain, n);
	put(plain.data, 2, TYPE_PKCS8);
	put(plain.data + 2, 4, secret->len);
	memcpy(plain.data + TLV_BYTES, secret->data, secret->len);
	put_context(s, c, out);
	put(out + AT_LENGTH, 4, n);
	if (RAND_bytes(out + AT_SALT, KEY_BYTES) != 1 ||
	    RAND_bytes(out + AT_NONCE, NONCE_BYTES) != 1 ||
	    RAND_priv_bytes(data_key, KEY_BYTES) != 1) {
		crypto_failed(e, "make random bytes");
	} else if (!derive(s, &aad, &keys, e)) {
		memcpy(out + AT_COMMITMENT, keys.commitment, KEY_BYTES);
		if (wrap(s, keys.wrap_key, 1, data_key, KEY_BYTES, out + AT_DATA_KEY,
			 WRAPPED_BYTES) &&
		    crypt_body(s, data_key, 1, &aad, plain.data, out + AT_SECRET, n,
			       out + AT_SECRET + n))
			rc = 0;
		else
			crypto_failed(e, "seal a key");
	}
	if (!rc)
		SHA256(out, AT_SECRET + n + TAG_BYTES, out + AT_SECRET + n + TAG_BYTES);
	secret_release(&plain);
	secret_wipe(data_key, sizeof(data_key));
	secret_wipe(&keys, sizeof(keys));
	return rc;
}

/* Shape and checksum: what can be seen without a key. */
static int check_shape(const unsigned char *r, size_t len, struct err *e)
{
	unsigned char sum[SUM_BYTES];

	if (len < AT_SECRET + PAD_TO + TAG_BYTES + SUM_BYTES ||
	    memcmp(r, magic, sizeof(magic)) != 0)
		return err_set(e, ERR_IO, "the key record is no sealed record of this program; "
					  "restore the store from a backup");
	SHA256(r, len - SUM_BYTES, sum);
	if (secret_differs(sum, r + len - SUM_BYTES, SUM_BYTES))
		return err_set(e, ERR_IO, "the key record is damaged: its checksum does not match; "
					  "restore the store from a backup");
	uint64_t suite = get(r + AT_SUITE, 2), kind = get(r + AT_KIND, 2);
	if (suite != SUITE_1 || kind != KIND_PUSH_KEY)
		return err_set(e, ERR_IO,
			       "the key record has suite %" PRIu64 " and kind %" PRIu64
			       ", this program knows 1 and 1; use the version that wrote it",
			       suite, kind);
	if (get(r + AT_LENGTH, 4) != len - AT_SECRET - TAG_BYTES - SUM_BYTES)
		return err_set(e, ERR_IO, "the key record has a wrong length; restore the store "
					  "from a backup");
	return 0;
}

/* The fields that name what the record is bound to against what the caller asks for. */
static int check_binding(const unsigned char *r, const unsigned char *wanted, struct err *e)
{
	static const struct {
		size_t at, len;
		const char *text;
	} field[] = {
		{ AT_STORE, STORE_UUID_BYTES, "another store" },
		{ AT_TENANT, SHA256_DIGEST_LENGTH, "another tenant" },
		{ AT_CERTIFICATE, SHA256_DIGEST_LENGTH, "another certificate" },
		{ AT_SPKI, SPKI_BYTES, "another public key" },
		{ AT_VERSION, 8, "another version of the key" },
	};

	for (size_t i = 0; i < sizeof(field) / sizeof(field[0]); i++)
		if (memcmp(r + field[i].at, wanted + field[i].at, field[i].len) != 0)
			return err_set(e, ERR_REFUSED,
				       "the key record belongs to %s and is not used here",
				       field[i].text);
	return 0;
}

/* Takes the key out of the padded plaintext. */
static int take_secret(const struct secret *plain, struct secret *out, struct err *e)
{
	uint64_t n = get(plain->data + 2, 4);
	unsigned char rest = 0;

	if (get(plain->data, 2) != TYPE_PKCS8 || n + TLV_BYTES > plain->len)
		return err_set(e, ERR_REFUSED, "the key record does not hold a PKCS#8 key");
	for (size_t i = TLV_BYTES + n; i < plain->len; i++)
		rest |= plain->data[i];
	if (rest)
		return err_set(e, ERR_REFUSED, "the key record holds more than a key");
	secret_add(out, plain->data + TLV_BYTES, n);
	return 0;
}

int unseal(const struct sealer *s, const struct seal_context *c, const void *record, size_t len,
	   struct secret *out, struct err *e)
{
	const unsigned char *r = record;
	unsigned char uids[UIDS_MAX], wanted[AT_SALT], data_key[KEY_BYTES], tag[TAG_BYTES];
	struct derived keys;
	struct secret plain = SECRET_INIT;
	struct aad aad = { .head = r, .uids = uids };
	int rc = -1;

	put_context(s, c, wanted);
	if (check_context(c, uids, &aad.uids_len, e) || check_shape(r, len, e) ||
	    check_binding(r, wanted, e) || derive(s, &aad, &keys, e))
		return -1;
	size_t n = len - AT_SECRET - TAG_BYTES - SUM_BYTES;
	memcpy(tag, r + AT_SECRET + n, TAG_BYTES);
	secret_resize(&plain, n);
	if (secret_differs(keys.commitment, r + AT_COMMITMENT, KEY_BYTES))
		err_set(e, ERR_SEALED, "the key record was sealed with another unlock key; give "
				       "the unlock key of this store (state.unlock)");
	else if (!wrap(s, keys.wrap_key, 0, r + AT_DATA_KEY, WRAPPED_BYTES, data_key, KEY_BYTES) ||
		 !crypt_body(s, data_key, 0, &aad, r + AT_SECRET, plain.data, n, tag))
		err_set(e, ERR_REFUSED, "the key record was changed after it was sealed; restore "
					"the store from a backup");
	else
		rc = take_secret(&plain, out, e);
	secret_release(&plain);
	secret_wipe(data_key, sizeof(data_key));
	secret_wipe(&keys, sizeof(keys));
	return rc;
}
