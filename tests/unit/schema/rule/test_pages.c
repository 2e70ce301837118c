/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/schema/repo.h"

#include "schema/rule/change.h"
#include "schema/rule/pages.h"

static const char *file_of(const struct rule_page *p)
{
	return p->file ? p->file : "tenants/acme/example.yaml";
}

static void load(struct repo *r, const struct rule_page *p, const char *example)
{
	const struct page_file *around = rule_page_files();
	struct repo_file base[16] = { 0 }, more[] = { { file_of(p), example }, { NULL, NULL } };

	for (size_t i = 0; around[i].path; i++)
		base[i] = (struct repo_file){ around[i].path, around[i].text };
	repo_load(r, base, more);
}

static const char *nothing_published(void *self, const char *tenant, const struct want_cert *base)
{
	(void)self;
	(void)tenant;
	(void)base;
	return NULL;
}

/* The only tenant of both, as lint --base compares them. */
static void compare(const struct rule_page *p, const char *text, struct repo *head)
{
	const struct change_known known = { nothing_published, NULL, false };
	struct change *change = change_new(&known);
	struct repo base;

	load(&base, p, text);
	assert_true(base.n == 1 && head->n == 1);
	struct change_side was = { &base.shared, &base.set[0], &base.want[0] };
	struct change_side now = { &head->shared, &head->set[0], &head->want[0] };
	change_check(change, &was, &now, &head->findings[0]);
	change_end(change, &head->findings[0]);
	change_free(change);
	repo_release(&base);
}

static bool raises(const struct rule_page *p, const char *example, char **text)
{
	char code[16];
	struct repo r;

	load(&r, p, example);
	if (rule_page_base(p->code))
		compare(p, rule_page_base(p->code), &r);
	*text = strdup(repo_text(&r, LEVEL_NOTE));
	repo_release(&r);
	snprintf(code, sizeof(code), "APN%u ", p->code);
	return strstr(*text, code);
}

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
		assert_true(!p->bad == !p->good);
	}
	assert_null(rule_page(1));
	assert_null(rule_page(9999));
}

static void every_bad_example_raises_its_rule_and_the_good_one_does_not(void **state)
{
	(void)state;
	size_t n, examples = 0;
	const struct rule *rule = rules_all(&n);
	char *text;

	for (size_t i = 0; i < n; i++) {
		const struct rule_page *p = rule_page(rule[i].code);
		if (!p->bad)
			continue;
		if (!raises(p, p->bad, &text))
			fail_msg("APN%u is not raised by\n%sbut\n%s", p->code, p->bad, text);
		free(text);
		if (raises(p, p->good, &text))
			fail_msg("APN%u is raised by\n%s\n%s", p->code, p->good, text);
		free(text);
		examples++;
	}
	assert_true(examples >= 50);
}

static void a_good_example_has_no_error(void **state)
{
	(void)state;
	size_t n;
	const struct rule *rule = rules_all(&n);
	char *text;

	for (size_t i = 0; i < n; i++) {
		const struct rule_page *p = rule_page(rule[i].code);
		if (!p->good)
			continue;
		raises(p, p->good, &text);
		if (strstr(text, " error "))
			fail_msg("the good example of APN%u has an error\n%s%s", p->code, p->good,
				 text);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_has_a_page),
		cmocka_unit_test(every_bad_example_raises_its_rule_and_the_good_one_does_not),
		cmocka_unit_test(a_good_example_has_no_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
