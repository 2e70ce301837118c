/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/base/token.h"

static const struct rule rules[] = {
#define RULE(code, id, level, stop, name, title) { code, LEVEL_##level, STOP_##stop, name, title },
#include "schema/base/rules.def"
#undef RULE
};

const char *level_name(enum level level)
{
	static const char *const names[] = {
		[LEVEL_NOTE] = "note", [LEVEL_WARNING] = "warning", [LEVEL_ERROR] = "error"
	};
	return names[level];
}

const struct rule *rules_all(size_t *n)
{
	*n = sizeof(rules) / sizeof(rules[0]);
	return rules;
}

static int by_code(const void *key, const void *row)
{
	unsigned code = *(const unsigned *)key;
	unsigned other = ((const struct rule *)row)->code;

	return code < other ? -1 : code > other;
}

const struct rule *rule_of(unsigned code)
{
	return bsearch(&code, rules, sizeof(rules) / sizeof(rules[0]), sizeof(rules[0]), by_code);
}

const struct rule *rule_by_name(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strlen(rules[i].name) == len && memcmp(rules[i].name, name, len) == 0)
			return &rules[i];
	return NULL;
}

enum rule_family rule_family(const struct rule *r)
{
	return (enum rule_family)(r->code / 1000);
}

bool rule_can_be_ignored(unsigned code)
{
	switch (code) {
#define RULE(code, id, level, stop, name, title)
#define IGNORABLE(id) case RULE_##id:
#include "schema/base/rules.def"
#undef RULE
		return true;
	default:
		return false;
	}
}

static struct finding *push(struct findings *fs, enum rule_code code, enum level level,
			    const char *file)
{
	struct finding *f = arena_push(fs->mem, &fs->item, &fs->n, &fs->cap, sizeof(*f));

	f->rule = rule_of(code);
	f->level = level;
	f->file = file;
	fs->n_level[level]++;
	return f;
}

static bool is_listed(const struct findings *fs, const struct finding *f)
{
	return f >= fs->item && f < fs->item + fs->n;
}

/* What counts those that were left out last; NULL: none was. */
static struct finding *count_line(struct findings *fs)
{
	if (fs->n_rest)
		return &fs->item[fs->rest_at];
	return fs->n_left_out ? &fs->item[fs->from + FINDINGS_PER_FILE - 1] : NULL;
}

void finding_set_level(struct findings *fs, struct finding *f, enum level level)
{
	struct finding *line = f == &fs->dummy ? count_line(fs) : NULL;

	if (line && level > line->level)
		finding_set_level(fs, line, level);
	if (is_listed(fs, f)) {
		fs->n_level[f->level]--;
		fs->n_level[level]++;
	}
	f->level = level;
}

enum { LEFT_OUT_BYTES = 96 };

static void enter_file(struct findings *fs, const char *file)
{
	if (text_eq(file, fs->last_file))
		return;
	fs->last_file = file;
	fs->from = fs->n;
	fs->n_left_out = fs->n_here = 0;
}

/* The last place of a file that has had its share. */
static void leave_out(struct findings *fs, enum level level)
{
	if (!fs->n_left_out) {
		struct finding *last = push(fs, RULE_TOO_MANY_FINDINGS, level, fs->last_file);
		fs->left_out = arena_alloc(fs->mem, LEFT_OUT_BYTES);
		last->message = fs->left_out;
	}
	struct finding *last = &fs->item[fs->from + FINDINGS_PER_FILE - 1];
	if (level > last->level)
		finding_set_level(fs, last, level);
	if (++fs->n_left_out == 1)
		snprintf(fs->left_out, LEFT_OUT_BYTES,
			 "This file has more findings; mend these first and run again.");
	else
		snprintf(fs->left_out, LEFT_OUT_BYTES,
			 "This file has at least %zu more findings; mend these first and run "
			 "again.",
			 fs->n_left_out);
}

/* The listed one of the present file that says least; its share is used up. */
static size_t weakest(const struct findings *fs)
{
	size_t w = fs->from;

	for (size_t i = w; i < fs->from + FINDINGS_PER_FILE - 1; i++)
		if (fs->item[i].level < fs->item[w].level)
			w = i;
	return w;
}

static bool has_room(const struct findings *fs)
{
	return fs->n - fs->from < FINDINGS_PER_FILE - 1;
}

