/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The controller's configuration (design: section 7) as a C struct. It is read by the same loader
 * and from the same kind of table as the manifests, but lives on the controller's host.
 * Paths are as written; config_path() of cmd/ resolves them against the file.
 */
#ifndef APNSCTL_KIND_CONFIG_H
#define APNSCTL_KIND_CONFIG_H

#include "schema/kind/object.h"

enum probe_level { PROBE_Settings, PROBE_BogusToken };
enum testing_clock { CLOCK_UNSET, CLOCK_Allow };

struct config_source {
	struct pos at;
	struct text url, branch, path, credential, ca_file;
	struct num timeout; /* seconds */
};

struct config_status {
	struct pos at;
	struct text branch, url, author, credential;
};

struct config_unlock {
	struct pos at;
	struct text file, credential, env;
};

struct config_state {
	struct pos at;
	struct text store; /* "sqlite:PATH" */
	struct config_unlock *unlock;
};

struct config_probe {
	struct pos at;
	struct num level; /* enum probe_level */
	struct num interval, concurrency, timeout;
};

struct config_apns {
	struct pos at;
	struct text host, ca_file;
	struct num port;
	struct config_probe *probe;
};

struct config_servers {
	struct pos at;
	struct text ca_file;
	struct num timeout, concurrency;
};

struct config_apple {
	struct pos at;
	struct text ca_file, crl_file;
};

struct config_signer {
	struct pos at;
	struct text certificate_file, key_file, chain_file;
};

struct config_limits {
	struct pos at;
	struct num max_changed_percent, min_objects, max_changed_objects, max_new_keys;
};

/* Those of a configuration that says nothing. */
struct config_limits config_limits_default(void);

struct key_destination {
	struct text origin, directory; /* one of the two */
	struct texts tenants;
};

struct config_directory {
	struct text name, path, owner, mode;
};

struct config_credential {
	struct text name, username, file, ssh_key_file, known_hosts_file, origin;
	struct texts tenants;
};

struct config_network {
	struct pos at;
	struct texts allow; /* "host:port" */
};

struct config_testing {
	struct pos at;
	struct num clock; /* enum testing_clock */
};

struct controller_config {
	struct object head;
	struct config_source *source;
	struct config_status *status;
	struct config_state *state;
	struct config_apns *apns;
	struct config_servers *servers;
	struct config_apple *apple;
	struct config_signer *request_signer;
	struct config_limits *limits;
	struct list key_destinations; /* struct key_destination */
	struct list directories;      /* struct config_directory */
	struct list credentials;      /* struct config_credential */
	struct config_network *network;
	struct config_testing *testing;
};

#endif
