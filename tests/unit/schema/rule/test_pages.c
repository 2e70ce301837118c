/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the pages; tests/run/rule_pages.sh makes their examples. */
#include "tests/unit/unit.h"

#include <string.h>

#include "schema/base/finding.h"
#include "schema/base/text.h"
#include "schema/rule/pages.h"

static void every_rule_has_a_page(void **state)
{
	(void)state;
	size_t n;
	const struct rule *rule = rules_all(&n);

	for (size_t i = 0; i < n; i++) {
		const struct rule_page *p = rule_page(rule[i].code);
		if (!p)
			fail_msg("APN%u %s has no page", rule[i].code, rule[i].name);
		assert_int_equal(p->code, rule[i].code);
		assert_true(text_ends(p->why, "."));
	}
	assert_null(rule_page(1));
	assert_null(rule_page(9999));
}

static bool is_given(const struct rule_example *x)
{
	return x->yaml || x->files;
}

static bool ends_its_lines(const struct rule_example *x)
{
	return (!x->yaml || text_ends(x->yaml, "\n")) && (!x->files || text_ends(x->files, "\n"));
}

static void every_page_has_an_example_that_breaks_the_rule_and_one_that_keeps_it(void **state)
{
	(void)state;
	size_t n;
	const struct rule *rule = rules_all(&n);

	for (size_t i = 0; i < n; i++) {
		const struct rule_page *p = rule_page(rule[i].code);
		if (!is_given(&p->bad) || !is_given(&p->good))
			fail_msg("APN%u lacks an example", p->code);
		if (!ends_its_lines(&p->before) || !ends_its_lines(&p->bad) ||
		    !ends_its_lines(&p->good))
			fail_msg("a last line of APN%u is open", p->code);
	}
}

static void a_page_names_the_command_that_tells_its_rule(void **state)
{
	(void)state;
	assert_string_equal(rule_page_command(rule_page(RULE_OTHER_TOPIC)), "apnsctl lint");
	assert_string_equal(rule_page_command(rule_page(RULE_TOPIC_CHANGED)),
			    "apnsctl lint --base main");
	assert_string_equal(rule_page_command(rule_page(RULE_EMPTY_SOURCE)),
			    "apnsctl plan --offline --base main");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_has_a_page),
		cmocka_unit_test(
		    every_page_has_an_example_that_breaks_the_rule_and_one_that_keeps_it),
		cmocka_unit_test(a_page_names_the_command_that_tells_its_rule),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
