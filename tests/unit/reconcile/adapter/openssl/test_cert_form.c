/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/reconcile/adapter/openssl/intake.h"

#include "schema/base/clock.h"

/* Reads `fmt` with the PEM of an Apple-like certificate in place of its %s. */
static struct cert_facts read_around(const char *fmt)
{
	X509 *cert = make_cert(&apple, leaf_key, ca, ca_key);
	char *pem = pem_of(cert), *text = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	assert_true(asprintf(&text, fmt, pem) > 0);
#pragma GCC diagnostic pop
	struct cert_facts f = read_text(text);
	free(text);
	free(pem);
	X509_free(cert);
	return f;
}

static void a_certificate_is_found_in_whatever_stands_around_it(void **state)
{
	(void)state;
	static const char *const around[] = {
		"%s",
		"\xef\xbb\xbf%s",
		"Bag Attributes\n    friendlyName: x\nsubject=/CN=x\n%sbye\n",
		"-----BEGIN DH PARAMETERS-----\nMAA=\n-----END DH PARAMETERS-----\n%s",
		"-----BEGIN \nno block\n%s",
		"<html> is quoted here\n%s",
	};

	for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++) {
		struct cert_facts f = read_around(around[i]);
		assert_int_equal(f.form, CERT_FORM_PEM);
		assert_string_equal(f.topic, TEST_TOPIC);
		assert_false(f.has_key);
	}
	struct cert_facts f = read_around("-----BEGIN RSA PRIVATE KEY-----\nAA==\n"
					  "-----END RSA PRIVATE KEY-----\n%s");
	assert_int_equal(f.form, CERT_FORM_PEM);
	assert_true(f.has_key);
}

static void line_ends_and_glue_do_not_matter(void **state)
{
	(void)state;
	X509 *cert = make_cert(&apple, leaf_key, ca, ca_key);
	char *pem = pem_of(cert), *ca_pem = pem_of(ca);
	struct buf text = BUF_INIT(20000);

	for (const char *p = pem; *p; p++)
		buf_adds(&text, *p == '\n' ? "\r\n" : (char[]){ *p, 0 });
	assert_int_equal(read_text(buf_str(&text)).form, CERT_FORM_PEM);
	/* The issuer glued in front without a line break, no line break at the end. */
	buf_clear(&text);
	buf_add(&text, ca_pem, strlen(ca_pem) - 1);
	buf_add(&text, pem, strlen(pem) - 1);
	struct cert_facts f = read_text(buf_str(&text));
	assert_int_equal(f.form, CERT_FORM_PEM);
	assert_string_equal(f.topic, TEST_TOPIC);
	/* The same certificate twice is one certificate. */
	buf_clear(&text);
	buf_adds(&text, pem);
	buf_adds(&text, pem);
	assert_int_equal(read_text(buf_str(&text)).form, CERT_FORM_PEM);
	buf_release(&text);
	free(pem);
	free(ca_pem);
	X509_free(cert);
}

static void of_several_certificates_only_one_may_be_a_push_certificate(void **state)
{
	(void)state;
	struct recipe other = apple;
	other.serial = "02";
	X509 *a = make_cert(&apple, leaf_key, ca, ca_key),
	     *b = make_cert(&other, leaf_key, ca, ca_key);
	X509 *root = make_cert(&(struct recipe){ .cn = "Root", .ca = true }, ca_key, NULL, NULL);
	char *pa = pem_of(a), *pb = pem_of(b), *pc = pem_of(ca), *pr = pem_of(root);
	struct buf text = BUF_INIT(20000);

	buf_addf(&text, "%s%s", pa, pb);
	struct cert_facts f = read_text(buf_str(&text));
	assert_int_equal(f.form, CERT_FORM_MANY);
	assert_null(f.topic);
	buf_clear(&text);
	buf_addf(&text, "%s%s", pc, pr);
	assert_int_equal(read_text(buf_str(&text)).form, CERT_FORM_MANY);
	buf_clear(&text);
	buf_addf(&text, "%s%s%s", pc, pa, pr);
	f = read_text(buf_str(&text));
	assert_int_equal(f.form, CERT_FORM_PEM);
	assert_string_equal(f.topic, TEST_TOPIC);
	buf_release(&text);
	free(pa), free(pb), free(pc), free(pr);
	X509_free(a), X509_free(b), X509_free(root);
}

