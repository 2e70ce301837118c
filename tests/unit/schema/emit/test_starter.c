/* SPDX-License-Identifier: Apache-2.0 */
/* Documents from the tables, and the files of init and new tenant. */
#include "tests/unit/unit.h"

#include <string.h>

#include "schema/base/text.h"
#include "schema/emit/emit.h"

static struct arena mem = ARENA_INIT;
static struct buf out = BUF_INIT(1 << 20);

static int fresh(void **state)
{
	(void)state;
	arena_release(&mem);
	buf_release(&out);
	return 0;
}

static void document(enum kind_id kind, const struct starter_value *v, size_t n)
{
	emit_document(&out, kind_of(kind), v, n, STARTER_BRIEF);
}

static void a_brief_document_has_the_examples_of_the_table(void **state)
{
	(void)state;
	document(KIND_MDMServer, NULL, 0);
	assert_string_equal(buf_str(&out), "apiVersion: apnsctl/v1\n"
					   "kind: MDMServer\n"
					   "metadata:\n"
					   "  name: example\n"
					   "  tenant: example\n"
					   "spec:\n"
					   "  type: NanoMDM\n"
					   "  url: https://mdm.msp.example\n"
					   "  credentialRef: nano-key\n"
					   "  tenants: [\"*\"]\n");
}

static void values_add_replace_and_remove_fields(void **state)
{
	(void)state;
	const struct starter_value v[] = {
		{ "metadata.name", "files" },   { "metadata.tenant", NULL },
		{ "spec.type", "Directory" },   { "spec.url", NULL },
		{ "spec.credentialRef", NULL }, { "spec.options.directory", "deployed" },
		{ "spec.tenants[0]", "acme" },  { "spec.tenants[1]", "no" },
	};

	document(KIND_MDMServer, v, sizeof(v) / sizeof(v[0]));
	assert_string_equal(buf_str(&out), "apiVersion: apnsctl/v1\n"
					   "kind: MDMServer\n"
					   "metadata:\n"
					   "  name: files\n"
					   "spec:\n"
					   "  type: Directory\n"
					   "  options:\n"
					   "    directory: deployed\n"
					   "  tenants: [acme, \"no\"]\n");
}

static void a_list_has_an_item_for_each_given_one(void **state)
{
	(void)state;
	const struct starter_value v[] = {
		{ "spec.displayName", "Acme" },
		{ "spec.domains", NULL },
		{ "spec.serverRefs[0].name", "a" },
		{ "spec.serverRefs[0].account", "4711" },
		{ "spec.serverRefs[1].name", "b" },
		{ "spec.renewBefore", "60d" },
	};

	document(KIND_Tenant, v, sizeof(v) / sizeof(v[0]));
	assert_string_equal(buf_str(&out), "apiVersion: apnsctl/v1\n"
					   "kind: Tenant\n"
					   "metadata:\n"
					   "  name: example\n"
					   "spec:\n"
					   "  displayName: Acme\n"
					   "  serverRefs:\n"
					   "    - name: a\n"
					   "      account: \"4711\"\n"
					   "    - name: b\n"
					   "  renewBefore: 60d\n");
}

static void quoted(const char *text, const char *yaml)
{
	const struct starter_value v[] = { { "spec.displayName", text } };
	struct buf want = BUF_INIT(4096);

	buf_clear(&out);
	document(KIND_Policy, v, 1);
	buf_addf(&want,
		 "apiVersion: apnsctl/v1\nkind: Policy\nmetadata:\n  name: example\n"
		 "  tenant: example\nspec:\n  displayName: %s\n",
		 yaml);
	assert_string_equal(buf_str(&out), buf_str(&want));
	buf_release(&want);
}

static void text_is_quoted_where_yaml_could_take_it_for_something_else(void **state)
{
	(void)state;
	quoted("Example Ltd.", "Example Ltd.");
	quoted("/srv/mdm", "/srv/mdm");
	quoted("No", "\"No\"");
	quoted("null", "\"null\"");
	quoted("007", "\"007\"");
	quoted("", "\"\"");
	quoted("end ", "\"end \"");
	quoted("a: b # c", "\"a: b # c\"");
	quoted("- x", "\"- x\"");
	quoted("say \"\\\"", "\"say \\\"\\\\\\\"\"");
	quoted("a\n  spec: evil\t", "\"a\\x0a  spec: evil\\x09\"");
	quoted("Gr\xc3\xb6\xc3\x9f" "e \xff", "\"Gr\xc3\xb6\xc3\x9f" "e \xef\xbf\xbd\"");
}

