/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as Markdown: the golden text, what is escaped, and what goes when there is no room. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reconcile/report/plan_report.h"
#include "schema/base/text.h"

#define GOLDEN_FILE "tests/golden/plan_markdown.md"

static struct kept_step step(const char *id, const char *action, const char *state, struct ref on,
			     const char *reason, const char *message)
{
	return (struct kept_step){ .id = id,
				   .action = action,
				   .state = state,
				   .risk = "None",
				   .on = on,
				   .reason = reason,
				   .message = message,
				   .next = { .due = TIME_UNKNOWN } };
}

static const struct ref push_of_acme = { KIND_PushCertificate, "acme", "push" };
static const struct ref root_of_acme = { KIND_Policy, "acme", "root" };
static const struct ref lab_of_acme = { KIND_Policy, "acme", "lab" };
static const struct ref push_of_beta = { KIND_PushCertificate, "beta", "push" };
static const struct ref beta = { KIND_Tenant, NULL, "beta" };

/* Something of everything. */
static void fill(struct plan_report *r, struct kept_step s[8])
{
	static const char *const root[] = { "root" }, *const lab[] = { "lab" };
	static const struct plan_stop stop[] = {
		{ "gamma", "tenants/gamma/push.yaml", 6, "there is no AppleIDAlias \"aple\"" },
		{ "omega", NULL, 0, "the shared manifests that it depends on have errors" },
	};
	static const struct kept_step gone = { .id = "CreateKey:PushCertificate/acme/old",
					       .action = "CreateKey",
					       .state = "Do",
					       .risk = "None",
					       .reason = "FirstCertificate",
					       .message = "make a new private key" };
	static struct gate_result gates;

	s[0] = step("CreateKey:PushCertificate/acme/push", "CreateKey", "Do", push_of_acme,
		    "FirstCertificate", "make a new private key");
	s[1] = step("CreateRequest:PushCertificate/acme/push", "CreateRequest", "Do", push_of_acme,
		    "FirstCertificate", "make the request for a first certificate");
	s[1].next = (struct next){ .action = NEXT_CreateAtPortal,
				   .apple_id = "apple@acme.example",
				   .due = TIME_UNKNOWN };
	s[2] = step("ReassignPolicy:Policy/acme/lab", "ReassignPolicy", "Blocked", lab_of_acme,
		    "EffectiveTopicChanged", "the topic of this policy goes from A to B");
	s[2].risk = "Destructive";
	s[2].rule = 5003;
	s[2].policy = lab;
	s[2].n_policy = 1;
	s[3] = step("ReassignPolicy:Policy/acme/root", "ReassignPolicy", "Do", root_of_acme,
		    "EffectiveTopicLost", "the topic of this policy goes from A to none");
	s[3].risk = "Destructive";
	s[3].policy = root;
	s[3].n_policy = 1;
	s[4] = step("RenewAtPortal:PushCertificate/beta/push", "RenewAtPortal", "Ask", push_of_beta,
		    "RenewalDue", "choose Renew in this row (never Create) and upload the file");
	s[4].next = (struct next){ .action = NEXT_RenewAtPortal,
				   .apple_id = "apple@beta.example",
				   .row = "APSP:11111111-1111-1111-1111-111111111111",
				   .file = "requests/beta/beta--push.20261124.plist",
				   .due = 1800000000 };
	s[5] = step("ArchiveObject:Tenant/beta", "ArchiveObject", "Do", beta, "Removed",
		    "no longer in the manifests: archived, its keys are kept");
	s[5].risk = "Disruptive";
	s[5].gate = GATE_ChangeLimit;
	gates.counted[GATE_ChangeLimit] = 1;
	snprintf(gates.hash[GATE_ChangeLimit], SHA256_HEX, "%s", "00ff");
	*r = (struct plan_report){ .basis = "StatusBranch",
				   .plan_hash = "abcd",
				   .source_revision = "",
				   .base_revision = "1234",
				   .status_revision = "5678",
				   .step = s,
				   .n_step = 6,
				   .withdrawn = &gone,
				   .n_withdrawn = 1,
				   .stop = stop,
				   .n_stop = 2,
				   .gates = &gates };
}

