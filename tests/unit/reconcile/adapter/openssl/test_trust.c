/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/reconcile/adapter/openssl/certs.h"

#include <sys/stat.h>

#include "reconcile/adapter/openssl/openssl.h"

static EVP_PKEY *root_key, *aai_key, *other_key;
static X509 *root, *aai, *impostor, *leaf;
static char *leaf_pem;
static char dir[] = "/tmp/trust.XXXXXX";
static const char *ca_file, *root_file, *impostor_file, *aai_file;

static const struct recipe apple = { .uid = TEST_TOPIC, .cn = TEST_CN };

static const char *write_pem(const char *name, X509 *a, X509 *b)
{
	char *pa = pem_of(a), *pb = b ? pem_of(b) : strdup("");
	char *both = NULL;

	assert_true(asprintf(&both, "%s%s", pa, pb) > 0);
	const char *path = strdup(write_file(dir, name, both, strlen(both), 0644));
	free(pa), free(pb), free(both);
	return path;
}

static int setup(void **state)
{
	(void)state;
	const struct recipe is_root = { .cn = "Apple Root CA", .ca = true };
	const struct recipe is_aai = { .cn = AAI2, .ca = true };

	assert_non_null(mkdtemp(dir));
	root_key = EVP_RSA_gen(2048);
	aai_key = EVP_RSA_gen(2048);
	other_key = EVP_RSA_gen(2048);
	root = make_cert(&is_root, root_key, NULL, NULL);
	aai = make_cert(&is_aai, aai_key, root, root_key);
	impostor = make_cert(&is_aai, other_key, NULL, NULL);
	leaf = make_cert(&apple, other_key, aai, aai_key);
	leaf_pem = pem_of(leaf);
	ca_file = write_pem("ca.pem", root, aai);
	root_file = write_pem("root.pem", root, NULL);
	aai_file = write_pem("aai.pem", aai, NULL);
	impostor_file = write_pem("impostor.pem", impostor, NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", dir);
	assert_int_equal(system(command), 0);
	free(leaf_pem);
	free((char *)ca_file), free((char *)root_file), free((char *)aai_file);
	free((char *)impostor_file);
	X509_free(root), X509_free(aai), X509_free(impostor), X509_free(leaf);
	EVP_PKEY_free(root_key), EVP_PKEY_free(aai_key), EVP_PKEY_free(other_key);
	return 0;
}

static struct cert_facts read_with(const char *ca, const char *crl, const char *pem)
{
	const struct x509_options o = { .apple_ca = ca, .apple_crl = crl };
	struct arena mem = ARENA_INIT;
	struct cert_facts f;
	struct x509 *x;
	struct err e = { 0 };

	assert_int_equal(x509_open(&o, &x, &e), 0);
	x->ops->read(x, pem, strlen(pem), &mem, &f);
	x->ops->close(x);
	arena_release(&mem);
	return f;
}

static void fails_with(const char *ca, const char *crl, const char *text)
{
	const struct x509_options o = { .apple_ca = ca, .apple_crl = crl };
	struct x509 *x = NULL;
	struct err e = { 0 };
	char wanted[512];

	assert_int_equal(x509_open(&o, &x, &e), -1);
	assert_null(x);
	snprintf(wanted, sizeof(wanted), "%s %s: %s", crl ? "crlFile" : "caFile", crl ? crl : ca,
		 text);
	assert_string_equal(e.text, wanted);
}

/* A CRL of `issuer` that lists the serial of `leaf`, or nothing. */
static const char *write_crl(const char *name, X509 *issuer, EVP_PKEY *key, bool lists, bool der)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *now = ASN1_TIME_set(NULL, 1600000000);
	X509_REVOKED *entry = X509_REVOKED_new();
	BIO *out = BIO_new(BIO_s_mem());
	char *data;

	X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer));
	X509_CRL_set1_lastUpdate(crl, now);
	X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(leaf));
	X509_REVOKED_set_revocationDate(entry, now);
	if (lists)
		X509_CRL_add0_revoked(crl, entry);
	else
		X509_REVOKED_free(entry);
	X509_CRL_sort(crl);
	assert_true(X509_CRL_sign(crl, key, EVP_sha256()) > 0);
	assert_true(der ? i2d_X509_CRL_bio(out, crl) : PEM_write_bio_X509_CRL(out, crl));
	long len = BIO_get_mem_data(out, &data);
	const char *path = write_file(dir, name, data, (size_t)len, 0644);
	BIO_free(out);
	ASN1_TIME_free(now);
	X509_CRL_free(crl);
	return path;
}

