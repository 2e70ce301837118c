/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SARIF 2.1.0 (OASIS), with what GitHub's code scanning requires of it and within its limits: a
 * file that exceeds them is refused as a whole.
 */
#include "schema/emit/emit.h"

#include <stdio.h>
#include <string.h>

#include "schema/base/json.h"
#include "schema/base/text.h"
#include "schema/emit/line_hash.h"
#include "schema/emit/place.h"
#include "schema/emit/sarif.h"

/* GitHub's: results of a run; related locations that it keeps of one; characters of a text. */
enum { RESULTS_MAX = 25000, RELATED_MAX = 100, TEXT_MAX = 1024 };

struct sarif {
	struct json json;
	const struct lint_report *report;
	struct arena mem;
	const char **line_hash; /* of each finding; NULL: unknown */
	size_t n_result;
};

void sarif_text(struct json *j, const char *key, const char *s)
{
	struct buf out = BUF_INIT(TEXT_MAX * 8);
	size_t len = strlen(s), n = 0;

	for (size_t at = 0, from = 0; at < len; from = at) {
		if (++n == TEXT_MAX) {
			buf_adds(&out, "\xe2\x80\xa6"); /* an ellipsis */
			break;
		}
		text_utf8_next(s, len, &at);
		if (text_starts(s + from, "](")) {
			buf_addc(&out, '\\');
			n++;
		}
		buf_add(&out, s + from, at - from);
	}
	json_key(j, key);
	json_object(j);
	json_member(j, "text", buf_str(&out));
	json_end_object(j);
	buf_release(&out);
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
		sarif_text(j, "message", message);
	json_end_object(j);
}

static void related(struct json *j, const struct finding *f)
{
	if (!f->n_related)
		return;
	json_key(j, "relatedLocations");
	json_array(j);
	for (size_t i = 0; i < f->n_related && i < RELATED_MAX; i++)
		if (f->related[i].file)
			location(j, f->related[i].file, f->related[i].at, f->related[i].text);
	json_end_array(j);
}

static void change(struct json *j, const struct edit *e)
{
	json_object(j);
	uri(j, e->file);
	json_key(j, "replacements");
	json_array(j);
	json_object(j);
	region(j, "deletedRegion", e->at);
	json_key(j, "insertedContent");
	json_object(j);
	json_member(j, "text", e->text); /* as it is to be written, whatever its length */
	json_end_object(j);
	json_end_object(j);
	json_end_array(j);
	json_end_object(j);
}

/* Whole, or not at all: a part of it would be another edit. */
static void fix(struct json *j, const struct finding *f)
{
	if (!f->fix || f->n_also > RELATED_MAX)
		return;
	json_key(j, "fixes");
	json_array(j);
	json_object(j);
	sarif_text(j, "description", f->fix->title);
	json_key(j, "artifactChanges");
	json_array(j);
	change(j, f->fix);
	for (size_t i = 0; i < f->n_also; i++)
		change(j, &f->also[i]);
	json_end_array(j);
	json_end_object(j);
	json_end_array(j);
}

/* The hashes of the lines of all findings, in one pass over each file. */
static void hash_lines(struct sarif *s)
{
	const struct lint_report *r = s->report;
	const struct findings *fs = r->findings;
	struct line_hashes h = { 0 };
	char one[LINE_HASH];

	s->line_hash = arena_array(&s->mem, fs->n, sizeof(*s->line_hash));
	for (size_t i = 0; i < fs->n && r->sources; i++) {
		const struct finding *f = &fs->item[i];
		if (!f->file || !f->at.line)
			continue;
		if (i == 0 || !text_eq(fs->item[i - 1].file, f->file) || !h.n) {
			size_t len = 0;
			const char *bytes = r->sources->text(r->sources->self, f->file, &len);
			line_hashes_free(&h);
			if (bytes)
				line_hashes_of(bytes, len, &h);
		}
		s->line_hash[i] = arena_strdup(&s->mem, line_hash_text(&h, f->at.line, one));
	}
	line_hashes_free(&h);
}

