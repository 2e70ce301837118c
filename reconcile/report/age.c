/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/report/age.h"

#include "reconcile/model/view.h"
#include "schema/base/clock.h"
#include "schema/base/json.h"
#include "schema/base/text.h"

/* How long before `end` a time of the object is; `otherwise` when it is not published. */
static int64_t before_end(const struct value *o, const char *key, int64_t end, int64_t otherwise)
{
	int64_t at = value_time(o, key);

	return at == TIME_UNKNOWN ? otherwise : end - at;
}

const char *report_band_at(const struct value *o, int64_t now)
{
	struct bands b = BANDS_DEFAULT;
	const char *word = value_text(o, "band");
	int64_t end = value_time(o, "notAfter");
	enum band was, is;

	if (!band_of_word(word, &was) || was == BAND_Pending || was == BAND_Revoked ||
	    end == TIME_UNKNOWN)
		return word;
	b.renew_before = before_end(o, "renewAfter", end, b.renew_before);
	b.warn_before = before_end(o, "warnAfter", end, b.warn_before);
	b.critical_before = before_end(o, "criticalAfter", end, b.critical_before);
	is = band_at(end, &b, false, now);
	/* Where the limits are not published, the defaults may be later than those that hold. */
	if (is < was && value_time(o, "warnAfter") == TIME_UNKNOWN)
		is = was;
	return band_word(is);
}

const char *report_verdict_in(const struct value *o, const char *band)
{
	const char *verdict = value_text(o, "verdict");
	enum band b;

	return text_eq(verdict, "Fine") && band_of_word(band, &b) && b > BAND_Due ? "Attention"
										  : verdict;
}

bool report_is_over(const struct value *o, int64_t now)
{
	int64_t end = value_time(o, "notAfter");

	return text_eq(value_text(o, "phase"), phase_word(PHASE_Archived)) && end != TIME_UNKNOWN &&
	       end <= now;
}

void report_write_aged(const struct value *o, const char *band, struct json *j)
{
	json_object(j);
	for (size_t i = 0; i < o->n; i++) {
		const struct value *m = &o->item[i];
		json_key(j, m->key);
		if (text_eq(m->key, "band") && band)
			json_string(j, band);
		else if (text_eq(m->key, "verdict") && m->type == VALUE_TEXT)
			json_string(j, report_verdict_in(o, band));
		else
			value_write(m, j);
	}
	json_end_object(j);
}
