/* SPDX-License-Identifier: Apache-2.0 */
/* explain: what a word means that stands in a report, a manifest, a portal or a mail. */
#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/explain.h"
#include "cmd/apnsctl/match.h"
#include "cmd/apnsctl/object.h"
#include "schema/base/text.h"

enum { OUTPUT_MAX = 64 << 20 };

struct sheet *explain_sheet(struct explanation *x, const char *subject)
{
	struct sheet *s = arena_push(&x->mem, &x->sheet, &x->n, &x->cap, sizeof(*s));

	*s = (struct sheet){ .mem = &x->mem, .subject = subject };
	return s;
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Hex digits with or without colons, as every viewer spells a serial: here upper case, without. */
static const char *serial_of(const char *word, struct arena *mem)
{
	char *out = arena_strdup(mem, word), *to = out;

	for (const char *c = word; *c; c++) {
		if (isxdigit((unsigned char)*c))
			*to++ = (char)toupper((unsigned char)*c);
		else if (*c != ':' && *c != ' ')
			return NULL;
	}
	*to = 0;
	return strlen(out) >= 8 ? out : NULL;
}

static int explain_file(struct explanation *x, struct facts *f, const char *path, struct err *e)
{
	struct matches m = { 0 };
	char *files[] = { arena_strdup(&x->mem, path) };
	char t[TIME_TEXT];

	if (match_files(f, files, 1, &m, e))
		return -1;
	const struct match *k = &m.item[0];
	const struct cert_facts *c = &k->cert;
	struct sheet *s = explain_sheet(x, files[0]);
	sheet_add(s, "verdict", "verdict", intake_word(k->intake.verdict));
	if (k->on.kind)
		sheet_add(s, "certificate", "of", ref_text(&x->mem, &k->on));
	sheet_add(s, "customer", "customer", k->customer);
	sheet_add(s, "message", "what it is", k->intake.message);
	sheet_add(s, "remedy", "what to do", k->intake.remedy);
	sheet_add(s, "placedAt", "belongs at", k->placed_at);
	sheet_add(s, "topic", "topic", c->topic);
	sheet_add(s, "row", "row at the portal", c->row);
	sheet_add(s, "serial", "serial", c->serial);
	sheet_add(s, "issuer", "issuer", c->issuer);
	if (c->not_before != TIME_UNKNOWN)
		sheet_add(s, "notBefore", "good from", time_format(c->not_before, t));
	if (c->not_after != TIME_UNKNOWN)
		sheet_add(s, "notAfter", "good until", time_format(c->not_after, t));
	sheet_add(s, "sha256", "SHA-256", *c->sha256 ? c->sha256 : NULL);
	sheet_add(s, "spkiSha256", "SHA-256 of its key", *c->spki_sha256 ? c->spki_sha256 : NULL);
	matches_release(&m);
	return 0;
}

static bool is_yaml(const char *path)
{
	return text_ends(path, ".yaml") || text_ends(path, ".yml");
}

/* A manifest; without its repository at hand nobody knows what it defines. */
static int explain_yaml(struct explanation *x, struct facts *f, const char *path, struct err *e)
{
	const char *file = NULL;

	if (!f->repo.root || f->is_applied)
		return 1;
	if (repo_relative(&f->repo, path, &x->mem, &file, e))
		return -1;
	return explain_manifest(x, f, file, e);
}

/* By the form of the word; 1: nothing is known by it. */
static int explain_word_of(struct explanation *x, struct facts *f, const char *word, struct err *e)
{
	struct ref on;
	const char *serial = serial_of(word, &x->mem);

	if (text_starts(word, "com.apple.mgmt.") || text_starts(word, "APSP:"))
		return explain_who(x, f, EXPLAIN_TOPIC, word, e);
	if (strchr(word, '@'))
		return explain_who(x, f, EXPLAIN_ADDRESS, word, e);
	if (is_file(word))
		return is_yaml(word) ? explain_yaml(x, f, word, e) : explain_file(x, f, word, e);
	if (object_parse(word, &x->mem, &on))
		return explain_object(x, f, &on, e);
	on = (struct ref){ KIND_Tenant, NULL, word };
	int none = text_is_name(word) ? explain_object(x, f, &on, e) : 1;
	return none == 1 && serial ? explain_who(x, f, EXPLAIN_SERIAL, serial, e) : none;
}

static int print(const struct app *app, const struct explanation *x)
{
	struct buf out = BUF_INIT(OUTPUT_MAX);
	struct json j = JSON_INIT(&out, true);

	if (app->output == OUTPUT_TEXT) {
		for (size_t i = 0; i < x->n; i++) {
			if (i)
				buf_addc(&out, '\n');
			sheet_text(&x->sheet[i], &out);
		}
		return app_print(&out, 0);
	}
	json_object(&j);
	json_member(&j, "apiVersion", "apnsctl/v1");
	json_member(&j, "kind", "Explanation");
	json_key(&j, "about");
	json_array(&j);
	for (size_t i = 0; i < x->n; i++)
		sheet_json(&x->sheet[i], &j);
	json_end_array(&j);
	json_end_object(&j);
	buf_addc(&out, '\n');
	return app_print(&out, 0);
}

/* "TopicClaimed": how plan and status spell reasons and actions. */
static bool is_plan_word(const char *word)
{
	size_t upper = 0, lower = 0;

	for (const char *c = word; *c; c++) {
		upper += isupper((unsigned char)*c) != 0;
		lower += islower((unsigned char)*c) != 0;
	}
	return isupper((unsigned char)*word) && upper > 1 && lower && word[upper + lower] == 0;
}

static int not_found(struct explanation *x, struct facts *f, const char *word)
{
	const char *near = is_plan_word(word) ? NULL : explain_near(x, f, word);

	if (near)
		app_say("apnsctl: nothing is known by '%s'; did you mean %s?", app_safe(word),
			app_safe(near));
	else if (is_plan_word(word))
		app_say("apnsctl: nothing is known by '%s'; the words of plan and status are told "
			"in docs/reference.md",
			app_safe(word));
	else
		app_say("apnsctl: nothing is known by '%s'%s%s", app_safe(word),
			f->from == FACTS_NOWHERE
			    ? "; only the manifests were searched: "
			    : "; apnsctl explain --help says what can be named",
			f->from == FACTS_NOWHERE ? app_safe(f->why) : "");
	return err_exit_status(ERR_IO);
}

static int explain(struct app *app, struct explanation *x, const struct facts_options *o,
		   const char *word)
{
	struct facts f;
	struct err e = { 0 };

	if (explain_rule(x, word))
		return print(app, x);
	if (facts_open(app, o, &f, &e))
		return app_fail(&e);
	int none = explain_word_of(x, &f, word, &e), status;
	if (none < 0)
		status = app_fail(&e);
	else if (none)
		status = not_found(x, &f, word);
	else
		status = print(app, x);
	if (!none && f.from == FACTS_NOWHERE)
		app_say("apnsctl: only the manifests are told: %s", app_safe(f.why));
	facts_close(&f);
	return status;
}

/* --format; a rule alone has a page in Markdown. -1: go on with text or JSON. */
static int use_format(struct app *app, const char *format, const char *word)
{
	struct buf out = BUF_INIT(OUTPUT_MAX);

	if (text_eq(format, "json"))
		app->output = OUTPUT_JSON;
	else if (format && !text_eq(format, "text") && !text_eq(format, "markdown"))
		return app_usage("explain", "--format takes text, json or markdown, not '%s'",
				 app_safe(format));
	if (!text_eq(format, "markdown"))
		return -1;
	if (explain_rule_page(&out, word))
		return app_print(&out, 0);
	return app_usage("explain", "--format markdown is for a rule, which '%s' is not",
			 app_safe(word));
}

int cmd_explain(struct app *app, int argc, char **argv)
{
	struct facts_options o = { 0 };
	const char *format = NULL;
	const struct option_spec spec[] = {
		{ "format", "F", "text, json or markdown (of a rule: its page)", OPTION_TEXT,
		  &format },
		{ "status", "REV|DIR", "read a status branch instead of the store", OPTION_TEXT,
		  &o.status },
		{ 0 },
	};
	struct explanation x = { 0 };
	char **args;
	int status, n = app_options(app, spec, argc, argv, &args, &status);

	if (n < 0)
		return status;
	if (n != 1)
		return app_usage(argv[0],
				 "it takes one OBJECT (Kind/tenant/name), RULE (APN2003), TOPIC, "
				 "SERIAL, ADDRESS or FILE");
	if ((status = use_format(app, format, args[0])) >= 0)
		return status;
	if (is_file(args[0]))
		o.path = args[0];
	status = explain(app, &x, &o, args[0]);
	arena_release(&x.mem);
	return status;
}
