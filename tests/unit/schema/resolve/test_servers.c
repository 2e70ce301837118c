/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/schema/repo.h"

#define PUSH(spec) CERT("push", "  topic: " TOPIC_A "\n" spec)
#define INTUNE "  serverRefs:\n    - {name: intune, account: g.onmicrosoft.com}\n"

static void servers_are_the_certificates_or_else_the_tenants(void **state)
{
	(void)state;
	struct repo r;

	repo_load(&r, repo_clean, NULL);
	const struct want_server *nano = &r.want[0].cert[0].server[0];
	assert_int_equal(r.want[0].cert[0].n_server, 1);
	assert_string_equal(nano->name, "nano");
	assert_int_equal(nano->type, SERVER_NanoMDM);
	assert_string_equal(nano->url, "https://mdm.msp.example");
	assert_string_equal(nano->path_prefix, "/v1");
	assert_string_equal(nano->user, "nanomdm");
	assert_string_equal(nano->credential, "nano-key");
	assert_null(nano->account);
	assert_string_equal(nano->from.file, "servers/servers.yaml");
	const struct want_server *intune = &r.want[1].cert[0].server[0];
	assert_string_equal(intune->account, "globex.onmicrosoft.com");
	assert_string_equal(intune->credential, "intune-globex");
	assert_int_equal(intune->account_at.at.line, 22);
	repo_release(&r);
	repo_with(&r, { "tenants/acme/push.yaml", PUSH("  serverRefs: []\n") });
	assert_int_equal(r.want[0].cert[0].n_server, 0);
	repo_release(&r);
}

static void the_type_of_the_server_says_who_holds_the_key(void **state)
{
	(void)state;
	static const struct {
		const char *type;
		enum key_holder holder;
	} cases[] = {
		{ "type: NanoMDM, url: \"https://a.example\"", KEY_HELD_Controller },
		{ "type: Directory, options: {directory: d}", KEY_HELD_Controller },
		{ "type: Intune", KEY_HELD_Server },
		{ "type: SimpleMDM", KEY_HELD_Server },
		{ "type: Fleet, url: \"https://a.example\"", KEY_HELD_Server },
		{ "type: JumpCloud", KEY_HELD_Server },
		{ "type: Zentral, url: \"https://a.example\"", KEY_HELD_Server },
		{ "type: Jamf, url: \"https://a.example\"", KEY_HELD_Server },
		{ "type: Manual", KEY_HELD_Server },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool needs = i >= 2 && i <= 6;
		char server[256];
		struct repo r;
		snprintf(
		    server, sizeof(server),
		    "apiVersion: apnsctl/v1\nkind: MDMServer\nmetadata: {name: s, tenant: acme}\n"
		    "spec: {%s}\n",
		    cases[i].type);
		repo_with(&r, { "tenants/acme/s.yaml", server },
			  { "tenants/acme/push.yaml",
			    needs ? PUSH("  serverRefs: [{name: s, account: a}]\n")
				  : PUSH("  serverRefs: [{name: s}]\n") });
		if (*repo_text(&r, LEVEL_NOTE))
			fail_msg("%s", repo_text(&r, LEVEL_NOTE));
		assert_int_equal(r.want[0].cert[0].key_held_by, cases[i].holder);
		repo_release(&r);
		if (!needs)
			continue;
		repo_with(&r, { "tenants/acme/s.yaml", server },
			  { "tenants/acme/push.yaml", PUSH("  serverRefs: [{name: s}]\n") });
		assert_non_null(
		    strstr(repo_text(&r, LEVEL_NOTE),
			   "APN2021 PushCertificate/acme/push /spec/serverRefs/0: s is of "
			   "type "));
		repo_release(&r);
	}
}

static void without_a_server_the_key_is_the_controllers(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "tenants/acme/push.yaml", PUSH("  serverRefs: []\n") });
	assert_string_equal(repo_text(&r, LEVEL_WARNING), "");
	assert_int_equal(r.want[0].cert[0].key_held_by, KEY_HELD_Controller);
	repo_release(&r);
	repo_expect("tenants/acme/push.yaml", PUSH("  serverRefs: []\n  keyHeldBy: Server\n"),
		    LEVEL_WARNING,
		    "tenants/acme/push.yaml:9:14-20 error APN2022 PushCertificate/acme/push "
		    "/spec/keyHeldBy: a server holds the key, so serverRefs names exactly one, and "
		    "there are 0; use a PushCertificate for each server\n"
		    "  tenants/acme/push.yaml:8:3 the servers are named here\n");
}

static void a_holder_that_contradicts_the_server_is_an_error(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/acme/push.yaml", PUSH("  keyHeldBy: Server\n"), LEVEL_NOTE,
	    "tenants/acme/push.yaml:8:14-20 error APN2022 PushCertificate/acme/push "
	    "/spec/keyHeldBy: keyHeldBy is Server, and nano is of type NanoMDM, where it is "
	    "Controller; write Controller, or take keyHeldBy out\n"
	    "  tenants/acme/tenant.yaml:11:3 the servers are named here\n"
	    "  fix 8:14-20: Controller (let it agree with the server)\n");
}

