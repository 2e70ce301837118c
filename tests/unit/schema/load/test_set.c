/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/schema/repo.h"

#include "schema/load/path.h"
#include "schema/load/set_index.h"

static void a_path_says_what_a_file_is(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		enum path_class class;
		const char *tenant;
	} cases[] = {
		{ "organization.yaml", PATH_ORGANIZATION, NULL },
		{ "sub/organization.yaml", PATH_OTHER_YAML, NULL },
		{ "servers/a.yaml", PATH_SHARED, NULL },
		{ "servers/deep/a.yml", PATH_SHARED, NULL },
		{ "servers/a.txt", PATH_OTHER, NULL },
		{ "accounts/a.yaml", PATH_SHARED, NULL },
		{ "tenants/acme/a.yaml", PATH_TENANT, "acme" },
		{ "tenants/acme/deep/.a.yml", PATH_TENANT, "acme" },
		{ "tenants/acme/push.pem", PATH_TENANT_FILE, "acme" },
		{ "tenants/acme/.cache/a.yaml", PATH_OTHER, NULL },
		{ "tenants/a.yaml", PATH_OTHER_YAML, NULL },
		{ "tenants//a.yaml", PATH_OTHER_YAML, NULL },
		{ ".github/workflows/a.yaml", PATH_OTHER, NULL },
		{ ".git/config", PATH_IGNORED, NULL },
		{ "sub/.git/config", PATH_IGNORED, NULL },
		{ ".gitignore", PATH_OTHER, NULL },
		{ "README.md", PATH_OTHER, NULL },
		{ "docs/a.yaml", PATH_OTHER_YAML, NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *tenant = NULL;
		size_t len = 0;
		if (path_classify(cases[i].path, &tenant, &len) != cases[i].class)
			fail_msg("%s", cases[i].path);
		if (cases[i].tenant) {
			assert_int_equal(len, strlen(cases[i].tenant));
			assert_memory_equal(tenant, cases[i].tenant, len);
		} else {
			assert_null(tenant);
		}
	}
}

static void a_written_path_is_taken_from_its_file(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	const char *from = "tenants/acme/sub/push.yaml";

	assert_string_equal(path_from(&a, from, "push.pem"), "tenants/acme/sub/push.pem");
	assert_string_equal(path_from(&a, from, "./a//b.pem"), "tenants/acme/sub/a/b.pem");
	assert_string_equal(path_from(&a, from, "../certs/b.pem"), "tenants/acme/certs/b.pem");
	assert_string_equal(path_from(&a, from, "../../../b.pem"), "b.pem");
	assert_string_equal(path_from(&a, "a/bb.yaml", "../b"), "b");
	assert_string_equal(path_from(&a, "organization.yaml", "b.pem"), "b.pem");
	assert_null(path_from(&a, from, "../../../../b.pem"));
	assert_null(path_from(&a, from, "/etc/passwd"));
	assert_null(path_from(&a, from, ""));
	assert_null(path_from(&a, from, ".."));
	assert_null(path_from(&a, from, "sub/."));
	assert_true(path_is_below("tenants/acme/x", "tenants/acme"));
	assert_false(path_is_below("tenants/acme2/x", "tenants/acme"));
	arena_release(&a);
}

static void objects_are_found_by_kind_and_name(void **state)
{
	(void)state;
	struct repo r;
	size_t n;

	repo_load(&r, repo_clean, NULL);
	const struct set *s = &r.set[0];
	assert_string_equal(s->tenant, "acme");
	assert_string_equal(set_find(s, KIND_Policy, "lab")->meta.name.s, "lab");
	assert_string_equal(set_find(s, KIND_Policy, NULL)->meta.name.s, "root");
	assert_null(set_find(s, KIND_Policy, "la"));
	assert_null(set_find(s, KIND_MDMServer, NULL));
	struct object *const *policy = set_kind(s, KIND_Policy, &n);
	assert_int_equal(n, 3);
	assert_string_equal(policy[0]->meta.name.s, "bench");
	assert_int_equal(s->n_document, 7);
	assert_false(s->broken);
	assert_true(set_cert(s, "tenants/acme/push.pem")->used);
	assert_null(set_cert(s, "tenants/acme/pus"));
	assert_non_null(set_find(&r.shared, KIND_Organization, NULL));
	repo_release(&r);
}

static void what_is_added_later_is_found_too(void **state)
{
	(void)state;
	struct repo r;

	repo_load(&r, repo_clean, NULL);
	assert_null(set_find(&r.set[0], KIND_Policy, "office"));
	repo_add(&r, "tenants/acme/more.yaml",
		 "apiVersion: apnsctl/v1\nkind: Policy\n"
		 "metadata: {name: office, tenant: acme}\nspec: {}\n");
	assert_non_null(set_find(&r.set[0], KIND_Policy, "office"));
	repo_release(&r);
}