static char *markdown(const struct plan_report *r, size_t max)
{
	struct buf out = BUF_INIT(64 << 20);

	plan_markdown(r, max, &out);
	assert_false(out.full);
	char *text = strdup(buf_str(&out));
	buf_release(&out);
	return text;
}

static char *file_text(const char *path)
{
	char *text = calloc(1, 1 << 16);
	FILE *f = fopen(path, "r");

	if (f) {
		text[fread(text, 1, (1 << 16) - 1, f)] = 0;
		fclose(f);
	}
	return text;
}

static void a_plan_is_as_in_the_golden_file(void **state)
{
	(void)state;
	struct kept_step s[8];
	struct plan_report r;

	fill(&r, s);
	char *got = markdown(&r, PLAN_MARKDOWN_MAX);
	if (getenv("GOLDEN")) {
		FILE *f = fopen(GOLDEN_FILE, "w");
		fputs(got, f);
		fclose(f);
	}
	char *want = file_text(GOLDEN_FILE);
	assert_string_equal(got, want);
	free(want);
	free(got);
}

static void nothing_to_do_is_said_in_one_line(void **state)
{
	(void)state;
	const struct plan_report r = { .basis = "None",
				       .plan_hash = "ab",
				       .source_revision = "cd" };
	char *got = markdown(&r, PLAN_MARKDOWN_MAX);

	assert_string_equal(got,
			    "<!-- apnsctl:plan -->\n**apnsctl plan: nothing to do**\n\n"
			    "There is no status branch here: what is in force is not known.\n\n"
			    "Plan ab · source cd\n");
	free(got);
}

static void all_text_of_users_is_escaped(void **state)
{
	(void)state;
	static const char evil[] =
	    "</details> <b>`x`</b> @team #1 [l](http://x) |\n# h\n- i **b** <!--";
	static const char *const policy[] = { evil };
	const struct plan_stop stop = { evil, evil, 1, evil };
	struct ref on = { KIND_Policy, evil, evil };
	struct kept_step s = step(evil, "ReassignPolicy", "Blocked", on, "TopicChanged", evil);
	s.policy = policy;
	s.n_policy = 1;
	s.next = (struct next){ .action = NEXT_RenewAtPortal,
				.apple_id = evil,
				.row = evil,
				.file = evil,
				.due = TIME_UNKNOWN };
	const struct plan_report r = { .basis = "None",
				       .plan_hash = "ab",
				       .source_revision = evil,
				       .step = &s,
				       .n_step = 1,
				       .stop = &stop,
				       .n_stop = 1 };
	char *got = markdown(&r, PLAN_MARKDOWN_MAX);
	const char *const never[] = { "<b>",    "@team", "#1",    "`x`",
				      "](http", "\n# h", "\n- i", "**b**" };

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (strstr(got, never[i]))
			fail_msg("not escaped: %s\nin: %s", never[i], got);
	assert_null(strstr(strstr(got, "</details>") + 1, "</details>"));
	assert_null(strstr(strstr(got, "<!--") + 1, "<!--"));
	free(got);
}

static size_t occurrences(const char *text, const char *part)
{
	size_t n = 0;

	for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
		n++;
	return n;
}

/* What JavaScript says of it, which is what GitHub is asked to take: UTF-16 units. */
static size_t length(const char *text)
{
	size_t n = 0;

	while (*text) {
		unsigned char c = (unsigned char)*text;
		size_t bytes = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		n += bytes == 4 ? 2 : 1;
		text += bytes;
	}
	return n;
}

