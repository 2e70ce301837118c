/* SPDX-License-Identifier: Apache-2.0 */
/* Finds and reads the controller's configuration. */
#ifndef APNSCTL_CMD_CONFIG_H
#define APNSCTL_CMD_CONFIG_H

#include "cmd/apnsctl/app.h"
#include "reconcile/plan/gate.h"
#include "schema/base/arena.h"
#include "schema/base/secret.h"
#include "schema/base/sha256.h"
#include "schema/kind/config.h"

struct config {
	struct arena mem;
	const char *file;   /* as found */
	const char *folder; /* that relative paths start from */
	char hash[SHA256_HEX]; /* of the file's bytes */
	struct controller_config *c;
	struct secret unlock; /* what state.unlock.env named; empty: it is not set, or no such */
};

/*
 * --config, $APNSCTL_CONFIG, ./apnsctl.yaml (outside a Git work tree, owned by root or the caller,
 * not writable by others), /etc/apnsctl/apnsctl.yaml. 1: found and read, 0: there is none, -1: it
 * can not be used; findings are in the error's text or printed on stderr. The unlock key leaves the
 * environment here, before anything is started that would inherit it.
 */
int config_open(const struct app *app, struct config *out, struct err *e);

/* The same for commands that need one. */
int config_need(const struct app *app, struct config *out, struct err *e);

/* The path as written in the file, from the file's folder; NULL stays NULL. */
const char *config_path(struct config *c, const struct text *path);

/* The limits as the gates take them. */
struct gate_limits config_gate_limits(const struct config_limits *l);

void config_close(struct config *c);

#endif
