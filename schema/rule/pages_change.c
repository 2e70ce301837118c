/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/rule/pages_part.h"

#define TWO CERTIFICATE("push", "topic: " TOPIC_A) NEXT CERTIFICATE("other", "topic: " TOPIC_B)
#define LAB POLICY("lab", "")
#define OF_ALIAS                                                                                   \
	DOCUMENT("PushCertificate", "name: push, tenant: acme", "appleIdRef: push, topic: " TOPIC_A)
#define MEANT "reason: The account is lost., approvedBy: [alex]"

#define ISSUED(dates) "tenants/acme/push.pem: certificate of " TOPIC_A ", " dates "\n"
#define PLAN "apnsctl plan --offline --base main"
#define HELD                                                                                       \
	"the steps that it counts wait, in every run, until somebody lets exactly them through "   \
	"with `apnsctl reconcile --override`"

static const struct rule_page pages[] = {
	{ 5001,
	  "All devices of the topic would have to be enrolled again. If that is meant, "
	  "allowTopicChange names the old and the new topic, with a reason.",
	  .before.yaml = CERTIFICATE("push", "topic: " TOPIC_A),
	  .bad.yaml = CERTIFICATE("push", "topic: " TOPIC_B),
	  .good.yaml =
	      CERTIFICATE("push", "\n  topic: " TOPIC_B ",\n  allowTopicChange: {from: " TOPIC_A
				  ",\n    to: " TOPIC_B ", " MEANT "}"),
	  .source = "Apple, device-management, com.apple.mdm" },
	{ 5002,
	  "An older certificate in place of a newer one ends earlier, and its key may be gone. "
	  "Mostly an old branch was merged. Put the newer one back.",
	  .before.yaml = PUSH, .before.files = ISSUED("2026-03-01 to 2027-03-01"),
	  .bad.files = ISSUED("2025-03-01 to 2026-03-01"),
	  .good.files = ISSUED("2027-02-01 to 2028-02-01") },
	{ 5003,
	  "A policy that gives its devices another topic strands those that are enrolled. If that "
	  "is "
	  "meant, allowReenrol on the policy or the assignment names both topics.",
	  .before.yaml =
	      TWO NEXT LAB NEXT ASSIGNMENT("lab", "certificateRef: push, policyRef: lab"),
	  .bad.yaml = TWO NEXT LAB NEXT ASSIGNMENT("lab", "certificateRef: other, policyRef: lab"),
	  .good.yaml = TWO NEXT LAB NEXT ASSIGNMENT(
	      "lab", "\n  certificateRef: other, policyRef: lab,\n"
		     "  allowReenrol: {from: " TOPIC_A ",\n    to: " TOPIC_B ", " MEANT "}") },
	{ 5004,
	  "A change that touches very many certificates is more often a mistake than a plan. "
	  "Without other limits in the controller's configuration these are 100 certificates, and "
	  "from ten certificates on 30 percent of them. Look at the steps before you let them "
	  "through.",
	  .command = PLAN, .stops = HELD,
	  .before.files = "tenants/client-01/ to tenants/client-12/: like tenants/acme/\n",
	  .bad.files = "tenants/client-01/ to tenants/client-06/: removed\n",
	  .good.files = "tenants/client-01/: removed\n" },
	{ 5005,
	  "A source without tenants is a broken checkout or a wrong path rather than a company "
	  "that lost all its customers on one day. Look at what was committed, and at spec.source "
	  "of the controller's configuration.",
	  .command = PLAN, .stops = HELD, .before.files = "tenants/globex/: like tenants/acme/\n",
	  .bad.files = "tenants/: removed\n", .good.files = "tenants/globex/: removed\n" },
	{ 5006,
	  "protection: Protected makes removal a matter of two changes: first the protection goes, "
	  "and when that was applied, the certificate.",
	  .stops = HELD,
	  .before.yaml = CERTIFICATE("push", "topic: " TOPIC_A ", protection: Protected")
	      NEXT CERTIFICATE("other", "topic: " TOPIC_B),
	  .bad.yaml = CERTIFICATE("other", "topic: " TOPIC_B), .good.yaml = TWO },
	{ 5007,
	  "The file in Git is how a new reader, a new controller and the next renewal know "
	  "what was issued. It is replaced by the renewed one and never simply removed.",
	  .before.yaml = PUSH, .before.files = ISSUED("2026-03-01 to 2027-03-01"),
	  .bad.files = "tenants/acme/push.pem: removed\n",
	  .good.files = ISSUED("2027-02-01 to 2028-02-01") },
	{ 5008,
	  "Apple renews a certificate only for the Apple Account that created it. Another address "
	  "is right when Apple moved the account, which accountMove says.",
	  .before.yaml = ALIAS("push", "\n  appleId: old@acme.example, type: ManagedAppleID, "
				       "custodians: [alex, sam]") NEXT OF_ALIAS,
	  .bad.yaml =
	      ALIAS("push",
		    "\n  appleId: new@acme.example, type: ManagedAppleID, custodians: [alex, sam]")
		  NEXT OF_ALIAS,
	  .good.yaml = ALIAS(
	      "push", "\n  appleId: new@acme.example, type: ManagedAppleID, custodians: [alex, "
		      "sam],\n  accountMove: {from: old@acme.example, appleCase: \"102\", date: "
		      "2026-11-02}") NEXT OF_ALIAS },
	{ 5009,
	  "The controller knows objects by their names. Without previousNames a new name is a new "
	  "object, with another key and another topic.",
	  .before.yaml = CERTIFICATE("push", "topic: " TOPIC_A),
	  .bad.yaml = CERTIFICATE("push2", "topic: " TOPIC_A),
	  .good.yaml =
	      DOCUMENT("PushCertificate", "name: push2, tenant: acme, previousNames: [push]",
		       "appleIdRef: apple, topic: " TOPIC_A) },
	{ 5010,
	  "When a tenant is gone nobody is told of the end of its certificate. Offboarding "
	  "stops its requests and goes on with the warnings until the last day.",
	  .file = "tenants/globex/tenant.yaml",
	  .before.files = "tenants/globex/: like tenants/acme/\n",
	  .bad.files = "tenants/globex/: removed\n",
	  .good.yaml = TENANT("globex", "domains: [globex.example],\n  offboarding: {lastDay: "
					"2026-12-31, handoverTo: another provider}") },
	{ 6001,
	  "A symbolic link can point outside of the repository, to the files of the host that "
	  "reads it. Put the file itself there.",
	  .bad.files = "tenants/acme/example.yaml -> /etc/passwd\n",
	  .good.yaml = POLICY("lab", "") },
	{ 6002,
	  "A submodule is another repository with other reviewers; its contents are not part of "
	  "the commit that is applied. Put the files themselves there.",
	  .file = "tenants/acme/policies/lab.yaml",
	  .bad.files = "tenants/acme/policies/: submodule\n", .good.yaml = POLICY("lab", "") },
	{ 6003,
	  "Names such as .. or .git, git~1 (which is .git on Windows) and control characters in "
	  "names are how files are written where nobody expects them. Rename the file.",
	  .bad.files = "tenants/acme/git~1: text\n",
	  .good.files = "tenants/acme/notes.txt: text\n" },
	{ 6004,
	  "The limits keep what is large from stopping everybody's run: 1 MiB a file; 20,000 "
	  "entries and 64 MiB each for a tenant's folder, servers and accounts; for lint also "
	  "200,000 entries and 1 GiB in what no manifest stands in. What is not needed here can be "
	  "kept elsewhere; manifests can be split.",
	  .bad.files = "tenants/acme/example.yaml: 2 MiB\n", .good.yaml = POLICY("lab", "") },
};

const struct page_table pages_change = PAGE_TABLE(pages);
