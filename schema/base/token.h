/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private keys and tokens, known by their own marks. Whatever is found is described, never shown:
 * all that quotes what a user wrote masks it here.
 */
#ifndef APNSCTL_TOKEN_H
#define APNSCTL_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

/* What was found at a place. Numbers are bytes behind it. */
struct token {
	const char *what, *remedy;
	size_t len;      /* of the mark */
	size_t skip;     /* of all that belongs to the same secret */
	size_t from, to; /* what nobody may see */
};

/* What to do about a key. */
extern const char token_key_remedy[];

/* The place of the first one from `from` on; `len`: there is none. */
size_t token_find(const char *bytes, size_t len, size_t from, struct token *out);

/*
 * Writes stars over all there are, and over the passwords of URLs, so that columns stay; true when
 * there was one.
 */
bool token_mask(char *text, size_t len);

/*
 * The same for whole lines that are shown: long words beside a token go as well, since one of them
 * is likely to be the secret that belongs to it (an AWS key has two parts).
 */
void token_mask_lines(char *text, size_t len);

#endif
