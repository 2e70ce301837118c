/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/schema/repo.h"

static void a_kind_stands_in_its_folder(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/acme/o.yaml",
	    "apiVersion: apnsctl/v1\nkind: Organization\nmetadata: {name: o}\n"
	    "spec: {mode: MultiTenant}\n",
	    LEVEL_NOTE,
	    "tenants/acme/o.yaml:2:7-19 error APN2001 Organization/o /kind: Organization does "
	    "not belong in a tenant's folder; move it to organization.yaml\n");
	repo_expect(
	    "servers/p.yaml", POLICY("p", ""), LEVEL_NOTE,
	    "servers/p.yaml:3:7-13 error APN2001 Policy/acme/p /kind: Policy does not belong "
	    "in servers/; move it to tenants/<tenant>/\n");
	repo_expect("accounts/s.yaml",
		    "apiVersion: apnsctl/v1\nkind: MDMServer\nmetadata: {name: s}\n"
		    "spec: {type: Manual, tenants: [acme]}\n",
		    LEVEL_NOTE,
		    "accounts/s.yaml:2:7-16 error APN2001 MDMServer/s /kind: MDMServer does not "
		    "belong in accounts/; move it to servers/ or tenants/<tenant>/\n");
}

static void a_shared_object_has_no_tenant(void **state)
{
	(void)state;
	repo_expect(
	    "servers/s.yaml", DOC("MDMServer", "s", "  type: Manual\n"), LEVEL_NOTE,
	    "servers/s.yaml:4:29-33 error APN2001 MDMServer/acme/s /metadata/tenant: objects "
	    "in servers/ belong to no tenant; take metadata.tenant out and list the tenants "
	    "in spec.tenants, or move the document to tenants/acme/\n");
}

#define FOREIGN(name)                                                                              \
	"---\napiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: " name                        \
	", tenant: globex}\nspec: {}\n"

static void documents_of_a_copied_folder_are_told_together(void **state)
{
	(void)state;
	repo_expect("tenants/acme/p.yaml", FOREIGN("p") FOREIGN("q"), LEVEL_NOTE,
		    "tenants/acme/p.yaml:4:29-35 error APN2008 Policy/globex/p /metadata/tenant: "
		    "2 documents in tenants/acme/ say tenant: globex; write acme in all of them, "
		    "or move them to tenants/globex/\n"
		    "  tenants/acme/p.yaml:9:29 here too\n"
		    "  fix 4:29-35: acme (write the folder's name)\n");
	/* one that the tenant has already is no copy of it */
	repo_expect("tenants/acme/p.yaml", FOREIGN("p") FOREIGN("lab"), LEVEL_NOTE,
		    "tenants/acme/p.yaml:4:29-35 error APN2008 Policy/globex/p /metadata/tenant: "
		    "2 documents in tenants/acme/ say tenant: globex; write acme in all of them, "
		    "or move them to tenants/globex/\n"
		    "  tenants/acme/p.yaml:9:31 here too\n");
}

static void the_folder_and_the_tenant_agree(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/acme/p.yaml",
	    "apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: p, tenant: globex}\n"
	    "spec: {}\n",
	    LEVEL_NOTE,
	    "tenants/acme/p.yaml:3:29-35 error APN2008 Policy/globex/p /metadata/tenant: "
	    "metadata.tenant is \"globex\" in the folder of tenant acme; write acme, or move "
	    "the document to tenants/globex/\n");
	repo_expect("tenants/acme/p.yaml",
		    "apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: p}\nspec: {}\n",
		    LEVEL_NOTE,
		    "tenants/acme/p.yaml:3:18-19 error APN2008 Policy/acme/p /metadata/tenant: "
		    "metadata.tenant is missing; write tenant: acme, the name of the folder\n");
}

