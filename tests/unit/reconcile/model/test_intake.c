/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "reconcile/model/intake.h"
#include "schema/base/buf.h"
#include "schema/base/clock.h"
#include "schema/base/text.h"

#define UUID "11111111-2222-3333-4444-555555555555"
#define TOPIC "com.apple.mgmt.External." UUID
#define OTHER "com.apple.mgmt.External.99999999-2222-3333-4444-555555555555"
#define FILE_NAME "requests/acme/acme--push.20261101.plist"

enum { NOW = 1795478400 }; /* 2026-11-24 */

static struct arena mem;
static struct cert_facts cert;
static struct actual_pair in_force;
static struct ref beta = { KIND_PushCertificate, "beta", "push" };
static struct intake_question q;

/* The answer to an open request of acme/push, which has nothing in force yet. */
static int good_answer(void **state)
{
	(void)state;
	cert = (struct cert_facts){ .topic = TOPIC,
				    .serial = "0A",
				    .issuer = "Apple",
				    .sha256 = "sha-new",
				    .spki_sha256 = "spki-new",
				    .not_before = NOW - DAY_S,
				    .not_after = NOW + 364 * DAY_S,
				    .is_rsa = true,
				    .has_632 = true,
				    .client_auth = true,
				    .digital_signature = true };
	in_force = (struct actual_pair){ .sha256 = "sha-old",
					 .topic = TOPIC,
					 .not_before = NOW - 365 * DAY_S,
					 .not_after = NOW + DAY_S };
	q = (struct intake_question){ .cert = &cert,
				      .on = { KIND_PushCertificate, "acme", "push" },
				      .pin = TOPIC,
				      .key = KEY_HELD_FOR_IT,
				      .request_file = FILE_NAME,
				      .row = "APSP:" UUID,
				      .now = NOW };
	return 0;
}

/* "VERDICT flags: message / remedy", so that one comparison shows all of it. */
static const char *judged(void)
{
	struct intake r = intake_judge(&q, &mem);

	return arena_printf(&mem, "%s%s%s%s%s: %s / %s", intake_word(r.verdict),
			    r.accepted ? " accepted" : "", r.is_in_force ? " in-force" : "",
			    r.key_reused ? " reused" : "", r.taken_over ? " taken-over" : "",
			    r.message, r.remedy ? r.remedy : "-");
}

static const char *verdict(void)
{
	return intake_word(intake_judge(&q, &mem).verdict);
}

static void the_answer_to_the_request_matches(void **state)
{
	(void)state;
	assert_string_equal(judged(), "Matches accepted: the certificate answers the request / -");
	q.in_force = &in_force;
	assert_string_equal(judged(), "Matches accepted: the certificate answers the request / -");
}

static void the_key_in_use_is_accepted_with_a_warning(void **state)
{
	(void)state;
	q.key = KEY_OF_ACTIVE;
	q.in_force = &in_force;
	assert_string_equal(judged(), "Matches accepted reused: the certificate carries the key "
				      "that is in use already / -");
}

static void the_answer_to_an_older_request_is_accepted(void **state)
{
	(void)state;
	q.key = KEY_OF_SUPERSEDED;
	assert_string_equal(judged(), "Superseded accepted: the certificate answers an older "
				      "request, whose key is still held / -");
}

static void the_pair_in_force_is_known_again_whatever_its_dates(void **state)
{
	(void)state;
	in_force.sha256 = "sha-new";
	q.in_force = &in_force;
	q.key = KEY_OF_ACTIVE;
	const char *wanted = "Matches in-force: the certificate is the one in use / -";
	assert_string_equal(judged(), wanted);
	cert.not_after = NOW - DAY_S;
	assert_string_equal(judged(), wanted);
	q.key = KEY_OF_NOBODY;
	assert_string_equal(judged(), wanted);
}

