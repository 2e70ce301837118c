/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands, one file each. argv[0] is the name of the command, without the global options in
 * front of it. They return the exit status (design: exit codes).
 */
#ifndef APNSCTL_CMD_H
#define APNSCTL_CMD_H

/* Prints JSON Schema, reference page or commented template of one kind or of all. */
int cmd_schema(int argc, char **argv);

#endif
