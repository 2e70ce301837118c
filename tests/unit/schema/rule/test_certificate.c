/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/schema/repo.h"

#define PEM "tenants/acme/push.pem"
#define YAML "tenants/acme/push.yaml"
#define USER "  tenants/acme/push.yaml:4:9 PushCertificate push takes this file\n"
#define OF_PUSH " PushCertificate/acme/push "

static void every_unreadable_form_has_its_remedy(void **state)
{
	(void)state;
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ "form=EMPTY", "APN4001" OF_PUSH "-: the file is empty; download the certificate "
				"from the portal again\n" },
		{ "form=DER",
		  "APN4001" OF_PUSH "-: the file is a certificate in DER form; convert it to PEM: "
		  "openssl x509 -inform DER -in " PEM " -out " PEM ".new && mv " PEM ".new " PEM
		  "\n" },
		{ "form=HTML",
		  "APN4001" OF_PUSH
		  "-: the file is a web page, probably the portal's sign-in page; sign "
		  "in to the portal and download the certificate again\n" },
		{ "form=MANY", "APN4001" OF_PUSH "-: the file holds several certificates; keep the "
			       "MDM push certificate alone\n" },
		{ "form=TEXT", "APN4001" OF_PUSH "-: the file holds no certificate; download the "
			       "certificate from the portal again\n" },
		{ "form=BROKEN", "APN4001" OF_PUSH
				 "-: the certificate in the file can not be parsed (bad base64); "
				 "download the certificate from the portal again\n" },
		{ "form=REQUEST",
		  "APN4013" OF_PUSH "-: the file is a request, not a certificate; upload the "
		  "request at the portal and save what it returns\n" },
	};
	char wanted[1024];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(wanted, sizeof(wanted), PEM ":0:0-0 error %s" USER, cases[i].wanted);
		repo_expect(PEM, cases[i].text, LEVEL_NOTE, wanted);
	}
}

static void a_key_beside_or_instead_of_the_certificate_is_one_finding(void **state)
{
	(void)state;
	static const char *const forms[] = { "form=KEY", "form=PKCS12" };

	for (size_t i = 0; i < 2; i++)
		repo_expect(
		    PEM, forms[i], LEVEL_NOTE,
		    PEM
		    ":0:0-0 error APN4012 - -: a private key is inside of this file, and "
		    "only the certificate belongs in Git; take it out of the history too, make a "
		    "new one and renew with that\n");
}

static void another_sort_of_certificate_is_named(void **state)
{
	(void)state;
	repo_expect(
	    PEM, "cn=APSP:x", LEVEL_NOTE,
	    PEM ":0:0-0 error APN4002" OF_PUSH
		"-: this is no MDM push certificate: it has no topic (UID in its subject); take "
		"the one from identity.apple.com\n" USER);
	repo_expect(PEM, "topic=com.apple.mail.XServer.x", LEVEL_NOTE,
		    PEM ":0:0-0 error APN4002" OF_PUSH
			"-: this is no MDM push certificate: its topic (UID) does not begin with "
			"com.apple.mgmt., so it serves something else than MDM; take the one from "
			"identity.apple.com\n" USER);
}

static void the_key_is_rsa_of_2048_bits(void **state)
{
	(void)state;
	repo_expect(PEM, "topic=" TOPIC_A " key=ec", LEVEL_NOTE,
		    PEM ":0:0-0 error APN4009" OF_PUSH "-: the key is no RSA key, and Apple's MDM "
			"certificates need one; make a new request and renew\n" USER);
	repo_expect(PEM, "topic=" TOPIC_A " bits=1024", LEVEL_NOTE,
		    PEM ":0:0-0 error APN4009" OF_PUSH
			"-: the RSA key has 1024 bits and needs 2048; "
			"make a new request and renew\n" USER);
	repo_expect(PEM, "topic=" TOPIC_A " bits=4096", LEVEL_NOTE, "");
}

