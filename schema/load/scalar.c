/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/load/scalar.h"

#include <string.h>

#include "schema/base/clock.h"
#include "schema/base/lookalike.h"
#include "schema/base/text.h"
#include "schema/kind/cert_facts.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper_hex(char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'F');
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_letter(char c)
{
	return is_lower(c) || (c >= 'A' && c <= 'Z');
}

static bool is_visible(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7f)
			return false;
	return true;
}

static bool is_line(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	return true;
}

static bool is_old_name(const char *s)
{
	const char *slash = strchr(s, '/');
	char tenant[64];

	if (!slash)
		return text_is_name(s);
	size_t n = (size_t)(slash - s);
	if (n >= sizeof(tenant))
		return false;
	memcpy(tenant, s, n);
	tenant[n] = 0;
	return text_is_name(tenant) && text_is_name(slash + 1);
}

/* RFC 1123 labels, at least `least` of them; `upper` letters too. */
static bool is_host(const char *s, size_t len, unsigned least, bool upper)
{
	size_t label = 0;
	unsigned dots = 0;

	if (!len || len > 253)
		return false;
	for (size_t i = 0; i < len; i++) {
		bool edge = label == 0 || i + 1 == len || s[i + 1] == '.';
		if (s[i] == '.') {
			if (!label)
				return false;
			label = 0;
			dots++;
			continue;
		}
		if (!is_lower(s[i]) && !is_digit(s[i]) && !(upper && is_letter(s[i])) &&
		    !(s[i] == '-' && !edge))
			return false;
		if (++label > 63)
			return false;
	}
	return label > 0 && dots + 1 >= least;
}

static bool is_domain(const char *s)
{
	return is_host(s, strlen(s), 2, false);
}

static bool is_email(const char *s)
{
	static const char marks[] = ".!#$%&'*+/=?^_`{|}~-"; /* RFC 5322 atext, and the dot */
	const char *at = strchr(s, '@');

	if (!at || at == s || at - s > 64)
		return false;
	for (const char *p = s; p < at; p++)
		if (!is_letter(*p) && !is_digit(*p) && !strchr(marks, *p))
			return false;
	return is_host(at + 1, strlen(at + 1), 2, true);
}

static bool is_serial(const char *s)
{
	size_t n = 0;

	for (; s[n]; n++)
		if (!is_upper_hex(s[n]))
			return false;
	return n > 0 && n <= 40 && n % 2 == 0; /* RFC 5280, 4.1.2.2: at most 20 bytes */
}

/* A decimal number without sign, blanks or leading zeros. */
static bool is_port(const char *s, size_t len)
{
	unsigned long n = 0;

	if (!len || len > 5 || s[0] == '0')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!is_digit(s[i]))
			return false;
		n = n * 10 + (unsigned long)(s[i] - '0');
	}
	return n <= 65535;
}

/* Behind "scheme://"; NULL when the text does not start with one. */
static const char *behind_scheme(const char *s)
{
	const char *p = s;

	if (!is_lower(*p))
		return NULL;
	while (is_lower(*p) || is_digit(*p) || *p == '+' || *p == '-' || *p == '.')
		p++;
	return strncmp(p, "://", 3) == 0 ? p + 3 : NULL;
}

/* host, host:port, [IPv6], [IPv6]:port */
static bool is_host_and_port(const char *s, size_t len)
{
	const char *colon = memchr(s, ':', len);
	size_t host = colon ? (size_t)(colon - s) : len;

	if (len && s[0] == '[') {
		const char *end = memchr(s, ']', len);
		if (!end || end - s < 3)
			return false;
		for (const char *p = s + 1; p < end; p++)
			if (!is_digit(*p) && !(*p >= 'a' && *p <= 'f') && *p != ':' && *p != '.')
				return false;
		host = (size_t)(end - s) + 1;
		colon = host < len ? end + 1 : NULL;
		if (colon && *colon != ':')
			return false;
	} else if (!is_host(s, host, 1, false)) {
		return false;
	}
	return !colon || is_port(colon + 1, len - host - 1);
}

/* A user only where SSH needs one; a password nowhere. */
static bool is_authority(const char *scheme, const char *s, size_t len)
{
	const char *at = memchr(s, '@', len);
	size_t user = at ? (size_t)(at - s) : 0;

	if (at && (!text_starts(scheme, "ssh://") || !user || memchr(s, ':', user)))
		return false;
	return at ? is_host_and_port(at + 1, len - user - 1) : is_host_and_port(s, len);
}

