/* SPDX-License-Identifier: Apache-2.0 */
/* A customer who gets another name: the same objects in another folder. */
#include "tests/unit/unit.h"

#include "tests/unit/reconcile/run/shop.h"

static void rename_tenant(struct world *w, const char *old, const char *name, const char *previous)
{
	shop_rename_tenant(commit_begin(w), &w->mem, old, name, previous);
	commit_end(w);
}

/* One run, which ends with this status and these steps; a second one has nothing to do. */
static void run_gives(struct world *w, int status, const char *want)
{
	struct run_result r;

	int got = world_run(w, NULL, &r);
	assert_string_equal(steps(w, &r), want);
	assert_int_equal(got, status);
	run_result_release(&r);
	unsigned pushes = w->n_push;
	assert_int_equal(world_run(w, NULL, &r), status);
	assert_true(r.idle);
	assert_int_equal(w->n_push, pushes);
	assert_int_equal(w->n_write, 0);
	run_result_release(&r);
}

static bool is_published(const struct world *w, const char *folder)
{
	for (size_t i = 0; i < w->published.n; i++)
		if (is_below(w->published.item[i].path, folder) ||
		    text_eq(w->published.item[i].path, folder))
			return true;
	return false;
}

static void all_but_the_name_stays(void **state)
{
	(void)state;
	struct world w;

	shop_in_force(&w, "acme");
	const char *before = files_get(&w.published, "tenants/acme.json");
	rename_tenant(&w, "acme", "apex", "[acme]");
	run_gives(&w, 0, "Done RenameObject:Tenant/apex\n");
	assert_false(is_published(&w, "tenants/acme.json"));
	const char *after = files_get(&w.published, "tenants/apex.json");
	assert_string_equal(strstr(written_as(&w.mem, after, "apex", "acme"), "\"objects\""),
			    strstr(before, "\"objects\""));
	assert_null(strstr(files_get(&w.published, "status.json"), "\"acme\""));
	assert_null(strstr(files_get(&w.published, "renewals.ics"), "acme/push"));
	assert_int_equal(w.n_key, 1);
	world_close(&w);
}

static void a_request_that_waits_moves_and_is_answered(void **state)
{
	(void)state;
	struct world w;

	shop_in_force(&w, "acme");
	w.now += 330 * DAY_S;
	assert_int_equal(world_just_run(&w), 0);
	assert_true(is_published(&w, "requests/acme/acme--push.20271020.plist"));
	rename_tenant(&w, "acme", "apex", "[acme]");
	run_gives(&w, 0,
		  "Done RenameObject:Tenant/apex\n"
		  "Planned RenewAtPortal:PushCertificate/apex/push\n");
	assert_false(is_published(&w, "requests/acme"));
	assert_string_equal(upload_file(&w, "apex")->path,
			    "requests/apex/apex--push.20271020.plist");
	assert_non_null(strstr(files_get(&w.published, "tenants/apex.json"),
			       "\"file\": \"requests/apex/apex--push.20271020.plist\""));
	assert_true(portal_commit(&w, "apex", topic_no(&w.mem, 1), "02"));
	run_gives(&w, 0,
		  "Done AcceptCertificate:PushCertificate/apex/push\n"
		  "Done VerifyCertificate:PushCertificate/apex/push\n"
		  "Done ActivateCertificate:PushCertificate/apex/push\n");
	world_close(&w);
}

static void a_renewal_that_is_due_goes_with_it(void **state)
{
	(void)state;
	struct world w;

	shop_in_force(&w, "acme");
	w.now += 330 * DAY_S;
	rename_tenant(&w, "acme", "apex", "[acme]");
	run_gives(&w, 0,
		  "Done RenameObject:Tenant/apex\nDone ProbeCertificate:PushCertificate/apex/push\n"
		  "Done CreateKey:PushCertificate/apex/push\n"
		  "Done CreateRequest:PushCertificate/apex/push\n"
		  "Planned RenewAtPortal:PushCertificate/apex/push\n");
	assert_string_equal(upload_file(&w, "apex")->path,
			    "requests/apex/apex--push.20271020.plist");
	world_close(&w);
}

static void the_certificate_may_be_renamed_too(void **state)
{
	(void)state;
	struct world w;

	shop_in_force(&w, "acme");
	struct files *f = commit_begin(&w);
	shop_rename_tenant(f, &w.mem, "acme", "apex", "[acme]");
	shop_rename(f, &w.mem, "apex", "mdm", topic_no(&w.mem, 1));
	files_put(f, &w.mem, "tenants/apex/mdm.yaml",
		  written_as(&w.mem, files_get(f, "tenants/apex/mdm.yaml"), "[push]",
			     "[acme/push]"));
	commit_end(&w);
	run_gives(&w, 0,
		  "Done RenameObject:Tenant/apex\nDone RenameObject:PushCertificate/apex/mdm\n");
	world_close(&w);
}

