/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of policies, and the certificate that each of them has in the end. */
#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/resolve/chain.h"
#include "schema/resolve/link.h"

static size_t policy_index(const struct resolution *r, const struct want_policy *p)
{
	return p ? (size_t)(p - r->out->policy) : CHAIN_END;
}

static struct want_policy *find_policy(const struct resolution *r, const struct object *o)
{
	const struct objects *own = &r->own[KIND_Policy];
	size_t from = 0;

	for (size_t to = own->n; from + 1 < to;) {
		size_t mid = from + (to - from) / 2;
		if (strcmp(own->item[mid]->meta.name.s, o->meta.name.s) <= 0)
			from = mid;
		else
			to = mid;
	}
	return &r->out->policy[from];
}

static void say_circle(void *arg, const size_t *member, size_t n)
{
	enum { SHOWN = 8 };
	struct resolution *r = arg;
	const struct policy *p = r->out->policy[member[0]].object;
	struct buf names = BUF_INIT(4096);

	for (size_t i = 0; i < n && i < SHOWN; i++)
		buf_addf(&names, "%s -> ", r->out->policy[member[i]].ref.name);
	if (n > SHOWN)
		buf_addf(&names, "(%zu more) -> ", n - SHOWN);
	buf_adds(&names, p->head.meta.name.s);
	struct finding *f =
	    n == 1
		? finding_add(r->fs, RULE_CYCLE, p->head.file, span_of(p->parent_ref.at),
			      "the policy is its own parent; name the one above it, or take "
			      "parentRef out when there is none")
		: finding_add(r->fs, RULE_CYCLE, p->head.file, span_of(p->parent_ref.at),
			      "the policies are each other's parents: %s; take one parentRef out, "
			      "one of them is the root",
			      buf_str(&names));
	buf_release(&names);
	about(f, &p->head, "/spec/parentRef");
	for (size_t i = 1; i < n && i < SHOWN; i++) {
		const struct policy *other = r->out->policy[member[i]].object;
		finding_relate(r->fs, f, other->head.file, span_of(other->parent_ref.at),
			       "%s has its parent here", other->head.meta.name.s);
	}
}

void resolve_policies(struct resolution *r)
{
	const struct objects *own = &r->own[KIND_Policy];

	r->out->policy = arena_array(r->mem, own->n + 1, sizeof(r->out->policy[0]));
	r->out->n_policy = own->n;
	for (size_t i = 0; i < own->n; i++) {
		const struct policy *p = (const struct policy *)own->item[i];
		struct want_policy *w = &r->out->policy[i];
		w->ref = ref_of(&p->head);
		w->object = p;
		w->display_name = p->display_name.s ? p->display_name.s : w->ref.name;
		w->allow_reenrol = p->allow_reenrol;
		w->from = (struct origin){ p->head.file, pos_of(name_span(&p->head)) };
	}
	for (size_t i = 0; i < own->n; i++) {
		const struct policy *p = r->out->policy[i].object;
		struct link l = { &p->head, &p->parent_ref, KIND_Policy, "/spec/parentRef" };
		const struct object *parent = link_object(r, &l);
		if (parent)
			r->out->policy[i].parent = find_policy(r, parent);
	}
}

static struct want_cert *find_cert(const struct resolution *r, const char *name)
{
	size_t from = 0;

	for (size_t to = r->out->n_cert; from + 1 < to;) {
		size_t mid = from + (to - from) / 2;
		if (strcmp(r->out->cert[mid].ref.name, name) <= 0)
			from = mid;
		else
			to = mid;
	}
	return &r->out->cert[from];
}

static struct assignment link_assignment(struct resolution *r,
					 const struct certificate_assignment *a)
{
	struct link cert = { &a->head, &a->certificate_ref, KIND_PushCertificate,
			     "/spec/certificateRef" };
	struct link policy = { &a->head, &a->policy_ref, KIND_Policy, "/spec/policyRef" };
	struct assignment out = { .object = a };
	const struct object *o = link_object(r, &cert);

	if (o)
		out.cert = find_cert(r, o->meta.name.s);
	o = link_object(r, &policy);
	if (o)
		out.policy = find_policy(r, o);
	return out;
}

static bool is_global(const struct assignment *a)
{
	return a->object->scope.v == SCOPE_Global;
}

static struct pos target_at(const struct assignment *a)
{
	return is_global(a) ? a->object->scope.at : a->object->policy_ref.at;
}

