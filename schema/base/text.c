/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/text.h"

#include <string.h>

#include "schema/base/lookalike.h"

bool text_eq(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

int text_cmp(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

int text_cmp_at(const void *a, const void *b)
{
	return text_cmp(*(const char *const *)a, *(const char *const *)b);
}

bool text_starts(const char *s, const char *prefix)
{
	return s && strncmp(s, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *s, const char *suffix)
{
	size_t n = s ? strlen(s) : 0, m = strlen(suffix);

	return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

char *text_lower(char *s)
{
	for (char *p = s; p && *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 32);
	return s;
}

static bool is_lower_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool text_is_name(const char *s)
{
	size_t n = s ? strlen(s) : 0;

	if (n < 1 || n > 63 || !is_lower_alnum(s[0]) || !is_lower_alnum(s[n - 1]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_lower_alnum(s[i]) && s[i] != '-')
			return false;
	return true;
}

static unsigned sequence_length(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	if (c >= 0xf0 && c <= 0xf4)
		return 4;
	return 0;
}

int32_t text_utf8_next(const char *s, size_t len, size_t *at)
{
	static const unsigned char first_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s + *at;
	unsigned n = sequence_length(p[0]);

	if (!n || n > len - *at) {
		++*at;
		return -1;
	}
	int32_t c = p[0] & first_bits[n];
	for (unsigned i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80) {
			++*at;
			return -1;
		}
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
		++*at;
		return -1;
	}
	*at += n;
	return c;
}

enum { WORD_MAX = 64 };

/* As it looks, in lower case, without what can not be seen; what is too long is cut. */
static size_t fold(const char *s, int32_t out[WORD_MAX])
{
	size_t n = 0, len = strlen(s);

	for (size_t at = 0; at < len && n < WORD_MAX;) {
		int32_t c = text_utf8_next(s, len, &at);
		char ascii = lookalike_of(c);
		if (ascii)
			c = ascii;
		if (text_is_unsafe(c) || c == '-' || c == '_' || c == ' ')
			continue;
		out[n++] = c >= 'A' && c <= 'Z' ? c + 32 : c;
	}
	return n;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;
	return m < c ? m : c;
}

/* Optimal string alignment distance. */
static unsigned distance(const int32_t *a, size_t n, const int32_t *b, size_t m)
{
	unsigned row[3][WORD_MAX + 1];

	for (size_t k = 0; k <= m; k++)
		row[0][k] = (unsigned)k;
	for (size_t i = 1; i <= n; i++) {
		unsigned *now = row[i % 3], *before = row[(i + 2) % 3], *two = row[(i + 1) % 3];
		now[0] = (unsigned)i;
		for (size_t k = 1; k <= m; k++) {
			now[k] = min3(before[k] + 1, now[k - 1] + 1,
				      before[k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
			    two[k - 2] + 1 < now[k])
				now[k] = two[k - 2] + 1;
		}
	}
	return row[n % 3][m];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t n)
{
	int32_t a[WORD_MAX], b[WORD_MAX];
	size_t len = fold(word, a);
	unsigned best = len <= 3 ? 2 : len <= 6 ? 3 : 4; /* one less than this is near */
	const char *nearest = NULL;
	bool same_start = false; /* of two that are as near: few mistype the first letter */

	for (size_t i = 0; i < n; i++) {
		size_t m = fold(candidates[i], b);
		bool starts = len && m && a[0] == b[0];
		unsigned reach = best + (nearest && starts && !same_start);
		if ((len > m ? len - m : m - len) >= reach)
			continue;
		unsigned d = distance(a, len, b, m);
		if (d < reach) {
			best = d;
			nearest = candidates[i];
			same_start = starts;
		}
	}
	return nearest;
}

static void hex(struct buf *out, const void *bytes, size_t n, const char digit[17])
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++) {
		buf_addc(out, digit[p[i] >> 4]);
		buf_addc(out, digit[p[i] & 15]);
	}
}

void text_hex(struct buf *out, const void *bytes, size_t n)
{
	hex(out, bytes, n, "0123456789abcdef");
}

void text_hex_upper(struct buf *out, const void *bytes, size_t n)
{
	hex(out, bytes, n, "0123456789ABCDEF");
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool text_unhex(const char *digits, void *bytes, size_t n)
{
	unsigned char *out = bytes;

	if (!digits || strlen(digits) != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = hex_digit(digits[2 * i]), low = hex_digit(digits[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

void text_base64(struct buf *out, const void *bytes, size_t n, unsigned width)
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = bytes;
	unsigned col = 0;

	for (size_t i = 0; i < n; i += 3) {
		unsigned long v = (unsigned long)p[i] << 16;
		if (i + 1 < n)
			v |= (unsigned long)p[i + 1] << 8;
		if (i + 2 < n)
			v |= p[i + 2];
		char four[4] = { digit[v >> 18], digit[v >> 12 & 63], '=', '=' };
		if (i + 1 < n)
			four[2] = digit[v >> 6 & 63];
		if (i + 2 < n)
			four[3] = digit[v & 63];
		buf_add(out, four, sizeof(four));
		col += 4;
		if (width && (col >= width || i + 3 >= n)) {
			buf_addc(out, '\n');
			col = 0;
		}
	}
}

bool text_is_unsafe(int32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c <= 0xe0fff);
}

bool text_is_log_command(const char *s, size_t len)
{
	size_t i = 2;

	if (len < 3 || s[0] != '#' || s[1] != '#')
		return false;
	while (i < len && s[i] >= 'a' && s[i] <= 'z')
		i++;
	return i < len && s[i] == '[';
}

size_t text_plain(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= ' ' && s[n] < 0x7f && s[n] != '#')
		n++;
	return n;
}

void text_escape_terminal(struct buf *out, const char *s, size_t len)
{
	for (size_t at = 0; at < len;) {
		size_t plain = text_plain(s + at, len - at), from = at += plain;
		buf_add(out, s + at - plain, plain);
		if (at == len)
			break;
		int32_t c = text_utf8_next(s, len, &at);
		if (c < 0x20 || c == 0x7f ||
		    (c == '#' && text_is_log_command(s + from, len - from)))
			buf_addf(out, "\\x%02x", (unsigned char)s[from]);
		else if (text_is_unsafe(c))
			buf_addf(out, "\\u{%04x}", (unsigned)c);
		else
			buf_add(out, s + from, at - from);
	}
}

static bool is_word(const char *s, size_t at, size_t len)
{
	return at < len && ((s[at] >= 'a' && s[at] <= 'z') || (s[at] >= 'A' && s[at] <= 'Z') ||
			    (s[at] >= '0' && s[at] <= '9') || s[at] == '_');
}

/* The letters stand there, in capitals or not. */
static bool has_letters(const char *s, const char *lower)
{
	while (*lower && (*s | 0x20) == *lower)
		s++, lower++;
	return !*lower;
}

/* Behind this character a forge has seen enough of a mention, a reference or a link. */
static bool begins_reference(const char *s, size_t at, size_t len)
{
	switch (s[at]) {
	case '@': /* not in an address: people copy it to where they sign in */
		return !at || !is_word(s, at - 1, len);
	case '#':
		return true;
	case '!':
	case '$':
	case '%':
	case '&':
	case '^':
	case '~':
		return is_word(s, at + 1, len);
	case '-':
		return at >= 2 && has_letters(s + at - 2, "gh") && is_word(s, at + 1, len);
	case ':':
		return strncmp(s + at, "://", 3) == 0;
	case 'w':
	case 'W':
		return at >= 2 && has_letters(s + at - 2, "www") && s[at + 1] == '.';
	default:
		return false;
	}
}

void text_escape_markdown(struct buf *out, const char *s)
{
	size_t len = strlen(s);

	for (size_t at = 0; at < len;) {
		size_t from = at;
		int32_t c = text_utf8_next(s, len, &at);
		if (c == '\n' || c == '\r' || c == '\t')
			buf_addc(out, ' ');
		else if (c < 0 || text_is_unsafe(c))
			buf_adds(out, "\xef\xbf\xbd");
		else if (c == '<' || c == '>' || c == '&')
			buf_addf(out, "&#%d;", (int)c);
		else if (c < 0x80 && strchr("\\`*_{}[]()+-.!|~:$#^", (int)c))
			buf_addf(out, "\\%c", (char)c);
		else
			buf_add(out, s + from, at - from);
		if (begins_reference(s, from, len))
			buf_adds(out, "&#8203;");
	}
}

void text_escape_url(struct buf *out, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/.-_~";

	while (*s) {
		size_t n = strspn(s, plain);
		buf_add(out, s, n);
		s += n;
		if (*s)
			buf_addf(out, "%%%02X", (unsigned char)*s++);
	}
}

void text_escape_xml(struct buf *out, const char *s)
{
	size_t len = strlen(s);

	for (size_t at = 0; at < len;) {
		size_t from = at;
		int32_t c = text_utf8_next(s, len, &at);
		if (c < 0 || (c < 0x20 && c != '\n' && c != '\t') || c == 0xfffe || c == 0xffff)
			buf_adds(out, "\xef\xbf\xbd");
		else if (c == '<' || c == '>' || c == '&' || c == '"' || c == '\'' ||
			 text_is_unsafe(c) ||
			 (c == '#' && text_is_log_command(s + from, len - from)))
			buf_addf(out, "&#%d;", (int)c);
		else
			buf_add(out, s + from, at - from);
	}
}
