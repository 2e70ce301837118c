/* SPDX-License-Identifier: Apache-2.0 */
/* The LintReport of the design: fields may be added, never renamed. */
#include "schema/emit/emit.h"

#include "schema/base/json.h"
#include "schema/emit/place.h"

/* file, line, column, endLine, endColumn, as far as they are known. */
static void place(struct json *j, const char *file, struct span at)
{
	json_member_opt(j, "file", file);
	if (!at.line)
		return;
	json_member_int(j, "line", at.line);
	json_member_int(j, "column", at.col);
	json_member_int(j, "endLine", at.end_line);
	json_member_int(j, "endColumn", at.end_col);
}

static void object(struct json *j, const struct ref *r)
{
	if (r->kind == KIND_NONE)
		return;
	json_key(j, "object");
	json_object(j);
	json_member(j, "kind", kind_name(r->kind));
	json_member_opt(j, "tenant", r->tenant);
	json_member_opt(j, "name", r->name);
	json_end_object(j);
}

static void related(struct json *j, const struct finding *f)
{
	json_key(j, "related");
	json_array(j);
	for (size_t i = 0; i < f->n_related; i++) {
		json_object(j);
		json_member(j, "message", f->related[i].text);
		place(j, f->related[i].file, f->related[i].at);
		json_end_object(j);
	}
	json_end_array(j);
}

static void fix(struct json *j, const struct finding *f)
{
	if (!f->fix)
		return;
	json_key(j, "fix");
	json_object(j);
	json_member(j, "title", f->fix->title);
	place(j, f->fix->file, f->fix->at);
	json_member(j, "text", f->fix->text);
	if (f->n_also) {
		json_key(j, "also");
		json_array(j);
	}
	for (size_t i = 0; i < f->n_also; i++) {
		json_object(j);
		place(j, f->also[i].file, f->also[i].at);
		json_member(j, "text", f->also[i].text);
		json_end_object(j);
	}
	if (f->n_also)
		json_end_array(j);
	json_end_object(j);
}

static void finding(struct json *j, const struct finding *f)
{
	char id[RULE_ID];

	json_object(j);
	json_member(j, "code", place_rule_id(f->rule, id));
	json_member(j, "level", level_name(f->level));
	json_member(j, "message", f->message);
	place(j, f->file, f->at);
	object(j, &f->object);
	json_member_opt(j, "pointer", f->pointer);
	related(j, f);
	fix(j, f);
	json_end_object(j);
}

static void summary(struct json *j, const struct lint_report *r)
{
	const size_t *n = r->findings->n_level;

	json_key(j, "summary");
	json_object(j);
	json_member_int(j, "errors", (int64_t)n[LEVEL_ERROR]);
	json_member_int(j, "warnings", (int64_t)n[LEVEL_WARNING]);
	json_member_int(j, "notes", (int64_t)n[LEVEL_NOTE]);
	json_member_int(j, "ignored", (int64_t)r->ignored);
	json_member_int(j, "documents", (int64_t)r->documents);
	json_end_object(j);
}

void emit_lint_json(struct buf *out, const struct lint_report *r)
{
	struct json j = JSON_INIT(out, true);

	json_object(&j);
	json_member(&j, "apiVersion", "apnsctl/v1");
	json_member(&j, "kind", "LintReport");
	summary(&j, r);
	json_key(&j, "checksSkipped");
	json_array(&j);
	for (size_t i = 0; i < r->n_skipped; i++) {
		json_object(&j);
		json_member(&j, "code", r->skipped[i].code);
		json_member(&j, "reason", r->skipped[i].reason);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_key(&j, "findings");
	json_array(&j);
	for (size_t i = 0; i < r->findings->n; i++)
		finding(&j, &r->findings->item[i]);
	json_end_array(&j);
	json_end_object(&j);
	buf_addc(out, '\n');
}
