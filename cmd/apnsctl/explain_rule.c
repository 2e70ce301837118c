/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd/apnsctl/explain.h"
#include "schema/base/text.h"
#include "schema/rule/pages.h"

#define EXAMPLE_FILE "tenants/acme/example.yaml"

static const struct rule *find_rule(const char *word)
{
	if (!strncasecmp(word, "APN", 3) && isdigit((unsigned char)word[3]))
		return rule_of((unsigned)strtoul(word + 3, NULL, 10));
	return rule_by_name(word, strlen(word));
}

static const char *stops(enum rule_stop s)
{
	if (s == STOP_QUARANTINE)
		return "nothing is written for the tenant until it is mended; observation, bands "
		       "and "
		       "renewals of an unchanged pin go on";
	return s == STOP_CREATE ? "no first certificate is requested until it is mended"
				: "nothing: lint tells it, and the controller goes on";
}

static void add_page(struct sheet *s, const struct rule_page *p)
{
	const char *file = p->file ? p->file : EXAMPLE_FILE;

	sheet_add(s, "why", "why", p->why);
	if (p->bad) {
		sheet_add(s, "file", "example", file);
		sheet_add(s, "base", "before", rule_page_base(p->code));
		sheet_add(s, "bad", "breaks the rule", p->bad);
	}
	if (p->good)
		sheet_add(s, "good", "keeps the rule", p->good);
	sheet_add(s, "source", "more", p->source);
}

bool explain_rule(struct explanation *x, const char *word)
{
	const struct rule *r = find_rule(word);

	if (!r)
		return false;
	const struct rule_page *p = rule_page(r->code);
	struct sheet *s = explain_sheet(x, arena_printf(&x->mem, "APN%04u %s", r->code, r->name));
	sheet_add(s, "title", "rule", r->title);
	sheet_add(s, "level", "level", level_name(r->level));
	sheet_add(s, "stops", "stops", stops(r->stop));
	if (rule_can_be_ignored(r->code))
		sheet_add(s, "ignore", "ignored with",
			  arena_printf(&x->mem, "# apnsctl:ignore APN%04u -- reason", r->code));
	if (p)
		add_page(s, p);
	return true;
}
