/* SPDX-License-Identifier: Apache-2.0 */
/* renewals.ics (RFC 5545): lines end with CRLF, hold 75 octets and never half a character. */
#include "tests/unit/unit.h"

#include <string.h>

#include "tests/unit/reconcile/report/rows.h"

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//apnsctl//renewals//EN\r\n"
#define FOOT "END:VCALENDAR\r\n"

static struct arena mem;

static const char *calendar(struct summary_row *row, size_t n)
{
	struct summary s = summary_of(row, n);

	return text_of(report_calendar, &s, &mem);
}

/* The one event of a certificate that ends in a day, for a customer of this name. */
static const char *event_of(const char *customer)
{
	struct summary_row r = quiet_row("acme", customer);

	r.not_after = NOW + DAY_S;
	return calendar(&r, 1);
}

static const char *line_with(const char *text, const char *start)
{
	const char *at = strstr(text, start);

	return at ? arena_strndup(&mem, at, strcspn(at, "\r\n")) : "-";
}

/* Folds undone as a reader of the calendar does. */
static const char *unfolded(const char *text)
{
	struct buf b = BUF_INIT(1 << 20);

	for (; *text; text++) {
		if (strncmp(text, "\r\n ", 3) == 0)
			text += 2;
		else
			buf_addc(&b, *text);
	}
	const char *whole = arena_strdup(&mem, buf_str(&b));
	buf_release(&b);
	return whole;
}

static void without_certificates_it_is_empty_but_whole(void **state)
{
	(void)state;
	assert_string_equal(calendar(NULL, 0), HEAD FOOT);
	struct summary_row r = quiet_row("acme", "Acme Ltd.");
	assert_string_equal(calendar(&r, 1), HEAD FOOT);
}

static void a_certificate_has_two_whole_days(void **state)
{
	(void)state;
	struct summary_row r = due_row("acme", "Acme Ltd.", 20);

	r.not_after += 3600; /* the hour of the end moves no day */
	assert_string_equal(calendar(&r, 1),
			    HEAD "BEGIN:VEVENT\r\n"
				 "UID:acme/push/renew/20261113@apnsctl\r\n"
				 "DTSTAMP:20261113T000000Z\r\n"
				 "DTSTART;VALUE=DATE:20261113\r\n"
				 "DTEND;VALUE=DATE:20261114\r\n"
				 "SUMMARY:Renew: Acme Ltd. (acme/push)\r\n"
				 "DESCRIPTION:Apple Account (Apple ID): apple@acme.example\r\n"
				 "TRANSP:TRANSPARENT\r\n"
				 "END:VEVENT\r\n"
				 "BEGIN:VEVENT\r\n"
				 "UID:acme/push/expire/20261228@apnsctl\r\n"
				 "DTSTAMP:20261228T000000Z\r\n"
				 "DTSTART;VALUE=DATE:20261228\r\n"
				 "DTEND;VALUE=DATE:20261229\r\n"
				 "SUMMARY:Expires: Acme Ltd. (acme/push)\r\n"
				 "DESCRIPTION:Apple Account (Apple ID): apple@acme.example\r\n"
				 "TRANSP:TRANSPARENT\r\n"
				 "END:VEVENT\r\n" FOOT);
}

static void the_clock_changes_no_byte(void **state)
{
	(void)state;
	struct summary_row r = due_row("acme", "Acme Ltd.", 20);
	struct summary s = summary_of(&r, 1);
	const char *before = text_of(report_calendar, &s, &mem);

	s.now += 300 * DAY_S;
	assert_string_equal(text_of(report_calendar, &s, &mem), before);
}

static void the_name_of_the_tenant_stands_in_for_the_customer(void **state)
{
	(void)state;
	assert_string_equal(line_with(event_of(NULL), "SUMMARY"),
			    "SUMMARY:Expires: acme (acme/push)");
}

static void text_can_not_become_another_line_or_value(void **state)
{
	(void)state;
	const char *text = event_of("A;B,C\\D\r\nEND:VEVENT\tx");

	assert_string_equal(
	    line_with(text, "SUMMARY"),
	    "SUMMARY:Expires: A\\;B\\,C\\\\D\\\\x0d\\\\x0aEND:VEVENT\\\\x09x (acme/push)");
	assert_string_equal(line_with(event_of("\xe2\x80\xae"
					       "evil\xff"),
				      "SUMMARY"),
			    "SUMMARY:Expires: \\\\u{202e}evil\\\\xff (acme/push)");
	assert_null(strstr(strstr(text, "END:VEVENT") + 1, "\nEND:VEVENT\tx"));
}

/* "SUMMARY:Expires: " and " (acme/push)" take 29 octets, so 46 are left. */
static void a_line_of_75_octets_is_whole_and_the_76th_is_folded(void **state)
{
	(void)state;
	char name[64];

	memset(name, 'x', sizeof(name));
	name[46] = 0;
	assert_int_equal(strlen(line_with(event_of(name), "SUMMARY")), 75);
	assert_null(strstr(event_of(name), "\r\n "));
	name[46] = 'x';
	name[47] = 0;
	assert_non_null(strstr(event_of(name), "(acme/push\r\n )\r\n"));
}

static void check_lines(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\r\n"), at = 0;
		assert_true(len <= 75);
		while (at < len)
			assert_true(text_utf8_next(text, len, &at) >= 0);
		assert_int_equal(strncmp(text + len, "\r\n", 2), 0);
		text += len + 2;
	}
}

static void folds_spare_characters_of_any_length(void **state)
{
	(void)state;
	static const char *const letters[] = { "x", "\xc3\xbc", "\xe2\x82\xac",
					       "\xf0\x9f\x8d\x8e" };

	for (size_t n = 0; n < 200; n++) {
		const char *name = "";
		for (size_t i = 0; i < n; i++)
			name = arena_printf(&mem, "%s%s", name, letters[(i + n / 4) % 4]);
		const char *text = event_of(name);
		check_lines(text);
		assert_string_equal(line_with(unfolded(text), "SUMMARY"),
				    arena_printf(&mem, "SUMMARY:Expires: %s (acme/push)", name));
	}
}

static int release(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_certificates_it_is_empty_but_whole),
		cmocka_unit_test(a_certificate_has_two_whole_days),
		cmocka_unit_test(the_clock_changes_no_byte),
		cmocka_unit_test(the_name_of_the_tenant_stands_in_for_the_customer),
		cmocka_unit_test(text_can_not_become_another_line_or_value),
		cmocka_unit_test(a_line_of_75_octets_is_whole_and_the_76th_is_folded),
		cmocka_unit_test(folds_spare_characters_of_any_length),
	};
	return cmocka_run_group_tests(tests, NULL, release);
}