static void a_name_is_used_once(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/acme/policies (1).yaml", POLICY("lab", ""), LEVEL_NOTE,
	    "tenants/acme/policies (1).yaml:4:18-21 error APN2002 Policy/acme/lab /metadata/name: "
	    "Policy/acme/lab is there twice; rename one of them or take it out\n"
	    "  tenants/acme/policies.yaml:12:9 the first one is here\n");
	repo_expect("servers/servers (1).yaml",
		    "apiVersion: apnsctl/v1\nkind: MDMServer\nmetadata: {name: nano}\n"
		    "spec: {type: Manual, tenants: [\"*\"]}\n",
		    LEVEL_ERROR,
		    "servers/servers (1).yaml:3:18-22 error APN2002 MDMServer/nano /metadata/name: "
		    "MDMServer/nano is there twice; rename one of them or take it out\n"
		    "  servers/servers.yaml:4:9 the first one is here\n");
}

static void a_folder_has_its_tenant(void **state)
{
	(void)state;
	struct repo r;

	repo_expect(
	    "tenants/initech/p.yaml",
	    "apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: p, tenant: initech}\n"
	    "spec: {}\n",
	    LEVEL_NOTE,
	    "tenants/initech/p.yaml:0:0-0 error APN2009 - -: the folder tenants/initech/ has "
	    "no Tenant; add one with the name initech\n");
	repo_with(&r, { "tenants/initech/notes.txt", "nothing\n" });
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    "tenants/initech:0:0-0 error APN2009 - -: the folder tenants/initech/ has "
	    "no Tenant; add one with the name initech\n");
	assert_int_equal(r.want[2].stop, STOP_QUARANTINE);
	repo_release(&r);
	repo_expect(
	    "tenants/initech/t.yaml",
	    "apiVersion: apnsctl/v1\nkind: Tenant\nmetadata: {name: initec}\n"
	    "spec: {displayName: I}\n",
	    LEVEL_NOTE,
	    "tenants/initech/t.yaml:3:18-24 error APN2009 Tenant/initec /metadata/name: the "
	    "Tenant of the folder tenants/initech/ is named \"initec\"; give both the same "
	    "name\n");
	repo_expect(
	    "tenants/acme/t.yaml",
	    "apiVersion: apnsctl/v1\nkind: Tenant\nmetadata: {name: initech}\n"
	    "spec: {displayName: I}\n",
	    LEVEL_NOTE,
	    "tenants/acme/t.yaml:3:18-25 error APN2009 Tenant/initech /metadata/name: Tenant "
	    "initech stands in the folder of tenant acme; move it to tenants/initech/\n"
	    "  tenants/acme/tenant.yaml:4:9 Tenant/acme is here\n");
}

static void a_folder_is_named_like_a_tenant(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/Acme Corp/p.yaml", POLICY("p", ""), LEVEL_NOTE,
	    "tenants/Acme Corp:0:0-0 error APN2001 - -: the name of the folder is no name of "
	    "a tenant; use lower-case letters, digits and hyphens, at most 63\n");
}

static void there_is_one_organization(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "organization.yml",
			"apiVersion: apnsctl/v1\nkind: Organization\nmetadata: {name: two}\n"
			"spec: {mode: SingleOrganization}\n" });
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    "organization.yml:3:18-21 error APN2007 Organization/two /metadata/name: "
	    "there are two Organizations; take one of them out\n"
	    "  organization.yaml:4:9 Organization/msp is here\n");
	assert_false(r.want[0].only_one);
	repo_release(&r);
}

static void an_old_name_is_gone(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/acme/p.yaml",
	    "apiVersion: apnsctl/v1\nkind: Policy\n"
	    "metadata: {name: p, tenant: acme, previousNames: [lab, gone, acme/bench]}\n"
	    "spec: {}\n",
	    LEVEL_NOTE,
	    "tenants/acme/p.yaml:3:51-54 error APN2024 Policy/acme/p "
	    "/metadata/previousNames/0: Policy lab is still there, so nothing was renamed; "
	    "take the old document out in the same change, or take this name out\n"
	    "  tenants/acme/policies.yaml:12:9 Policy/acme/lab is here\n"
	    "tenants/acme/p.yaml:3:62-72 error APN2024 Policy/acme/p "
	    "/metadata/previousNames/2: Policy bench is still there, so nothing was renamed; "
	    "take the old document out in the same change, or take this name out\n"
	    "  tenants/acme/policies.yaml:20:9 Policy/acme/bench is here\n");
	repo_expect(
	    "tenants/acme/p.yaml",
	    "apiVersion: apnsctl/v1\nkind: Policy\n"
	    "metadata: {name: p, tenant: acme, previousNames: [p]}\nspec: {}\n",
	    LEVEL_NOTE,
	    "tenants/acme/p.yaml:3:51-52 error APN2024 Policy/acme/p "
	    "/metadata/previousNames/0: the previous name is the present one; take it out\n");
}