static void the_chain_of_an_expired_certificate_is_still_good(void **state)
{
	(void)state;
	struct cert_facts f = read_with(ca_file, NULL, leaf_pem);

	assert_int_equal(f.form, CERT_FORM_PEM);
	assert_int_equal(f.trust, TRUST_CHAIN_OK);
	assert_false(f.crl_checked);
	assert_int_equal(read_with(aai_file, NULL, leaf_pem).trust, TRUST_CHAIN_OK);
}

static void without_the_issuer_or_with_an_impostor_the_chain_is_bad(void **state)
{
	(void)state;
	assert_int_equal(read_with(root_file, NULL, leaf_pem).trust, TRUST_CHAIN_BAD);
	assert_int_equal(read_with(impostor_file, NULL, leaf_pem).trust, TRUST_CHAIN_BAD);
	/* The same names and the impostor's signature. */
	X509 *forged = make_cert(&apple, other_key, impostor, other_key);
	char *pem = pem_of(forged);
	struct cert_facts f = read_with(ca_file, NULL, pem);
	assert_true(f.issuer_known);
	assert_int_equal(f.trust, TRUST_CHAIN_BAD);
	free(pem);
	X509_free(forged);
}

static void only_the_configured_roots_count(void **state)
{
	(void)state;
	/* A bundle in the same file as the certificate brings no trust. */
	char *impostor_pem = pem_of(impostor), *both = NULL;
	X509 *forged = make_cert(&apple, other_key, impostor, other_key);
	char *pem = pem_of(forged);

	assert_true(asprintf(&both, "%s%s", pem, impostor_pem) > 0);
	struct cert_facts f = read_with(root_file, NULL, both);
	assert_int_equal(f.form, CERT_FORM_PEM);
	assert_int_equal(f.trust, TRUST_CHAIN_BAD);
	free(both), free(pem), free(impostor_pem);
	X509_free(forged);
}

static void a_revoked_certificate_is_told(void **state)
{
	(void)state;
	struct cert_facts f;

	f = read_with(ca_file, write_crl("a.pem", aai, aai_key, true, false), leaf_pem);
	assert_true(f.trust == TRUST_CHAIN_OK && f.crl_checked && f.revoked);
	f = read_with(ca_file, write_crl("a.crl", aai, aai_key, true, true), leaf_pem);
	assert_true(f.crl_checked && f.revoked);
	f = read_with(ca_file, write_crl("none.pem", aai, aai_key, false, false), leaf_pem);
	assert_true(f.crl_checked && !f.revoked);
	/* A CRL of the root says nothing about a certificate of the intermediate. */
	f = read_with(ca_file, write_crl("root.pem.crl", root, root_key, true, false), leaf_pem);
	assert_true(!f.crl_checked && !f.revoked);
}

static void files_that_can_not_be_used_are_refused(void **state)
{
	(void)state;
	const char *text = write_file(dir, "text", "hello", 5, 0644);
	const char *forged = write_crl("forged.crl", impostor, other_key, true, false);

	const struct x509_options missing = { .apple_ca = "/nonexistent/ca.pem" };
	struct x509 *x = NULL;
	struct err e = { 0 };
	assert_int_equal(x509_open(&missing, &x, &e), -1);
	assert_string_equal(e.text,
			    "caFile: can not read /nonexistent/ca.pem: No such file or directory");
	fails_with(text, NULL, "it holds no certificate that can be read: too long");
	fails_with(NULL, forged, "a CRL is only trusted when apple.caFile holds its issuer; set "
				 "apple.caFile too");
	fails_with(ca_file, text, "it holds no revocation list (CRL)");
	fails_with(ca_file, forged, "CRL 1 is signed by no certificate of apple.caFile; add its "
				    "issuer there");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_chain_of_an_expired_certificate_is_still_good),
		cmocka_unit_test(without_the_issuer_or_with_an_impostor_the_chain_is_bad),
		cmocka_unit_test(only_the_configured_roots_count),
		cmocka_unit_test(a_revoked_certificate_is_told),
		cmocka_unit_test(files_that_can_not_be_used_are_refused),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
