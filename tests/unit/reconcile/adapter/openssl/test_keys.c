/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/reconcile/adapter/openssl/certs.h"

#include "reconcile/adapter/openssl/openssl.h"
#include "schema/base/sha256.h"
#include "schema/base/text.h"

static char dir[] = "/tmp/keys.XXXXXX";
static const unsigned char store[16] = "sixteen bytes..", other_store[16] = "another store..";
static struct keys *k;
static struct key_order order[4];
static struct arena mem;

static struct keys *open_keys(const char *unlock_text, const unsigned char *uuid)
{
	struct keys *out = NULL;
	struct err e = { 0 };
	const char *path = write_file(dir, "open.key", unlock_text, strlen(unlock_text), 0600);

	assert_int_equal(keys_open(&(struct unlock_options){ .file = path }, uuid, &out, &e), 0);
	return out;
}

#define UNLOCK "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

static int setup(void **state)
{
	(void)state;
	struct err e = { 0 };
	/* Each of the four differs from the first in one thing that a record is bound to. */
	static const struct key_order wanted[4] = {
		{ .tenant_uid = "t1", .certificate_uid = "c1", .version = 1 },
		{ .tenant_uid = "t2", .certificate_uid = "c1", .version = 1 },
		{ .tenant_uid = "t1", .certificate_uid = "c2", .version = 1 },
		{ .tenant_uid = "t1", .certificate_uid = "c1", .version = 2 },
	};

	if (!mkdtemp(dir))
		return -1;
	k = open_keys(UNLOCK, store);
	memcpy(order, wanted, sizeof(order));
	return k->ops->generate(k, order, 4, &mem, NULL, NULL, &e);
}

static int teardown(void **state)
{
	(void)state;
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", dir);
	k->ops->close(k);
	arena_release(&mem);
	return system(command);
}

static struct key_ref ref_of(const struct key_order *o)
{
	return (struct key_ref){ .tenant_uid = o->tenant_uid,
				 .certificate_uid = o->certificate_uid,
				 .spki = o->spki,
				 .version = o->version,
				 .sealed = o->sealed };
}

/* The text of the refusal; fails when the record is accepted. */
static const char *refusal(struct keys *keys, const struct key_ref *ref, enum err_code code)
{
	static struct err e;
	struct secret s = SECRET_INIT;

	e = (struct err){ 0 };
	assert_int_equal(keys->ops->lend(keys, ref, KEY_PKCS8_DER, &s, &e), -1);
	assert_null(s.data);
	assert_int_equal(e.code, code);
	return e.text;
}

static void a_lent_key_is_the_one_that_was_made(void **state)
{
	(void)state;
	struct err e = { 0 };

	for (int i = 0; i < 4; i++) {
		struct key_ref ref = ref_of(&order[i]);
		struct secret der = SECRET_INIT, pem = SECRET_INIT;
		unsigned char md[32], *spki = NULL;
		struct buf hex = BUF_INIT(100);

		assert_int_equal(k->ops->lend(k, &ref, KEY_PKCS8_DER, &der, &e), 0);
		const unsigned char *p = der.data;
		EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &p, (long)der.len);
		assert_int_equal(EVP_PKEY_get_bits(key), 2048);
		int len = i2d_PUBKEY(key, &spki);
		EVP_Digest(spki, (size_t)len, md, NULL, EVP_sha256(), NULL);
		text_hex(&hex, md, 32);
		assert_string_equal(order[i].spki, buf_str(&hex));
		assert_int_equal(k->ops->lend(k, &ref, KEY_PKCS8_PEM, &pem, &e), 0);
		/* What OpenSSL would write. */
		BIO *out = BIO_new(BIO_s_mem());
		char *text;
		PEM_write_bio_PKCS8PrivateKey(out, key, NULL, NULL, 0, NULL, NULL);
		long n = BIO_get_mem_data(out, &text);
		assert_int_equal(pem.len, n);
		assert_memory_equal(pem.data, text, pem.len);
		assert_int_equal(k->ops->check(k, &ref, &e), 0);
		BIO_free(out);
		EVP_PKEY_free(key);
		OPENSSL_free(spki);
		buf_release(&hex);
		secret_release(&der);
		secret_release(&pem);
	}
}

