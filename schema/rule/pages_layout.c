/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/rule/pages_part.h"

#define PEOPLE "people: [{id: alex}, {id: sam}]"

#define GLOBEX "tenants/globex/: like tenants/acme/\n"
#define OF_GLOBEX(account)                                                                         \
	DOCUMENT("PushCertificate", "name: push, tenant: globex",                                  \
		 "appleIdRef: " account ", topic: New")

static const struct rule_page pages[] = {
	{ 2001,
	  "The folder decides whose a document is and who may change it. A document in the wrong "
	  "place would be read with other rights than its reviewers think, or not at all.",
	  .file = "servers/more.yaml", .bad.yaml = POLICY("lab", ""),
	  .good.yaml = SERVER("more", "type: Manual, tenants: [acme]") },
	{ 2002, "Of two objects with one name nobody knows which one counts.",
	  .bad.yaml = POLICY("lab", "") NEXT POLICY("lab", ""),
	  .good.yaml = POLICY("lab", "") NEXT POLICY("office", "") },
	{ 2003,
	  "A reference to nothing is mostly a typing error. The message names the nearest name "
	  "that exists.",
	  .bad.yaml = POLICY("lab", "parentRef: ofice") NEXT POLICY("office", ""),
	  .good.yaml = POLICY("lab", "parentRef: office") NEXT POLICY("office", "") },
	{ 2004,
	  "Tenants are different customers. What belongs to one is never used for another; what "
	  "they share stands in servers/ and accounts/.",
	  .bad.yaml = POLICY("lab", "parentRef: office")
	      NEXT DOCUMENT("Policy", "name: office, tenant: globex", ""),
	  .also = "APN2008",
	  .good.yaml = POLICY("lab", "parentRef: office") NEXT POLICY("office", "") },
	{ 2005,
	  "A shared object lists the tenants that may use it, so that its owner decides and not "
	  "the one who refers to it.",
	  .file = "tenants/globex/example.yaml", .bad.yaml = OF_GLOBEX("shared"),
	  .bad.files = GLOBEX, .good.yaml = OF_GLOBEX("apple"), .good.files = GLOBEX },
	{ 2006, "In a circle there is no root to inherit a certificate from.",
	  .bad.yaml = POLICY("lab", "parentRef: floor") NEXT POLICY("floor", "parentRef: lab"),
	  .good.yaml = POLICY("lab", "parentRef: floor") NEXT POLICY("floor", "") },
	{ 2007,
	  "The Organization decides the mode, and names the people. Without exactly one of them no "
	  "rule about either could be checked.",
	  .file = "organization.yaml",
	  .bad.yaml = DOCUMENT("Organization", "name: msp", "mode: MultiTenant, " PEOPLE)
	      NEXT DOCUMENT("Organization", "name: msp2", "mode: MultiTenant, " PEOPLE),
	  .good.yaml = DOCUMENT("Organization", "name: msp", "mode: MultiTenant, " PEOPLE) },
	{ 2008,
	  "The folder says who may change a document, metadata.tenant says whom it is about. When "
	  "both are not the same, one customer's folder would change another customer.",
	  .bad.yaml = DOCUMENT("Policy", "name: lab, tenant: globex", ""),
	  .good.yaml = POLICY("lab", "") },
	{ 2009,
	  "Without the Tenant nobody knows the customer's name, and a folder that was renamed by "
	  "half looks like a customer who left.",
	  .file = "tenants/acme/tenant.yaml",
	  .bad.yaml = TENANT("acmee", "domains: [acme.example]"),
	  .good.yaml = TENANT("acme", "domains: [acme.example]") },
	{ 2010, "A path that leaves the folder would read another customer's file.",
	  .bad.yaml = CERTIFICATE("push", "topic: New, certificateFile: ../globex/push.pem"),
	  .good.yaml = CERTIFICATE("push", "topic: New, certificateFile: push.pem") },
	{ 2011,
	  "A certificate whose file is written out and missing was deleted or never committed: the "
	  "devices would go on with one that nobody watches.",
	  .bad.yaml = CERTIFICATE("push", "topic: " TOPIC_A ", certificateFile: push.pem"),
	  .good.yaml = CERTIFICATE("push", "topic: " TOPIC_A) },
	{ 2012,
	  "A certificate that nobody names is not watched and not installed. Often the "
	  "download was saved under the name that the portal gives it.",
	  .bad.yaml = PUSH,
	  .bad.files = "tenants/acme/MDM_Acme_Certificate.pem: certificate of " TOPIC_A "\n",
	  .good.yaml = PUSH, .good.files = "tenants/acme/push.pem: certificate of " TOPIC_A "\n" },
	{ 2013, "It must be plain which of the two is meant, to people too.",
	  .bad.yaml = ALIAS(
	      "shared", "appleId: a@acme.example, type: ManagedAppleID, custodians: [alex, sam]")
	      NEXT DOCUMENT("PushCertificate", "name: push, tenant: acme",
			    "appleIdRef: shared, topic: New"),
	  .good.yaml = DOCUMENT("PushCertificate", "name: push, tenant: acme",
				"appleIdRef: shared, topic: New") },
	{ 2014, "A device has one push certificate, so a policy has at most one assignment.",
	  .bad.yaml = CERTIFICATE("a", "topic: New") NEXT CERTIFICATE("b", "topic: New")
	      NEXT POLICY("lab", "") NEXT ASSIGNMENT("one", "certificateRef: a, policyRef: lab")
		  NEXT ASSIGNMENT("two", "certificateRef: b, policyRef: lab"),
	  .good.yaml = CERTIFICATE("a", "topic: New") NEXT POLICY("lab", "")
	      NEXT ASSIGNMENT("one", "certificateRef: a, policyRef: lab") },
	{ 2015,
	  "A Global certificate reaches every policy. With many customers that would be one "
	  "certificate for all of them, which Apple advises against.",
	  .bad.yaml = CERTIFICATE("push", "topic: New")
	      NEXT ASSIGNMENT("all", "certificateRef: push, scope: Global"),
	  .good.yaml = CERTIFICATE("push", "topic: New") NEXT POLICY("root", "")
	      NEXT ASSIGNMENT("all", "certificateRef: push, policyRef: root"),
	  .source = "Apple, Setting Up Push Notifications for Your MDM Customers" },
	{ 2016,
	  "A customer without a certificate is not managed. A customer who leaves says so with "
	  "offboarding.",
	  .file = "tenants/globex/tenant.yaml",
	  .bad.yaml = TENANT("globex", "domains: [globex.example]"),
	  .good.files = "tenants/globex/: like tenants/acme/\n" },
	{ 2017,
	  "The assignment changes nothing today, and tomorrow it keeps the child behind when the "
	  "parent gets another certificate.",
	  .bad.yaml = CERTIFICATE("push", "topic: New") NEXT POLICY("root", "")
	      NEXT POLICY("lab", "parentRef: root")
		  NEXT ASSIGNMENT("root", "certificateRef: push, policyRef: root")
		      NEXT ASSIGNMENT("lab", "certificateRef: push, policyRef: lab"),
	  .good.yaml = CERTIFICATE("push", "topic: New") NEXT POLICY("root", "")
	      NEXT POLICY("lab", "parentRef: root")
		  NEXT ASSIGNMENT("root", "certificateRef: push, policyRef: root") },
	{ 2018,
	  "Policies beside the assigned one have no certificate at all, and moving a device to "
	  "them means enrolling it again.",
	  .bad.yaml = CERTIFICATE("push", "topic: New") NEXT POLICY("root", "")
	      NEXT POLICY("lab", "parentRef: root")
		  NEXT ASSIGNMENT("lab", "certificateRef: push, policyRef: lab"),
	  .good.yaml = CERTIFICATE("push", "topic: New") NEXT POLICY("root", "")
	      NEXT POLICY("lab", "parentRef: root")
		  NEXT ASSIGNMENT("root", "certificateRef: push, policyRef: root") },
	{ 2019,
	  "The controller's configuration holds the limits that no pull request may change: "
	  "credentials, destinations, gates. It stays on the controller's host.",
	  .bad.yaml = DOCUMENT(
	      "ControllerConfig", "name: main",
	      "source: {url: \"https://git.example/a.git\"}, state: {store: \"sqlite:a.db\", "
	      "unlock: {file: key}}"),
	  .good.yaml = POLICY("lab", "") },
	{ 2020,
	  "SingleOrganization is for one company that manages its own devices. Its defaults "
	  "would mix up two customers.",
	  .file = "organization.yaml",
	  .bad.yaml = DOCUMENT("Organization", "name: msp", "mode: SingleOrganization, " PEOPLE),
	  .bad.files = "tenants/globex/: like tenants/acme/\n",
	  .good.yaml = DOCUMENT("Organization", "name: msp", "mode: SingleOrganization, " PEOPLE) },
	{ 2021,
	  "On a server that many customers share the account says which customer's certificate it "
	  "is. Without it, or with one account for two, a certificate would reach the wrong "
	  "devices.",
	  .bad.yaml = CERTIFICATE("push", "topic: New, serverRefs: [{name: intune}]"),
	  .good.yaml = CERTIFICATE(
	      "push", "topic: New, serverRefs: [{name: intune, account: acme.onmicrosoft.com}]") },
	{ 2022,
	  "Some servers make the private key themselves and never give it away; others take it "
	  "from the controller. A certificate works only where its key is.",
	  .bad.yaml =
	      CERTIFICATE("push", "topic: New, keyHeldBy: Server, serverRefs: [{name: nano}]"),
	  .good.yaml = CERTIFICATE("push", "topic: New, serverRefs: [{name: nano}]") },
	{ 2023,
	  "First the renewal is due, then comes the warning, then it is critical; and people need "
	  "a week at least.",
	  .bad.yaml = CERTIFICATE("push", "topic: " TOPIC_A ", renewBefore: 20d"),
	  .good.yaml = CERTIFICATE("push", "topic: " TOPIC_A ", renewBefore: 60d") },
	{ 2024,
	  "As long as the old name exists nothing was renamed, and two objects would claim the "
	  "same history: keys, pin and status.",
	  .bad.yaml = DOCUMENT("Policy", "name: lab, tenant: acme, previousNames: [labs]", "")
	      NEXT POLICY("labs", ""),
	  .good.yaml = DOCUMENT("Policy", "name: lab, tenant: acme, previousNames: [labs]", "") },
	{ 2025, "What stands twice was meant to be two things, or to be changed and not added.",
	  .bad.yaml = CERTIFICATE("push", "topic: New, serverRefs: [{name: nano}, {name: nano}]"),
	  .good.yaml = CERTIFICATE("push", "topic: New, serverRefs: [{name: nano}]") },
};

const struct page_table pages_layout = PAGE_TABLE(pages);
