/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/schema/repo.h"

#define PUSH(spec)                                                                                 \
	"apiVersion: apnsctl/v1\nkind: PushCertificate\nmetadata:\n  name: push\n  tenant: acme\n" \
	"spec:\n" spec "  topic: " TOPIC_A "\n"

static void a_reference_to_nothing_names_what_was_meant(void **state)
{
	(void)state;
	repo_expect("tenants/acme/push.yaml", PUSH("  appleIdRef: aple\n"), LEVEL_NOTE,
		    "tenants/acme/push.yaml:7:15-19 error APN2003 PushCertificate/acme/push "
		    "/spec/appleIdRef: there is no AppleIDAlias \"aple\" in tenants/acme/ or "
		    "accounts/; did you mean \"apple\"?\n"
		    "  tenants/acme/tenant.yaml:17:9 AppleIDAlias/acme/apple is here\n"
		    "  fix 7:15-19: apple (take the name that exists)\n");
	repo_expect(
	    "tenants/acme/push.yaml", PUSH("  appleIdRef: nothing-like-it\n"), LEVEL_NOTE,
	    "tenants/acme/push.yaml:7:15-30 error APN2003 PushCertificate/acme/push "
	    "/spec/appleIdRef: there is no AppleIDAlias \"nothing-like-it\" in tenants/acme/ "
	    "or accounts/; add it, or name one that exists\n");
}

static void a_suggestion_is_never_something_the_tenant_can_not_use(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/acme/push.yaml", PUSH("  appleIdRef: globex-pusch\n"), LEVEL_NOTE,
	    "tenants/acme/push.yaml:7:15-27 error APN2003 PushCertificate/acme/push "
	    "/spec/appleIdRef: there is no AppleIDAlias \"globex-pusch\" in tenants/acme/ or "
	    "accounts/; add it, or name one that exists\n");
}

static void each_kind_of_reference_is_followed(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/acme/more.yaml",
	    POLICY("a", "  parentRef: nix\n") ASSIGN("b", "nix", "policyRef: none"), LEVEL_NOTE,
	    "tenants/acme/more.yaml:7:14-17 error APN2003 Policy/acme/a /spec/parentRef: "
	    "there is no Policy \"nix\" in tenants/acme/; add it, or name one that exists\n"
	    "tenants/acme/more.yaml:13:19-22 error APN2003 CertificateAssignment/acme/b "
	    "/spec/certificateRef: there is no PushCertificate \"nix\" in tenants/acme/; add "
	    "it, or name one that exists\n"
	    "tenants/acme/more.yaml:14:14-18 error APN2003 CertificateAssignment/acme/b "
	    "/spec/policyRef: there is no Policy \"none\" in tenants/acme/; add it, or name "
	    "one that exists\n");
}

static void a_shared_object_that_does_not_list_the_tenant_is_refused(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/acme/push.yaml", PUSH("  appleIdRef: globex-push\n"), LEVEL_NOTE,
	    "tenants/acme/push.yaml:7:15-26 error APN2005 PushCertificate/acme/push "
	    "/spec/appleIdRef: AppleIDAlias/globex-push does not list tenant acme; add acme "
	    "to its tenants, or name one of the tenant's own\n"
	    "  accounts/globex.yaml:4:9 AppleIDAlias/globex-push is here\n");
}

static void a_list_of_tenants_with_an_error_is_told_once(void **state)
{
	(void)state;
	static const char *const lists[] = { "tenants: [“*”]", "tenants: \"*\"",
					     "tenats: [\"*\"]" };
	struct repo r;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		char text[512];
		snprintf(text, sizeof(text),
			 "apiVersion: apnsctl/v1\nkind: MDMServer\nmetadata: {name: nano}\nspec:\n"
			 "  type: NanoMDM\n  url: https://m.example\n  %s\n"
			 "---\napiVersion: apnsctl/v1\nkind: MDMServer\nmetadata: {name: intune}\n"
			 "spec: {type: Intune, tenants: [globex]}\n",
			 lists[i]);
		repo_with(&r, { "servers/servers.yaml", text });
		assert_true(r.shared_findings.n_level[LEVEL_ERROR] >= 1);
		assert_int_equal(r.findings[0].n_level[LEVEL_ERROR], 0);
		assert_int_equal(r.want[0].stop_shared, STOP_QUARANTINE);
		repo_release(&r);
	}
	/* a list without an error that does not have it */
	repo_with(&r,
		  { "accounts/globex.yaml",
		    "apiVersion: apnsctl/v1\nkind: AppleIDAlias\nmetadata: {name: globex-push}\n"
		    "spec: {appleId: g@msp.example, type: DistributionGroup, custodians: [alex, "
		    "sam], tenants: [acme]}\n" });
	assert_int_equal(r.findings[1].n_level[LEVEL_ERROR], 1);
	assert_int_equal(r.findings[1].item[0].rule->code, RULE_NOT_SHARED);
	repo_release(&r);
}

