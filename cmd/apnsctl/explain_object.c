/* SPDX-License-Identifier: Apache-2.0 */
/* explain OBJECT: where it is defined, what follows from it, and what is known of it. */
#include "cmd/apnsctl/explain.h"
#include "schema/base/text.h"
#include "schema/resolve/resolve.h"

struct asked {
	struct explanation *x;
	struct facts *facts;
	const struct ref *on;
	bool found;
	struct sheet *sheet; /* of a shared object, while its users are collected */
};

static const char *place_of(struct arena *mem, const struct object *o)
{
	return explain_place(mem, o->file, o->meta.name.at.line ? o->meta.name.at : o->at);
}

static struct sheet *start(struct asked *a, const struct object *o)
{
	struct sheet *s = explain_sheet(a->x, ref_text(&a->x->mem, a->on));

	sheet_add(s, "definedAt", "defined at", place_of(s->mem, o));
	a->found = true;
	return s;
}

/* Which assignment decided, and through which policies it came down. */
static void add_provenance(struct sheet *s, const struct want_policy *p)
{
	const char *how = "assigned to this policy itself";

	if (!p->effective) {
		sheet_add(s, "effectiveCertificate", "effective certificate",
			  "none: neither it nor a policy above has an assignment");
		return;
	}
	sheet_add(s, "effectiveCertificate", "effective certificate",
		  ref_text(s->mem, &p->effective->ref));
	if (p->by->scope.v == SCOPE_Global)
		how = "Global: for every policy that has no other";
	else if (p->inherited_from.kind)
		how =
		    arena_printf(s->mem, "inherited from %s", ref_text(s->mem, &p->inherited_from));
	sheet_addf(s, "assignedBy", "assigned by", "CertificateAssignment/%s/%s at %s",
		   p->ref.tenant, p->by->head.meta.name.s, place_of(s->mem, &p->by->head));
	sheet_add(s, "how", "how", how);
}

static void explain_policy(struct asked *a, const struct facts_unit *u, const struct want_policy *p)
{
	struct sheet *s = start(a, &p->object->head);
	const struct actual_policy *known = actual_policy(&u->actual, p->ref.name);

	sheet_add(s, "displayName", "display name", p->display_name);
	for (const struct want_policy *up = p->parent; up; up = up->parent)
		sheet_more(s, "above", "below", ref_text(s->mem, &up->ref));
	add_provenance(s, p);
	for (size_t i = 0; p->effective && i < u->plan.n_view; i++)
		if (u->plan.view[i].want == p->effective)
			sheet_add(s, "topic", "topic",
				  u->plan.view[i].pin ? u->plan.view[i].pin : "New");
	if (known)
		sheet_add(s, "topicOfDevices", "devices enrolled with", known->topic);
	if (p->allow_reenrol)
		sheet_addf(s, "allowReenrol", "allowReenrol", "from %s to %s: %s",
			   p->allow_reenrol->from.s, p->allow_reenrol->to.s,
			   p->allow_reenrol->reason.s);
}

static void explain_tenant(struct asked *a, const struct facts_unit *u, const struct object *o)
{
	const struct want_tenant *w = u->want;
	struct sheet *s = start(a, o);

	sheet_add(s, "displayName", "display name", w->display_name);
	sheet_add(s, "management", "management",
		  explain_word(KIND_Tenant, "management", w->management));
	if (w->first_error)
		sheet_addf(s, "quarantinedBy", "held by an error", "%s: %s",
			   explain_place(s->mem, w->first_error->file, pos_of(w->first_error->at)),
			   w->first_error->message);
	for (size_t i = 0; i < w->n_cert; i++)
		sheet_more(s, "certificates", "certificates", ref_text(s->mem, &w->cert[i].ref));
	for (size_t i = 0; i < w->n_policy; i++)
		sheet_more(s, "policies", "policies", ref_text(s->mem, &w->policy[i].ref));
}

static void add_user(struct asked *a, struct sheet *s, const struct want_cert *w)
{
	sheet_more(s, "usedBy", "used by", ref_text(&a->x->mem, &w->ref));
}

static bool uses(const struct want_cert *w, const struct ref *on)
{
	if (on->kind == KIND_AppleIDAlias)
		return text_eq(w->account.alias, on->name) && w->account.is_shared == !on->tenant;
	for (size_t i = 0; on->kind == KIND_MDMServer && i < w->n_server; i++)
		if (text_eq(w->server[i].name, on->name))
			return true;
	return false;
}

