/* SPDX-License-Identifier: Apache-2.0 */
/* ::error file=…,line=…::message (GitHub, "Workflow commands for GitHub Actions"). */
#include "schema/emit/emit.h"

#include <string.h>

#include "schema/base/text.h"
#include "schema/emit/place.h"

enum { ANNOTATIONS_PER_LEVEL = 10 };

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
	static const char *const commands[] = { [LEVEL_NOTE] = "notice",
						[LEVEL_WARNING] = "warning",
						[LEVEL_ERROR] = "error" };
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

void emit_lint_github(struct buf *out, const struct lint_report *r)
{
	const struct findings *fs = r->findings;
	size_t shown[] = { [LEVEL_NOTE] = 0, [LEVEL_WARNING] = 0, [LEVEL_ERROR] = 0 }, more = 0;

	for (int level = LEVEL_ERROR; level >= LEVEL_NOTE; level--)
		for (size_t i = 0; i < fs->n; i++)
			if ((int)fs->item[i].level == level &&
			    shown[level]++ < ANNOTATIONS_PER_LEVEL)
				annotation(out, &fs->item[i]);
	for (int level = LEVEL_ERROR; level >= LEVEL_NOTE; level--) {
		size_t n = 0;
		for (size_t i = 0; i < fs->n; i++)
			if ((int)fs->item[i].level == level && n++ >= ANNOTATIONS_PER_LEVEL) {
				emit_finding_line(out, &fs->item[i], 0);
				buf_addc(out, '\n');
				more++;
			}
	}
	if (more)
		buf_addf(out, "::notice title=apnsctl::%zu more in the log of this step\n", more);
}