static void servers_of_both_sorts_can_not_have_one_certificate(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "tenants/globex/m.yaml",
			"apiVersion: apnsctl/v1\nkind: PushCertificate\n"
			"metadata: {name: m, tenant: globex}\nspec:\n  appleIdRef: globex-push\n"
			"  topic: New\n" INTUNE "    - {name: nano}\n" });
	assert_string_equal(repo_text(&r, LEVEL_WARNING),
			    "tenants/globex/m.yaml:7:3-13 error APN2022 PushCertificate/globex/m "
			    "/spec/serverRefs: intune makes the key itself and nano takes the "
			    "controller's, so one certificate can not be on both; use a second "
			    "PushCertificate\n");
	repo_release(&r);
}

static void a_key_in_a_server_is_in_one_server(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r,
		  { "tenants/globex/m.yaml",
		    "apiVersion: apnsctl/v1\nkind: PushCertificate\n"
		    "metadata: {name: m, tenant: globex}\nspec:\n  appleIdRef: globex-push\n"
		    "  topic: New\n" INTUNE "    - {name: intune, account: h.onmicrosoft.com}\n" });
	assert_string_equal(
	    repo_text(&r, LEVEL_WARNING),
	    "tenants/globex/m.yaml:7:3-13 error APN2022 PushCertificate/globex/m "
	    "/spec/serverRefs: a server holds the key, so serverRefs names exactly one, "
	    "and there are 2; use a PushCertificate for each server\n");
	repo_release(&r);
}

static void an_account_stands_where_the_server_has_accounts(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/acme/push.yaml", PUSH("  serverRefs: [{name: nano, account: x}]\n"),
	    LEVEL_NOTE,
	    "tenants/acme/push.yaml:8:38-39 error APN2021 PushCertificate/acme/push "
	    "/spec/serverRefs/0/account: nano is of type NanoMDM, which tells customers apart "
	    "by their topics and has no accounts; take account out\n");
}

static void a_server_named_twice_is_an_error(void **state)
{
	(void)state;
	repo_expect("tenants/acme/push.yaml", PUSH("  serverRefs: [{name: nano}, {name: nano}]\n"),
		    LEVEL_NOTE,
		    "tenants/acme/push.yaml:8:37-41 error APN2025 PushCertificate/acme/push "
		    "/spec/serverRefs/1: nano stands twice in serverRefs; take one out\n"
		    "  tenants/acme/push.yaml:8:23 the first is here\n");
}

static void faults_of_the_tenants_list_are_told_once(void **state)
{
	(void)state;
	struct repo r;

	repo_with(
	    &r, { "tenants/globex/globex.yaml", NULL }, { "tenants/globex/certs/apns.pem", NULL },
	    { "tenants/acme/more.yaml", CERT("b", "  topic: New\n") CERT("c", "  topic: New\n") },
	    { "servers/servers.yaml", "# none\n" });
	assert_string_equal(
	    repo_text(&r, LEVEL_ERROR),
	    "tenants/acme/tenant.yaml:12:13-17 error APN2003 Tenant/acme "
	    "/spec/serverRefs/0/name: there is no MDMServer \"nano\" in tenants/acme/ or "
	    "servers/; add it, or name one that exists\n");
	repo_release(&r);
}

static void a_server_says_what_its_type_needs(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/acme/s.yaml",
	    DOC("MDMServer", "a", "  type: NanoMDM\n") DOC("MDMServer", "b", "  type: Directory\n")
		DOC("MDMServer", "c",
		    "  type: NanoMDM\n  url: https://a.example\n"
		    "  options: {pathPrefix: /v1/../admin}\n"),
	    LEVEL_NOTE,
	    "tenants/acme/s.yaml:6:9-16 error APN1016 MDMServer/acme/a /spec/url: url is "
	    "missing; write scheme, host and port of the server\n"
	    "tenants/acme/s.yaml:12:9-18 error APN1016 MDMServer/acme/b "
	    "/spec/options/directory: options.directory is missing; write the name of one of "
	    "the directories in the controller's configuration\n"
	    "tenants/acme/s.yaml:20:25-37 error APN1018 MDMServer/acme/c "
	    "/spec/options/pathPrefix: pathPrefix is \"/v1/../admin\"; write plain segments "
	    "such as /v1\n");
	repo_expect(
	    "servers/more.yaml",
	    "apiVersion: apnsctl/v1\nkind: MDMServer\nmetadata: {name: m}\n"
	    "spec: {type: Manual}\n",
	    LEVEL_NOTE,
	    "servers/more.yaml:4:14-20 error APN1016 MDMServer/m /spec/tenants: tenants is "
	    "missing; list the tenants that may use this server, or write [\"*\"] for all of "
	    "them\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(servers_are_the_certificates_or_else_the_tenants),
		cmocka_unit_test(the_type_of_the_server_says_who_holds_the_key),
		cmocka_unit_test(without_a_server_the_key_is_the_controllers),
		cmocka_unit_test(a_holder_that_contradicts_the_server_is_an_error),
		cmocka_unit_test(servers_of_both_sorts_can_not_have_one_certificate),
		cmocka_unit_test(a_key_in_a_server_is_in_one_server),
		cmocka_unit_test(an_account_stands_where_the_server_has_accounts),
		cmocka_unit_test(a_server_named_twice_is_an_error),
		cmocka_unit_test(faults_of_the_tenants_list_are_told_once),
		cmocka_unit_test(a_server_says_what_its_type_needs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
