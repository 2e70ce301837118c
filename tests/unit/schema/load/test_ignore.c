/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/schema/repo.h"

#define ALIAS(head, comment)                                                                       \
	"apiVersion: apnsctl/v1\n"                                                                 \
	"kind: AppleIDAlias\n"                                                                     \
	"metadata: {name: push, tenant: acme}\n"                                                   \
	"spec:\n" head "  appleId: a@gmail.com" comment "\n"                                       \
	"  type: ManagedAppleID\n"                                                                 \
	"  custodians: [alex, sam]\n"                                                              \
	"  recipients: [team@msp.example]\n"                                                       \
	"  recovery: {passwordIn: Password manager}\n"
#define FILE_NAME "tenants/acme/a.yaml"
#define CONSUMER(line)                                                                             \
	FILE_NAME ":" line ":12-23 warning APN3004 AppleIDAlias/acme/push /spec/appleId: "         \
		  "gmail.com is a mail provider for private people; use an address of the "        \
		  "customer or of your own\n"
#define FORM "\"# apnsctl:ignore APN3004 -- reason\""

static void expect(const char *text, const char *wanted)
{
	repo_expect(FILE_NAME, text, LEVEL_NOTE, wanted);
}

static void what_a_comment_with_a_reason_names_is_not_told(void **state)
{
	(void)state;
	expect(ALIAS("", ""), CONSUMER("5"));
	expect(ALIAS("", " # apnsctl:ignore APN3004 -- No domain of its own"), "");
	expect(ALIAS("  # apnsctl:ignore APN3004 -- x\n\n  # The address.\n", ""), "");
	expect(ALIAS("  # apnsctl:ignore  APN3005 ,APN3004  --  x -- y\n", ""), FILE_NAME
	       ":5:21-28 warning APN1031 - -: nothing in the line below breaks APN3005; take the "
	       "ignore out\n");
}

static void it_means_one_line_and_one_rule(void **state)
{
	(void)state;
	expect(ALIAS("", "\n  # apnsctl:ignore APN3004 -- x"),
	       CONSUMER("5") FILE_NAME ":6:20-27 warning APN1031 - -: nothing in the line below "
				       "breaks APN3004; take the ignore "
				       "out\n  fix 6:1-1:  (take the ignore out)\n");
	expect(ALIAS("", " # apnsctl:ignore APN3009 -- x"), CONSUMER("5") FILE_NAME
	       ":5:41-48 warning APN1031 - -: nothing in this line breaks APN3009; take the ignore "
	       "out\n  fix 5:23-53:  (take the ignore out)\n");
}

static void one_that_is_not_whole_is_an_error_and_suppresses_nothing(void **state)
{
	(void)state;
#define BAD(comment, at, message)                                                                  \
	expect(ALIAS("", " # apnsctl:" comment),                                                   \
	       CONSUMER("5") FILE_NAME ":5:" at " error APN1030 - -: " message "\n")
	BAD("ignore APN3004", "24-48", "this ignore has no reason; write it like " FORM);
	BAD("ignore APN3004 --", "24-51", "this ignore has no reason; write it like " FORM);
	BAD("ignore APN3004: ", "24-49", "this ignore has no reason; write it like " FORM);
	BAD("ignore APN4003 because", "24-56", "this ignore has no reason; write it like " FORM);
	BAD("ignore -- x", "24-45", "this ignore lacks a code; write it like " FORM);
	BAD("ignore=APN3004 -- x", "24-53",
	    "a comment that starts with \"apnsctl:\" is written like " FORM);
	BAD("ignored APN3004 -- x", "24-54",
	    "a comment that starts with \"apnsctl:\" is written like " FORM);
	BAD("ignore APN3999 -- x", "41-48",
	    "there is no rule \"APN3999\"; an ignore is written like " FORM);
	BAD("ignore apn3004 -- x", "41-48",
	    "there is no rule \"apn3004\"; an ignore is written like " FORM);
	BAD("ignore other-topic -- x", "41-52",
	    "APN4003 other-topic is no matter of judgement and can not be ignored; mend what it "
	    "tells, and take it out here");
	BAD("ignore APN4003 -- x", "41-48",
	    "APN4003 other-topic is no matter of judgement and can not be ignored; mend what it "
	    "tells, and take it out here");
#undef BAD
	expect(ALIAS("", " # apnsctl:ignore APN3004, -- x"), FILE_NAME
	       ":5:24-54 error APN1030 - -: this ignore lacks a code; write it like " FORM "\n");
}