static int add_users(struct facts_unit *u, void *arg, struct err *e)
{
	struct asked *a = arg;

	(void)e;
	for (size_t i = 0; i < u->want->n_cert; i++)
		if (uses(&u->want->cert[i], a->on))
			add_user(a, a->sheet, &u->want->cert[i]);
	return 0;
}

static void explain_alias(struct sheet *s, const struct apple_id_alias *o)
{
	sheet_add(s, "appleId", "Apple Account", o->apple_id.s);
	sheet_add(s, "type", "type", explain_word(KIND_AppleIDAlias, "type", o->type.v));
	for (size_t i = 0; i < o->custodians.n; i++)
		sheet_more(s, "custodians", "custodians", o->custodians.item[i].s);
	sheet_add(s, "aliasOf", "alias of", o->alias_of.s);
}

static void explain_server(struct sheet *s, const struct mdm_server *o)
{
	sheet_add(s, "type", "type", explain_word(KIND_MDMServer, "type", o->type.v));
	sheet_add(s, "url", "url", o->url.s);
	sheet_add(s, "credential", "credential", o->credential_ref.s);
	sheet_add(s, "driftPolicy", "drift",
		  explain_word(KIND_MDMServer, "driftPolicy", o->drift_policy.v));
}

static void explain_assignment(struct sheet *s, const struct certificate_assignment *o)
{
	sheet_add(s, "certificate", "certificate", o->certificate_ref.s);
	sheet_add(s, "policy", "policy",
		  o->scope.v == SCOPE_Global ? "every policy that has no other (Global)"
					     : o->policy_ref.s);
}

/* What an object says of itself; who uses it is added by the caller. */
static struct sheet *explain_any(struct asked *a, const struct object *o)
{
	struct sheet *s = start(a, o);

	if (o->kind == KIND_AppleIDAlias)
		explain_alias(s, (const struct apple_id_alias *)o);
	else if (o->kind == KIND_MDMServer)
		explain_server(s, (const struct mdm_server *)o);
	else if (o->kind == KIND_CertificateAssignment)
		explain_assignment(s, (const struct certificate_assignment *)o);
	else if (o->kind == KIND_Organization)
		sheet_add(s, "mode", "mode",
			  explain_word(KIND_Organization, "mode",
				       ((const struct organization *)o)->mode.v));
	return s;
}

static void explain_in_tenant(struct asked *a, const struct facts_unit *u, const struct object *o)
{
	const struct want_tenant *w = u->want;

	for (size_t i = 0; a->on->kind == KIND_Policy && i < w->n_policy; i++)
		if (text_eq(w->policy[i].ref.name, a->on->name))
			explain_policy(a, u, &w->policy[i]);
	if (!a->found && o->kind == KIND_Tenant)
		explain_tenant(a, u, o);
	if (a->found)
		return;
	a->sheet = explain_any(a, o);
	for (size_t i = 0; i < w->n_cert; i++)
		if (uses(&w->cert[i], a->on))
			add_user(a, a->sheet, &w->cert[i]);
}

static int look_in_tenant(struct facts_unit *u, void *arg, struct err *e)
{
	struct asked *a = arg;
	const struct object *o = set_find(&u->loaded->set, a->on->kind, a->on->name);

	(void)e;
	if (a->on->kind != KIND_PushCertificate) {
		if (o)
			explain_in_tenant(a, u, o);
		return 0;
	}
	for (size_t i = 0; i < u->plan.n_view; i++) {
		const struct cert_view *v = &u->plan.view[i];
		const char *name = v->want ? v->want->ref.name : v->actual->name;
		if (!text_eq(name, a->on->name))
			continue;
		explain_certificate(a->x, u, v, NULL);
		a->found = true;
	}
	return 0;
}

int explain_object(struct explanation *x, struct facts *f, const struct ref *on, struct err *e)
{
	struct asked a = { .x = x, .facts = f, .on = on };
	const char *tenant = on->kind == KIND_Tenant ? on->name : on->tenant;

	if (tenant) {
		int none = facts_one(f, tenant, look_in_tenant, &a, e);
		return none < 0 ? -1 : !a.found;
	}
	const struct object *o = set_find(&f->load.shared, on->kind, on->name);
	if (!o)
		return 1;
	a.sheet = explain_any(&a, o);
	return facts_each(f, add_users, &a, e);
}
