/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/reconcile/adapter/openssl/certs.h"

#include <openssl/provider.h>

#include "reconcile/adapter/openssl/openssl.h"
#include "schema/base/text.h"

static EVP_PKEY *key;
static X509 *cert;
static unsigned char *wanted; /* the key in PKCS#8 DER */
static size_t wanted_len;
static char pass[] = "correct horse";

static int setup(void **state)
{
	(void)state;
	key = EVP_RSA_gen(2048);
	cert = make_cert(&(struct recipe){ .uid = TEST_TOPIC, .cn = TEST_CN }, key, NULL, NULL);
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	wanted_len = (size_t)i2d_PKCS8_PRIV_KEY_INFO(info, &wanted);
	PKCS8_PRIV_KEY_INFO_free(info);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	EVP_PKEY_free(key);
	X509_free(cert);
	OPENSSL_free(wanted);
	return 0;
}

static struct secret secret_of(const void *bytes, size_t len)
{
	struct secret s = SECRET_INIT;

	secret_add(&s, bytes, len);
	return s;
}

/* Empties the BIO into a secret. */
static struct secret secret_of_bio(BIO *out)
{
	char *data;
	long len = BIO_get_mem_data(out, &data);
	struct secret s = secret_of(data, (size_t)len);

	BIO_free(out);
	return s;
}

static void takes(struct secret bytes, bool with_pass)
{
	struct secret phrase = secret_of(pass, strlen(pass)), got = SECRET_INIT;
	struct err e = { 0 };

	if (foreign_key(&bytes, with_pass ? &phrase : NULL, &got, &e))
		fail_msg("%s", e.text);
	assert_int_equal(got.len, wanted_len);
	assert_memory_equal(got.data, wanted, wanted_len);
	secret_release(&bytes);
	secret_release(&phrase);
	secret_release(&got);
}

static void refuses(struct secret bytes, const char *phrase, const char *text)
{
	struct secret given = secret_of(phrase ? phrase : "", phrase ? strlen(phrase) : 0);
	struct secret got = SECRET_INIT;
	struct err e = { 0 };

	assert_int_equal(foreign_key(&bytes, phrase ? &given : NULL, &got, &e), -1);
	assert_string_equal(e.text, text);
	assert_null(got.data);
	secret_release(&bytes);
	secret_release(&given);
}

static struct secret encrypted_pem(void)
{
	BIO *out = BIO_new(BIO_s_mem());

	PEM_write_bio_PKCS8PrivateKey(out, key, EVP_aes_256_cbc(), NULL, 0, NULL, pass);
	return secret_of_bio(out);
}

static void every_usual_form_of_a_key_is_taken(void **state)
{
	(void)state;
	unsigned char *der = NULL;
	BIO *out = BIO_new(BIO_s_mem());

	takes(secret_of(wanted, wanted_len), false); /* PKCS#8 DER */
	int len = i2d_PrivateKey(key, &der);         /* PKCS#1 DER */
	takes(secret_of(der, (size_t)len), false);
	OPENSSL_clear_free(der, (size_t)len);
	PEM_write_bio_X509(out, cert); /* behind its certificate, as NanoMDM's files are */
	PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL);
	takes(secret_of_bio(out), false);
	out = BIO_new(BIO_s_mem());
	PEM_write_bio_PrivateKey_traditional(out, key, NULL, NULL, 0, NULL, NULL);
	takes(secret_of_bio(out), false);
	out = BIO_new(BIO_s_mem());
	PEM_write_bio_PrivateKey_traditional(out, key, EVP_aes_128_cbc(), NULL, 0, NULL, pass);
	takes(secret_of_bio(out), true);
	takes(encrypted_pem(), true);
	out = BIO_new(BIO_s_mem());
	i2d_PKCS8PrivateKey_bio(out, key, EVP_aes_256_cbc(), NULL, 0, NULL, pass);
	takes(secret_of_bio(out), true);
}

