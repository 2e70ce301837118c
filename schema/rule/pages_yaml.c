/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/rule/pages_part.h"

#define YAML_SPEC "YAML 1.2.2, https://yaml.org/spec/1.2.2/"

/* An alias with a comment behind its address. */
#define NOTED(address, comment)                                                                    \
	"apiVersion: apnsctl/v1\nkind: AppleIDAlias\nmetadata: {name: push, tenant: acme}\n"       \
	"spec:\n  appleId: " address comment "\n  type: ManagedAppleID\n"                          \
	"  custodians: [alex, sam]\n  recipients: [team@msp.example]\n"                            \
	"  recovery: {passwordIn: Password manager}\n"
#define AT_GMAIL "acme.push@gmail.com"

static const struct rule_page pages[] = {
	{ 1001,
	  "What is not YAML can not be read at all, so something of the tenant may be missing. The "
	  "other documents of the file are still read.",
	  .bad.yaml = "kind: Policy\nmetadata: {name: lab\nspec: {}\n",
	  .good.yaml = POLICY("lab", ""), .source = YAML_SPEC },
	{ 1002,
	  "Editors that save in another encoding change names without anybody seeing it. A byte "
	  "order mark at the start of the file is accepted.",
	  .bad.yaml = "# caf\xc3\xa9\n" POLICY("lab", ""),
	  .bad.files = RULE_PAGE_FILE ": in ISO 8859-1\n",
	  .good.yaml = "# caf\xc3\xa9\n" POLICY("lab", ""), .source = YAML_SPEC },
	{ 1003,
	  "Control characters are invisible in a review, and some of them end a text where the "
	  "reviewer reads on.",
	  .bad.yaml = "# ring\x07\n" POLICY("lab", ""), .good.yaml = "# ring\n" POLICY("lab", "") },
	{ 1004,
	  "With invisible or direction-changing characters two names look the same and are not, or "
	  "a line reads differently from what it does.",
	  .bad.yaml = POLICY("lab", "displayName: La\xe2\x80\x8b"
				    "b"),
	  .good.yaml = POLICY("lab", "displayName: Lab"),
	  .source = "Trojan Source, https://trojansource.codes/" },
	{ 1005,
	  "YAML once took other characters for line breaks. Editors and reviewers do not, so what "
	  "looks like a comment could be a key.",
	  .bad.yaml = "# a comment\xe2\x80\xa8"
		      "of two lines\n" POLICY("lab", ""),
	  .good.yaml = "# a comment\n# of two lines\n" POLICY("lab", ""), .source = YAML_SPEC },
	{ 1006, "Directives change how the rest of a file is read, and no manifest needs them.",
	  .bad.yaml = "%YAML 1.1\n---\n" POLICY("lab", ""), .good.yaml = POLICY("lab", ""),
	  .source = YAML_SPEC },
	{ 1007,
	  "A manifest that large is no manifest; several smaller ones are easier to review as "
	  "well. The limits also keep one file from stopping everybody's run.",
	  .bad.files = RULE_PAGE_FILE ": 100001 lines of \"#\"\n", .good.yaml = POLICY("lab", "") },
	{ 1008,
	  "Deep nesting and huge documents are how parsers are attacked. Manifests need five "
	  "levels.",
	  .bad.yaml = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n",
	  .good.yaml = POLICY("lab", "") },
	{ 1009,
	  "An anchor or merge key takes text from elsewhere, so that a line in a review says less "
	  "than it does. Write the value out.",
	  .bad.yaml = POLICY("lab", "displayName: &name Lab"),
	  .good.yaml = POLICY("lab", "displayName: Lab"), .source = YAML_SPEC },
	{ 1010, "The field decides how its value is read; a tag can only contradict it.",
	  .bad.yaml = POLICY("lab", "displayName: !!str Lab"),
	  .good.yaml = POLICY("lab", "displayName: Lab"), .source = YAML_SPEC },
	{ 1011,
	  "Readers of YAML differ in which of the two counts, so the reviewer and the controller "
	  "could see different values.",
	  .bad.yaml = POLICY("lab", "displayName: Lab, displayName: Labor"),
	  .good.yaml = POLICY("lab", "displayName: Lab"), .source = YAML_SPEC },
	{ 1012, "Keys are fixed words; a list or a mapping as a key is always a mistake.",
	  .bad.yaml = POLICY("lab", "? [displayName] : Lab"),
	  .good.yaml = POLICY("lab", "displayName: Lab"), .source = YAML_SPEC },
	{ 1013, "An empty document is harmless, but often something was meant to stand there.",
	  .bad.yaml = POLICY("lab", "") NEXT NEXT POLICY("office", ""),
	  .good.yaml = POLICY("lab", "") NEXT POLICY("office", "") },
	{ 1014, "Every document says what it is: apiVersion, kind, metadata, spec.",
	  .bad.yaml = "- kind: Policy\n", .good.yaml = POLICY("lab", "") },
	{ 1015,
	  "A misspelt key that is passed over in silence is a setting that is not there. The "
	  "message names the nearest known key.",
	  .bad.yaml = POLICY("lab", "displayname: Lab"),
	  .good.yaml = POLICY("lab", "displayName: Lab") },
	{ 1016, "Without this key nobody could know what is meant, and no default would be safe.",
	  .bad.yaml = CERTIFICATE("push", "displayName: Acme"),
	  .good.yaml = CERTIFICATE("push", "topic: New") },
	{ 1017, "A list where a text belongs, or the other way round.",
	  .bad.yaml = POLICY("lab", "displayName: [Lab]"),
	  .good.yaml = POLICY("lab", "displayName: Lab") },
	{ 1018, "The message says which form the value has to have, with an example.",
	  .bad.yaml = CERTIFICATE("push", "topic: New, renewBefore: 6 weeks"),
	  .good.yaml = CERTIFICATE("push", "topic: New, renewBefore: 42d") },
	{ 1019, "The kinds are a fixed list; `apnsctl schema` shows them.",
	  .bad.yaml = DOCUMENT("Polizy", "name: lab, tenant: acme", ""),
	  .good.yaml = POLICY("lab", "") },
	{ 1020, "Another version of the manifests may mean something else by the same words.",
	  .bad.yaml = "apiVersion: apnsctl/v9\nkind: Policy\nmetadata: {name: lab, tenant: "
		      "acme}\nspec: {}\n",
	  .good.yaml = POLICY("lab", "") },
	{ 1021,
	  "The controller writes what it sees to its own branch. A status in a manifest would be a "
	  "person's guess, and nobody would know.",
	  .bad.yaml = POLICY("lab", "") "status: {phase: Active}\n",
	  .good.yaml = POLICY("lab", "") },
	{ 1022,
	  "apnsctl reads the text as it stands, but other tools on the same file read a boolean, a "
	  "number, a date or nothing. Quotes make all of them agree.",
	  .bad.yaml = POLICY("lab", "displayName: no"),
	  .good.yaml = POLICY("lab", "displayName: \"no\""),
	  .source = "The Norway problem, YAML 1.1, https://yaml.org/type/bool.html" },
	{ 1023, "Two of these keys would contradict each other, and none of them says nothing.",
	  .bad.yaml = ASSIGNMENT("all", "certificateRef: main"),
	  .good.yaml = CERTIFICATE("push", "topic: New") NEXT POLICY("lab", "")
	      NEXT ASSIGNMENT("all", "certificateRef: push, policyRef: lab") },
	{ 1024,
	  "Past a hundred findings the first ones are worth mending before the rest is read. "
	  "Errors are listed before the rest. This one is an error, a warning or a note as "
	  "the worst of those that are left out.",
	  .bad.files = RULE_PAGE_FILE ": 101 lines of \"--- []\"\n", .also = "APN1001",
	  .good.yaml = POLICY("lab", "") },
	{ 1025, "Without the space YAML takes key and value for one word.",
	  .bad.yaml = "apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: lab, tenant: acme}\n"
		      "spec:\n  displayName:Lab\n",
	  .good.yaml = "apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: lab, tenant: acme}\n"
		       "spec:\n  displayName: Lab\n",
	  .source = YAML_SPEC },
	{ 1026,
	  "Cyrillic and Greek letters look like Latin ones and are others: a search for the name "
	  "does not find it, and a name can pass for another one. A word that is written in one "
	  "script all through is left alone.",
	  .bad.yaml = POLICY("lab", "displayName: \"Lab of \\u0410cme\""),
	  .good.yaml = POLICY("lab", "displayName: Lab of Acme"),
	  .source = "Unicode Technical Standard 39, Unicode Security Mechanisms" },
	{ 1030,
	  "Who reads the line next year has to see why it is right as it is. Errors, and all that "
	  "protects a topic or another customer, can not be ignored; a mistake in the comment must "
	  "not look as if it worked.",
	  .bad.yaml = NOTED(AT_GMAIL, " # apnsctl:ignore APN3004"), .also = "APN3004",
	  .good.yaml =
	      NOTED(AT_GMAIL, " # apnsctl:ignore APN3004 -- The customer has no domain.") },
	{ 1031,
	  "An ignore that suppresses nothing would suppress the next mistake in its place. "
	  "`apnsctl lint --fix` takes it out.",
	  .bad.yaml = NOTED("push@acme.example", " # apnsctl:ignore APN3004 -- Was at Gmail once."),
	  .good.yaml = NOTED("push@acme.example", "") },
};

const struct page_table pages_yaml = PAGE_TABLE(pages);
