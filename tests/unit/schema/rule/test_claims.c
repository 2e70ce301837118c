/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/schema/repo.h"

#include <malloc.h>

/* Tenant globex with a certificate "devices". */
#define GLOBEX(spec)                                                                               \
	"apiVersion: apnsctl/v1\nkind: Tenant\nmetadata: {name: globex}\n"                         \
	"spec: {displayName: G, contacts: [a@globex.example], appleProgram: None, "                \
	"domains: [globex.example]}\n---\n"                                                        \
	"apiVersion: apnsctl/v1\nkind: PushCertificate\nmetadata:\n  name: devices\n  tenant: "    \
	"globex\n"                                                                                 \
	"spec:\n  certificateFile: certs/apns.pem\n" spec
#define NANO "  serverRefs: [{name: nano}]\n"
#define ALIAS "  appleIdRef: globex-push\n"
#define G "tenants/globex/globex.yaml"
#define PEM "tenants/globex/certs/apns.pem"

static void a_topic_of_another_customer_is_charged_to_the_later_one(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { G, GLOBEX(NANO ALIAS "  topic: " TOPIC_A "\n") },
		  { PEM, "topic=" TOPIC_A " serial=0B01" });
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    G ":15:10-70 error APN4005 PushCertificate/globex/devices /spec/topic: the "
	      "topic belongs to PushCertificate/acme/push already; one topic is one "
	      "certificate of one customer, so correct the wrong one\n"
	      "  tenants/acme/push.yaml:8:10 PushCertificate/acme/push has it first\n");
	repo_release(&r);
}

static void a_file_alone_claims_its_topic_too(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { G, GLOBEX(NANO ALIAS "  topic: New\n") },
		  { PEM, "topic=" TOPIC_A " serial=0B01" });
	assert_string_equal(
	    repo_text(&r, LEVEL_ERROR),
	    PEM ":0:0-0 error APN4005 PushCertificate/globex/devices -: this certificate has "
		"the topic of PushCertificate/acme/push; take it out of tenants/globex/\n"
		"  tenants/acme/push.yaml:8:10 PushCertificate/acme/push pins it\n");
	repo_release(&r);
}

/* The one certificate file for acme and globex, acme's first by name; what is told of it. */
static const char *told_of_one_file(struct repo *r, const char *acme, const char *globex)
{
	repo_with(r, { "tenants/acme/push.yaml", acme }, { G, globex },
		  { PEM, "topic=" TOPIC_A " serial=0A01" });
	return repo_text(r, LEVEL_NOTE);
}

static void a_file_is_that_of_the_one_who_pins_its_topic(void **state)
{
	(void)state;
	struct repo r;

	assert_string_equal(
	    told_of_one_file(&r, CERT("push", "  topic: New\n"),
			     GLOBEX(NANO ALIAS "  topic: " TOPIC_A "\n")),
	    "tenants/acme/push.pem:0:0-0 error APN4007 PushCertificate/acme/push -: this is the "
	    "certificate of PushCertificate/globex/devices; take it out of tenants/acme/\n"
	    "  " PEM ":0:0 PushCertificate/globex/devices pins its topic\n");
	repo_release(&r);
	/* also against one that pins another topic, which the file does not have: APN4003 is the
	 * same mistake */
	assert_string_equal(
	    told_of_one_file(&r, CERT("push", "  topic: " TOPIC_B "\n"),
			     GLOBEX(NANO ALIAS "  topic: " TOPIC_A "\n")),
	    "tenants/acme/push.pem:0:0-0 error APN4007 PushCertificate/acme/push -: this is the "
	    "certificate of PushCertificate/globex/devices; take it out of tenants/acme/\n"
	    "  " PEM ":0:0 PushCertificate/globex/devices pins its topic\n");
	repo_release(&r);
}

/* The claims of a repository of which only globex is known from elsewhere. */
static const struct finding *charged(struct repo *r, const struct want_tenant *base,
				     const char *known, struct findings *fs)
{
	struct claims *c = claims_new();

	r->want[1].cert[0].known_topic = known;
	claims_add(c, &r->want[0], NULL);
	claims_add(c, &r->want[1], base);
	claims_check(c, fs);
	claims_settle(c, &r->findings[1]);
	claims_free(c);
	assert_int_equal(fs->n, 1);
	return &fs->item[0];
}

static void without_a_pin_the_status_branch_tells_and_then_the_base(void **state)
{
	(void)state;
	struct repo r;

	told_of_one_file(&r, CERT("push", "  topic: New\n"), GLOBEX(NANO ALIAS "  topic: New\n"));
	struct findings fs = FINDINGS_INIT(&r.mem), by_base = fs, by_order = fs;
	const struct finding *f = charged(&r, NULL, TOPIC_A, &fs);
	assert_string_equal(f->file, "tenants/acme/push.pem");
	assert_string_equal(f->related[0].text,
			    "PushCertificate/globex/devices has it, by the status branch");
	f = charged(&r, &r.want[1], NULL, &by_base);
	assert_string_equal(f->file, "tenants/acme/push.pem");
	assert_string_equal(f->related[0].text,
			    "PushCertificate/globex/devices had it in the base revision");
	f = charged(&r, NULL, NULL, &by_order);
	assert_string_equal(f->file, PEM);
	assert_string_equal(f->related[0].text, "PushCertificate/acme/push has it first");
	repo_release(&r);
}