static void an_unknown_issuer_and_another_name_are_warnings(void **state)
{
	(void)state;
	repo_expect(PEM, "topic=" TOPIC_A " issuer=Evil", LEVEL_NOTE,
		    PEM ":0:0-0 warning APN4008" OF_PUSH
			"-: the issuer \"Evil\" is none that Apple is known to use for push "
			"certificates; compare with the portal\n" USER);
	repo_expect(PEM, "topic=" TOPIC_A " cn=APSP:" UUID_B, LEVEL_NOTE,
		    PEM ":0:0-0 warning APN4011" OF_PUSH "-: the row at the portal is APSP:" UUID_B
			", and the topic ends with " UUID_A "; compare with the portal\n" USER);
	repo_expect(PEM, "topic=" TOPIC_A " cn=push", LEVEL_NOTE,
		    PEM
		    ":0:0-0 warning APN4011" OF_PUSH
		    "-: the common name is \"push\", and Apple writes APSP: and the identifier of "
		    "the topic; compare with the portal\n" USER);
}

static void an_issuer_that_leads_nowhere_is_an_error_that_stops_nothing(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { PEM, "topic=" TOPIC_A " issuer=Apple trust=bad" });
	assert_string_equal(repo_text(&r, LEVEL_NOTE),
			    PEM ":0:0-0 error APN4008" OF_PUSH
				"-: the issuer \"Apple\" leads to none of the authorities in "
				"apple.caFile; find out where this file comes from\n" USER);
	assert_int_equal(r.want[0].stop, STOP_NOTHING);
	repo_release(&r);
}

static void a_file_with_another_topic_is_an_error_at_the_topic(void **state)
{
	(void)state;
	repo_expect(PEM, "topic=" TOPIC_A "0", LEVEL_NOTE,
		    YAML
		    ":8:10-70 error APN4003" OF_PUSH "/spec/topic: the topic is " TOPIC_A
		    " here and " TOPIC_A "0 in " PEM "; devices enrolled with the one do not "
		    "listen to the other, so take the file of the right row, or acknowledge both "
		    "with allowTopicChange\n"
		    "  " PEM ":0:0 the certificate with topic " TOPIC_A "0\n");
}

static void new_with_a_certificate_offers_the_edit_that_pins(void **state)
{
	(void)state;
	repo_expect(YAML, CERT("push", "  topic: New\n"), LEVEL_NOTE,
		    YAML ":7:10-13 warning APN4004" OF_PUSH
			 "/spec/topic: the topic is New while " PEM
			 " is there; write its topic, so that it can only be renewed and never be "
			 "created again\n"
			 "  " PEM ":0:0 the certificate with topic " TOPIC_A "\n"
			 "  fix 7:10-13: " TOPIC_A " (pin the topic)\n");
}

static void new_without_a_certificate_is_a_note(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { YAML, CERT("push", "  topic: New\n") }, { PEM, NULL });
	assert_string_equal(repo_text(&r, LEVEL_NOTE), YAML
			    ":7:10-13 note APN4010" OF_PUSH
			    "/spec/topic: New means that Apple has never issued a certificate for "
			    "this customer; if there is one, write its topic instead\n");
	repo_release(&r);
}

static void a_pinned_topic_without_a_file_is_clean(void **state)
{
	(void)state;
	repo_expect(PEM, NULL, LEVEL_NOTE, "");
}

#define CHANGE(from, to) "  allowTopicChange: {from: " from ", to: " to ", reason: x}\n"

static void an_acknowledgement_that_names_both_topics_is_enough(void **state)
{
	(void)state;
	/* the manifest is ahead of the file, or the file of the manifest */
	repo_expect(YAML, CERT("push", "  topic: " TOPIC_B "1\n" CHANGE(TOPIC_A, TOPIC_B "1")),
		    LEVEL_NOTE, "");
	repo_expect(YAML, CERT("push", "  topic: " TOPIC_B "1\n" CHANGE(TOPIC_B "1", TOPIC_A)),
		    LEVEL_NOTE, "");
	/* a second Create: the old certificate stays in force, and must not be pinned again */
	repo_expect(YAML, CERT("push", "  topic: New\n" CHANGE(TOPIC_A, "New")), LEVEL_NOTE, "");
	/* only one of them */
	struct repo r;
	repo_with(&r,
		  { YAML, CERT("push", "  topic: " TOPIC_B "1\n" CHANGE(TOPIC_A, TOPIC_B "2")) });
	assert_non_null(strstr(repo_text(&r, LEVEL_NOTE), " error APN4003 "));
	repo_release(&r);
}

