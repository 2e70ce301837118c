/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Findings: what is to say about the user's input. Many of them, each with the rule that it breaks
 * and the exact place. They never stop the work. A failure of an operation is another thing: err.h.
 */
#ifndef APNSCTL_FINDING_H
#define APNSCTL_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/arena.h"
#include "schema/base/ref.h"

enum level { LEVEL_NOTE, LEVEL_WARNING, LEVEL_ERROR };

/* "note", "warning", "error" */
const char *level_name(enum level level);

/*
 * What an error finding stops in reconcile. QUARANTINE: the tenant of the file's folder gets no
 * write step. CREATE: only a first certificate is not requested. NOTHING: it is only told.
 */
enum rule_stop { STOP_NOTHING, STOP_CREATE, STOP_QUARANTINE };

/* One row of rules.def. `code` is the number in "APN2003"; it is never used again. */
struct rule {
	uint16_t code;
	enum level level;
	enum rule_stop stop;
	const char *name;  /* "unknown-key" */
	const char *title; /* one sentence, in general words */
};

/* What a rule is about: the thousands of its code. */
enum rule_family {
	FAMILY_YAML = 1,
	FAMILY_REFERENCE,
	FAMILY_ACCOUNT,
	FAMILY_CERTIFICATE,
	FAMILY_CHANGE
};

enum rule_family rule_family(const struct rule *r);

enum rule_code {
#define RULE(code, id, level, stop, name, title) RULE_##id = code,
#include "schema/base/rules.def"
#undef RULE
};

/* The row of a code; NULL when there is none. */
const struct rule *rule_of(unsigned code);

/* The row of a name ("missing-reference") of `len` bytes; NULL when there is none. */
const struct rule *rule_by_name(const char *name, size_t len);

/* May a comment with a reason ignore what this rule tells? */
bool rule_can_be_ignored(unsigned code);

/* All rows, in the order of their codes. */
const struct rule *rules_all(size_t *n);

struct related {
	const char *file;
	struct span at;
	const char *text; /* "the first one is here" */
};

/* A safe suggestion: replace the bytes of the span by `text`. */
struct edit {
	const char *file;
	struct span at;
	const char *text;
	const char *title; /* "pin the topic" */
};

struct finding {
	const struct rule *rule;
	enum level level; /* the rule's, unless lowered */
	const char *file; /* relative to the repository */
	struct span at;   /* line 0: the whole file */
	struct ref object;
	const char *pointer; /* JSON pointer, "/spec/topic"; NULL: none */
	const char *message;
	const struct related *related;
	size_t n_related;
	const struct edit *fix; /* NULL: none */
	const struct edit *also; /* what has to be edited with it, in any file */
	size_t n_also;
	bool hides_secret;      /* the message quoted one, which is masked */
};

enum { FINDINGS_PER_FILE = 100, FINDINGS_MAX = 10000 };

struct findings {
	struct arena *mem; /* all texts live there */
	struct finding *item;
	size_t n, cap;
	size_t n_level[3];
	const char *last_file; /* the cap is one of neighbours: those of the file that came last */
	size_t from;           /* where its findings begin */
	size_t n_left_out;
	char *left_out; /* the message that says how many */
	size_t n_rest;  /* of all files, behind FINDINGS_MAX */
	char *rest;     /* its message; NULL: none */
	size_t rest_at; /* the finding that has it */
	size_t n_here;  /* of the last file, that took the place of others since the list is full */
	enum level weakest; /* nothing listed is weaker, */
	size_t weakest_at;  /* nor so weak before this one */
	struct finding dummy;
};

#define FINDINGS_INIT(arena) { .mem = (arena) }

/*
 * Adds one; the caller may fill object, pointer, related and fix of the result, which is valid
 * until the next one is added. `file` must live as long as the arena. Secrets in texts are masked.
 *
 * Of one file FINDINGS_PER_FILE are listed at most. The last of them is then
 * RULE_TOO_MANY_FINDINGS: it counts what was left out and has the level of the worst of it. A worse
 * finding takes the place of a listed one; the result for what has no place is a dummy. In the same
 * way FINDINGS_MAX are listed of all files, the last of which concerns no file and counts the rest.
 */
struct finding *finding_add(struct findings *fs, enum rule_code code, const char *file,
			    struct span at, const char *fmt, ...)
	__attribute__((format(printf, 5, 6), returns_nonnull));

/* The same with a level of its own. */
struct finding *finding_add_as(struct findings *fs, enum rule_code code, enum level level,
			       const char *file, struct span at, const char *fmt, ...)
	__attribute__((format(printf, 6, 7), returns_nonnull));

/*
 * True when findings of this file were left out and those that are listed are errors: whoever works
 * hard for more of them may stop.
 */
bool findings_full(const struct findings *fs, const char *file);

/*
 * Lowers (or raises) the level of one that was just added. What counts those that were left out is
 * never below one of them.
 */
void finding_set_level(struct findings *fs, struct finding *f, enum level level);

/* Adds a related place. */
void finding_relate(struct findings *fs, struct finding *f, const char *file, struct span at,
		    const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Suggests an edit in the finding's own file; none that would show a secret. */
void finding_suggest(struct findings *fs, struct finding *f, struct span at, const char *text,
		     const char *title);

/* Adds an edit to the one that is suggested, for one mistake that stands in several places. */
void finding_suggest_also(struct findings *fs, struct finding *f, const char *file, struct span at,
			  const char *text);

/* Copies all findings of `from` with their texts, so that the other arena can be released. */
void findings_append(struct findings *fs, const struct findings *from);

/* Takes out what `keep` does not want; nothing may be filled in behind it. */
void findings_keep(struct findings *fs, bool (*keep)(void *arg, const struct finding *f),
		   void *arg);

/*
 * Takes out what `base` has as well: the same rule, file, object, pointer and message, wherever in
 * the file it stands, as often as it is there. RULE_TOO_MANY_FINDINGS stays: nobody knows whether
 * what it counts is in both. Both are in another order then.
 */
void findings_subtract(struct findings *fs, struct findings *base);

/* True when there is the same one, wherever in the file it stands: what findings_subtract takes. */
bool findings_have(const struct findings *fs, const struct finding *f);

/* By file, line, column, code, message: the same findings, the same order. */
void findings_sort(struct findings *fs);

/* "FILE:LINE: message", without the line where it is of the whole file. Lives in `mem`. */
const char *finding_text(const struct finding *f, struct arena *mem);

/* The first error of the list as it is; NULL: none. */
const struct finding *findings_first_error(const struct findings *fs);

/* The highest rule_stop among the error findings. */
enum rule_stop findings_stop(const struct findings *fs);

#endif
