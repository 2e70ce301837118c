/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/openssl/form.h"

#include <ctype.h>
#include <string.h>

static const char begin_mark[] = "-----BEGIN ";
static const char end_mark[] = "-----END ";
static const char dashes[] = "-----";

enum { BEGIN_LEN = sizeof(begin_mark) - 1, END_LEN = sizeof(end_mark) - 1, DASHES_LEN = 5 };
enum { LABEL_MAX = 64, LOOK_AT = 1024 };

static const char *find(const char *p, const char *end, const char *word)
{
	return memmem(p, (size_t)(end - p), word, strlen(word));
}

static bool starts(const char *p, const char *end, const char *word, size_t n)
{
	return (size_t)(end - p) >= n && !memcmp(p, word, n);
}

static bool is(const char *label, size_t len, const char *word)
{
	return len == strlen(word) && !memcmp(label, word, len);
}

static enum pem_kind kind_of(const char *label, size_t len)
{
	static const char key[] = "PRIVATE KEY";
	const size_t key_len = sizeof(key) - 1;

	if (is(label, len, "CERTIFICATE") || is(label, len, "X509 CERTIFICATE"))
		return PEM_CERTIFICATE;
	if (is(label, len, "CERTIFICATE REQUEST") || is(label, len, "NEW CERTIFICATE REQUEST"))
		return PEM_REQUEST;
	if (len >= key_len && !memcmp(label + len - key_len, key, key_len))
		return PEM_KEY;
	return PEM_OTHER;
}

/* The label of a BEGIN line whose text starts at `p`; NULL when it is no BEGIN line. */
static const char *label_end(const char *p, const char *end)
{
	const char *stop = (size_t)(end - p) > LABEL_MAX ? p + LABEL_MAX : end;
	const char *close = find(p, stop, dashes);

	if (!close || memchr(p, '\n', (size_t)(close - p)))
		return NULL;
	return close;
}

bool pem_next(const char *bytes, size_t len, size_t *at, struct pem_block *out)
{
	const char *end = bytes + len, *p = bytes + *at;

	while (p < end && (p = find(p, end, begin_mark))) {
		const char *label = p + BEGIN_LEN, *close = label_end(label, end);
		if (!close) {
			p = label;
			continue;
		}
		size_t label_len = (size_t)(close - label);
		const char *body = close + DASHES_LEN;
		/* Base64 has no dash: the next ones are the END line, or the block is broken. */
		const char *next = find(body, end, dashes);
		*out = (struct pem_block){ .kind = kind_of(label, label_len), .body = body };
		*at = (size_t)((next ? next : end) - bytes);
		if (!next || !starts(next, end, end_mark, END_LEN)) {
			out->problem = "the PEM block has no END line";
			return true;
		}
		const char *end_label = next + END_LEN;
		*at += END_LEN;
		if (!starts(end_label, end, label, label_len + DASHES_LEN)) {
			out->problem = "the END line of the PEM block does not match its BEGIN "
				       "line";
			return true;
		}
		*at += label_len + DASHES_LEN;
		out->len = (size_t)(next - body);
		return true;
	}
	*at = len;
	return false;
}

static const char *skip_blank(const char *p, const char *end)
{
	static const char bom[] = "\xef\xbb\xbf";

	if (starts(p, end, bom, 3))
		p += 3;
	while (p < end && isspace((unsigned char)*p))
		p++;
	return p;
}

bool form_is_blank(const char *bytes, size_t len)
{
	return skip_blank(bytes, bytes + len) == bytes + len;
}

/* True when `word` (lower case) stands in the first LOOK_AT bytes, whatever its case. */
static bool near_start(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i < LOOK_AT && (size_t)(end - p) >= n; i++, p++)
		if (!strncasecmp(p, word, n))
			return true;
	return false;
}

bool form_is_html(const char *bytes, size_t len)
{
	const char *end = bytes + len, *p = skip_blank(bytes, end);

	return p < end && *p == '<' &&
	       (near_start(p, end, "<!doctype html") || near_start(p, end, "<html") ||
		near_start(p, end, "<head") || near_start(p, end, "<body"));
}

/* The first bytes of base64 text, decoded; 0 when it is not base64. Enough to recognise XML. */
static size_t decode_start(const char *p, const char *end, char *out, size_t size)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0, have = 0;
	size_t n = 0;

	for (; p < end && n < size; p++) {
		if (isspace((unsigned char)*p))
			continue;
		const char *d = *p ? strchr(digits, *p) : NULL;
		if (!d)
			return *p == '=' ? n : 0;
		bits = (bits << 6 | (unsigned)(d - digits)) & 0xffffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = (char)(bits >> have);
		}
	}
	return n;
}

static bool is_plist(const char *p, const char *end)
{
	return near_start(p, end, "<plist") || near_start(p, end, "<!doctype plist");
}

bool form_is_upload(const char *bytes, size_t len)
{
	char start[LOOK_AT];
	const char *end = bytes + len, *p = skip_blank(bytes, end);

	if (p < end && *p == '<')
		return is_plist(p, end) && find(p, end, "PushCertRequestCSR");
	size_t n = decode_start(p, end, start, sizeof(start));
	return n && is_plist(start, start + n);
}

bool form_is_der_key(const char *bytes, size_t len)
{
	/* SEQUENCE { INTEGER 0, then an INTEGER (PKCS#1) or an AlgorithmIdentifier (PKCS#8) */
	static const char version[] = "\x02\x01\x00";
	const char *end = bytes + len;
	size_t head = 2;

	if (len < 8 || bytes[0] != 0x30)
		return false;
	if ((unsigned char)bytes[1] & 0x80)
		head += (unsigned char)bytes[1] & 0x7f;
	if (head > 5 || !starts(bytes + head, end, version, 3) || head + 3 >= len)
		return false;
	if (bytes[head + 3] == 0x02)
		return true;
	/* A certificate request starts alike, but its next SEQUENCE holds a SET (a name). */
	return bytes[head + 3] == 0x30 && head + 5 < len && bytes[head + 5] == 0x06;
}
