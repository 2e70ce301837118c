/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/load/path.h"
#include "schema/load/set_index.h"
#include "schema/rule/check.h"

/* Where a kind stands. */
static const char *home_of(enum kind_id kind)
{
	switch (kind) {
	case KIND_Organization:
		return "organization.yaml";
	case KIND_MDMServer:
		return "servers/ or tenants/<tenant>/";
	case KIND_AppleIDAlias:
		return "accounts/ or tenants/<tenant>/";
	default:
		return "tenants/<tenant>/";
	}
}

static void say_wrong_kind(const struct object *o, const char *place, struct findings *fs)
{
	about(finding_add(fs, RULE_WRONG_PLACE, o->file, span_of(o->at),
			  "%s does not belong in %s; move it to %s", kind_name(o->kind), place,
			  home_of(o->kind)),
	      o, "/kind");
}

static void say_duplicate(const struct object *o, const struct object *first, struct findings *fs)
{
	struct ref ref = ref_of(o);
	struct finding *f = finding_add(fs, RULE_DUPLICATE_OBJECT, o->file, name_span(o),
					"%s is there twice; rename one of them or take it out",
					ref_text(fs->mem, &ref));

	about(f, o, "/metadata/name");
	finding_relate(fs, f, first->file, name_span(first), "the first one is here");
}

/* Objects of one kind that belong together (`r` NULL: all of them) have names of their own. */
static void check_duplicates(const struct set *s, const struct resolution *r, struct findings *fs)
{
	for (enum kind_id kind = 1; kind < KIND_MAX; kind++) {
		size_t n;
		struct object *const *o = set_kind(s, kind, &n);
		const struct object *first = NULL;
		if (kind == KIND_Organization)
			continue;
		for (size_t i = 0; i < n; i++) {
			if (!o[i]->meta.name.s || (r && !is_own(r, o[i])))
				continue;
			if (first && text_eq(first->meta.name.s, o[i]->meta.name.s))
				say_duplicate(o[i], first, fs);
			else
				first = o[i];
		}
	}
}

static void check_tenant_name(struct resolution *r, const struct object *o)
{
	if (o->meta.tenant.at.line || r->mode != MODE_MultiTenant)
		return;
	about(finding_add(r->fs, RULE_TENANT_MISMATCH, o->file, name_span(o),
			  "metadata.tenant is missing; write tenant: %s, the name of the folder",
			  r->out->name),
	      o, "/metadata/tenant");
}

static void check_tenant_object(struct resolution *r)
{
	const struct object *other = set_find(r->set, KIND_Tenant, NULL);
	const struct set *s = r->set;
	const char *file = s->n_object ? s->object[0]->file
			   : s->n_cert ? s->cert[0].path
				       : r->folder;

	if (r->tenant)
		return;
	if (other && other->meta.name.s)
		about(
		    finding_add(r->fs, RULE_NO_TENANT_OBJECT, other->file, name_span(other),
				"the Tenant of the folder %s/ is named \"%s\"; give both the same "
				"name",
				r->folder, other->meta.name.s),
		    other, "/metadata/name");
	else if (!s->broken)
		finding_add(r->fs, RULE_NO_TENANT_OBJECT, file, (struct span){ 0 },
			    "the folder %s/ has no Tenant; add one with the name %s", r->folder,
			    r->out->name);
}

/* A second Tenant with a name of its own; one with the same name is a duplicate. */
static void check_other_tenants(struct resolution *r)
{
	size_t n;
	struct object *const *o = set_kind(r->set, KIND_Tenant, &n);

	for (size_t i = 0; r->tenant && i < n; i++) {
		if (!o[i]->meta.name.s || is_own(r, o[i]))
			continue;
		struct finding *f = finding_add(
		    r->fs, RULE_NO_TENANT_OBJECT, o[i]->file, name_span(o[i]),
		    "Tenant %s stands in the folder of tenant %s; move it to tenants/%s/",
		    o[i]->meta.name.s, r->out->name, o[i]->meta.name.s);
		about(f, o[i], "/metadata/name");
		relate_object(r->fs, f, &r->tenant->head);
	}
}

/* The manifest is told to be another tenant's; the file is when it has the topic that it pins. */
static void say_strange(struct resolution *r, const struct cert_file *c,
			const struct push_certificate *user)
{
	if (text_eq(user->topic.s, c->facts.topic))
		finding_add(r->fs, RULE_UNREFERENCED_FILE, c->path, (struct span){ 0 },
			    "this is the certificate of tenant %s: it has the topic that "
			    "PushCertificate %s beside it pins; take it out of %s/",
			    user->head.meta.tenant.s, user->head.meta.name.s, r->folder);
}

static void check_unreferenced(struct resolution *r)
{
	const struct want_cert *waits = NULL;
	size_t n_waits = 0, n_strange;
	const struct stranger_file *strange = stranger_files(r, &n_strange);

	for (size_t i = 0; i < r->out->n_cert; i++)
		if (!r->out->cert[i].in_git && r->out->cert[i].file) {
			waits = &r->out->cert[i];
			n_waits++;
		}
	for (size_t i = 0; i < r->set->n_cert; i++) {
		const struct cert_file *c = &r->set->cert[i];
		enum cert_form form = c->facts.form;
		if (c->used || form == CERT_FORM_REQUEST || form == CERT_FORM_KEY ||
		    form == CERT_FORM_PKCS12)
			continue;
		const struct push_certificate *user = stranger_user(strange, n_strange, c->path);
		if (user)
			say_strange(r, c, user);
		else if (n_waits == 1)
			finding_add(r->fs, RULE_UNREFERENCED_FILE, c->path, (struct span){ 0 },
				    "no PushCertificate uses this file; PushCertificate %s takes "
				    "%s: rename it, or take it out",
				    waits->ref.name, waits->file);
		else
			finding_add(r->fs, RULE_UNREFERENCED_FILE, c->path, (struct span){ 0 },
				    "no PushCertificate uses this file; name it in a "
				    "certificateFile, or take it out");
	}
}

