/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "reconcile/plan/gate.h"
#include "schema/base/text.h"

static struct arena mem;

static struct step step_on(enum step_action action, enum gate gate, enum kind_id kind,
			   const char *name)
{
	struct step s = { .action = action, .state = STEP_DO, .counts_in = gate, .needs = -1 };

	s.on = (struct ref){ kind, kind == KIND_Tenant ? NULL : "acme", name };
	s.id = arena_printf(&mem, "%s:%s", step_action_word(&s), ref_text(&mem, &s.on));
	return s;
}

static void note(struct gate_list *l, struct step *step, size_t n, bool source_empty)
{
	struct actual_tenant actual = { .name = "acme" };
	struct plan p = { .actual = &actual, .step = step, .n = n };

	gate_note(l, &p, source_empty);
}

static struct gate_result decide(struct gate_list *l, size_t n_objects, const char *override)
{
	struct gate_limits limits = { 30, 10, 100 };
	struct gate_result r;

	gate_decide(l, &limits, n_objects, &override, override ? 1 : 0, &r);
	return r;
}

static void several_steps_of_one_certificate_are_one_change(void **state)
{
	(void)state;
	struct gate_list l = { 0 };
	struct step s[] = {
		step_on(STEP_AcceptCertificate, GATE_ChangeLimit, KIND_PushCertificate, "push"),
		step_on(STEP_InstallCertificate, GATE_ChangeLimit, KIND_PushCertificate, "push"),
		step_on(STEP_ActivateCertificate, GATE_ChangeLimit, KIND_PushCertificate, "push"),
		step_on(STEP_ReassignPolicy, GATE_ChangeLimit, KIND_Policy, "root"),
	};

	note(&l, s, 4, false);
	struct gate_result r = decide(&l, 10, NULL);
	assert_int_equal(r.counted[GATE_ChangeLimit], 2);
	assert_true(r.open[GATE_ChangeLimit]);
	gate_list_release(&l);
}

static void a_tenant_that_goes_is_counted_by_its_certificates(void **state)
{
	(void)state;
	struct gate_list l = { 0 };
	struct step s[] = {
		step_on(STEP_ArchiveObject, GATE_ChangeLimit, KIND_PushCertificate, "push"),
		step_on(STEP_ArchiveObject, GATE_ChangeLimit, KIND_Tenant, "acme"),
	};

	note(&l, s, 2, false);
	assert_int_equal(decide(&l, 10, NULL).counted[GATE_ChangeLimit], 1);
	gate_list_release(&l);
}

static void note_many(struct gate_list *l, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct step s = step_on(STEP_ArchiveObject, GATE_ChangeLimit, KIND_PushCertificate,
					arena_printf(&mem, "c%zu", i));
		note(l, &s, 1, false);
	}
}

static bool opens(size_t changed, size_t n_objects)
{
	struct gate_list l = { 0 };

	note_many(&l, changed);
	bool open = decide(&l, n_objects, NULL).open[GATE_ChangeLimit];
	gate_list_release(&l);
	return open;
}

static void the_percentage_counts_from_min_objects_on(void **state)
{
	(void)state;
	assert_true(opens(9, 9));
	assert_true(opens(3, 10));
	assert_false(opens(4, 10));
	assert_true(opens(30, 100));
	assert_false(opens(31, 100));
}

static void the_absolute_limit_counts_always(void **state)
{
	(void)state;
	assert_true(opens(100, 10000));
	assert_false(opens(101, 10000));
}

static void an_empty_source_and_a_protected_object_hold_whatever_they_count(void **state)
{
	(void)state;
	struct gate_list l = { 0 };
	struct step gone = step_on(STEP_ArchiveObject, GATE_ChangeLimit, KIND_Tenant, "acme");
	struct step kept =
		step_on(STEP_ArchiveObject, GATE_Protected, KIND_PushCertificate, "push");

	note(&l, &gone, 1, true);
	note(&l, &kept, 1, false);
	struct gate_result r = decide(&l, 1000, NULL);
	assert_false(r.open[GATE_EmptySource]);
	assert_false(r.open[GATE_Protected]);
	assert_true(r.open[GATE_ChangeLimit]);
	gate_list_release(&l);
}

static void an_override_is_void_when_the_steps_change(void **state)
{
	(void)state;
	struct gate_list l = { 0 };

	note_many(&l, 50);
	struct gate_result r = decide(&l, 100, NULL);
	const char *override = arena_printf(&mem, "ChangeLimit@%s", r.hash[GATE_ChangeLimit]);
	assert_true(decide(&l, 100, override).open[GATE_ChangeLimit]);
	note_many(&l, 1);
	assert_false(decide(&l, 100, override).open[GATE_ChangeLimit]);
	assert_false(decide(&l, 100, "Protected@x").open[GATE_ChangeLimit]);
	gate_list_release(&l);
}

static void the_hash_does_not_depend_on_the_order_of_tenants(void **state)
{
	(void)state;
	struct gate_list a = { 0 }, b = { 0 };

	for (int i = 0; i < 20; i++) {
		struct step x = step_on(STEP_ArchiveObject, GATE_ChangeLimit, KIND_PushCertificate,
					arena_printf(&mem, "c%d", i));
		struct step y = step_on(STEP_ArchiveObject, GATE_ChangeLimit, KIND_PushCertificate,
					arena_printf(&mem, "c%d", 19 - i));
		note(&a, &x, 1, false);
		note(&b, &y, 1, false);
	}
	struct gate_result r = decide(&a, 100, NULL), s = decide(&b, 100, NULL);
	assert_string_equal(r.hash[GATE_ChangeLimit], s.hash[GATE_ChangeLimit]);
	gate_list_release(&a);
	gate_list_release(&b);
}

static int release(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(several_steps_of_one_certificate_are_one_change),
		cmocka_unit_test(a_tenant_that_goes_is_counted_by_its_certificates),
		cmocka_unit_test(the_percentage_counts_from_min_objects_on),
		cmocka_unit_test(the_absolute_limit_counts_always),
		cmocka_unit_test(an_empty_source_and_a_protected_object_hold_whatever_they_count),
		cmocka_unit_test(an_override_is_void_when_the_steps_change),
		cmocka_unit_test(the_hash_does_not_depend_on_the_order_of_tenants),
	};
	return cmocka_run_group_tests(tests, NULL, release);
}
