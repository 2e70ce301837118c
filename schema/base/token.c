/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/token.h"

#include <string.h>

const char token_key_remedy[] = "a key that was in Git counts as known to everybody: take it out "
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
static bool match_armour(const char *s, size_t len, struct token *h)
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
	*h = (struct token){ "a private key",
			     token_key_remedy,
			     label,
			     end ? (size_t)(end - s) + 5 : label,
			     label,
			     end ? (size_t)(end - s) : label + rest };
	return true;
}

/*
 * The same without armour, in base64 or as bytes: PKCS#12 (version 3), PKCS#8 and PKCS#1 (version
 * 0), told by the fixed bytes behind the length of the outer SEQUENCE (RFC 7292 4, RFC 5208 5,
 * RFC 8017 A.1.2).
 */
static bool match_base64(const char *s, size_t len, struct token *h)
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
	*h = (struct token){ what, token_key_remedy, n, n, 0, n };
	return true;
}

/* Marks that issuers put in front of their tokens so that they can be found. */
static const struct issuer {
	const char *prefix;
	size_t least; /* characters behind the prefix */
	bool (*in)(char);
	const char *what, *remedy;
} tokens[] = {
	{ "AGE-SECRET-KEY-1", 50, is_upper, "an age secret key", token_key_remedy },
	{ "PuTTY-User-Key-File-", 1, is_alnum, "a PuTTY private key", token_key_remedy },
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

static bool match_token(const char *s, size_t len, struct token *h)
{
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		const struct issuer *t = &tokens[i];
		size_t prefix = strlen(t->prefix), n;
		if (s[0] != t->prefix[0] || !starts(s, len, t->prefix))
			continue;
		n = run(s + prefix, len - prefix, t->in);
		if (n < t->least)
			return false;
		size_t all = prefix + n;
		*h = (struct token){ t->what, t->remedy, all, all, prefix, all };
		return true;
	}
	return false;
}

/* A JSON Web Token (RFC 7519): two JSON objects and a signature. */
static bool match_jwt(const char *s, size_t len, struct token *h)
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
	*h = (struct token){ "a JSON Web Token", token_remedy, at, at, 0, at };
	return true;
}

static bool match(const char *s, size_t len, struct token *h)
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

size_t token_find(const char *bytes, size_t len, size_t from, struct token *out)
{
	for (; (from = next_start(bytes, len, from)) < len; from++)
		if (match(bytes + from, len - from, out))
			return from;
	return len;
}

static bool is_secret_letter(char c)
{
	return is_base64(c) || is_url64(c);
}

static void mask(char *text, size_t from, size_t to)
{
	for (size_t k = from; k < to; k++)
		if (is_secret_letter(text[k]))
			text[k] = '*';
}

/* The password of "https://user:password@host", for which no issuer has a mark. */
static bool mask_passwords(char *text, size_t len)
{
	bool some = false;
	char *end = text + len, *colon;

	for (char *p = text; (p = memmem(p, (size_t)(end - p), "://", 3)); p++) {
		size_t n = 3;
		for (colon = NULL; p + n < end && !strchr(" \t\r\n\"'<>/@", p[n]); n++)
			if (!colon && p[n] == ':')
				colon = p + n;
		if (!colon || p + n == end || p[n] != '@' || p + n - colon < 2)
			continue;
		memset(colon + 1, '*', (size_t)(p + n - colon - 1));
		some = true;
	}
	return some;
}

bool token_mask(char *text, size_t len)
{
	bool some = mask_passwords(text, len);
	struct token t;

	for (size_t i = 0; (i = token_find(text, len, i, &t)) < len; i += t.skip) {
		mask(text, i + t.from, i + t.to);
		some = true;
	}
	return some;
}

/*
 * The words of a line that are long enough to be a secret, but for those from `from` to `to`.
 * Returns the end of the line, which is looked at once, however many tokens it has.
 */
static size_t mask_beside(char *text, size_t len, size_t from, size_t to)
{
	enum { LONG = 20 };
	const char *behind = memchr(text + from, '\n', len - from);
	size_t end = behind ? (size_t)(behind - text) : len, i = from;

	while (i > 0 && text[i - 1] != '\n')
		i--;
	while (i < end) {
		size_t n = run(text + i, end - i, is_secret_letter);
		if (n >= LONG && (i + n <= from || i >= to))
			mask(text, i, i + n);
		i += n ? n : 1;
	}
	return end;
}

void token_mask_lines(char *text, size_t len)
{
	struct token t;
	size_t done = 0;

	for (size_t i = 0; (i = token_find(text, len, i, &t)) < len; i += t.skip)
		if (i >= done)
			done = mask_beside(text, len, i, i + t.skip);
	token_mask(text, len);
}
