/* SPDX-License-Identifier: Apache-2.0 */
/* Sub tables that several kinds have. */
#include "schema/kind/table.h"

static const struct field server_ref_fields[] = {
	FIELD(server_ref, name, FT_REF, "name", .ref = KIND_MDMServer,
	      .flags = FF_REQUIRED | FF_STARTER,
	      .doc = "The name of an MDMServer of this tenant, or of a shared one that lists this "
		     "tenant.",
	      .example = "mdm"),
	FIELD(server_ref, account, FT_STRING, "account", .flags = FF_NOT_EMPTY,
	      .doc = "The customer's own tenant or organization identifier on a server that many "
		     "customers share, such as the directory of an Intune customer. It is never "
		     "the Apple Account. One account of one server belongs to one tenant.",
	      .example = "acme.onmicrosoft.com"),
	FIELD(server_ref, credential_ref, FT_NAME, "credentialRef",
	      .doc = "The name of a credential in the controller's configuration, for servers "
		     "where each customer has its own. Without it the server's credential is used.",
	      .example = "intune-acme"),
};

const struct subtable server_ref_table = {
	.doc = "A server that gets the certificate.",
	.size = sizeof(struct server_ref),
	.at_off = SIZE_MAX,
	.field = server_ref_fields,
	.n_field = N_OF(server_ref_fields),
};

static const struct word none_word[] = {
	{ "None", 0, "No certificate at all: the devices lose management." },
	{ 0 },
};

static const struct field reenrol_fields[] = {
	FIELD(acknowledgement, from, FT_TOPIC, "from", .flags = FF_REQUIRED,
	      .doc = "The topic that the devices have now.",
	      .example = EXAMPLE_TOPIC),
	FIELD(acknowledgement, to, FT_TOPIC, "to", .flags = FF_REQUIRED, .words = none_word,
	      .doc = "The topic that they get, or None.",
	      .example = OTHER_TOPIC),
	FIELD(acknowledgement, reason, FT_STRING, "reason", .flags = FF_REQUIRED | FF_NOT_EMPTY,
	      .doc = "Why it has to be, for whoever reviews the change and for the audit trail.",
	      .example = "The lab moves to the certificate of the school."),
	FIELD(acknowledgement, approved_by, FT_TEXTS, "approvedBy", .item = FT_PERSON,
	      .doc = "Ids of the people who agreed. It informs reviewers and proves nothing.",
	      .example = "[alex, sam]"),
};

const struct subtable reenrol_table = {
	.doc = "Acknowledges that devices get another topic and must be enrolled again.",
	.size = sizeof(struct acknowledgement),
	.at_off = offsetof(struct acknowledgement, at),
	.field = reenrol_fields,
	.n_field = N_OF(reenrol_fields),
};