static void what_is_no_certificate_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum cert_form form;
	} row[] = {
		{ "", CERT_FORM_EMPTY },
		{ "\xef\xbb\xbf \r\n\t", CERT_FORM_EMPTY },
		{ "\n<!DOCTYPE HTML PUBLIC><title>Sign in</title>", CERT_FORM_HTML },
		{ "<?xml version='1.0'?><html lang=en>", CERT_FORM_HTML },
		{ "<?xml version=\"1.0\"?><plist><dict><key>PushCertRequestCSR</key>",
		  CERT_FORM_REQUEST },
		{ "PD94bWwgdmVyc2lvbj0iMS4wIj8+CjwhRE9DVFlQRSBwbGlzdCBQVUJMSUM+",
		  CERT_FORM_REQUEST },
		{ "PD94bWwgdmVyc2lvbj0iMS4wIj8+\r\nCjwhRE9DVFlQRSBwbGlzdCBQVUJMSUM+\r\n",
		  CERT_FORM_REQUEST },
		{ "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n",
		  CERT_FORM_REQUEST },
		{ "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n",
		  CERT_FORM_KEY },
		{ "-----BEGIN ENCRYPTED PRIVATE KEY-----", CERT_FORM_KEY },
		{ "hello", CERT_FORM_TEXT },
		{ "0 certificates", CERT_FORM_TEXT },
		{ "-----BEGIN CERTIFICATE", CERT_FORM_TEXT },
		{ "aGVsbG8gd29ybGQ=", CERT_FORM_TEXT },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct cert_facts f = read_text(row[i].text);
		assert_int_equal(f.form, row[i].form);
		assert_int_equal(f.has_key, row[i].form == CERT_FORM_KEY);
		assert_int_equal(f.not_after, TIME_UNKNOWN);
	}
}

static void broken_certificates_say_why(void **state)
{
	(void)state;
	static const struct {
		const char *text, *problem;
	} row[] = {
		{ "-----BEGIN CERTIFICATE-----\nMAA=\n", "the PEM block has no END line" },
		{ "-----BEGIN CERTIFICATE-----\nMAA=\n-----END PUBLIC KEY-----\n",
		  "the END line of the PEM block does not match its BEGIN line" },
		{ "-----BEGIN CERTIFICATE-----\nMIIB*\n-----END CERTIFICATE-----\n",
		  "the PEM block is not valid base64" },
		{ "-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n",
		  "the PEM block is empty" },
		{ "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
		  "field missing" },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct cert_facts f = read_text(row[i].text);
		assert_int_equal(f.form, CERT_FORM_BROKEN);
		assert_string_equal(f.problem, row[i].problem);
	}
}

static void binary_files_are_told_apart(void **state)
{
	(void)state;
	X509 *cert = make_cert(&apple, leaf_key, ca, ca_key);
	PKCS12 *p12 = PKCS12_create("secret", "x", leaf_key, cert, NULL, 0, 0, 0, 0, 0);
	X509_REQ *req = X509_REQ_new();
	unsigned char *der[5] = { 0 };
	int len[5];

	X509_REQ_set_pubkey(req, leaf_key);
	X509_REQ_sign(req, leaf_key, EVP_sha256());
	len[0] = i2d_X509(cert, &der[0]);
	len[1] = i2d_PKCS12(p12, &der[1]);
	len[2] = i2d_X509_REQ(req, &der[2]);
	len[3] = i2d_PrivateKey(leaf_key, &der[3]);
	PKCS8_PRIV_KEY_INFO *p8 = EVP_PKEY2PKCS8(leaf_key);
	len[4] = i2d_PKCS8_PRIV_KEY_INFO(p8, &der[4]);
	static const enum cert_form form[] = { CERT_FORM_DER, CERT_FORM_PKCS12, CERT_FORM_REQUEST,
					       CERT_FORM_KEY, CERT_FORM_KEY };
	for (int i = 0; i < 5; i++) {
		struct cert_facts f = read_bytes(der[i], (size_t)len[i]);
		assert_int_equal(f.form, form[i]);
		assert_int_equal(f.has_key, form[i] == CERT_FORM_KEY);
	}
	assert_string_equal(read_bytes(der[0], (size_t)len[0]).topic, TEST_TOPIC);
	/* Cut anywhere, it is never a certificate again; nor with one byte more. */
	for (int cut = 5; cut < len[0]; cut++)
		assert_int_equal(read_bytes(der[0], (size_t)cut).form, CERT_FORM_BROKEN);
	unsigned char *more = calloc(1, (size_t)len[0] + 1);
	memcpy(more, der[0], (size_t)len[0]);
	assert_string_equal(read_bytes(more, (size_t)len[0] + 1).problem,
			    "bytes follow behind the certificate");
	free(more);
	for (int i = 0; i < 5; i++)
		OPENSSL_free(der[i]);
	PKCS8_PRIV_KEY_INFO_free(p8);
	X509_REQ_free(req);
	PKCS12_free(p12);
	X509_free(cert);
}

static void a_pem_file_cut_anywhere_is_never_taken_for_whole(void **state)
{
	(void)state;
	X509 *cert = make_cert(&apple, leaf_key, ca, ca_key);
	char *pem = pem_of(cert);

	for (size_t cut = 0; cut + 1 < strlen(pem); cut++) {
		struct cert_facts f = read_bytes(pem, cut);
		assert_int_not_equal(f.form, CERT_FORM_PEM);
		assert_null(f.topic);
	}
	free(pem);
	X509_free(cert);
}