static void what_lost_its_name_is_not_missing(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r,
		  { "accounts/globex.yaml",
		    "apiVersion: apnsctl/v1\nkind: AppleIDAlias\nmetadata: {nmae: globex-push}\n"
		    "spec: {appleId: g@msp.example, type: DistributionGroup, custodians: [alex, "
		    "sam], tenants: [globex]}\n" });
	assert_int_equal(r.findings[1].n_level[LEVEL_ERROR], 0);
	assert_int_equal(r.want[1].stop_shared, STOP_QUARANTINE);
	assert_int_equal(r.want[0].stop_shared, STOP_NOTHING);
	repo_release(&r);
	repo_with(&r,
		  { "tenants/acme/push.yaml",
		    "apiVersion: apnsctl/v1\nkind: PushCertificate\nmetadata: {name: \"push \", "
		    "tenant: acme}\nspec: {appleIdRef: apple, topic: " TOPIC_A "}\n" });
	assert_int_equal(r.findings[0].n_level[LEVEL_ERROR], 1);
	assert_int_equal(r.findings[0].item[0].rule->code, RULE_BAD_VALUE);
	assert_int_equal(r.want[0].stop, STOP_QUARANTINE);
	repo_release(&r);
}

static void a_name_that_both_have_is_ambiguous(void **state)
{
	(void)state;
	repo_expect("tenants/acme/more.yaml", DOC("MDMServer", "nano", "  type: Manual\n"),
		    LEVEL_ERROR,
		    "tenants/acme/tenant.yaml:12:13-17 error APN2013 Tenant/acme "
		    "/spec/serverRefs/0/name: \"nano\" can mean MDMServer/acme/nano or "
		    "MDMServer/nano; rename one of them\n"
		    "  tenants/acme/more.yaml:4:18 MDMServer/acme/nano is here\n"
		    "  servers/servers.yaml:4:9 MDMServer/nano is here\n");
	/* a shared one that is not for this tenant takes no name away */
	repo_expect("tenants/acme/more.yaml", DOC("MDMServer", "intune", "  type: Manual\n"),
		    LEVEL_ERROR, "");
}

static void what_belongs_to_another_tenant_can_not_be_referenced(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/acme/more.yaml",
	    POLICY("a", "  parentRef: b\n") "---\napiVersion: apnsctl/v1\nkind: Policy\n"
					    "metadata: {name: b, tenant: globex}\n"
					    "spec: {}\n",
	    LEVEL_NOTE,
	    "tenants/acme/more.yaml:7:14-15 error APN2004 Policy/acme/a /spec/parentRef: "
	    "Policy/globex/b belongs to tenant globex, and this is tenant acme; name an "
	    "object of acme\n"
	    "  tenants/acme/more.yaml:11:18 Policy/globex/b is here\n"
	    "tenants/acme/more.yaml:11:29-35 error APN2008 Policy/globex/b /metadata/tenant: "
	    "metadata.tenant is \"globex\" in the folder of tenant acme; write acme, or move "
	    "the document to tenants/globex/\n");
}

static void a_broken_file_of_the_tenant_does_not_make_its_references_wrong(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "tenants/acme/push.yaml", "kind: [\n" });
	assert_int_equal(r.findings[0].n_level[LEVEL_ERROR], 1);
	assert_int_equal(r.want[0].stop, STOP_QUARANTINE);
	assert_string_equal(r.want[0].first_error->file, "tenants/acme/push.yaml");
	assert_int_equal(r.want[0].n_policy, 3);
	repo_release(&r);
}

static void a_broken_shared_file_stops_those_who_may_need_it_and_blames_nobody(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "servers/servers.yaml", "kind: [\n" });
	assert_int_equal(r.shared_findings.n_level[LEVEL_ERROR], 1);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(r.findings[i].n, 0);
		assert_int_equal(r.want[i].stop, STOP_NOTHING);
		assert_null(r.want[i].first_error);
		assert_int_equal(r.want[i].stop_shared, STOP_QUARANTINE);
	}
	repo_release(&r);
}

static void an_error_in_a_shared_object_stops_only_those_who_use_it(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "servers/servers.yaml",
			"apiVersion: apnsctl/v1\nkind: MDMServer\nmetadata: {name: nano}\n"
			"spec: {type: NanoMDM, url: \"https://mdm.example\", tenants: [\"*\"]}\n"
			"---\n"
			"apiVersion: apnsctl/v1\nkind: MDMServer\nmetadata: {name: intune}\n"
			"spec: {type: Intune, tenants: [globex], nonsense: 1}\n" });
	assert_int_equal(r.shared_findings.n_level[LEVEL_ERROR], 1);
	assert_int_equal(r.want[0].stop_shared, STOP_NOTHING);
	assert_int_equal(r.want[1].stop_shared, STOP_QUARANTINE);
	repo_release(&r);
	repo_with(&r,
		  { "accounts/globex.yaml",
		    "apiVersion: apnsctl/v1\nkind: AppleIDAlias\nmetadata: {name: globex-push}\n"
		    "spec: {appleId: globex@msp.example, type: Personal, custodians: [alex, sam], "
		    "tenants: [globex]}\n" });
	assert_int_equal(r.want[0].stop_shared, STOP_NOTHING);
	assert_int_equal(r.want[1].stop_shared, STOP_CREATE);
	repo_release(&r);
}