static void two_keys_and_two_records_are_never_equal(void **state)
{
	(void)state;
	struct err e = { 0 };
	struct key_ref ref = ref_of(&order[0]);
	struct secret der = SECRET_INIT;
	struct key_order again = order[0];

	assert_string_not_equal(order[0].spki, order[1].spki);
	assert_int_equal(k->ops->lend(k, &ref, KEY_PKCS8_DER, &der, &e), 0);
	assert_int_equal(k->ops->seal(k, &der, &again, &mem, &e), 0);
	assert_string_equal(again.spki, order[0].spki);
	assert_int_equal(again.sealed.len, order[0].sealed.len);
	/* Salt, commitment, data key, nonce and all behind are new. */
	for (size_t at = 132; at + 32 < again.sealed.len; at += 32)
		if (at != 228) /* holds the length */
			assert_memory_not_equal((const char *)again.sealed.data + at,
						(const char *)order[0].sealed.data + at, 16);
	secret_release(&der);
}

static void a_record_hides_the_exact_length_and_the_key(void **state)
{
	(void)state;
	struct err e = { 0 };
	struct key_ref ref = ref_of(&order[0]);
	struct secret der = SECRET_INIT;

	assert_int_equal(order[0].sealed.len, 252 + 1280 + 16 + 32);
	assert_int_equal(k->ops->lend(k, &ref, KEY_PKCS8_DER, &der, &e), 0);
	for (size_t at = 0; at + 16 < der.len; at += 16)
		assert_null(memmem(order[0].sealed.data, order[0].sealed.len, der.data + at, 16));
	secret_release(&der);
}

/* A copy of a record with byte `at` changed; with `fix` the checksum is made to fit again. */
static struct key_ref damaged(const struct key_order *o, unsigned char *copy, size_t at, bool fix)
{
	struct key_ref ref = ref_of(o);
	struct sha256 h;

	memcpy(copy, o->sealed.data, o->sealed.len);
	copy[at] ^= 0x01;
	if (fix) {
		sha256_init(&h);
		sha256_add(&h, copy, o->sealed.len - 32);
		sha256_end(&h, copy + o->sealed.len - 32);
	}
	ref.sealed.data = copy;
	return ref;
}

static void any_changed_byte_is_found(void **state)
{
	(void)state;
	unsigned char copy[4096];
	struct key_ref ref;

	for (size_t at = 8; at < order[0].sealed.len; at++) {
		ref = damaged(&order[0], copy, at, false);
		assert_string_equal(refusal(k, &ref, ERR_IO),
				    "the key record is damaged: its checksum does not match; "
				    "restore the store from a backup");
	}
	for (size_t at = 0; at < 8; at++) {
		ref = damaged(&order[0], copy, at, false);
		assert_string_equal(refusal(k, &ref, ERR_IO),
				    "the key record is no sealed record of this program; restore "
				    "the store from a backup");
	}
}

static void any_changed_byte_is_found_by_cryptography_too(void **state)
{
	(void)state;
	static const struct {
		size_t from, to;
		enum err_code code;
		const char *text;
	} part[] = {
		{ 8, 12, ERR_IO, "the key record has suite " },
		{ 12, 28, ERR_REFUSED, "the key record belongs to another store and " },
		{ 28, 36, ERR_REFUSED, "the key record belongs to another version of the key " },
		{ 36, 68, ERR_REFUSED, "the key record belongs to another tenant and " },
		{ 68, 100, ERR_REFUSED, "the key record belongs to another certificate and " },
		{ 100, 132, ERR_REFUSED, "the key record belongs to another public key and " },
		{ 132, 196, ERR_SEALED, "the key record was sealed with another unlock key; " },
		{ 196, 248, ERR_REFUSED, "the key record was changed after it was sealed; " },
		{ 248, 252, ERR_IO, "the key record has a wrong length; " },
		{ 252, 1548, ERR_REFUSED, "the key record was changed after it was sealed; " },
	};
	unsigned char copy[4096];

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		for (size_t at = part[i].from; at < part[i].to; at++) {
			struct key_ref ref = damaged(&order[0], copy, at, true);
			const char *text = refusal(k, &ref, part[i].code);
			assert_true(text_starts(text, part[i].text));
		}
}

