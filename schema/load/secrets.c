/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds private keys and tokens by their own marks, in one pass. Whatever is found is described,
 * never shown: a finding goes to logs and pull requests.
 */
#include <stdbool.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/load/set.h"

/* The bytes of a file, and how far the place has been counted. */
struct scan {
	const char *bytes;
	size_t len;
	size_t counted; /* everything before it is in line and col */
	uint32_t line, col;
};

/* What was found at a place: `len` bytes of mark, `skip` bytes that belong to the same secret. */
struct hit {
	const char *what, *remedy;
	size_t len, skip;
};

static const char key_remedy[] = "a key that was in Git counts as known to everybody: take it out "
				 "of the history too, make a new one and renew with that";
static const char token_remedy[] = "withdraw it where it was issued, take it out of the history "
				   "too, and let the controller's configuration name a file for "
				   "the new one";

/*
 * Every mark starts with two bytes of which the first has a bit in `first` and the second has the
 * same bit in `second`. This is all that is looked at for nearly every byte of a repository.
 */
static const unsigned char first[256] = {
	['A'] = 1,  ['P'] = 2,  ['-'] = 2,  ['e'] = 4,   ['g'] = 8,
	['n'] = 16, ['s'] = 32, ['x'] = 64, ['M'] = 128,
};
static const unsigned char second[256] = {
	['G'] = 1, ['K'] = 1, ['S'] = 1, ['I'] = 1 | 128, ['u'] = 2,  ['-'] = 2,  ['y'] = 4,
	['h'] = 8, ['i'] = 8, ['l'] = 8, ['p'] = 16,      ['k'] = 32, ['o'] = 64,
};

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '_';
}

static bool is_base64(char c)
{
	return (is_word(c) && c != '_') || c == '+' || c == '/' || c == '=';
}

static bool is_url64(char c)
{
	return is_word(c) || c == '-';
}

static bool is_alnum(char c)
{
	return is_word(c) && c != '_';
}

static bool is_upper(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

static size_t run(const char *s, size_t len, bool (*in)(char))
{
	size_t n = 0;

	while (n < len && in(s[n]))
		n++;
	return n;
}

static bool starts(const char *s, size_t len, const char *prefix)
{
	size_t n = strlen(prefix);

	return len >= n && memcmp(s, prefix, n) == 0;
}

/*
 * A key has a body: real base64 behind its head, not the three dots of an example. Between lines
 * may stand what a manifest, a JSON string or a comment puts there.
 */
static bool has_body(const char *s, size_t len)
{
	enum { LOOK = 512, ENOUGH = 20 };
	size_t end = len < LOOK ? len : LOOK;

	for (size_t i = 0; i < end;) {
		size_t n = run(s + i, len - i, is_base64);
		if (n >= ENOUGH)
			return true;
		if (starts(s + i, len - i, "---"))
			return false;
		i += n ? n : 1;
	}
	return false;
}

/* "-----BEGIN … PRIVATE KEY-----", with the spellings of PEM, OpenSSH, SSH2 and PGP. */
static bool match_armour(const char *s, size_t len, struct hit *h)
{
	enum { LABEL_MAX = 48, BODY_MAX = 8192 };
	size_t at = 0, label, rest;
	bool is_key = false;

	while (at < len && s[at] == '-')
		at++;
	if (at < 4)
		return false;
	if (at < len && s[at] == ' ')
		at++;
	if (!starts(s + at, len - at, "BEGIN "))
		return false;
	for (label = at; label < len && label < at + LABEL_MAX && s[label] != '-'; label++)
		is_key = is_key || starts(s + label, len - label, "PRIVATE KEY");
	while (label < len && s[label] == '-')
		label++;
	if (!is_key || !has_body(s + label, len - label))
		return false;
	rest = len - label < BODY_MAX ? len - label : BODY_MAX;
	const char *end = memmem(s + label, rest, "--END", 5);
	*h =
	    (struct hit){ "a private key", key_remedy, label, end ? (size_t)(end - s) + 5 : label };
	return true;
}

/*
 * The same without armour, in base64 or as bytes: PKCS#12 (version 3), PKCS#8 and PKCS#1 (version
 * 0), told by the fixed bytes behind the length of the outer SEQUENCE (RFC 7292 4, RFC 5208 5,
 * RFC 8017 A.1.2).
 */
static bool match_base64(const char *s, size_t len, struct hit *h)
{
	enum { ENOUGH = 40 };
	const char *what = NULL;
	size_t n = run(s, len < ENOUGH ? len : ENOUGH, is_base64);

	if (n < ENOUGH || s[1] != 'I' || s[2] < 'I' || s[2] > 'L')
		return false;
	if (starts(s + 6, n - 6, "IBAzCC") && strchr("AQgw", s[5]))
		what = "a PKCS#12 key store";
	else if (starts(s + 6, n - 6, "IBADANBgkqhkiG9w0BAQEFAASC") ||
		 starts(s + 6, n - 6, "IBAAKC"))
		what = "a private key";
	if (!what)
		return false;
	n = run(s, len, is_base64);
	*h = (struct hit){ what, key_remedy, n, n };
	return true;
}

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

/* Marks that issuers put in front of their tokens so that they can be found. */
static const struct token {
	const char *prefix;
	size_t least; /* characters behind the prefix */
	bool (*in)(char);
	const char *what, *remedy;
} tokens[] = {
	{ "AGE-SECRET-KEY-1", 50, is_upper, "an age secret key", key_remedy },
	{ "PuTTY-User-Key-File-", 1, is_alnum, "a PuTTY private key", key_remedy },
	{ "AKIA", 16, is_upper, "an AWS access key", token_remedy },
	{ "ASIA", 16, is_upper, "an AWS access key", token_remedy },
	{ "AIza", 35, is_url64, "a Google API key", token_remedy },
	{ "ghp_", 36, is_alnum, "a GitHub token", token_remedy },
	{ "gho_", 36, is_alnum, "a GitHub token", token_remedy },
	{ "ghu_", 36, is_alnum, "a GitHub token", token_remedy },
	{ "ghs_", 36, is_alnum, "a GitHub token", token_remedy },
	{ "ghr_", 36, is_alnum, "a GitHub token", token_remedy },
	{ "github_pat_", 60, is_word, "a GitHub token", token_remedy },
	{ "glpat-", 20, is_url64, "a GitLab token", token_remedy },
	{ "npm_", 36, is_alnum, "an npm token", token_remedy },
	{ "sk_live_", 24, is_alnum, "a Stripe key", token_remedy },
	{ "xoxb-", 20, is_url64, "a Slack token", token_remedy },
	{ "xoxp-", 20, is_url64, "a Slack token", token_remedy },
};

static bool match_token(const char *s, size_t len, struct hit *h)
{
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		const struct token *t = &tokens[i];
		size_t prefix = strlen(t->prefix), n;
		if (s[0] != t->prefix[0] || !starts(s, len, t->prefix))
			continue;
		n = run(s + prefix, len - prefix, t->in);
		if (n < t->least)
			return false;
		*h = (struct hit){ t->what, t->remedy, prefix + n, prefix + n };
		return true;
	}
	return false;
}

