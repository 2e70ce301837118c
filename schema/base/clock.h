/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time arithmetic without a clock: RFC 3339 text, durations, days. All times are seconds since
 * 1970-01-01T00:00:00Z (int64_t, UTC). Who wants to know what time it is asks port/clock.h.
 */
#ifndef APNSCTL_CLOCK_H
#define APNSCTL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define DAY_S INT64_C(86400)
#define TIME_UNKNOWN INT64_MIN

/* "2026-11-24T03:27:46Z" (only upper-case T and Z, whole seconds); false when it is not one. */
bool time_parse(const char *text, int64_t *out);

/* "2026-11-24"; the time is its first second. */
bool time_parse_date(const char *text, int64_t *out);

enum { TIME_TEXT = 21 }; /* years 0000 to 9999; others are clamped */

/* Writes "2026-11-24T03:27:46Z" into `text` and returns it. */
char *time_format(int64_t t, char text[TIME_TEXT]);

/* Writes "2026-11-24" (the UTC day) into `text` and returns it. */
char *time_format_date(int64_t t, char text[TIME_TEXT]);

/* Writes "20261124" (the UTC day) into `text` and returns it. */
char *time_format_compact(int64_t t, char text[TIME_TEXT]);

/* "45d", "12h", "30m", "90s": one number, one unit; false when it is not one or overflows. */
bool duration_parse(const char *text, int64_t *seconds);

/* The largest unit that divides it: 3888000 is "45d". */
char *duration_format(int64_t seconds, char text[TIME_TEXT]);

#endif