static struct finding *dummy(struct findings *fs, enum rule_code code)
{
	fs->dummy = (struct finding){ .rule = rule_of(code), .level = LEVEL_NOTE };
	return &fs->dummy;
}

/* Another one in the place of `f`. */
static struct finding *put(struct findings *fs, struct finding *f, enum rule_code code,
			   enum level level, const char *file)
{
	finding_set_level(fs, f, level);
	*f = (struct finding){ .rule = rule_of(code), .level = level, .file = file };
	return f;
}

/* So that no error hides behind notes. */
static struct finding *replace(struct findings *fs, enum rule_code code, enum level level,
			       const char *file)
{
	size_t w = weakest(fs);
	bool worse = level > fs->item[w].level;

	leave_out(fs, worse ? fs->item[w].level : level);
	return worse ? put(fs, &fs->item[w], code, level, file) : dummy(fs, code);
}

/* FINDINGS_MAX are listed, or would be with the one that counts the rest. */
static bool is_full(const struct findings *fs)
{
	return fs->n + !fs->rest >= FINDINGS_MAX;
}

static void count_rest(struct findings *fs, size_t n, enum level level)
{
	if (!fs->rest) {
		fs->rest = arena_alloc(fs->mem, LEFT_OUT_BYTES);
		fs->rest_at = fs->n;
		push(fs, RULE_TOO_MANY_FINDINGS, level, NULL)->message = fs->rest;
	}
	struct finding *line = &fs->item[fs->rest_at];
	if (level > line->level)
		finding_set_level(fs, line, level);
	fs->n_rest += n;
	snprintf(fs->rest, LEFT_OUT_BYTES,
		 "There are at least %zu more findings; mend these first and run again.",
		 fs->n_rest);
}

/* The first listed one that is weaker than `level`; NULL: none is. */
static struct finding *weaker(struct findings *fs, enum level level)
{
	for (; fs->weakest < level; fs->weakest++, fs->weakest_at = 0)
		for (; fs->weakest_at < fs->n; fs->weakest_at++)
			if (fs->item[fs->weakest_at].level == fs->weakest &&
			    !(fs->rest && fs->weakest_at == fs->rest_at))
				return &fs->item[fs->weakest_at];
	return NULL;
}

/* The place of a weaker one in a list that is full; NULL: there is none. */
static struct finding *place_of_weaker(struct findings *fs, enum rule_code code, enum level level,
				       const char *file)
{
	struct finding *f =
	    fs->n_here < FINDINGS_PER_FILE - 1 ? weaker(fs, level) : NULL;

	count_rest(fs, 1, f ? f->level : level);
	fs->n_here += f != NULL;
	return f ? put(fs, f, code, level, file) : NULL;
}

static struct finding *take(struct findings *fs, enum rule_code code, enum level level,
			    const char *file)
{
	struct finding *f;

	enter_file(fs, file);
	if (is_full(fs)) {
		f = place_of_weaker(fs, code, level, file);
		return f ? f : dummy(fs, code);
	}
	return has_room(fs) ? push(fs, code, level, file) : replace(fs, code, level, file);
}

bool findings_full(const struct findings *fs, const char *file)
{
	if (!text_eq(file, fs->last_file))
		return false;
	if (fs->n_rest && (fs->n_here >= FINDINGS_PER_FILE - 1 || fs->weakest == LEVEL_ERROR))
		return true;
	return fs->n_left_out && !fs->n_rest && fs->item[weakest(fs)].level == LEVEL_ERROR;
}

/* A text may quote what somebody wrote. */
static const char *text_of(struct findings *fs, const char *fmt, va_list ap, bool *masked)
{
	char *text = arena_vprintf(fs->mem, fmt, ap);

	*masked = token_mask(text, strlen(text));
	return text;
}

static struct finding *add(struct findings *fs, enum rule_code code, enum level level,
			   const char *file, struct span at, const char *fmt, va_list ap)
{
	struct finding *f = take(fs, code, level, file);

	if (f == &fs->dummy)
		return f;
	f->at = at;
	f->message = text_of(fs, fmt, ap, &f->hides_secret);
	return f;
}

struct finding *finding_add(struct findings *fs, enum rule_code code, const char *file,
			    struct span at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	struct finding *f = add(fs, code, rule_of(code)->level, file, at, fmt, ap);
	va_end(ap);
	return f;
}

