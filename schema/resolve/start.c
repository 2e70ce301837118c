/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "schema/base/text.h"
#include "schema/load/set_index.h"
#include "schema/resolve/link.h"
#include "schema/resolve/resolve.h"

/* Bounds the work of suggestions in a tenant full of references to nothing. */
enum { COMPARISONS = 4000 };

const struct organization *shared_organization(const struct set *shared)
{
	return (const struct organization *)set_find(shared, KIND_Organization, NULL);
}

bool is_own(const struct resolution *r, const struct object *o)
{
	if (o->kind == KIND_Tenant)
		return text_eq(o->meta.name.s, r->out->name);
	return o->kind != KIND_Organization && text_eq(o->meta.tenant.s, r->out->name);
}

const struct object *own_object(const struct resolution *r, enum kind_id kind, const char *name)
{
	const struct objects *own = &r->own[kind];
	size_t from = 0;

	for (size_t to = own->n; from < to;) {
		size_t mid = from + (to - from) / 2;
		if (strcmp(own->item[mid]->meta.name.s, name) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	if (from == own->n || strcmp(own->item[from]->meta.name.s, name) != 0)
		return NULL;
	return own->item[from];
}

/*
 * An object that does not say whose it is belongs to its folder: SingleOrganization defines it so;
 * otherwise it has a finding, and the rest is checked as if it was mended.
 */
static void default_tenants(struct resolution *r)
{
	for (size_t i = 0; i < r->set->n_object; i++) {
		struct object *o = r->set->object[i];
		if (o->kind != KIND_Tenant && o->kind != KIND_Organization && !o->meta.tenant.s)
			o->meta.tenant.s = r->out->name;
	}
}

static void collect_own(struct resolution *r, enum kind_id kind)
{
	struct objects *own = &r->own[kind];
	size_t n;
	struct object *const *all = set_kind(r->set, kind, &n);

	if (!n)
		return;
	own->item = arena_array(r->mem, n, sizeof(own->item[0]));
	for (size_t i = 0; i < n; i++) {
		if (!all[i]->meta.name.s || !is_own(r, all[i]))
			continue;
		if (own->n && text_eq(own->item[own->n - 1]->meta.name.s, all[i]->meta.name.s))
			continue;
		own->item[own->n++] = all[i];
	}
}

static void start_tenant(struct resolution *r)
{
	struct want_tenant *out = r->out;
	const struct object *o = own_object(r, KIND_Tenant, out->name);

	r->bands = bands_of_organization(r->org, NULL);
	if (!o) {
		out->display_name = out->name;
		out->from.file = r->set->n_object ? r->set->object[0]->file : r->folder;
		out->bands = r->bands.v;
		return;
	}
	r->tenant = (const struct tenant *)o;
	out->display_name = r->tenant->display_name.s ? r->tenant->display_name.s : out->name;
	out->management = (enum management)r->tenant->management.v;
	out->suspend = r->tenant->suspend;
	out->offboarding = r->tenant->offboarding;
	out->from = (struct origin){ o->file, pos_of(name_span(o)) };
	out->previous_name = previous_names(r, o, &out->n_previous);
	bands_apply(&r->bands, &r->tenant->bands, o, r->fs);
	out->bands = r->bands.v;
}

void resolution_start(struct resolution *r, const struct set *shared, struct set *tenant,
		      struct arena *mem, struct findings *fs, struct want_tenant *out)
{
	*out = (struct want_tenant){ .name = tenant->tenant };
	*r = (struct resolution){ .shared = shared,
				  .set = tenant,
				  .mem = mem,
				  .fs = fs,
				  .out = out,
				  .comparisons = COMPARISONS };
	r->folder = arena_printf(mem, "tenants/%s", tenant->tenant);
	r->org = shared_organization(shared);
	r->mode = r->org ? (enum mode)r->org->mode.v : MODE_UNSET;
	out->only_one = r->mode == MODE_SingleOrganization;
	out->stop_shared =
	    r->org && r->mode != MODE_UNSET ? set_stop_of(shared, &r->org->head) : STOP_QUARANTINE;
	default_tenants(r);
	for (enum kind_id kind = 1; kind < KIND_MAX; kind++)
		collect_own(r, kind);
	start_tenant(r);
}

bool want_is_quarantined(const struct want_tenant *w)
{
	return w->stop == STOP_QUARANTINE || w->stop_shared == STOP_QUARANTINE;
}
