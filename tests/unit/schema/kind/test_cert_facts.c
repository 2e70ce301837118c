/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "schema/kind/cert_facts.h"

/* What the OpenSSL adapter says of a certificate as Apple issues them for MDM (apple.md 1.1). */
static struct cert_facts good(void)
{
	return (struct cert_facts){
		.form = CERT_FORM_PEM,
		.topic = "com.apple.mgmt.External.0fd31a9c-5a4b-4e0e-8b1e-7d5a1f6c2b30",
		.has_632 = true,
		.client_auth = true,
		.digital_signature = true,
	};
}

static void the_usual_certificate_is_one_for_mdm(void **state)
{
	(void)state;
	struct cert_facts f = good();

	assert_true(cert_is_mdm(&f));
	assert_null(cert_not_mdm_reason(&f));
	f.has_631 = true;
	assert_true(cert_is_mdm(&f));
}

/* accept writes the topic into a manifest: it must not be able to be more than a word there. */
static void a_topic_that_would_be_markup_in_a_manifest_is_refused(void **state)
{
	static const char *const bad[] = {
		"com.apple.mgmt.x, keyHeldBy: Server", "com.apple.mgmt.x: {a: b}",
		"com.apple.mgmt.x #", "com.apple.mgmt.\"x", "com.apple.mgmt.it's",
		"com.apple.mgmt.x}", "com.apple.mgmt.\xc3\xa9", "com.apple.mgmt.a&topic=b",
	};
	struct cert_facts f = good();

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f.topic = bad[i];
		assert_string_equal(cert_not_mdm_reason(&f),
				    "its topic (UID) holds other characters than letters, digits, "
				    "'-', '.' and '_'");
	}
	f.topic = "com.apple.mgmt.XServer.9B2F_x";
	assert_null(cert_not_mdm_reason(&f));
}

static void other_certificates_are_refused_with_the_reason(void **state)
{
	(void)state;
	const char *mail = "com.apple.mail.XServer.0fd31a9c-5a4b-4e0e-8b1e-7d5a1f6c2b30";
	struct cert_facts f = good();

	f.topic = NULL;
	assert_string_equal(cert_not_mdm_reason(&f), "it has no topic (UID in its subject)");
	f.topic = mail;
	assert_string_equal(cert_not_mdm_reason(&f),
			    "its topic (UID) does not begin with com.apple.mgmt., so it serves "
			    "something else than MDM");
	f.topic = "com.apple.mgmt.";
	assert_false(cert_is_mdm(&f));
	f.topic = "com.apple.mgmtx.1";
	assert_false(cert_is_mdm(&f));

	f = good();
	f.client_auth = false;
	assert_string_equal(cert_not_mdm_reason(&f),
			    "its extended key usage lacks client authentication");
	f = good();
	f.digital_signature = false;
	assert_string_equal(cert_not_mdm_reason(&f), "its key usage lacks digital signature");
	f = good();
	f.has_632 = false;
	assert_string_equal(cert_not_mdm_reason(&f),
			    "it lacks the extension of the push service "
			    "(1.2.840.113635.100.6.3.2)");
	f.has_631 = true;
	assert_string_equal(cert_not_mdm_reason(&f),
			    "it is for Apple's sandbox (1.2.840.113635.100.6.3.1 only)");
	f = good();
	f.is_ca = true;
	assert_string_equal(cert_not_mdm_reason(&f),
			    "it is the certificate of an authority (CA)");
}

static void what_is_no_pem_certificate_has_a_reason(void **state)
{
	(void)state;
	struct cert_facts f = good();

	for (f.form = CERT_FORM_EMPTY; f.form <= CERT_FORM_BROKEN; f.form++) {
		assert_false(cert_is_mdm(&f));
		assert_non_null(cert_not_mdm_reason(&f));
	}
	f.form = CERT_FORM_HTML;
	assert_string_equal(cert_not_mdm_reason(&f), "the file is a web page, probably "
						     "the portal's sign-in page");
}

static void the_start_decides_which_is_older_then_the_end(void **state)
{
	(void)state;
	const struct cert_facts a = { .not_before = 10, .not_after = 90 };
	const struct cert_facts later = { .not_before = 11, .not_after = 20 };
	const struct cert_facts longer = { .not_before = 10, .not_after = 91 };

	assert_true(cert_is_older(&a, &later));
	assert_false(cert_is_older(&later, &a));
	assert_true(cert_is_older(&a, &longer));
	assert_false(cert_is_older(&longer, &a));
	assert_true(cert_is_older(&a, &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_usual_certificate_is_one_for_mdm),
		cmocka_unit_test(a_topic_that_would_be_markup_in_a_manifest_is_refused),
		cmocka_unit_test(other_certificates_are_refused_with_the_reason),
		cmocka_unit_test(what_is_no_pem_certificate_has_a_reason),
		cmocka_unit_test(the_start_decides_which_is_older_then_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
