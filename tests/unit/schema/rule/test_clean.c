/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/schema/repo.h"

static void a_clean_repository_has_no_finding_at_all(void **state)
{
	(void)state;
	struct repo r;

	repo_load(&r, repo_clean, NULL);
	assert_string_equal(repo_text(&r, LEVEL_NOTE), "");
	repo_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_repository_has_no_finding_at_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
