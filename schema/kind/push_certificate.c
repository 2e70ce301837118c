/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/clock.h"
#include "schema/kind/table.h"

static const struct word new_word[] = {
	{ "New", 0, "Apple has never issued a certificate for this customer." },
	{ 0 },
};

static const struct word holders[] = {
	{ "Controller", KEY_HELD_Controller,
	  "The controller makes key and request and installs both on the servers." },
	{ "Server", KEY_HELD_Server,
	  "The MDM server makes key and request. It needs exactly one serverRef." },
	{ 0 },
};

static const struct word rotations[] = {
	{ "Always", ROTATION_Always, "Each renewal gets a new key." },
	{ "Reuse", ROTATION_Reuse, "Renewals keep the key." },
	{ 0 },
};

static const struct word protections[] = {
	{ "Protected", PROTECTION_Protected,
	  "Removing the object or changing its topic is blocked until an earlier applied revision "
	  "removed this word." },
	{ 0 },
};

static const struct field confirmed_install_fields[] = {
	FIELD(confirmed_install, serial, FT_SERIAL, "serial", .flags = FF_REQUIRED,
	      .doc = "The serial number of the certificate that was installed, in upper-case hex.",
	      .example = "\"734DF9C0BB2703FD\""),
	FIELD(confirmed_install, by, FT_PERSON, "by", .flags = FF_REQUIRED,
	      .doc = "The id of the person who installed it.", .example = "alex"),
	FIELD(confirmed_install, date, FT_DATE, "date", .flags = FF_REQUIRED,
	      .doc = "The day on which it was installed.", .example = "2026-11-24"),
};

SUBTABLE(confirmed_install, confirmed_install_table, confirmed_install_fields,
	 .doc = "A person's word that the certificate is installed.");

static const struct field topic_change_fields[] = {
	FIELD(acknowledgement, from, FT_TOPIC, "from", .flags = FF_REQUIRED,
	      .doc = "The topic that the devices have now.",
	      .example = EXAMPLE_TOPIC),
	FIELD(acknowledgement, to, FT_TOPIC, "to", .flags = FF_REQUIRED, .words = new_word,
	      .doc = "The topic that they get, or New for a certificate that Apple is still to "
		     "create.",
	      .example = "New"),
	FIELD(acknowledgement, reason, FT_STRING, "reason", .flags = FF_REQUIRED | FF_NOT_EMPTY,
	      .doc = "Why it has to be, for whoever reviews the change and for the audit trail.",
	      .example = "The account is lost and Apple can not restore it."),
	FIELD(acknowledgement, approved_by, FT_TEXTS, "approvedBy", .item = FT_PERSON,
	      .doc = "Ids of the people who agreed. It informs reviewers and proves nothing.",
	      .example = "[alex, sam]"),
};

SUBTABLE(acknowledgement, topic_change_table, topic_change_fields,
	 .doc = "Acknowledges that the certificate gets another topic, so that all its devices "
		"must be enrolled again.");

static const struct field fields[] = {
	FIELD(push_certificate, apple_id_ref, FT_REF, "appleIdRef", .ref = KIND_AppleIDAlias,
	      .flags = FF_REQUIRED | FF_STARTER,
	      .doc = "The AppleIDAlias with whose account the certificate is created and renewed.",
	      .example = "apple-id"),
	FIELD(push_certificate, topic, FT_TOPIC, "topic", .words = new_word,
	      .flags = FF_REQUIRED | FF_STARTER,
	      .doc = "The topic of the certificate, which never changes while devices are "
		     "enrolled: it pins the row at Apple's portal that is to be renewed. New is a "
		     "deliberate word: it means that Apple has never issued a certificate for this "
		     "customer. accept replaces it by the topic.",
	      .example = "New"),
	FIELD(push_certificate, key_held_by, FT_ENUM, "keyHeldBy", .words = holders,
	      .doc = "Who makes and keeps the private key. The type of the server decides when it "
		     "is not written, and must agree when it is.",
	      .example = "Controller"),
	FIELD(push_certificate, certificate_file, FT_PATH, "certificateFile", .flags = FF_NOT_EMPTY,
	      .doc = "Where the certificate from Apple is kept, relative to this file and inside "
		     "the tenant's folder. Without it the file is <name>.pem beside this one.",
	      .example = "push.pem"),
	FIELD(push_certificate, request_file, FT_PATH, "requestFile", .flags = FF_NOT_EMPTY,
	      .doc = "A request that a server of type Manual made, committed so that the answer "
		     "can be matched to it. Relative to this file and inside the tenant's folder.",
	      .example = "push.csr"),
	STRUCT_FIELD(push_certificate, confirmed_install, "confirmedInstall",
		     confirmed_install_table,
		     .doc = "A person's word that the certificate is installed, for servers that "
			    "can not be asked.",
		     .example = "{serial: \"734DF9C0BB2703FD\", by: alex, date: 2026-11-24}"),
	FIELD(push_certificate, display_name, FT_STRING, "displayName", .flags = FF_NOT_EMPTY,
	      .doc = "A name for reports. Without it the tenant's is used. Changing it makes no "
		     "request and writes nothing.",
	      .example = "Example Ltd., all devices"),
	FIELD(push_certificate, bands.renew_before, FT_DURATION, "renewBefore", .min = DAY_S,
	      .max = 364 * DAY_S, .doc = "Like the Tenant's, for this certificate only.",
	      .example = "60d"),
	LIST_FIELD(push_certificate, server_refs, "serverRefs", server_ref_table,
		   .doc = "The MDM servers that get this certificate. They replace the Tenant's.",
		   .example = "[{name: mdm}]"),
	FIELD(push_certificate, key_rotation, FT_ENUM, "keyRotation", .words = rotations,
	      .fallback = "Always", .doc = "Whether a renewal gets a new key.",
	      .example = "Reuse"),
	FIELD(push_certificate, protection, FT_ENUM, "protection", .words = protections,
	      .doc = "Guards the certificate against removal by mistake.", .example = "Protected"),
	STRUCT_FIELD(push_certificate, allow_topic_change, "allowTopicChange", topic_change_table,
		     .doc = "Acknowledges that the certificate gets another topic, so that all its "
			    "devices must be enrolled again. to: New is the only way to create a "
			    "second certificate.",
		     .example = "{from: " EXAMPLE_TOPIC
				", to: New, reason: The account is lost.}"),
};

const struct kind kind_PushCertificate = {
	.id = KIND_PushCertificate,
	.name = "PushCertificate",
	.doc = "An Apple push certificate (APNs certificate for MDM) of one tenant. It lasts one "
	       "year and is renewed with the same Apple Account and the Renew button of the same "
	       "row.",
	.size = sizeof(struct push_certificate),
	.has_tenant = TENANT_REQUIRED,
	.spec = SPEC(push_certificate, fields,
		     .doc = "Which certificate it is and who holds its key."),
};
