/* SPDX-License-Identifier: Apache-2.0 */
/* Findings as a Markdown table, for the page that a CI system shows of a step. */
#include "schema/emit/emit.h"

#include "schema/base/text.h"
#include "schema/emit/place.h"

enum { LAST_LINE = 80 };

static void row(struct buf *out, const struct finding *f)
{
	char id[RULE_ID];

	buf_addf(out, "| %s | ", level_name(f->level));
	text_escape_markdown(out, f->file ? f->file : "");
	if (f->file && f->at.line)
		buf_addf(out, "\\:%u\\:%u", f->at.line, f->at.col);
	buf_adds(out, " | ");
	text_escape_markdown(out, f->message);
	buf_addf(out, " | %s %s |\n", place_rule_id(f->rule, id), f->rule->name);
}

static void head(struct buf *out, const struct lint_report *r)
{
	buf_adds(out, "### apnsctl lint: ");
	place_counts(out, r);
	buf_adds(out, "\n\n");
	for (size_t i = 0; i < r->n_skipped; i++) {
		buf_adds(out, "Not checked: ");
		text_escape_markdown(out, r->skipped[i].reason);
		buf_adds(out, "\n\n");
	}
	if (r->findings->n)
		buf_adds(out, "| level | place | finding | rule |\n|---|---|---|---|\n");
}

void emit_lint_summary(struct buf *out, const struct lint_report *r, size_t max)
{
	const struct findings *fs = r->findings;
	struct buf all = BUF_INIT(max), one = BUF_INIT(max);
	size_t rows = 0;
	bool fits = true;

	head(&all, r);
	for (int level = LEVEL_ERROR; level >= LEVEL_NOTE; level--)
		for (size_t i = 0; i < fs->n && fits; i++) {
			if ((int)fs->item[i].level != level)
				continue;
			buf_clear(&one);
			row(&one, &fs->item[i]);
			fits = !one.full && all.len + one.len + LAST_LINE <= max;
			if (fits)
				buf_add(&all, one.data, one.len);
			rows += fits;
		}
	if (rows < fs->n)
		buf_addf(&all, "\n%zu more are in the log of this step.\n", fs->n - rows);
	if (!all.full)
		buf_add(out, buf_str(&all), all.len);
	buf_release(&all);
	buf_release(&one);
}
