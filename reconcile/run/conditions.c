/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/run/conditions.h"

#include <stdlib.h>

#include "schema/base/text.h"

/* For people, where a condition comes or goes. */
#define NO_CONDITION "none"

static void note_tidings(const struct transitions *s, const struct cert_view *v, const char *type,
		 const char *from, const char *to, const char *message)
{
	struct tidings *t = s->tidings;
	struct ref on = { KIND_PushCertificate, s->unit->name, v->actual->name };

	*(struct notify_event *)arena_push(&t->mem, &t->item, &t->n, &t->cap, sizeof(*t->item)) =
		(struct notify_event){ ref_text(&s->unit->mem, &on), type, from, to, message };
}

void tidings_tell(struct tidings *t, const struct notify *to)
{
	for (size_t i = 0; i < t->n; i++)
		to->tell(to->self, &t->item[i]);
	t->n = 0;
}

void tidings_release(struct tidings *t)
{
	arena_release(&t->mem);
}

/* The rows of an object's conditions, before this run. */
struct known_conditions {
	struct arena *mem;
	struct row_condition *row;
	size_t n, cap;
};

static int collect_condition(const void *row, void *arg, struct err *e)
{
	struct known_conditions *k = arg;

	(void)e;
	*(struct row_condition *)arena_push(k->mem, &k->row, &k->n, &k->cap, sizeof(*k->row)) =
		*(const struct row_condition *)row;
	return 0;
}

static bool has_condition(const struct cert_view *v, const char *type)
{
	for (size_t i = 0; i < v->n_condition; i++)
		if (text_eq(v->condition[i].type, type))
			return true;
	return false;
}

/*
 * A condition that does not hold any more is forgotten: when it comes back that is a transition of
 * its own. `is_known`: the object had conditions before.
 */
static int forget_conditions(struct store_txn *t, struct transitions *s, const struct cert_view *v,
			     bool is_over, bool *is_known, struct err *e)
{
	struct known_conditions k = { .mem = &s->unit->mem };
	struct store_where of_object = { .select = STORE_EQUAL,
					 .col = "object_uid",
					 .text = v->actual->uid };

	if (store_each(t, TABLE_CONDITION, &of_object, k.mem, collect_condition, &k, e))
		return -1;
	*is_known = k.n > 0;
	for (size_t i = 0; i < k.n; i++) {
		if (!is_over && has_condition(v, k.row[i].type))
			continue;
		if (!is_over)
			note_tidings(s, v, k.row[i].type, k.row[i].status, NO_CONDITION, "");
		if (store_remove(t, TABLE_CONDITION, &k.row[i], e) < 0)
			return -1;
	}
	return 0;
}

static int note_condition(struct store_txn *t, struct transitions *s, const struct cert_view *v,
			  const struct condition *c, bool is_known, struct err *e)
{
	struct arena *mem = &s->unit->mem;
	struct row_condition row = { .object_uid = v->actual->uid, .type = c->type };
	int found = store_get(t, TABLE_CONDITION, &row, mem, e);

	if (found < 0)
		return -1;
	bool same = found && text_eq(row.status, c->status);
	bool equal = same && text_eq(row.reason, c->reason) && text_eq(row.message, c->message);
	int64_t since = same ? row.since : s->run->env.now;
	if (!same && is_known)
		note_tidings(s, v, c->type, found ? row.status : NO_CONDITION, c->status,
			     c->message);
	*(struct transition *)arena_push(mem, &s->item, &s->n, &s->cap,
					 sizeof(*s->item)) =
		(struct transition){ v->actual->name, c->type, c->status, since };
	row = (struct row_condition){ v->actual->uid, c->type, c->status, c->reason,
				      c->message,     since };
	return equal ? 0 : store_put(t, TABLE_CONDITION, &row, e);
}

int conditions_note(struct store_txn *t, struct transitions *s, const struct cert_view *v,
		    bool is_over, struct err *e)
{
	bool is_known;

	if (forget_conditions(t, s, v, is_over, &is_known, e))
		return -1;
	for (size_t i = 0; i < v->n_condition && !is_over; i++)
		if (note_condition(t, s, v, &v->condition[i], is_known, e))
			return -1;
	return 0;
}

int conditions_known(struct store_txn *t, struct transitions *s, struct err *e)
{
	struct arena *mem = &s->unit->mem;

	for (size_t i = 0; i < s->unit->plan.n_view; i++) {
		const struct cert_view *v = &s->unit->plan.view[i];
		for (size_t k = 0; k < v->n_condition && v->actual->uid; k++) {
			struct row_condition row = { .object_uid = v->actual->uid,
						     .type = v->condition[k].type };
			int found = store_get(t, TABLE_CONDITION, &row, mem, e);
			if (found < 0)
				return -1;
			if (found)
				*(struct transition *)arena_push(mem, &s->item, &s->n,
								 &s->cap, sizeof(*s->item)) =
					(struct transition){ v->actual->name, row.type, row.status,
							     row.since };
		}
	}
	return 0;
}

static int by_object(const void *x, const void *y)
{
	const struct transition *a = x, *b = y;
	int c = text_cmp(a->object, b->object);

	return c ? c : text_cmp(a->type, b->type);
}

void transitions_sort(struct transitions *s)
{
	if (s->n)
		qsort(s->item, s->n, sizeof(*s->item), by_object);
}
