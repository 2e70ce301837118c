/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/schema/repo.h"

#define SINGLE                                                                                     \
	"apiVersion: apnsctl/v1\nkind: Organization\nmetadata: {name: own}\n"                      \
	"spec: {mode: SingleOrganization, people: [{id: alex}, {id: sam}, {id: kim}]}\n"
#define GLOBEX_GONE                                                                                \
	{ "tenants/globex/globex.yaml", NULL },                                                    \
	{                                                                                          \
		"tenants/globex/certs/apns.pem", NULL                                              \
	}

/* "bench: push by root from root" for each policy, for comparison as one text. */
static const char *effective(struct repo *r)
{
	const struct want_tenant *t = &r->want[0];

	buf_clear(&r->text);
	for (size_t i = 0; i < t->n_policy; i++) {
		const struct want_policy *p = &t->policy[i];
		buf_addf(&r->text, "%s: %s by %s from %s%s%s\n", p->ref.name,
			 p->effective ? p->effective->ref.name : "none",
			 p->by ? p->by->head.meta.name.s : "nothing",
			 p->inherited_from.kind ? p->inherited_from.name : "itself",
			 p->allow_reenrol ? " reenrol " : "",
			 p->allow_reenrol ? p->allow_reenrol->reason.s : "");
	}
	return buf_str(&r->text);
}

static const char *policies_of(struct repo *r, const struct want_cert *w)
{
	buf_clear(&r->text);
	for (size_t i = 0; i < w->n_policy; i++)
		buf_addf(&r->text, "%s ", w->policy[i]);
	return buf_str(&r->text);
}

static void a_policy_inherits_from_the_nearest_above_that_has_one(void **state)
{
	(void)state;
	struct repo r;

	repo_load(&r, repo_clean, NULL);
	assert_string_equal(effective(&r), "bench: push by root from root\n"
					   "lab: push by root from root\n"
					   "root: push by root from itself\n");
	assert_string_equal(policies_of(&r, &r.want[0].cert[0]), "bench lab root ");
	assert_true(r.want[0].cert[0].is_assigned);
	assert_false(r.want[1].cert[0].is_assigned);
	repo_release(&r);
}

static void an_own_assignment_wins_and_is_inherited_below(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "tenants/acme/more.yaml", CERT("second", "  topic: New\n")
						      ASSIGN("lab", "second", "policyRef: lab") });
	assert_string_equal(repo_text(&r, LEVEL_WARNING), "");
	assert_string_equal(effective(&r), "bench: second by lab from lab\n"
					   "lab: second by lab from itself\n"
					   "root: push by root from itself\n");
	assert_string_equal(policies_of(&r, &r.want[0].cert[0]), "root ");
	assert_string_equal(policies_of(&r, &r.want[0].cert[1]), "bench lab ");
	repo_release(&r);
}

static void an_assignment_to_nothing_is_not_replaced_by_what_is_above(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "tenants/acme/more.yaml", ASSIGN("lab", "nix", "policyRef: lab") });
	assert_string_equal(effective(&r), "bench: none by lab from lab\n"
					   "lab: none by lab from itself\n"
					   "root: push by root from itself\n");
	repo_release(&r);
}

static void a_global_certificate_fills_what_nothing_else_does(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "organization.yaml", SINGLE }, GLOBEX_GONE,
		  { "tenants/acme/more.yaml",
		    CERT("second", "  topic: New\n") ASSIGN("all", "second", "scope: Global")
			POLICY("office", "") POLICY("desk", "  parentRef: office\n") });
	assert_string_equal(repo_text(&r, LEVEL_WARNING), "");
	assert_string_equal(effective(&r), "bench: push by root from root\n"
					   "desk: second by all from itself\n"
					   "lab: push by root from root\n"
					   "office: second by all from itself\n"
					   "root: push by root from itself\n");
	assert_true(r.want[0].only_one);
	repo_release(&r);
}