static void each_unreadable_form_has_its_remedy(void **state)
{
	(void)state;
	static const char *const wanted[] = {
		[CERT_FORM_EMPTY] = "the file is empty / download the certificate from the portal "
				    "again",
		[CERT_FORM_DER] = "the file is a certificate in DER form / convert it to "
				  "PEM: openssl x509 -inform DER -in FILE -out FILE.new && mv "
				  "FILE.new FILE",
		[CERT_FORM_PKCS12] = "the file is a PKCS#12 bundle, which may hold a private key / "
				     "never commit it; take the .pem that the portal offers for "
				     "download",
		[CERT_FORM_HTML] = "the file is a web page, probably the portal's sign-in page / "
				   "sign in to the portal and download the certificate again",
		[CERT_FORM_REQUEST] = "the file is a request, not a certificate / upload the "
				      "request at the portal and save what it returns",
		[CERT_FORM_KEY] = "the file holds a private key and no certificate / remove it "
				  "from the repository and its history; treat the key as lost",
		[CERT_FORM_MANY] = "the file holds several certificates / keep the MDM push "
				   "certificate alone",
		[CERT_FORM_TEXT] = "the file holds no certificate / download the certificate from "
				   "the portal again",
		[CERT_FORM_BROKEN] = "the certificate in the file can not be parsed / download the "
				     "certificate from the portal again",
	};

	for (int form = CERT_FORM_EMPTY; form <= CERT_FORM_BROKEN; form++) {
		cert = (struct cert_facts){ .form = (enum cert_form)form };
		assert_string_equal(judged(), arena_printf(&mem, "Unreadable: %s", wanted[form]));
	}
	cert.problem = "asn1 length";
	assert_string_equal(judged(), "Unreadable: the certificate in the file can not be parsed "
				      "(asn1 length) / download the certificate from the portal "
				      "again");
}

static void another_kind_of_certificate_is_not_mdm(void **state)
{
	(void)state;
	cert.has_632 = false;
	cert.has_631 = true;
	assert_string_equal(judged(),
			    "NotMDM: the certificate is no MDM push certificate: it is for Apple's "
			    "sandbox (1.2.840.113635.100.6.3.1 only) / download the certificate of "
			    "the row \"MDM\" from the portal");
	cert.topic = NULL;
	assert_string_equal(judged(),
			    "NotMDM: the certificate is no MDM push certificate: it has no topic "
			    "(UID in its subject) / download the certificate of the row \"MDM\" "
			    "from the portal");
}

static void only_a_bad_chain_is_untrusted(void **state)
{
	(void)state;
	cert.trust = TRUST_NOT_CHECKED;
	assert_string_equal(verdict(), "Matches");
	cert.trust = TRUST_CHAIN_OK;
	assert_string_equal(verdict(), "Matches");
	cert.trust = TRUST_CHAIN_BAD;
	assert_string_equal(judged(),
			    "Untrusted: the certificate was not issued by Apple's authority "
			    "(issuer \"Apple\") / download the certificate from the portal; never "
			    "commit one from elsewhere");
	cert.issuer = NULL;
	assert_string_equal(judged(),
			    "Untrusted: the certificate was not issued by Apple's authority "
			    "(issuer \"none\") / download the certificate from the portal; never "
			    "commit one from elsewhere");
}

static void what_belongs_to_another_customer_is_misfiled(void **state)
{
	(void)state;
	const char *wanted = "Misfiled: the certificate belongs to PushCertificate/beta/push / "
			     "move it to the folder of PushCertificate/beta/push; the file for "
			     "PushCertificate/acme/push is another one";

	q.key = KEY_OF_OTHER;
	q.key_owner = &beta;
	assert_string_equal(judged(), wanted);
	q.key = KEY_OF_NOBODY;
	q.topic_owner = &beta;
	assert_string_equal(judged(), wanted);
	q.key = KEY_HELD_FOR_IT;
	q.topic_owner = NULL;
	q.serial_owner = &beta;
	assert_string_equal(judged(), wanted);
}

