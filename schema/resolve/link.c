/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/resolve/link.h"

#include <string.h>

#include "schema/base/text.h"
#include "schema/load/set_index.h"
#include "schema/yaml/scan.h"

struct ref ref_of(const struct object *o)
{
	return (struct ref){ o->kind, o->meta.tenant.s, o->meta.name.s };
}

struct finding *about(struct finding *f, const struct object *o, const char *pointer)
{
	if (o->meta.name.s)
		f->object = ref_of(o);
	f->pointer = pointer;
	return f;
}

struct span name_span(const struct object *o)
{
	return span_of(o->meta.name.at.line ? o->meta.name.at : o->at);
}

void suggest_text(struct findings *fs, struct finding *f, const struct text *written,
		  const char *text, const char *title)
{
	uint32_t width = (uint32_t)(written->at.end - written->at.col);
	uint32_t bare = yaml_columns(written->s, strlen(written->s));

	if (written->at.line && (width == bare || width == bare + 2))
		finding_suggest(fs, f, span_of(written->at), text, title);
}

void relate_object(struct findings *fs, struct finding *f, const struct object *o)
{
	struct ref ref = ref_of(o);

	finding_relate(fs, f, o->file, name_span(o), "%s is here", ref_text(fs->mem, &ref));
}

bool shared_serves(const struct resolution *r, const struct object *o)
{
	if (o->meta.tenant.s)
		return text_eq(o->meta.tenant.s, r->out->name);
	return r->mode != MODE_MultiTenant ||
	       set_listed(r->shared, o, LIST_TENANTS, r->out->name) ||
	       set_listed(r->shared, o, LIST_TENANTS, "*");
}

/* The folder of the shared objects of a kind; NULL: the kind is never shared. */
static const char *shared_folder(enum kind_id kind)
{
	return kind == KIND_AppleIDAlias ? "accounts/" : kind == KIND_MDMServer ? "servers/" : NULL;
}

static void say_ambiguous(struct resolution *r, const struct link *l, const struct object *own,
			  const struct object *shared)
{
	struct ref a = ref_of(own), b = ref_of(shared);
	struct finding *f =
	    finding_add(r->fs, RULE_AMBIGUOUS_REFERENCE, l->from->file, span_of(l->name->at),
			"\"%s\" can mean %s or %s; rename one of them", l->name->s,
			ref_text(r->mem, &a), ref_text(r->mem, &b));

	about(f, l->from, l->pointer);
	relate_object(r->fs, f, own);
	relate_object(r->fs, f, shared);
}

static void say_not_shared(struct resolution *r, const struct link *l, const struct object *o)
{
	struct ref ref = ref_of(o);
	struct finding *f = finding_add(
	    r->fs, RULE_NOT_SHARED, l->from->file, span_of(l->name->at),
	    "%s does not list tenant %s; add %s to its tenants, or name one of the tenant's own",
	    ref_text(r->mem, &ref), r->out->name, r->out->name);

	about(f, l->from, l->pointer);
	relate_object(r->fs, f, o);
}

static void say_cross_tenant(struct resolution *r, const struct link *l, const struct object *o)
{
	struct ref ref = ref_of(o);
	struct finding *f =
	    finding_add(r->fs, RULE_CROSS_TENANT, l->from->file, span_of(l->name->at),
			"%s belongs to tenant %s, and this is tenant %s; name an object of %s",
			ref_text(r->mem, &ref), o->meta.tenant.s, r->out->name, r->out->name);

	about(f, l->from, l->pointer);
	relate_object(r->fs, f, o);
}

/*
 * Some entry of the list of tenants, or all of it, could not be read, which is told where it
 * stands: who is in it is not known.
 */
static bool list_is_broken(const struct resolution *r, const struct object *o)
{
	const struct texts *list = o->kind == KIND_AppleIDAlias
				       ? &((const struct apple_id_alias *)o)->tenants
				       : &((const struct mdm_server *)o)->tenants;

	for (size_t i = 0; i < list->n; i++)
		if (!list->item[i].s)
			return true;
	return !list->n && set_stop_of(r->shared, o) == STOP_QUARANTINE;
}

/* What could have been meant: the tenant's own objects and the shared ones that it may use. */
static struct objects candidates(struct resolution *r, enum kind_id kind)
{
	enum {
		LOOK_SHARE = 16
	}; /* to look at a shared object costs so much less than to compare */
	const struct objects *own = &r->own[kind];
	struct object *const *shared = NULL;
	struct objects all = { 0 };
	size_t n_shared = 0;

