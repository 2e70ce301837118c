/* SPDX-License-Identifier: Apache-2.0 */
/* previousNames: a rename is only one when the old name is gone. */
#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/rule/check.h"

/* A name that an object had before. */
struct old {
	const struct object *o;
	const struct text *name;
	size_t at; /* in previousNames */
};

static int by_name(const void *x, const void *y)
{
	const struct old *a = x, *b = y;
	int c = a->o->kind < b->o->kind ? -1 : a->o->kind > b->o->kind;

	if (!c)
		c = strcmp(a->name->s, b->name->s);
	if (!c)
		c = text_cmp(a->o->meta.name.s, b->o->meta.name.s);
	return c ? c : (a->at > b->at) - (a->at < b->at);
}

static struct finding *say(struct resolution *r, const struct old *x, const char *message)
{
	struct finding *f =
	    finding_add(r->fs, RULE_PREVIOUS_NAME, x->o->file, span_of(x->name->at), "%s", message);

	return about(f, x->o, arena_printf(r->mem, "/metadata/previousNames/%zu", x->at));
}

/* Another tenant's folder: a Tenant stands alone in its own. */
static bool is_folder(const struct resolution *r, const char *name)
{
	const struct set *s = r->shared;

	return s->n_folder && bsearch(&name, s->folder, s->n_folder, sizeof(*s->folder),
				      text_cmp_at);
}

/* The old name is there too. `there` NULL: in another folder, which is not read here. */
static void say_there(struct resolution *r, const struct old *x, const char *name,
		      const struct object *there)
{
	struct finding *f =
	    say(r, x,
		arena_printf(r->mem,
			     "%s %s is still there, so nothing was renamed; take the old %s "
			     "out in the same change, or take this name out",
			     kind_name(x->o->kind), name, there ? "document" : "folder"));

	if (there)
		relate_object(r->fs, f, there);
}

static void check(struct resolution *r, const struct old *x)
{
	const char *name = ref_own_name(x->name->s, r->out->name);
	const struct object *there = name ? own_object(r, x->o->kind, name) : NULL;

	if (there == x->o)
		say(r, x, "the previous name is the present one; take it out");
	else if (there || (name && x->o->kind == KIND_Tenant && is_folder(r, name)))
		say_there(r, x, name, there);
}

void names_check(struct resolution *r)
{
	struct old *old = NULL;
	size_t n = 0, cap = 0;

	for (enum kind_id kind = 1; kind < KIND_MAX; kind++)
		for (size_t i = 0; i < r->own[kind].n; i++) {
			const struct object *o = r->own[kind].item[i];
			for (size_t k = 0; k < o->meta.previous_names.n; k++) {
				const struct text *name = &o->meta.previous_names.item[k];
				struct old *x;
				if (!name->s)
					continue;
				x = arena_push(r->mem, &old, &n, &cap, sizeof(*x));
				*x = (struct old){ o, name, k };
			}
		}
	if (n)
		qsort(old, n, sizeof(*old), by_name);
	for (size_t i = 0; i < n; i++) {
		check(r, &old[i]);
		if (i == 0 || old[i].o->kind != old[i - 1].o->kind ||
		    strcmp(old[i].name->s, old[i - 1].name->s) != 0)
			continue;
		struct finding *f =
		    say(r, &old[i],
			arena_printf(r->mem,
				     "\"%s\" is named as a previous name twice; only one object "
				     "can be the renamed one",
				     old[i].name->s));
		finding_relate(r->fs, f, old[i - 1].o->file, span_of(old[i - 1].name->at),
			       "the first one is here");
	}
}
