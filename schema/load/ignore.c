/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/load/ignore.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/lookalike.h"
#include "schema/base/text.h"
#include "schema/yaml/comment.h"
#include "schema/yaml/problem.h"
#include "schema/yaml/scan.h"

#define WORD "ignore"
#define FORM "\"# apnsctl:ignore APN3004 -- reason\""

enum { CODES_MAX = 16 }; /* of a comment */

struct reader {
	const char *path;
	const struct yaml_comment *comment;
	struct arena *mem;
	struct findings *fs;
	struct ignores *out;
	size_t first; /* of this comment in `out` */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

/* The place of bytes of the comment's text. */
static struct span place_of(const struct reader *r, const char *from, size_t len)
{
	const struct yaml_comment *c = r->comment;
	uint32_t col = c->word_col + yaml_columns(c->text, (size_t)(from - c->text));

	return (struct span){ c->at.line, col, c->at.line, col + yaml_columns(from, len) };
}

static void tell_comment(const struct reader *r, const char *text)
{
	finding_add(r->fs, RULE_BAD_IGNORE, r->path, r->comment->at, "%s", text);
}

/* The number of "APN3004"; 0: it is written otherwise. */
static unsigned code_of(const char *s, size_t len)
{
	unsigned code = 0;

	if (len != 7 || !text_starts(s, "APN"))
		return 0;
	for (size_t i = 3; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return 0;
		code = code * 10 + (unsigned)(s[i] - '0');
	}
	return code;
}

static void read_code(struct reader *r, const char *s, size_t len)
{
	struct span at = place_of(r, s, len);
	const struct rule *rule = rule_of(code_of(s, len)), *named = rule_by_name(s, len);

	if (named && rule_can_be_ignored(named->code)) {
		const char *code = arena_printf(r->fs->mem, "APN%u", named->code);
		finding_suggest(r->fs,
				finding_add(r->fs, RULE_BAD_IGNORE, r->path, at,
					    "an ignore names rules by their codes; %s is %s",
					    named->name, code),
				at, code, "write the code");
		return;
	}
	rule = rule ? rule : named;
	if (!rule) {
		finding_add(r->fs, RULE_BAD_IGNORE, r->path, at,
			    "there is no rule %s; an ignore is written like " FORM,
			    yaml_quote(r->fs->mem, s, len));
		return;
	}
	if (!rule_can_be_ignored(rule->code)) {
		finding_add(r->fs, RULE_BAD_IGNORE, r->path, at,
			    "APN%u %s is no matter of judgement and can not be ignored; mend what "
			    "it tells, and take it out here",
			    rule->code, rule->name);
		return;
	}
	struct ignore *i = arena_push(r->mem, &r->out->item, &r->out->n, &r->out->cap, sizeof(*i));
	*i = (struct ignore){ .file = r->path,
			      .line = r->comment->line,
			      .code = rule->code,
			      .at = at,
			      .cut = r->comment->cut };
}

/* The codes up to `end`; false when they are too many. */
static bool read_codes(struct reader *r, const char *s, const char *end)
{
	size_t n = 0;

	do {
		size_t whole =
		    strcspn(s, ",") < (size_t)(end - s) ? strcspn(s, ",") : (size_t)(end - s);
		const char *next = s + whole, *from = skip_blanks(s), *to = next;
		if (++n > CODES_MAX)
			return false;
		while (to > from && is_blank(to[-1]))
			to--;
		if (to > from)
			read_code(r, from, (size_t)(to - from));
		else
			tell_comment(r, "this ignore lacks a code; write it like " FORM);
		s = next + 1;
	} while (s <= end && s[-1] == ',');
	if (n == 1 && r->out->n > r->first)
		r->out->item[r->first].is_only = true;
	return true;
}

/* The "--" with blanks around it, or at the end; NULL: there is none. */
static const char *find_dashes(const char *s)
{
	for (const char *at = s; (at = strstr(at, "--")); at += 2)
		if (at > s && is_blank(at[-1]) && (!at[2] || is_blank(at[2])))
			return at;
	return NULL;
}

/* The rule that a text starts with, by its code or its name; `*end` is behind it. */
static const struct rule *leading_rule(const char *s, const char **end)
{
	size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz-APN0123456789");

	if (code_of(s, len < 7 ? len : 7))
		len = 7;
	while (len && s[len - 1] == '-')
		len--;
	*end = s + len;
	const struct rule *rule = rule_of(code_of(s, len));
	return rule ? rule : rule_by_name(s, len);
}

/* Behind what people write where " -- " belongs: blanks, a colon, a comma, any sort of dash. */
static const char *skip_separator(const char *s)
{
	size_t len = strlen(s), at = 0;

	for (size_t next = 0; next < len; at = next) {
		int32_t c = text_utf8_next(s, len, &next);
		if (c != ' ' && c != '\t' && c != ':' && c != ',' && c != '-' &&
		    lookalike_of(c) != '-')
			break;
	}
	return s + at;
}

/* A rule and a reason, and no " -- " between them. */
static void tell_no_dashes(struct reader *r, const char *s)
{
	const char *end;
	const struct rule *rule = leading_rule(skip_blanks(s), &end);
	const char *reason = rule ? skip_separator(end) : "";

	if (!*reason || reason == end || !rule_can_be_ignored(rule->code)) {
		tell_comment(r, "this ignore has no reason; write it like " FORM);
		return;
	}
	const char *whole =
	    arena_printf(r->fs->mem, "# apnsctl:" WORD " APN%u -- %s", rule->code, reason);
	struct finding *f =
	    finding_add(r->fs, RULE_BAD_IGNORE, r->path, r->comment->at,
			"\" -- \" stands between the rule and the reason: %s", whole);
	finding_suggest(r->fs, f, r->comment->at, whole, "write it so");
}

static void read_comment(struct reader *r)
{
	const char *text = r->comment->text, *s = text + strlen(WORD);

	if (!text_starts(text, WORD) || (*s && !is_blank(*s))) {
		tell_comment(r, "a comment that starts with \"apnsctl:\" is written like " FORM);
		return;
	}
	const char *dashes = find_dashes(s);
	if (!dashes || !*skip_blanks(dashes + 2)) {
		tell_no_dashes(r, s);
		return;
	}
	r->first = r->out->n;
	if (!read_codes(r, s, dashes))
		finding_add(r->fs, RULE_BAD_IGNORE, r->path, r->comment->at,
			    "this ignore names more than %d rules; mend some of what they tell",
			    CODES_MAX);
}

void ignores_read(const char *path, const struct yaml_file *y, struct arena *mem,
		  struct findings *fs, struct ignores *out)
{
	struct arena scratch = ARENA_INIT;
	struct findings unheard = FINDINGS_INIT(&scratch);
	struct reader r = { path, NULL, mem, y->broken ? &unheard : fs, out, 0 };

