/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APNSCTL_CMD_LINT_SUMMARY_H
#define APNSCTL_CMD_LINT_SUMMARY_H

#include "schema/emit/emit.h"

/*
 * Appends the report as Markdown to the file that $GITHUB_STEP_SUMMARY names, which GitHub Actions
 * shows on the page of the run; nothing when it is not set. GitHub drops a summary of more than
 * 1 MiB, all commands of the step together. That it can not be written is told and no failure.
 */
void lint_summary(const struct lint_report *r);

#endif
