/* SPDX-License-Identifier: Apache-2.0 */
/* The expiry table of `apnsctl status`, for a terminal. */
#include <string.h>

#include "reconcile/report/report.h"
#include "reconcile/report/summary_part.h"
#include "schema/base/text.h"

enum { COLUMNS = 6, WIDEST = 44 };

static const char *const heads[COLUMNS] = { "CERTIFICATE", "BAND", "PHASE",
					    "EXPIRES",	   "NEXT", "DUE" };

static const char *date_text(int64_t t, struct arena *mem)
{
	char text[TIME_TEXT];

	return t == TIME_UNKNOWN ? "-" : arena_strdup(mem, time_format_date(t, text));
}

/* Everything printed is escaped first, so that widths are those of what is seen. */
static const char *safe(const char *text, struct arena *mem)
{
	struct buf b = BUF_INIT(4096);

	text_escape_terminal(&b, text ? text : "-", text ? strlen(text) : 1);
	const char *s = arena_strdup(mem, buf_str(&b));
	buf_release(&b);
	return s;
}

static size_t width_of(const char *s)
{
	size_t n = 0, len = strlen(s);

	for (size_t at = 0; at < len; n++)
		text_utf8_next(s, len, &at);
	return n;
}

static void cells_of(const struct summary_row *r, const char *cell[COLUMNS], struct arena *mem)
{
	cell[0] = safe(arena_printf(mem, "%s/%s", r->tenant, r->name), mem);
	cell[1] = safe(r->band, mem);
	cell[2] = safe(r->phase, mem);
	cell[3] = date_text(r->not_after, mem);
	cell[4] = summary_needs_person(r) ? safe(r->action, mem) : "-";
	cell[5] = date_text(r->due, mem);
}

static void print_row(const char *const cell[COLUMNS], const size_t width[COLUMNS],
		      struct buf *out)
{
	for (int c = 0; c < COLUMNS; c++) {
		buf_adds(out, cell[c]);
		if (c == COLUMNS - 1)
			break;
		for (size_t n = width_of(cell[c]); n < width[c] + 2; n++)
			buf_addc(out, ' ');
	}
	buf_addc(out, '\n');
}

void report_table(const struct summary *s, struct buf *out)
{
	struct arena mem = ARENA_INIT;
	const char *(*cell)[COLUMNS] = arena_array(&mem, s->n + 1, sizeof(*cell));
	size_t widest[COLUMNS];

	for (int c = 0; c < COLUMNS; c++)
		widest[c] = strlen(heads[c]);
	for (size_t i = 0; i < s->n; i++) {
		cells_of(&s->row[i], cell[i], &mem);
		for (int c = 0; c < COLUMNS; c++) {
			size_t w = width_of(cell[i][c]);
			if (w > widest[c])
				widest[c] = w < WIDEST ? w : WIDEST;
		}
	}
	print_row(heads, widest, out);
	for (size_t i = 0; i < s->n; i++)
		print_row(cell[i], widest, out);
	arena_release(&mem);
}
