/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/rule/pages_part.h"

#define CUSTOMERS "Apple, Setting Up Push Notifications for Your MDM Customers"

#define TWO CERTIFICATE("a", "topic: " TOPIC_A) NEXT CERTIFICATE("b", "topic: " TOPIC_B)
#define AT "tenants/acme/push.pem: "
#define OF_A "certificate of " TOPIC_A
#define OF_B "certificate of " TOPIC_B
#define GLOBEX(topic)                                                                              \
	DOCUMENT("PushCertificate", "name: push, tenant: globex",                                  \
		 "appleIdRef: apple, topic: " topic)
#define OF_ACME                                                                                    \
	"tenants/globex/: like tenants/acme/\n"                                                    \
	"apnsctl-status: PushCertificate/acme/main has the topic " TOPIC_MAIN "\n"

static const struct rule_page pages[] = {
	{ 4001,
	  "The file is there and holds no certificate that can be read, so nobody knows when "
	  "it ends. The message says what it is instead: a web page, DER, several "
	  "certificates, damage.",
	  .bad.yaml = PUSH, .bad.files = AT "web page\n", .good.yaml = PUSH,
	  .good.files = AT OF_A "\n" },
	{ 4002,
	  "Apple issues push certificates for apps, mail, Wallet and more, and they look much "
	  "alike. Only one whose subject has a UID that begins with com.apple.mgmt. wakes managed "
	  "devices. Take the one from identity.apple.com.",
	  .bad.yaml = PUSH, .bad.files = AT "certificate of com.example.acme.app\n",
	  .good.yaml = PUSH, .good.files = AT OF_A "\n",
	  .source = "Apple, device-management, com.apple.mdm" },
	{ 4003,
	  "Devices are enrolled for one topic and never listen to another. A file with another "
	  "topic means that a new certificate was created instead of renewing, or that a row of "
	  "another customer was taken. Take the file of the right row, or acknowledge both topics "
	  "with allowTopicChange.",
	  .bad.yaml = PUSH, .bad.files = AT OF_B "\n", .good.yaml = PUSH,
	  .good.files = AT OF_A "\n", .source = CUSTOMERS },
	{ 4004,
	  "New allows to create a certificate. Once there is one, the topic belongs into the "
	  "manifest, so that it can only be renewed. `apnsctl lint --fix` writes it.",
	  .bad.yaml = CERTIFICATE("push", "topic: New"), .bad.files = AT OF_A "\n",
	  .good.yaml = PUSH, .good.files = AT OF_A "\n" },
	{ 4005,
	  "A topic is one row at Apple's portal and one customer's devices. Two certificates with "
	  "one topic mean that a file or a line was copied from the wrong customer.",
	  .bad.yaml = CERTIFICATE("a", "topic: " TOPIC_A) NEXT CERTIFICATE("b", "topic: " TOPIC_A),
	  .good.yaml = TWO, .source = CUSTOMERS },
	{ 4006,
	  "Who has the key can act as the customer's server. A key for two certificates could be "
	  "used by one customer against the other. Make a new request and renew with that.",
	  .bad.yaml = TWO,
	  .bad.files = "tenants/acme/a.pem: " OF_A "\n"
		       "tenants/acme/b.pem: " OF_B ", with the key of tenants/acme/a.pem\n",
	  .good.yaml = TWO,
	  .good.files = "tenants/acme/a.pem: " OF_A "\n"
			"tenants/acme/b.pem: " OF_B "\n",
	  .source = CUSTOMERS },
	{ 4007,
	  "One certificate in two places is one customer's file under another customer's name. "
	  "It is kept where the controller has published its topic, else where spec.topic pins it, "
	  "else where it was in the base revision, else where it stands first; take the copy out.",
	  .bad.yaml = TWO,
	  .bad.files = "tenants/acme/a.pem: " OF_A "\n"
		       "tenants/acme/b.pem: copy of tenants/acme/a.pem\n",
	  .good.yaml = TWO,
	  .good.files = "tenants/acme/a.pem: " OF_A "\n"
			"tenants/acme/b.pem: " OF_B "\n" },
	{ 4008,
	  "Apple's push certificates come from a few authorities. Another name can be a new one of "
	  "Apple's, or a certificate that APNs will refuse; with apple.caFile the chain is checked "
	  "instead of the name.",
	  .bad.yaml = PUSH, .bad.files = AT OF_A ", issued by Example CA\n", .good.yaml = PUSH,
	  .good.files = AT OF_A "\n", .source = "https://www.apple.com/certificateauthority/" },
	{ 4009,
	  "Apple's portal issues MDM push certificates for RSA keys of 2048 bits; servers refuse "
	  "others or fail with them. Make a new request and renew with that.",
	  .bad.yaml = PUSH, .bad.files = AT OF_A ", with RSA 1024\n", .good.yaml = PUSH,
	  .good.files = AT OF_A "\n" },
	{ 4010,
	  "New says that Apple has never issued a certificate for this customer, so that one may "
	  "be created. It is a note because a second certificate would strand all devices.",
	  .bad.yaml = CERTIFICATE("push", "topic: New"),
	  .good.yaml = CERTIFICATE("push", "topic: " TOPIC_A) },
	{ 4011,
	  "People find the row at the portal by the common name (APSP: and an identifier), devices "
	  "know the topic. In Apple's certificates both carry the same identifier. When they do "
	  "not, compare with the portal whose certificate it is.",
	  .bad.yaml = PUSH, .bad.files = AT OF_A ", named Acme push\n", .good.yaml = PUSH,
	  .good.files = AT OF_A "\n" },
	{ 4012,
	  "Whoever can read the repository, its copies or its history has the secret. It stays "
	  "known after the file is deleted, so it must be replaced: make a new key and renew with "
	  "that, or withdraw the token where it was issued.",
	  .bad.yaml = PUSH,
	  .bad.files = AT OF_A "\n"
			       "tenants/acme/push.key: private key\n",
	  .good.yaml = PUSH, .good.files = AT OF_A "\n" },
	{ 4013,
	  "A request goes to Apple's portal; what comes back is the certificate that belongs "
	  "here.",
	  .bad.yaml = PUSH, .bad.files = AT "certificate request\n", .good.yaml = PUSH,
	  .good.files = AT OF_A "\n" },
	{ 4014,
	  "With --expiry lint also tells which certificates are near their end at the "
	  "present time (or at --now): a note from renewBefore on, a warning from "
	  "warnBefore, an error from criticalBefore. It goes by the file in Git and by the "
	  "pair in force on the status branch, whichever ends later.",
	  .command = "apnsctl --now 2027-02-20T00:00:00Z lint --expiry", .bad.yaml = PUSH,
	  .bad.files = AT OF_A ", 2026-03-01 to 2027-03-01\n", .good.yaml = PUSH,
	  .good.files = AT OF_A ", 2027-02-10 to 2028-02-10\n" },
	{ 4015,
	  "The status branch tells which keys were made for which customer and which certificates "
	  "came back. A file whose key or topic is another customer's would never be installed, "
	  "and the request that it was taken for stays open. It is a note when the topic is right "
	  "and only the key is not known here: so it is with a customer who was taken over.",
	  .file = "tenants/globex/example.yaml", .bad.yaml = GLOBEX("New"),
	  .bad.files = OF_ACME "tenants/globex/push.pem: certificate of " TOPIC_MAIN "\n",
	  .good.yaml = GLOBEX(TOPIC_B), .good.files = OF_ACME "tenants/globex/push.pem: " OF_B "\n",
	  .source = CUSTOMERS },
	{ 4016,
	  "With --expiry lint also tells which suspensions and exceptions have ended at the "
	  "present time (or at --now). What has ended holds nothing back any more, and reads as "
	  "if it did.",
	  .file = "tenants/acme/tenant.yaml",
	  .command = "apnsctl --now 2027-02-20T00:00:00Z lint --expiry",
	  .bad.yaml = TENANT("acme", "domains: [acme.example], contacts: [it@acme.example],\n"
				     "  appleProgram: Business,\n"
				     "  suspend: {reason: Migration, until: 2027-01-31}"),
	  .good.yaml = TENANT("acme", "domains: [acme.example], contacts: [it@acme.example],\n"
				      "  appleProgram: Business,\n"
				      "  suspend: {reason: Migration, until: 2027-03-31}") },
};

const struct page_table pages_certificate = PAGE_TABLE(pages);
