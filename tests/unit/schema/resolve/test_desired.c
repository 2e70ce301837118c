/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/schema/repo.h"

#include "schema/base/clock.h"

static void a_wanted_certificate_says_all_that_the_plan_needs(void **state)
{
	(void)state;
	struct repo r;

	repo_load(&r, repo_clean, NULL);
	const struct want_tenant *t = &r.want[0];
	const struct want_cert *w = &t->cert[0];
	assert_string_equal(t->name, "acme");
	assert_string_equal(t->display_name, "Acme Ltd.");
	assert_int_equal(t->management, MANAGEMENT_Managed);
	assert_int_equal(t->stop, STOP_NOTHING);
	assert_int_equal(t->stop_shared, STOP_NOTHING);
	assert_false(t->only_one);
	assert_string_equal(t->from.file, "tenants/acme/tenant.yaml");
	assert_int_equal(t->from.at.line, 4);
	assert_int_equal(t->n_cert, 1);
	assert_string_equal(ref_text(&r.mem, &w->ref), "PushCertificate/acme/push");
	assert_string_equal(w->display_name, "Acme Ltd.");
	assert_string_equal(w->topic, TOPIC_A);
	assert_int_equal(w->topic_at.at.line, 8);
	assert_string_equal(w->file, "tenants/acme/push.pem");
	assert_false(w->file_written_out);
	assert_string_equal(w->in_git->topic, TOPIC_A);
	assert_int_equal(w->key_rotation, ROTATION_Always);
	assert_false(w->is_protected);
	assert_string_equal(r.want[1].cert[0].file, "tenants/globex/certs/apns.pem");
	assert_true(r.want[1].cert[0].file_written_out);
	repo_release(&r);
}

static void an_account_names_who_can_sign_in(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "tenants/acme/more.yaml", CERT("second", "  topic: New\n") });
	for (size_t i = 0; i < 2; i++) {
		const struct want_account *a = &r.want[0].cert[i].account;
		assert_string_equal(a->alias, "apple");
		assert_string_equal(a->address, "push@appleid.acme.example");
		assert_int_equal(a->type, ALIAS_ManagedAppleID);
		assert_int_equal(a->n_who, 3);
		assert_string_equal(a->who[0], "Alex Doe");
		assert_string_equal(a->who[2], "Kim Poe");
		assert_false(a->is_shared);
	}
	assert_null(r.want[0].cert[1].topic);
	assert_true(r.want[1].cert[0].account.is_shared);
	assert_string_equal(r.want[1].cert[0].account.from.file, "accounts/globex.yaml");
	repo_release(&r);
}

static void bands_come_from_the_nearest_that_writes_them(void **state)
{
	(void)state;
	struct repo r;

	repo_load(&r, repo_clean, NULL);
	assert_int_equal(r.want[0].bands.renew_before, 60 * DAY_S);
	assert_int_equal(r.want[0].cert[0].bands.renew_before, 60 * DAY_S);
	assert_int_equal(r.want[0].cert[0].bands.warn_before, 30 * DAY_S);
	assert_int_equal(r.want[0].cert[0].bands.critical_before, 14 * DAY_S);
	assert_int_equal(r.want[1].bands.renew_before, 45 * DAY_S);
	assert_int_equal(r.want[1].cert[0].bands.renew_before, 50 * DAY_S);
	repo_release(&r);
}

#define TENANT(spec)                                                                               \
	"apiVersion: apnsctl/v1\nkind: Tenant\nmetadata:\n  name: acme\nspec:\n  displayName: "    \
	"Acme\n"                                                                                   \
	"  domains: [acme.example]\n  contacts: [a@acme.example]\n  appleProgram: Business\n"      \
	"  serverRefs: [{name: nano}]\n" spec                                                      \
	"---\napiVersion: apnsctl/v1\nkind: AppleIDAlias\nmetadata: {name: apple, tenant: acme}\n" \
	"spec: {appleId: a@acme.example, type: ManagedAppleID, custodians: [alex, sam], "          \
	"recipients: [t@msp.example], recovery: {passwordIn: x}}\n"

