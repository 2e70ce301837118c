/* SPDX-License-Identifier: Apache-2.0 */
/* The controller's configuration: the only kind that never stands among the manifests. */
#include <stdlib.h>

#include "schema/base/clock.h"
#include "schema/kind/config.h"
#include "schema/kind/table.h"

enum { MINUTE_S = 60, HOUR_S = 3600 };

static const struct word all_tenants[] = {
	{ "*", 0, "All tenants." },
	{ 0 },
};

static const struct field source_fields[] = {
	FIELD(config_source, url, FT_URL, "url", .flags = FF_REQUIRED | FF_STARTER,
	      .doc = "The Git repository with the manifests: https, ssh or file. Plain http is "
		     "accepted for this host only.",
	      .example = "https://git.example/msp/apple.git"),
	FIELD(config_source, branch, FT_STRING, "branch", .fallback = "main",
	      .flags = FF_NOT_EMPTY, .doc = "The branch that is applied.", .example = "main"),
	FIELD(config_source, path, FT_PATH, "path", .fallback = ".",
	      .flags = FF_NOT_EMPTY,
	      .doc = "The folder of the repository in which organization.yaml stands.",
	      .example = "."),
	FIELD(config_source, credential, FT_NAME, "credential",
	      .doc = "The credential to fetch with.", .example = "git-read"),
	FIELD(config_source, ca_file, FT_PATH, "caFile", .flags = FF_NOT_EMPTY,
	      .doc = "Certificates to trust beside the system's, in PEM form.",
	      .example = "git-ca.pem"),
	FIELD(config_source, timeout, FT_DURATION, "timeout", .fallback = "120s", .min = 1,
	      .max = HOUR_S, .doc = "How long a fetch may take.", .example = "120s"),
};

SUBTABLE(config_source, source_table, source_fields, .doc = "Where the manifests come from.");

static const struct field status_fields[] = {
	FIELD(config_status, branch, FT_STRING, "branch", .fallback = "apnsctl-status",
	      .flags = FF_NOT_EMPTY,
	      .doc = "The branch that the status is committed to. It holds nothing else.",
	      .example = "apnsctl-status"),
	FIELD(config_status, url, FT_URL, "url",
	      .doc = "The repository of that branch. Without it the source is used.",
	      .example = "https://git.example/msp/apple-status.git"),
	FIELD(config_status, author, FT_STRING, "author", .flags = FF_NOT_EMPTY,
	      .fallback = "apnsctl <apnsctl@msp.example>",
	      .doc = "Author and committer of the status commits.",
	      .example = "apnsctl <apnsctl@msp.example>"),
	FIELD(config_status, credential, FT_NAME, "credential",
	      .doc = "The credential to push with. Without it the source's is used.",
	      .example = "git-write"),
};

SUBTABLE(config_status, status_table, status_fields, .doc = "Where the status goes.");

static const char *const one_unlock[] = { "file", "credential", "env", NULL };

static const struct field unlock_fields[] = {
	FIELD(config_unlock, file, FT_PATH, "file", .flags = FF_STARTER | FF_NOT_EMPTY,
	      .doc = "A file of 32 raw bytes or 64 hex digits that only the controller can read.",
	      .example = "state/unlock.key"),
	FIELD(config_unlock, credential, FT_STRING, "credential", .flags = FF_NOT_EMPTY,
	      .doc = "The name of a systemd credential that holds it.",
	      .example = "apnsctl-unlock"),
	FIELD(config_unlock, env, FT_STRING, "env", .flags = FF_NOT_EMPTY,
	      .doc = "The name of an environment variable that holds it in hex.",
	      .example = "APNSCTL_UNLOCK"),
};

SUBTABLE(config_unlock, unlock_table, unlock_fields, .exactly_one = one_unlock,
	 .doc = "The key that unlocks the private keys in the store.");

static const struct field state_fields[] = {
	FIELD(config_state, store, FT_STRING, "store", .flags = FF_REQUIRED | FF_STARTER,
	      .doc = "The database that holds the private keys, sealed, and all that is known. It "
		     "needs a backup.",
	      .example = "sqlite:state/apnsctl.db"),
	STRUCT_FIELD(config_state, unlock, "unlock", unlock_table,
		     .flags = FF_REQUIRED | FF_STARTER,
		     .doc = "The key that unlocks the private keys in the store. Keep it apart "
			    "from the database and its backups.",
		     .example = "{file: state/unlock.key}"),
};

SUBTABLE(config_state, state_table, state_fields, .doc = "Where keys and facts are kept.");

static const struct word levels[] = {
	{ "Settings", PROBE_Settings,
	  "The TLS handshake and the first HTTP/2 frame: no push is sent." },
	{ "BogusToken", PROBE_BogusToken,
	  "Also a push to a device token that does not exist." },
	{ 0 },
};

