/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/emit/sarif.h"

#include "schema/emit/place.h"
#include "schema/emit/rule_page.h"
#include "schema/rule/pages.h"

static void help(struct json *j, const struct rule *r, const char *id)
{
	const struct rule_page *p = rule_page(r->code);
	struct buf plain = BUF_INIT(1 << 14), page = BUF_INIT(1 << 16);

	buf_addf(&plain, "%s%s%s `apnsctl explain %s` tells more.", r->title, p ? " " : "",
		 p ? p->why : "", id);
	emit_rule_help(&page, r);
	json_key(j, "help");
	json_object(j);
	json_member(j, "text", buf_str(&plain));
	json_member(j, "markdown", buf_str(&page));
	json_end_object(j);
	buf_release(&plain);
	buf_release(&page);
}

void sarif_rule(struct json *j, const struct rule *r)
{
	/* The words by which GitHub filters alerts. */
	static const char *const severities[] = { [LEVEL_NOTE] = "recommendation",
						  [LEVEL_WARNING] = "warning",
						  [LEVEL_ERROR] = "error" };
	char id[RULE_ID];

	json_object(j);
	json_member(j, "id", place_rule_id(r, id));
	json_member(j, "name", r->name);
	sarif_text(j, "shortDescription", r->title);
	sarif_text(j, "fullDescription", r->title);
	help(j, r, id);
	json_key(j, "defaultConfiguration");
	json_object(j);
	json_member(j, "level", level_name(r->level));
	json_end_object(j);
	json_key(j, "properties");
	json_object(j);
	json_member(j, "precision", "very-high");
	json_member(j, "problem.severity", severities[r->level]);
	json_end_object(j);
	json_end_object(j);
}
