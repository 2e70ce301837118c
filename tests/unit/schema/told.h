/* SPDX-License-Identifier: Apache-2.0 */
/* Findings as text, one a line, so that a test compares all of what is told at once. */
#ifndef APNSCTL_TESTS_TOLD_H
#define APNSCTL_TESTS_TOLD_H

#include <stdio.h>
#include <string.h>

#include "schema/base/buf.h"
#include "schema/base/finding.h"

static inline void told_place(struct buf *b, struct span at)
{
	buf_addf(b, "%u:%u-", at.line, at.col);
	if (at.end_line != at.line)
		buf_addf(b, "%u:", at.end_line);
	buf_addf(b, "%u", at.end_col);
}

/*
 * "error 1011 3:1-5 MESSAGE", then " {PLACE TEXT}" for each related place, " [PLACE REPLACEMENT]"
 * for a suggestion. Sorted as in a report.
 */
static inline const char *told(struct arena *mem, struct findings *fs)
{
	struct buf b = BUF_INIT(1 << 20);

	findings_sort(fs);
	for (size_t i = 0; i < fs->n; i++) {
		const struct finding *f = &fs->item[i];
		buf_addf(&b, "%s%s %u ", i ? "\n" : "", level_name(f->level), f->rule->code);
		told_place(&b, f->at);
		buf_addf(&b, " %s", f->message);
		for (size_t k = 0; k < f->n_related; k++) {
			buf_adds(&b, " {");
			told_place(&b, f->related[k].at);
			buf_addf(&b, " %s}", f->related[k].text);
		}
		if (f->fix) {
			buf_adds(&b, " [");
			told_place(&b, f->fix->at);
			buf_addf(&b, " %s]", f->fix->text);
		}
	}
	const char *text = arena_strdup(mem, buf_str(&b));
	buf_release(&b);
	return text;
}

#endif
