/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/reconcile/adapter/openssl/intake.h"

#include "schema/base/clock.h"
#include "schema/base/text.h"

static void a_certificate_as_apple_issues_it_gives_all_facts(void **state)
{
	(void)state;
	char time[TIME_TEXT];
	struct cert_facts f = read_recipe(&apple);

	assert_int_equal(f.form, CERT_FORM_PEM);
	assert_null(f.problem);
	assert_false(f.has_key);
	assert_string_equal(f.topic, TEST_TOPIC);
	assert_string_equal(f.common_name, TEST_CN);
	assert_string_equal(f.row, TEST_CN);
	assert_string_equal(f.serial, "734DF9C0BB2703FD");
	assert_string_equal(f.issuer, AAI2);
	assert_string_equal(time_format(f.not_before, time), "2021-02-10T17:44:47Z");
	assert_string_equal(time_format(f.not_after, time), "2022-02-10T17:44:47Z");
	assert_true(f.is_rsa && f.key_bits == 2048);
	assert_true(f.has_632 && !f.has_631 && f.client_auth && f.digital_signature && !f.is_ca);
	assert_true(f.issuer_known);
	assert_int_equal(f.trust, TRUST_NOT_CHECKED);
	assert_false(f.revoked || f.crl_checked);
}

static void hashes_are_those_of_openssl_itself(void **state)
{
	(void)state;
	X509 *cert = make_cert(&apple, leaf_key, ca, ca_key);
	char *pem = pem_of(cert);
	unsigned char md[32], *spki = NULL;
	struct buf hex = BUF_INIT(200);
	struct cert_facts f = read_text(pem);

	X509_digest(cert, EVP_sha256(), md, NULL);
	text_hex(&hex, md, 32);
	assert_string_equal(f.sha256, buf_str(&hex));
	int len = i2d_PUBKEY(leaf_key, &spki);
	EVP_Digest(spki, (size_t)len, md, NULL, EVP_sha256(), NULL);
	buf_clear(&hex);
	text_hex(&hex, md, 32);
	assert_string_equal(f.spki_sha256, buf_str(&hex));
	OPENSSL_free(spki);
	buf_release(&hex);
	free(pem);
	X509_free(cert);
}

static void the_real_specimen_is_read_field_by_field(void **state)
{
	(void)state;
	char bytes[8192], time[TIME_TEXT];
	FILE *f = fopen("../shared/data/mdm-push-specimen.pem", "rb");

	if (!f)
		skip();
	size_t len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	struct cert_facts c = read_bytes(bytes, len);
	assert_int_equal(c.form, CERT_FORM_PEM);
	assert_string_equal(c.topic, TEST_TOPIC);
	assert_string_equal(c.row, TEST_CN);
	assert_string_equal(c.serial, "734DF9C0BB2703FD");
	assert_string_equal(c.issuer, AAI2);
	assert_string_equal(time_format(c.not_before, time), "2021-02-10T17:44:47Z");
	assert_string_equal(time_format(c.not_after, time), "2022-02-10T17:44:47Z");
	assert_true(c.is_rsa && c.key_bits == 2048 && c.has_632 && !c.has_631 && c.client_auth &&
		    c.digital_signature && !c.is_ca && c.issuer_known);
}

static void a_changed_certificate_changes_its_fact(void **state)
{
	(void)state;
	struct recipe r = apple;
	struct cert_facts f;

	r.uid = NULL;
	r.cn = "MDM";
	f = read_recipe(&r);
	assert_int_equal(f.form, CERT_FORM_PEM);
	assert_null(f.topic);
	assert_null(f.row);
	r = apple;
	r.no_632 = r.with_631 = r.server_auth = true;
	f = read_recipe(&r);
	assert_true(f.has_631 && !f.has_632 && !f.client_auth && f.digital_signature);
	r = apple;
	r.no_usage = true;
	f = read_recipe(&r);
	assert_true(!f.client_auth && !f.digital_signature);
	r = apple;
	r.ca = true;
	assert_true(read_recipe(&r).is_ca);
}