static void our_key_in_the_row_of_another_customer_is_the_wrong_row(void **state)
{
	(void)state;
	const char *wanted =
	    "WrongRow: the key is that of PushCertificate/acme/push, but the topic is that of "
	    "PushCertificate/beta/push: the request was uploaded to the wrong row of the portal / "
	    "do not revoke anything; first renew the row of PushCertificate/beta/push with its own "
	    "file, then at the portal open the row APSP:" UUID
	    ", choose Renew and upload the same file " FILE_NAME;

	cert.topic = OTHER;
	q.topic_owner = &beta;
	for (int key = KEY_HELD_FOR_IT; key <= KEY_OF_SUPERSEDED; key++) {
		q.key = (enum key_held)key;
		assert_string_equal(judged(), wanted);
	}
}

static void the_pin_refuses_another_topic(void **state)
{
	(void)state;
	const char *message = "OtherTopic: the certificate has the topic " OTHER
			      ", but PushCertificate/acme/push is pinned to " TOPIC
			      ": it was created instead of renewed, or under another Apple Account";

	cert.topic = OTHER;
	assert_string_equal(judged(), arena_printf(&mem,
						   "%s / do not revoke anything; at the portal "
						   "open the row APSP:" UUID
						   ", choose Renew and upload the same file %s",
						   message, FILE_NAME));
	q.request_file = q.row = NULL;
	assert_string_equal(judged(), arena_printf(&mem,
						   "%s / do not revoke anything; at the portal "
						   "open the row of this customer and choose Renew",
						   message));
	q.pin = NULL;
	assert_string_equal(verdict(), "Matches");
}

static void a_key_of_nobody_is_taken_over(void **state)
{
	(void)state;
	q.key = KEY_OF_NOBODY;
	assert_string_equal(judged(), "KeyUnknown taken-over: nobody here holds the key of the "
				      "certificate / renew it in its row with the file " FILE_NAME
				      ", whose key is held here");
	q.request_file = NULL;
	assert_string_equal(judged(), "KeyUnknown taken-over: nobody here holds the key of the "
				      "certificate / renew it in its row, with the upload file "
				      "that the next run makes");
}

static void it_is_in_force_until_its_last_second(void **state)
{
	(void)state;
	cert.not_after = NOW + 1;
	assert_string_equal(verdict(), "Matches");
	cert.not_after = NOW;
	assert_string_equal(judged(), "NotInForce: the certificate expired at "
				      "2026-11-24T00:00:00Z / renew it at the portal");
}

static void clocks_may_differ_by_five_minutes(void **state)
{
	(void)state;
	cert.not_before = NOW + 300;
	assert_string_equal(verdict(), "Matches");
	cert.not_before = NOW + 301;
	assert_string_equal(judged(), "NotInForce: the certificate is not valid before "
				      "2026-11-24T00:05:01Z / check the clock of this machine");
}

static void older_is_told_by_the_beginning_then_by_the_end(void **state)
{
	(void)state;
	in_force.not_before = cert.not_before;
	in_force.not_after = cert.not_after;
	q.in_force = &in_force;
	assert_string_equal(judged(), "Older: an older certificate than the one in use / download "
				      "the newest certificate of the row and commit that");
	cert.not_after++;
	assert_string_equal(verdict(), "Matches");
	cert.not_after -= 2;
	assert_string_equal(verdict(), "Older");
	cert.not_before++; /* the later beginning counts, though it ends before the other */
	assert_string_equal(verdict(), "Matches");
	cert.not_before -= 2;
	cert.not_after += DAY_S;
	assert_string_equal(verdict(), "Older");
}