static void bands_out_of_order_are_told_where_they_are_written(void **state)
{
	(void)state;
	struct repo r;

	repo_expect(
	    "tenants/acme/tenant.yaml", TENANT("  renewBefore: 20d\n"), LEVEL_NOTE,
	    "tenants/acme/tenant.yaml:11:16-19 error APN2023 Tenant/acme /spec/renewBefore: "
	    "renewBefore is 20d, less than warnBefore (30d); write at least 30d\n");
	repo_expect("tenants/acme/tenant.yaml", TENANT("  renewBefore: 20 days\n"), LEVEL_NOTE,
		    "tenants/acme/tenant.yaml:11:16-23 error APN1018 Tenant/acme "
		    "/spec/renewBefore: renewBefore is \"20 days\", which is not a duration; "
		    "write a number and one unit, such as 45d or 12h\n");
	repo_expect("tenants/acme/tenant.yaml", TENANT("  warnBefore: 50d\n"), LEVEL_NOTE,
		    "tenants/acme/tenant.yaml:11:15-18 error APN2023 Tenant/acme /spec/warnBefore: "
		    "warnBefore is 50d, more than renewBefore (45d); write at most 45d\n"
		    "  organization.yaml:13:16 renewBefore is here\n");
	repo_expect(
	    "tenants/acme/tenant.yaml", TENANT("  criticalBefore: 3d\n"), LEVEL_NOTE,
	    "tenants/acme/tenant.yaml:11:19-21 error APN2023 Tenant/acme "
	    "/spec/criticalBefore: criticalBefore is 3d; write at least 7d, since people need "
	    "some days\n");
	repo_with(&r, { "tenants/acme/tenant.yaml", TENANT("  renewBefore: 20d\n") });
	assert_int_equal(r.want[0].bands.renew_before, 45 * DAY_S);
	repo_release(&r);
}

static void the_bands_of_the_organization_are_checked_once(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { "organization.yaml",
			"apiVersion: apnsctl/v1\nkind: Organization\nmetadata: {name: msp}\nspec:\n"
			"  mode: MultiTenant\n  people: [{id: alex}, {id: sam}, {id: kim}]\n"
			"  warnBefore: 20d\n  criticalBefore: 25d\n" });
	assert_string_equal(
	    repo_text(&r, LEVEL_ERROR),
	    "organization.yaml:7:15-18 error APN2023 Organization/msp "
	    "/spec/warnBefore: warnBefore is 20d, less than criticalBefore (25d); write "
	    "at least 25d\n"
	    "  organization.yaml:8:19 criticalBefore is here\n");
	assert_int_equal(r.want[1].bands.warn_before, 30 * DAY_S);
	assert_int_equal(r.want[0].stop_shared, STOP_QUARANTINE);
	repo_release(&r);
}

static void a_certificates_own_band_is_checked_against_the_tenants(void **state)
{
	(void)state;
	repo_expect("tenants/acme/push.yaml",
		    CERT("push", "  topic: " TOPIC_A "\n  renewBefore: 10d\n"), LEVEL_NOTE,
		    "tenants/acme/push.yaml:8:16-19 error APN2023 PushCertificate/acme/push "
		    "/spec/renewBefore: renewBefore is 10d, less than warnBefore (30d); write at "
		    "least 30d\n");
}

static void only_the_findings_of_its_own_folder_quarantine_a_tenant(void **state)
{
	(void)state;
	struct repo r;
	struct want_tenant again;

	repo_with(&r, { "tenants/acme/a.yaml", "kind: [\n" },
		  { "tenants/acme/b.yaml", POLICY("b", "  nonsense: 1\n") });
	assert_int_equal(r.want[0].stop, STOP_QUARANTINE);
	assert_string_equal(r.want[0].first_error->file, "tenants/acme/a.yaml");
	assert_int_equal(r.want[1].stop, STOP_NOTHING);
	/* even when all findings are in one list */
	tenant_resolve(&r.shared, &r.set[1], &r.mem, &r.findings[0], &again);
	assert_int_equal(again.stop, STOP_NOTHING);
	assert_null(again.first_error);
	repo_release(&r);
}