static void a_full_document_explains_and_comments_out(void **state)
{
	(void)state;
	const char *text;

	emit_document(&out, kind_of(KIND_CertificateAssignment), NULL, 0, STARTER_FULL);
	text = buf_str(&out);
	assert_true(text_starts(text, "# Gives a certificate to a policy and to all policies below "
				      "it.\n"
				      "apiVersion: apnsctl/v1\n"
				      "kind: CertificateAssignment\n"
				      "metadata:\n"
				      "  # The name of the object: lower-case"));
	assert_non_null(strstr(text, "\n  #labels: {team: north}\n"));
	assert_non_null(strstr(text, "  policyRef: all-devices\n"
				     "\n"
				     "  # Assigns the certificate without a policy.\n"
				     "  # - Global: All policies that have no other. Only in "
				     "SingleOrganization mode.\n"
				     "  #scope: Global\n"
				     "\n"));
	assert_non_null(strstr(text, "  #allowReenrol:\n"
				     "  #  # The topic that the devices have now.\n"
				     "  #  from: com.apple.mgmt.External."));
	assert_non_null(strstr(text, "\n  #  #approvedBy: [alex, sam]\n"));
}

static void a_commented_object_is_complete_without_its_marks(void **state)
{
	(void)state;
	emit_document(&out, kind_of(KIND_ControllerConfig), NULL, 0, STARTER_SPEC);
	assert_non_null(strstr(buf_str(&out), "  #limits:\n"));
	assert_non_null(strstr(buf_str(&out), "\n  #  maxChangedPercent: 30\n  #\n"));
	assert_non_null(strstr(buf_str(&out), "\n  #keyDestinations:\n"
					      "  #  # The name of one of the directories.\n"
					      "  #  - directory: deployed\n"
					      "  #\n"
					      "  #    # Scheme, host and port"));
	assert_non_null(strstr(buf_str(&out), "\n  #    #origin: https://mdm.msp.example\n"));
}

static const char *content(const struct starter_files *f, const char *path)
{
	for (size_t i = 0; i < f->n; i++)
		if (text_eq(f->file[i].path, path)) {
			assert_int_equal(strlen(f->file[i].text), f->file[i].len);
			return f->file[i].text;
		}
	fail_msg("no file %s", path);
	return NULL;
}

static void a_new_tenant_is_four_files(void **state)
{
	(void)state;
	const char *const custodians[] = { "kim", "lee" };
	const struct new_tenant t = {
		.name = "acme",
		.display_name = "Acme: Ltd.",
		.apple_id = "apple-acme@msp.example",
		.type = ALIAS_DistributionGroup,
		.server = "intune",
		.account = "acme.onmicrosoft.com",
		.custodian = custodians,
		.n_custodian = 2,
	};
	struct starter_files f = { .mem = &mem };

	starter_tenant(&f, &t, STARTER_BRIEF);
	assert_int_equal(f.n, 4);
	assert_string_equal(content(&f, "tenants/acme/tenant.yaml"),
			    "# All keys: apnsctl schema Tenant --format yaml\n"
			    "apiVersion: apnsctl/v1\n"
			    "kind: Tenant\n"
			    "metadata:\n"
			    "  name: acme\n"
			    "spec:\n"
			    "  displayName: \"Acme: Ltd.\"\n"
			    "  serverRefs:\n"
			    "    - name: intune\n"
			    "      account: acme.onmicrosoft.com\n");
	assert_string_equal(content(&f, "tenants/acme/apple-id.yaml"),
			    "# All keys: apnsctl schema AppleIDAlias --format yaml\n"
			    "apiVersion: apnsctl/v1\n"
			    "kind: AppleIDAlias\n"
			    "metadata:\n"
			    "  name: apple-id\n"
			    "  tenant: acme\n"
			    "spec:\n"
			    "  appleId: apple-acme@msp.example\n"
			    "  type: DistributionGroup\n"
			    "  custodians: [kim, lee]\n");
	assert_non_null(strstr(content(&f, "tenants/acme/policies.yaml"), "name: all-devices\n"));
	assert_string_equal(content(&f, "tenants/acme/push.yaml"),
			    "# All keys: apnsctl schema PushCertificate --format yaml\n"
			    "apiVersion: apnsctl/v1\n"
			    "kind: PushCertificate\n"
			    "metadata:\n"
			    "  name: push\n"
			    "  tenant: acme\n"
			    "spec:\n"
			    "  appleIdRef: apple-id\n"
			    "  topic: New\n"
			    "---\n"
			    "# All keys: apnsctl schema CertificateAssignment --format yaml\n"
			    "apiVersion: apnsctl/v1\n"
			    "kind: CertificateAssignment\n"
			    "metadata:\n"
			    "  name: all-devices\n"
			    "  tenant: acme\n"
			    "spec:\n"
			    "  certificateRef: push\n"
			    "  policyRef: all-devices\n");
}

