/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The expiry bands (design: section 4): how near the end of a certificate is. Boundaries inclusive.
 */
#ifndef APNSCTL_MODEL_BAND_H
#define APNSCTL_MODEL_BAND_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/resolve/desired.h"

/* Pending (no certificate yet) stands beside the order of the others. */
#define BANDS(X)                                                                                   \
	X(Pending) X(Ok) X(Due) X(Warning) X(Critical) X(Expired) X(ExpiredPastGrace) X(Revoked)

enum band {
#define X(n) BAND_##n,
	BANDS(X)
#undef X
		BAND_MAX
};

const char *band_word(enum band b);

/* The value of a word; false when it is none. */
bool band_of_word(const char *word, enum band *out);

/* After its end a certificate can still be renewed for this long, as documented (apple.md 1.7). */
enum { GRACE_DAYS = 30 };

enum band band_at(int64_t not_after, const struct bands *b, bool revoked, int64_t now);

/* The first instant after `now` at which band_at gives another band; INT64_MAX: never. */
int64_t band_changes_at(int64_t not_after, const struct bands *b, bool revoked, int64_t now);

#endif