static void an_old_name_has_one_heir(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/acme/p.yaml",
	    "apiVersion: apnsctl/v1\nkind: Policy\n"
	    "metadata: {name: p, tenant: acme, previousNames: [old]}\nspec: {}\n---\n"
	    "apiVersion: apnsctl/v1\nkind: Policy\n"
	    "metadata: {name: q, tenant: acme, previousNames: [old]}\nspec: {}\n",
	    LEVEL_NOTE,
	    "tenants/acme/p.yaml:8:51-54 error APN2024 Policy/acme/q "
	    "/metadata/previousNames/0: \"old\" is named as a previous name twice; only one "
	    "object can be the renamed one\n"
	    "  tenants/acme/p.yaml:3:51 the first one is here\n");
}

static void a_certificate_file_has_a_user(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/acme/MDM_Acme_Certificate.pem", "topic=" TOPIC_A " serial=0A02", LEVEL_NOTE,
	    "tenants/acme/MDM_Acme_Certificate.pem:0:0-0 warning APN2012 - -: no "
	    "PushCertificate uses this file; name it in a certificateFile, or take it out\n");
	struct repo r;
	repo_with(&r, { "tenants/acme/push.pem", NULL },
		  { "tenants/acme/MDM_Acme_Certificate.pem", "topic=" TOPIC_A " serial=0A02" });
	assert_string_equal(repo_text(&r, LEVEL_NOTE),
			    "tenants/acme/MDM_Acme_Certificate.pem:0:0-0 warning APN2012 - -: no "
			    "PushCertificate uses this file; PushCertificate push takes "
			    "tenants/acme/push.pem: rename it, or take it out\n");
	repo_release(&r);
	/* while a manifest is broken, who knows who uses it */
	repo_with(&r, { "tenants/acme/push.yaml", "kind: [\n" });
	assert_int_equal(r.findings[0].n, 1);
	repo_release(&r);
}

static void two_people_have_two_ids(void **state)
{
	(void)state;
	repo_expect(
	    "organization.yaml",
	    "apiVersion: apnsctl/v1\nkind: Organization\nmetadata: {name: msp}\n"
	    "spec: {mode: MultiTenant, appleIdDomains: [msp.example],\n"
	    "  people: [{id: alex}, {id: sam}, {id: kim}, {id: sam}]}\n",
	    LEVEL_NOTE,
	    "organization.yaml:5:51-54 error APN2025 Organization/msp /spec/people/3/id: two "
	    "people have the id sam; give each an id of their own\n"
	    "  organization.yaml:5:29 the first one is here\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kind_stands_in_its_folder),
		cmocka_unit_test(a_shared_object_has_no_tenant),
		cmocka_unit_test(the_folder_and_the_tenant_agree),
		cmocka_unit_test(documents_of_a_copied_folder_are_told_together),
		cmocka_unit_test(a_name_is_used_once),
		cmocka_unit_test(a_folder_has_its_tenant),
		cmocka_unit_test(a_folder_is_named_like_a_tenant),
		cmocka_unit_test(there_is_one_organization),
		cmocka_unit_test(an_old_name_is_gone),
		cmocka_unit_test(an_old_name_has_one_heir),
		cmocka_unit_test(a_certificate_file_has_a_user),
		cmocka_unit_test(two_people_have_two_ids),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
