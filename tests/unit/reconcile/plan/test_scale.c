/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The work of a plan grows with a customer, not with its square. Work is counted in comparisons of
 * text, which is how names are looked up: the same on every machine.
 */
#include "tests/unit/unit.h"

#include "reconcile/report/plan_report.h"
#include "tests/unit/reconcile/plan/scenario.h"

static size_t compared;

/* Instead of libc's, in this program. */
int strcmp(const char *a, const char *b)
{
	compared++;
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

/* Each with a policy of its own, whose devices have the topic of something that is gone. */
static char *text_of(size_t n)
{
	struct buf b = BUF_INIT(64 << 20);

	buf_adds(&b, "now 2026-11-24T12:00:00Z\nsigner 2028-01-01\n"
		     "file organization.yaml\n"
		     "\t{apiVersion: apnsctl/v1, kind: Organization, metadata: {name: msp}, spec: "
		     "{mode: MultiTenant, people: [{id: alex, name: A, email: alex@msp.example}, "
		     "{id: sam, name: S, email: sam@msp.example}]}}\n"
		     "file tenants/acme/tenant.yaml\n"
		     "\t{apiVersion: apnsctl/v1, kind: Tenant, metadata: {name: acme}, spec: "
		     "{displayName: Acme, domains: [acme.example]}}\n"
		     "\t---\n"
		     "\t{apiVersion: apnsctl/v1, kind: AppleIDAlias, "
		     "metadata: {name: apple, tenant: acme}, "
		     "spec: {appleId: a@acme.example, type: ManagedAppleID, "
		     "custodians: [alex, sam]}}\n");
	for (size_t i = 0; i < n; i++)
		buf_addf(&b,
			 "\t---\n\t{apiVersion: apnsctl/v1, kind: PushCertificate, "
			 "metadata: {name: c%zu, tenant: acme}, "
			 "spec: {appleIdRef: apple, topic: New}}\n"
			 "\t---\n\t{apiVersion: apnsctl/v1, kind: Policy, metadata: {name: p%zu, "
			 "tenant: acme}, spec: {}}\n"
			 "\t---\n\t{apiVersion: apnsctl/v1, kind: CertificateAssignment, "
			 "metadata: {name: a%zu, tenant: acme}, "
			 "spec: {certificateRef: c%zu, policyRef: p%zu}}\n",
			 i, i, i, i, i);
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "policy p%zu com.apple.mgmt.External.old-%zu\ncert gone%zu\n", i, i,
			 i);
	char *text = strdup(buf_str(&b));
	buf_release(&b);
	return text;
}

/* Comparisons for the plan, what it says of later, and its Markdown. */
static size_t work(size_t n)
{
	static struct scenario s;
	struct arena mem = ARENA_INIT;
	struct buf out = BUF_INIT(64 << 20);
	struct plan p;
	struct blast later;
	char *text = text_of(n);

	scenario_read(&s, text, "acme");
	assert_int_equal(s.want.n_cert, n);
	compared = 0;
	plan_build(&s.want, &s.actual, &s.env, true, &s.mem, &p);
	plan_later(&p, &mem, &later);
	assert_int_equal(later.n, n);
	struct kept_step *kept = arena_array(&mem, p.n, sizeof(*kept));
	for (size_t i = 0; i < p.n; i++)
		kept_step_of(&p.step[i], &mem, &kept[i]);
	assert_int_equal(p.n, 3 * n); /* a key and a request each, and what is gone */
	const struct plan_report r = { .basis = "Live",
				       .plan_hash = "ab",
				       .source_revision = "cd",
				       .step = kept,
				       .n_step = p.n,
				       .later = &later,
				       .n_later = 1 };
	plan_markdown(&r, 64 << 20, &out);
	size_t all = compared;
	buf_release(&out);
	arena_release(&mem);
	scenario_release(&s);
	free(text);
	return all;
}

static void the_work_grows_with_the_certificates(void **state)
{
	(void)state;
	size_t some = work(100), eight_times = work(800);

	if (eight_times > 13 * some) /* n log n; a square would be 64 times */
		fail_msg("%zu comparisons for 100, %zu for 800", some, eight_times);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_work_grows_with_the_certificates),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