static void say_second(struct resolution *r, const struct assignment *a,
		       const struct assignment *first)
{
	const struct object *o = &a->object->head;
	const char *target = is_global(a) ? "the scope Global"
					  : arena_printf(r->mem, "policy %s", a->policy->ref.name);
	struct finding *f =
	    finding_add(r->fs, RULE_DUPLICATE_ASSIGNMENT, o->file, span_of(target_at(a)),
			"%s has two assignments, %s and %s; take one of them out", target,
			first->object->head.meta.name.s, o->meta.name.s);

	about(f, o, is_global(a) ? "/spec/scope" : "/spec/policyRef");
	relate_object(r->fs, f, &first->object->head);
}

static void say_global(struct resolution *r, const struct assignment *a)
{
	about(finding_add(r->fs, RULE_GLOBAL_IN_MULTI_TENANT, a->object->head.file,
			  span_of(a->object->scope.at),
			  "Global needs mode SingleOrganization, and the Organization's mode is "
			  "MultiTenant; assign the certificate to the root policies instead"),
	      &a->object->head, "/spec/scope");
}

void resolve_assignments(struct resolution *r)
{
	const struct objects *own = &r->own[KIND_CertificateAssignment];
	const struct assignment **of_policy =
	    arena_array(r->mem, r->out->n_policy + 1, sizeof(*of_policy));

	r->assignment = arena_array(r->mem, own->n + 1, sizeof(r->assignment[0]));
	for (size_t i = 0; i < own->n; i++) {
		struct assignment *a = &r->assignment[r->n_assignment];
		const struct assignment **slot = NULL;
		*a = link_assignment(r, (const struct certificate_assignment *)own->item[i]);
		if (a->cert)
			a->cert->is_assigned = true;
		if (is_global(a) && r->mode == MODE_MultiTenant)
			say_global(r, a);
		else if (is_global(a))
			slot = &r->global;
		else if (a->policy)
			slot = &of_policy[policy_index(r, a->policy)];
		if (!slot)
			continue;
		if (*slot) {
			say_second(r, a, *slot);
			continue;
		}
		*slot = a;
		r->n_assignment++;
		if (a->policy)
			a->policy->by = a->object;
	}
}

/* Its own assignment, else the parent's effective certificate, else the Global one. */
static void inherit(const struct resolution *r, struct want_policy *w)
{
	const struct want_policy *parent = w->parent;

	if (w->by) {
		if (!w->allow_reenrol)
			w->allow_reenrol = w->by->allow_reenrol;
		return;
	}
	if (parent && parent->by) {
		w->effective = parent->effective;
		w->by = parent->by;
		if (parent->inherited_from.kind)
			w->inherited_from = parent->inherited_from;
		else if (parent->by->scope.v != SCOPE_Global)
			w->inherited_from = parent->ref;
	} else if (r->global) {
		w->effective = r->global->cert;
		w->by = r->global->object;
	}
	if (!w->allow_reenrol && parent)
		w->allow_reenrol = parent->allow_reenrol;
	if (!w->allow_reenrol && w->by && w->by->scope.v == SCOPE_Global)
		w->allow_reenrol = w->by->allow_reenrol;
}

/* Gives each certificate the names of the policies that have it, in their order. */
static void list_policies(struct resolution *r)
{
	struct want_tenant *t = r->out;

	for (size_t i = 0; i < t->n_policy; i++)
		if (t->policy[i].effective)
			t->cert[t->policy[i].effective - t->cert].n_policy++;
	for (size_t i = 0; i < t->n_cert; i++) {
		t->cert[i].policy =
		    arena_array(r->mem, t->cert[i].n_policy + 1, sizeof(t->cert[i].policy[0]));
		t->cert[i].n_policy = 0;
	}
	for (size_t i = 0; i < t->n_policy; i++) {
		if (!t->policy[i].effective)
			continue;
		struct want_cert *w = &t->cert[t->policy[i].effective - t->cert];
		w->policy[w->n_policy++] = t->policy[i].ref.name;
	}
}

void resolve_effective(struct resolution *r)
{
	struct want_tenant *t = r->out;
	size_t *next = arena_array(r->mem, t->n_policy + 1, sizeof(*next));

	for (size_t i = 0; i < r->n_assignment; i++)
		if (r->assignment[i].policy)
			r->assignment[i].policy->effective = r->assignment[i].cert;
	for (size_t i = 0; i < t->n_policy; i++)
		next[i] = policy_index(r, t->policy[i].parent);
	const size_t *order = chain_order(next, t->n_policy, r->mem, say_circle, r);
	for (size_t i = 0; i < t->n_policy; i++) {
		struct want_policy *w = &t->policy[order[i]];
		if (next[order[i]] == CHAIN_END)
			w->parent = NULL; /* where a circle was broken */
		inherit(r, w);
	}
	list_policies(r);
}