static void a_record_cut_anywhere_is_refused(void **state)
{
	(void)state;
	struct key_ref ref = ref_of(&order[0]);

	for (size_t len = 0; len < order[0].sealed.len; len++) {
		/* Of the exact size, so that a sanitizer sees any step over its end. */
		void *copy = malloc(len ? len : 1);
		memcpy(copy, order[0].sealed.data, len);
		ref.sealed = (struct blob){ .data = copy, .len = len };
		refusal(k, &ref, ERR_IO);
		free(copy);
	}
}

static void a_record_in_the_place_of_another_is_refused(void **state)
{
	(void)state;
	static const char *const text[4][4] = {
		{ NULL, "another tenant", "another certificate", "another public key" },
		{ "another tenant", NULL, "another tenant", "another tenant" },
		{ "another certificate", "another tenant", NULL, "another certificate" },
		{ "another public key", "another tenant", "another certificate", NULL },
	};
	char wanted[100];

	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 4; j++) {
			struct key_ref ref = ref_of(&order[i]);
			if (i == j)
				continue;
			ref.sealed = order[j].sealed;
			snprintf(wanted, sizeof(wanted),
				 "the key record belongs to %s and is not used here", text[i][j]);
			assert_string_equal(refusal(k, &ref, ERR_REFUSED), wanted);
		}
	struct key_ref ref = ref_of(&order[0]);
	ref.version = 2;
	assert_string_equal(refusal(k, &ref, ERR_REFUSED),
			    "the key record belongs to another version of the key and is not used "
			    "here");
}

static void another_store_or_unlock_key_opens_nothing(void **state)
{
	(void)state;
	struct key_ref ref = ref_of(&order[0]);
	struct keys *elsewhere = open_keys(UNLOCK, other_store);
	struct keys *wrong = open_keys("f00102030405060708090a0b0c0d0e0f"
				       "101112131415161718191a1b1c1d1e1f",
				       store);

	assert_string_equal(refusal(elsewhere, &ref, ERR_REFUSED),
			    "the key record belongs to another store and is not used here");
	assert_string_equal(refusal(wrong, &ref, ERR_SEALED),
			    "the key record was sealed with another unlock key; give the unlock "
			    "key of this store (state.unlock)");
	elsewhere->ops->close(elsewhere);
	wrong->ops->close(wrong);
}

