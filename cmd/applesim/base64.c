/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/base64.h"

#include <stdint.h>
#include <string.h>

/* The six bits of a digit; -1: none. */
static int digit(char c)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool base64_decode(const char *text, size_t n, struct buf *out)
{
	uint32_t bits = 0;
	unsigned have = 0, pad = 0; /* characters of the current group of four */

	for (size_t i = 0; i < n; i++) {
		int d = digit(text[i]);

		if (is_space(text[i]))
			continue;
		if (text[i] == '=') {
			pad++;
			continue;
		}
		if (d < 0 || pad)
			return false;
		bits = bits << 6 | (uint32_t)d;
		if (++have < 4)
			continue;
		buf_add(out, (char[]){ (char)(bits >> 16), (char)(bits >> 8), (char)bits }, 3);
		bits = 0;
		have = 0;
	}
	if (have == 0)
		return pad == 0;
	if (have == 1 || have + pad != 4)
		return false;
	if (have == 2)
		buf_addc(out, (char)(bits >> 4));
	else
		buf_add(out, (char[]){ (char)(bits >> 10), (char)(bits >> 2) }, 2);
	return true;
}
