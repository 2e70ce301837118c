/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/schema/repo.h"

#define OTHER(spec)                                                                                \
	DOC("AppleIDAlias", "other",                                                               \
	    "  recipients: [t@msp.example]\n  recovery: {passwordIn: x}\n" spec)
#define GOOD_ID "  appleId: o@acme.example\n"
#define GOOD_TYPE "  type: ManagedAppleID\n"
#define GOOD_WHO "  custodians: [alex, sam]\n"
#define EXCEPTION "  exception: {reason: soon, until: 2027-01-31}\n"
#define F "tenants/acme/o.yaml"

static void a_personal_account_is_an_error_that_stops_only_a_create(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { F, OTHER(GOOD_ID "  type: Personal\n" GOOD_WHO) });
	assert_string_equal(repo_text(&r, LEVEL_NOTE), F
			    ":9:9-17 error APN3001 AppleIDAlias/acme/other /spec/type: this Apple "
			    "Account is one person's, and every certificate is lost to whoever "
			    "leaves with it; use a Managed Apple ID or a distribution group, or "
			    "write an exception\n");
	assert_int_equal(r.want[0].stop, STOP_CREATE);
	repo_release(&r);
}

#define PERSONAL OTHER(GOOD_ID "  type: Personal\n" GOOD_WHO EXCEPTION)
#define WITH_OTHER(topic)                                                                          \
	DOC("PushCertificate", "second", "  appleIdRef: other\n  topic: " topic "\n")

static void a_personal_account_with_an_exception_is_a_warning_while_all_is_pinned(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { F, PERSONAL WITH_OTHER(TOPIC_A "2") });
	assert_non_null(strstr(repo_text(&r, LEVEL_NOTE), F ":9:9-17 warning APN3001 "));
	assert_null(strstr(repo_text(&r, LEVEL_NOTE), "error"));
	assert_int_equal(r.want[0].stop, STOP_NOTHING);
	repo_release(&r);
	repo_with(&r, { F, PERSONAL WITH_OTHER("New") });
	assert_string_equal(repo_text(&r, LEVEL_ERROR), F
			    ":17:15-20 error APN3001 PushCertificate/acme/second "
			    "/spec/appleIdRef: o@acme.example is a personal Apple Account, and the "
			    "topic is not pinned; create no certificate with it: name another "
			    "account, or pin the topic of the one that is there\n"
			    "  " F ":4:18 AppleIDAlias other is here\n");
	assert_int_equal(r.want[0].stop, STOP_CREATE);
	repo_release(&r);
}

static void fewer_than_two_custodians_are_an_error(void **state)
{
	(void)state;
	repo_expect(F, OTHER(GOOD_ID GOOD_TYPE "  custodians: [alex]\n"), LEVEL_NOTE,
		    F ":10:3-13 error APN3002 AppleIDAlias/acme/other /spec/custodians: only one "
		      "custodian can reach this Apple Account; name at least two people who can "
		      "sign in\n");
	repo_expect(F, OTHER(GOOD_ID GOOD_TYPE "  custodians: [alex, alex]\n"), LEVEL_NOTE,
		    F ":10:22-26 error APN2025 AppleIDAlias/acme/other /spec/custodians/1: alex is "
		      "named twice; name somebody else here, so that two people can sign in\n");
	repo_expect(F, OTHER(GOOD_ID GOOD_TYPE "  custodians: [alex, alex, sam]\n"), LEVEL_NOTE,
		    F ":10:22-26 error APN2025 AppleIDAlias/acme/other /spec/custodians/1: alex is "
		      "named twice; take one out\n");
	struct repo r;
	repo_with(&r, { F, OTHER(GOOD_ID GOOD_TYPE "  custodians: [alex]\n" EXCEPTION) });
	assert_non_null(strstr(repo_text(&r, LEVEL_NOTE), F ":10:3-13 warning APN3002 "));
	assert_int_equal(r.want[0].stop, STOP_NOTHING);
	repo_release(&r);
}

