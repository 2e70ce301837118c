/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/lookalike.h"

#include <stdio.h>
#include <string.h>

#include "schema/base/text.h"

/* Letters, sorted by code; after Unicode's list of confusables (UTS 39), in most fonts the same. */
static const struct {
	uint16_t c;
	char ascii;
} letters[] = {
	{ 0x37f, 'J' }, { 0x391, 'A' }, { 0x392, 'B' }, { 0x395, 'E' }, { 0x396, 'Z' },
	{ 0x397, 'H' }, { 0x399, 'I' }, { 0x39a, 'K' }, { 0x39c, 'M' }, { 0x39d, 'N' },
	{ 0x39f, 'O' }, { 0x3a1, 'P' }, { 0x3a4, 'T' }, { 0x3a5, 'Y' }, { 0x3a7, 'X' },
	{ 0x3b1, 'a' }, { 0x3b3, 'y' }, { 0x3b9, 'i' }, { 0x3bd, 'v' }, { 0x3bf, 'o' },
	{ 0x3c1, 'p' }, { 0x3c5, 'u' }, { 0x3f2, 'c' }, { 0x3f3, 'j' }, { 0x3f9, 'C' },
	{ 0x405, 'S' }, { 0x406, 'I' }, { 0x408, 'J' }, { 0x410, 'A' }, { 0x412, 'B' },
	{ 0x415, 'E' }, { 0x417, '3' }, { 0x41a, 'K' }, { 0x41c, 'M' }, { 0x41d, 'H' },
	{ 0x41e, 'O' }, { 0x420, 'P' }, { 0x421, 'C' }, { 0x422, 'T' }, { 0x423, 'Y' },
	{ 0x425, 'X' }, { 0x42c, 'b' }, { 0x430, 'a' }, { 0x433, 'r' }, { 0x435, 'e' },
	{ 0x43e, 'o' }, { 0x440, 'p' }, { 0x441, 'c' }, { 0x443, 'y' }, { 0x445, 'x' },
	{ 0x455, 's' }, { 0x456, 'i' }, { 0x458, 'j' }, { 0x475, 'v' }, { 0x4ae, 'Y' },
	{ 0x4af, 'y' }, { 0x4bb, 'h' }, { 0x4c0, 'I' }, { 0x4cf, 'l' }, { 0x501, 'd' },
	{ 0x51b, 'q' }, { 0x51c, 'W' }, { 0x51d, 'w' },
};

/* Signs; the names are Unicode's in lower case. */
static const struct {
	uint16_t first, last;
	char ascii;
	const char *name;
} signs[] = {
	{ 0xa0, 0xa0, ' ', "no-break space" },
	{ 0xab, 0xab, '"', "typographic quote" },
	{ 0xbb, 0xbb, '"', "typographic quote" },
	{ 0x1680, 0x1680, ' ', "ogham space mark" },
	{ 0x2000, 0x200a, ' ', "typographic space" },
	{ 0x2010, 0x2010, '-', "hyphen" },
	{ 0x2011, 0x2011, '-', "non-breaking hyphen" },
	{ 0x2012, 0x2012, '-', "figure dash" },
	{ 0x2013, 0x2013, '-', "en dash" },
	{ 0x2014, 0x2014, '-', "em dash" },
	{ 0x2015, 0x2015, '-', "horizontal bar" },
	{ 0x2018, 0x201b, '\'', "typographic quote" },
	{ 0x201c, 0x201f, '"', "typographic quote" },
	{ 0x202f, 0x202f, ' ', "narrow no-break space" },
	{ 0x205f, 0x205f, ' ', "mathematical space" },
	{ 0x2212, 0x2212, '-', "minus sign" },
	{ 0x2236, 0x2236, ':', "ratio" },
	{ 0x3000, 0x3000, ' ', "ideographic space" },
	{ 0xa789, 0xa789, ':', "modifier letter colon" },
};

