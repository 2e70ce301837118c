/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/run/ahead.h"

#include "reconcile/run/before.h"
#include "reconcile/run/renames.h"
#include "reconcile/run/wishes.h"

/*
 * A tenant that can not be read is left alone in this run. It could be the one that another one
 * became: until it is read nothing is taken for gone.
 */
static void look_at(struct run *r, struct selected *one, struct renamings *renamed,
		    struct selection *s)
{
	struct load_tenant t;
	struct err e = { 0 };

	if (load_ahead(&r->load, one->name, &t, &e)) {
		one->error = arena_strdup(&r->result->mem, e.text);
		r->load.is_partial = true;
		return;
	}
	wishes_note(r, &t.want);
	renames_note(renamed, &t.want, s);
	load_tenant_release(&t);
}

/* One that the store knows well is alone: there is nobody whom it could meet. */
int look_ahead(struct run *r, struct selection *s, struct err *e)
{
	struct renamings renamed = { 0 };

	for (size_t i = 0; i < s->n; i++) {
		struct selected *one = &s->item[i];
		if (!one->is_changed || (s->n == 1 && !one->is_fresh))
			continue;
		if (one->before)
			before_wishes(r, one->name);
		else
			look_at(r, one, &renamed, s);
	}
	before_note_wishes(r, s);
	return renames_decide(r, &renamed, s, e) || wishes_find(r, e) ? -1 : 0;
}