static void a_key_whose_halves_do_not_fit_is_not_sealed(void **state)
{
	(void)state;
	struct err e = { 0 };
	struct key_ref ref = ref_of(&order[0]);
	struct secret der = SECRET_INIT;
	struct key_order o = order[0];

	assert_int_equal(k->ops->lend(k, &ref, KEY_PKCS8_DER, &der, &e), 0);
	der.data[320] ^= 0x01; /* inside the private exponent */
	assert_int_equal(k->ops->seal(k, &der, &o, &mem, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	assert_true(text_starts(e.text, "the private half of the key does not fit its public "
					"half"));
	secret_release(&der);
}

static void only_rsa_of_2048_bits_or_more_is_sealed(void **state)
{
	(void)state;
	struct err e = { 0 };
	struct key_order o = order[0];
	EVP_PKEY *key[2] = { EVP_RSA_gen(1024), EVP_EC_gen("P-256") };

	for (int i = 0; i < 2; i++) {
		struct secret der = SECRET_INIT;
		unsigned char *bytes = NULL;
		PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key[i]);
		int len = i2d_PKCS8_PRIV_KEY_INFO(info, &bytes);
		secret_add(&der, bytes, (size_t)len);
		assert_int_equal(k->ops->seal(k, &der, &o, &mem, &e), -1);
		assert_string_equal(e.text, "the private key is no RSA key of at least 2048 bits; "
					    "Apple takes no other");
		PKCS8_PRIV_KEY_INFO_free(info);
		OPENSSL_free(bytes);
		EVP_PKEY_free(key[i]);
		secret_release(&der);
	}
	struct secret text = SECRET_INIT;
	secret_add(&text, "hello", 5);
	assert_int_equal(k->ops->seal(k, &text, &o, &mem, &e), -1);
	assert_true(text_starts(e.text, "the private key is not valid PKCS#8: "));
	secret_release(&text);
}

static X509_REQ *request(const struct key_ref *ref, const struct csr_subject *subject,
			 struct blob *der)
{
	struct err e = { 0 };

	assert_int_equal(k->ops->request(k, ref, subject, &mem, der, &e), 0);
	const unsigned char *p = der->data;
	return d2i_X509_REQ(NULL, &p, (long)der->len);
}

static void a_request_carries_subject_and_key(void **state)
{
	(void)state;
	struct key_ref ref = ref_of(&order[0]);
	struct blob der, again;
	char text[256];
	X509_REQ *req = request(&ref,
				&(struct csr_subject){ "Acme M\xc3\xbcller", "apple@acme.example",
						       "DE" },
				&der);

	BIO *out = BIO_new(BIO_s_mem());
	X509_NAME_print_ex(out, X509_REQ_get_subject_name(req), 0,
			   (XN_FLAG_ONELINE & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) |
				   ASN1_STRFLGS_SHOW_TYPE);
	text[BIO_read(out, text, sizeof(text) - 1)] = 0;
	assert_string_equal(text, "CN = UTF8STRING:Acme M\xc3\xbcller, emailAddress = "
				  "IA5STRING:apple@acme.example, C = PRINTABLESTRING:DE");
	assert_int_equal(X509_REQ_get_signature_nid(req), NID_sha256WithRSAEncryption);
	assert_int_equal(X509_REQ_verify(req, X509_REQ_get0_pubkey(req)), 1);
	assert_int_equal(X509_REQ_get_version(req), 0);
	BIO_free(out);
	X509_REQ_free(req);
	/* The same key and subject, the same bytes: a request can be made again. */
	req = request(&ref,
		      &(struct csr_subject){ "Acme M\xc3\xbcller", "apple@acme.example", "DE" },
		      &again);
	assert_int_equal(der.len, again.len);
	assert_memory_equal(der.data, again.data, der.len);
	X509_REQ_free(req);
}

static void a_long_customer_name_is_cut_at_a_whole_character(void **state)
{
	(void)state;
	struct key_ref ref = ref_of(&order[0]);
	struct blob der;
	struct buf name = BUF_INIT(500), wanted = BUF_INIT(500);
	char text[300];

	for (int i = 0; i < 70; i++)
		buf_adds(&name, "\xc3\xbc");
	buf_add(&wanted, name.data, 128);
	X509_REQ *req = request(&ref, &(struct csr_subject){ .common_name = buf_str(&name) }, &der);
	X509_NAME *subject = X509_REQ_get_subject_name(req);
	assert_int_equal(X509_NAME_entry_count(subject), 1);
	ASN1_STRING *cn = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, 0));
	snprintf(text, sizeof(text), "%.*s", ASN1_STRING_length(cn),
		 (const char *)ASN1_STRING_get0_data(cn));
	assert_string_equal(text, buf_str(&wanted));
	X509_REQ_free(req);
	buf_release(&name);
	buf_release(&wanted);
}

static void a_subject_that_is_not_valid_is_refused(void **state)
{
	(void)state;
	struct key_ref ref = ref_of(&order[0]);
	struct err e = { 0 };
	struct blob der;

	assert_int_equal(k->ops->request(k, &ref, &(struct csr_subject){ .country = "Germany" },
					 &mem, &der, &e),
			 -1);
	assert_string_equal(e.text, "the request's C is not valid: string too long");
	assert_int_equal(k->ops->request(k, &ref,
					 &(struct csr_subject){ .email = "m\xc3\xbc@x.example" },
					 &mem, &der, &e),
			 -1);
	assert_string_equal(e.text, "the request's emailAddress is not valid: illegal characters");
}

