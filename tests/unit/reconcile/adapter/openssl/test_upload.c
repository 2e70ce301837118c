/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/reconcile/adapter/openssl/certs.h"

#include <sys/stat.h>

#include "reconcile/adapter/openssl/openssl.h"
#include "reconcile/adapter/openssl/plist.h"
#include "schema/base/clock.h"
#include "schema/base/text.h"

#define WWDR "Apple Worldwide Developer Relations Certification Authority"
#define VENDOR "MDM Vendor: MSP"
#define LONG_AGO "20130207000000Z", "20230207000000Z"
#define IN_FORCE "20200101000000Z", "20990101000000Z"

static char dir[] = "/tmp/upload.XXXXXX";
static EVP_PKEY *root_key, *wwdr_key, *old_key, *vendor_key, *csr_key;
static X509 *root, *wwdr, *wwdr_old, *vendor;
static unsigned char *csr;
static size_t csr_len;
/* The files of a signer that works; a test replaces what it breaks. */
static struct x509_options good;

/* Paths that live as long as the tests. */
static char *kept[64];
static size_t n_kept;

static const char *keep(const char *path)
{
	assert_true(n_kept < sizeof(kept) / sizeof(kept[0]));
	return kept[n_kept++] = strdup(path);
}

static X509 *issue(const char *cn, bool ca, const char *from, const char *until, EVP_PKEY *key,
		   X509 *issuer, EVP_PKEY *issuer_key)
{
	const struct recipe r = { .cn = cn, .ca = ca, .not_before = from, .not_after = until };

	return make_cert(&r, key, issuer, issuer_key);
}

static const char *write_certs(const char *name, X509 *a, X509 *b, X509 *c)
{
	X509 *cert[] = { a, b, c };
	struct buf text = BUF_INIT(100000);

	for (int i = 0; i < 3; i++) {
		char *pem = cert[i] ? pem_of(cert[i]) : strdup("");
		buf_adds(&text, pem);
		free(pem);
	}
	const char *path = keep(write_file(dir, name, text.data, text.len, 0644));
	buf_release(&text);
	return path;
}

static const char *write_key(const char *name, EVP_PKEY *key, unsigned mode)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *data;

	PEM_write_bio_PrivateKey_traditional(out, key, NULL, NULL, 0, NULL, NULL);
	long len = BIO_get_mem_data(out, &data);
	const char *path = keep(write_file(dir, name, data, (size_t)len, mode));
	BIO_free(out);
	return path;
}

static void make_csr(EVP_PKEY *key, unsigned char **der, size_t *len)
{
	X509_REQ *req = X509_REQ_new();

	X509_REQ_set_pubkey(req, key);
	add_name(X509_REQ_get_subject_name(req), NID_commonName, "Acme", 0);
	X509_REQ_sign(req, key, EVP_sha256());
	*len = (size_t)i2d_X509_REQ(req, der);
	X509_REQ_free(req);
}

static int setup(void **state)
{
	(void)state;
	EVP_PKEY **key[] = { &root_key, &wwdr_key, &old_key, &vendor_key, &csr_key };

	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++)
		*key[i] = EVP_RSA_gen(2048);
	root = issue("Apple Root CA", true, IN_FORCE, root_key, NULL, NULL);
	wwdr = issue(WWDR, true, IN_FORCE, wwdr_key, root, root_key);
	/* The old intermediate: same name, other key, expired. It signed other vendors. */
	wwdr_old = issue(WWDR, true, LONG_AGO, old_key, root, root_key);
	vendor = issue(VENDOR, false, "20240101000000Z", "20980101000000Z", vendor_key, wwdr,
		       wwdr_key);
	make_csr(csr_key, &csr, &csr_len);
	good.signer_cert = write_certs("vendor.pem", vendor, NULL, NULL);
	good.signer_key = write_key("vendor.key", vendor_key, 0600);
	good.signer_chain = write_certs("chain.pem", root, wwdr_old, wwdr);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", dir);
	X509_free(root), X509_free(wwdr), X509_free(wwdr_old), X509_free(vendor);
	EVP_PKEY_free(root_key), EVP_PKEY_free(wwdr_key), EVP_PKEY_free(old_key);
	EVP_PKEY_free(vendor_key), EVP_PKEY_free(csr_key);
	OPENSSL_free(csr);
	while (n_kept)
		free(kept[--n_kept]);
	return system(command);
}

static int upload_with(const struct x509_options *o, const void *der, size_t len, struct buf *out,
		       struct err *e)
{
	struct x509 *x;