static void who_leaves_does_not_count_towards_the_two(void **state)
{
	(void)state;
	repo_expect(F, OTHER(GOOD_ID GOOD_TYPE "  custodians: [alex, kim]\n"), LEVEL_NOTE,
		    F ":10:22-25 warning APN3006 AppleIDAlias/acme/other /spec/custodians/1: kim "
		      "leaves (until is set), so fewer than two custodians stay; name another one\n"
		      "  organization.yaml:11:39 kim leaves here\n");
	repo_expect(F, OTHER(GOOD_ID GOOD_TYPE "  custodians: [kim, alex, sam]\n"), LEVEL_NOTE, "");
}

static void an_address_of_a_person_is_a_warning_whatever_the_type(void **state)
{
	(void)state;
	repo_expect(F, OTHER("  appleId: Alex@MSP.example\n" GOOD_TYPE GOOD_WHO), LEVEL_NOTE,
		    F
		    ":8:12-28 warning APN3010 AppleIDAlias/acme/other /spec/appleId: this address "
		    "is that of Alex Doe, one of the Organization's people, so the account ends "
		    "with that mailbox; use an address that no person owns\n"
		    "  organization.yaml:9:41 the person's address\n");
	repo_expect(F, OTHER(GOOD_ID "  aliasOf: alex@msp.example\n" GOOD_TYPE GOOD_WHO EXCEPTION),
		    LEVEL_NOTE,
		    F ":9:12-28 note APN3010 AppleIDAlias/acme/other /spec/aliasOf: the mailbox "
		      "behind the address is that of Alex Doe, one of the Organization's people, "
		      "so the account ends with that mailbox; use an address that no person owns\n"
		      "  organization.yaml:9:41 the person's address\n");
}

#define GROUP(recipients)                                                                          \
	DOC("AppleIDAlias", "other",                                                               \
	    "  recipients: [" recipients "]\n  recovery: {passwordIn: x}\n" GOOD_ID                \
	    "  type: DistributionGroup\n" GOOD_WHO)
static void a_group_reaches_two_people_or_an_address_of_nobody_known(void **state)
{
	(void)state;
	repo_expect(F, GROUP("alex@msp.example"), LEVEL_NOTE,
		    F ":6:3-13 warning APN3011 AppleIDAlias/acme/other /spec/recipients: mail to "
		      "this distribution group reaches fewer than two people who stay; add another "
		      "recipient to the group, and write it here\n");
	repo_expect(F, GROUP("alex@msp.example, Alex@msp.example"), LEVEL_NOTE,
		    F ":6:3-13 warning APN3011 AppleIDAlias/acme/other /spec/recipients: mail to "
		      "this distribution group reaches fewer than two people who stay; add another "
		      "recipient to the group, and write it here\n");
	repo_expect(F, GROUP("alex@msp.example, desk@msp.example"), LEVEL_NOTE, "");
	repo_expect(F, GROUP("desk@msp.example"), LEVEL_NOTE, "");
}

#define PHONES(holders)                                                                            \
	DOC("AppleIDAlias", "other",                                                               \
	    "  recipients: [t@msp.example]\n  recovery: {trustedPhoneHolders: [" holders           \
	    "]}\n" GOOD_ID GOOD_TYPE GOOD_WHO)
static void two_people_who_stay_hold_a_telephone(void **state)
{
	(void)state;
	repo_expect(F, PHONES("alex, kim"), LEVEL_NOTE,
		    F ":7:14-33 warning APN3012 AppleIDAlias/acme/other "
		      "/spec/recovery/trustedPhoneHolders: fewer than two people who stay get the "
		      "codes of the second factor; add the telephone of another one to the "
		      "account, and name its holder here\n");
	repo_expect(F, PHONES("alex, sam, kim"), LEVEL_NOTE, "");
}

static void people_are_the_organizations(void **state)
{
	(void)state;
	repo_expect(
	    F, OTHER(GOOD_ID GOOD_TYPE "  custodians: [alex, samm, zed99999]\n"), LEVEL_NOTE,
	    F ":10:22-26 error APN3003 AppleIDAlias/acme/other /spec/custodians/1: \"samm\" "
	      "is none of the Organization's people; did you mean \"sam\"?\n"
	      "  fix 10:22-26: sam (take the id)\n" F
	      ":10:28-36 error APN3003 AppleIDAlias/acme/other /spec/custodians/2: "
	      "\"zed99999\" is none of the Organization's people; add the person there, or "
	      "name one of them\n");
}