static void in_single_mode_the_folder_says_the_tenant(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "organization.yaml", SINGLE }, GLOBEX_GONE,
		  { "tenants/acme/more.yaml",
		    "apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: office}\n"
		    "spec: {parentRef: root}\n" });
	assert_string_equal(repo_text(&r, LEVEL_WARNING), "");
	assert_int_equal(r.want[0].n_policy, 4);
	assert_string_equal(r.want[0].policy[2].ref.name, "office");
	assert_string_equal(r.want[0].policy[2].ref.tenant, "acme");
	repo_release(&r);
}

static void shared_objects_serve_the_one_tenant_without_a_list(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "organization.yaml", SINGLE }, GLOBEX_GONE,
		  { "servers/servers.yaml",
		    "apiVersion: apnsctl/v1\nkind: MDMServer\nmetadata: {name: nano}\n"
		    "spec: {type: NanoMDM, url: \"https://mdm.example\"}\n" });
	assert_string_equal(repo_text(&r, LEVEL_WARNING), "");
	assert_int_equal(r.want[0].cert[0].n_server, 1);
	repo_release(&r);
}

static void global_with_many_customers_is_an_error(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "tenants/acme/more.yaml", ASSIGN("all", "push", "scope: Global") });
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    "tenants/acme/more.yaml:7:10-16 error APN2015 "
	    "CertificateAssignment/acme/all /spec/scope: Global needs mode "
	    "SingleOrganization, and the Organization's mode is MultiTenant; assign the "
	    "certificate to the root policies instead\n");
	assert_string_equal(effective(&r), "bench: push by root from root\n"
					   "lab: push by root from root\n"
					   "root: push by root from itself\n");
	repo_release(&r);
}

static void a_second_assignment_of_a_policy_is_an_error(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "tenants/acme/more.yaml", CERT("second", "  topic: New\n")
						      ASSIGN("two", "second", "policyRef: root") });
	assert_string_equal(
	    repo_text(&r, LEVEL_WARNING),
	    "tenants/acme/more.yaml:14:14-18 error APN2014 "
	    "CertificateAssignment/acme/two /spec/policyRef: policy root has two "
	    "assignments, root and two; take one of them out\n"
	    "  tenants/acme/policies.yaml:28:9 CertificateAssignment/acme/root is here\n");
	assert_string_equal(effective(&r), "bench: push by root from root\n"
					   "lab: push by root from root\n"
					   "root: push by root from itself\n");
	repo_release(&r);
	repo_with(&r, { "organization.yaml", SINGLE }, GLOBEX_GONE,
		  { "tenants/acme/more.yaml",
		    ASSIGN("a", "push", "scope: Global") ASSIGN("b", "push", "scope: Global") });
	assert_string_equal(repo_text(&r, LEVEL_ERROR),
			    "tenants/acme/more.yaml:14:10-16 error APN2014 "
			    "CertificateAssignment/acme/b /spec/scope: the scope Global has two "
			    "assignments, a and b; take one of them out\n"
			    "  tenants/acme/more.yaml:4:18 CertificateAssignment/acme/a is here\n");
	repo_release(&r);
}

static void a_circle_of_parents_is_told_once_and_broken(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "tenants/acme/more.yaml",
			POLICY("c1", "  parentRef: c3\n") POLICY("c2", "  parentRef: c1\n")
			    POLICY("c3", "  parentRef: c2\n") POLICY("d", "  parentRef: c2\n") });
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    "tenants/acme/more.yaml:7:14-16 error APN2006 Policy/acme/c1 "
	    "/spec/parentRef: the policies are each other's parents: c1 -> c3 -> c2 -> "
	    "c1; take one parentRef out, one of them is the root\n"
	    "  tenants/acme/more.yaml:21:14 c3 has its parent here\n"
	    "  tenants/acme/more.yaml:14:14 c2 has its parent here\n");
	assert_null(r.want[0].policy[1].parent);
	assert_string_equal(r.want[0].policy[4].parent->ref.name, "c2");
	repo_release(&r);
	repo_with(&r, { "tenants/acme/more.yaml", POLICY("self", "  parentRef: self\n") });
	assert_string_equal(repo_text(&r, LEVEL_NOTE),
			    "tenants/acme/more.yaml:7:14-18 error APN2006 Policy/acme/self "
			    "/spec/parentRef: the policy is its own parent; name the one above it, "
			    "or take parentRef "
			    "out when there is none\n");
	repo_release(&r);
}

