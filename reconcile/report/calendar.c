/* SPDX-License-Identifier: Apache-2.0 */
/*
 * renewals.ics: when renewals begin and certificates end (RFC 5545). Lines are folded at 75 octets;
 * DTSTAMP is the date itself, so that the same facts give the same bytes.
 */
#include <string.h>

#include "reconcile/report/report.h"
#include "schema/base/text.h"

enum { LINE_OCTETS = 75 };

/* One content line; never folded inside a UTF-8 character. */
static void line(struct buf *out, const char *text)
{
	size_t len = strlen(text), at = 0, room = LINE_OCTETS;

	while (at < len) {
		size_t next = at;
		while (next < len) {
			size_t after = next;
			text_utf8_next(text, len, &after);
			if (after - at > room)
				break;
			next = after;
		}
		if (at)
			buf_addc(out, ' ');
		buf_add(out, text + at, next - at);
		buf_adds(out, "\r\n");
		at = next;
		room = LINE_OCTETS - 1;
	}
}

static void escaped(struct buf *out, const char *text)
{
	struct buf safe = BUF_INIT(4096);

	text_escape_terminal(&safe, text, strlen(text));
	for (const char *c = buf_str(&safe); *c; c++) {
		if (*c == '\\' || *c == ';' || *c == ',')
			buf_addc(out, '\\');
		buf_addc(out, *c);
	}
	buf_release(&safe);
}

static void event(struct buf *out, const struct summary_row *r, const char *what, int64_t at)
{
	struct buf b = BUF_INIT(8192);
	char compact[TIME_TEXT], next[TIME_TEXT];

	line(out, "BEGIN:VEVENT");
	buf_addf(&b, "UID:%s/%s/%s/%s@apnsctl", r->tenant, r->name, what,
		 time_format_compact(at, compact));
	line(out, buf_str(&b));
	buf_clear(&b);
	buf_addf(&b, "DTSTAMP:%sT000000Z", compact);
	line(out, buf_str(&b));
	buf_clear(&b);
	buf_addf(&b, "DTSTART;VALUE=DATE:%s", compact);
	line(out, buf_str(&b));
	buf_clear(&b);
	buf_addf(&b, "DTEND;VALUE=DATE:%s", time_format_compact(at + DAY_S, next));
	line(out, buf_str(&b));
	buf_clear(&b);
	buf_addf(&b, "SUMMARY:%s: ", text_eq(what, "renew") ? "Renew" : "Expires");
	escaped(&b, r->customer ? r->customer : r->tenant);
	buf_addf(&b, " (%s/%s)", r->tenant, r->name);
	line(out, buf_str(&b));
	buf_clear(&b);
	if (r->apple_id) {
		buf_adds(&b, "DESCRIPTION:Apple Account (Apple ID): ");
		escaped(&b, r->apple_id);
		line(out, buf_str(&b));
	}
	line(out, "TRANSP:TRANSPARENT");
	line(out, "END:VEVENT");
	buf_release(&b);
}

void report_calendar(const struct summary *s, struct buf *out)
{
	line(out, "BEGIN:VCALENDAR");
	line(out, "VERSION:2.0");
	line(out, "PRODID:-//apnsctl//renewals//EN");
	for (size_t i = 0; i < s->n; i++) {
		const struct summary_row *r = &s->row[i];
		if (r->renew_after != TIME_UNKNOWN)
			event(out, r, "renew", r->renew_after);
		if (r->not_after != TIME_UNKNOWN)
			event(out, r, "expire", r->not_after);
	}
	line(out, "END:VCALENDAR");
}
