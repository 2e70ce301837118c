/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/json.h"

#include <string.h>

#include "schema/base/clock.h"
#include "schema/base/text.h"

static void newline(struct json *j)
{
	if (!j->pretty)
		return;
	buf_addc(j->out, '\n');
	for (unsigned i = 0; i < j->depth; i++)
		buf_adds(j->out, "  ");
}

/* What stands before a value or a key: a comma, a line break. */
static void separate(struct json *j)
{
	if (j->keyed) {
		j->keyed = false;
		return;
	}
	if (!j->first)
		buf_addc(j->out, ',');
	if (j->depth)
		newline(j);
	j->first = false;
}

static void open(struct json *j, char c)
{
	separate(j);
	buf_addc(j->out, c);
	j->depth++;
	j->first = true;
}

static void close(struct json *j, char c)
{
	j->depth--;
	if (!j->first)
		newline(j);
	buf_addc(j->out, c);
	j->first = false;
}

/* The character is `n` bytes of the `rest` of the text. */
static void quoted_char(struct buf *out, int32_t c, const char *bytes, size_t n, size_t rest)
{
	static const char escapes[] = {
		['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'
	};

	if (c < 0)
		buf_adds(out, "\xef\xbf\xbd");
	else if (c == '"' || c == '\\')
		buf_addf(out, "\\%c", (char)c);
	else if (c < (int32_t)sizeof(escapes) && escapes[c])
		buf_addf(out, "\\%c", escapes[c]);
	else if (c > 0xffff && text_is_unsafe(c))
		buf_addf(out, "\\u%04x\\u%04x", 0xd7c0 + ((unsigned)c >> 10),
			 0xdc00 + ((unsigned)c & 0x3ff));
	else if (text_is_unsafe(c) || /* what a reader of the file shall see, too */
		 (c == '#' && text_is_log_command(bytes, rest)))
		buf_addf(out, "\\u%04x", (unsigned)c);
	else
		buf_add(out, bytes, n);
}

/* How many bytes stay as they are, from the first on. */
static size_t plain(const char *s, size_t n)
{
	size_t max = text_plain(s, n), i = 0;

	while (i < max && s[i] != '"' && s[i] != '\\')
		i++;
	return i;
}

static void quoted(struct buf *out, const char *s, size_t n)
{
	buf_addc(out, '"');
	for (size_t at = 0; at < n;) {
		size_t same = plain(s + at, n - at), from = at += same;
		buf_add(out, s + at - same, same);
		if (at == n)
			break;
		int32_t c = text_utf8_next(s, n, &at);
		quoted_char(out, c, s + from, at - from, n - from);
	}
	buf_addc(out, '"');
}

void json_object(struct json *j)
{
	open(j, '{');
}

void json_end_object(struct json *j)
{
	close(j, '}');
}

void json_array(struct json *j)
{
	open(j, '[');
}

void json_end_array(struct json *j)
{
	close(j, ']');
}

void json_key(struct json *j, const char *key)
{
	separate(j);
	quoted(j->out, key, strlen(key));
	buf_adds(j->out, j->pretty ? ": " : ":");
	j->keyed = true;
}

void json_string_n(struct json *j, const char *s, size_t n)
{
	separate(j);
	quoted(j->out, s, n);
}

void json_string(struct json *j, const char *s)
{
	if (s)
		json_string_n(j, s, strlen(s));
	else
		json_null(j);
}

void json_int(struct json *j, int64_t v)
{
	separate(j);
	buf_addf(j->out, "%lld", (long long)v);
}

void json_bool(struct json *j, bool v)
{
	separate(j);
	buf_adds(j->out, v ? "true" : "false");
}

void json_null(struct json *j)
{
	separate(j);
	buf_adds(j->out, "null");
}

void json_member(struct json *j, const char *key, const char *s)
{
	json_key(j, key);
	json_string(j, s);
}

void json_member_opt(struct json *j, const char *key, const char *s)
{
	if (s)
		json_member(j, key, s);
}

void json_member_int(struct json *j, const char *key, int64_t v)
{
	json_key(j, key);
	json_int(j, v);
}

void json_member_bool(struct json *j, const char *key, bool v)
{
	json_key(j, key);
	json_bool(j, v);
}

void json_member_time(struct json *j, const char *key, int64_t t)
{
	char text[TIME_TEXT];

	json_member(j, key, time_format(t, text));
}