void layout_check_tenant(struct resolution *r)
{
	if (!text_is_name(r->out->name)) {
		finding_add(
		    r->fs, RULE_WRONG_PLACE, r->folder, (struct span){ 0 },
		    "the name of the folder is no name of a tenant; use lower-case letters, digits "
		    "and hyphens, at most 63");
		return;
	}
	for (size_t i = 0; i < r->set->n_object; i++) {
		const struct object *o = r->set->object[i];
		if (o->kind == KIND_Organization)
			say_wrong_kind(o, "a tenant's folder", r->fs);
		else if (o->kind != KIND_Tenant)
			check_tenant_name(r, o);
	}
	stranger_check(r);
	check_tenant_object(r);
	check_other_tenants(r);
	check_duplicates(r->set, r, r->fs);
	if (!r->set->broken)
		check_unreferenced(r);
}

static void check_shared_place(const struct object *o, struct findings *fs)
{
	const struct text *tenant = &o->meta.tenant;
	const char *place = path_is_below(o->file, "servers")    ? "servers/"
			    : path_is_below(o->file, "accounts") ? "accounts/"
								 : o->file;
	enum kind_id expected = *place == 's'   ? KIND_MDMServer
				: *place == 'a' ? KIND_AppleIDAlias
						: KIND_Organization;

	if (o->kind != expected)
		say_wrong_kind(o, place, fs);
	else if (tenant->s)
		about(finding_add(fs, RULE_WRONG_PLACE, o->file, span_of(tenant->at),
				  "objects in %s belong to no tenant; take metadata.tenant out and "
				  "list the tenants in spec.tenants, or move the document to "
				  "tenants/%s/",
				  place, tenant->s),
		      o, "/metadata/tenant");
}

static void check_one_organization(const struct set *shared, struct findings *fs)
{
	const struct object *first = set_find(shared, KIND_Organization, NULL);

	if (!first && !shared->broken)
		finding_add(fs, RULE_NO_ORGANIZATION, "organization.yaml", (struct span){ 0 },
			    "there is no Organization; add one in organization.yaml");
	for (size_t i = 0; first && i < shared->n_object; i++) {
		const struct object *o = shared->object[i];
		if (o->kind != KIND_Organization || o == first)
			continue;
		struct finding *f =
		    finding_add(fs, RULE_NO_ORGANIZATION, o->file, name_span(o),
				"there are two Organizations; take one of them out");
		about(f, o, "/metadata/name");
		relate_object(fs, f, first);
	}
}

enum { COMPARISONS = 50000 }; /* bounds the work of suggestions in lists full of typing errors */

static void say_no_folder(const struct object *o, const struct text *t, size_t i, const char *near,
			  struct findings *fs)
{
	struct finding *f =
	    finding_add(fs, RULE_MISSING_REFERENCE, o->file, span_of(t->at),
			"there is no tenant \"%s\"; %s%s%s", t->s,
			near ? "did you mean \"" : "take it out, or add its folder below tenants/",
			near ? near : "", near ? "\"?" : "");

	about(f, o, arena_printf(fs->mem, "/spec/tenants/%zu", i));
	finding_set_level(fs, f, LEVEL_WARNING); /* an error would hold all who use it */
	if (near)
		suggest_text(fs, f, t, near, "take the tenant that exists");
}

/* A tenant that a shared object lists has a folder. */
static void check_listed(const struct set *shared, const struct object *o,
			 const struct texts *tenants, size_t *comparisons, struct findings *fs)
{
	for (size_t i = 0; shared->folder && i < tenants->n; i++) {
		const struct text *t = &tenants->item[i];
		const char *near = NULL;
		if (!t->s || text_eq(t->s, "*") ||
		    bsearch(&t->s, shared->folder, shared->n_folder, sizeof(t->s), text_cmp_at))
			continue;
		if (shared->n_folder <= *comparisons) {
			*comparisons -= shared->n_folder;
			near = text_nearest(t->s, shared->folder, shared->n_folder);
		}
		say_no_folder(o, t, i, near, fs);
	}
}

static void check_lists(const struct set *shared, struct findings *fs)
{
	size_t comparisons = COMPARISONS;

	for (size_t i = 0; i < shared->n_object; i++) {
		const struct object *o = shared->object[i];
		if (o->kind == KIND_MDMServer)
			check_listed(shared, o, &((const struct mdm_server *)o)->tenants,
				     &comparisons, fs);
		else if (o->kind == KIND_AppleIDAlias)
			check_listed(shared, o, &((const struct apple_id_alias *)o)->tenants,
				     &comparisons, fs);
	}
}

void layout_check_shared(const struct set *shared, struct findings *fs)
{
	check_one_organization(shared, fs);
	for (size_t i = 0; i < shared->n_object; i++)
		check_shared_place(shared->object[i], fs);
	check_duplicates(shared, NULL, fs);
	check_lists(shared, fs);
}