static void fingerprints(struct sarif *s, size_t i)
{
	const char *line = s->line_hash[i];
	char hex[SHA256_HEX], whole[16 + sizeof(":1")];

	place_fingerprint(s->report->findings, i, hex);
	if (!line || !*line) { /* GitHub knows alerts again by nothing else */
		snprintf(whole, sizeof(whole), "%.16s:1", hex);
		line = whole;
	}
	json_key(&s->json, "partialFingerprints");
	json_object(&s->json);
	json_member(&s->json, "primaryLocationLineHash", line);
	json_member(&s->json, "apnsctl/v1", hex);
	json_end_object(&s->json);
}

static void result(struct sarif *s, size_t i)
{
	const struct finding *f = &s->report->findings->item[i];
	struct json *j = &s->json;
	size_t n_rule;
	char id[RULE_ID];

	json_object(j);
	json_member(j, "ruleId", place_rule_id(f->rule, id));
	json_member_int(j, "ruleIndex", f->rule - rules_all(&n_rule));
	json_member(j, "level", level_name(f->level));
	sarif_text(j, "message", *f->message ? f->message : f->rule->title); /* none is refused */
	json_key(j, "locations");
	json_array(j);
	location(j, place_file(s->report, f), f->at, NULL);
	json_end_array(j);
	related(j, f);
	fingerprints(s, i);
	fix(j, f);
	json_end_object(j);
}

/* By severity, so that the limit cuts the least of them. */
static void results(struct sarif *s)
{
	const struct findings *fs = s->report->findings;

	json_key(&s->json, "results");
	json_array(&s->json);
	for (int level = LEVEL_ERROR; level >= LEVEL_NOTE; level--)
		for (size_t i = 0; i < fs->n && s->n_result < RESULTS_MAX; i++)
			if ((int)fs->item[i].level == level) {
				result(s, i);
				s->n_result++;
			}
	json_end_array(&s->json);
}

static void notification(struct json *j, const char *id, const char *message)
{
	json_object(j);
	json_key(j, "descriptor");
	json_object(j);
	json_member(j, "id", id);
	json_end_object(j);
	json_member(j, "level", "note");
	sarif_text(j, "message", message);
	json_end_object(j);
}

/* That lint ran to its end, which checks were skipped, what was left out. */
static void invocation(struct sarif *s)
{
	const struct lint_report *r = s->report;
	struct json *j = &s->json;

	json_key(j, "invocations");
	json_array(j);
	json_object(j);
	json_member_bool(j, "executionSuccessful", true);
	json_key(j, "toolExecutionNotifications");
	json_array(j);
	for (size_t i = 0; i < r->n_skipped; i++)
		notification(j, r->skipped[i].code, r->skipped[i].reason);
	if (r->findings->n > RESULTS_MAX)
		notification(j, "too-many-results",
			     arena_printf(&s->mem, "%zu findings are not listed.",
					  r->findings->n - RESULTS_MAX));
	json_end_array(j);
	json_end_object(j);
	json_end_array(j);
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
		sarif_rule(j, &rules[i]);
	json_end_array(j);
	json_end_object(j);
	json_end_object(j);
}

void emit_lint_sarif(struct buf *out, const struct lint_report *r, const char *version)
{
	struct sarif s = { .json = JSON_INIT(out, false), .report = r, .mem = ARENA_INIT };

	hash_lines(&s);
	json_object(&s.json);
	json_member(&s.json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	json_member(&s.json, "version", "2.1.0");
	json_key(&s.json, "runs");
	json_array(&s.json);
	json_object(&s.json);
	driver(&s.json, version);
	invocation(&s);
	json_member(&s.json, "columnKind", "unicodeCodePoints");
	results(&s);
	json_end_object(&s.json);
	json_end_array(&s.json);
	json_end_object(&s.json);
	buf_addc(out, '\n');
	arena_release(&s.mem);
}
