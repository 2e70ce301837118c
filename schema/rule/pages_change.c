/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/rule/pages_part.h"

#define TWO CERTIFICATE("push", "topic: " TOPIC_A) NEXT CERTIFICATE("other", "topic: " TOPIC_B)
#define LAB POLICY("lab", "")
#define OF_ALIAS                                                                                   \
	DOCUMENT("PushCertificate", "name: push, tenant: acme", "appleIdRef: push, topic: " TOPIC_A)
#define MEANT "reason: The account is lost., approvedBy: [alex]"

static const struct rule_page pages[] = {
	{ 5001,
	  "All devices of the topic would have to be enrolled again. If that is meant, "
	  "allowTopicChange names the old and the new topic, with a reason.",
	  NULL, CERTIFICATE("push", "topic: " TOPIC_B),
	  CERTIFICATE("push", "\n  topic: " TOPIC_B ",\n  allowTopicChange: {from: " TOPIC_A
			      ",\n    to: " TOPIC_B ", " MEANT "}"),
	  "Apple, device-management, com.apple.mdm" },
	{ 5002,
	  "An older certificate in place of a newer one ends earlier, and its key may be gone. "
	  "Mostly an old branch was merged.",
	  NULL, NULL, NULL, NULL },
	{ 5003,
	  "A policy that gives its devices another topic strands those that are enrolled. If that "
	  "is "
	  "meant, allowReenrol on the policy or the assignment names both topics.",
	  NULL, TWO NEXT LAB NEXT ASSIGNMENT("lab", "certificateRef: other, policyRef: lab"),
	  TWO NEXT LAB NEXT ASSIGNMENT("lab", "\n  certificateRef: other, policyRef: lab,\n"
					      "  allowReenrol: {from: " TOPIC_A
					      ",\n    to: " TOPIC_B ", " MEANT "}"),
	  NULL },
	{ 5004,
	  "A change that touches very many certificates is more often a mistake than a plan. The "
	  "steps wait until somebody lets exactly them through with --override.",
	  NULL, NULL, NULL, NULL },
	{ 5005,
	  "A source without tenants is a broken checkout or a wrong path rather than a company "
	  "that lost all its customers on one day.",
	  NULL, NULL, NULL, NULL },
	{ 5006,
	  "protection: Protected makes removal a matter of two changes: first the protection goes, "
	  "and when that was applied, the certificate.",
	  NULL, CERTIFICATE("other", "topic: " TOPIC_B), TWO, NULL },
	{ 5007,
	  "The file in Git is how a new reader, a new controller and the next renewal know what "
	  "was "
	  "issued. It is replaced by the renewed one and never simply removed.",
	  NULL, NULL, NULL, NULL },
	{ 5008,
	  "Apple renews a certificate only for the Apple Account that created it. Another address "
	  "is right when Apple moved the account, which accountMove says.",
	  NULL,
	  ALIAS("push",
		"\n  appleId: new@acme.example, type: ManagedAppleID, custodians: [alex, sam]")
	      NEXT OF_ALIAS,
	  ALIAS("push", "\n  appleId: new@acme.example, type: ManagedAppleID, custodians: [alex, "
			"sam],\n  accountMove: {from: old@acme.example, appleCase: \"102\", date: "
			"2026-11-02}") NEXT OF_ALIAS,
	  NULL },
	{ 5009,
	  "The controller knows objects by their names. Without previousNames a new name is a new "
	  "object, with another key and another topic.",
	  NULL, CERTIFICATE("push2", "topic: " TOPIC_A),
	  DOCUMENT("PushCertificate", "name: push2, tenant: acme, previousNames: [push]",
		   "appleIdRef: apple, topic: " TOPIC_A),
	  NULL },
	{ 5010,
	  "When a tenant is gone nobody is told of the end of its certificate. Offboarding stops "
	  "its requests and goes on with the warnings until the last day.",
	  NULL, NULL, NULL, NULL },
	{ 6001,
	  "A symbolic link can point outside of the repository, to the files of the host that "
	  "reads it.",
	  NULL, NULL, NULL, NULL },
	{ 6002,
	  "A submodule is another repository with other reviewers; its contents are not part of "
	  "the commit that is applied.",
	  NULL, NULL, NULL, NULL },
	{ 6003,
	  "Names such as .. or .git, and control characters in names, are how files are written "
	  "where nobody expects them.",
	  NULL, NULL, NULL, NULL },
	{ 6004, "The limit keeps one large file from stopping everybody's run.", NULL, NULL, NULL,
	  NULL },
};

static const struct {
	unsigned code;
	const char *text;
} bases[] = {
	{ 5001, CERTIFICATE("push", "topic: " TOPIC_A) },
	{ 5003, TWO NEXT LAB NEXT ASSIGNMENT("lab", "certificateRef: push, policyRef: lab") },
	{ 5006, CERTIFICATE("push", "topic: " TOPIC_A ", protection: Protected")
		    NEXT CERTIFICATE("other", "topic: " TOPIC_B) },
	{ 5008, ALIAS("push", "\n  appleId: old@acme.example, type: ManagedAppleID, "
			      "custodians: [alex, sam]") NEXT OF_ALIAS },
	{ 5009, CERTIFICATE("push", "topic: " TOPIC_A) },
};

const char *rule_page_base(unsigned code)
{
	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++)
		if (bases[i].code == code)
			return bases[i].text;
	return NULL;
}

const struct page_table pages_change = PAGE_TABLE(pages);
