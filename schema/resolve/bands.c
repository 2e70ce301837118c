/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/clock.h"
#include "schema/resolve/link.h"

enum { RENEW, WARN, CRITICAL };

static const char *const names[] = { "renewBefore", "warnBefore", "criticalBefore" };
static const char *const pointers[] = { "/spec/renewBefore", "/spec/warnBefore",
					"/spec/criticalBefore" };
/* Less than a week is no time for people who have to sign in somewhere. */
static const int64_t least = 7 * DAY_S;

static int64_t *value(struct bands *b, int i)
{
	return i == RENEW ? &b->renew_before : i == WARN ? &b->warn_before : &b->critical_before;
}

static const struct num *written(const struct bands_spec *spec, int i)
{
	const struct num *n = i == RENEW  ? &spec->renew_before
			      : i == WARN ? &spec->warn_before
					  : &spec->critical_before;
	return n->at.line ? n : NULL;
}

/* The value of row `blamed` does not fit the one of row `other`, next to it. */
static void say_order(struct banded *b, const struct bands_spec *spec, const struct object *o,
		      int blamed, int other, struct findings *fs)
{
	char is[TIME_TEXT], limit[TIME_TEXT];
	bool low = blamed < other;
	struct finding *f = finding_add(
	    fs, RULE_BANDS_ORDER, o->file, span_of(written(spec, blamed)->at),
	    "%s is %s, %s than %s (%s); write at %s %s", names[blamed],
	    duration_format(*value(&b->v, blamed), is), low ? "less" : "more", names[other],
	    duration_format(*value(&b->v, other), limit), low ? "least" : "most", limit);

	about(f, o, pointers[blamed]);
	if (b->from[other].file)
		finding_relate(fs, f, b->from[other].file, span_of(b->from[other].at), "%s is here",
			       names[other]);
}

static void say_least(const struct banded *b, const struct bands_spec *spec, const struct object *o,
		      struct findings *fs)
{
	char is[TIME_TEXT];

	about(finding_add(fs, RULE_BANDS_ORDER, o->file, span_of(written(spec, CRITICAL)->at),
			  "criticalBefore is %s; write at least 7d, since people need some days",
			  duration_format(b->v.critical_before, is)),
	      o, pointers[CRITICAL]);
}

void bands_apply(struct banded *b, const struct bands_spec *spec, const struct object *o,
		 struct findings *fs)
{
	struct banded next = *b;
	bool good = true;

	for (int i = RENEW; i <= CRITICAL; i++) {
		const struct num *n = written(spec, i);
		if (!n)
			continue;
		*value(&next.v, i) = n->v;
		next.from[i] = (struct origin){ o->file, n->at };
	}
	for (int i = RENEW; i < CRITICAL; i++) {
		if (*value(&next.v, i) >= *value(&next.v, i + 1))
			continue;
		good = false;
		if (fs && written(spec, i))
			say_order(&next, spec, o, i, i + 1, fs);
		else if (fs && written(spec, i + 1))
			say_order(&next, spec, o, i + 1, i, fs);
	}
	if (next.v.critical_before < least) {
		good = false;
		if (fs && written(spec, CRITICAL))
			say_least(&next, spec, o, fs);
	}
	if (good)
		*b = next;
}

struct banded bands_of_organization(const struct organization *org, struct findings *fs)
{
	struct banded b = { .v = BANDS_DEFAULT };

	if (org)
		bands_apply(&b, &org->bands, &org->head, fs);
	return b;
}
