/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/model/actual.h"

#include <stdlib.h>

#include "schema/base/text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int find_word(const char *const *words, size_t n, const char *word, bool *ok)
{
	for (size_t i = 0; i < n; i++) {
		if (text_eq(words[i], word)) {
			if (ok)
				*ok = true;
			return (int)i;
		}
	}
	if (ok)
		*ok = false;
	return 0;
}

#define WORD(n) #n,
#define VOCABULARY(type, function, LIST)                                                           \
	static const char *const function##_words[] = { LIST(WORD) };                              \
	const char *function##_word(enum type v)                                                   \
	{                                                                                          \
		return function##_words[v];                                                        \
	}                                                                                          \
	enum type function##_of(const char *word, bool *ok)                                        \
	{                                                                                          \
		return (enum type)find_word(function##_words, COUNT(function##_words), word, ok);  \
	}

VOCABULARY(key_state, key_state, KEY_STATES)
VOCABULARY(request_state, request_state, REQUEST_STATES)
VOCABULARY(pair_phase, pair_phase, PAIR_PHASES)
VOCABULARY(pin_source, pin_source, PIN_SOURCES)
VOCABULARY(object_state, object_state, OBJECT_STATES)

#define FIND(items, n, member, value)                                                              \
	for (size_t i = 0; i < (n); i++)                                                           \
		if (text_eq((items)[i].member, value))                                             \
			return &(items)[i];                                                        \
	return NULL

static int by_cert_name(const void *a, const void *b)
{
	return text_cmp(((const struct actual_cert *)a)->name,
			((const struct actual_cert *)b)->name);
}

static int by_policy_name(const void *a, const void *b)
{
	return text_cmp(((const struct actual_policy *)a)->name,
			((const struct actual_policy *)b)->name);
}

void actual_sort(struct actual_tenant *t)
{
	if (t->n_cert)
		qsort(t->cert, t->n_cert, sizeof(*t->cert), by_cert_name);
	if (t->n_policy)
		qsort(t->policy, t->n_policy, sizeof(*t->policy), by_policy_name);
}

struct actual_cert *actual_cert(const struct actual_tenant *t, const char *name)
{
	const struct actual_cert key = { .name = name };

	return t->n_cert ? bsearch(&key, t->cert, t->n_cert, sizeof(key), by_cert_name) : NULL;
}

struct actual_cert *actual_cert_by_uid(const struct actual_tenant *t, const char *uid)
{
	FIND(t->cert, t->n_cert, uid, uid);
}

struct actual_cert *actual_match(const struct actual_tenant *t, const struct want_cert *w)
{
	struct actual_cert *c = actual_cert(t, w->ref.name);

	for (size_t i = 0; !c && i < w->n_previous; i++)
		c = actual_cert(t, w->previous_name[i]);
	return c;
}

struct actual_policy *actual_policy(const struct actual_tenant *t, const char *name)
{
	const struct actual_policy key = { .name = name };

	return t->n_policy ? bsearch(&key, t->policy, t->n_policy, sizeof(key), by_policy_name) :
			     NULL;
}

struct actual_key *actual_key(const struct actual_cert *c, const char *spki)
{
	FIND(c->key, c->n_key, spki, spki);
}

struct actual_server *actual_server(const struct actual_cert *c, const char *name)
{
	FIND(c->server, c->n_server, name, name);
}

struct actual_pair *actual_active(const struct actual_cert *c)
{
	for (size_t i = 0; i < c->n_pair; i++)
		if (c->pair[i].phase == PAIR_Active)
			return &c->pair[i];
	return NULL;
}

struct actual_pair *actual_next(const struct actual_cert *c)
{
	struct actual_pair *next = NULL;

	for (size_t i = 0; i < c->n_pair; i++) {
		struct actual_pair *p = &c->pair[i];
		if (p->phase < PAIR_Active && (!next || p->not_before > next->not_before))
			next = p;
	}
	return next;
}

struct actual_key *actual_open_request(const struct actual_cert *c)
{
	struct actual_key *open = NULL;

	for (size_t i = 0; i < c->n_key; i++) {
		struct actual_key *k = &c->key[i];
		if (k->request && k->request->state == REQUEST_Open &&
		    (!open || k->request->requested_at > open->request->requested_at))
			open = k;
	}
	return open;
}
