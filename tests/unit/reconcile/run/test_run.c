/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole runs over doubles of all ports: what one run does, what it leaves alone, what the next
 * does.
 */
#include "tests/unit/unit.h"

#include "tests/unit/reconcile/run/shop.h"

static const char *const acme_only[] = { "acme", NULL };
static const char *const acme_and_beta[] = { "acme", "beta", NULL };
static const char *const three[] = { "acme", "beta", "gamma", NULL };

static size_t reads_below(const struct world *w, const char *folder)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_read; i++)
		n += is_below(w->read[i], folder);
	return n;
}

static void assert_has(const char *text, const char *part)
{
	if (!text || !strstr(text, part))
		fail_msg("missing: %s\nin: %s", part, text ? text : "nothing");
}

static void a_first_run_makes_keys_and_requests_and_publishes_them(void **state)
{
	(void)state;
	struct world w;
	struct run_result r;

	shop_world(&w, acme_only, "nano");
	assert_int_equal(world_run(&w, NULL, &r), 0);
	assert_string_equal(steps(&w, &r), "Done CreateKey:PushCertificate/acme/push\n"
					   "Done CreateRequest:PushCertificate/acme/push\n"
					   "Planned CreateAtPortal:PushCertificate/acme/push\n");
	assert_non_null(upload_file(&w, "acme"));
	assert_string_equal(upload_file(&w, "acme")->path,
			    "requests/acme/acme--push.20261124.plist");
	assert_has(files_get(&w.published, "README.md"), "Create a Certificate");
	assert_has(files_get(&w.published, "tenants/acme.json"), "\"phase\": \"AwaitingPortal\"");
	assert_string_equal(r.source_revision, w.commit[0].oid);
	assert_string_equal(r.status_revision, w.tip);
	run_result_release(&r);
	world_close(&w);
}

static void an_idle_run_reads_no_file_and_writes_no_row(void **state)
{
	(void)state;
	struct world w;
	struct run_result r;

	shop_world(&w, acme_and_beta, NULL);
	assert_int_equal(world_just_run(&w), 0);
	unsigned pushes = w.n_push;
	w.now += 60;
	assert_int_equal(world_run(&w, NULL, &r), 0);
	assert_true(r.idle);
	assert_int_equal(w.n_read, 0);
	assert_int_equal(w.n_txn, 0);
	assert_int_equal(w.n_write, 0);
	assert_int_equal(w.n_push, pushes);
	run_result_release(&r);
	world_close(&w);
}

static void the_pair_comes_into_force_in_one_run(void **state)
{
	(void)state;
	struct world w;
	struct run_result r;

	shop_world(&w, acme_only, "nano");
	assert_int_equal(world_just_run(&w), 0);
	assert_true(portal_commit(&w, "acme", topic_no(&w.mem, 1), "01"));
	assert_int_equal(world_run(&w, NULL, &r), 0);
	assert_string_equal(steps(&w, &r),
			    "Done AcceptCertificate:PushCertificate/acme/push\n"
			    "Done VerifyCertificate:PushCertificate/acme/push\n"
			    "Done InstallCertificate:PushCertificate/acme/push:nano\n"
			    "Done ActivateCertificate:PushCertificate/acme/push\n"
			    "Done AssignPolicy:Policy/acme/root\n");
	run_result_release(&r);
	world_close(&w);
}

static void only_the_files_of_the_changed_tenant_are_read(void **state)
{
	(void)state;
	struct world w;
	struct run_result r;
	struct files *f;

	world_open(&w);
	f = commit_begin(&w);
	shop_shared(f, &w.mem);
	for (int i = 0; i < 300; i++)
		shop_customer(f, &w.mem, arena_printf(&w.mem, "c%03d", i), NULL);
	commit_end(&w);
	assert_int_equal(world_just_run(&w), 0);
	f = commit_begin(&w);
	shop_cert(f, &w.mem, "c150", "push", "New", "  displayName: Another\n");
	commit_end(&w);
	w.now += 60;
	assert_int_equal(world_run(&w, NULL, &r), 0);
	assert_int_equal(r.n_looked_at, 1);
	assert_int_equal(reads_below(&w, "tenants/c150"), 4);
	assert_int_equal(reads_below(&w, "tenants"), 4);
	assert_true(w.n_write <= 50);
	run_result_release(&r);
	world_close(&w);
}