static char letter_of(int32_t c)
{
	size_t low = 0, high = sizeof(letters) / sizeof(letters[0]);

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (letters[mid].c == c)
			return letters[mid].ascii;
		if (letters[mid].c < c)
			low = mid + 1;
		else
			high = mid;
	}
	return 0;
}

static bool is_wide(int32_t c)
{
	return c >= 0xff01 && c <= 0xff5e;
}

static size_t sign_of(int32_t c)
{
	size_t i = 0, n = sizeof(signs) / sizeof(signs[0]);

	while (i < n && (c < signs[i].first || c > signs[i].last))
		i++;
	return i;
}

char lookalike_of(int32_t c)
{
	if (c < 0x80)
		return 0;
	if (is_wide(c))
		return (char)(c - 0xfee0);
	size_t i = sign_of(c);
	return i < sizeof(signs) / sizeof(signs[0]) ? signs[i].ascii : letter_of(c);
}

const char *lookalike_text(int32_t c, char text[LOOKALIKE_TEXT])
{
	size_t sign = sign_of(c);
	char ascii = lookalike_of(c);

	if (sign < sizeof(signs) / sizeof(signs[0]))
		snprintf(text, LOOKALIKE_TEXT, "U+%04X (%s)", (unsigned)c, signs[sign].name);
	else if (ascii)
		snprintf(text, LOOKALIKE_TEXT, "U+%04X (%s, looks like %c)", (unsigned)c,
			 is_wide(c)   ? "full-width"
			 : c >= 0x400 ? "Cyrillic"
				      : "Greek",
			 ascii);
	else
		snprintf(text, LOOKALIKE_TEXT, "U+%04X", (unsigned)c);
	return text;
}

int32_t lookalike_find(const char *s, size_t len)
{
	for (size_t at = 0; at < len;) {
		int32_t c = text_utf8_next(s, len, &at);
		if (lookalike_of(c))
			return c;
	}
	return 0;
}

static bool is_letter(int32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_ascii(const char *s, size_t len)
{
	unsigned char all = 0;

	for (size_t i = 0; i < len; i++)
		all |= (unsigned char)s[i];
	return all < 0x80;
}

int32_t lookalike_find_mixed(const char *s, size_t len)
{
	int32_t found = 0;
	bool has_latin = false;

	if (is_ascii(s, len)) /* nearly all texts */
		return 0;
	for (size_t at = 0; at < len;) {
		int32_t c = text_utf8_next(s, len, &at);
		if (c >= 0x80 && !found && is_letter(lookalike_of(c)))
			found = c;
		has_latin |= is_letter(c);
		if (found && has_latin)
			return found;
		if (c < 0x80 && !is_letter(c)) { /* the end of a word */
			found = 0;
			has_latin = false;
		}
	}
	return 0;
}

/* Text has passed the scan for control characters: of the unsafe ones only invisible are left. */
static bool is_invisible(int32_t c)
{
	return c >= 0x80 && text_is_unsafe(c);
}

bool lookalike_has_invisible(const char *s, size_t len)
{
	for (size_t at = 0; at < len;)
		if (is_invisible(text_utf8_next(s, len, &at)))
			return true;
	return false;
}

static bool is_edge(char c)
{
	return c == ' ' || c == '\t' || c == '"' || c == '\'';
}

bool lookalike_fold(const char *s, size_t len, char *out, size_t size)
{
	size_t n = 0, lead = 0;

	for (size_t at = 0; at < len;) {
		size_t from = at;
		int32_t c = text_utf8_next(s, len, &at);
		char ascii = lookalike_of(c);
		if (n + (at - from) >= size)
			return false;
		if (ascii) {
			out[n++] = ascii;
		} else if (!is_invisible(c)) {
			memcpy(out + n, s + from, at - from);
			n += at - from;
		}
	}
	while (n > 0 && is_edge(out[n - 1]))
		n--;
	while (lead < n && is_edge(out[lead]))
		lead++;
	memmove(out, out + lead, n - lead);
	out[n - lead] = 0;
	return n - lead != len || memcmp(out, s, len) != 0;
}