static void a_name_or_an_address_stands_for_the_id_of_its_person(void **state)
{
	(void)state;
#define NO_ID "is not the id of a person; write one of the ids in the Organization: alex, sam, kim"
	repo_expect(
	    F, OTHER(GOOD_ID GOOD_TYPE "  custodians: [alex doe, sam, alex@msp.example, Jo Poe]\n"),
	    LEVEL_NOTE,
	    F
	    ":10:16-24 error APN1018 AppleIDAlias/acme/other /spec/custodians/0: \"alex "
	    "doe\" " NO_ID "; did you mean \"alex\"?\n  fix 10:16-24: alex (take the id)\n" F
	    ":10:31-47 error APN1018 AppleIDAlias/acme/other /spec/custodians/2: "
	    "\"alex@msp.example\" " NO_ID
	    "; did you mean \"alex\"?\n  fix 10:31-47: alex (take the id)\n" F
	    ":10:49-55 error APN1018 AppleIDAlias/acme/other /spec/custodians/3: \"Jo Poe\" " NO_ID
	    "\n");
#undef NO_ID
	repo_expect(F, OTHER(GOOD_ID GOOD_TYPE "  custodians: alex, sam\n"), LEVEL_NOTE,
		    F ":10:15-24 error APN1017 AppleIDAlias/acme/other /spec/custodians: "
		      "spec.custodians is the text \"alex, sam\", but a list is wanted; write "
		      "[alex, sam]\n  fix 10:15-24: [alex, sam] (make it a list)\n");
}

static void people_are_known_wherever_they_are_named(void **state)
{
	(void)state;
	static const char ack[] =
	    "{from: " TOPIC_A ", to: " TOPIC_B ", reason: x, approvedBy: [zed99999]}\n";
	char text[2048];
	struct repo r;

	snprintf(text, sizeof(text),
		 "%s  allowReenrol: %s%s  allowTopicChange: %s"
		 "  confirmedInstall: {serial: \"0A\", by: zed99999, date: 2026-01-01}\n%s"
		 "  allowReenrol: %s",
		 POLICY("p", ""), ack, CERT("c", "  topic: New\n"), ack,
		 ASSIGN("a", "c", "policyRef: p"), ack);
	repo_with(&r, { F, text },
		  { "tenants/globex/globex.yaml",
		    "apiVersion: apnsctl/v1\nkind: Tenant\nmetadata: {name: globex}\n"
		    "spec: {displayName: G, suspend: {reason: x, by: zed99999}}\n" });
	const char *all = repo_text(&r, LEVEL_ERROR);
	static const char *const pointers[] = {
		"Policy/acme/p /spec/allowReenrol/approvedBy/0:",
		"PushCertificate/acme/c /spec/allowTopicChange/approvedBy/0:",
		"PushCertificate/acme/c /spec/confirmedInstall/by:",
		"CertificateAssignment/acme/a /spec/allowReenrol/approvedBy/0:",
		"Tenant/globex /spec/suspend/by:",
	};
	for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++)
		if (!strstr(all, pointers[i]))
			fail_msg("%s\n%s", pointers[i], all);
	repo_release(&r);
}

static void a_provider_for_private_people_is_a_warning(void **state)
{
	(void)state;
	static const char *const domains[] = {
		"126.com",     "gmail.com", "iCloud.com", "me.com", "privaterelay.appleid.com",
		"t-online.de", "yahoo.com", "yandex.ru"
	};

	for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++) {
		char text[512];
		struct repo r;
		snprintf(text, sizeof(text), "%s  appleId: acme@%s\n", OTHER(GOOD_TYPE GOOD_WHO),
			 domains[i]);
		repo_with(&r, { F, text });
		if (!strstr(repo_text(&r, LEVEL_NOTE), " warning APN3004 AppleIDAlias/acme/other "
						       "/spec/appleId: "))
			fail_msg("%s", domains[i]);
		assert_int_equal(r.findings[0].n, 1);
		repo_release(&r);
	}
	repo_expect(F, OTHER("  appleId: acme@gmail.com\n" GOOD_TYPE GOOD_WHO), LEVEL_NOTE,
		    F
		    ":8:12-26 warning APN3004 AppleIDAlias/acme/other /spec/appleId: gmail.com is "
		    "a mail provider for private people; use an address of the customer or of your "
		    "own\n");
}