static bool is_origin(const char *s)
{
	const char *rest = behind_scheme(s);

	return rest && is_visible(s) && is_authority(s, rest, strlen(rest));
}

static bool is_url(const char *s)
{
	const char *rest = behind_scheme(s);

	if (!rest || !is_visible(s))
		return false;
	if (text_starts(s, "file://"))
		return rest[0] == '/';
	return is_authority(s, rest, strcspn(rest, "/?#"));
}

static bool whole_number(const char *s, int64_t *out)
{
	bool minus = *s == '-';
	int64_t n = 0;

	s += minus;
	if (!is_digit(*s) || (s[0] == '0' && (s[1] || minus)))
		return false;
	for (; is_digit(*s); s++) {
		if (n > INT64_C(100000000000000000))
			return false;
		n = n * 10 + (*s - '0');
	}
	*out = minus ? -n : n;
	return !*s;
}

static const struct scalar_form forms[FT_MAX] = {
	[FT_STRING] = { "text on one line", "write it on one line, without control characters",
			is_line, NULL },
	[FT_NAME] = { "a name", "use lower-case letters, digits and hyphens, at most 63",
		      text_is_name, NULL },
	[FT_PERSON] = { "the id of a person", "write it on one line, without control characters",
			is_line, NULL },
	[FT_OLD_NAME] = { "an old name", "write name, or tenant/name", is_old_name, NULL },
	[FT_REF] = { "a name", "use lower-case letters, digits and hyphens, at most 63",
		     text_is_name, NULL },
	[FT_ENUM] = { "a word", "write one of its words", NULL, NULL },
	[FT_INT] = { "a whole number", "write digits only, without a leading zero", NULL,
		     whole_number },
	[FT_DURATION] = { "a duration", "write a number and one unit, such as 45d or 12h", NULL,
			  duration_parse },
	[FT_DATE] = { "a date", "write year, month and day, such as 2026-11-24", NULL,
		      time_parse_date },
	[FT_TIME] = { "a time", "write it in UTC, such as 2026-11-24T03:27:46Z", NULL, time_parse },
	[FT_EMAIL] = { "a mail address", "write it as in push@acme.example", is_email, NULL },
	[FT_DOMAIN] = { "a domain", "write it in lower case, such as acme.example", is_domain,
			NULL },
	[FT_TOPIC] = { "a topic", "it starts with com.apple.mgmt.", topic_is_plain, NULL },
	[FT_SERIAL] = { "a serial number", "write it in upper-case hex, such as 734DF9C0BB2703FD",
			is_serial, NULL },
	[FT_PATH] = { "a path", "write it on one line, without control characters", is_line, NULL },
	[FT_ORIGIN] = { "an origin",
			"write scheme://host or scheme://host:port in lower case, and nothing "
			"behind",
			is_origin, NULL },
	[FT_URL] = { "a URL",
		     "write scheme://host/path without blanks, user or password (ssh may have a "
		     "user)",
		     is_url, NULL },
};

static char to_upper(char c)
{
	return is_lower(c) ? (char)(c - 'a' + 'A') : c;
}

static char to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_name_type(enum field_type type)
{
	return type == FT_NAME || type == FT_REF || type == FT_OLD_NAME;
}

/* One character of a value as its type wants it. */
static char mend_character(enum field_type type, char c)
{
	if (type == FT_SERIAL)
		return to_upper(c);
	if (type == FT_EMAIL || type == FT_TOPIC)
		return c;
	return is_name_type(type) && (c == ' ' || c == '_') ? '-' : to_lower(c);
}

bool scalar_mend(enum field_type type, const char *s, char out[SCALAR_MENDED])
{
	char look[SCALAR_MENDED];
	size_t n = 0;

	if (type != FT_SERIAL && type != FT_DOMAIN && type != FT_ORIGIN && type != FT_EMAIL &&
	    type != FT_TOPIC && !is_name_type(type))
		return false;
	if (lookalike_fold(s, strlen(s), look, sizeof(look)))
		s = look;
	for (; *s; s++) {
		if (type == FT_SERIAL && (*s == ':' || *s == ' '))
			continue;
		if (n + 1 == SCALAR_MENDED)
			return false;
		out[n++] = mend_character(type, *s);
	}
	out[n] = 0;
	if (n && (out[n - 1] == '/' || out[n - 1] == '.'))
		out[n - 1] = 0;
	return forms[type].fits(out);
}

