/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/resolve/desired.h"

#include <stdlib.h>

#include "schema/base/text.h"

static int cert_cmp(const void *name, const void *item)
{
	return text_cmp(name, ((const struct want_cert *)item)->ref.name);
}

const struct want_cert *want_cert_of(const struct want_tenant *t, const char *name)
{
	return t->n_cert ? bsearch(name, t->cert, t->n_cert, sizeof(*t->cert), cert_cmp) : NULL;
}

static int policy_cmp(const void *name, const void *item)
{
	return text_cmp(name, ((const struct want_policy *)item)->ref.name);
}

const struct want_policy *want_policy_of(const struct want_tenant *t, const char *name)
{
	return t->n_policy ? bsearch(name, t->policy, t->n_policy, sizeof(*t->policy), policy_cmp) :
			     NULL;
}

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
