/* SPDX-License-Identifier: Apache-2.0 */
/* Where the findings of `lint` go: one table of the formats, each to stdout or into a file. */
#ifndef APNSCTL_CMD_LINT_PRINT_H
#define APNSCTL_CMD_LINT_PRINT_H

#include "cmd/apnsctl/repo.h"
#include "schema/emit/emit.h"

/* The formats, for help and errors. */
#define LINT_FORMATS "text, concise, json, github, gitlab, sarif, junit"

/* 0: "FORMAT" or "FORMAT=FILE"; else a wrong use, which is told, and its exit status. */
int lint_format_check(const char *spec);

/*
 * Prints or writes the report; code frames come from the repository. Returns `status`, or the exit
 * status of a failure, which is told.
 */
int lint_print(const struct repo *repo, const char *spec, const struct lint_report *r, int status);

#endif
