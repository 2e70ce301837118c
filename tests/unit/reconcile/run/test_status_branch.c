/* SPDX-License-Identifier: Apache-2.0 */
/* What a run takes from the status branch, and what it does when it can not be had. */
#include "tests/unit/unit.h"

#include "tests/unit/reconcile/run/shop.h"

static const char *const acme_only[] = { "acme", NULL };

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_publishes_nothing_and_says_nothing_of_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