	if (x509_open(o, &x, e))
		return -1;
	int rc = x->ops->sign_upload(x, der, len, out, e);
	x->ops->close(x);
	return rc;
}

static void the_upload_file_stands_the_check_of_foreign_programs(void **state)
{
	(void)state;
	static const char script[] =
		"set -e; cd %s; base64 -d upload | python3 -c '\n"
		"import plistlib, sys, base64, re\n"
		"d = plistlib.loads(sys.stdin.buffer.read())\n"
		"assert sorted(d) == [\"PushCertCertificateChain\", \"PushCertRequestCSR\", "
		"\"PushCertSignature\"], d.keys()\n"
		"assert all(type(v) is str for v in d.values())\n"
		"open(\"got.csr\", \"wb\").write(base64.b64decode(d[\"PushCertRequestCSR\"], "
		"validate=True))\n"
		"open(\"got.sig\", \"wb\").write(base64.b64decode(d[\"PushCertSignature\"], "
		"validate=True))\n"
		"c = re.findall(\"-----BEGIN.*?END CERTIFICATE-----\\n\", "
		"d[\"PushCertCertificateChain\"], re.S)\n"
		"assert len(c) == 3, len(c)\n"
		"for i, block in enumerate(c):\n"
		"  lines = block.splitlines()[1:-1]\n"
		"  assert all(len(l) == 64 for l in lines[:-1]) and 0 < len(lines[-1]) <= 64\n"
		"  open(\"got%%d.pem\" %% i, \"w\").write(block)\n'\n"
		"cmp got.csr sent.csr\n"
		"openssl req -inform DER -in got.csr -verify -noout 2>&1 | grep -q 'verify OK'\n"
		"openssl x509 -in got0.pem -pubkey -noout > got.pub\n"
		"openssl dgst -sha256 -verify got.pub -signature got.sig got.csr | grep -q "
		"'Verified OK'\n"
		"openssl verify -purpose any -CAfile got2.pem -untrusted got1.pem got0.pem | grep "
		"-q OK\n"
		"openssl x509 -in got0.pem -noout -subject | grep -q 'MDM Vendor: MSP'\n";
	struct buf upload = BUF_INIT(100000);
	struct err e = { 0 };
	char command[4096];

	if (upload_with(&good, csr, csr_len, &upload, &e))
		fail_msg("%s", e.text);
	assert_null(memchr(upload.data, '\n', upload.len));
	write_file(dir, "upload", upload.data, upload.len, 0644);
	write_file(dir, "sent.csr", csr, csr_len, 0644);
	snprintf(command, sizeof(command), script, dir);
	assert_int_equal(system(command), 0);
	buf_release(&upload);
}

static void the_same_request_gives_the_same_upload_file(void **state)
{
	(void)state;
	struct buf a = BUF_INIT(100000), b = BUF_INIT(100000);
	struct err e = { 0 };

	assert_int_equal(upload_with(&good, csr, csr_len, &a, &e), 0);
	assert_int_equal(upload_with(&good, csr, csr_len, &b, &e), 0);
	assert_string_equal(buf_str(&a), buf_str(&b));
	buf_release(&a);
	buf_release(&b);
}

static void a_vendor_certificate_in_der_is_read_too(void **state)
{
	(void)state;
	struct x509_options o = good;
	unsigned char *der = NULL;
	int len = i2d_X509(vendor, &der);
	struct buf a = BUF_INIT(100000), b = BUF_INIT(100000);
	struct err e = { 0 };

	o.signer_cert = write_file(dir, "mdm.cer", der, (size_t)len, 0644);
	assert_int_equal(upload_with(&o, csr, csr_len, &a, &e), 0);
	assert_int_equal(upload_with(&good, csr, csr_len, &b, &e), 0);
	assert_string_equal(buf_str(&a), buf_str(&b));
	OPENSSL_free(der);
	buf_release(&a);
	buf_release(&b);
}

static void the_signer_is_described(void **state)
{
	(void)state;
	struct arena mem = ARENA_INIT;
	struct signer_facts f;
	struct x509 *x;
	struct err e = { 0 };
	char text[TIME_TEXT];

	assert_int_equal(x509_open(&good, &x, &e), 0);
	x->ops->signer(x, &mem, &f);
	assert_true(f.present);
	assert_null(f.problem);
	assert_string_equal(f.common_name, VENDOR);
	assert_string_equal(time_format(f.not_before, text), "2024-01-01T00:00:00Z");
	assert_string_equal(time_format(f.not_after, text), "2098-01-01T00:00:00Z");
	x->ops->close(x);
	assert_int_equal(x509_open(&(struct x509_options){ 0 }, &x, &e), 0);
	x->ops->signer(x, &mem, &f);
	assert_false(f.present);
	assert_null(f.problem);
	struct buf upload = BUF_INIT(1000);
	assert_int_equal(x->ops->sign_upload(x, csr, csr_len, &upload, &e), -1);
	assert_string_equal(e.text, "no requestSigner is configured");
	x->ops->close(x);
	arena_release(&mem);
}

