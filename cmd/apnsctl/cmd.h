/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands, one file each. argv[0] is the name of the command, without the global options in
 * front of it. They return the exit status (design: exit codes).
 */
#ifndef APNSCTL_CMD_H
#define APNSCTL_CMD_H

#include "cmd/apnsctl/app.h"

typedef int command_fn(struct app *app, int argc, char **argv);

command_fn cmd_init, cmd_new, cmd_lint, cmd_plan, cmd_reconcile, cmd_status, cmd_explain,
	cmd_request, cmd_match, cmd_accept, cmd_probe, cmd_store, cmd_schema, cmd_doctor,
	cmd_version;

#endif