	if (shared_folder(kind))
		shared = set_kind(r->shared, kind, &n_shared);
	size_t cost = own->n + n_shared / LOOK_SHARE;
	if (cost > r->comparisons)
		return all;
	r->comparisons -= cost;
	all.item = arena_array(r->mem, own->n + n_shared + 1, sizeof(all.item[0]));
	for (size_t i = 0; i < own->n; i++)
		all.item[all.n++] = own->item[i];
	for (size_t i = 0; i < n_shared && r->comparisons; i++) {
		if (!shared[i]->meta.name.s || !shared_serves(r, shared[i]))
			continue;
		all.item[all.n++] = shared[i];
		r->comparisons--;
	}
	return all;
}

/* The object whose name is nearest to what was written; NULL: none is near. */
static const struct object *nearest(struct resolution *r, const struct link *l)
{
	struct objects all = candidates(r, l->kind);
	const char **name = arena_array(r->mem, all.n + 1, sizeof(*name));

	for (size_t i = 0; i < all.n; i++)
		name[i] = all.item[i]->meta.name.s;
	const char *hit = text_nearest(l->name->s, name, all.n);
	for (size_t i = 0; hit && i < all.n; i++)
		if (name[i] == hit)
			return all.item[i];
	return NULL;
}

/* "lab-2" for "lab-3" is another object rather than a slip: nobody but the author knows. */
static bool same_digits(const char *a, const char *b)
{
	static const char digits[] = "0123456789";

	for (;; a++, b++) {
		a += strcspn(a, digits);
		b += strcspn(b, digits);
		if (*a != *b)
			return false;
		if (!*a)
			return true;
	}
}

static void say_missing(struct resolution *r, const struct link *l)
{
	const struct object *near = nearest(r, l);
	const char *kind = kind_name(l->kind), *folder = shared_folder(l->kind);
	const char *place = folder ? arena_printf(r->mem, "%s/ or %s", r->folder, folder)
				   : arena_printf(r->mem, "%s/", r->folder);
	struct finding *f;

	if (near)
		f = finding_add(r->fs, RULE_MISSING_REFERENCE, l->from->file, span_of(l->name->at),
				"there is no %s \"%s\" in %s; did you mean \"%s\"?", kind,
				l->name->s, place, near->meta.name.s);
	else
		f = finding_add(r->fs, RULE_MISSING_REFERENCE, l->from->file, span_of(l->name->at),
				"there is no %s \"%s\" in %s; add it, or name one that exists",
				kind, l->name->s, place);
	about(f, l->from, l->pointer);
	if (!near)
		return;
	relate_object(r->fs, f, near);
	if (same_digits(l->name->s, near->meta.name.s))
		suggest_text(r->fs, f, l->name, near->meta.name.s, "take the name that exists");
}

static void note_stop(struct resolution *r, enum rule_stop stop)
{
	if (stop > r->out->stop_shared)
		r->out->stop_shared = stop;
}

/* It may be the object of a document that could not be read, or whose name could not. */
static bool may_have(const struct set *s, enum kind_id kind)
{
	size_t n;
	struct object *const *o = set_kind(s, kind, &n);

	return s->broken || (n && !o[0]->meta.name.s); /* those without a name come first */
}

static const struct object *nothing(struct resolution *r, const struct link *l)
{
	const struct object *other = set_find(r->set, l->kind, l->name->s);

	if (other && other->meta.tenant.s && !is_own(r, other))
		say_cross_tenant(r, l, other);
	else if (shared_folder(l->kind) && may_have(r->shared, l->kind))
		note_stop(r, STOP_QUARANTINE);
	else if (!may_have(r->set, l->kind))
		say_missing(r, l);
	return NULL;
}

const struct object *link_object(struct resolution *r, const struct link *l)
{
	const struct object *own, *shared = NULL;

	if (!l->name->s)
		return NULL; /* decoding has told why */
	own = own_object(r, l->kind, l->name->s);
	if (shared_folder(l->kind))
		shared = set_find(r->shared, l->kind, l->name->s);
	if (own && shared && shared_serves(r, shared)) {
		say_ambiguous(r, l, own, shared);
		return NULL;
	}
	if (own)
		return own;
	if (!shared)
		return nothing(r, l);
	if (shared_serves(r, shared)) {
		note_stop(r, set_stop_of(r->shared, shared));
		return shared;
	}
	if (shared->meta.tenant.s)
		say_cross_tenant(r, l, shared);
	else if (list_is_broken(r, shared))
		note_stop(r, STOP_QUARANTINE);
	else
		say_not_shared(r, l, shared);
	return NULL;
}
