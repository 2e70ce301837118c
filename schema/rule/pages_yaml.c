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
	  NULL, "kind: Policy\nmetadata: {name: lab\nspec: {}\n", POLICY("lab", ""), YAML_SPEC },
	{ 1002,
	  "Editors that save in another encoding change names without anybody seeing it. A byte "
	  "order mark at the start of the file is accepted.",
	  NULL, "# caf\xe9\n" POLICY("lab", ""), "# caf\xc3\xa9\n" POLICY("lab", ""), YAML_SPEC },
	{ 1003,
	  "Control characters are invisible in a review, and some of them end a text where the "
	  "reviewer reads on.",
	  NULL, POLICY("lab", "displayName: \"Lab\\a\""), POLICY("lab", "displayName: Lab"), NULL },
	{ 1004,
	  "With invisible or direction-changing characters two names look the same and are not, or "
	  "a line reads differently from what it does.",
	  NULL,
	  POLICY("lab", "displayName: La\xe2\x80\x8b"
			"b"),
	  POLICY("lab", "displayName: Lab"), "Trojan Source, https://trojansource.codes/" },
	{ 1005,
	  "YAML once took other characters for line breaks. Editors and reviewers do not, so what "
	  "looks like a comment could be a key.",
	  NULL,
	  "# a comment\xe2\x80\xa8"
	  "of two lines\n" POLICY("lab", ""),
	  "# a comment\n# of two lines\n" POLICY("lab", ""), YAML_SPEC },
	{ 1006, "Directives change how the rest of a file is read, and no manifest needs them.",
	  NULL, "%YAML 1.1\n---\n" POLICY("lab", ""), POLICY("lab", ""), YAML_SPEC },
	{ 1007,
	  "A manifest that large is no manifest. The limit also keeps one file from stopping "
	  "everybody's run.",
	  NULL, NULL, NULL, NULL },
	{ 1008,
	  "Deep nesting and huge documents are how parsers are attacked. Manifests need five "
	  "levels.",
	  NULL, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n",
	  POLICY("lab", ""), NULL },
	{ 1009,
	  "An anchor or merge key takes text from elsewhere, so that a line in a review says less "
	  "than it does. Write the value out.",
	  NULL, POLICY("lab", "displayName: &name Lab"), POLICY("lab", "displayName: Lab"),
	  YAML_SPEC },
	{ 1010, "The field decides how its value is read; a tag can only contradict it.", NULL,
	  POLICY("lab", "displayName: !!str Lab"), POLICY("lab", "displayName: Lab"), YAML_SPEC },
	{ 1011,
	  "Readers of YAML differ in which of the two counts, so the reviewer and the controller "
	  "could see different values.",
	  NULL, POLICY("lab", "displayName: Lab, displayName: Labor"),
	  POLICY("lab", "displayName: Lab"), YAML_SPEC },
	{ 1012, "Keys are fixed words; a list or a mapping as a key is always a mistake.", NULL,
	  POLICY("lab", "? [displayName] : Lab"), POLICY("lab", "displayName: Lab"), YAML_SPEC },
	{ 1013, "An empty document is harmless, but often something was meant to stand there.",
	  NULL, POLICY("lab", "") NEXT NEXT POLICY("office", ""),
	  POLICY("lab", "") NEXT POLICY("office", ""), NULL },
	{ 1014, "Every document says what it is: apiVersion, kind, metadata, spec.", NULL,
	  "- kind: Policy\n", POLICY("lab", ""), NULL },
	{ 1015,
	  "A misspelt key that is passed over in silence is a setting that is not there. The "
	  "message names the nearest known key.",
	  NULL, POLICY("lab", "displayname: Lab"), POLICY("lab", "displayName: Lab"), NULL },
	{ 1016, "Without this key nobody could know what is meant, and no default would be safe.",
	  NULL, CERTIFICATE("push", "displayName: Acme"), CERTIFICATE("push", "topic: New"), NULL },
	{ 1017, "A list where a text belongs, or the other way round.", NULL,
	  POLICY("lab", "displayName: [Lab]"), POLICY("lab", "displayName: Lab"), NULL },
	{ 1018, "The message says which form the value has to have, with an example.", NULL,
	  CERTIFICATE("push", "topic: New, renewBefore: 6 weeks"),
	  CERTIFICATE("push", "topic: New, renewBefore: 42d"), NULL },
	{ 1019, "The kinds are a fixed list; `apnsctl schema` shows them.", NULL,
	  DOCUMENT("Polizy", "name: lab, tenant: acme", ""), POLICY("lab", ""), NULL },
	{ 1020, "Another version of the manifests may mean something else by the same words.", NULL,
	  "apiVersion: apnsctl/v9\nkind: Policy\nmetadata: {name: lab, tenant: acme}\nspec: {}\n",
	  POLICY("lab", ""), NULL },
	{ 1021,
	  "The controller writes what it sees to its own branch. A status in a manifest would be a "
	  "person's guess, and nobody would know.",
	  NULL, POLICY("lab", "") "status: {phase: Active}\n", POLICY("lab", ""), NULL },
	{ 1022,
	  "apnsctl reads the text as it stands, but other tools on the same file read a boolean, a "
	  "number, a date or nothing. Quotes make all of them agree.",
	  NULL, POLICY("lab", "displayName: no"), POLICY("lab", "displayName: \"no\""),
	  "The Norway problem, YAML 1.1, https://yaml.org/type/bool.html" },
	{ 1023, "Two of these keys would contradict each other, and none of them says nothing.",
	  NULL, ASSIGNMENT("all", "certificateRef: push, policyRef: lab, scope: Global"),
	  CERTIFICATE("push", "topic: New") NEXT POLICY("lab", "")
	      NEXT ASSIGNMENT("all", "certificateRef: push, policyRef: lab"),
	  NULL },
	{ 1024,
	  "Past a hundred findings the first ones are worth mending before the rest is read. "
	  "Errors are listed before the rest. This one is an error, a warning or a note as the "
	  "worst of those that are left out.",
	  NULL, NULL, NULL, NULL },
	{ 1025, "Without the space YAML takes key and value for one word.", NULL,
	  "apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: lab, tenant: acme}\n"
	  "spec:\n  displayName:Lab\n",
	  "apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: lab, tenant: acme}\n"
	  "spec:\n  displayName: Lab\n",
	  YAML_SPEC },
	{ 1026,
	  "Cyrillic and Greek letters look like Latin ones and are others: a search for the name "
	  "does not find it, and a name can pass for another one. A word that is written in one "
	  "script all through is left alone.",
	  NULL, POLICY("lab", "displayName: \"Lab of \\u0410cme\""),
	  POLICY("lab", "displayName: Lab of Acme"),
	  "Unicode Technical Standard 39, Unicode Security Mechanisms" },
	{ 1030,
	  "Who reads the line next year has to see why it is right as it is. Errors, and all that "
	  "protects a topic or another customer, can not be ignored; a mistake in the comment must "
	  "not look as if it worked.",
	  NULL, NOTED(AT_GMAIL, " # apnsctl:ignore APN3004"),
	  NOTED(AT_GMAIL, " # apnsctl:ignore APN3004 -- The customer has no domain."), NULL },
	{ 1031,
	  "An ignore that suppresses nothing would suppress the next mistake in its place. "
	  "`apnsctl lint --fix` takes it out.",
	  NULL, NOTED("push@acme.example", " # apnsctl:ignore APN3004 -- Was at Gmail once."),
	  NOTED("push@acme.example", ""), NULL },
};

const struct page_table pages_yaml = PAGE_TABLE(pages);