static void what_the_controller_published_counts_more_than_a_pin(void **state)
{
	(void)state;
	struct repo r;

	told_of_one_file(&r, CERT("push", "  topic: " TOPIC_A "\n"),
			 GLOBEX(NANO ALIAS "  topic: New\n"));
	struct findings fs = FINDINGS_INIT(&r.mem);
	assert_string_equal(charged(&r, NULL, TOPIC_A, &fs)->file, "tenants/acme/push.yaml");
	repo_release(&r);
}

static void a_serial_number_is_one_of_its_issuer(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { G, GLOBEX(NANO ALIAS "  topic: " TOPIC_B "\n") },
		  { PEM, "topic=" TOPIC_B " serial=0A01 issuer=Another" });
	assert_null(strstr(repo_text(&r, LEVEL_NOTE), "APN4007"));
	repo_release(&r);
}

/* How many of the findings suggest to pin a topic. */
static size_t count_pins(const struct findings *fs)
{
	size_t n = 0;

	for (size_t i = 0; i < fs->n; i++)
		n += fs->item[i].rule->code == RULE_UNPINNED_TOPIC && fs->item[i].fix;
	return n;
}

static void no_pin_is_suggested_where_another_certificate_claims_the_same(void **state)
{
	(void)state;
	static const char *const files[] = { "topic=" TOPIC_A " serial=0B01",
					     "topic=" TOPIC_B " serial=0B01 key=0A01",
					     "topic=" TOPIC_B " serial=0A01 key=0B01" };
	struct repo r;

	repo_with(&r, { G, GLOBEX(NANO ALIAS "  topic: New\n") });
	assert_int_equal(count_pins(&r.findings[1]), 1);
	repo_release(&r);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		repo_with(&r, { G, GLOBEX(NANO ALIAS "  topic: New\n") }, { PEM, files[i] });
		assert_int_equal(count_pins(&r.findings[1]), 0);
		repo_release(&r);
	}
	/* nor to the one that has it first */
	repo_with(&r, { "tenants/acme/push.yaml", CERT("push", "  topic: New\n") },
		  { PEM, "topic=" TOPIC_A " serial=0B01" });
	assert_int_equal(count_pins(&r.findings[0]), 0);
	repo_release(&r);
}

static void a_key_or_a_certificate_is_one_customers(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { PEM, "topic=" TOPIC_B " serial=0B01 key=0A01" });
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    PEM ":0:0-0 error APN4006 PushCertificate/globex/devices -: the public key "
		"is also that of PushCertificate/acme/push; each certificate has a key of "
		"its own, so make a new request and renew\n"
		"  tenants/acme/push.pem:0:0 PushCertificate/acme/push has it first\n");
	repo_release(&r);
	repo_with(&r, { PEM, "topic=" TOPIC_B " serial=0A01" });
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    PEM ":0:0-0 error APN4007 PushCertificate/globex/devices -: this "
		"certificate is also there for PushCertificate/acme/push; keep it where "
		"its topic belongs\n"
		"  tenants/acme/push.pem:0:0 PushCertificate/acme/push has it first\n");
	repo_release(&r);
}

static void an_account_on_a_server_is_one_customers(void **state)
{
	(void)state;
	struct repo r;

	repo_with(
	    &r,
	    { "servers/servers.yaml",
	      "apiVersion: apnsctl/v1\nkind: MDMServer\nmetadata: {name: intune}\n"
	      "spec: {type: Intune, tenants: [\"*\"]}\n---\n"
	      "apiVersion: apnsctl/v1\nkind: MDMServer\nmetadata: {name: nano}\n"
	      "spec: {type: NanoMDM, url: \"https://m.example\", tenants: [\"*\"]}\n" },
	    { "tenants/acme/push.yaml",
	      CERT("push", "  topic: " TOPIC_A "\n"
			   "  serverRefs: [{name: intune, account: globex.onmicrosoft.com}]\n") });
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    G ":22:16-38 error APN2021 PushCertificate/globex/devices -: the account on "
	      "the server belongs to PushCertificate/acme/push already; one account is "
	      "one customer's, so correct the wrong one\n"
	      "  tenants/acme/push.yaml:8:40 PushCertificate/acme/push has it first\n");
	repo_release(&r);
}

