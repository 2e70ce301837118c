/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit XML as CI systems read it: GitLab shows the content of an element, not its attributes, and
 * keeps only the first of two tests with the same name.
 */
#include "schema/emit/emit.h"

#include "schema/base/text.h"
#include "schema/emit/place.h"

/* True when an earlier finding of the file would have the same name. */
static unsigned same_name_before(const struct findings *fs, size_t i)
{
	const struct finding *f = &fs->item[i];
	unsigned n = 0;

	for (size_t k = i; k > 0 && text_eq(fs->item[k - 1].file, f->file) &&
			   fs->item[k - 1].at.line == f->at.line;
	     k--)
		n += fs->item[k - 1].rule == f->rule && fs->item[k - 1].at.col == f->at.col;
	return n;
}

static void name(struct buf *out, const struct findings *fs, size_t i)
{
	const struct finding *f = &fs->item[i];
	unsigned before = same_name_before(fs, i);
	char id[RULE_ID];

	buf_addf(out, "%s %s", place_rule_id(f->rule, id), f->rule->name);
	if (f->at.line)
		buf_addf(out, " at %u:%u", f->at.line, f->at.col);
	if (before)
		buf_addf(out, " (%u)", before + 1);
}

static void attribute(struct buf *out, const char *key, const char *value)
{
	buf_addf(out, " %s=\"", key);
	text_escape_xml(out, value);
	buf_addc(out, '"');
}

static void test(struct buf *out, const struct findings *fs, size_t i)
{
	const struct finding *f = &fs->item[i];
	const char *file = f->file ? f->file : "(repository)";
	struct buf line = BUF_INIT(1 << 16);

	buf_adds(out, "    <testcase");
	attribute(out, "classname", file);
	buf_adds(out, " name=\"");
	name(out, fs, i);
	buf_addc(out, '"');
	if (f->file)
		attribute(out, "file", f->file);
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

void emit_lint_junit(struct buf *out, const struct lint_report *r)
{
	const struct findings *fs = r->findings;
	size_t n = fs->n ? fs->n : 1;

	buf_addf(out,
		 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		 "<testsuites>\n"
		 "  <testsuite name=\"apnsctl lint\" tests=\"%zu\" failures=\"%zu\">\n",
		 n, fs->n_level[LEVEL_ERROR]);
	if (!fs->n)
		buf_addf(out,
			 "    <testcase classname=\"apnsctl\" name=\"lint\"><system-out>%zu "
			 "documents</system-out></testcase>\n",
			 r->documents);
	for (size_t i = 0; i < fs->n; i++)
		test(out, fs, i);
	buf_adds(out, "  </testsuite>\n</testsuites>\n");
}
