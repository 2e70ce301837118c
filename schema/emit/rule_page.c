/* SPDX-License-Identifier: Apache-2.0 */
/* The page of a rule, in Markdown: for docs/rules, and beside an alert of code scanning. */
#include "schema/emit/rule_page.h"

#include <string.h>

#include "schema/base/text.h"
#include "schema/emit/emit.h"
#include "schema/emit/place.h"
#include "schema/rule/pages.h"

const char *rule_stops(const struct rule *r)
{
	const struct rule_page *p = rule_page(r->code);

	if (p && p->stops)
		return p->stops;
	if (r->stop == STOP_QUARANTINE)
		return "nothing new is written for the tenant until it is mended; its certificates "
		       "are still watched, and renewed as long as their topic stays";
	if (r->stop == STOP_CREATE)
		return "no first certificate is requested until it is mended";
	return r->level == LEVEL_ERROR ? "no run; `apnsctl lint` fails, so that a pull request can "
					 "be held"
				       : "nothing: lint tells it, and the controller goes on";
}

/* Sentences of the tables: their backticks are code, and nothing is a tag of HTML. */
static void prose(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '&' || *s == '<')
			buf_adds(out, *s == '&' ? "&amp;" : "&lt;");
		else
			buf_addc(out, *s);
	}
}

/* A fenced block; what can not be seen is spelled out. */
static void block(struct buf *out, const char *language, const char *text)
{
	buf_addf(out, "\n```%s\n", language);
	while (*text) {
		size_t n = strcspn(text, "\n");
		text_escape_terminal(out, text, n);
		buf_addc(out, '\n');
		text += n + (text[n] == '\n');
	}
	buf_adds(out, "```\n");
}

static void example(struct buf *out, const char *title, const struct rule_page *p,
		    const struct rule_example *x)
{
	const char *file = p->file ? p->file : RULE_PAGE_FILE;

	if (x->yaml) {
		buf_addf(out, "\n%s, in `%s`:\n", title, file);
		block(out, "yaml", x->yaml);
	}
	if (x->files) {
		buf_addf(out, "\n%s:\n", x->yaml ? "With" : title);
		block(out, "text", x->files);
	}
}

static void page(struct buf *out, const struct rule_page *p)
{
	buf_addc(out, '\n');
	prose(out, p->why);
	buf_addf(out, "\n\nTold by `%s`.\n", rule_page_command(p));
	example(out, "Before", p, &p->before);
	example(out, "Breaks the rule", p, &p->bad);
	if (p->also)
		buf_addf(out, "\nThis breaks %s as well.\n", p->also);
	example(out, "Keeps it", p, &p->good);
	if (p->source) {
		buf_adds(out, "\nMore: ");
		prose(out, p->source);
		buf_addc(out, '\n');
	}
}

void emit_rule_help(struct buf *out, const struct rule *r)
{
	const struct rule_page *p = rule_page(r->code);
	char id[RULE_ID];

	prose(out, r->title);
	buf_addf(out, "\n\nLevel: **%s**. What stops: ", level_name(r->level));
	prose(out, rule_stops(r));
	buf_adds(out, ".\n");
	if (rule_can_be_ignored(r->code))
		buf_addf(out, "\nIgnored with `# apnsctl:ignore %s -- reason`.\n",
			 place_rule_id(r, id));
	if (p)
		page(out, p);
}

void emit_rule_page(struct buf *out, const struct rule *r)
{
	char id[RULE_ID];

	place_rule_id(r, id);
	buf_addf(out,
		 "<!-- Written by `apnsctl explain %s --format markdown`: `make docs` writes it "
		 "again. -->\n# %s %s\n\n",
		 id, id, r->name);
	emit_rule_help(out, r);
	buf_adds(out, "\nThe examples stand among [these files](README.md#the-files-around).\n");
}

void emit_rule_surroundings(struct buf *out)
{
	for (const struct page_file *f = rule_page_files(); f->path; f++) {
		buf_addf(out, "\n`%s`:\n", f->path);
		block(out, "yaml", f->text);
	}
}
