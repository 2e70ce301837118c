/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/rule/pages_part.h"

#define MANAGED "type: ManagedAppleID"

static const struct rule_page pages[] = {
	{ 3001,
	  "Only the Apple Account that created a certificate can renew it. A personal one leaves "
	  "with its owner, and then every device has to be enrolled again.",
	  NULL, ALIAS("push", "appleId: a@acme.example, type: Personal, custodians: [alex, sam]"),
	  ALIAS("push", "appleId: a@acme.example, " MANAGED ", custodians: [alex, sam]"),
	  "Apple, Intro to Managed Apple Accounts" },
	{ 3002,
	  "One person is ill, on leave or gone on renewal day. Two can sign in, or get the code of "
	  "the second factor.",
	  NULL, ALIAS("push", "appleId: a@acme.example, " MANAGED ", custodians: [alex]"),
	  ALIAS("push", "appleId: a@acme.example, " MANAGED ", custodians: [alex, sam]"), NULL },
	{ 3003,
	  "People are named by the ids in the Organization, so that one place knows who leaves and "
	  "how to reach them.",
	  NULL, ALIAS("push", "appleId: a@acme.example, " MANAGED ", custodians: [alex, smm]"),
	  ALIAS("push", "appleId: a@acme.example, " MANAGED ", custodians: [alex, sam]"), NULL },
	{ 3004,
	  "An account at a provider for private people can not be reset by an administrator, and "
	  "the mailbox belongs to whoever opened it.",
	  NULL, ALIAS("push", "appleId: acme.push@gmail.com, " MANAGED ", custodians: [alex, sam]"),
	  ALIAS("push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam]"), NULL },
	{ 3005,
	  "Who owns the domain owns the account. The domain should be the customer's or yours, as "
	  "listed in the Tenant's domains and the Organization's appleIdDomains.",
	  NULL, ALIAS("push", "appleId: acme@other.example, " MANAGED ", custodians: [alex, sam]"),
	  ALIAS("push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam]"), NULL },
	{ 3006,
	  "A custodian with an end does not count towards the two who stay. The rule does not wait "
	  "for the day: then it would be too late to share the account.",
	  NULL, ALIAS("push", "appleId: a@acme.example, " MANAGED ", custodians: [alex, kim]"),
	  ALIAS("push", "appleId: a@acme.example, " MANAGED ", custodians: [alex, sam, kim]"),
	  NULL },
	{ 3007,
	  "With one account for several customers the rows at the portal look alike, and the wrong "
	  "one gets renewed. When the account is lost, all of them are.",
	  "accounts/more.yaml",
	  DOCUMENT("AppleIDAlias", "name: more",
		   "appleId: more@msp.example, " MANAGED ", custodians: [alex, sam], tenants: "
		   "[acme, globex]"),
	  DOCUMENT("AppleIDAlias", "name: more",
		   "appleId: more@msp.example, " MANAGED ", custodians: [alex, sam], tenants: "
		   "[acme]"),
	  "Apple, Setting Up Push Notifications for Your MDM Customers" },
	{ 3008, "One account has one alias, so that a change of the address is made in one place.",
	  NULL, ALIAS("push", "appleId: apple@acme.example, " MANAGED ", custodians: [alex, sam]"),
	  ALIAS("push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam]"), NULL },
	{ 3009,
	  "These keys are optional. They save time on the day when somebody can not sign in or "
	  "nobody has read Apple's reminder.",
	  NULL, ALIAS("push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam]"),
	  ALIAS("push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam], "
			"recovery: {passwordIn: Password manager}, recipients: [team@msp.example]"),
	  NULL },
	{ 3010,
	  "Whatever type says: an account on the address of one of your people, or behind it, ends "
	  "with that mailbox. Apple's reminders and codes go there and to nobody else.",
	  NULL, ALIAS("push", "appleId: alex@msp.example, " MANAGED ", custodians: [alex, sam]"),
	  ALIAS("push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam]"),
	  "Apple, Intro to Managed Apple Accounts" },
	{ 3011,
	  "The point of a distribution group is that Apple's reminders are read when one person is "
	  "away. With one recipient, or none but people who leave, it is a personal mailbox.",
	  NULL,
	  ALIAS("push", "appleId: push@acme.example, type: DistributionGroup,\n"
			"  custodians: [alex, sam], recipients: [alex@msp.example]"),
	  ALIAS("push",
		"appleId: push@acme.example, type: DistributionGroup,\n"
		"  custodians: [alex, sam], recipients: [alex@msp.example, sam@msp.example]"),
	  NULL },
	{ 3012,
	  "Nobody signs in without the code of the second factor. With one telephone a lost "
	  "device, or a person who leaves, locks the account. A person with an end does not "
	  "count.",
	  NULL,
	  ALIAS("push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam],\n"
			"  recovery: {trustedPhoneHolders: [alex, kim]}"),
	  ALIAS("push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam],\n"
			"  recovery: {trustedPhoneHolders: [alex, sam]}"),
	  "https://support.apple.com/en-us/102660" },
	{ 3013,
	  "Managed Apple IDs come from Apple Business or Apple School Manager. When the customer "
	  "is "
	  "in neither, the account is of another type than the manifest says, and nobody can reset "
	  "it there.",
	  "tenants/acme/tenant.yaml", TENANT("acme", "domains: [acme.example], appleProgram: None"),
	  TENANT("acme", "domains: [acme.example], appleProgram: Business"),
	  "Apple, Intro to Managed Apple Accounts" },
};

const struct page_table pages_apple = PAGE_TABLE(pages);
