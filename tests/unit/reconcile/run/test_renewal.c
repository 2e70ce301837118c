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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_renewal_and_a_new_name_go_together),
		cmocka_unit_test(a_certificate_with_a_new_name_is_told_of_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
