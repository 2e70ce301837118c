/* SPDX-License-Identifier: Apache-2.0 */
/* The second year of a certificate: what a renewal does together with other changes. */
#include "tests/unit/unit.h"

#include "tests/unit/reconcile/run/shop.h"

static void a_renewal_and_a_new_name_go_together(void **state)
{
	(void)state;
	struct world w;
	struct run_result r;

	shop_in_force(&w, "acme");
	w.now += 330 * DAY_S;
	shop_rename(commit_begin(&w), &w.mem, "acme", "mdm", topic_no(&w.mem, 1));
	commit_end(&w);
	assert_int_equal(world_run(&w, NULL, &r), 0);
	assert_string_equal(steps(&w, &r), "Done RenameObject:PushCertificate/acme/mdm\n"
					   "Done ProbeCertificate:PushCertificate/acme/mdm\n"
					   "Done CreateKey:PushCertificate/acme/mdm\n"
					   "Done CreateRequest:PushCertificate/acme/mdm\n"
					   "Planned RenewAtPortal:PushCertificate/acme/mdm\n");
	assert_string_equal(upload_file(&w, "acme")->path,
			    "requests/acme/acme--mdm.20271020.plist");
	run_result_release(&r);
	world_close(&w);
}

static void a_certificate_with_a_new_name_is_told_of_once(void **state)
{
	(void)state;
	struct world w;

	shop_in_force(&w, "acme");
	assert_non_null(strstr(files_get(&w.published, "renewals.ics"), "push"));
	shop_rename(commit_begin(&w), &w.mem, "acme", "mdm", topic_no(&w.mem, 1));
	commit_end(&w);
	assert_int_equal(world_just_run(&w), 0);
	assert_non_null(strstr(files_get(&w.published, "status.json"), "\"certificates\": 1,"));
	assert_null(strstr(files_get(&w.published, "README.md"), "push"));
	assert_null(strstr(files_get(&w.published, "renewals.ics"), "push"));
	assert_non_null(strstr(files_get(&w.published, "renewals.ics"), "mdm"));
	world_close(&w);
}

static void a_renewal_with_the_same_key_is_a_request_of_its_own(void **state)
{
	(void)state;
	struct world w;
	struct run_result r;

	shop_in_force(&w, "acme");
	shop_cert(commit_begin(&w), &w.mem, "acme", "push", topic_no(&w.mem, 1),
		  "  keyRotation: Reuse\n");
	commit_end(&w);
	w.now += 330 * DAY_S;
	assert_int_equal(world_run(&w, NULL, &r), 0);
	assert_string_equal(steps(&w, &r), "Done ProbeCertificate:PushCertificate/acme/push\n"
					   "Done CreateRequest:PushCertificate/acme/push\n"
					   "Planned RenewAtPortal:PushCertificate/acme/push\n");
	run_result_release(&r);
	assert_int_equal(w.n_key, 1);
	assert_string_equal(upload_file(&w, "acme")->path,
			    "requests/acme/acme--push.20271020.plist");
	assert_non_null(strstr(files_get(&w.published, "tenants/acme.json"),
			       "\"requestedAt\": \"2027-10-20T12:00:00Z\""));
	w.now += 60;
	assert_true(portal_commit(&w, "acme", topic_no(&w.mem, 1), "02"));
	assert_int_equal(world_run(&w, NULL, &r), 0);
	assert_string_equal(steps(&w, &r), "Done AcceptCertificate:PushCertificate/acme/push\n"
					   "Done VerifyCertificate:PushCertificate/acme/push\n"
					   "Done ActivateCertificate:PushCertificate/acme/push\n");
	run_result_release(&r);
	assert_non_null(strstr(files_get(&w.published, "tenants/acme.json"),
			       "\"serial\": \"02\""));
	world_close(&w);
}

static void a_request_that_is_signed_again_keeps_its_day(void **state)
{
	(void)state;
	static const char *const only[] = { "acme", NULL };
	struct run_options o = default_options;
	struct run_result r;
	struct world w;

	shop_world(&w, only, NULL);
	w.has_signer = false;
	assert_int_equal(world_just_run(&w), 0);
	w.has_signer = true;
	w.now += 5 * DAY_S;
	o.all_tenants = true;
	assert_int_equal(world_run(&w, &o, &r), 0);
	run_result_release(&r);
	assert_int_equal(w.n_upload, 1);
	assert_string_equal(upload_file(&w, "acme")->path,
			    "requests/acme/acme--push.20261124.plist");
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_renewal_and_a_new_name_go_together),
		cmocka_unit_test(a_certificate_with_a_new_name_is_told_of_once),
		cmocka_unit_test(a_renewal_with_the_same_key_is_a_request_of_its_own),
		cmocka_unit_test(a_request_that_is_signed_again_keeps_its_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
