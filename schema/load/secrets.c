/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells private keys and tokens, which token.h finds by their own marks, in one pass. Whatever is
 * found is described, never shown: a finding goes to logs and pull requests.
 */
#include <stdbool.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/base/token.h"
#include "schema/load/set.h"

/* The bytes of a file, and how far the place has been counted. */
struct scan {
	const char *bytes;
	size_t len;
	size_t counted; /* everything before it is in line and col */
	uint32_t line, col;
};

/* A key as bytes, without armour (RFC 7292 4, RFC 5208 5, RFC 8017 A.1.2). */
static const char *binary_key(const unsigned char *b, size_t len)
{
	static const unsigned char pkcs8[] = { 2, 1, 0, 0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48 };
	static const unsigned char pkcs1[] = { 2, 1, 0, 2, 0x82, 1 };

	if (len >= 16 && memcmp(b, "\xfe\xed\xfe\xed", 4) == 0)
		return "a Java key store";
	if (len < 16 || b[0] != 0x30)
		return NULL;
	/* the length: indefinite or one byte, or 1 or 2 more bytes */
	size_t at = b[1] <= 0x80 ? 2 : b[1] == 0x81 ? 3 : 4;
	if (b[at] == 2 && b[at + 1] == 1 && b[at + 2] == 3 && b[at + 3] == 0x30)
		return "a PKCS#12 key store";
	if (memcmp(b + at, pkcs8, sizeof(pkcs8)) == 0 || memcmp(b + at, pkcs1, sizeof(pkcs1)) == 0)
		return "a private key";
	return NULL;
}

/* Counts lines and columns up to `to`. */
static void count(struct scan *c, size_t to)
{
	while (c->counted < to) {
		if (c->bytes[c->counted] == '\n') {
			c->line++;
			c->col = 1;
			c->counted++;
			continue;
		}
		text_utf8_next(c->bytes, c->len, &c->counted);
		c->col++;
	}
}

static void report(struct scan *c, const char *path, size_t at, const struct token *h,
		   struct findings *fs)
{
	struct span span;

	count(c, at);
	span = (struct span){ c->line, c->col, 0, 0 };
	count(c, at + h->len);
	span.end_line = c->line;
	span.end_col = c->col;
	finding_add(fs, RULE_SECRET_COMMITTED, path, span, "%s stands in this file; %s", h->what,
		    h->remedy);
}

void scan_secrets(const char *path, const char *bytes, size_t len, struct findings *fs)
{
	const char *binary = binary_key((const unsigned char *)bytes, len), *copy = NULL;
	struct scan c = { .bytes = bytes, .len = len, .line = 1, .col = 1 };
	struct token h;

	if (binary)
		finding_add(fs, RULE_SECRET_COMMITTED, arena_strdup(fs->mem, path),
			    (struct span){ 0 }, "%s stands in this file; %s", binary,
			    token_key_remedy);
	for (size_t i = 0, hits = 0; (i = token_find(bytes, len, i, &h)) < len;) {
		if (!copy)
			copy = arena_strdup(fs->mem, path);
		report(&c, copy, i, &h, fs);
		if (++hits > FINDINGS_PER_FILE)
			return;
		i += h.skip;
	}
}