static void an_address_is_in_a_domain_of_somebody_we_know(void **state)
{
	(void)state;
	repo_expect(F, OTHER("  appleId: acme@other.example\n" GOOD_TYPE GOOD_WHO), LEVEL_NOTE,
		    F
		    ":8:12-30 warning APN3005 AppleIDAlias/acme/other /spec/appleId: "
		    "other.example is in neither the domains of the Tenant nor the appleIdDomains "
		    "of the Organization; add it to one of them, or use another address\n");
	repo_expect(F, OTHER("  appleId: acme@MSP.example\n" GOOD_TYPE GOOD_WHO), LEVEL_NOTE, "");
	repo_expect(F, OTHER("  appleId: a@id.acme.example\n" GOOD_TYPE GOOD_WHO), LEVEL_NOTE, "");
	repo_expect(F, OTHER("  appleId: a@notacme.example\n" GOOD_TYPE GOOD_WHO), LEVEL_NOTE,
		    F ":8:12-29 warning APN3005 AppleIDAlias/acme/other /spec/appleId: "
		      "notacme.example is in neither the domains of the Tenant nor the "
		      "appleIdDomains of the Organization; add it to one of them, or use another "
		      "address\n");
}

static void a_shared_account_is_judged_where_it_is_used(void **state)
{
	(void)state;
	repo_expect(
	    "accounts/globex.yaml",
	    "apiVersion: apnsctl/v1\nkind: AppleIDAlias\nmetadata: {name: globex-push}\n"
	    "spec: {appleId: x@other.example, type: ManagedAppleID, custodians: [alex, sam],\n"
	    "  tenants: [globex], recipients: [t@msp.example], recovery: {passwordIn: x}}\n",
	    LEVEL_NOTE,
	    "tenants/globex/globex.yaml:16:15-26 warning APN3005 PushCertificate/globex/devices "
	    "/spec/appleIdRef: the account x@other.example is in neither the domains of the "
	    "Tenant nor the appleIdDomains of the Organization; add its domain to one of "
	    "them, or use another account\n"
	    "  accounts/globex.yaml:3:18 AppleIDAlias globex-push is here\n");
}

static void one_account_for_several_customers_is_a_warning(void **state)
{
	(void)state;
#define SHARED(tenants, more)                                                                      \
	"apiVersion: apnsctl/v1\nkind: AppleIDAlias\nmetadata: {name: s}\n"                        \
	"spec: {appleId: x@msp.example, type: ManagedAppleID, custodians: [alex, sam],\n"          \
	"  recipients: [t@msp.example], recovery: {passwordIn: x}" more ",\n  tenants: " tenants   \
	"}\n"
	repo_expect(
	    "accounts/s.yaml", SHARED("[acme, globex]", ""), LEVEL_NOTE,
	    "accounts/s.yaml:6:3-10 warning APN3007 AppleIDAlias/s /spec/tenants: one Apple "
	    "Account serves several customers: their rows at the portal look alike, and one "
	    "lost account stops them all; use an account for each customer, or write an "
	    "exception\n");
	repo_expect("accounts/s.yaml", SHARED("[acme]", ""), LEVEL_NOTE, "");
	repo_expect("accounts/s.yaml",
		    SHARED("[\"*\"]", ", exception: {reason: one team, until: 2027-01-31}"),
		    LEVEL_WARNING, "");
}

static void an_address_has_one_alias(void **state)
{
	(void)state;
	repo_expect(
	    F, OTHER("  appleId: Push@appleid.acme.example\n" GOOD_TYPE GOOD_WHO), LEVEL_NOTE,
	    F ":8:12-37 warning APN3008 AppleIDAlias/acme/other /spec/appleId: "
	      "Push@appleid.acme.example is also the address of AppleIDAlias/acme/apple; one "
	      "alias for each account is enough\n"
	      "  tenants/acme/tenant.yaml:20:12 it is here too\n");
	repo_expect(F, OTHER("  appleId: globex@msp.example\n" GOOD_TYPE GOOD_WHO), LEVEL_NOTE,
		    F
		    ":8:12-30 warning APN3008 AppleIDAlias/acme/other /spec/appleId: "
		    "globex@msp.example is also the address of AppleIDAlias/globex-push; one alias "
		    "for each account is enough\n"
		    "  accounts/globex.yaml:6:12 it is here too\n");
}