static void without_an_organization_every_tenant_is_stopped(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "organization.yaml", NULL });
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    "organization.yaml:0:0-0 error APN2007 - -: there is no Organization; add "
	    "one in organization.yaml\n");
	assert_int_equal(r.want[0].stop, STOP_NOTHING);
	assert_int_equal(r.want[0].stop_shared, STOP_QUARANTINE);
	repo_release(&r);
}

static void ten_thousand_references_to_nothing_cost_bounded_work(void **state)
{
	(void)state;
	struct repo r;

	repo_init(&r);
	for (unsigned i = 0; i < 10000; i++) {
		char path[64], text[256];
		snprintf(path, sizeof(path), "tenants/acme/p%u.yaml", i);
		snprintf(text, sizeof(text),
			 "apiVersion: apnsctl/v1\nkind: Policy\n"
			 "metadata: {name: p%u, tenant: acme}\nspec: {parentRef: q%u}\n",
			 i, i);
		repo_add(&r, path, text);
	}
	repo_resolve(&r);
	assert_int_equal(r.findings[0].n_level[LEVEL_ERROR], FINDINGS_MAX);
	repo_release(&r);
}

/* Errors that stop nothing fill the list; what stops everything is only counted then. */
static void what_is_not_listed_stops_the_tenant_all_the_same(void **state)
{
	(void)state;
	enum { FILES = 102, LINES = 99 };
	static char text[LINES * 32 + 256];
	struct repo r;

	repo_init(&r);
	for (unsigned i = 0; i < FILES; i++) {
		char path[64];
		size_t at = 0;
		snprintf(path, sizeof(path), "tenants/acme/a%03u.yaml", i);
		for (unsigned k = 0; k < LINES; k++)
			at += (size_t)snprintf(text + at, sizeof(text) - at, "# apnsctl:ignore\n");
		snprintf(text + at, sizeof(text) - at,
			 "apiVersion: apnsctl/v1\nkind: Policy\n"
			 "metadata: {name: p%u, tenant: acme}\nspec: {parentRef: nobody}\n", i);
		repo_add(&r, path, text);
	}
	repo_resolve(&r);
	assert_int_equal(r.findings[0].n, FINDINGS_MAX);
	assert_int_equal(r.want[0].stop, STOP_QUARANTINE);
	assert_non_null(r.want[0].first_error);
	repo_release(&r);
}

/* Work and memory grow with the documents of a copied folder, not with their square. */
static void twenty_thousand_documents_of_another_tenant_are_one_finding(void **state)
{
	(void)state;
	struct repo r;

	repo_init(&r);
	for (unsigned i = 0; i < 20000; i++) {
		char path[64], text[256];
		snprintf(path, sizeof(path), "tenants/acme/p%u.yaml", i);
		snprintf(text, sizeof(text),
			 "apiVersion: apnsctl/v1\nkind: Policy\n"
			 "metadata: {name: p%u, tenant: other}\nspec: {}\n", i);
		repo_add(&r, path, text);
	}
	repo_resolve(&r);
	assert_int_equal(r.findings[0].n_level[LEVEL_ERROR], 2); /* and no Tenant */
	assert_true(r.mem.used < 64u << 20);
	repo_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reference_to_nothing_names_what_was_meant),
		cmocka_unit_test(a_suggestion_is_never_something_the_tenant_can_not_use),
		cmocka_unit_test(each_kind_of_reference_is_followed),
		cmocka_unit_test(a_shared_object_that_does_not_list_the_tenant_is_refused),
		cmocka_unit_test(a_list_of_tenants_with_an_error_is_told_once),
		cmocka_unit_test(what_lost_its_name_is_not_missing),
		cmocka_unit_test(a_name_that_both_have_is_ambiguous),
		cmocka_unit_test(what_belongs_to_another_tenant_can_not_be_referenced),
		cmocka_unit_test(a_broken_file_of_the_tenant_does_not_make_its_references_wrong),
		cmocka_unit_test(
		    a_broken_shared_file_stops_those_who_may_need_it_and_blames_nobody),
		cmocka_unit_test(an_error_in_a_shared_object_stops_only_those_who_use_it),
		cmocka_unit_test(without_an_organization_every_tenant_is_stopped),
		cmocka_unit_test(ten_thousand_references_to_nothing_cost_bounded_work),
		cmocka_unit_test(what_is_not_listed_stops_the_tenant_all_the_same),
		cmocka_unit_test(twenty_thousand_documents_of_another_tenant_are_one_finding),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
