/* SPDX-License-Identifier: Apache-2.0 */
/* The starter files pass everything that lint checks without a network and without a store. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/emit/emit.h"
#include "schema/load/set.h"
#include "schema/resolve/resolve.h"

static struct arena mem = ARENA_INIT;

static int end(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

/* Adds those files of a starter that stand below tenants/, or the others. */
static void add_files(struct set *s, const struct starter_files *f, struct findings *fs)
{
	for (size_t i = 0; i < f->n; i++)
		if (text_starts(f->file[i].path, "tenants/") == (s->tenant != NULL))
			set_add_file(s, f->file[i].path, f->file[i].text, f->file[i].len, NULL, fs);
}

/* Fails with the report when there is an error or a warning. */
static void assert_clean(struct findings *fs)
{
	struct lint_report r = { .findings = fs };
	struct buf text = BUF_INIT(1 << 16);

	if (fs->n_level[LEVEL_ERROR] || fs->n_level[LEVEL_WARNING]) {
		emit_lint_concise(&text, &r);
		fail_msg("%s", buf_str(&text));
	}
	buf_release(&text);
}

static void lint(const struct starter_files *f, const char *tenant, struct want_tenant *want)
{
	struct findings fs = FINDINGS_INIT(&mem), tenant_fs = FINDINGS_INIT(&mem);
	struct set *shared = arena_alloc(&mem, sizeof(*shared));
	struct set *own = arena_alloc(&mem, sizeof(*own));

	set_init(shared, &mem, NULL);
	add_files(shared, f, &fs);
	shared_check(shared, &fs);
	assert_clean(&fs);
	set_init(own, &mem, tenant);
	add_files(own, f, &tenant_fs);
	tenant_resolve(shared, own, &mem, &tenant_fs, want);
	assert_clean(&tenant_fs);
	assert_int_equal(want->stop, STOP_NOTHING);
	assert_int_equal(want->stop_shared, STOP_NOTHING);
}

static void a_starter_for_many_tenants_is_clean(void **state)
{
	(void)state;
	struct starter_files f = { .mem = &mem };
	struct want_tenant want = { 0 };

	starter_repository(&f, MODE_MultiTenant);
	lint(&f, "example", &want);
	assert_int_equal(want.n_policy, 1);
	assert_ptr_equal(want.policy[0].effective, &want.cert[0]);
	assert_int_equal(want.n_cert, 1);
	assert_int_equal(want.cert[0].key_held_by, KEY_HELD_Controller);
	assert_string_equal(want.cert[0].account.address, "apple-push@example.com");
	assert_int_equal(want.cert[0].n_server, 1);
	assert_int_equal(want.cert[0].server[0].type, SERVER_Directory);
	assert_string_equal(want.cert[0].server[0].directory, "deployed");
}

static void a_starter_for_one_organization_is_clean(void **state)
{
	(void)state;
	struct starter_files f = { .mem = &mem };
	struct want_tenant want = { 0 };

	starter_repository(&f, MODE_SingleOrganization);
	lint(&f, "example", &want);
	assert_int_equal(want.n_cert, 1);
	assert_true(want.cert[0].is_assigned);
	assert_true(want.only_one);
}

static void a_new_tenant_in_a_starter_is_clean(void **state)
{
	(void)state;
	const char *const custodians[] = { "sam", "alex" };
	const struct new_tenant t = {
		.name = "acme",
		.display_name = "# Acme: \"Ltd.\"",
		.apple_id = "apple-acme@msp.example",
		.server = "deployed",
		.custodian = custodians,
		.n_custodian = 2,
	};
	struct starter_files f = { .mem = &mem };
	struct want_tenant want = { 0 };

	starter_repository(&f, MODE_MultiTenant);
	for (size_t i = 0; i < f.n; i++)
		if (text_starts(f.file[i].path, "tenants/"))
			f.n = i;
	starter_tenant(&f, &t, STARTER_BRIEF);
	lint(&f, "acme", &want);
	assert_string_equal(want.display_name, "# Acme: \"Ltd.\"");
	assert_string_equal(want.cert[0].account.address, "apple-acme@msp.example");
}

static void the_configuration_of_init_is_read_back(void **state)
{
	(void)state;
	const struct new_config c = {
		.source_url = "file:///srv/apple",
		.store = "sqlite:state/apnsctl.db",
		.unlock_file = "state/unlock.key",
		.directory = "deployed",
	};
	struct buf text = BUF_INIT(1 << 16);
	struct findings fs = FINDINGS_INIT(&mem);

	starter_config(&text, &c);
	struct controller_config *got =
		config_decode("apnsctl.yaml", buf_str(&text), text.len, &mem, &fs);
	assert_clean(&fs);
	assert_non_null(got);
	assert_string_equal(got->source->url.s, "file:///srv/apple");
	assert_string_equal(got->source->branch.s, "main");
	assert_int_equal(got->source->timeout.v, 120);
	assert_string_equal(got->status->branch.s, "apnsctl-status");
	assert_string_equal(got->apns->host.s, "api.push.apple.com");
	assert_int_equal(got->apns->probe->concurrency.v, 64);
	assert_int_equal(got->limits->max_new_keys.v, 500);
	assert_null(got->testing);
	const struct config_directory *d = got->directories.item;
	assert_int_equal(got->directories.n, 1);
	assert_string_equal(d->path.s, "deployed");
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_starter_for_many_tenants_is_clean, end),
		cmocka_unit_test_teardown(a_starter_for_one_organization_is_clean, end),
		cmocka_unit_test_teardown(a_new_tenant_in_a_starter_is_clean, end),
		cmocka_unit_test_teardown(the_configuration_of_init_is_read_back, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
