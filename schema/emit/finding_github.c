/* SPDX-License-Identifier: Apache-2.0 */
/* ::error file=…,line=…::message (GitHub, "Workflow commands for GitHub Actions"). */
#include "schema/emit/emit.h"

#include <string.h>

#include "schema/base/text.h"
#include "schema/emit/place.h"

enum { ANNOTATIONS_PER_LEVEL = 10 }; /* GitHub shows no more of a step, and drops the rest */

/* Text without control characters, with the escapes of the command language for `special`. */
static void escaped(struct buf *out, const char *text, const char *special)
{
	struct buf safe = BUF_INIT(1 << 20);

	text_escape_terminal(&safe, text, strlen(text));
	for (const char *s = buf_str(&safe); *s; s++) {
		if (strchr(special, *s))
			buf_addf(out, "%%%02X", (unsigned char)*s);
		else
			buf_addc(out, *s);
	}
	buf_release(&safe);
}

static void annotation(struct buf *out, const struct finding *f)
{
	static const char *const commands[] = {
		[LEVEL_NOTE] = "notice", [LEVEL_WARNING] = "warning", [LEVEL_ERROR] = "error"
	};
	char id[RULE_ID];

	buf_addf(out, "::%s ", commands[f->level]);
	if (f->file) {
		buf_adds(out, "file=");
		escaped(out, f->file, "%:,");
		buf_addc(out, ',');
	}
	if (f->at.line) {
		buf_addf(out, "line=%u,endLine=%u,", f->at.line, f->at.end_line);
		if (f->at.line == f->at.end_line) /* columns are taken on one line only */
			buf_addf(out, "col=%u,endColumn=%u,", f->at.col, f->at.end_col);
	}
	buf_addf(out, "title=%s %s::", place_rule_id(f->rule, id), f->rule->name);
	escaped(out, f->message, "%");
	buf_addc(out, '\n');
}

static void skipped(struct buf *out, const struct check_skipped *c)
{
	buf_adds(out, "::notice title=");
	escaped(out, c->code, "%:,");
	buf_adds(out, "::not checked: ");
	escaped(out, c->reason, "%");
	buf_addc(out, '\n');
}

/* How many findings of a level are annotations. */
static size_t annotated(const struct lint_report *r, enum level level)
{
	size_t n = r->findings->n_level[level], most = ANNOTATIONS_PER_LEVEL;

	if (level == LEVEL_NOTE) { /* the other notices: what was not checked, how many more */
		most -= r->n_skipped < most ? r->n_skipped : most - 1;
		most--;
	}
	return n < most ? n : most;
}

/* The findings of a level from the `from`-th to before the `to`-th. */
static void each(struct buf *out, const struct findings *fs, enum level level, size_t from,
		 size_t to, void (*print)(struct buf *out, const struct finding *f))
{
	size_t nth = 0;

	for (size_t i = 0; i < fs->n; i++) {
		if (fs->item[i].level != level)
			continue;
		if (nth >= from && nth < to)
			print(out, &fs->item[i]);
		nth++;
	}
}

static void plain(struct buf *out, const struct finding *f)
{
	emit_finding_line(out, f, 0);
	buf_addc(out, '\n');
}

void emit_lint_github(struct buf *out, const struct lint_report *r)
{
	size_t more = r->findings->n;

	for (int level = LEVEL_ERROR; level >= LEVEL_NOTE; level--) {
		size_t n = annotated(r, (enum level)level);
		each(out, r->findings, (enum level)level, 0, n, annotation);
		more -= n;
	}
	for (size_t i = 0; i < r->n_skipped; i++)
		skipped(out, &r->skipped[i]);
	if (!more)
		return;
	buf_addf(out, "::notice title=apnsctl::%zu more in the log of this step\n", more);
	for (int level = LEVEL_ERROR; level >= LEVEL_NOTE; level--)
		each(out, r->findings, (enum level)level, annotated(r, (enum level)level), SIZE_MAX,
		     plain);
}