static void a_single_organization_has_one_global_certificate(void **state)
{
	(void)state;
	struct starter_files f = { .mem = &mem };
	const char *push;

	starter_repository(&f, MODE_SingleOrganization);
	assert_int_equal(f.n, 7);
	assert_non_null(strstr(content(&f, "organization.yaml"), "\n  mode: SingleOrganization\n"));
	assert_null(strstr(content(&f, "servers/deployed.yaml"), "\n  tenants:"));
	push = content(&f, "tenants/example/push.yaml");
	assert_non_null(strstr(push, "\n  scope: Global\n"));
	assert_null(strstr(push, "\n  policyRef:"));
}

static void a_starter_has_two_people_and_a_server_for_all_tenants(void **state)
{
	(void)state;
	struct starter_files f = { .mem = &mem };

	starter_repository(&f, MODE_MultiTenant);
	assert_int_equal(f.n, 8);
	assert_non_null(strstr(content(&f, "organization.yaml"), "\n    - id: sam\n"
								 "      name: Sam Roe\n"
								 "      email: sam@msp.example\n"));
	assert_non_null(strstr(content(&f, "servers/deployed.yaml"), "\n  tenants: [\"*\"]\n"));
	assert_non_null(strstr(content(&f, ".gitignore"), "*.key\n"));
	assert_non_null(strstr(content(&f, "README.md"), "apnsctl lint"));
}

static void the_controller_gets_what_init_knows(void **state)
{
	(void)state;
	const struct new_config c = {
		.source_url = "file:///srv/apple",
		.store = "sqlite:state/apnsctl.db",
		.unlock_file = "state/unlock.key",
		.directory = "deployed",
	};

	starter_config(&out, &c);
	assert_non_null(strstr(buf_str(&out), "\n    url: \"file:///srv/apple\"\n"));
	assert_non_null(strstr(buf_str(&out), "\n    #branch: main\n"));
	assert_non_null(strstr(buf_str(&out), "\n    store: \"sqlite:state/apnsctl.db\"\n"));
	assert_non_null(strstr(buf_str(&out), "\n      file: state/unlock.key\n"));
	assert_non_null(strstr(buf_str(&out), "\n      path: deployed\n"));
	assert_non_null(strstr(buf_str(&out), "\n  #testing:\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_brief_document_has_the_examples_of_the_table, fresh),
		cmocka_unit_test_teardown(values_add_replace_and_remove_fields, fresh),
		cmocka_unit_test_teardown(a_list_has_an_item_for_each_given_one, fresh),
		cmocka_unit_test_teardown(
			text_is_quoted_where_yaml_could_take_it_for_something_else, fresh),
		cmocka_unit_test_teardown(a_full_document_explains_and_comments_out, fresh),
		cmocka_unit_test_teardown(a_commented_object_is_complete_without_its_marks, fresh),
		cmocka_unit_test_teardown(a_new_tenant_is_four_files, fresh),
		cmocka_unit_test_teardown(a_single_organization_has_one_global_certificate, fresh),
		cmocka_unit_test_teardown(a_starter_has_two_people_and_a_server_for_all_tenants,
					  fresh),
		cmocka_unit_test_teardown(the_controller_gets_what_init_knows, fresh),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
