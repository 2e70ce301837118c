/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/rule/pages_part.h"

#define CUSTOMERS "Apple, Setting Up Push Notifications for Your MDM Customers"

static const struct rule_page pages[] = {
	{ 4001,
	  "The file is there and holds no certificate that can be read, so nobody knows when it "
	  "ends. The message says what it is instead: a web page, DER, several certificates, "
	  "damage.",
	  NULL, NULL, NULL, NULL },
	{ 4002,
	  "Apple issues push certificates for apps, mail, Wallet and more, and they look much "
	  "alike. Only one whose subject has a UID that begins with com.apple.mgmt. wakes managed "
	  "devices.",
	  NULL, NULL, NULL, "Apple, device-management, com.apple.mdm" },
	{ 4003,
	  "Devices are enrolled for one topic and never listen to another. A file with another "
	  "topic means that a new certificate was created instead of renewing, or that a row of "
	  "another customer was taken.",
	  NULL, NULL, NULL, CUSTOMERS },
	{ 4004,
	  "New allows to create a certificate. Once there is one, the topic belongs into the "
	  "manifest, so that it can only be renewed. `apnsctl lint --fix` writes it.",
	  NULL, NULL, NULL, NULL },
	{ 4005,
	  "A topic is one row at Apple's portal and one customer's devices. Two certificates with "
	  "one topic mean that a file or a line was copied from the wrong customer.",
	  NULL, CERTIFICATE("a", "topic: " TOPIC_A) NEXT CERTIFICATE("b", "topic: " TOPIC_A),
	  CERTIFICATE("a", "topic: " TOPIC_A) NEXT CERTIFICATE("b", "topic: " TOPIC_B), CUSTOMERS },
	{ 4006,
	  "Who has the key can act as the customer's server. A key for two certificates could be "
	  "used by one customer against the other.",
	  NULL, NULL, NULL, CUSTOMERS },
	{ 4007,
	  "One certificate in two places is one customer's file under another customer's name.",
	  NULL, NULL, NULL, NULL },
	{ 4008,
	  "Apple's push certificates come from a few authorities. Another name can be a new one of "
	  "Apple's, or a certificate that APNs will refuse; with apple.caFile the chain is checked "
	  "instead of the name.",
	  NULL, NULL, NULL, "https://www.apple.com/certificateauthority/" },
	{ 4009,
	  "Apple's portal issues MDM push certificates for RSA keys of 2048 bits; servers refuse "
	  "others or fail with them.",
	  NULL, NULL, NULL, NULL },
	{ 4010,
	  "New says that Apple has never issued a certificate for this customer, so that one may "
	  "be created. It is a note because a second certificate would strand all devices.",
	  NULL, CERTIFICATE("push", "topic: New"), CERTIFICATE("push", "topic: " TOPIC_A), NULL },
	{ 4011,
	  "People find the row at the portal by the common name (APSP: and an identifier), devices "
	  "know the topic. In Apple's certificates both carry the same identifier.",
	  NULL, NULL, NULL, NULL },
	{ 4012,
	  "Whoever can read the repository, its copies or its history has the secret. It stays "
	  "known after the file is deleted, so it must be replaced.",
	  NULL, NULL, NULL, NULL },
	{ 4013,
	  "A request goes to Apple's portal; what comes back is the certificate that belongs here.",
	  NULL, NULL, NULL, NULL },
	{ 4014,
	  "With --expiry lint also tells which certificates are near their end at the present time "
	  "(or at --now): a note from renewBefore on, a warning from warnBefore, an error from "
	  "criticalBefore. It goes by the file in Git and by the pair in force on the status "
	  "branch, whichever ends later.",
	  NULL, NULL, NULL, NULL },
	{ 4015,
	  "The status branch tells which keys were made for which customer and which certificates "
	  "came back. A file whose key or topic is another customer's would never be installed, "
	  "and the request that it was taken for stays open. It is a note when the topic is right "
	  "and only the key is not known here: so it is with a customer who was taken over.",
	  NULL, NULL, NULL, CUSTOMERS },
	{ 4016,
	  "With --expiry lint also tells which suspensions and exceptions have ended at the "
	  "present "
	  "time (or at --now). What has ended holds nothing back any more, and reads as if it did.",
	  NULL, NULL, NULL, NULL },
};

const struct page_table pages_certificate = PAGE_TABLE(pages);