/* Both the facts and the signing say the same; in `wanted`, a % stands for `path`. */
static void is_unusable(const struct x509_options *o, const char *wanted, const char *path)
{
	struct arena mem = ARENA_INIT;
	struct buf upload = BUF_INIT(100000), text = BUF_INIT(1000);
	struct signer_facts f;
	struct x509 *x;
	struct err e = { 0 };

	for (const char *p = wanted; *p; p++)
		buf_adds(&text, *p == '%' ? path : (char[]){ *p, 0 });
	assert_int_equal(x509_open(o, &x, &e), 0);
	x->ops->signer(x, &mem, &f);
	assert_false(f.present);
	assert_string_equal(f.problem, buf_str(&text));
	assert_int_equal(x->ops->sign_upload(x, csr, csr_len, &upload, &e), -1);
	assert_non_null(strstr(buf_str(&text), e.text));
	assert_int_equal(upload.len, 0);
	x->ops->close(x);
	arena_release(&mem);
	buf_release(&text);
	buf_release(&upload);
}

static void an_expired_vendor_certificate_signs_nothing(void **state)
{
	(void)state;
	struct x509_options o = good;
	X509 *expired = issue(VENDOR, false, LONG_AGO, vendor_key, wwdr, wwdr_key);

	o.signer_cert = write_certs("expired.pem", expired, NULL, NULL);
	is_unusable(&o,
		    "requestSigner: the certificate \"" VENDOR "\" "
		    "expired at 2023-02-07T00:00:00Z and Apple's portal refuses what it signs; "
		    "get the new one from Apple",
		    "");
	X509_free(expired);
	X509 *early = issue(VENDOR, false, "20980101000000Z", "20990101000000Z", vendor_key, wwdr,
			    wwdr_key);
	o.signer_cert = write_certs("early.pem", early, NULL, NULL);
	is_unusable(&o,
		    "requestSigner: the certificate \"" VENDOR "\" is not in force before "
		    "2098-01-01T00:00:00Z",
		    "");
	X509_free(early);
}

static void an_expired_intermediate_is_refused_by_name(void **state)
{
	(void)state;
	struct x509_options o = good;
	X509 *of_old = issue(VENDOR, false, IN_FORCE, vendor_key, wwdr_old, old_key);

	o.signer_cert = write_certs("of_old.pem", of_old, NULL, NULL);
	is_unusable(&o,
		    "requestSigner: the certificate \"" WWDR "\" "
		    "expired at 2023-02-07T00:00:00Z and Apple's portal refuses what it signs; "
		    "get the new one from Apple",
		    "");
	X509_free(of_old);
}

static void a_missing_link_is_named(void **state)
{
	(void)state;
	struct x509_options o = good;

	/* Only the old intermediate: the name fits, the signature does not. */
	o.signer_chain = write_certs("short.pem", root, wwdr_old, NULL);
	is_unusable(&o,
		    "requestSigner: chainFile %: \"" WWDR "\", the issuer of \"" VENDOR "\", "
		    "is missing; add it (https://www.apple.com/certificateauthority/)",
		    o.signer_chain);
	o.signer_chain = write_certs("rootless.pem", wwdr, NULL, NULL);
	is_unusable(&o,
		    "requestSigner: chainFile %: \"Apple Root CA\", the issuer of \"" WWDR "\", is "
		    "missing; add it (https://www.apple.com/certificateauthority/)",
		    o.signer_chain);
	/* The root may come from apple.caFile. */
	o.apple_ca = write_certs("ca.pem", root, NULL, NULL);
	struct buf upload = BUF_INIT(100000);
	struct err e = { 0 };
	assert_int_equal(upload_with(&o, csr, csr_len, &upload, &e), 0);
	buf_release(&upload);
}