struct finding *finding_add_as(struct findings *fs, enum rule_code code, enum level level,
			       const char *file, struct span at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	struct finding *f = add(fs, code, level, file, at, fmt, ap);
	va_end(ap);
	return f;
}

/* Room for one more behind `n` items: twice as much whenever it is used up. */
static void *grow(struct arena *mem, const void *old, size_t n, size_t size)
{
	if (n && (n & (n - 1)))
		return (void *)(uintptr_t)old;
	void *more = arena_array(mem, n ? 2 * n : 1, size);
	if (n)
		memcpy(more, old, n * size);
	return more;
}

void finding_relate(struct findings *fs, struct finding *f, const char *file, struct span at,
		    const char *fmt, ...)
{
	struct related *more = grow(fs->mem, f->related, f->n_related, sizeof(*more));
	bool masked;
	va_list ap;

	va_start(ap, fmt);
	more[f->n_related] = (struct related){ file, at, text_of(fs, fmt, ap, &masked) };
	va_end(ap);
	f->related = more;
	f->n_related++;
}

void finding_suggest(struct findings *fs, struct finding *f, struct span at, const char *text,
		     const char *title)
{
	struct edit *e = arena_alloc(fs->mem, sizeof(*e));
	struct token secret;
	size_t len = strlen(text);

	if (f->hides_secret || token_find(text, len, 0, &secret) < len)
		return;
	*e = (struct edit){ f->file, at, arena_strdup(fs->mem, text), title };
	f->fix = e;
}

void finding_suggest_also(struct findings *fs, struct finding *f, const char *file, struct span at,
			  const char *text)
{
	struct edit *more;

	if (!f->fix) /* it was not suggested: then not a part of it either */
		return;
	more = grow(fs->mem, f->also, f->n_also, sizeof(*more));
	more[f->n_also++] =
	    (struct edit){ file, at, arena_strdup(fs->mem, text), f->fix->title };
	f->also = more;
}

static const struct related *copy_related(struct arena *mem, const struct finding *f)
{
	struct related *r = arena_array(mem, f->n_related + 1, sizeof(*r));

	for (size_t i = 0; i < f->n_related; i++)
		r[i] = (struct related){ arena_strdup(mem, f->related[i].file), f->related[i].at,
					 arena_strdup(mem, f->related[i].text) };
	return r;
}

static const struct edit *copy_edits(struct arena *mem, const struct edit *from, size_t n)
{
	struct edit *e = n ? arena_array(mem, n, sizeof(*e)) : NULL;

	for (size_t i = 0; i < n; i++)
		e[i] = (struct edit){ arena_strdup(mem, from[i].file), from[i].at,
				      arena_strdup(mem, from[i].text),
				      arena_strdup(mem, from[i].title) };
	return e;
}

/* Where a copy of `f` goes; NULL: it is only counted. */
static struct finding *place_of(struct findings *fs, const struct findings *from,
				const struct finding *f)
{
	if (f->message == from->rest && from->rest) {
		count_rest(fs, from->n_rest, f->level);
		return NULL;
	}
	if (is_full(fs)) {
		fs->n_here = 0; /* its file had its share there */
		return place_of_weaker(fs, (enum rule_code)f->rule->code, f->level, f->file);
	}
	return push(fs, (enum rule_code)f->rule->code, f->level, f->file);
}

void findings_append(struct findings *fs, const struct findings *from)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct finding *f = &from->item[i];
		struct finding *to = place_of(fs, from, f);
		if (!to)
			continue;
		*to = *f;
		to->file = arena_strdup(fs->mem, f->file);
		to->object.tenant = arena_strdup(fs->mem, f->object.tenant);
		to->object.name = arena_strdup(fs->mem, f->object.name);
		to->pointer = arena_strdup(fs->mem, f->pointer);
		to->message = arena_strdup(fs->mem, f->message);
		to->related = copy_related(fs->mem, f);
		to->fix = copy_edits(fs->mem, f->fix, f->fix != NULL);
		to->also = copy_edits(fs->mem, f->also, f->n_also);
	}
	fs->last_file = NULL; /* the next one begins a share of its own */
	fs->from = fs->n;
	fs->n_left_out = fs->n_here = 0;
}
