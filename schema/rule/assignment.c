/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/load/set_index.h"
#include "schema/rule/check.h"

/* What the policy would have without its own assignment. */
static const struct want_cert *inherited(const struct resolution *r, const struct want_policy *p)
{
	if (p->parent && p->parent->by)
		return p->parent->effective;
	return r->global ? r->global->cert : NULL;
}

/* The document goes as a whole when all that it says is said above. */
static void suggest_removal(struct resolution *r, struct finding *f,
			    const struct certificate_assignment *a)
{
	const struct object *o = &a->head;

	if (o->first_line && !a->allow_reenrol && !o->meta.labels.n && !o->meta.annotations.n &&
	    !o->meta.previous_names.n)
		finding_suggest(r->fs, f, (struct span){ o->first_line, 1, o->last_line, 1 }, "",
				"take the document out");
}

static void check_redundant(struct resolution *r, const struct assignment *a)
{
	const struct certificate_assignment *from =
	    a->policy->parent && a->policy->parent->by ? a->policy->parent->by : r->global->object;
	struct finding *f = finding_add(
	    r->fs, RULE_REDUNDANT_ASSIGNMENT, a->object->head.file,
	    span_of(a->object->policy_ref.at),
	    "policy %s would inherit certificate %s without this assignment; take it out",
	    a->policy->ref.name, a->cert->ref.name);

	about(f, &a->object->head, "/spec/policyRef");
	relate_object(r->fs, f, &from->head);
	suggest_removal(r, f, a->object);
}

static void check_root(struct resolution *r, const struct assignment *a,
		       const struct want_policy *const *root)
{
	const struct want_policy *top = root[a->policy - r->out->policy];
	struct finding *f;

	if (top == a->policy || top->by)
		return;
	f = finding_add(
	    r->fs, RULE_UNASSIGNED_ROOT, a->object->head.file, span_of(a->object->policy_ref.at),
	    "policy %s has a certificate while its root %s has none, so devices beside it can not "
	    "be enrolled; assign one to the root",
	    a->policy->ref.name, top->ref.name);
	about(f, &a->object->head, "/spec/policyRef");
	relate_object(r->fs, f, &top->object->head);
}

/* The root above each policy; each step up is made once. */
static const struct want_policy **find_roots(struct resolution *r)
{
	const struct want_tenant *t = r->out;
	const struct want_policy **root = arena_array(r->mem, t->n_policy + 1, sizeof(*root));
	size_t *path = arena_array(r->mem, t->n_policy + 1, sizeof(*path));

	for (size_t i = 0; i < t->n_policy; i++) {
		const struct want_policy *top = &t->policy[i];
		size_t n = 0;
		while (!root[top - t->policy]) {
			path[n++] = (size_t)(top - t->policy);
			if (!top->parent)
				root[top - t->policy] = top;
			else
				top = top->parent;
		}
		while (n > 0)
			root[path[--n]] = root[top - t->policy];
	}
	return root;
}

static void check_has_certificate(struct resolution *r)
{
	const struct tenant *t = r->tenant;

	if (!t || t->offboarding || r->set->broken ||
	    set_find(r->set, KIND_PushCertificate, NULL)) /* also one that says another tenant */
		return;
	about(finding_add(r->fs, RULE_TENANT_WITHOUT_CERTIFICATE, t->head.file, name_span(&t->head),
			  "tenant %s has no PushCertificate; add one with topic: New, or with the "
			  "topic of the certificate that the customer has",
			  t->head.meta.name.s),
	      &t->head, "/metadata/name");
}

/* True when all assignments are known, and so what a policy has without one of them. */
static bool all_known(const struct resolution *r)
{
	size_t n;

	set_kind(r->set, KIND_CertificateAssignment, &n);
	for (size_t i = 0; i < r->n_assignment; i++)
		n -= r->assignment[i].cert != NULL;
	return !r->set->broken && !n;
}

void assignment_check(struct resolution *r)
{
	const struct want_policy **root = find_roots(r);
	bool known = all_known(r);

	for (size_t i = 0; known && i < r->n_assignment; i++) {
		const struct assignment *a = &r->assignment[i];
		if (!a->policy || !a->cert)
			continue;
		if (inherited(r, a->policy) == a->cert)
			check_redundant(r, a);
		check_root(r, a, root);
	}
	check_has_certificate(r);
}
