/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small questions about text, and the escapes for the sinks that text goes to. Everything that a
 * user or a remote side wrote goes through one of the escapes before it is printed or published.
 */
#ifndef APNSCTL_TEXT_H
#define APNSCTL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/buf.h"

bool text_eq(const char *a, const char *b);    /* NULL equals NULL only */
int text_cmp(const char *a, const char *b);    /* NULL sorts first */
int text_cmp_at(const void *a, const void *b); /* of an array of texts, for qsort and bsearch */
bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);

/* Makes ASCII letters lower-case, in place, and returns the text; NULL stays NULL. */
char *text_lower(char *s);

/* `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, at most 63 bytes. */
bool text_is_name(const char *s);

/*
 * The candidate nearest to `word` by edit distance (transpositions count one), or NULL when none
 * is near enough to be worth a "did you mean"; of two that are as near, the one with the same
 * first letter. Case, look-alikes and invisible characters are folded first.
 */
const char *text_nearest(const char *word, const char *const *candidates, size_t n);

/*
 * Decodes one UTF-8 character at `*at`, moves `*at` behind it; -1 and one byte on when malformed.
 */
int32_t text_utf8_next(const char *s, size_t len, size_t *at);

/* Hex digits, lower or upper case, no separator. */
void text_hex(struct buf *out, const void *bytes, size_t n);
void text_hex_upper(struct buf *out, const void *bytes, size_t n);

/* Bytes from hex digits of either case; false unless exactly `n` bytes are there. */
bool text_unhex(const char *hex, void *bytes, size_t n);

/*
 * Base64 (RFC 4648) with padding; a line break after every `width` characters and at the end, 0:
 * none.
 */
void text_base64(struct buf *out, const void *bytes, size_t n, unsigned width);

/* True for characters that move the cursor, reorder text or can not be seen. */
bool text_is_unsafe(int32_t c);

/*
 * True when the text begins with "##[", "##vso[" or the like. CI runners take these for commands
 * wherever in a line of the log they stand (GitHub's runner, ActionCommand.cs; Azure Pipelines).
 */
bool text_is_log_command(const char *s, size_t len);

/* How many bytes of the text, from its first on, text_escape_terminal leaves as they are: ASCII. */
size_t text_plain(const char *s, size_t len);

/*
 * For a terminal or a log: control, bidi and invalid bytes become \xNN or \u{NNNN}, and what begins
 * a command of a CI runner in the middle of a line loses its meaning. A line must not begin with
 * such text: "::" is a command there.
 */
void text_escape_terminal(struct buf *out, const char *s, size_t len);

/*
 * For Markdown, inside a paragraph or a table cell: nothing in it can become markup, and on GitHub and
 * GitLab no mention, reference to an issue, or link to a URL. They look for those in the text that
 * Markdown gives, where an escape is gone: so a zero width space (U+200B) parts them. Addresses
 * (`a@b.example`), which mention nobody, and hashes of commits, which notify nobody, stay whole.
 */
void text_escape_markdown(struct buf *out, const char *s);

/* A path in a URL (RFC 3986): all but unreserved characters and '/' become %XX. */
void text_escape_url(struct buf *out, const char *s);

/* For XML text and attribute values; characters that XML forbids become U+FFFD. */
void text_escape_xml(struct buf *out, const char *s);

#endif