static void back_to_the_old_name_and_forth(void **state)
{
	(void)state;
	struct world w;

	shop_in_force(&w, "acme");
	rename_tenant(&w, "acme", "apex", "[acme]");
	run_gives(&w, 0, "Done RenameObject:Tenant/apex\n");
	rename_tenant(&w, "apex", "acme", "[apex]");
	shop_tenant(&w.commit[w.n_commit - 1].files, &w.mem, "acme", NULL);
	files_put(&w.commit[w.n_commit - 1].files, &w.mem, "tenants/acme/tenant.yaml",
		  written_as(&w.mem, files_get(&w.commit[w.n_commit - 1].files,
					       "tenants/acme/tenant.yaml"),
			     "{name: acme}", "{name: acme, previousNames: [apex]}"));
	run_gives(&w, 0, "Done RenameObject:Tenant/acme\n");
	assert_true(is_published(&w, "tenants/acme.json"));
	assert_false(is_published(&w, "tenants/apex.json"));
	world_close(&w);
}

static void a_directory_gets_the_folder_of_the_new_name(void **state)
{
	(void)state;
	static const char *const only[] = { "acme", NULL };
	struct world w;

	shop_world(&w, only, "files");
	assert_int_equal(world_just_run(&w), 0);
	assert_true(portal_commit(&w, "acme", topic_no(&w.mem, 1), "01"));
	assert_int_equal(world_just_run(&w), 0);
	rename_tenant(&w, "acme", "apex", "[acme]");
	run_gives(&w, 0,
		  "Done RenameObject:Tenant/apex\n"
		  "Done InstallCertificate:PushCertificate/apex/push:files\n");
	world_close(&w);
}

/* What was first read as another customer is one no more when the folder is mended. */
static void a_folder_that_was_broken_at_first(void **state)
{
	(void)state;
	struct world w;

	shop_in_force(&w, "acme");
	rename_tenant(&w, "acme", "apex", NULL);
	struct files *f = &w.commit[w.n_commit - 1].files;
	files_put(f, &w.mem, "tenants/apex/tenant.yaml", "a: [\n");
	assert_int_equal(world_just_run(&w), 4);
	f = commit_begin(&w);
	files_put(f, &w.mem, "tenants/apex/tenant.yaml",
		  HEAD("Tenant") "metadata: {name: apex, previousNames: [acme]}\n"
				 "spec: {displayName: Apex Ltd, domains: [acme.example]}\n");
	commit_end(&w);
	run_gives(&w, 0, "Done RenameObject:Tenant/apex\n");
	assert_non_null(
	    strstr(files_get(&w.published, "tenants/apex.json"), "\"phase\": \"Active\""));
	assert_int_equal(w.n_key, 1);
	world_close(&w);
}

/* The quarantined tenants of a plan, with why. */
static void take_stop(const struct plan *p, const struct report_context *c, void *arg)
{
	struct buf *out = arg;

	(void)c;
	if (p->want && p->want->stop == STOP_QUARANTINE)
		buf_addf(out, "%s: %s\n", p->want->name, p->want->first_error->message);
}

static void is_refused(struct world *w, const char *why)
{
	struct run_options o = default_options;
	struct buf got = BUF_INIT(4096);
	struct run_result r;

	o.plan_only = true;
	o.on_plan = take_stop;
	o.on_plan_arg = &got;
	assert_int_not_equal(world_run(w, &o, &r), 0);
	assert_string_equal(buf_str(&got), why);
	run_result_release(&r);
	buf_release(&got);
	assert_int_not_equal(world_run(w, NULL, &r), 0);
	assert_int_equal(r.n_changes, 0);
	run_result_release(&r);
}

/* acme and beta, both in force. */
static void two_in_force(struct world *w)
{
	static const char *const both[] = { "acme", "beta", NULL };

	shop_world(w, both, NULL);
	assert_int_equal(world_just_run(w), 0);
	assert_true(portal_commit(w, "acme", topic_no(&w->mem, 1), "01"));
	assert_true(portal_commit(w, "beta", topic_no(&w->mem, 2), "02"));
	assert_int_equal(world_just_run(w), 0);
}

