/* SPDX-License-Identifier: Apache-2.0 */
/* One line a finding, as compilers print them: editors and problem matchers read it. */
#include "schema/emit/emit.h"

#include <string.h>

#include "schema/base/text.h"
#include "schema/emit/place.h"

#define RESET "\033[0m"
#define BOLD "\033[1m"

void emit_finding_line(struct buf *out, const struct finding *f, unsigned flags)
{
	bool colour = (flags & EMIT_COLOUR) != 0;
	char id[RULE_ID];

	buf_adds(out, colour ? BOLD : "");
	place_add(out, f->file, f->at);
	buf_adds(out, colour ? place_colour(f->level) : "");
	buf_addf(out, "%s:%s ", level_name(f->level), colour ? RESET : "");
	text_escape_terminal(out, f->message, strlen(f->message));
	buf_addf(out, " [%s %s]", place_rule_id(f->rule, id), f->rule->name);
}

void emit_lint_concise(struct buf *out, const struct lint_report *r)
{
	for (size_t i = 0; i < r->findings->n; i++) {
		emit_finding_line(out, &r->findings->item[i], 0);
		buf_addc(out, '\n');
	}
}
