/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit XML as CI systems read it: GitLab shows the content of an element, not its attributes, and
 * keeps only the first of two tests with the same name.
 */
#include "schema/emit/emit.h"

#include <string.h>

#include "schema/base/text.h"
#include "schema/emit/place.h"

/* A reader makes a blank of a line break in an attribute, unless it is escaped. */
static void attribute(struct buf *out, const char *key, const char *value)
{
	struct buf text = BUF_INIT(1 << 20);

	text_escape_xml(&text, value);
	buf_addf(out, " %s=\"", key);
	for (const char *s = buf_str(&text); *s; s++)
		if (*s == '\n' || *s == '\t')
			buf_addf(out, "&#%d;", *s);
		else
			buf_addc(out, *s);
	buf_addc(out, '"');
	buf_release(&text);
}

/* As terminals show it, so that what differs in characters that XML can not hold stays two. */
static void shown(struct buf *out, const char *key, const char *value)
{
	struct buf text = BUF_INIT(1 << 18);

	text_escape_terminal(&text, value, strlen(value));
	attribute(out, key, buf_str(&text));
	buf_release(&text);
}

/*
 * Two runs are compared by the names of their tests, so that lines are not part of them: rule, a
 * number from the second of its like on, object, pointer.
 */
static void name(struct buf *out, const struct findings *fs, size_t i)
{
	const struct finding *f = &fs->item[i];
	unsigned twins = place_twins(fs, i);
	struct arena mem = ARENA_INIT;
	struct buf text = BUF_INIT(1 << 16);
	char id[RULE_ID];

	buf_addf(&text, "%s %s", place_rule_id(f->rule, id), f->rule->name);
	if (twins)
		buf_addf(&text, " (%u)", twins + 1);
	if (f->object.kind != KIND_NONE)
		buf_addf(&text, " %s", ref_text(&mem, &f->object));
	if (f->pointer)
		buf_addf(&text, " %s", f->pointer);
	shown(out, "name", buf_str(&text));
	buf_release(&text);
	arena_release(&mem);
}

static void test(struct buf *out, const struct findings *fs, size_t i)
{
	const struct finding *f = &fs->item[i];
	struct buf line = BUF_INIT(1 << 20);

	buf_adds(out, "    <testcase");
	shown(out, "classname", f->file ? f->file : "(repository)");
	name(out, fs, i);
	if (f->file)
		shown(out, "file", f->file);
	emit_finding_line(&line, f, 0);
	if (f->level == LEVEL_ERROR) {
		buf_adds(out, "><failure");
		attribute(out, "message", f->message);
		buf_addc(out, '>');
		text_escape_xml(out, buf_str(&line));
		buf_adds(out, "</failure></testcase>\n");
	} else {
		buf_adds(out, "><system-out>");
		text_escape_xml(out, buf_str(&line));
		buf_adds(out, "</system-out></testcase>\n");
	}
	buf_release(&line);
}

static void skipped(struct buf *out, const struct check_skipped *c)
{
	buf_adds(out, "    <testcase classname=\"(repository)\"");
	attribute(out, "name", c->code);
	buf_adds(out, "><skipped>");
	text_escape_xml(out, c->reason);
	buf_adds(out, "</skipped></testcase>\n");
}

void emit_lint_junit(struct buf *out, const struct lint_report *r)
{
	const struct findings *fs = r->findings;
	size_t n = (fs->n ? fs->n : 1) + r->n_skipped;

	buf_addf(out,
		 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		 "<testsuites>\n"
		 "  <testsuite name=\"apnsctl lint\" tests=\"%zu\" failures=\"%zu\" "
		 "errors=\"0\" skipped=\"%zu\">\n",
		 n, fs->n_level[LEVEL_ERROR], r->n_skipped);
	if (!fs->n)
		buf_addf(out,
			 "    <testcase classname=\"(repository)\" name=\"lint\"><system-out>%zu "
			 "documents</system-out></testcase>\n",
			 r->documents);
	for (size_t i = 0; i < fs->n; i++)
		test(out, fs, i);
	for (size_t i = 0; i < r->n_skipped; i++)
		skipped(out, &r->skipped[i]);
	buf_adds(out, "  </testsuite>\n</testsuites>\n");
}