/* A JSON Web Token (RFC 7519): two JSON objects and a signature. */
static bool match_jwt(const char *s, size_t len, struct hit *h)
{
	size_t at = run(s, len, is_url64);

	if (at < 12 || !starts(s + at, len - at, ".eyJ"))
		return false;
	at += 1 + run(s + at + 1, len - at - 1, is_url64);
	if (at >= len || s[at] != '.')
		return false;
	size_t signature = run(s + at + 1, len - at - 1, is_url64);
	if (signature < 20)
		return false;
	at += 1 + signature;
	*h = (struct hit){ "a JSON Web Token", token_remedy, at, at };
	return true;
}

static bool match(const char *s, size_t len, struct hit *h)
{
	switch (s[0]) {
	case '-':
		return match_armour(s, len, h);
	case 'M':
		return match_base64(s, len, h);
	case 'e':
		return starts(s, len, "eyJ") && match_jwt(s, len, h);
	default:
		return match_token(s, len, h);
	}
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

static void report(struct scan *c, const char *path, size_t at, const struct hit *h,
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

/* The next place from `i` on where a mark can start: before a word, or before a run of dashes. */
static size_t next_start(const char *bytes, size_t len, size_t i)
{
	for (; i + 1 < len; i++) {
		if (!(first[(unsigned char)bytes[i]] & second[(unsigned char)bytes[i + 1]]))
			continue;
		if (i == 0 || (bytes[i - 1] != '-' && (bytes[i] == '-' || !is_word(bytes[i - 1]))))
			return i;
	}
	return len;
}

void scan_secrets(const char *path, const char *bytes, size_t len, struct findings *fs)
{
	const char *binary = binary_key((const unsigned char *)bytes, len), *copy = NULL;
	struct scan c = { .bytes = bytes, .len = len, .line = 1, .col = 1 };
	struct hit h;

	if (binary)
		finding_add(fs, RULE_SECRET_COMMITTED, arena_strdup(fs->mem, path),
			    (struct span){ 0 }, "%s stands in this file; %s", binary, key_remedy);
	for (size_t i = 0, hits = 0; (i = next_start(bytes, len, i)) < len;) {
		if (!match(bytes + i, len - i, &h)) {
			i++;
			continue;
		}
		if (!copy)
			copy = arena_strdup(fs->mem, path);
		report(&c, copy, i, &h, fs);
		if (++hits > FINDINGS_PER_FILE)
			return;
		i += h.skip;
	}
}