static void a_key_that_does_not_fit_or_is_open_to_others_is_refused(void **state)
{
	(void)state;
	struct x509_options o = good;

	o.signer_key = write_key("other.key", csr_key, 0600);
	char wanted[200];
	snprintf(wanted, sizeof(wanted),
		 "requestSigner: keyFile %%: it is not the key of certificateFile %s",
		 o.signer_cert);
	is_unusable(&o, wanted, o.signer_key);
	o.signer_key = write_key("open.key", vendor_key, 0640);
	is_unusable(&o,
		    "requestSigner: keyFile: % holds a secret but is open to others (mode 0640): "
		    "run `chmod 600 %`",
		    o.signer_key);
	o.signer_key = write_file(dir, "text.key", "hello", 5, 0600);
	is_unusable(&o, "requestSigner: keyFile %: the file holds no private key that can be read",
		    o.signer_key);
	o.signer_key = NULL;
	is_unusable(&o, "requestSigner: it needs certificateFile, keyFile and chainFile", "");
}

static void requests_that_apple_would_refuse_are_not_signed(void **state)
{
	(void)state;
	struct buf upload = BUF_INIT(100000);
	struct err e = { 0 };
	EVP_PKEY *weak = EVP_RSA_gen(1024);
	unsigned char *der = NULL, *more = malloc(csr_len + 1);
	size_t len;

	make_csr(weak, &der, &len);
	assert_int_equal(upload_with(&good, der, len, &upload, &e), -1);
	assert_int_equal(e.code, ERR_REFUSED);
	assert_string_equal(e.text, "the request is not signed: its key is no RSA key of at least "
				    "2048 bits");
	memcpy(more, csr, csr_len);
	more[csr_len - 1] ^= 1;
	assert_int_equal(upload_with(&good, more, csr_len, &upload, &e), -1);
	assert_string_equal(e.text, "the request is not signed: its own signature does not verify");
	more[csr_len - 1] ^= 1;
	more[csr_len] = 0;
	assert_int_equal(upload_with(&good, more, csr_len + 1, &upload, &e), -1);
	assert_string_equal(e.text, "the request is not signed: it is no PKCS#10 request in DER");
	assert_int_equal(upload_with(&good, "x", 1, &upload, &e), -1);
	OPENSSL_free(der);
	free(more);
	EVP_PKEY_free(weak);
	buf_release(&upload);
}

static void only_a_property_list_with_the_three_strings_is_read_back(void **state)
{
	(void)state;
	static const char head[] = "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict>";
	static const char csr_key_xml[] = "<key>PushCertRequestCSR</key><string>a</string>";
	static const char chain_xml[] = "<key>PushCertCertificateChain</key><string>b</string>";
	static const char signature_xml[] = "<key>PushCertSignature</key><string>c</string>";
	static const char signature_data[] = "<key>PushCertSignature</key><data>AAAA</data>";
	static const char other_xml[] = "<key>Other</key><string>d</string>";
	static const struct {
		const char *body, *signature, *problem;
	} row[] = {
		{ csr_key_xml, signature_xml, NULL },
		{ csr_key_xml, "", "the property list has 2 keys, not 3" },
		{ other_xml, signature_xml, "the property list has no string PushCertRequestCSR" },
		{ csr_key_xml, signature_data,
		  "the property list has no string PushCertSignature" },
	};
	struct arena mem = ARENA_INIT;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct upload_parts parts;
		struct err e = { 0 };
		char *xml = arena_printf(&mem, "%s%s%s%s</dict></plist>", head, row[i].body,
					 chain_xml, row[i].signature);
		int rc = upload_parse(xml, strlen(xml), &mem, &parts, &e);
		assert_int_equal(rc, row[i].problem ? -1 : 0);
		assert_string_equal(e.text, row[i].problem ? row[i].problem : "");
	}
	struct upload_parts parts;
	struct err e = { 0 };
	assert_int_equal(upload_parse("hello", 5, &mem, &parts, &e), -1);
	assert_string_equal(e.text, "it is no XML property list with a dictionary");
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_upload_file_stands_the_check_of_foreign_programs),
		cmocka_unit_test(the_same_request_gives_the_same_upload_file),
		cmocka_unit_test(a_vendor_certificate_in_der_is_read_too),
		cmocka_unit_test(the_signer_is_described),
		cmocka_unit_test(an_expired_vendor_certificate_signs_nothing),
		cmocka_unit_test(an_expired_intermediate_is_refused_by_name),
		cmocka_unit_test(a_missing_link_is_named),
		cmocka_unit_test(a_key_that_does_not_fit_or_is_open_to_others_is_refused),
		cmocka_unit_test(requests_that_apple_would_refuse_are_not_signed),
		cmocka_unit_test(only_a_property_list_with_the_three_strings_is_read_back),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