/* At each budget: it fits, markup is balanced, details went before rows, the danger is whole. */
static void each_budget_is_kept(void **state)
{
	(void)state;
	struct kept_step s[8];
	struct plan_report r;

	fill(&r, s);
	char *whole = markdown(&r, PLAN_MARKDOWN_MAX);
	size_t full = length(whole);
	assert_true(full > PLAN_MARKDOWN_MIN);
	for (size_t max = PLAN_MARKDOWN_MIN; max <= full + 1; max++) {
		char *got = markdown(&r, max);
		if (length(got) > max)
			fail_msg("%zu characters with a budget of %zu:\n%s", length(got), max, got);
		assert_int_equal(occurrences(got, "<details>"), occurrences(got, "</details>"));
		assert_int_equal(occurrences(got, "must re\\-enrol\\: "), 2);
		assert_int_equal(occurrences(got, "\n- Blocked **") >= 2, 1);
		assert_int_equal(occurrences(got, "--override ChangeLimit@00ff"), 1);
		if (strstr(got, "<details>"))
			assert_int_equal(occurrences(got, " rows. "), 0);
		assert_int_equal(strcmp(got, whole) == 0, max >= full);
		free(got);
	}
	free(whole);
}

static void what_is_left_out_is_counted(void **state)
{
	(void)state;
	enum { N = 2000 };
	struct kept_step *s = calloc(N, sizeof(*s));
	static char name[N][16];

	for (int i = 0; i < N; i++) {
		snprintf(name[i], sizeof(name[i]), "t%04d", i);
		s[i] = step("CreateKey", "CreateKey", "Do",
			    (struct ref){ KIND_PushCertificate, name[i], "push" }, "RenewalDue",
			    "make a new private key");
	}
	const struct plan_report r = {
		.basis = "Live", .plan_hash = "ab", .source_revision = "cd", .step = s, .n_step = N
	};
	char *got = markdown(&r, 32768);
	size_t rows = occurrences(got, "\n| PushCertificate/");
	char note[80];
	snprintf(note, sizeof(note), "Left out to keep this short: %zu of 2000 rows.", N - rows);
	assert_true(rows > 100 && rows < N);
	assert_non_null(strstr(got, note));
	assert_true(length(got) <= 32768 && length(got) > 32768 - 400);
	free(got);
	free(s);
}

/* A change that takes the certificate from all policies of some tenants, held by the gate. */
struct mass {
	struct plan_report r;
	struct arena mem;
	struct gate_result gates;
};

static void mass_init(struct mass *m, size_t tenants, size_t policies, const char *prefix)
{
	struct kept_step *s = arena_array(&m->mem, tenants * policies, sizeof(*s));

	for (size_t i = 0; i < tenants * policies; i++) {
		const char *tenant = arena_printf(&m->mem, "t%03zu", i / policies);
		const char **name = arena_array(&m->mem, 1, sizeof(*name));
		*name = arena_printf(&m->mem, "%s%04zu", prefix, i % policies);
		s[i] = step(arena_printf(&m->mem, "ReassignPolicy:Policy/%s/%s", tenant, *name),
			    "ReassignPolicy", "Do", (struct ref){ KIND_Policy, tenant, *name },
			    "EffectiveTopicLost", "the topic of this policy goes from A to none");
		s[i].risk = "Destructive";
		s[i].gate = GATE_ChangeLimit;
		s[i].policy = name;
		s[i].n_policy = 1;
	}
	m->gates.counted[GATE_ChangeLimit] = tenants * policies;
	snprintf(m->gates.hash[GATE_ChangeLimit], SHA256_HEX, "%064d", 0);
	m->r = (struct plan_report){ .basis = "StatusBranch",
				     .plan_hash = "ab",
				     .source_revision = "cd",
				     .step = s,
				     .n_step = tenants * policies,
				     .gates = &m->gates };
}

/* The sum of all numbers behind `before` in the part from `from` on that ends with `to`. */
static size_t sum(const char *text, const char *from, const char *to, const char *before)
{
	const char *end = strstr(text, to);
	size_t n = 0;

	for (const char *at = strstr(text, from); at && (at = strstr(at, before)) && at < end; at++)
		n += strtoul(at + strlen(before), NULL, 10);
	return n;
}

