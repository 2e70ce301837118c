/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/model/band.h"

#include "schema/base/clock.h"
#include "schema/base/text.h"

static const char *const words[] = {
#define X(n) [BAND_##n] = #n,
	BANDS(X)
#undef X
};

const char *band_word(enum band b)
{
	return words[b];
}

bool band_of_word(const char *word, enum band *out)
{
	for (int i = 0; i < BAND_MAX; i++) {
		if (text_eq(words[i], word)) {
			*out = (enum band)i;
			return true;
		}
	}
	return false;
}

/* When each band from Due to ExpiredPastGrace begins. */
static int64_t begins(enum band band, int64_t not_after, const struct bands *b)
{
	switch (band) {
	case BAND_Due:
		return not_after - b->renew_before;
	case BAND_Warning:
		return not_after - b->warn_before;
	case BAND_Critical:
		return not_after - b->critical_before;
	case BAND_Expired:
		return not_after;
	default: /* the thirtieth day is still in */
		return not_after + GRACE_DAYS * DAY_S + 1;
	}
}

enum band band_at(int64_t not_after, const struct bands *b, bool revoked, int64_t now)
{
	if (revoked)
		return BAND_Revoked;
	for (enum band band = BAND_ExpiredPastGrace; band > BAND_Ok; band--)
		if (now >= begins(band, not_after, b))
			return band;
	return BAND_Ok;
}

int64_t band_changes_at(int64_t not_after, const struct bands *b, bool revoked, int64_t now)
{
	if (revoked)
		return INT64_MAX;
	for (enum band band = BAND_Due; band <= BAND_ExpiredPastGrace; band++) {
		int64_t at = begins(band, not_after, b);
		if (at > now)
			return at;
	}
	return INT64_MAX;
}