static const struct field probe_fields[] = {
	FIELD(config_probe, level, FT_ENUM, "level", .words = levels, .fallback = "Settings",
	      .doc = "How far a probe goes.", .example = "Settings"),
	FIELD(config_probe, interval, FT_DURATION, "interval", .fallback = "24h",
	      .min = MINUTE_S, .max = 30 * DAY_S, .doc = "How often each certificate is probed.",
	      .example = "24h"),
	FIELD(config_probe, concurrency, FT_INT, "concurrency", .fallback = "64", .min = 1,
	      .max = 1024, .doc = "How many probes run side by side.", .example = "64"),
	FIELD(config_probe, timeout, FT_DURATION, "timeout", .fallback = "10s", .min = 1,
	      .max = 10 * MINUTE_S, .doc = "How long one probe may take.", .example = "10s"),
};

SUBTABLE(config_probe, probe_table, probe_fields,
	 .doc = "Asks APNs whether it accepts a certificate.");

static const struct field apns_fields[] = {
	FIELD(config_apns, host, FT_STRING, "host", .fallback = "api.push.apple.com",
	      .flags = FF_NOT_EMPTY, .doc = "The host of Apple's push service.",
	      .example = "api.push.apple.com"),
	FIELD(config_apns, port, FT_INT, "port", .fallback = "443", .min = 1, .max = 65535,
	      .doc = "Its port. Apple also answers on 2197.", .example = "443"),
	FIELD(config_apns, ca_file, FT_PATH, "caFile", .flags = FF_NOT_EMPTY,
	      .doc = "Certificates to trust beside the system's, in PEM form.",
	      .example = "apns-ca.pem"),
	STRUCT_FIELD(config_apns, probe, "probe", probe_table, .flags = FF_ALWAYS,
		     .doc = "Asks APNs whether it accepts a certificate.",
		     .example = "{interval: 24h}"),
};

SUBTABLE(config_apns, apns_table, apns_fields, .doc = "Apple's push service.");

static const struct field servers_fields[] = {
	FIELD(config_servers, ca_file, FT_PATH, "caFile", .flags = FF_NOT_EMPTY,
	      .doc = "Certificates to trust beside the system's, in PEM form.",
	      .example = "mdm-ca.pem"),
	FIELD(config_servers, timeout, FT_DURATION, "timeout", .fallback = "15s", .min = 1,
	      .max = 10 * MINUTE_S, .doc = "How long one answer may take.", .example = "15s"),
	FIELD(config_servers, concurrency, FT_INT, "concurrency", .fallback = "16", .min = 1,
	      .max = 1024, .doc = "How many requests run side by side.", .example = "16"),
};

SUBTABLE(config_servers, servers_table, servers_fields, .doc = "How MDM servers are reached.");

static const struct field apple_fields[] = {
	FIELD(config_apple, ca_file, FT_PATH, "caFile", .flags = FF_NOT_EMPTY,
	      .doc = "Apple's root and intermediates in PEM form: the only trust for certificates "
		     "that come back. Without it only the issuer's name is compared, with a "
		     "warning.",
	      .example = "apple-ca.pem"),
	FIELD(config_apple, crl_file, FT_PATH, "crlFile", .flags = FF_NOT_EMPTY,
	      .doc = "Apple's list of revoked certificates.", .example = "aai2ca.crl"),
};

SUBTABLE(config_apple, apple_table, apple_fields, .doc = "What is trusted as Apple's.");

static const struct field signer_fields[] = {
	FIELD(config_signer, certificate_file, FT_PATH, "certificateFile",
	      .flags = FF_REQUIRED | FF_NOT_EMPTY, .doc = "Your MDM vendor certificate.",
	      .example = "vendor.pem"),
	FIELD(config_signer, key_file, FT_PATH, "keyFile", .flags = FF_REQUIRED | FF_NOT_EMPTY,
	      .doc = "Its private key.", .example = "vendor.key"),
	FIELD(config_signer, chain_file, FT_PATH, "chainFile",
	      .flags = FF_REQUIRED | FF_NOT_EMPTY,
	      .doc = "The certificates from its issuer up to Apple's root.",
	      .example = "chain.pem"),
};

SUBTABLE(config_signer, signer_table, signer_fields, .doc = "Signs requests for the portal.");

