/* SPDX-License-Identifier: Apache-2.0 */
/* What a run takes from the status branch, and what it does when it can not be had. */
#include "tests/unit/unit.h"

#include "tests/unit/reconcile/run/shop.h"

static const char *const acme_only[] = { "acme", NULL };

/* A customer whose published file has more than `size` bytes: long display names. */
static void large_customer(struct world *w, size_t size)
{
	enum { LONG = 500000 };
	struct files *f = commit_begin(w);
	char *name = arena_alloc(&w->mem, LONG + 1);

	memset(name, 'x', LONG);
	shop_shared(f, &w->mem);
	shop_customer(f, &w->mem, "acme", NULL);
	shop_customer(f, &w->mem, "beta", NULL);
	for (size_t i = 0; i <= size / LONG; i++)
		shop_cert(f, &w->mem, "acme", arena_printf(&w->mem, "c%zu", i), "New",
			  arena_printf(&w->mem, "  displayName: %s\n", name));
	commit_end(w);
}

static void a_large_file_of_a_customer_is_read_back(void **state)
{
	(void)state;
	struct world w;
	struct run_options o = default_options;
	struct run_result r;

	world_open(&w);
	large_customer(&w, 8 << 20);
	assert_int_equal(world_just_run(&w), 0);
	assert_true(strlen(files_get(&w.published, "tenants/acme.json")) > 8 << 20);
	w.now += 60;
	o.all_tenants = true;
	assert_int_equal(world_run(&w, &o, &r), 0);
	assert_int_equal(r.n_looked_at, 2);
	run_result_release(&r);
	world_close(&w);
}

static void what_could_not_be_read_back_is_not_published(void **state)
{
	(void)state;
	struct world w;
	struct run_result r;

	world_open(&w);
	large_customer(&w, 16 << 20);
	assert_int_equal(world_run(&w, NULL, &r), 4);
	assert_int_equal(r.n_tenant_error, 1);
	assert_string_equal(r.tenant_error[0],
			    "tenant acme: its status has more than 16 MiB and is not published; "
			    "give it shorter texts or fewer certificates");
	run_result_release(&r);
	assert_null(files_get(&w.published, "tenants/acme.json"));
	assert_non_null(files_get(&w.published, "tenants/beta.json"));
	world_close(&w);
}

static void a_plan_publishes_nothing_and_says_nothing_of_it(void **state)
{
	(void)state;
	struct world w;
	struct run_options o = default_options;
	struct run_result r;

	shop_world(&w, acme_only, NULL);
	assert_int_equal(world_just_run(&w), 0);
	w.status_down = "the branch can not be fetched";
	o.plan_only = o.all_tenants = true;
	assert_int_equal(world_run(&w, &o, &r), 0);
	assert_false(r.publish_failed);
	run_result_release(&r);
	world_close(&w);
}

/* The store was lost; the manifest says New, and the certificate has left Git. */
static void lose_the_store(struct world *w)
{
	store_close(w->inner);
	w->inner = memory_store();
	files_put(commit_begin(w), &w->mem, "tenants/acme/push.pem", NULL);
	commit_end(w);
}

static void without_the_branch_no_first_certificate_is_asked_for(void **state)
{
	(void)state;
	struct world w;
	struct run_result r;

	shop_in_force(&w, "acme");
	lose_the_store(&w);
	w.status_down = "host unreachable";
	assert_int_equal(world_run(&w, NULL, &r), 4);
	assert_string_equal(steps(&w, &r), "");
	assert_int_equal(r.n_tenant_error, 1);
	assert_string_equal(r.tenant_error[0], "tenant acme: the status branch can not be read, so "
					       "a pin may be missed: host unreachable");
	run_result_release(&r);
	assert_int_equal(w.n_key, 1);
	w.status_down = NULL;
	w.now += 60;
	assert_int_equal(world_run(&w, NULL, &r), 5);
	assert_string_equal(steps(&w, &r), "Planned CreateRequest:PushCertificate/acme/push\n"
					   "Planned FixManifest:PushCertificate/acme/push\n");
	assert_int_equal(w.n_key, 1);
	run_result_release(&r);
	world_close(&w);
}

static void without_the_branch_what_was_begun_goes_on(void **state)
{
	(void)state;
	struct world w;
	struct run_result r;

	shop_world(&w, acme_only, NULL);
	assert_int_equal(world_just_run(&w), 0);
	assert_true(portal_commit(&w, "acme", topic_no(&w.mem, 1), "01"));
	w.status_down = "host unreachable";
	assert_int_equal(world_run(&w, NULL, &r), 8);
	assert_string_equal(r.publish_error, "host unreachable");
	assert_int_equal(r.n_tenant_error, 0);
	assert_string_equal(steps(&w, &r),
			    "Done AcceptCertificate:PushCertificate/acme/push\n"
			    "Done VerifyCertificate:PushCertificate/acme/push\n"
			    "Done ActivateCertificate:PushCertificate/acme/push\n"
			    "Done AssignPolicy:Policy/acme/root\n");
	run_result_release(&r);
	world_close(&w);
}

static void the_expiry_table_leaves_nobody_out(void **state)
{
	(void)state;
	struct world w;
	struct run_options o = default_options;
	struct run_result r;

	shop_in_force(&w, "acme");
	lose_the_store(&w);
	w.status_down = "host unreachable";
	o.plan_only = o.all_tenants = o.ask_nobody = true;
	assert_int_equal(world_run(&w, &o, &r), 0);
	assert_int_equal(r.n_tenant_error, 0);
	run_result_release(&r);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_the_branch_no_first_certificate_is_asked_for),
		cmocka_unit_test(without_the_branch_what_was_begun_goes_on),
		cmocka_unit_test(the_expiry_table_leaves_nobody_out),
		cmocka_unit_test(a_large_file_of_a_customer_is_read_back),
		cmocka_unit_test(what_could_not_be_read_back_is_not_published),
		cmocka_unit_test(a_plan_publishes_nothing_and_says_nothing_of_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