static void every_single_byte_changed_is_survived(void **state)
{
	(void)state;
	X509 *cert = make_cert(&apple, leaf_key, ca, ca_key);
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);

	for (int i = 0; i < len; i++) {
		der[i] ^= 0x80;
		struct cert_facts f = read_bytes(der, (size_t)len);
		assert_true(f.form == CERT_FORM_DER || f.form == CERT_FORM_BROKEN ||
			    f.form == CERT_FORM_TEXT);
		der[i] ^= 0x80;
	}
	OPENSSL_free(der);
	X509_free(cert);
}

static void a_mebibyte_of_begin_lines_is_read_once(void **state)
{
	(void)state;
	static const char line[] = "-----BEGIN CERTIFICATE-----\n";
	struct buf text = BUF_INIT(1 << 20);

	while (!text.full)
		buf_adds(&text, line);
	struct cert_facts f = read_bytes(text.data, text.len);
	assert_int_equal(f.form, CERT_FORM_BROKEN);
	buf_release(&text);
}

static void a_certificate_longer_than_any_is_not_parsed(void **state)
{
	(void)state;
	struct buf text = BUF_INIT(1 << 20);

	buf_adds(&text, "-----BEGIN CERTIFICATE-----\n");
	for (int i = 0; i < 400; i++)
		buf_adds(&text, "MIIFMIIFMIIFMIIFMIIFMIIFMIIFMIIFMIIFMIIFMIIFMIIFMIIFMIIFMIIFMIIF"
				"\n");
	buf_adds(&text, "-----END CERTIFICATE-----\n");
	struct cert_facts f = read_text(buf_str(&text));
	assert_int_equal(f.form, CERT_FORM_BROKEN);
	assert_string_equal(f.problem, "it is longer than any certificate");
	buf_release(&text);
}

static void more_certificates_than_any_download_has_are_not_parsed(void **state)
{
	(void)state;
	struct buf text = BUF_INIT(1 << 20);
	struct recipe r = apple;
	char serial[8];

	for (int i = 1; i <= 17; i++) {
		snprintf(serial, sizeof(serial), "%02x", i);
		r.serial = serial;
		X509 *cert = make_cert(&r, leaf_key, ca, ca_key);
		char *pem = pem_of(cert);
		buf_adds(&text, pem);
		free(pem);
		X509_free(cert);
	}
	assert_int_equal(read_text(buf_str(&text)).form, CERT_FORM_MANY);
	buf_release(&text);
}

static void normalize_writes_what_openssl_writes(void **state)
{
	(void)state;
	X509 *cert = make_cert(&apple, leaf_key, ca, ca_key);
	char *pem = pem_of(cert), *ca_pem = pem_of(ca);
	struct buf in = BUF_INIT(20000), out = BUF_INIT(20000);
	struct err e = { 0 };

	buf_addf(&in, "text\n%s%s", ca_pem, pem);
	assert_int_equal(x->ops->normalize(x, in.data, in.len, &out, &e), 0);
	assert_string_equal(buf_str(&out), pem);
	buf_release(&in);
	buf_release(&out);
	free(pem);
	free(ca_pem);
	X509_free(cert);
}

static void normalize_refuses_with_the_reason(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(20000);
	struct err e = { 0 };

	assert_int_equal(x->ops->normalize(x, "<html>", 6, &out, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	assert_string_equal(e.text,
			    "the file is a web page, probably the portal's sign-in page; sign "
			    "in to the portal and download the certificate again");
	assert_int_equal(x->ops->normalize(x, "-----BEGIN CERTIFICATE-----", 27, &out, &e), -1);
	assert_string_equal(e.text,
			    "the certificate in the file can not be parsed (the PEM block has "
			    "no END line); download the certificate from the portal again");
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_is_found_in_whatever_stands_around_it),
		cmocka_unit_test(line_ends_and_glue_do_not_matter),
		cmocka_unit_test(of_several_certificates_only_one_may_be_a_push_certificate),
		cmocka_unit_test(what_is_no_certificate_is_named),
		cmocka_unit_test(broken_certificates_say_why),
		cmocka_unit_test(binary_files_are_told_apart),
		cmocka_unit_test(a_pem_file_cut_anywhere_is_never_taken_for_whole),
		cmocka_unit_test(every_single_byte_changed_is_survived),
		cmocka_unit_test(a_mebibyte_of_begin_lines_is_read_once),
		cmocka_unit_test(a_certificate_longer_than_any_is_not_parsed),
		cmocka_unit_test(more_certificates_than_any_download_has_are_not_parsed),
		cmocka_unit_test(normalize_writes_what_openssl_writes),
		cmocka_unit_test(normalize_refuses_with_the_reason),
	};
	return cmocka_run_group_tests(tests, intake_setup, intake_teardown);
}