static void one_that_is_nearly_whole_is_told_with_what_to_write(void **state)
{
	(void)state;
#define NEARLY(comment, at, line)                                                                  \
	expect(ALIAS("", " # apnsctl:ignore " comment), CONSUMER("5") FILE_NAME                    \
	       ":5:" at " error APN1030 - -: \" -- \" stands between the "                         \
	       "rule and the reason: # apnsctl:ignore APN3004 -- " line "\n  fix 5:" at            \
	       ": # apnsctl:ignore APN3004 -- " line " (write it so)\n")
	NEARLY("APN3004 is right here", "24-62", "is right here");
	NEARLY("APN3004: is right here", "24-63", "is right here");
	NEARLY("APN3004--x", "24-51", "x");
	NEARLY("APN3004 \xe2\x80\x94 x - y", "24-56", "x - y");
	NEARLY("consumer-domain, for now", "24-65", "for now");
#undef NEARLY
	expect(ALIAS("", " # apnsctl:ignore consumer-domain -- x"), CONSUMER("5") FILE_NAME
	       ":5:41-56 error APN1030 - -: an ignore names rules by their codes; consumer-domain "
	       "is APN3004\n  fix 5:41-56: APN3004 (write the code)\n");
}

static void an_unused_one_is_not_told_beside_errors(void **state)
{
	(void)state;
	expect("# apnsctl:ignore APN3004 -- x\n" DOC("Policy", "x",
						     "  displayName: x\n  parentRef: none\n"),
	       FILE_NAME ":8:14-18 error APN2003 Policy/acme/x /spec/parentRef: there is no Policy "
			 "\"none\" in tenants/acme/; add it, or name one that exists\n");
	expect("# apnsctl:ignore APN3004\na: [\n",
	       FILE_NAME ":2:4-5 error APN1001 - -: this \"[\" is not closed; close it with \"]\"\n"
			 "  tenants/acme/a.yaml:3:1 \"]\" was expected here\n");
}

static void it_holds_for_what_only_all_tenants_together_show(void **state)
{
	(void)state;
	struct repo r;

	repo_with(&r,
		  { "tenants/globex/a.yaml",
		    "apiVersion: apnsctl/v1\nkind: AppleIDAlias\n"
		    "metadata: {name: own, tenant: globex} # apnsctl:ignore APN3007 -- One firm.\n"
		    "spec:\n"
		    "  appleId: push@appleid.acme.example # apnsctl:ignore APN3005 -- One firm.\n"
		    "  type: DistributionGroup\n  custodians: [alex, sam]\n"
		    "  recipients: [team@msp.example]\n  recovery: {passwordIn: Safe}\n"
		    "---\napiVersion: apnsctl/v1\nkind: PushCertificate\n"
		    "metadata: {name: two, tenant: globex}\nspec:\n  appleIdRef: own\n"
		    "  topic: com.apple.mgmt.External.a2f31a9c-5a4b-4e0e-8b1e-7d5a1f6c2b39\n"
		    "  serverRefs: [{name: nano}]\n" });
	assert_string_equal(repo_text(&r, LEVEL_WARNING), "");
	repo_release(&r);
}

static void nothing_that_stops_a_write_can_be_ignored(void **state)
{
	(void)state;
	size_t n;
	const struct rule *rule = rules_all(&n);

	for (size_t i = 0; i < n; i++)
		if (rule_can_be_ignored(rule[i].code) &&
		    (rule[i].level == LEVEL_ERROR || rule[i].stop != STOP_NOTHING))
			fail_msg("APN%u stops writes and can be ignored", rule[i].code);
	assert_true(rule_can_be_ignored(RULE_CONSUMER_DOMAIN));
	assert_false(rule_can_be_ignored(RULE_BAD_IGNORE));
	assert_false(rule_can_be_ignored(RULE_UNUSED_IGNORE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_comment_with_a_reason_names_is_not_told),
		cmocka_unit_test(it_means_one_line_and_one_rule),
		cmocka_unit_test(one_that_is_not_whole_is_an_error_and_suppresses_nothing),
		cmocka_unit_test(one_that_is_nearly_whole_is_told_with_what_to_write),
		cmocka_unit_test(an_unused_one_is_not_told_beside_errors),
		cmocka_unit_test(it_holds_for_what_only_all_tenants_together_show),
		cmocka_unit_test(nothing_that_stops_a_write_can_be_ignored),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
