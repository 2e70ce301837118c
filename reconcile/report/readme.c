/* SPDX-License-Identifier: Apache-2.0 */
/*
 * README.md of the status branch: what a person must do now, then counts and certificates by band.
 * Absolute dates. Everything that somebody wrote is escaped for Markdown.
 */
#include <stdlib.h>

#include "reconcile/report/report.h"
#include "reconcile/report/summary_part.h"
#include "schema/base/text.h"

static void cell(struct buf *out, const char *text)
{
	if (text && *text)
		text_escape_markdown(out, text);
	else
		buf_adds(out, "–");
	buf_adds(out, " | ");
}

static void day(struct buf *out, int64_t t)
{
	char text[TIME_TEXT];

	buf_adds(out, t == TIME_UNKNOWN ? "–" : time_format_date(t, text));
	buf_adds(out, " | ");
}

static void account(struct buf *out, const struct summary_row *r)
{
	text_escape_markdown(out, r->apple_id ? r->apple_id : "–");
	if (r->who) {
		buf_adds(out, " (");
		text_escape_markdown(out, r->who);
		buf_addc(out, ')');
	}
	buf_adds(out, " | ");
}

static void customer(struct buf *out, const struct summary_row *r)
{
	buf_adds(out, "| ");
	text_escape_markdown(out, r->customer ? r->customer : r->tenant);
	buf_adds(out, "<br>");
	text_escape_markdown(out, r->tenant);
	buf_addc(out, '/');
	text_escape_markdown(out, r->name);
	buf_adds(out, " | ");
}

static void file_link(struct buf *out, const char *file)
{
	if (!file) {
		buf_adds(out, "– | ");
		return;
	}
	buf_addc(out, '[');
	text_escape_markdown(out, file);
	buf_adds(out, "](");
	text_escape_url(out, file);
	buf_adds(out, ") | ");
}

static void portal_row(struct buf *out, const struct summary_row *r)
{
	char text[TIME_TEXT];

	if (!r->row) {
		buf_adds(out, "– | ");
		return;
	}
	text_escape_markdown(out, r->row);
	if (r->not_after != TIME_UNKNOWN)
		buf_addf(out, ", expires %s", time_format_date(r->not_after, text));
	buf_adds(out, " | ");
}

/* By due date; without one last; then by name as they come. */
static int by_due(const void *x, const void *y)
{
	const struct summary_row *a = *(const struct summary_row *const *)x;
	const struct summary_row *b = *(const struct summary_row *const *)y;
	int64_t s = a->due == TIME_UNKNOWN ? INT64_MAX : a->due;
	int64_t t = b->due == TIME_UNKNOWN ? INT64_MAX : b->due;

	if (s != t)
		return s < t ? -1 : 1;
	int c = text_cmp(a->tenant, b->tenant);
	return c ? c : text_cmp(a->name, b->name);
}

static size_t pick(const struct summary *s, bool portal, const struct summary_row **out)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (summary_needs_person(&s->row[i]) &&
		    summary_is_portal_step(&s->row[i]) == portal)
			out[n++] = &s->row[i];
	if (n)
		qsort(out, n, sizeof(*out), by_due);
	return n;
}

static void portal_list(const struct summary_row **r, size_t n, struct buf *out)
{
	if (!n)
		return;
	buf_adds(out, "\n### At Apple's portal\n\n"
		      "Sign in at "
		      "[identity.apple.com/pushcert](https://identity.apple.com/pushcert) with "
		      "exactly the Apple Account (Apple ID) of the line. Save the download with "
		      "`apnsctl accept FILE`, or commit it to the path of the line. Never revoke "
		      "anything.\n\n"
		      "| Customer | Apple Account (who can sign in) | Upload | Button | Row at the "
		      "portal | Commit to | Due |\n|---|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < n; i++) {
		customer(out, r[i]);
		account(out, r[i]);
		file_link(out, r[i]->file);
		cell(out, summary_button(r[i]));
		portal_row(out, r[i]);
		cell(out, r[i]->commit_path);
		day(out, r[i]->due);
		buf_addc(out, '\n');
	}
}

