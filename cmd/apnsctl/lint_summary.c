/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/lint_summary.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "cmd/apnsctl/app.h"
#include "reconcile/adapter/file/file.h"

enum { SUMMARY_MAX = 1000 * 1000 };

void lint_summary(const struct lint_report *r)
{
	const char *file = getenv("GITHUB_STEP_SUMMARY");
	struct buf out = BUF_INIT(SUMMARY_MAX);
	struct stat st;
	struct err e = { 0 };

	if (!file || !*file)
		return;
	off_t there = stat(file, &st) ? 0 : st.st_size;
	if (there < SUMMARY_MAX)
		emit_lint_summary(&out, r, (size_t)(SUMMARY_MAX - there));
	if (out.len && file_append(file, buf_str(&out), out.len, &e))
		app_say("apnsctl: the summary of the step is missing: %s", app_safe(e.text));
	buf_release(&out);
}
