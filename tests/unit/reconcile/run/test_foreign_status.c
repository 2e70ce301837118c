/* SPDX-License-Identifier: Apache-2.0 */
/* What others push to the status branch stops no customer, and freezes no other one's status. */
#include "tests/unit/unit.h"

#include "reconcile/run/unit.h"
#include "tests/unit/reconcile/run/shop.h"

enum { MANY = BATCH_TENANTS + 2 };

/* acme is in the first batch, zeta in the second. */
static void many_customers(struct world *w)
{
	world_open(w);
	struct files *f = commit_begin(w);

	shop_shared(f, &w->mem);
	shop_customer(f, &w->mem, "acme", NULL);
	for (int i = 2; i < MANY; i++)
		files_put(
		    f, &w->mem, arena_printf(&w->mem, "tenants/m%03d/tenant.yaml", i),
		    arena_printf(&w->mem,
				 HEAD("Tenant") "metadata: {name: m%03d}\n"
						"spec: {displayName: M, domains: [m%d.example]}\n",
				 i, i));
	shop_customer(f, &w->mem, "zeta", NULL);
	commit_end(w);
}

static void a_folder_that_can_not_be_read_stops_no_other_customer(void **state)
{
	(void)state;
	struct world w;
	struct run_result r;

	many_customers(&w);
	assert_int_equal(world_just_run(&w), 0);
	assert_true(portal_commit(&w, "acme", topic_no(&w.mem, 1), "01"));
	assert_true(portal_commit(&w, "zeta", topic_no(&w.mem, 2), "02"));
	w.broken_folder = "requests/acme";
	assert_int_equal(world_run(&w, NULL, &r), 4);
	assert_int_equal(r.n_looked_at, 2);
	assert_int_equal(r.n_tenant_error, 1);
	assert_string_equal(r.tenant_error[0],
			    "tenant acme: requests/acme of the status branch can not be read, so "
			    "requests that are over may still stand there: tree 1234 can not be "
			    "read");
	assert_false(r.publish_failed);
	run_result_release(&r);
	const char *acme = files_get(&w.published, "tenants/acme.json");
	const char *zeta = files_get(&w.published, "tenants/zeta.json");
	assert_non_null(strstr(acme, "\"phase\": \"Active\""));
	assert_non_null(strstr(zeta, "\"phase\": \"Active\""));
	assert_non_null(upload_file(&w, "acme"));
	assert_null(upload_file(&w, "zeta"));
	world_close(&w);
}

static void it_is_looked_at_again_until_it_can_be_read(void **state)
{
	(void)state;
	struct world w;
	struct run_result r;

	many_customers(&w);
	assert_int_equal(world_just_run(&w), 0);
	assert_true(portal_commit(&w, "acme", topic_no(&w.mem, 1), "01"));
	w.broken_folder = "requests/acme";
	assert_int_equal(world_just_run(&w), 4);
	assert_int_equal(world_just_run(&w), 4);
	w.broken_folder = NULL;
	assert_int_equal(world_run(&w, NULL, &r), 0);
	assert_int_equal(r.n_looked_at, 1);
	run_result_release(&r);
	assert_null(upload_file(&w, "acme"));
	assert_int_equal(world_run(&w, NULL, &r), 0);
	assert_true(r.idle);
	run_result_release(&r);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_folder_that_can_not_be_read_stops_no_other_customer),
		cmocka_unit_test(it_is_looked_at_again_until_it_can_be_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