static const struct field limits_fields[] = {
	FIELD(config_limits, max_changed_percent, FT_INT, "maxChangedPercent", .fallback = "30",
	      .min = 0, .max = 100,
	      .doc = "How many of all push certificates one run may change, in percent. Topic "
		     "changes, reassignments, archived certificates, server changes and tenants "
		     "that become suspended or Monitor count.",
	      .example = "30"),
	FIELD(config_limits, min_objects, FT_INT, "minObjects", .fallback = "10", .min = 0,
	      .max = 1000000, .doc = "From how many push certificates on maxChangedPercent holds.",
	      .example = "10"),
	FIELD(config_limits, max_changed_objects, FT_INT, "maxChangedObjects", .fallback = "100",
	      .min = 0, .max = 1000000, .doc = "How many push certificates one run may change.",
	      .example = "100"),
	FIELD(config_limits, max_new_keys, FT_INT, "maxNewKeys", .fallback = "500", .min = 0,
	      .max = 1000000,
	      .doc = "How many private keys one run makes. The rest is made in the next one.",
	      .example = "500"),
};

SUBTABLE(config_limits, limits_table, limits_fields, .doc = "What one run may change.");

struct config_limits config_limits_default(void)
{
	struct config_limits l = { 0 };

	for (size_t i = 0; i < N_OF(limits_fields); i++) {
		const struct field *f = &limits_fields[i];
		((struct num *)(void *)((char *)&l + f->off))->v = strtoll(f->fallback, NULL, 10);
	}
	return l;
}

static const char *const origin_or_directory[] = { "origin", "directory", NULL };

static const struct field destination_fields[] = {
	FIELD(key_destination, directory, FT_NAME, "directory", .flags = FF_STARTER,
	      .doc = "The name of one of the directories.", .example = "deployed"),
	FIELD(key_destination, origin, FT_ORIGIN, "origin",
	      .doc = "Scheme, host and port of a server that may get private keys.",
	      .example = "https://mdm.msp.example"),
	FIELD(key_destination, tenants, FT_TEXTS, "tenants", .item = FT_REF, .ref = KIND_Tenant,
	      .words = all_tenants, .flags = FF_REQUIRED | FF_STARTER | FF_NOT_EMPTY,
	      .doc = "Whose keys. \"*\" stands for all tenants.", .example = "[\"*\"]"),
};

ITEM_TABLE(key_destination, destination_table, destination_fields,
	   .doc = "Where private keys may go.", .exactly_one = origin_or_directory);

static const struct field directory_fields[] = {
	FIELD(config_directory, name, FT_NAME, "name", .flags = FF_REQUIRED | FF_STARTER,
	      .doc = "The name by which MDMServers and keyDestinations know it.",
	      .example = "deployed"),
	FIELD(config_directory, path, FT_PATH, "path",
	      .flags = FF_REQUIRED | FF_STARTER | FF_NOT_EMPTY,
	      .doc = "The directory. It is made when its parent exists.",
	      .example = "/srv/mdm/certs"),
	FIELD(config_directory, owner, FT_STRING, "owner", .flags = FF_NOT_EMPTY,
	      .doc = "The user that the files belong to.", .example = "mdm"),
	FIELD(config_directory, mode, FT_STRING, "mode", .flags = FF_NOT_EMPTY,
	      .doc = "The permissions of the files, in octal.", .example = "\"0600\""),
};

ITEM_TABLE(config_directory, directory_table, directory_fields,
	   .doc = "A directory that certificates and keys are written to.");

static const char *const one_secret[] = { "file", "sshKeyFile", NULL };

static const struct field credential_fields[] = {
	FIELD(config_credential, name, FT_NAME, "name", .flags = FF_REQUIRED | FF_STARTER,
	      .doc = "The name by which manifests and this file know it.", .example = "nano-key"),
	FIELD(config_credential, username, FT_STRING, "username", .flags = FF_NOT_EMPTY,
	      .doc = "The user to sign in as.", .example = "reader"),
	FIELD(config_credential, file, FT_PATH, "file", .flags = FF_STARTER | FF_NOT_EMPTY,
	      .doc = "A file that holds the password or token.", .example = "secrets/nano"),
	FIELD(config_credential, ssh_key_file, FT_PATH, "sshKeyFile", .flags = FF_NOT_EMPTY,
	      .doc = "A private key for SSH.", .example = "secrets/id_ed25519"),
	FIELD(config_credential, known_hosts_file, FT_PATH, "knownHostsFile",
	      .flags = FF_NOT_EMPTY, .doc = "The host keys that are accepted with SSH.",
	      .example = "secrets/known_hosts"),
	FIELD(config_credential, origin, FT_ORIGIN, "origin", .flags = FF_REQUIRED | FF_STARTER,
	      .doc = "The only scheme, host and port that it is sent to.",
	      .example = "https://mdm.msp.example"),
	FIELD(config_credential, tenants, FT_TEXTS, "tenants", .item = FT_REF,
	      .ref = KIND_Tenant, .words = all_tenants, .flags = FF_STARTER,
	      .doc = "The tenants whose manifests may name it. Without it no manifest can, as fits "
		     "the credentials of Git.",
	      .example = "[\"*\"]"),
};

