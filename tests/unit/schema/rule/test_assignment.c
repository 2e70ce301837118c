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

/* "fix LINE:COL" lines of the findings about this file. */
static void expect_removals(const char *text, const char *wanted)
{
	struct buf fixes = BUF_INIT(4096);
	struct repo r;

	repo_with(&r, { F, text });
	struct findings *fs = &r.findings[0];
	findings_sort(fs);
	for (size_t i = 0; i < fs->n; i++)
		if (fs->item[i].rule->code == RULE_REDUNDANT_ASSIGNMENT)
			buf_addf(&fixes, "%u-%u ", fs->item[i].fix ? fs->item[i].fix->at.line : 0,
				 fs->item[i].fix ? fs->item[i].fix->at.end_line : 0);
	assert_string_equal(buf_str(&fixes), wanted);
	buf_release(&fixes);
	repo_release(&r);
}

static void a_redundant_document_is_taken_out_only_when_nothing_goes_with_it(void **state)
{
	(void)state;
#define REDUNDANT(name) ASSIGN(name, "push", "policyRef: " name)
	expect_removals(REDUNDANT("lab"), "0-0 "); /* the only one of the file */
	expect_removals(REDUNDANT("lab") REDUNDANT("bench"), "1-8 8-15 ");
	expect_removals("apiVersion: apnsctl/v1\nkind: CertificateAssignment\n"
			"metadata: {name: lab, tenant: acme}\n"
			"spec: {certificateRef: push, policyRef: lab}\n" POLICY("p", ""),
			"1-5 ");
	expect_removals(POLICY("p", "") REDUNDANT("lab") "# why\n", "0-0 ");
	expect_removals(POLICY("p", "") REDUNDANT("lab") "...\n" POLICY("q", ""), "0-0 ");
	expect_removals(POLICY("p", "") REDUNDANT("lab") "  allowReenrol: {from: " TOPIC_A
							 ", to: " TOPIC_B ", reason: x}\n",
			"0-0 ");
	expect_removals(POLICY("p", "") REDUNDANT("lab") "  allowReenrol: {from: x}\n", "0-0 ");
#undef REDUNDANT
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
	    "  " F ":4:18 CertificateAssignment/acme/all is here\n"
	    "  fix 24:1-1:  (take the document out)\n");
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
		cmocka_unit_test(a_redundant_document_is_taken_out_only_when_nothing_goes_with_it),
		cmocka_unit_test(an_assignment_of_the_global_certificate_changes_nothing),
		cmocka_unit_test(a_certificate_below_a_root_without_one_is_a_warning),
		cmocka_unit_test(a_tenant_without_a_certificate_is_a_warning_unless_it_leaves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