/* All are counted: in the verdict, and in the lines of both sections. */
static void counts_all(const char *got, size_t n, size_t max)
{
	static const char blasts[] = "### Devices must be enrolled again", blocked[] = "### Blocked",
			  end[] = "\n- The gate ChangeLimit holds the change of ";
	char verdict[120];

	snprintf(verdict, sizeof(verdict),
		 "<!-- apnsctl:plan -->\n**apnsctl plan: %zu policies must RE-ENROL, %zu BLOCKED**\n",
		 n, n);
	assert_int_equal(strncmp(got, verdict, strlen(verdict)), 0);
	if (length(got) > max)
		fail_msg("%zu characters with a budget of %zu:\n%s", length(got), max, got);
	assert_int_equal(
	    sum(got, blasts, blocked, "\n- ") + sum(got, blasts, blocked, "\n- and "), n);
	if (strstr(got, "*Shortened to fit: "))
		assert_int_equal(
		    sum(got, blocked, end, "**: ") + sum(got, blocked, end, "\n- and "), n);
	assert_int_equal(strtoul(strstr(got, end) + strlen(end), NULL, 10), n);
}

/* The policies of one tenant, with long names: each tenant keeps a line with its first ones. */
static void a_large_danger_becomes_one_line_for_each_tenant(void **state)
{
	(void)state;
	struct mass m = { 0 };

	mass_init(&m, 1, 1200, "a-policy-with-a-name-of-sixty-characters-and-a-number-at-");
	char *got = markdown(&m.r, PLAN_MARKDOWN_MAX);
	counts_all(got, 1200, PLAN_MARKDOWN_MAX);
	free(got);
	arena_release(&m.mem);
	m = (struct mass){ 0 };
	mass_init(&m, 2, 700, "policy");
	got = markdown(&m.r, 2500);
	counts_all(got, 1400, 2500);
	char *rows = strstr(got, "\n#### ");
	assert_non_null(rows);
	*rows = 0;
	assert_string_equal(
	    strstr(got, "\n\n*"),
	    "\n\n*Shortened to fit: all of it is counted here, and `apnsctl plan` shows all of it, "
	    "as in the log of the job.*\n"
	    "\n### Devices must be enrolled again\n\n"
	    "- 700 policies of tenant t000 change their certificate\\: every device below must "
	    "re\\-enrol\\: policy0000, policy0001, policy0002, "
	    "policy0003 and 696 more \\(held by a gate\\)\n"
	    "- 700 policies of tenant t001 change their certificate\\: every device below must "
	    "re\\-enrol\\: policy0000, policy0001, policy0002, "
	    "policy0003 and 696 more \\(held by a gate\\)\n"
	    "\n### Blocked\n\n"
	    "- **t000**: 700 steps: ReassignPolicy\\:Policy/t000/policy0000, "
	    "ReassignPolicy\\:Policy/t000/policy0001, "
	    "ReassignPolicy\\:Policy/t000/policy0002, "
	    "ReassignPolicy\\:Policy/t000/policy0003 and 696 more\n"
	    "- **t001**: 700 steps: ReassignPolicy\\:Policy/t001/policy0000, "
	    "ReassignPolicy\\:Policy/t001/policy0001, "
	    "ReassignPolicy\\:Policy/t001/policy0002, "
	    "ReassignPolicy\\:Policy/t001/policy0003 and 696 more\n"
	    "- The gate ChangeLimit holds the change of 1400 objects; when all of it is meant, let "
	    "it through once with `apnsctl reconcile --override ChangeLimit@"
	    "0000000000000000000000000000000000000000000000000000000000000000`.\n");
	free(got);
	arena_release(&m.mem);
}