static void two_certificates_of_a_tenant_share_nothing(void **state)
{
	(void)state;
	struct repo r;

	repo_expect("tenants/acme/z.yaml", CERT("z", "  topic: " TOPIC_A "\n"), LEVEL_NOTE,
		    "tenants/acme/z.yaml:7:10-70 error APN4005 PushCertificate/acme/z /spec/topic: "
		    "the topic belongs to PushCertificate/acme/push already; one topic is one "
		    "certificate of one customer, so correct the wrong one\n"
		    "  tenants/acme/push.yaml:8:10 PushCertificate/acme/push has it first\n");
	repo_with(&r, { "tenants/acme/z.yaml", CERT("z", "  topic: " TOPIC_A "1\n") },
		  { "tenants/acme/z.pem", "topic=" TOPIC_A "1 serial=0A02 key=0A01" });
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    "tenants/acme/z.pem:0:0-0 error APN4006 PushCertificate/acme/z -: the "
	    "public key is also that of PushCertificate/acme/push; each certificate has "
	    "a key of its own, so make a new request and renew\n"
	    "  tenants/acme/push.pem:0:0 PushCertificate/acme/push has it first\n");
	repo_release(&r);
	/* a copy has the same serial, key and topic, and is told once */
	repo_with(&r, { "tenants/acme/z.yaml", CERT("z", "  topic: New\n") },
		  { "tenants/acme/z.pem", "topic=" TOPIC_A " serial=0A01" });
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    "tenants/acme/z.pem:0:0-0 error APN4007 PushCertificate/acme/z -: this "
	    "certificate is also there for PushCertificate/acme/push; keep it where its "
	    "topic belongs\n"
	    "  tenants/acme/push.pem:0:0 PushCertificate/acme/push pins its topic\n");
	repo_release(&r);
}

static void a_topic_that_is_not_written_is_that_of_the_file(void **state)
{
	(void)state;
	static const char head[] = "apiVersion: apnsctl/v1\nkind: PushCertificate\n"
				   "metadata: {name: push, tenant: acme}\n";
	char text[512];
	struct repo r;

	snprintf(text, sizeof(text), "%sspec:\n  appleIdRef: apple\n", head);
	repo_expect(YAML, text, LEVEL_NOTE,
		    YAML ":4:1-5 error APN1016" OF_PUSH "/spec/topic: the key \"topic\" is missing "
			 "in spec of PushCertificate; " PEM " has it: write \"topic: " TOPIC_A
			 "\"\n"
			 "  fix 5:3-3: topic: " TOPIC_A "\n   (pin the topic)\n");
	repo_with(&r, { YAML, text }, { PEM, "form=TEXT" });
	assert_non_null(strstr(repo_text(&r, LEVEL_NOTE),
			       "\"topic\" is missing in spec of PushCertificate; write the one of "
			       "the certificate, which should be in " PEM "\n"));
	repo_release(&r);
	repo_with(&r, { YAML, text }, { PEM, NULL });
	assert_non_null(strstr(repo_text(&r, LEVEL_NOTE), "it is written like \"topic: New\"\n"));
	repo_release(&r);
	snprintf(text, sizeof(text), "%sspec: {appleIdRef: apple}\n", head);
	repo_with(&r, { YAML, text });
	assert_null(strstr(repo_text(&r, LEVEL_NOTE), "fix"));
	repo_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_topic_that_is_not_written_is_that_of_the_file),
		cmocka_unit_test(every_unreadable_form_has_its_remedy),
		cmocka_unit_test(a_key_beside_or_instead_of_the_certificate_is_one_finding),
		cmocka_unit_test(another_sort_of_certificate_is_named),
		cmocka_unit_test(the_key_is_rsa_of_2048_bits),
		cmocka_unit_test(an_unknown_issuer_and_another_name_are_warnings),
		cmocka_unit_test(an_issuer_that_leads_nowhere_is_an_error_that_stops_nothing),
		cmocka_unit_test(a_file_with_another_topic_is_an_error_at_the_topic),
		cmocka_unit_test(new_with_a_certificate_offers_the_edit_that_pins),
		cmocka_unit_test(new_without_a_certificate_is_a_note),
		cmocka_unit_test(a_pinned_topic_without_a_file_is_clean),
		cmocka_unit_test(an_acknowledgement_that_names_both_topics_is_enough),
		cmocka_unit_test(two_certificates_of_a_tenant_share_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
