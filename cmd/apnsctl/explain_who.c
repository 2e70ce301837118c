/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which customer is this? From something that stands on a screen or in a mail of Apple's: a topic
 * or row of the portal, a serial, the address of an Apple Account.
 */
#include <strings.h>

#include "cmd/apnsctl/explain.h"
#include "schema/base/text.h"

struct search {
	struct explanation *x;
	enum explain_by by;
	const char
	    *value; /* a serial in upper case; an identifier of a topic behind its last dot */
	size_t found;
};

/* "APSP:<uuid>" and "<uuid>" find the topic that ends so. */
static bool is_topic(const char *topic, const char *value)
{
	const char *id = text_starts(value, "APSP:") ? value + 5 : NULL;

	if (!topic)
		return false;
	return id ? text_ends(topic, id) : text_eq(topic, value);
}

static const char *found_topic(const struct cert_view *v, const char *value)
{
	const struct actual_cert *a = v->actual;

	if (is_topic(v->in_force, value))
		return "the topic in force";
	if (v->want && is_topic(v->want->topic, value))
		return "spec.topic";
	if (v->want && v->want->in_git && is_topic(v->want->in_git->topic, value))
		return "the topic of the certificate in Git";
	for (size_t i = 0; a && i < a->n_pair; i++)
		if (is_topic(a->pair[i].topic, value))
			return "the topic of a certificate that it had";
	return a && is_topic(a->published_topic, value) ? "the topic on the status branch" : NULL;
}

static const char *found_serial(const struct cert_view *v, const char *value)
{
	const struct actual_cert *a = v->actual;

	for (size_t i = 0; a && i < a->n_pair; i++) {
		if (!text_eq(a->pair[i].serial, value))
			continue;
		if (&a->pair[i] == v->active)
			return "the serial of the certificate in force";
		return &a->pair[i] == v->next ? "the serial of the certificate on its way"
					      : "the serial of a certificate that it had";
	}
	if (v->want && v->want->in_git && text_eq(v->want->in_git->serial, value))
		return "the serial of the certificate in Git";
	return NULL;
}

static const char *found_address(const struct cert_view *v, const char *value)
{
	if (v->want && v->want->account.address && !strcasecmp(v->want->account.address, value))
		return "its Apple Account (Apple ID)";
	if (v->actual && v->actual->apple_id && !strcasecmp(v->actual->apple_id, value))
		return "the Apple Account (Apple ID) that it was last requested under";
	return NULL;
}

static int look(struct facts_unit *u, void *arg, struct err *e)
{
	struct search *s = arg;

	(void)e;
	for (size_t i = 0; i < u->plan.n_view; i++) {
		const struct cert_view *v = &u->plan.view[i];
		const char *why = s->by == EXPLAIN_TOPIC    ? found_topic(v, s->value)
				  : s->by == EXPLAIN_SERIAL ? found_serial(v, s->value)
							    : found_address(v, s->value);
		if (!why)
			continue;
		explain_certificate(s->x, u, v, why);
		s->found++;
	}
	return 0;
}

int explain_who(struct explanation *x, struct facts *f, enum explain_by by, const char *value,
		struct err *e)
{
	struct search s = { x, by, value, 0 };

	return facts_each(f, look, &s, e) ? -1 : s.found == 0;
}