static void a_chain_is_refused_and_done_link_by_link(void **state)
{
	(void)state;
	struct world w;

	two_in_force(&w);
	struct files *f = commit_begin(&w);
	shop_rename_tenant(f, &w.mem, "beta", "coda", "[beta]");
	shop_rename_tenant(f, &w.mem, "acme", "beta", "[acme]");
	commit_end(&w);
	is_refused(&w,
		   "beta: tenant acme is gone and should be called beta, but another tenant was "
		   "called so until now; give each of them a name that was free, one revision "
		   "after the other\n"
		   "coda: Tenant beta is still there, so nothing was renamed; take the old folder "
		   "out in the same change, or take this name out\n");
	f = commit_begin(&w);
	shop_rename_tenant(f, &w.mem, "beta", "acme", NULL);
	files_put(f, &w.mem, "tenants/acme/tenant.yaml",
		  written_as(&w.mem, files_get(f, "tenants/acme/tenant.yaml"),
			     "{name: beta, previousNames: [acme]}", "{name: acme}"));
	commit_end(&w);
	run_gives(&w, 0, "Done RenameObject:Tenant/coda\n");
	rename_tenant(&w, "acme", "beta", "[acme]");
	run_gives(&w, 0, "Done RenameObject:Tenant/beta\n");
	assert_non_null(strstr(files_get(&w.published, "tenants/coda.json"), topic_no(&w.mem, 2)));
	assert_non_null(strstr(files_get(&w.published, "tenants/beta.json"), topic_no(&w.mem, 1)));
	world_close(&w);
}

static void a_swap_is_refused(void **state)
{
	(void)state;
	struct world w;

	two_in_force(&w);
	struct files *f = commit_begin(&w);
	shop_rename_tenant(f, &w.mem, "beta", "coda", NULL);
	shop_rename_tenant(f, &w.mem, "acme", "beta", "[acme]");
	shop_rename_tenant(f, &w.mem, "coda", "acme", "[beta]");
	commit_end(&w);
	is_refused(&w,
		   "acme: Tenant beta is still there, so nothing was renamed; take the old folder "
		   "out in the same change, or take this name out\n"
		   "beta: Tenant acme is still there, so nothing was renamed; take the old folder "
		   "out in the same change, or take this name out\n");
	world_close(&w);
}

static void two_heirs_are_refused(void **state)
{
	(void)state;
	struct world w;

	shop_in_force(&w, "acme");
	struct files *f = commit_begin(&w);
	shop_rename_tenant(f, &w.mem, "acme", "apex", "[acme]");
	shop_customer(f, &w.mem, "zeta", NULL);
	files_put(f, &w.mem, "tenants/zeta/tenant.yaml",
		  written_as(&w.mem, files_get(f, "tenants/zeta/tenant.yaml"), "{name: zeta}",
			     "{name: zeta, previousNames: [acme]}"));
	commit_end(&w);
	is_refused(&w,
		   "apex: tenant acme is gone, and both apex and zeta have it as previous name; "
		   "only one can be the renamed one\n"
		   "zeta: tenant acme is gone, and both apex and zeta have it as previous name; "
		   "only one can be the renamed one\n");
	world_close(&w);
}

static void three_heirs_are_refused(void **state)
{
	(void)state;
	static const char *const heir[] = { "mars", "zeta" };
	struct world w;

	shop_in_force(&w, "acme");
	struct files *f = commit_begin(&w);
	shop_rename_tenant(f, &w.mem, "acme", "apex", "[acme]");
	for (size_t i = 0; i < 2; i++) {
		const char *path = arena_printf(&w.mem, "tenants/%s/tenant.yaml", heir[i]);
		shop_customer(f, &w.mem, heir[i], NULL);
		files_put(f, &w.mem, path,
			  written_as(&w.mem, files_get(f, path),
				     arena_printf(&w.mem, "{name: %s}", heir[i]),
				     arena_printf(&w.mem, "{name: %s, previousNames: [acme]}",
						  heir[i])));
	}
	commit_end(&w);
	is_refused(&w,
		   "apex: tenant acme is gone, and both apex and mars have it as previous name; "
		   "only one can be the renamed one\n"
		   "mars: tenant acme is gone, and both apex and mars have it as previous name; "
		   "only one can be the renamed one\n"
		   "zeta: tenant acme is gone, and both apex and zeta have it as previous name; "
		   "only one can be the renamed one\n");
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_but_the_name_stays),
		cmocka_unit_test(a_request_that_waits_moves_and_is_answered),
		cmocka_unit_test(a_renewal_that_is_due_goes_with_it),
		cmocka_unit_test(the_certificate_may_be_renamed_too),
		cmocka_unit_test(back_to_the_old_name_and_forth),
		cmocka_unit_test(a_directory_gets_the_folder_of_the_new_name),
		cmocka_unit_test(a_folder_that_was_broken_at_first),
		cmocka_unit_test(a_chain_is_refused_and_done_link_by_link),
		cmocka_unit_test(a_swap_is_refused),
		cmocka_unit_test(two_heirs_are_refused),
		cmocka_unit_test(three_heirs_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