#define REENROL(who) "  allowReenrol: {from: " TOPIC_A ", to: " TOPIC_B ", reason: " who "}\n"

static void an_acknowledgement_covers_the_policy_and_what_inherits_through_it(void **state)
{
	(void)state;
	struct repo r;

	repo_with(
	    &r, { "tenants/acme/policies.yaml",
		  POLICY("root", "") POLICY("lab", "  parentRef: root\n" REENROL("lab"))
		      POLICY("bench", "  parentRef: lab\n") POLICY("desk", "  parentRef: bench\n")
			  ASSIGN("root", "push", "policyRef: root") CERT("second", "  topic: New\n")
			      ASSIGN("desk", "second", "policyRef: desk") });
	assert_string_equal(repo_text(&r, LEVEL_WARNING), "");
	assert_string_equal(effective(&r), "bench: push by root from root reenrol lab\n"
					   "desk: second by desk from itself\n"
					   "lab: push by root from root reenrol lab\n"
					   "root: push by root from itself\n");
	repo_release(&r);
	repo_with(&r, { "tenants/acme/policies.yaml",
			POLICY("root", "") POLICY("lab", "  parentRef: root\n")
			    ASSIGN("root", "push", "policyRef: root\n" REENROL("here")) });
	assert_string_equal(effective(&r), "lab: push by root from root reenrol here\n"
					   "root: push by root from itself reenrol here\n");
	repo_release(&r);
}

static void a_chain_of_ten_thousand_policies_is_resolved_in_linear_space(void **state)
{
	(void)state;
	enum { N = 10000 };
	struct repo r;
	char path[64], text[256];

	repo_init(&r);
	for (unsigned i = 0; i < N; i++) {
		snprintf(path, sizeof(path), "tenants/acme/p%05u.yaml", i);
		snprintf(text, sizeof(text),
			 "apiVersion: apnsctl/v1\nkind: Policy\n"
			 "metadata: {name: p%05u, tenant: acme}\nspec: {%s%05u}\n",
			 i, i ? "parentRef: p" : "displayName: r", i ? i - 1 : 0);
		repo_add(&r, path, text);
	}
	repo_add(&r, "tenants/acme/x.yaml", ASSIGN("a", "push", "policyRef: p00000"));
	repo_add(&r, "tenants/acme/y.yaml", CERT("push", "  topic: New\n"));
	size_t before = r.mem.used;
	repo_resolve(&r);
	assert_string_equal(r.want[0].policy[N - 1].effective->ref.name, "push");
	assert_string_equal(r.want[0].policy[N - 1].inherited_from.name, "p00000");
	assert_true(r.mem.used - before < (size_t)N * 512);
	repo_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_policy_inherits_from_the_nearest_above_that_has_one),
		cmocka_unit_test(an_own_assignment_wins_and_is_inherited_below),
		cmocka_unit_test(an_assignment_to_nothing_is_not_replaced_by_what_is_above),
		cmocka_unit_test(a_global_certificate_fills_what_nothing_else_does),
		cmocka_unit_test(in_single_mode_the_folder_says_the_tenant),
		cmocka_unit_test(shared_objects_serve_the_one_tenant_without_a_list),
		cmocka_unit_test(global_with_many_customers_is_an_error),
		cmocka_unit_test(a_second_assignment_of_a_policy_is_an_error),
		cmocka_unit_test(a_circle_of_parents_is_told_once_and_broken),
		cmocka_unit_test(an_acknowledgement_covers_the_policy_and_what_inherits_through_it),
		cmocka_unit_test(a_chain_of_ten_thousand_policies_is_resolved_in_linear_space),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
