/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/emit/place.h"

#include <stdio.h>
#include <string.h>

#include "schema/base/text.h"

const char *place_colour(enum level level)
{
	static const char *const colours[] = {
		[LEVEL_NOTE] = "\033[36m", [LEVEL_WARNING] = "\033[33m", [LEVEL_ERROR] = "\033[31m"
	};
	return colours[level];
}

/*
 * CI systems take "::" and "##" for commands where a line begins with them, blanks aside. Behind
 * the file comes a colon.
 */
static bool begins_a_command(const char *file)
{
	while (*file == ' ' || (unsigned char)*file >= 0x80) /* some of which are blanks */
		file++;
	return *file == ':' || text_starts(file, "##");
}

void place_add(struct buf *out, const char *file, struct span at)
{
	if (!file)
		return;
	if (begins_a_command(file))
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
	return a->rule == b->rule && text_eq(a->file, b->file) && text_eq(a->pointer, b->pointer) &&
	       ref_cmp(&a->object, &b->object) == 0;
}

unsigned place_twins(const struct findings *fs, size_t i)
{
	const struct finding *f = &fs->item[i];
	unsigned twins = 0;

	/* They are sorted by file, and a file has FINDINGS_PER_FILE at most. */
	for (size_t k = i; k > 0 && text_eq(fs->item[k - 1].file, f->file); k--)
		twins += is_twin(&fs->item[k - 1], f);
	return twins;
}

void place_fingerprint(const struct findings *fs, size_t i, char hex[SHA256_HEX])
{
	const struct finding *f = &fs->item[i];
	struct sha256 h;
	char text[RULE_ID];

	sha256_init(&h);
	sha256_add_text(&h, place_rule_id(f->rule, text));
	sha256_add_text(&h, f->file ? f->file : "");
	sha256_add_text(&h, kind_name(f->object.kind));
	sha256_add_text(&h, f->object.tenant ? f->object.tenant : "");
	sha256_add_text(&h, f->object.name ? f->object.name : "");
	sha256_add_text(&h, f->pointer ? f->pointer : "");
	snprintf(text, sizeof(text), "%u", place_twins(fs, i));
	sha256_add_text(&h, text);
	sha256_end_hex(&h, hex);
}

const char *place_file(const struct lint_report *r, const struct finding *f)
{
	if (f->file)
		return f->file;
	return r->organization ? r->organization : "organization.yaml";
}

const char *place_line(const struct lint_report *r, const char *file, uint32_t line, size_t *len)
{
	size_t n = 0;
	const char *at =
		r->sources && file && line ? r->sources->text(r->sources->self, file, &n) : NULL;
	const char *end = at ? at + n : NULL, *lf = NULL;

	for (; at; line--) {
		lf = memchr(at, '\n', (size_t)(end - at));
		if (line == 1)
			break;
		at = lf ? lf + 1 : NULL;
	}
	if (!at)
		return NULL;
	*len = (size_t)((lf ? lf : end) - at);
	if (*len && at[*len - 1] == '\r')
		--*len;
	return at;
}

static void count(struct buf *out, size_t n, const char *what)
{
	buf_addf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

void place_counts(struct buf *out, const struct lint_report *r)
{
	count(out, r->documents, "document");
	buf_adds(out, ": ");
	count(out, r->findings->n_level[LEVEL_ERROR], "error");
	buf_adds(out, ", ");
	count(out, r->findings->n_level[LEVEL_WARNING], "warning");
	buf_adds(out, ", ");
	count(out, r->findings->n_level[LEVEL_NOTE], "note");
	if (r->ignored)
		buf_addf(out, ", %zu ignored", r->ignored);
}
