/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/kind/table.h"

static const struct word types[] = {
	{ "NanoMDM", SERVER_NanoMDM,
	  "The controller holds the key and uploads it with the certificate." },
	{ "Intune", SERVER_Intune, "Microsoft Intune, which holds the key." },
	{ "SimpleMDM", SERVER_SimpleMDM, "SimpleMDM, which holds the key." },
	{ "Fleet", SERVER_Fleet, "Fleet, which holds the key." },
	{ "JumpCloud", SERVER_JumpCloud, "JumpCloud, which holds the key." },
	{ "Zentral", SERVER_Zentral, "Zentral, which holds the key." },
	{ "Jamf", SERVER_Jamf, "Jamf Pro, which holds the key." },
	{ "Directory", SERVER_Directory,
	  "A directory on the controller's host that your server reads certificate and key from." },
	{ "Manual", SERVER_Manual,
	  "Any other server: a person uploads, and confirmedInstall tells that it is done." },
	{ 0 },
};

static const struct word drift_policies[] = {
	{ "Correct", DRIFT_Correct, "The certificate is installed again." },
	{ "Report", DRIFT_Report, "It is only reported." },
	{ 0 },
};

static const struct word all_tenants[] = {
	{ "*", 0, "All tenants." },
	{ 0 },
};

static const struct field option_fields[] = {
	FIELD(server_options, path_prefix, FT_PATH, "pathPrefix", .fallback = "/v1",
	      .doc = "NanoMDM: the path of its API.", .example = "/v1"),
	FIELD(server_options, user, FT_STRING, "user", .fallback = "nanomdm",
	      .flags = FF_NOT_EMPTY, .doc = "NanoMDM: the name of the user of its API.",
	      .example = "nanomdm"),
	FIELD(server_options, directory, FT_NAME, "directory",
	      .doc = "Directory: the name of one of the directories in the controller's "
		     "configuration.",
	      .example = "deployed"),
};

SUBTABLE(server_options, options_table, option_fields,
	 .doc = "What only one type of server needs.");

static const struct field fields[] = {
	FIELD(mdm_server, type, FT_ENUM, "type", .flags = FF_REQUIRED | FF_STARTER, .words = types,
	      .doc = "What the server is.", .example = "NanoMDM"),
	FIELD(mdm_server, url, FT_ORIGIN, "url", .flags = FF_STARTER,
	      .doc = "Scheme, host and port of the server. The controller's configuration must "
		     "know this origin: no manifest sends a key or a credential anywhere else.",
	      .example = "https://mdm.msp.example"),
	FIELD(mdm_server, credential_ref, FT_NAME, "credentialRef", .flags = FF_STARTER,
	      .doc = "The name of a credential in the controller's configuration. It must be bound "
		     "to the origin of this server and to its tenants.",
	      .example = "nano-key"),
	STRUCT_FIELD(mdm_server, options, "options", options_table, .flags = FF_ALWAYS,
		     .doc = "What only one type of server needs.",
		     .example = "{pathPrefix: /v1, user: nanomdm}"),
	FIELD(mdm_server, drift_policy, FT_ENUM, "driftPolicy", .words = drift_policies,
	      .fallback = "Correct",
	      .doc = "What happens when the server has another certificate than it should.",
	      .example = "Report"),
	FIELD(mdm_server, tenants, FT_TEXTS, "tenants", .item = FT_REF, .ref = KIND_Tenant,
	      .words = all_tenants, .flags = FF_STARTER,
	      .doc = "The tenants that may use a shared server, one in servers/. \"*\" stands for "
		     "all of them. It is required there in MultiTenant mode.",
	      .example = "[\"*\"]"),
};

const struct kind kind_MDMServer = {
	.id = KIND_MDMServer,
	.name = "MDMServer",
	.doc = "An MDM server that gets certificates. It stands in servers/ when several tenants "
	       "share it, or in a tenant's folder.",
	.size = sizeof(struct mdm_server),
	.has_tenant = TENANT_OPTIONAL,
	.spec = SPEC(mdm_server, fields, .doc = "What the server is and how it is reached."),
};
