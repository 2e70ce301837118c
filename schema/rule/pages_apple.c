/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/rule/pages_part.h"

#define MANAGED "type: ManagedAppleID"

static const struct rule_page pages[] = {
	{ 3001,
	  "Only the Apple Account that created a certificate can renew it. A personal one leaves "
	  "with its owner, and then every device has to be enrolled again.",
	  .bad.yaml =
	      ALIAS("push", "appleId: a@acme.example, type: Personal, custodians: [alex, sam]"),
	  .good.yaml =
	      ALIAS("push", "appleId: a@acme.example, " MANAGED ", custodians: [alex, sam]"),
	  .source = "Apple, Intro to Managed Apple Accounts" },
	{ 3002,
	  "One person is ill, on leave or gone on renewal day. Two can sign in, or get the code of "
	  "the second factor.",
	  .bad.yaml = ALIAS("push", "appleId: a@acme.example, " MANAGED ", custodians: [alex]"),
	  .good.yaml =
	      ALIAS("push", "appleId: a@acme.example, " MANAGED ", custodians: [alex, sam]") },
	{ 3003,
	  "People are named by the ids in the Organization, so that one place knows who leaves and "
	  "how to reach them.",
	  .bad.yaml =
	      ALIAS("push", "appleId: a@acme.example, " MANAGED ", custodians: [alex, smm]"),
	  .good.yaml =
	      ALIAS("push", "appleId: a@acme.example, " MANAGED ", custodians: [alex, sam]") },
	{ 3004,
	  "An account at a provider for private people can not be reset by an administrator, and "
	  "the mailbox belongs to whoever opened it.",
	  .bad.yaml =
	      ALIAS("push", "appleId: acme.push@gmail.com, " MANAGED ", custodians: [alex, sam]"),
	  .good.yaml =
	      ALIAS("push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam]") },
	{ 3005,
	  "Who owns the domain owns the account. The domain should be the customer's or yours, as "
	  "listed in the Tenant's domains and the Organization's appleIdDomains.",
	  .bad.yaml =
	      ALIAS("push", "appleId: acme@other.example, " MANAGED ", custodians: [alex, sam]"),
	  .good.yaml =
	      ALIAS("push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam]") },
	{ 3006,
	  "A custodian with an end does not count towards the two who stay. The rule does not wait "
	  "for the day: then it would be too late to share the account.",
	  .bad.yaml =
	      ALIAS("push", "appleId: a@acme.example, " MANAGED ", custodians: [alex, kim]"),
	  .good.yaml =
	      ALIAS("push", "appleId: a@acme.example, " MANAGED ", custodians: [alex, sam, kim]") },
	{ 3007,
	  "With one account for several customers the rows at the portal look alike, and the wrong "
	  "one gets renewed. When the account is lost, all of them are.",
	  .file = "accounts/more.yaml",
	  .bad.yaml =
	      DOCUMENT("AppleIDAlias", "name: more",
		       "appleId: more@msp.example, " MANAGED ", custodians: [alex, sam], tenants: "
		       "[acme, globex]"),
	  .bad.files = "tenants/globex/: like tenants/acme/\n", .good.yaml =
	      DOCUMENT("AppleIDAlias", "name: more",
		       "appleId: more@msp.example, " MANAGED ", custodians: [alex, sam], tenants: "
		       "[acme]"),
	  .source = "Apple, Setting Up Push Notifications for Your MDM Customers" },
	{ 3008, "One account has one alias, so that a change of the address is made in one place.",
	  .bad.yaml =
	      ALIAS("push", "appleId: apple@acme.example, " MANAGED ", custodians: [alex, sam]"),
	  .good.yaml =
	      ALIAS("push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam]") },
	{ 3009,
	  "These keys are optional. They save time on the day when somebody can not sign in or "
	  "nobody has read Apple's reminder.",
	  .bad.yaml =
	      ALIAS("push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam]"),
	  .good.yaml = ALIAS(
	      "push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam], "
		      "recovery: {passwordIn: Password manager}, recipients: [team@msp.example]") },
	{ 3010,
	  "Whatever type says: an account on the address of one of your people, or behind it, ends "
	  "with that mailbox. Apple's reminders and codes go there and to nobody else.",
	  .bad.yaml =
	      ALIAS("push", "appleId: alex@msp.example, " MANAGED ", custodians: [alex, sam]"),
	  .good.yaml =
	      ALIAS("push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam]"),
	  .source = "Apple, Intro to Managed Apple Accounts" },
	{ 3011,
	  "The point of a distribution group is that Apple's reminders are read when one person is "
	  "away. With one recipient, or none but people who leave, it is a personal mailbox.",
	  .bad.yaml = ALIAS("push", "appleId: push@acme.example, type: DistributionGroup,\n"
				    "  custodians: [alex, sam], recipients: [alex@msp.example]"),
	  .good.yaml =
	      ALIAS("push",
		    "appleId: push@acme.example, type: DistributionGroup,\n"
		    "  custodians: [alex, sam], recipients: [alex@msp.example, sam@msp.example]") },
	{ 3012,
	  "Nobody signs in without the code of the second factor. With one telephone a lost "
	  "device, or a person who leaves, locks the account. A person with an end does not count.",
	  .bad.yaml =
	      ALIAS("push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam],\n"
			    "  recovery: {trustedPhoneHolders: [alex, kim]}"),
	  .good.yaml =
	      ALIAS("push", "appleId: push@acme.example, " MANAGED ", custodians: [alex, sam],\n"
			    "  recovery: {trustedPhoneHolders: [alex, sam]}"),
	  .source = "https://support.apple.com/en-us/102660" },
	{ 3013,
	  "Managed Apple IDs come from Apple Business or Apple School Manager. When the customer "
	  "is in neither, the account is of another type than the manifest says, and nobody can "
	  "reset it there.",
	  .file = "tenants/acme/tenant.yaml",
	  .bad.yaml = TENANT("acme", "domains: [acme.example], contacts: [it@acme.example],\n"
				     "  appleProgram: None"),
	  .good.yaml = TENANT("acme", "domains: [acme.example], contacts: [it@acme.example],\n"
				      "  appleProgram: Business"),
	  .source = "Apple, Intro to Managed Apple Accounts" },
};

const struct page_table pages_apple = PAGE_TABLE(pages);