static void an_own_account_at_apple_of_two_customers_is_a_warning(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r, { G, GLOBEX(NANO "  appleIdRef: own\n  topic: " TOPIC_B "\n"
				       "---\napiVersion: apnsctl/v1\nkind: AppleIDAlias\n"
				       "metadata: {name: own, tenant: globex}\n"
				       "spec: {appleId: PUSH@appleid.acme.example, type: "
				       "DistributionGroup, custodians: [alex, sam], recipients: "
				       "[a@globex.example], recovery: {passwordIn: x}}\n") });
	assert_string_equal(
	    repo_text(&r, LEVEL_WARNING),
	    G ":20:17-42 warning APN3005 AppleIDAlias/globex/own /spec/appleId: "
	      "appleid.acme.example is in neither the domains of the Tenant nor the "
	      "appleIdDomains of the Organization; add it to one of them, or use another "
	      "address\n" G ":19:18-21 warning APN3007 PushCertificate/globex/devices -: the Apple "
	      "Account also serves PushCertificate/acme/push: their rows at the portal look "
	      "alike, and one lost account stops both; use an account for each customer\n"
	      "  tenants/acme/tenant.yaml:17:9 PushCertificate/acme/push has it first\n");
	repo_release(&r);
}

static void a_single_organization_has_one_tenant(void **state)
{
	(void)state;
	struct repo r;

	repo_with(
	    &r,
	    { "organization.yaml",
	      "apiVersion: apnsctl/v1\nkind: Organization\nmetadata: {name: own}\n"
	      "spec: {mode: SingleOrganization, people: [{id: alex}, {id: sam}, {id: kim}]}\n" });
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    G ":4:9-15 error APN2020 Tenant/globex -: mode SingleOrganization has one "
	      "tenant, and tenant acme is there already; take one of them out, or use "
	      "mode MultiTenant\n"
	      "  tenants/acme/tenant.yaml:4:9 tenant acme has it first\n");
	repo_release(&r);
}

static void what_moves_between_tenants_has_left_the_old_one(void **state)
{
	(void)state;
	struct repo r;

	repo_with(
	    &r,
	    { "tenants/acme/z.yaml",
	      "apiVersion: apnsctl/v1\nkind: PushCertificate\n"
	      "metadata: {name: z, tenant: acme, previousNames: [globex/devices, globex/gone]}\n"
	      "spec: {appleIdRef: apple, topic: " TOPIC_A "1}\n" });
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    "tenants/acme/z.yaml:3:51-65 error APN2024 PushCertificate/acme/z -: the "
	    "previous name still belongs to PushCertificate/globex/devices, so nothing "
	    "was moved; take the old document out in the same change\n"
	    "  " G ":13:9 PushCertificate/globex/devices has it first\n");
	repo_release(&r);
}

static void the_order_of_the_tenants_does_not_matter(void **state)
{
	(void)state;
	struct repo r;
	struct claims *c = claims_new();

	repo_with(&r, { PEM, "topic=" TOPIC_B " serial=0A01" });
	struct findings again = FINDINGS_INIT(&r.mem);
	claims_add(c, &r.want[1], NULL);
	claims_add(c, &r.want[0], NULL);
	claims_check(c, &again);
	assert_int_equal(again.n, 1);
	assert_string_equal(again.item[0].file, PEM);
	claims_free(c);
	repo_release(&r);
}

static void ten_thousand_tenants_cost_little_memory(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct findings fs = FINDINGS_INIT(&a);
	size_t before = mallinfo2().uordblks;
	struct claims *c = claims_new();
	char name[32], topic[96];

	for (unsigned i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "t%u", i);
		snprintf(topic, sizeof(topic), "com.apple.mgmt.External.%036u", i / 2);
		struct push_certificate object = { 0 };
		struct want_cert cert = { .ref = { KIND_PushCertificate, name, "push" },
					  .object = &object,
					  .topic = topic,
					  .from = { name, { 1, 1, 2 } } };
		struct want_tenant t = {
			.name = name, .from = { name, { 1, 1, 2 } }, .cert = &cert, .n_cert = 1
		};
		claims_add(c, &t, NULL);
	}
	size_t used = mallinfo2().uordblks - before;
	assert_true(used / 10000 < 512);
	claims_check(c, &fs);
	assert_int_equal(fs.n, 5000);
	claims_free(c);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_topic_of_another_customer_is_charged_to_the_later_one),
		cmocka_unit_test(a_file_alone_claims_its_topic_too),
		cmocka_unit_test(a_file_is_that_of_the_one_who_pins_its_topic),
		cmocka_unit_test(without_a_pin_the_status_branch_tells_and_then_the_base),
		cmocka_unit_test(what_the_controller_published_counts_more_than_a_pin),
		cmocka_unit_test(a_serial_number_is_one_of_its_issuer),
		cmocka_unit_test(no_pin_is_suggested_where_another_certificate_claims_the_same),
		cmocka_unit_test(a_key_or_a_certificate_is_one_customers),
		cmocka_unit_test(an_account_on_a_server_is_one_customers),
		cmocka_unit_test(an_own_account_at_apple_of_two_customers_is_a_warning),
		cmocka_unit_test(a_single_organization_has_one_tenant),
		cmocka_unit_test(what_moves_between_tenants_has_left_the_old_one),
		cmocka_unit_test(the_order_of_the_tenants_does_not_matter),
		cmocka_unit_test(ten_thousand_tenants_cost_little_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