	for (size_t i = 0; i < y->n_comment; i++) {
		r.comment = &y->comment[i];
		if (i == YAML_COMMENTS_MAX) {
			tell_comment(&r, "this file has more than 1000 ignores; from here on they "
					 "do not count");
			break;
		}
		read_comment(&r);
	}
	arena_release(&scratch);
}

static int cmp_u32(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

/* What decides whether a finding is meant. */
static int cmp_aim(const struct ignore *a, const struct ignore *b)
{
	int c = text_cmp(a->file, b->file);

	if (!c)
		c = cmp_u32(a->line, b->line);
	return c ? c : cmp_u32(a->code, b->code);
}

static int by_aim(const void *x, const void *y)
{
	const struct ignore *a = x, *b = y;
	int c = cmp_aim(a, b);

	if (!c)
		c = cmp_u32(a->at.line, b->at.line);
	return c ? c : cmp_u32(a->at.col, b->at.col);
}

/* The first one that means the finding; NULL: none does. */
static struct ignore *find(const struct ignores *list, const struct finding *f)
{
	struct ignore wanted = { .file = f->file, .line = f->at.line, .code = f->rule->code };
	size_t from = 0;

	for (size_t to = list->n; from < to;) {
		size_t mid = from + (to - from) / 2;
		if (cmp_aim(&list->item[mid], &wanted) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from < list->n && !cmp_aim(&list->item[from], &wanted) ? &list->item[from] : NULL;
}

static bool is_told(void *arg, const struct finding *f)
{
	struct ignore *i = f->level == LEVEL_ERROR || !f->at.line ? NULL : find(arg, f);

	if (i)
		i->n_used++;
	return !i;
}

void ignores_apply(struct ignores *list, struct findings *fs)
{
	if (!list->n)
		return;
	qsort(list->item, list->n, sizeof(*list->item), by_aim);
	findings_keep(fs, is_told, list);
}

void ignores_add(struct ignores *to, struct arena *mem, const struct ignores *from, bool is_quiet)
{
	const char *file = NULL;

	for (size_t i = 0; i < from->n; i++) {
		struct ignore *x = arena_push(mem, &to->item, &to->n, &to->cap, sizeof(*x));
		*x = from->item[i];
		if (!text_eq(file, x->file))
			file = arena_strdup(mem, x->file);
		x->file = file;
		x->is_quiet = is_quiet;
	}
}

static void tell_unused(const struct ignore *i, struct findings *fs)
{
	struct finding *f;

	if (i->line)
		f = finding_add(fs, RULE_UNUSED_IGNORE, i->file, i->at,
				"nothing in %s breaks APN%u; take the ignore out",
				i->line == i->at.line ? "this line" : "the line below", i->code);
	else
		f = finding_add(fs, RULE_UNUSED_IGNORE, i->file, i->at,
				"no line is below this ignore; take it out, or put it above the "
				"line that it means");
	if (i->is_only)
		finding_suggest(fs, f, i->cut, "", "take the ignore out");
}

void ignores_tell_unused(const struct ignores *list, struct findings *fs)
{
	for (size_t i = 0; i < list->n; i++)
		if (!list->item[i].n_used && !list->item[i].is_quiet)
			tell_unused(&list->item[i], fs);
}
