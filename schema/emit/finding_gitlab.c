/* SPDX-License-Identifier: Apache-2.0 */
/* GitLab, "Code Quality": the subset of Code Climate that GitLab reads. */
#include "schema/emit/emit.h"

#include "schema/base/json.h"
#include "schema/emit/place.h"

static void finding(struct json *j, const struct lint_report *r, size_t i)
{
	static const char *const severities[] = {
		[LEVEL_NOTE] = "info", [LEVEL_WARNING] = "minor", [LEVEL_ERROR] = "major"
	};
	const struct finding *f = &r->findings->item[i];
	char id[RULE_ID], hex[SHA256_HEX];

	json_object(j);
	json_member(j, "description", f->message);
	json_member(j, "check_name", place_rule_id(f->rule, id));
	place_fingerprint(r->findings, i, hex);
	json_member(j, "fingerprint", hex);
	json_member(j, "severity", severities[f->level]);
	json_key(j, "location");
	json_object(j);
	json_member(j, "path", place_file(r, f));
	json_key(j, "lines");
	json_object(j);
	json_member_int(j, "begin", f->at.line ? f->at.line : 1);
	json_end_object(j);
	json_end_object(j);
	json_end_object(j);
}

void emit_lint_gitlab(struct buf *out, const struct lint_report *r)
{
	struct json j = JSON_INIT(out, true);

	json_array(&j);
	for (size_t i = 0; i < r->findings->n; i++)
		finding(&j, r, i);
	json_end_array(&j);
	buf_addc(out, '\n');
}
