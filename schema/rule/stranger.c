/* SPDX-License-Identifier: Apache-2.0 */
/* A folder that was copied and not renamed to the end: documents that say another tenant's name. */
#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/load/path.h"
#include "schema/load/set_index.h"
#include "schema/rule/check.h"

static bool is_stranger(const struct resolution *r, const struct object *o)
{
	return o->kind != KIND_Tenant && o->kind != KIND_Organization && o->meta.tenant.at.line &&
	       o->meta.tenant.s && !is_own(r, o);
}

/* A stranger, and its turn in the folder. */
struct stranger {
	const struct object *o;
	size_t at;
};

static int by_tenant(const void *x, const void *y)
{
	const struct stranger *a = x, *b = y;
	int c = text_cmp(a->o->meta.tenant.s, b->o->meta.tenant.s);

	return c ? c : (a->at > b->at) - (a->at < b->at);
}

/* As it is written, at most in quotes. */
static bool is_plain(const struct text *t)
{
	return (size_t)(t->at.end - t->at.col) <= strlen(t->s) + 2;
}

/* The name of the folder may be written: its Tenant is here, and nothing would be there twice. */
static bool can_adopt(const struct resolution *r, const struct stranger *one, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct meta *meta = &one[i].o->meta;
		if (!is_plain(&meta->tenant) ||
		    (meta->name.s && own_object(r, one[i].o->kind, meta->name.s)))
			return false;
	}
	return r->tenant != NULL;
}

static void say_one(struct resolution *r, const struct object *o)
{
	about(finding_add(r->fs, RULE_TENANT_MISMATCH, o->file, span_of(o->meta.tenant.at),
			  "metadata.tenant is \"%s\" in the folder of tenant %s; write %s, or move "
			  "the document to tenants/%s/",
			  o->meta.tenant.s, r->out->name, r->out->name, o->meta.tenant.s),
	      o, "/metadata/tenant");
}

/* All that say one name, at the first of them. */
static void say_many(struct resolution *r, const struct stranger *one, size_t n)
{
	enum { SHOWN = 20 };
	const struct object *o = one[0].o;
	const char *name = o->meta.tenant.s;
	struct finding *f =
	    finding_add(r->fs, RULE_TENANT_MISMATCH, o->file, span_of(o->meta.tenant.at),
			"%zu documents in %s/ say tenant: %s; write %s in all of them, or move "
			"them to tenants/%s/",
			n, r->folder, name, r->out->name, name);

	about(f, o, "/metadata/tenant");
	if (can_adopt(r, one, n))
		suggest_text(r->fs, f, &o->meta.tenant, r->out->name, "write the folder's name");
	for (size_t i = 1; i < n; i++) {
		const struct text *tenant = &one[i].o->meta.tenant;
		if (i <= SHOWN)
			finding_relate(r->fs, f, one[i].o->file, span_of(tenant->at), "here too");
		finding_suggest_also(r->fs, f, one[i].o->file, span_of(tenant->at), r->out->name);
	}
}

void stranger_check(struct resolution *r)
{
	struct stranger *all = arena_array(r->mem, r->set->n_object + 1, sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < r->set->n_object; i++)
		if (is_stranger(r, r->set->object[i]))
			all[n++] = (struct stranger){ r->set->object[i], i };
	if (n)
		qsort(all, n, sizeof(*all), by_tenant);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && text_eq(all[end].o->meta.tenant.s,
						     all[i].o->meta.tenant.s);)
			end++;
		if (end == i + 1)
			say_one(r, all[i].o);
		else
			say_many(r, &all[i], end - i);
	}
}

static int by_path(const void *x, const void *y)
{
	return text_cmp(((const struct stranger_file *)x)->path,
			((const struct stranger_file *)y)->path);
}

struct stranger_file *stranger_files(struct resolution *r, size_t *n)
{
	size_t all;
	struct object *const *o = set_kind(r->set, KIND_PushCertificate, &all);
	struct stranger_file *file = arena_array(r->mem, all + 1, sizeof(*file));

	*n = 0;
	for (size_t i = 0; i < all; i++) {
		const struct push_certificate *c = (const struct push_certificate *)o[i];
		const char *name = c->certificate_file.s;
		if (!is_stranger(r, o[i]) || !o[i]->meta.name.s)
			continue;
		if (!name)
			name = arena_printf(r->mem, "%s.pem", o[i]->meta.name.s);
		file[(*n)++] = (struct stranger_file){ path_from(r->mem, o[i]->file, name), c };
	}
	if (*n)
		qsort(file, *n, sizeof(*file), by_path);
	return file;
}

const struct push_certificate *stranger_user(const struct stranger_file *file, size_t n,
					     const char *path)
{
	const struct stranger_file key = { .path = path };
	const struct stranger_file *hit = n ? bsearch(&key, file, n, sizeof(key), by_path) : NULL;

	return hit ? hit->by : NULL;
}
