/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/schema/repo.h"

#define F "tenants/acme/more.yaml"

static void an_assignment_that_changes_nothing_is_a_warning(void **state)
{
	(void)state;
	repo_expect(F, ASSIGN("bench", "push", "policyRef: bench"), LEVEL_NOTE,
		    F
		    ":7:14-19 warning APN2017 CertificateAssignment/acme/bench /spec/policyRef: "
		    "policy bench would inherit certificate push without this assignment; take it "
		    "out\n"
		    "  tenants/acme/policies.yaml:28:9 CertificateAssignment/acme/root is here\n");
	/* back to the root's certificate below another one: needed */
	struct repo r;
	repo_with(&r,
		  { F, CERT("second", "  topic: New\n") ASSIGN("lab", "second", "policyRef: lab")
			   ASSIGN("bench", "push", "policyRef: bench") });
	assert_string_equal(repo_text(&r, LEVEL_WARNING), "");
	repo_release(&r);
}

static void an_assignment_of_the_global_certificate_changes_nothing(void **state)
{
	(void)state;
	struct repo r;

	repo_with(
	    &r,
	    { "organization.yaml",
	      "apiVersion: apnsctl/v1\nkind: Organization\nmetadata: {name: own}\n"
	      "spec: {mode: SingleOrganization, people: [{id: alex}, {id: sam}, {id: kim}]}\n" },
	    { "tenants/globex/globex.yaml", NULL }, { "tenants/globex/certs/apns.pem", NULL },
	    { F, ASSIGN("all", "push", "scope: Global") });
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    "tenants/acme/policies.yaml:32:14-18 warning APN2017 "
	    "CertificateAssignment/acme/root /spec/policyRef: policy root would inherit "
	    "certificate push without this assignment; take it out\n"
	    "  " F ":4:18 CertificateAssignment/acme/all is here\n");
	repo_release(&r);
}

static void a_certificate_below_a_root_without_one_is_a_warning(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { F, POLICY("top", "") POLICY("mid", "  parentRef: top\n")
			       POLICY("low", "  parentRef: mid\n")
				   ASSIGN("low", "push", "policyRef: low") });
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    F ":27:14-17 warning APN2018 CertificateAssignment/acme/low "
	      "/spec/policyRef: policy low has a certificate while its root top has "
	      "none, so devices beside it can not be enrolled; assign one to the root\n"
	      "  " F ":4:18 Policy/acme/top is here\n");
	repo_release(&r);
}

#define TENANT(spec)                                                                               \
	"apiVersion: apnsctl/v1\nkind: Tenant\nmetadata: {name: initech}\n"                        \
	"spec: {displayName: I, contacts: [a@i.example], appleProgram: None" spec "}\n"

static void a_tenant_without_a_certificate_is_a_warning_unless_it_leaves(void **state)
{
	(void)state;
	repo_expect("tenants/initech/t.yaml", TENANT(""), LEVEL_NOTE,
		    "tenants/initech/t.yaml:3:18-25 warning APN2016 Tenant/initech /metadata/name: "
		    "tenant initech has no PushCertificate; add one with topic: New, or with the "
		    "topic of the certificate that the customer has\n");
	repo_expect("tenants/initech/t.yaml", TENANT(", offboarding: {lastDay: 2027-01-31}"),
		    LEVEL_NOTE, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_assignment_that_changes_nothing_is_a_warning),
		cmocka_unit_test(an_assignment_of_the_global_certificate_changes_nothing),
		cmocka_unit_test(a_certificate_below_a_root_without_one_is_a_warning),
		cmocka_unit_test(a_tenant_without_a_certificate_is_a_warning_unless_it_leaves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