/* More tenants than lines: what the lines do not say is one number more. */
static void nothing_of_a_danger_goes_without_being_counted(void **state)
{
	(void)state;
	struct mass m = { 0 };

	mass_init(&m, 300, 3, "\xf0\x9f\x90\xa7\xf0\x9f\x90\xa7\xf0\x9f\x90\xa7");
	for (size_t max = PLAN_MARKDOWN_MIN; max <= 200000; max += max / 7) {
		char *got = markdown(&m.r, max);
		counts_all(got, 900, max);
		assert_true(strstr(got, "*Shortened to fit: ") || strstr(got, "\n- Blocked **"));
		free(got);
	}
	char *least = markdown(&m.r, 1);
	counts_all(least, 900, PLAN_MARKDOWN_MIN);
	assert_non_null(strstr(least, " more policies\n"));
	assert_non_null(strstr(least, " more steps\n"));
	free(least);
	arena_release(&m.mem);
}

/* All gates, revisions of SHA-256, all numbers large: the least budget holds that, too. */
static void the_least_budget_is_enough(void **state)
{
	(void)state;
	static const char hash[] = "0123456789012345678901234567890123456789012345678901234567890123";
	struct mass m = { 0 };

	mass_init(&m, 300, 300, "x");
	struct kept_step *all = (struct kept_step *)m.r.step;
	for (size_t i = 0; i < m.r.n_step; i += 7)
		all[i].state = i % 2 ? "Ask" : "Blocked";
	for (size_t i = 0; i < m.r.n_step; i += 5)
		all[i].gate = GATE_None;
	for (int i = 1; i < GATE_MAX; i++) {
		m.gates.counted[i] = 1000000000;
		snprintf(m.gates.hash[i], SHA256_HEX, "%s", hash);
	}
	m.r.plan_hash = m.r.source_revision = m.r.base_revision = m.r.status_revision = hash;
	char *got = markdown(&m.r, PLAN_MARKDOWN_MIN);
	if (length(got) > PLAN_MARKDOWN_MIN)
		fail_msg("%zu characters:\n%s", length(got), got);
	assert_int_equal(occurrences(got, hash), 8);
	free(got);
	arena_release(&m.mem);
}

static void steps_are_subtracted_by_what_they_say(void **state)
{
	(void)state;
	struct arena mem = ARENA_INIT;
	struct kept_step a[4], b[3];
	size_t n;

	a[0] = step("X:1", "X", "Do", push_of_acme, "R", "at file.yaml:12, as before");
	a[1] = step("X:2", "X", "Do", push_of_acme, "R", "says topic A");
	a[2] = step("X:3", "X", "Blocked", push_of_acme, "R", "m");
	a[3] = step("X:4", "X", "Do", push_of_acme, "R", "new");
	b[0] = step("X:3", "X", "Do", push_of_acme, "R", "m");
	b[1] = step("X:2", "X", "Do", push_of_acme, "R", "says topic B");
	b[2] = step("X:1", "X", "Do", push_of_acme, "R", "at file.yaml:9, as before");
	struct kept_step *left = kept_minus(a, 4, b, 3, &mem, &n);
	assert_int_equal(n, 3);
	assert_string_equal(left[0].id, "X:2");
	assert_string_equal(left[1].id, "X:3");
	assert_string_equal(left[2].id, "X:4");
	kept_minus(a, 4, NULL, 0, &mem, &n);
	assert_int_equal(n, 4);
	kept_minus(NULL, 0, b, 3, &mem, &n);
	assert_int_equal(n, 0);
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_is_as_in_the_golden_file),
		cmocka_unit_test(nothing_to_do_is_said_in_one_line),
		cmocka_unit_test(all_text_of_users_is_escaped),
		cmocka_unit_test(each_budget_is_kept),
		cmocka_unit_test(what_is_left_out_is_counted),
		cmocka_unit_test(a_large_danger_becomes_one_line_for_each_tenant),
		cmocka_unit_test(nothing_of_a_danger_goes_without_being_counted),
		cmocka_unit_test(the_least_budget_is_enough),
		cmocka_unit_test(steps_are_subtracted_by_what_they_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