static void other_list(const struct summary_row **r, size_t n, struct buf *out)
{
	if (!n)
		return;
	buf_adds(out, "\n### Elsewhere\n\n| Customer | Step | Where | What | Due "
		      "|\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < n; i++) {
		customer(out, r[i]);
		cell(out, r[i]->action);
		cell(out, r[i]->file);
		cell(out, r[i]->message);
		day(out, r[i]->due);
		buf_addc(out, '\n');
	}
}

static void what_to_do(const struct summary *s, struct buf *out)
{
	struct arena mem = ARENA_INIT;
	const struct summary_row **r = arena_array(&mem, s->n + 1, sizeof(*r));
	const struct summary_row **q = arena_array(&mem, s->n + 1, sizeof(*q));
	size_t n = pick(s, true, r), m = pick(s, false, q);

	buf_adds(out, "## What a person must do\n");
	if (!n && !m && !s->n_held)
		buf_adds(out, "\nNothing.\n");
	portal_list(r, n, out);
	other_list(q, m, out);
	if (s->n_held)
		buf_adds(out, "\n### Held by a safety gate\n\n");
	for (size_t i = 0; i < s->n_held; i++) {
		buf_adds(out, "- ");
		text_escape_markdown(out, s->held[i]);
		buf_addc(out, '\n');
	}
	arena_release(&mem);
}

static void count_of(struct buf *out, const char *before, size_t n, const char *what)
{
	buf_addf(out, "%s%zu %s%s", before, n, what, n == 1 ? "" : "s");
}

static void counts(const struct summary *s, struct buf *out)
{
	size_t count[BAND_MAX];

	summary_count(s, count);
	count_of(out, "\n## Certificates by band\n\n", s->n_tenant, "customer");
	count_of(out, ", ", s->n, "certificate");
	if (s->n_quarantined) {
		count_of(out, ", ", s->n_quarantined, "customer");
		buf_adds(out, " in quarantine");
	}
	buf_adds(out, ".\n\n| Band | Certificates |\n|---|---|\n");
	for (int b = 0; b < BAND_MAX; b++)
		if (count[b])
			buf_addf(out, "| %s | %zu |\n", band_word((enum band)b), count[b]);
}

static void band_list(const struct summary *s, enum band band, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < s->n; i++) {
		const struct summary_row *r = &s->row[i];
		if (!text_eq(r->band, band_word(band)))
			continue;
		if (!any)
			buf_addf(out,
				 "\n### %s\n\n| Customer | Phase | Expires | Renew from | Verdict "
				 "|\n"
				 "|---|---|---|---|---|\n",
				 band_word(band));
		any = true;
		customer(out, r);
		cell(out, r->phase);
		day(out, r->not_after);
		day(out, r->renew_after);
		cell(out, r->verdict);
		buf_addc(out, '\n');
	}
}

static void signer(const struct summary *s, struct buf *out)
{
	char t[TIME_TEXT];

	if (!s->signer_name)
		return;
	buf_adds(out, "\n## Request signer\n\nThe MDM vendor certificate ");
	text_escape_markdown(out, s->signer_name);
	buf_addf(out, " signs the requests of all customers; it expires on %s (%s).\n",
		 time_format_date(s->signer_not_after, t),
		 band_word(band_at(s->signer_not_after, &s->signer_bands, false, s->now)));
}

void report_readme(const struct summary *s, struct buf *out)
{
	buf_adds(out, "# Push certificates\n\nWritten by apnsctl; changes made here are "
		      "overwritten. Machine-readable: [status.json](status.json), one file a "
		      "customer in [tenants](tenants), a calendar in "
		      "[renewals.ics](renewals.ics).\n\n");
	if (!s->source_ready) {
		buf_adds(out, "**The source can not be used; this is the state of the last applied "
			      "revision:** ");
		text_escape_markdown(out, s->source_problem ? s->source_problem : "unknown");
		buf_adds(out, "\n\n");
	}
	if (s->shared_error) {
		buf_adds(out, "**The manifests that all customers share have errors; nothing is "
			      "written for anybody until they are mended:** ");
		text_escape_markdown(out, s->shared_error);
		buf_adds(out, "\n\n");
	}
	what_to_do(s, out);
	counts(s, out);
	for (int b = BAND_MAX - 1; b >= 0; b--)
		band_list(s, (enum band)b, out);
	signer(s, out);
}
