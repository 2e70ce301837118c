/* SPDX-License-Identifier: Apache-2.0 */
/* explain FILE of manifests, and the name that was meant: both look through all objects. */
#include <string.h>

#include "cmd/apnsctl/explain.h"
#include "schema/base/text.h"
#include "schema/load/set_index.h"

struct search {
	struct arena *mem;
	const char *file; /* NULL: all files */
	const char *word; /* NULL: no name is looked for */
	struct ref *hit;  /* in the file, or with exactly this name */
	size_t n_hit, cap_hit;
	const char **name; /* as one could write them */
	size_t n_name, cap_name;
};

static void add_name(struct search *s, const char *name)
{
	*(const char **)arena_push(s->mem, &s->name, &s->n_name, &s->cap_name, sizeof(name)) = name;
}

static void look_at(struct search *s, const struct object *o)
{
	struct ref on = { o->kind, arena_strdup(s->mem, o->meta.tenant.s),
			  arena_strdup(s->mem, o->meta.name.s) };

	if (!on.name || (s->file && !text_eq(o->file, s->file)))
		return;
	if (s->file || text_eq(on.name, s->word))
		*(struct ref *)arena_push(s->mem, &s->hit, &s->n_hit, &s->cap_hit, sizeof(on)) = on;
	if (!s->word)
		return;
	add_name(s, ref_text(s->mem, &on));
	if (on.kind == KIND_PushCertificate)
		add_name(s, arena_printf(s->mem, "%s/%s", on.tenant, on.name));
	if (on.kind == KIND_Tenant)
		add_name(s, on.name);
}

static void look_through(struct search *s, const struct set *set)
{
	for (size_t i = 0; i < set->n_object; i++)
		look_at(s, set->object[i]);
}

static int look_in_tenant(struct facts_unit *u, void *arg, struct err *e)
{
	(void)e;
	look_through(arg, &u->loaded->set);
	return 0;
}

static int look_everywhere(struct search *s, struct facts *f, struct err *e)
{
	look_through(s, &f->load.shared);
	return facts_each(f, look_in_tenant, s, e);
}

int explain_manifest(struct explanation *x, struct facts *f, const char *file, struct err *e)
{
	struct search s = { .mem = &x->mem, .file = file };

	if (look_everywhere(&s, f, e))
		return -1;
	for (size_t i = 0; i < s.n_hit; i++)
		if (explain_object(x, f, &s.hit[i], e) < 0)
			return -1;
	return !s.n_hit;
}

/* Kind and tenant are long, so that any short name behind them would be near. */
static const char *last_part(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

const char *explain_near(struct explanation *x, struct facts *f, const char *word)
{
	struct search s = { .mem = &x->mem, .word = word };
	struct err none = { 0 };
	size_t n;
	const struct rule *rule = rules_all(&n);

	if (look_everywhere(&s, f, &none))
		return NULL;
	if (s.n_hit)
		return ref_text(&x->mem, &s.hit[0]);
	for (size_t i = 0; i < n; i++)
		add_name(&s, rule[i].name);
	const char *near = text_nearest(word, s.name, s.n_name);
	const char *tail = near ? last_part(near) : "";
	return text_nearest(last_part(word), &tail, 1) ? near : NULL;
}
