/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/git/name.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "schema/base/text.h"

static const struct {
	int32_t first, last;
} unseen[] = {
	{ 0x0000, 0x001f },                     /* controls */
	{ 0x007f, 0x009f }, { 0x00ad, 0x00ad }, /* soft hyphen */
	{ 0x061c, 0x061c },                     /* Arabic letter mark */
	{ 0x200b, 0x200f }, /* zero width, direction; HFS+ ignores 200C to 200F */
	{ 0x2028, 0x202e }, /* separators, embedding; HFS+ ignores 202A to 202E */
	{ 0x2060, 0x206f }, /* word joiner, isolates; HFS+ ignores 206A to 206F */
	{ 0xfe00, 0xfe0f }, /* variation selectors */
	{ 0xfeff, 0xfeff }, /* byte order mark; HFS+ ignores it */
	{ 0xfff9, 0xfffb }, { 0xe0000, 0xe0fff }, /* tags */
};

static bool is_unseen(int32_t c)
{
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (c >= unseen[i].first && c <= unseen[i].last)
			return true;
	return false;
}

/*
 * NTFS drops blanks and dots at the end, so that nothing may be left of a name, "x:y" is a stream
 * of the file x there, and "git~1" is the short name of ".git".
 */
static bool is_special(const char *name, size_t len)
{
	const char *colon = memchr(name, ':', len);

	if (colon)
		len = (size_t)(colon - name);
	while (len && (name[len - 1] == ' ' || name[len - 1] == '.'))
		len--;
	if (!len || (len == 4 && strncasecmp(name, ".git", 4) == 0))
		return true;
	if (len < 5 || strncasecmp(name, "git~", 4) != 0)
		return false;
	for (size_t i = 4; i < len; i++)
		if (!isdigit((unsigned char)name[i]))
			return false;
	return true;
}

bool git_name_is_bad(const char *name, size_t len)
{
	size_t at = 0;

	if (!len || len > GIT_NAME_MAX || memchr(name, '/', len) || memchr(name, '\\', len))
		return true;
	while (at < len) {
		int32_t c = text_utf8_next(name, len, &at);
		if (c < 0 || is_unseen(c))
			return true;
	}
	return is_special(name, len);
}
