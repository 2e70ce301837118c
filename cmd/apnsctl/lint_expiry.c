/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/lint_expiry.h"

#include "reconcile/model/band.h"
#include "schema/base/clock.h"
#include "schema/base/text.h"
#include "schema/resolve/link.h"

/* What is known of the certificate that counts. */
struct expiring {
	int64_t not_after; /* TIME_UNKNOWN: there is none */
	const char *row;   /* at the portal; NULL: not known */
	bool is_in_git, is_revoked;
};

static struct expiring find(const struct actual_tenant *known, const struct want_cert *w)
{
	const struct actual_cert *c = known ? actual_match(known, w) : NULL;
	const struct actual_pair *pair = c ? actual_active(c) : NULL;
	struct expiring e = { .not_after = TIME_UNKNOWN };

	if (w->in_git && cert_is_mdm(w->in_git))
		e = (struct expiring){ w->in_git->not_after, w->in_git->row, true,
				       w->in_git->revoked };
	if (pair && pair->not_after != TIME_UNKNOWN &&
	    (e.not_after == TIME_UNKNOWN || pair->not_after > e.not_after))
		e = (struct expiring){ pair->not_after, pair->row, false, false };
	return e;
}

static enum level level_of(enum band band)
{
	return band >= BAND_Critical  ? LEVEL_ERROR
	       : band == BAND_Warning ? LEVEL_WARNING
				      : LEVEL_NOTE;
}

/* Which limit it has passed. */
static const char *when(struct arena *mem, enum band band, const struct bands *b)
{
	char limit[TIME_TEXT];

	switch (band) {
	case BAND_Due:
		duration_format(b->renew_before, limit);
		return arena_printf(mem, "which is within renewBefore (%s)", limit);
	case BAND_Warning:
		duration_format(b->warn_before, limit);
		return arena_printf(mem, "which is within warnBefore (%s)", limit);
	case BAND_Critical:
		duration_format(b->critical_before, limit);
		return arena_printf(mem, "which is within criticalBefore (%s)", limit);
	case BAND_Expired:
		return "and no device can be woken since";
	default:
		return arena_printf(mem, "more than %d days ago", GRACE_DAYS);
	}
}

static const char *hint(struct arena *mem, enum band band)
{
	if (band == BAND_Expired)
		return arena_printf(mem, "; Renew is documented to work for %d days", GRACE_DAYS);
	return band == BAND_ExpiredPastGrace ? "; try that before anything else, and create no "
					       "other one while its row is there"
					     : "";
}

static void tell(const struct want_cert *w, const struct expiring *x, enum band band,
		 struct findings *fs)
{
	const struct push_certificate *c = w->object;
	bool is_written = c->certificate_file.at.line;
	const struct text *at = is_written ? &c->certificate_file : &c->topic;
	char end[TIME_TEXT];
	struct finding *f;

	if (x->is_revoked)
		f = finding_add_as(fs, RULE_EXPIRY_BAND, level_of(band), c->head.file,
				span_of(at->at),
				"the certificate is revoked (%s): its devices have to be enrolled "
				"again with another one",
				band_word(band));
	else
		f = finding_add_as(
		    fs, RULE_EXPIRY_BAND, level_of(band), c->head.file, span_of(at->at),
		    "the certificate %s %s, %s (%s): renew it at Apple's portal%s%s%s%s%s",
		    band >= BAND_Expired ? "ended" : "ends", time_format(x->not_after, end),
		    when(fs->mem, band, &w->bands), band_word(band),
		    w->account.address ? " with " : "",
		    w->account.address ? w->account.address : "", x->row ? ", row " : "",
		    x->row ? x->row : "", hint(fs->mem, band));
	f->object = w->ref;
	f->pointer = is_written ? "/spec/certificateFile" : "/spec/topic";
	if (x->is_in_git)
		finding_relate(fs, f, w->file, (struct span){ 0 }, "the certificate");
}

/* `until` is the last day of something that the object says. */
static void tell_end(struct findings *fs, const struct object *o, const struct num *until,
		     const char *pointer, const char *what, int64_t now)
{
	char day[TIME_TEXT];

	if (!until->at.line || now < until->v + DAY_S)
		return;
	about(finding_add(fs, RULE_END_PASSED, o->file, span_of(until->at),
			  "the %s ended with %s; take it out, or give it another end", what,
			  time_format_date(until->v, day)),
	      o, pointer);
}

static void tell_ends(struct load_tenant *t, int64_t now)
{
	for (size_t i = 0; i < t->set.n_object; i++) {
		const struct object *o = t->set.object[i];
		const struct tenant *tenant = (const struct tenant *)o;
		const struct apple_id_alias *alias = (const struct apple_id_alias *)o;
		if (o->kind == KIND_Tenant && tenant->suspend)
			tell_end(&t->findings, o, &tenant->suspend->until, "/spec/suspend/until",
				 "suspension", now);
		else if (o->kind == KIND_AppleIDAlias && alias->exception)
			tell_end(&t->findings, o, &alias->exception->until, "/spec/exception/until",
				 "exception", now);
	}
}

void lint_expiry(const struct published *p, struct load_tenant *t, int64_t now)
{
	const struct actual_tenant *known = published_known(p, t);

	tell_ends(t, now);
	for (size_t i = 0; i < t->want.n_cert; i++) {
		const struct want_cert *w = &t->want.cert[i];
		struct expiring x = find(known, w);
		if (x.not_after == TIME_UNKNOWN)
			continue;
		enum band band = band_at(x.not_after, &w->bands, x.is_revoked, now);
		if (band > BAND_Ok)
			tell(w, &x, band, &t->findings);
	}
}