const struct scalar_form *scalar_form(enum field_type type)
{
	return &forms[type];
}

/* Words of YAML 1.1 and of the core schema of 1.2; ".inf" may have a sign in front. */
static const struct {
	char text[6];
	const char *taken_as;
} words[] = {
	{ "~", "nothing" },
	{ "null", "nothing" },
	{ "Null", "nothing" },
	{ "NULL", "nothing" },
	{ "y", "a boolean" },
	{ "Y", "a boolean" },
	{ "yes", "a boolean" },
	{ "Yes", "a boolean" },
	{ "YES", "a boolean" },
	{ "n", "a boolean" },
	{ "N", "a boolean" },
	{ "no", "a boolean" },
	{ "No", "a boolean" },
	{ "NO", "a boolean" },
	{ "true", "a boolean" },
	{ "True", "a boolean" },
	{ "TRUE", "a boolean" },
	{ "false", "a boolean" },
	{ "False", "a boolean" },
	{ "FALSE", "a boolean" },
	{ "on", "a boolean" },
	{ "On", "a boolean" },
	{ "ON", "a boolean" },
	{ "off", "a boolean" },
	{ "Off", "a boolean" },
	{ "OFF", "a boolean" },
	{ ".inf", "a number" },
	{ ".Inf", "a number" },
	{ ".INF", "a number" },
	{ ".nan", "a number" },
	{ ".NaN", "a number" },
	{ ".NAN", "a number" },
	{ "=", "a key of the language" },
	{ "<<", "a key of the language" },
};

static const char *word_meaning(const char *s)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].text[0] == s[0] && strcmp(words[i].text, s) == 0)
			return words[i].taken_as;
	return NULL;
}

static size_t skip_sign(const char *s)
{
	return *s == '-' || *s == '+';
}

/* Length of a run of digits and underscores that starts with a digit. */
static size_t digits(const char *s)
{
	size_t n = 0;

	if (!is_digit(*s))
		return 0;
	while (is_digit(s[n]) || s[n] == '_')
		n++;
	return n;
}

/* 0x1f, 0o17, 0b1 */
static bool is_based_number(const char *s)
{
	size_t n;

	s += skip_sign(s);
	if (s[0] != '0' || !s[1] || !strchr("xob", s[1]) || !s[2])
		return false;
	n = strspn(s + 2, s[1] == 'x' ? "0123456789abcdefABCDEF_" : "01234567_");
	return s[2 + n] == 0;
}

/* 012, 1_000, 1.5, 1e3, .5, 190:20:30 (base 60 in YAML 1.1) */
static bool is_decimal_number(const char *s)
{
	size_t whole, fraction = 0;

	s += skip_sign(s);
	whole = digits(s);
	s += whole;
	if (whole && *s == ':') {
		while (*s == ':' && is_digit(s[1]))
			s += 2 + (is_digit(s[2]) != 0);
	}
	if (*s == '.') {
		fraction = digits(s + 1);
		s += 1 + fraction;
	}
	if (!whole && !fraction)
		return false;
	if (*s == 'e' || *s == 'E') {
		s += 1 + skip_sign(s + 1);
		if (!is_digit(*s))
			return false;
		s += digits(s);
	}
	return *s == 0;
}

/* 2001-01-01, and with a time behind it. */
static bool is_timestamp(const char *s)
{
	for (size_t i = 0; i < 10; i++)
		if (i == 4 || i == 7 ? s[i] != '-' : !is_digit(s[i]))
			return false;
	s += 10;
	if (*s == 'T' || *s == 't' || *s == ' ')
		s += is_digit(s[1]) && is_digit(s[2]) && s[3] == ':' ? strlen(s) : 0;
	return *s == 0;
}

const char *scalar_ambiguity(const char *s, size_t len)
{
	enum { LONGEST_WORD = 5, LONGEST_NUMBER = 64 };

	if (!len || len > LONGEST_NUMBER)
		return NULL;
	if (!strchr("0123456789+-.", *s))
		return len <= LONGEST_WORD ? word_meaning(s) : NULL;
	if (is_timestamp(s))
		return "a date";
	if (is_decimal_number(s) || is_based_number(s) || word_meaning(s + skip_sign(s)))
		return "a number";
	return NULL;
}