static void a_refused_push_is_owed_and_the_next_run_sends_everything(void **state)
{
	(void)state;
	struct world w;
	struct run_result r;

	shop_world(&w, three, NULL);
	w.refuse_push = "protected branch";
	assert_int_equal(world_run(&w, NULL, &r), 8);
	assert_string_equal(r.publish_error, "protected branch");
	run_result_release(&r);
	assert_int_equal(w.published.n, 0);
	w.refuse_push = NULL;
	w.now += 60;
	assert_int_equal(world_run(&w, NULL, &r), 0);
	assert_false(r.idle);
	assert_non_null(files_get(&w.published, "tenants/acme.json"));
	assert_non_null(files_get(&w.published, "tenants/gamma.json"));
	assert_non_null(upload_file(&w, "beta"));
	run_result_release(&r);
	assert_int_equal(w.n_key, 3);
	w.now += 60;
	assert_int_equal(world_run(&w, NULL, &r), 0);
	assert_true(r.idle);
	run_result_release(&r);
	world_close(&w);
}

static void a_tenant_that_can_not_be_read_fails_alone_and_is_tried_again(void **state)
{
	(void)state;
	struct world w;
	struct run_result r;

	shop_world(&w, three, NULL);
	w.unreadable = "tenants/beta/push";
	assert_int_equal(world_run(&w, NULL, &r), 4);
	assert_int_equal(r.n_tenant_error, 1);
	assert_has(r.tenant_error[0], "tenant beta: tenants/beta/push.yaml: the object ");
	run_result_release(&r);
	assert_non_null(upload_file(&w, "acme"));
	assert_non_null(upload_file(&w, "gamma"));
	assert_null(upload_file(&w, "beta"));
	w.now += 60;
	w.unreadable = NULL;
	assert_int_equal(world_run(&w, NULL, &r), 0);
	assert_non_null(upload_file(&w, "beta"));
	run_result_release(&r);
	world_close(&w);
}

static void new_keys_are_limited_and_the_rest_follows(void **state)
{
	(void)state;
	struct world w;
	struct run_result r;
	struct run_options o = default_options;

	shop_world(&w, three, NULL);
	o.max_new_keys = 2;
	assert_int_equal(world_run(&w, &o, &r), 0);
	assert_int_equal(w.n_key, 2);
	assert_has(steps(&w, &r), "Waiting CreateKey:PushCertificate/gamma/push\n");
	run_result_release(&r);
	w.now += 60;
	assert_int_equal(world_run(&w, &o, &r), 0);
	assert_int_equal(w.n_key, 3);
	assert_non_null(upload_file(&w, "gamma"));
	run_result_release(&r);
	world_close(&w);
}

static void with_sealed_keys_what_needs_one_waits(void **state)
{
	(void)state;
	struct world w;
	struct run_result r;

	shop_world(&w, acme_only, NULL);
	w.sealed = true;
	assert_int_equal(world_run(&w, NULL, &r), 4);
	assert_has(steps(&w, &r), "Waiting CreateKey:PushCertificate/acme/push\n");
	assert_has(steps(&w, &r), "Waiting CreateRequest:PushCertificate/acme/push\n");
	run_result_release(&r);
	assert_non_null(files_get(&w.published, "tenants/acme.json"));
	w.sealed = false;
	w.now += 60;
	assert_int_equal(world_just_run(&w), 0);
	assert_non_null(upload_file(&w, "acme"));
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_run_makes_keys_and_requests_and_publishes_them),
		cmocka_unit_test(an_idle_run_reads_no_file_and_writes_no_row),
		cmocka_unit_test(the_pair_comes_into_force_in_one_run),
		cmocka_unit_test(only_the_files_of_the_changed_tenant_are_read),
		cmocka_unit_test(a_refused_push_is_owed_and_the_next_run_sends_everything),
		cmocka_unit_test(a_tenant_that_can_not_be_read_fails_alone_and_is_tried_again),
		cmocka_unit_test(new_keys_are_limited_and_the_rest_follows),
		cmocka_unit_test(with_sealed_keys_what_needs_one_waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