static void addresses_lead_to_a_mailbox_and_not_in_a_circle(void **state)
{
	(void)state;
	repo_expect(
	    F,
	    OTHER(GOOD_ID GOOD_TYPE GOOD_WHO "  aliasOf: p@acme.example\n")
		DOC("AppleIDAlias", "p",
		    "  recipients: [t@msp.example]\n  recovery: {passwordIn: x}\n"
		    "  appleId: p@acme.example\n" GOOD_TYPE GOOD_WHO "  aliasOf: o@acme.example\n"),
	    LEVEL_NOTE,
	    F ":11:12-26 error APN2006 AppleIDAlias/acme/other /spec/aliasOf: the addresses "
	      "are aliases of each other; take the aliasOf of the mailbox itself out\n"
	      "  " F ":15:18 AppleIDAlias/acme/p is here\n");
	repo_expect(F, OTHER(GOOD_ID GOOD_TYPE GOOD_WHO "  aliasOf: o@acme.example\n"), LEVEL_NOTE,
		    F
		    ":11:12-26 error APN2006 AppleIDAlias/acme/other /spec/aliasOf: the address is "
		    "an alias of itself; write the mailbox behind it, or take aliasOf out\n");
	repo_expect(F, OTHER(GOOD_ID GOOD_TYPE GOOD_WHO "  aliasOf: team@msp.example\n"),
		    LEVEL_NOTE, "");
}

static void what_is_optional_and_absent_is_a_note(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/globex/globex.yaml",
	    "apiVersion: apnsctl/v1\nkind: Tenant\nmetadata: {name: globex}\n"
	    "spec: {displayName: G}\n---\n"
	    "apiVersion: apnsctl/v1\nkind: AppleIDAlias\n"
	    "metadata: {name: a, tenant: globex}\n"
	    "spec: {appleId: a@msp.example, type: ManagedAppleID, custodians: [alex, sam], "
	    "recovery: {passwordIn: x}}\n---\n"
	    "apiVersion: apnsctl/v1\nkind: PushCertificate\n"
	    "metadata: {name: c, tenant: globex}\n"
	    "spec: {appleIdRef: a, topic: " TOPIC_B ", certificateFile: certs/apns.pem}\n",
	    LEVEL_NOTE,
	    "tenants/globex/globex.yaml:3:18-24 note APN3009 Tenant/globex -: optional and not "
	    "written: appleProgram, contacts; reports can say whom to ask at the "
	    "customer\n"
	    "tenants/globex/globex.yaml:8:18-19 note APN3009 AppleIDAlias/globex/a -: optional "
	    "and not written: recipients; on renewal day it helps to know who can get in when a "
	    "telephone is lost, and whom Apple's reminders reach\n"
	    "tenants/globex/globex.yaml:13:18-19 note APN3009 PushCertificate/globex/c -: "
	    "optional and not written: serverRefs; without a server nobody gets the "
	    "certificate, and its key stays with the controller\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_personal_account_is_an_error_that_stops_only_a_create),
		cmocka_unit_test(
		    a_personal_account_with_an_exception_is_a_warning_while_all_is_pinned),
		cmocka_unit_test(fewer_than_two_custodians_are_an_error),
		cmocka_unit_test(who_leaves_does_not_count_towards_the_two),
		cmocka_unit_test(an_address_of_a_person_is_a_warning_whatever_the_type),
		cmocka_unit_test(a_group_reaches_two_people_or_an_address_of_nobody_known),
		cmocka_unit_test(two_people_who_stay_hold_a_telephone),
		cmocka_unit_test(people_are_the_organizations),
		cmocka_unit_test(a_name_or_an_address_stands_for_the_id_of_its_person),
		cmocka_unit_test(people_are_known_wherever_they_are_named),
		cmocka_unit_test(a_provider_for_private_people_is_a_warning),
		cmocka_unit_test(an_address_is_in_a_domain_of_somebody_we_know),
		cmocka_unit_test(a_shared_account_is_judged_where_it_is_used),
		cmocka_unit_test(one_account_for_several_customers_is_a_warning),
		cmocka_unit_test(an_address_has_one_alias),
		cmocka_unit_test(addresses_lead_to_a_mailbox_and_not_in_a_circle),
		cmocka_unit_test(what_is_optional_and_absent_is_a_note),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