static void a_broken_document_is_remembered_and_hides_no_other(void **state)
{
	(void)state;
	struct repo r;

	repo_init(&r);
	repo_add(&r, "tenants/acme/a.yaml",
		 "kind: [\n---\napiVersion: apnsctl/v1\nkind: Policy\n"
		 "metadata: {name: lab, tenant: acme}\nspec: {}\n");
	assert_true(r.set[0].broken);
	assert_int_equal(r.set[0].n_document, 2);
	assert_non_null(set_find(&r.set[0], KIND_Policy, "lab"));
	repo_release(&r);
}

static void a_manifest_in_the_wrong_place_is_one_finding(void **state)
{
	(void)state;
	struct repo r;

	repo_init(&r);
	repo_add(&r, "docs/a.yaml",
		 "other: true\n---\napiVersion: apnsctl/v1\nkind: Nonsense\n"
		 "---\napiVersion: \"apnsctl/v1\"\n---\nbroken: [\n");
	repo_add(&r, "docs/ci.yaml", "script: apnsctl/lint\n");
	repo_add(&r, "docs/other.yaml", "apiVersion: v1\nkind: [broken\n");
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    "docs/a.yaml:3:13-23 error APN2001 - /apiVersion: a manifest stands where none is "
	    "read; move the file to organization.yaml, servers/, accounts/ or "
	    "tenants/<tenant>/\n");
	repo_release(&r);
}

static void a_controller_config_among_manifests_is_an_error(void **state)
{
	(void)state;
	struct repo r;

	repo_init(&r);
	repo_add(&r, "tenants/acme/config.yaml",
		 "apiVersion: apnsctl/v1\nkind: ControllerConfig\nmetadata: {name: main}\n"
		 "spec: {source: {url: \"https://git.example/a.git\"}, "
		 "state: {store: \"sqlite:a.db\", unlock: {file: key}}}\n");
	assert_string_equal(
	    repo_text(&r, LEVEL_ERROR),
	    "tenants/acme/config.yaml:2:7-23 error APN2019 ControllerConfig/main "
	    "/kind: a ControllerConfig stands among the manifests; it says what the "
	    "controller may reach, so no pull request may change it: keep it on the "
	    "controller's host\n");
	assert_int_equal(r.set[0].n_object, 0);
	repo_release(&r);
}

static const char config[] = "apiVersion: apnsctl/v1\nkind: ControllerConfig\n"
			     "metadata: {name: main}\n"
			     "spec: {source: {url: \"https://git.example/a.git\"}, "
			     "state: {store: \"sqlite:a.db\", unlock: {file: key}}}\n";

static void a_controller_config_is_decoded(void **state)
{
	(void)state;
	struct repo r;

	repo_init(&r);
	const struct controller_config *c =
	    config_decode("apnsctl.yaml", config, strlen(config), &r.mem, &r.shared_findings);
	assert_string_equal(repo_text(&r, LEVEL_NOTE), "");
	assert_string_equal(c->state->store.s, "sqlite:a.db");
	repo_release(&r);
}

static void what_is_no_controller_config_is_said(void **state)
{
	(void)state;
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ "apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: a}\nspec: {}\n",
		  "c.yaml:2:7-13 error APN1019 - -: the document has another kind; a controller "
		  "configuration is one document of kind ControllerConfig, as `apnsctl init` "
		  "writes "
		  "it\n" },
		{ "# nothing\n",
		  "c.yaml:0:0-0 error APN1019 - -: this file holds no document; a controller "
		  "configuration is one document of kind ControllerConfig, as `apnsctl init` "
		  "writes "
		  "it\n" },
		{ "a: b\n---\na: b\n",
		  "c.yaml:1:1-2 error APN1019 - -: this file holds several documents; a controller "
		  "configuration is one document of kind ControllerConfig, as `apnsctl init` "
		  "writes "
		  "it\n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct repo r;
		repo_init(&r);
		assert_null(config_decode("c.yaml", cases[i].text, strlen(cases[i].text), &r.mem,
					  &r.shared_findings));
		assert_string_equal(repo_text(&r, LEVEL_ERROR), cases[i].wanted);
		repo_release(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_says_what_a_file_is),
		cmocka_unit_test(a_written_path_is_taken_from_its_file),
		cmocka_unit_test(objects_are_found_by_kind_and_name),
		cmocka_unit_test(what_is_added_later_is_found_too),
		cmocka_unit_test(a_broken_document_is_remembered_and_hides_no_other),
		cmocka_unit_test(a_manifest_in_the_wrong_place_is_one_finding),
		cmocka_unit_test(a_controller_config_among_manifests_is_an_error),
		cmocka_unit_test(a_controller_config_is_decoded),
		cmocka_unit_test(what_is_no_controller_config_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
