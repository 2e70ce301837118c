/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hash of a line as GitHub's upload of SARIF computes it (github/codeql-action,
 * src/fingerprints.ts): code scanning takes two alerts with the same rule, file and hash for the
 * same alert, so that it outlives lines that come and go above it. What is uploaded another way
 * has to bring the hash itself.
 */
#ifndef APNSCTL_EMIT_LINE_HASH_H
#define APNSCTL_EMIT_LINE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* A hash in hex, ":" and a count. */
enum { LINE_HASH = 16 + 1 + 20 + 1 };

/*
 * All lines of one text. A line is what LF, CR or CR LF ends; line 1 is there in an empty text,
 * too.
 */
struct line_hashes {
	uint64_t *hash;
	size_t n;
};

/* Computes them; line_hashes_free frees the memory. */
void line_hashes_of(const char *text, size_t len, struct line_hashes *out);
void line_hashes_free(struct line_hashes *h);

/*
 * "a7f2ff13bc495cf2:2": the hash of a line, from 1, and how many lines up to it have the same; ""
 * when there is no such line.
 */
const char *line_hash_text(const struct line_hashes *h, uint32_t line, char out[LINE_HASH]);

#endif
