/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/run/wishes.h"

#include <stdlib.h>

#include "reconcile/run/rows.h"
#include "schema/base/text.h"

static void note(struct wishes *w, const struct want_cert *c)
{
	struct wish *one = arena_push(&w->mem, &w->item, &w->n, &w->cap, sizeof(*one));

	one->topic = arena_strdup(&w->mem, c->topic);
	one->on = (struct ref){ c->ref.kind, arena_strdup(&w->mem, c->ref.tenant),
				arena_strdup(&w->mem, c->ref.name) };
}

void wishes_note(struct run *r, const struct want_tenant *t)
{
	for (size_t i = 0; i < t->n_cert; i++)
		if (t->cert[i].topic)
			note(r->wishes, &t->cert[i]);
}

static int by_topic(const void *x, const void *y)
{
	const struct wish *a = x, *b = y;
	int c = text_cmp(a->topic, b->topic);

	return c ? c : ref_cmp(&a->on, &b->on);
}

static bool has_rival(const struct wishes *w, size_t i)
{
	return (i > 0 && text_eq(w->item[i - 1].topic, w->item[i].topic)) ||
	       (i + 1 < w->n && text_eq(w->item[i + 1].topic, w->item[i].topic));
}

/* Keeps the topics that several name and that the store has not seen before. */
static int keep_contested(struct store_txn *t, void *arg, struct err *e)
{
	struct run *r = arg;
	struct wishes *w = r->wishes;
	struct wish *kept = arena_array(&w->mem, w->n + 1, sizeof(*kept));
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++) {
		struct row_claim claim = { .kind = CLAIM_TOPIC, .value = w->item[i].topic };
		int found = has_rival(w, i) ? store_get(t, TABLE_CLAIM, &claim, &w->mem, e) : 1;
		if (found < 0)
			return -1;
		if (!found)
			kept[n++] = w->item[i];
	}
	w->item = kept;
	w->n = n;
	return 0;
}

int wishes_find(struct run *r, struct err *e)
{
	struct wishes *w = r->wishes;

	if (w->n < 2)
		w->n = 0;
	if (!w->n)
		return 0;
	qsort(w->item, w->n, sizeof(*w->item), by_topic);
	return run_read(r, keep_contested, r, e);
}

const struct ref *wishes_rival(const struct run *r, const char *topic, const struct ref *on)
{
	const struct wishes *w = r->wishes;

	for (size_t i = 0; topic && i < w->n; i++)
		if (text_eq(w->item[i].topic, topic) && ref_cmp(&w->item[i].on, on) != 0)
			return &w->item[i].on;
	return NULL;
}