static void a_quarantine_is_shown_before_what_only_stops_a_create(void **state)
{
	(void)state;
	struct repo r;

	repo_with(
	    &r,
	    { "tenants/acme/a.yaml",
	      DOC("AppleIDAlias", "p",
		  "  appleId: p@acme.example\n  type: Personal\n  custodians: [alex, sam]\n") });
	assert_int_equal(r.want[0].stop, STOP_CREATE);
	assert_int_equal(r.want[0].first_error->rule->code, RULE_PERSONAL_APPLE_ID);
	repo_release(&r);
	repo_with(
	    &r,
	    { "tenants/acme/a.yaml",
	      DOC("AppleIDAlias", "p",
		  "  appleId: p@acme.example\n  type: Personal\n  custodians: [alex, sam]\n") },
	    { "tenants/acme/b.yaml", POLICY("b", "  parentRef: nix\n") });
	assert_int_equal(r.want[0].stop, STOP_QUARANTINE);
	assert_int_equal(r.want[0].first_error->rule->code, RULE_MISSING_REFERENCE);
	repo_release(&r);
}

static void paths_stay_inside_the_tenants_folder(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/acme/push.yaml",
	    CERT("push", "  topic: " TOPIC_A "\n  certificateFile: ../globex/certs/apns.pem\n"
			 "  requestFile: /etc/passwd\n"),
	    LEVEL_ERROR,
	    "tenants/acme/push.yaml:8:20-44 error APN2010 PushCertificate/acme/push "
	    "/spec/certificateFile: \"../globex/certs/apns.pem\" leads out of tenants/acme/; "
	    "write a path relative to this file that stays inside\n"
	    "tenants/acme/push.yaml:9:16-27 error APN2010 PushCertificate/acme/push "
	    "/spec/requestFile: \"/etc/passwd\" leads out of tenants/acme/; write a path "
	    "relative to this file that stays inside\n");
}

static void a_file_that_is_written_out_is_there(void **state)
{
	(void)state;
	repo_expect(
	    "tenants/acme/more.yaml",
	    CERT("b", "  topic: com.apple.mgmt.External.x\n  certificateFile: b.pem\n"), LEVEL_NOTE,
	    "tenants/acme/more.yaml:8:20-25 error APN2011 PushCertificate/acme/b "
	    "/spec/certificateFile: there is no file tenants/acme/b.pem; put the certificate "
	    "from Apple there, or take certificateFile out until it is there\n");
	/* with New it says where the certificate will be */
	repo_expect("tenants/acme/more.yaml", CERT("b", "  topic: New\n  certificateFile: b.pem\n"),
		    LEVEL_WARNING, "");
	repo_expect(
	    "tenants/acme/more.yaml", CERT("b", "  topic: New\n  certificateFile: b.txt\n"),
	    LEVEL_WARNING,
	    "tenants/acme/more.yaml:8:20-25 error APN2011 PushCertificate/acme/b "
	    "/spec/certificateFile: tenants/acme/b.txt is not read as a certificate; give it "
	    "a name that ends with .pem\n");
}

static void a_committed_request_is_no_certificate_that_nobody_uses(void **state)
{
	(void)state;
	struct repo r;

	repo_with(
	    &r, { "tenants/acme/more.yaml", CERT("b", "  topic: New\n  requestFile: b.csr.pem\n") },
	    { "tenants/acme/b.csr.pem", "form=REQUEST" });
	assert_string_equal(repo_text(&r, LEVEL_WARNING), "");
	assert_string_equal(r.want[0].cert[0].request_file, "tenants/acme/b.csr.pem");
	repo_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wanted_certificate_says_all_that_the_plan_needs),
		cmocka_unit_test(an_account_names_who_can_sign_in),
		cmocka_unit_test(bands_come_from_the_nearest_that_writes_them),
		cmocka_unit_test(bands_out_of_order_are_told_where_they_are_written),
		cmocka_unit_test(the_bands_of_the_organization_are_checked_once),
		cmocka_unit_test(a_certificates_own_band_is_checked_against_the_tenants),
		cmocka_unit_test(only_the_findings_of_its_own_folder_quarantine_a_tenant),
		cmocka_unit_test(a_quarantine_is_shown_before_what_only_stops_a_create),
		cmocka_unit_test(paths_stay_inside_the_tenants_folder),
		cmocka_unit_test(a_file_that_is_written_out_is_there),
		cmocka_unit_test(a_committed_request_is_no_certificate_that_nobody_uses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