/* Everything is wrong at once; one thing after the other is mended, and the next one shows. */
static void the_gravest_verdict_wins(void **state)
{
	(void)state;
	cert = (struct cert_facts){ .form = CERT_FORM_DER,
				    .topic = OTHER,
				    .sha256 = "sha-new",
				    .digital_signature = true,
				    .client_auth = true,
				    .trust = TRUST_CHAIN_BAD,
				    .not_before = NOW - 400 * DAY_S,
				    .not_after = NOW - DAY_S };
	q.key = KEY_OF_OTHER;
	q.key_owner = q.topic_owner = q.serial_owner = &beta;
	q.in_force = &in_force;
	assert_string_equal(verdict(), "Unreadable");
	cert.form = CERT_FORM_PEM;
	assert_string_equal(verdict(), "NotMDM");
	cert.has_632 = true;
	assert_string_equal(verdict(), "Untrusted");
	cert.trust = TRUST_CHAIN_OK;
	assert_string_equal(verdict(), "Misfiled");
	q.key = KEY_OF_SUPERSEDED;
	assert_string_equal(verdict(), "WrongRow");
	q.topic_owner = NULL;
	assert_string_equal(verdict(), "OtherTopic");
	cert.topic = TOPIC;
	assert_string_equal(verdict(), "Misfiled");
	q.serial_owner = NULL;
	assert_string_equal(verdict(), "Older");
	in_force.not_before = cert.not_before - 1;
	assert_string_equal(verdict(), "NotInForce");
	q.key = KEY_OF_NOBODY;
	assert_string_equal(verdict(), "KeyUnknown");
	q.key = KEY_OF_SUPERSEDED;
	cert.not_after = NOW + DAY_S;
	assert_string_equal(verdict(), "Superseded");
}

/* It is in Git because somebody went back; that it has ended or came from elsewhere matters not. */
static void a_predecessor_is_older_though_it_expired_or_its_key_is_gone(void **state)
{
	(void)state;
	in_force.not_after = NOW + 300 * DAY_S;
	q.in_force = &in_force;
	cert.not_before = in_force.not_before - 300 * DAY_S;
	cert.not_after = NOW - DAY_S;
	const char *wanted = "Older: an older certificate than the one in use / download the "
			     "newest certificate of the row and commit that";
	q.key = KEY_OF_SUPERSEDED;
	assert_string_equal(judged(), wanted);
	q.key = KEY_OF_NOBODY;
	assert_string_equal(judged(), wanted);
	cert.not_after = NOW + DAY_S;
	assert_string_equal(judged(), wanted);
}

static void the_row_comes_from_the_end_of_the_topic(void **state)
{
	(void)state;
	assert_string_equal(portal_row_of(TOPIC, &mem), "APSP:" UUID);
	assert_string_equal(portal_row_of("com.apple.mgmt.XServer." UUID, &mem), "APSP:" UUID);
	assert_null(portal_row_of("com.apple.mgmt.External." UUID "0", &mem));
	assert_null(portal_row_of("com.apple.mgmt.External.short", &mem));
	assert_null(portal_row_of("nodots", &mem));
	assert_null(portal_row_of(NULL, &mem));
}

static int release(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

#define JUDGE(test) cmocka_unit_test_setup(test, good_answer)

int main(void)
{
	const struct CMUnitTest tests[] = {
		JUDGE(the_answer_to_the_request_matches),
		JUDGE(the_key_in_use_is_accepted_with_a_warning),
		JUDGE(the_answer_to_an_older_request_is_accepted),
		JUDGE(the_pair_in_force_is_known_again_whatever_its_dates),
		JUDGE(each_unreadable_form_has_its_remedy),
		JUDGE(another_kind_of_certificate_is_not_mdm),
		JUDGE(only_a_bad_chain_is_untrusted),
		JUDGE(what_belongs_to_another_customer_is_misfiled),
		JUDGE(our_key_in_the_row_of_another_customer_is_the_wrong_row),
		JUDGE(the_pin_refuses_another_topic),
		JUDGE(a_key_of_nobody_is_taken_over),
		JUDGE(it_is_in_force_until_its_last_second),
		JUDGE(clocks_may_differ_by_five_minutes),
		JUDGE(older_is_told_by_the_beginning_then_by_the_end),
		JUDGE(the_gravest_verdict_wins),
		JUDGE(a_predecessor_is_older_though_it_expired_or_its_key_is_gone),
		JUDGE(the_row_comes_from_the_end_of_the_topic),
	};
	return cmocka_run_group_tests(tests, NULL, release);
}
