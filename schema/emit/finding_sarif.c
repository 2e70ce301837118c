/* SPDX-License-Identifier: Apache-2.0 */
/* SARIF 2.1.0 (OASIS), with what GitHub code scanning requires of it. */
#include "schema/emit/emit.h"

#include "schema/base/json.h"
#include "schema/base/text.h"
#include "schema/emit/place.h"

static void text(struct json *j, const char *key, const char *s)
{
	json_key(j, key);
	json_object(j);
	json_member(j, "text", s);
	json_end_object(j);
}

/* A relative path as a URI reference. */
static void uri(struct json *j, const char *path)
{
	struct buf out = BUF_INIT(1 << 16);

	text_escape_url(&out, path);
	json_key(j, "artifactLocation");
	json_object(j);
	json_member(j, "uri", buf_str(&out));
	json_end_object(j);
	buf_release(&out);
}

static void region(struct json *j, const char *key, struct span at)
{
	json_key(j, key);
	json_object(j);
	json_member_int(j, "startLine", at.line);
	json_member_int(j, "startColumn", at.col);
	json_member_int(j, "endLine", at.end_line);
	json_member_int(j, "endColumn", at.end_col);
	json_end_object(j);
}

/* One location; `message`: what is there, NULL for the finding's own. */
static void location(struct json *j, const char *file, struct span at, const char *message)
{
	json_object(j);
	json_key(j, "physicalLocation");
	json_object(j);
	uri(j, file);
	if (at.line)
		region(j, "region", at);
	json_end_object(j);
	if (message)
		text(j, "message", message);
	json_end_object(j);
}

static void related(struct json *j, const struct finding *f)
{
	if (!f->n_related)
		return;
	json_key(j, "relatedLocations");
	json_array(j);
	for (size_t i = 0; i < f->n_related; i++)
		if (f->related[i].file)
			location(j, f->related[i].file, f->related[i].at, f->related[i].text);
	json_end_array(j);
}

static void fix(struct json *j, const struct edit *e)
{
	if (!e)
		return;
	json_key(j, "fixes");
	json_array(j);
	json_object(j);
	text(j, "description", e->title);
	json_key(j, "artifactChanges");
	json_array(j);
	json_object(j);
	uri(j, e->file);
	json_key(j, "replacements");
	json_array(j);
	json_object(j);
	region(j, "deletedRegion", e->at);
	text(j, "insertedContent", e->text);
	json_end_object(j);
	json_end_array(j);
	json_end_object(j);
	json_end_array(j);
	json_end_object(j);
	json_end_array(j);
}

static void result(struct json *j, const struct findings *fs, size_t i)
{
	const struct finding *f = &fs->item[i];
	size_t n_rule;
	char id[RULE_ID], hex[SHA256_HEX];

	json_object(j);
	json_member(j, "ruleId", place_rule_id(f->rule, id));
	json_member_int(j, "ruleIndex", f->rule - rules_all(&n_rule));
	json_member(j, "level", level_name(f->level));
	text(j, "message", f->message);
	json_key(j, "locations");
	json_array(j);
	/* A place is required: what concerns no single file concerns the Organization's. */
	location(j, f->file ? f->file : "organization.yaml", f->at, NULL);
	json_end_array(j);
	related(j, f);
	json_key(j, "partialFingerprints");
	json_object(j);
	place_fingerprint(fs, i, hex);
	json_member(j, "apnsctl/v1", hex);
	json_end_object(j);
	fix(j, f->fix);
	json_end_object(j);
}

static void rule(struct json *j, const struct rule *r)
{
	struct buf help = BUF_INIT(512);
	char id[RULE_ID];

	place_rule_id(r, id);
	buf_addf(&help, "%s `apnsctl explain %s` tells more.", r->title, id);
	json_object(j);
	json_member(j, "id", id);
	json_member(j, "name", r->name);
	text(j, "shortDescription", r->title);
	text(j, "fullDescription", r->title);
	text(j, "help", buf_str(&help));
	json_key(j, "defaultConfiguration");
	json_object(j);
	json_member(j, "level", level_name(r->level));
	json_end_object(j);
	json_end_object(j);
	buf_release(&help);
}

static void driver(struct json *j, const char *version)
{
	size_t n;
	const struct rule *rules = rules_all(&n);

	json_key(j, "tool");
	json_object(j);
	json_key(j, "driver");
	json_object(j);
	json_member(j, "name", "apnsctl");
	json_member_opt(j, "semanticVersion", version);
	json_key(j, "rules");
	json_array(j);
	for (size_t i = 0; i < n; i++)
		rule(j, &rules[i]);
	json_end_array(j);
	json_end_object(j);
	json_end_object(j);
}

void emit_lint_sarif(struct buf *out, const struct lint_report *r, const char *version)
{
	struct json j = JSON_INIT(out, false);

	json_object(&j);
	json_member(&j, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	json_member(&j, "version", "2.1.0");
	json_key(&j, "runs");
	json_array(&j);
	json_object(&j);
	driver(&j, version);
	json_member(&j, "columnKind", "unicodeCodePoints");
	json_key(&j, "results");
	json_array(&j);
	for (size_t i = 0; i < r->findings->n; i++)
		result(&j, r->findings, i);
	json_end_array(&j);
	json_end_object(&j);
	json_end_array(&j);
	json_end_object(&j);
	buf_addc(out, '\n');
}