static void serials_are_upper_case_hex_with_an_even_number_of_digits(void **state)
{
	(void)state;
	static const char *const serial[][2] = { { "abc", "0ABC" },
						 { "0", "00" },
						 { "ff00ff00ff00ff00ff", "FF00FF00FF00FF00FF" },
						 { "-1f", "-1F" } };

	for (size_t i = 0; i < sizeof(serial) / sizeof(serial[0]); i++) {
		struct recipe r = apple;
		r.serial = serial[i][0];
		assert_string_equal(read_recipe(&r).serial, serial[i][1]);
	}
}

static void dates_on_both_sides_of_2050_are_read(void **state)
{
	(void)state;
	char time[TIME_TEXT];
	struct recipe r = apple;

	r.not_before = "20491231235959Z";
	r.not_after = "20500101000000Z";
	struct cert_facts f = read_recipe(&r);
	assert_string_equal(time_format(f.not_before, time), "2049-12-31T23:59:59Z");
	assert_string_equal(time_format(f.not_after, time), "2050-01-01T00:00:00Z");
}

static void an_unknown_issuer_is_only_a_flag(void **state)
{
	(void)state;
	X509 *cert = make_cert(&apple, leaf_key, NULL, NULL);
	char *pem = pem_of(cert);
	struct cert_facts f = read_text(pem);

	assert_int_equal(f.form, CERT_FORM_PEM);
	assert_false(f.issuer_known);
	assert_string_equal(f.issuer, TEST_CN);
	free(pem);
	X509_free(cert);
}

static void a_key_that_is_not_rsa_is_told(void **state)
{
	(void)state;
	EVP_PKEY *ec = EVP_EC_gen("P-256");
	X509 *cert = make_cert(&apple, ec, ca, ca_key);
	char *pem = pem_of(cert);
	struct cert_facts f = read_text(pem);

	assert_int_equal(f.form, CERT_FORM_PEM);
	assert_false(f.is_rsa);
	assert_int_equal(f.key_bits, 0);
	free(pem);
	X509_free(cert);
	EVP_PKEY_free(ec);
}

static void names_that_deceive_make_the_certificate_broken(void **state)
{
	(void)state;
	static const char nul[] = TEST_TOPIC "\0.evil";
	struct recipe r[4] = { apple, apple, apple, apple };
	char longer[300];

	memset(longer, 'a', sizeof(longer));
	r[0].uid = nul;
	r[0].uid_len = sizeof(nul) - 1;
	r[1].cn = "APSP:\x1b[31mred";
	r[2].cn = "APSP:\xc2\x85next";
	r[3].uid = longer;
	r[3].uid_len = sizeof(longer);
	for (int i = 0; i < 4; i++) {
		struct cert_facts f = read_recipe(&r[i]);
		assert_int_equal(f.form, CERT_FORM_BROKEN);
		assert_string_equal(f.problem,
				    "a name in it is too long or holds control characters");
		assert_null(f.topic);
		assert_string_equal(f.sha256, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_as_apple_issues_it_gives_all_facts),
		cmocka_unit_test(hashes_are_those_of_openssl_itself),
		cmocka_unit_test(the_real_specimen_is_read_field_by_field),
		cmocka_unit_test(a_changed_certificate_changes_its_fact),
		cmocka_unit_test(serials_are_upper_case_hex_with_an_even_number_of_digits),
		cmocka_unit_test(dates_on_both_sides_of_2050_are_read),
		cmocka_unit_test(an_unknown_issuer_is_only_a_flag),
		cmocka_unit_test(a_key_that_is_not_rsa_is_told),
		cmocka_unit_test(names_that_deceive_make_the_certificate_broken),
	};
	return cmocka_run_group_tests(tests, intake_setup, intake_teardown);
}
