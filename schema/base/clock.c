/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/clock.h"

#include <stdio.h>
#include <string.h>

/* Days between 1970-01-01 and a civil date (Gregorian calendar, era of 400 years). */
static int64_t days_from_civil(int64_t y, unsigned m, unsigned d)
{
	y -= m <= 2;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * ((int64_t)m + (m > 2 ? -3 : 9)) + 2) / 5 + (int64_t)d - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

static void civil_from_days(int64_t z, int64_t *y, unsigned *m, unsigned *d)
{
	z += 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	*d = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	*m = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	*y = yoe + era * 400 + (*m <= 2);
}

static bool digits(const char **s, int n, unsigned *out)
{
	*out = 0;
	for (; n > 0; n--, ++*s) {
		if (**s < '0' || **s > '9')
			return false;
		*out = *out * 10 + (unsigned)(**s - '0');
	}
	return true;
}

static bool literal(const char **s, char c)
{
	return *(*s)++ == c;
}

static unsigned days_in_month(unsigned y, unsigned m)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return m == 2 && leap ? 29 : days[m - 1];
}

static bool date(const char **s, int64_t *days)
{
	unsigned y, m, d;

	if (!digits(s, 4, &y) || !literal(s, '-') || !digits(s, 2, &m) || !literal(s, '-') ||
	    !digits(s, 2, &d))
		return false;
	if (m < 1 || m > 12 || d < 1 || d > days_in_month(y, m))
		return false;
	*days = days_from_civil((int64_t)y, m, d);
	return true;
}

bool time_parse(const char *text, int64_t *out)
{
	int64_t days;
	unsigned h, min, s;

	if (!text || !date(&text, &days))
		return false;
	if (!literal(&text, 'T') || !digits(&text, 2, &h) || !literal(&text, ':') ||
	    !digits(&text, 2, &min) || !literal(&text, ':') || !digits(&text, 2, &s) ||
	    !literal(&text, 'Z') || *text)
		return false;
	if (h > 23 || min > 59 || s > 59)
		return false;
	*out = days * DAY_S + (int64_t)(h * 3600 + min * 60 + s);
	return true;
}

bool time_parse_date(const char *text, int64_t *out)
{
	int64_t days;

	if (!text || !date(&text, &days) || *text)
		return false;
	*out = days * DAY_S;
	return true;
}

static int64_t floor_days(int64_t t)
{
	return t / DAY_S - (t % DAY_S < 0);
}

static int64_t clamp_time(int64_t t)
{
	const int64_t first = INT64_C(-62167219200), last = INT64_C(253402300799);

	return t < first ? first : t > last ? last : t;
}

static char *format_day(int64_t t, const char *fmt, char text[TIME_TEXT])
{
	int64_t y;
	unsigned m, d;

	civil_from_days(floor_days(clamp_time(t)), &y, &m, &d);
	snprintf(text, TIME_TEXT, fmt, (unsigned)y % 10000, m % 100, d % 100);
	return text;
}

char *time_format(int64_t t, char text[TIME_TEXT])
{
	t = clamp_time(t);
	int64_t in_day = t - floor_days(t) * DAY_S;
	unsigned s = (unsigned)in_day;

	format_day(t, "%04u-%02u-%02u", text);
	snprintf(text + 10, TIME_TEXT - 10, "T%02u:%02u:%02uZ", s / 3600 % 100, s / 60 % 60,
		 s % 60);
	return text;
}

char *time_format_date(int64_t t, char text[TIME_TEXT])
{
	return format_day(t, "%04u-%02u-%02u", text);
}

char *time_format_compact(int64_t t, char text[TIME_TEXT])
{
	return format_day(t, "%04u%02u%02u", text);
}

static int64_t unit_seconds(char unit)
{
	switch (unit) {
	case 'd':
		return DAY_S;
	case 'h':
		return 3600;
	case 'm':
		return 60;
	case 's':
		return 1;
	default:
		return 0;
	}
}

bool duration_parse(const char *text, int64_t *seconds)
{
	int64_t n = 0;
	const char *s = text;

	if (!s || *s < '0' || *s > '9' || (s[0] == '0' && s[1] >= '0' && s[1] <= '9'))
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (n > INT64_C(1000000000))
			return false;
		n = n * 10 + (*s - '0');
	}
	int64_t unit = unit_seconds(*s);
	if (!unit || s[1])
		return false;
	*seconds = n * unit;
	return true;
}

char *duration_format(int64_t seconds, char text[TIME_TEXT])
{
	static const char units[] = "dhms";
	const char *u = units;

	while (u[1] && seconds % unit_seconds(*u) != 0)
		u++;
	snprintf(text, TIME_TEXT, "%lld%c", (long long)(seconds / unit_seconds(*u)), *u);
	return text;
}