static void count_progress(size_t done, size_t total, void *arg)
{
	size_t *last = arg;

	assert_true(done > *last && done <= total);
	*last = done;
}

static void progress_counts_up_to_the_end(void **state)
{
	(void)state;
	struct err e = { 0 };
	struct key_order o[3] = { order[0], order[1], order[2] };
	size_t last = 0;

	assert_int_equal(k->ops->generate(k, o, 3, &mem, count_progress, &last, &e), 0);
	assert_int_equal(last, 3);
	assert_int_equal(k->ops->generate(k, o, 0, &mem, count_progress, &last, &e), 0);
}

static void a_failed_order_fails_the_batch(void **state)
{
	(void)state;
	struct err e = { 0 };
	struct key_order o = order[0];
	char uid[300];

	memset(uid, 'a', sizeof(uid) - 1);
	uid[sizeof(uid) - 1] = 0;
	o.tenant_uid = uid;
	assert_int_equal(k->ops->generate(k, &o, 1, &mem, NULL, NULL, &e), -1);
	assert_string_equal(e.text, "a uid is longer than 256 bytes");
}

static void a_sealed_store_refuses_every_call_and_says_why(void **state)
{
	(void)state;
	struct keys *s = keys_sealed("unlock key /x: No such file or directory");
	static const char wanted[] =
		"the key store is sealed: unlock key /x: No such file or directory";
	struct key_ref ref = ref_of(&order[0]);
	struct key_order o = order[0];
	struct secret out = SECRET_INIT;
	struct blob der;
	struct err e[5] = { 0 };

	assert_int_equal(s->ops->generate(s, &o, 1, &mem, NULL, NULL, &e[0]), -1);
	assert_int_equal(s->ops->check(s, &ref, &e[1]), -1);
	assert_int_equal(s->ops->request(s, &ref, &(struct csr_subject){ 0 }, &mem, &der, &e[2]),
			 -1);
	assert_int_equal(s->ops->lend(s, &ref, KEY_PKCS8_DER, &out, &e[3]), -1);
	assert_int_equal(s->ops->seal(s, &out, &o, &mem, &e[4]), -1);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(e[i].code, ERR_SEALED);
		assert_string_equal(e[i].text, wanted);
	}
	s->ops->close(s);
}

static void hardening_after_the_first_use_is_told(void **state)
{
	(void)state;
	struct err e = { 0 };

	assert_int_equal(openssl_harden(&e), -1);
	assert_string_equal(e.text, "memory of OpenSSL can not be wiped any more: it was used "
				    "before");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lent_key_is_the_one_that_was_made),
		cmocka_unit_test(two_keys_and_two_records_are_never_equal),
		cmocka_unit_test(a_record_hides_the_exact_length_and_the_key),
		cmocka_unit_test(any_changed_byte_is_found),
		cmocka_unit_test(any_changed_byte_is_found_by_cryptography_too),
		cmocka_unit_test(a_record_cut_anywhere_is_refused),
		cmocka_unit_test(a_record_in_the_place_of_another_is_refused),
		cmocka_unit_test(another_store_or_unlock_key_opens_nothing),
		cmocka_unit_test(a_key_whose_halves_do_not_fit_is_not_sealed),
		cmocka_unit_test(only_rsa_of_2048_bits_or_more_is_sealed),
		cmocka_unit_test(a_request_carries_subject_and_key),
		cmocka_unit_test(a_long_customer_name_is_cut_at_a_whole_character),
		cmocka_unit_test(a_subject_that_is_not_valid_is_refused),
		cmocka_unit_test(progress_counts_up_to_the_end),
		cmocka_unit_test(a_failed_order_fails_the_batch),
		cmocka_unit_test(hardening_after_the_first_use_is_told),
		cmocka_unit_test(a_sealed_store_refuses_every_call_and_says_why),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
