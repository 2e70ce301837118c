/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/emit/place.h"

#include <stdio.h>
#include <string.h>

#include "schema/base/text.h"

const char *place_colour(enum level level)
{
	static const char *const colours[] = { [LEVEL_NOTE] = "\033[36m",
					       [LEVEL_WARNING] = "\033[33m",
					       [LEVEL_ERROR] = "\033[31m" };
	return colours[level];
}

void place_add(struct buf *out, const char *file, struct span at)
{
	if (!file)
		return;
	/* At the start of a line CI systems take "::" and "##" as commands. */
	if (text_starts(file, "::") || text_starts(file, "##"))
		buf_adds(out, "./");
	text_escape_terminal(out, file, strlen(file));
	if (at.line)
		buf_addf(out, ":%u:%u", at.line, at.col);
	buf_adds(out, ": ");
}

const char *place_rule_id(const struct rule *r, char text[RULE_ID])
{
	snprintf(text, RULE_ID, "APN%04u", r->code);
	return text;
}

static bool is_twin(const struct finding *a, const struct finding *b)
{
	return a->rule == b->rule && text_eq(a->file, b->file) &&
	       text_eq(a->pointer, b->pointer) && ref_cmp(&a->object, &b->object) == 0;
}

void place_fingerprint(const struct findings *fs, size_t i, char hex[SHA256_HEX])
{
	const struct finding *f = &fs->item[i];
	struct sha256 h;
	char text[RULE_ID];
	unsigned twins = 0;

	/* They are sorted by file, and a file has FINDINGS_PER_FILE at most. */
	for (size_t k = i; k > 0 && text_eq(fs->item[k - 1].file, f->file); k--)
		twins += is_twin(&fs->item[k - 1], f);
	sha256_init(&h);
	sha256_add_text(&h, place_rule_id(f->rule, text));
	sha256_add_text(&h, f->file ? f->file : "");
	sha256_add_text(&h, kind_name(f->object.kind));
	sha256_add_text(&h, f->object.tenant ? f->object.tenant : "");
	sha256_add_text(&h, f->object.name ? f->object.name : "");
	sha256_add_text(&h, f->pointer ? f->pointer : "");
	snprintf(text, sizeof(text), "%u", twins);
	sha256_add_text(&h, text);
	sha256_end_hex(&h, hex);
}
