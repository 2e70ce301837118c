/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/text.h"
#include "schema/resolve/desired.h"

bool acknowledges(const struct acknowledgement *a, const char *from, const char *to)
{
	return a && text_eq(a->from.s, from) && text_eq(a->to.s, to ? to : "None");
}

bool acknowledges_topic(const struct acknowledgement *a, const char *from, const char *to)
{
	return acknowledges(a, from, to) || acknowledges(a, from, "New");
}

bool acknowledges_reenrol(const struct want_policy *w, const char *from, const char *to)
{
	return acknowledges(w->allow_reenrol, from, to) ||
	       (w->effective && acknowledges_topic(w->effective->allow_topic_change, from, to));
}