static void a_key_that_does_not_open_says_why(void **state)
{
	(void)state;
	refuses(encrypted_pem(), NULL, "the private key is encrypted; give its passphrase");
	refuses(encrypted_pem(), "wrong", "the passphrase does not open the private key");
	refuses(secret_of("hello", 5), NULL, "the file holds no private key that can be read");
	char *pem = pem_of(cert);
	refuses(secret_of(pem, strlen(pem)), NULL,
		"the file holds no private key that can be read");
	free(pem);
}

/* A PKCS#12 file; `old`: with the ciphers of macOS Keychain. */
static struct secret pkcs12(const char *phrase, bool old, bool with_key)
{
	OSSL_LIB_CTX *ctx = OSSL_LIB_CTX_new();
	OSSL_PROVIDER *now = OSSL_PROVIDER_load(ctx, "default");
	OSSL_PROVIDER *legacy = OSSL_PROVIDER_load(ctx, "legacy");
	BIO *out = BIO_new(BIO_s_mem());
	PKCS12 *p12 = PKCS12_create_ex(phrase, "push", with_key ? key : NULL, cert, NULL,
				       old ? NID_pbe_WithSHA1And3_Key_TripleDES_CBC : 0,
				       old ? NID_pbe_WithSHA1And40BitRC2_CBC : 0, 0, 0, 0, ctx,
				       NULL);

	assert_non_null(p12);
	assert_int_equal(i2d_PKCS12_bio(out, p12), 1);
	PKCS12_free(p12);
	OSSL_PROVIDER_unload(legacy);
	OSSL_PROVIDER_unload(now);
	OSSL_LIB_CTX_free(ctx);
	return secret_of_bio(out);
}

static int open_pkcs12(struct secret bytes, const char *phrase, struct buf *pem,
		       struct secret *got, struct err *e)
{
	struct secret given = secret_of(phrase ? phrase : "", phrase ? strlen(phrase) : 0);
	int rc = foreign_pkcs12(&bytes, phrase ? &given : NULL, pem, got, e);

	secret_release(&bytes);
	secret_release(&given);
	return rc;
}

static void pkcs12_files_give_certificate_and_key(void **state)
{
	(void)state;
	char *pem = pem_of(cert);

	for (int i = 0; i < 4; i++) {
		struct buf got_pem = BUF_INIT(10000);
		struct secret got = SECRET_INIT;
		struct err e = { 0 };
		const char *phrase = i < 2 ? pass : i == 2 ? "" : NULL;
		/* new, old, empty passphrase, no passphrase */
		if (open_pkcs12(pkcs12(phrase, i == 1, true), i < 2 ? pass : NULL, &got_pem, &got,
				&e))
			fail_msg("%d: %s", i, e.text);
		assert_string_equal(buf_str(&got_pem), pem);
		assert_int_equal(got.len, wanted_len);
		assert_memory_equal(got.data, wanted, wanted_len);
		buf_release(&got_pem);
		secret_release(&got);
	}
	free(pem);
}

static void a_pkcs12_file_that_does_not_open_says_why(void **state)
{
	(void)state;
	struct buf pem = BUF_INIT(10000);
	struct secret got = SECRET_INIT;
	struct err e = { 0 };

	assert_int_equal(open_pkcs12(pkcs12(pass, false, true), "wrong", &pem, &got, &e), -1);
	assert_string_equal(e.text, "the passphrase does not open the PKCS#12 file");
	assert_int_equal(open_pkcs12(pkcs12(pass, false, true), NULL, &pem, &got, &e), -1);
	assert_string_equal(e.text, "the PKCS#12 file is encrypted; give its passphrase");
	assert_int_equal(open_pkcs12(pkcs12(pass, false, false), pass, &pem, &got, &e), -1);
	assert_string_equal(e.text, "the PKCS#12 file holds no private key");
	assert_int_equal(open_pkcs12(secret_of("hello", 5), pass, &pem, &got, &e), -1);
	assert_true(text_starts(e.text, "the file is no PKCS#12: "));
	assert_null(got.data);
	buf_release(&pem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_usual_form_of_a_key_is_taken),
		cmocka_unit_test(a_key_that_does_not_open_says_why),
		cmocka_unit_test(pkcs12_files_give_certificate_and_key),
		cmocka_unit_test(a_pkcs12_file_that_does_not_open_says_why),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
