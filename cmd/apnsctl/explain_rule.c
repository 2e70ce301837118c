/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd/apnsctl/explain.h"
#include "schema/base/text.h"
#include "schema/emit/rule_page.h"
#include "schema/rule/pages.h"

static const struct rule *find_rule(const char *word)
{
	if (!strncasecmp(word, "APN", 3) && isdigit((unsigned char)word[3]))
		return rule_of((unsigned)strtoul(word + 3, NULL, 10));
	return rule_by_name(word, strlen(word));
}

static void add_example(struct sheet *s, const struct rule_example *x, const char *key,
			const char *label)
{
	sheet_add(s, key, label, x->yaml);
	sheet_add(s, arena_printf(s->mem, "%sFiles", key), x->yaml ? "with" : label, x->files);
}

static void add_page(struct sheet *s, const struct rule_page *p)
{
	sheet_add(s, "why", "why", p->why);
	sheet_add(s, "toldBy", "told by", rule_page_command(p));
	sheet_add(s, "file", "example", p->file ? p->file : RULE_PAGE_FILE);
	add_example(s, &p->before, "before", "before");
	add_example(s, &p->bad, "bad", "breaks the rule");
	sheet_add(s, "also", "and breaks", p->also);
	add_example(s, &p->good, "good", "keeps the rule");
	sheet_add(s, "source", "more", p->source);
}

static void add_rule(struct explanation *x, const struct rule *r)
{
	const struct rule_page *p = rule_page(r->code);
	struct sheet *s = explain_sheet(x, arena_printf(&x->mem, "APN%04u %s", r->code, r->name));

	sheet_add(s, "title", "rule", r->title);
	sheet_add(s, "level", "level", level_name(r->level));
	sheet_add(s, "stops", "stops", rule_stops(r));
	if (rule_can_be_ignored(r->code))
		sheet_add(s, "ignore", "ignored with",
			  arena_printf(&x->mem, "# apnsctl:ignore APN%04u -- reason", r->code));
	if (p)
		add_page(s, p);
}

static void add_surroundings(struct explanation *x)
{
	struct sheet *s = explain_sheet(x, "the files around the examples of the rules");

	for (const struct page_file *f = rule_page_files(); f->path; f++)
		sheet_add(s, f->path, f->path, f->text);
}

bool explain_rule(struct explanation *x, const char *word)
{
	const struct rule *r = find_rule(word);

	if (r)
		add_rule(x, r);
	else if (text_eq(word, "examples"))
		add_surroundings(x);
	else
		return false;
	return true;
}

bool explain_rule_page(struct buf *out, const char *word)
{
	const struct rule *r = find_rule(word);

	if (r)
		emit_rule_page(out, r);
	else if (text_eq(word, "examples"))
		emit_rule_surroundings(out);
	else
		return false;
	return true;
}