ITEM_TABLE(config_credential, credential_table, credential_fields, .exactly_one = one_secret,
	   .doc = "A password, token or key, bound to where it may be sent.");

static const struct field network_fields[] = {
	FIELD(config_network, allow, FT_TEXTS, "allow", .item = FT_STRING,
	      .flags = FF_REQUIRED | FF_NOT_EMPTY,
	      .doc = "Servers whose address is private, loopback or link-local, as host:port.",
	      .example = "[\"mdm.msp.example:443\"]"),
};

SUBTABLE(config_network, network_table, network_fields,
	 .doc = "Lets connections go to addresses that are refused otherwise.");

static const struct word clocks[] = {
	{ "Allow", CLOCK_Allow, "The commands reconcile and serve accept --now." },
	{ 0 },
};

static const struct field testing_fields[] = {
	FIELD(config_testing, clock, FT_ENUM, "clock", .words = clocks,
	      .doc = "Whether the planning clock may be set.", .example = "Allow"),
};

SUBTABLE(config_testing, testing_table, testing_fields,
	 .doc = "Only for a store that is not production.");

static const struct field fields[] = {
	STRUCT_FIELD(controller_config, source, "source", source_table,
		     .flags = FF_REQUIRED | FF_STARTER, .doc = "Where the manifests come from.",
		     .example = "{url: https://git.example/msp/apple.git}"),
	STRUCT_FIELD(controller_config, status, "status", status_table, .flags = FF_ALWAYS,
		     .doc = "Where the status is published.",
		     .example = "{branch: apnsctl-status}"),
	STRUCT_FIELD(controller_config, state, "state", state_table,
		     .flags = FF_REQUIRED | FF_STARTER, .doc = "Where keys and facts are kept.",
		     .example = "{store: \"sqlite:state/apnsctl.db\", "
				"unlock: {file: state/unlock.key}}"),
	STRUCT_FIELD(controller_config, apns, "apns", apns_table, .flags = FF_ALWAYS,
		     .doc = "Apple's push service, which is asked whether it accepts a "
			    "certificate.",
		     .example = "{host: api.push.apple.com}"),
	STRUCT_FIELD(controller_config, servers, "servers", servers_table, .flags = FF_ALWAYS,
		     .doc = "How MDM servers are reached.", .example = "{timeout: 15s}"),
	STRUCT_FIELD(controller_config, apple, "apple", apple_table,
		     .doc = "What is trusted as Apple's when a certificate comes back.",
		     .example = "{caFile: apple-ca.pem}"),
	STRUCT_FIELD(controller_config, request_signer, "requestSigner", signer_table,
		     .doc = "Your MDM vendor certificate, which signs the requests that are "
			    "uploaded to Apple's portal. Without it unsigned requests are "
			    "published.",
		     .example = "{certificateFile: vendor.pem, keyFile: vendor.key, "
				"chainFile: chain.pem}"),
	STRUCT_FIELD(controller_config, limits, "limits", limits_table, .flags = FF_ALWAYS,
		     .doc = "What one run may change. What is above is held until somebody lets it "
			    "through with --override.",
		     .example = "{maxChangedPercent: 30}"),
	LIST_FIELD(controller_config, key_destinations, "keyDestinations", destination_table,
		   .doc = "The only places that private keys leave the store for.",
		   .example = "[{directory: deployed, tenants: [\"*\"]}]"),
	LIST_FIELD(controller_config, directories, "directories", directory_table,
		   .doc = "Directories for MDMServers of type Directory.",
		   .example = "[{name: deployed, path: /srv/mdm/certs}]"),
	LIST_FIELD(controller_config, credentials, "credentials", credential_table,
		   .doc = "Passwords, tokens and keys, each bound to where it may be sent.",
		   .example = "[{name: nano-key, file: secrets/nano, "
			      "origin: \"https://mdm.msp.example\", tenants: [\"*\"]}]"),
	STRUCT_FIELD(controller_config, network, "network", network_table,
		     .doc = "Lets connections go to private, loopback and link-local addresses, "
			    "which are refused otherwise.",
		     .example = "{allow: [\"mdm.msp.example:443\"]}"),
	STRUCT_FIELD(controller_config, testing, "testing", testing_table,
		     .doc = "Only for a store that is not production.",
		     .example = "{clock: Allow}"),
};

const struct kind kind_ControllerConfig = {
	.id = KIND_ControllerConfig,
	.name = "ControllerConfig",
	.doc = "The configuration of one controller. It lives on the controller's host, never in "
	       "the repository of the manifests, so that a pull request can not change it. "
	       "Relative paths are relative to this file.",
	.size = sizeof(struct controller_config),
	.has_tenant = TENANT_FORBIDDEN,
	.spec = SPEC(controller_config, fields,
		     .doc = "Where the controller reads, writes and keeps things."),
};
