/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of one mapping against its table: unknown, missing, exclusive ones. */
#ifndef APNSCTL_LOAD_KEYS_H
#define APNSCTL_LOAD_KEYS_H

#include <stdint.h>

#include "schema/load/decoder.h"

enum { FIELDS_MAX = 64 }; /* of a table: one bit each */

struct keys {
	const struct subtable *table;
	uint64_t seen;    /* written */
	uint64_t claimed; /* not written, and an unknown key looks like it */
	bool unknown;     /* some key is not in the table */
};

/*
 * The field of a key, or NULL. Keys mostly stand in the order of the table, so that `*next` is
 * tried first; it moves on.
 */
const struct field *keys_find(const struct subtable *t, const char *key, size_t *next);

/* True when the part of the document ("spec") has no value: its keys may stand below unindented. */
bool keys_are_unindented(const struct decoder *d, const char *part);

/* Tells each unknown key with the one that was meant, which then counts as claimed. */
void keys_tell_unknown(struct decoder *d, struct keys *k, const struct node *map,
		       const struct place *at);

/* Tells what is required and neither seen nor claimed, at `head`. True when all was seen. */
bool keys_tell_missing(struct decoder *d, const struct keys *k, const struct place *at,
		       struct span head);

/* Tells when not exactly one of the table's exclusive keys is seen or claimed. */
void keys_tell_exclusive(struct decoder *d, const struct keys *k, const struct node *map,
			 const struct place *at, struct span head);

#endif
