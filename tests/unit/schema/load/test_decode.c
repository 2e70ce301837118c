/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "schema/base/clock.h"
#include "schema/base/text.h"
#include "schema/kind/config.h"
#include "schema/load/decode.h"
#include "schema/load/scalar.h"
#include "schema/yaml/doc.h"
#include "tests/unit/schema/told.h"

static struct arena mem;
static struct findings found;

/* Decodes the first document; the nodes are gone afterwards, as in real use. */
static struct object *decode_text(const char *yaml)
{
	struct arena scratch = ARENA_INIT;
	struct yaml_file file;
	struct object *o = NULL;

	arena_release(&mem);
	found = (struct findings)FINDINGS_INIT(&mem);
	yaml_parse("a.yaml", yaml, strlen(yaml), &scratch, &found, &file);
	if (file.n_doc)
		o = decode("a.yaml", file.doc[0].root, &mem, &found);
	arena_release(&scratch);
	return o;
}

#define TOLD(text) assert_string_equal(told(&mem, &found), text)

struct trap {
	const char *yaml, *told;
};

static void spring(const char *head, const struct trap *trap, size_t n)
{
	char yaml[2048];

	for (size_t i = 0; i < n; i++) {
		snprintf(yaml, sizeof(yaml), "%s%s", head, trap[i].yaml);
		decode_text(yaml);
		TOLD(trap[i].told);
	}
}

#define SPRING(head, traps) spring(head, traps, sizeof(traps) / sizeof(traps[0]))

#define PUSH                                                                                       \
	"apiVersion: apnsctl/v1\nkind: PushCertificate\nmetadata: {name: push, tenant: acme}\n"    \
	"spec:\n  appleIdRef: id\n  topic: New\n"
#define ORGANIZATION                                                                               \
	"apiVersion: apnsctl/v1\nkind: Organization\nmetadata: {name: msp}\n"                      \
	"spec:\n  mode: MultiTenant\n"
#define ASSIGNMENT                                                                                 \
	"apiVersion: apnsctl/v1\nkind: CertificateAssignment\n"                                    \
	"metadata: {name: a, tenant: acme}\nspec: "
#define SERVER                                                                                     \
	"apiVersion: apnsctl/v1\nkind: MDMServer\nmetadata: {name: mdm}\nspec:\n  type: NanoMDM\n"

static void assert_pos(struct pos p, unsigned line, unsigned col, unsigned end)
{
	assert_int_equal(p.line, line);
	assert_int_equal(p.col, col);
	assert_int_equal(p.end, end);
}

static void a_manifest_becomes_an_object_with_places(void **state)
{
	(void)state;
	struct push_certificate *c = (struct push_certificate *)decode_text(
	    PUSH "  keyHeldBy: Server\n"
		 "  confirmedInstall: {serial: \"73FA\", by: alex, date: 2026-11-24}\n"
		 "  renewBefore: 60d\n"
		 "  serverRefs:\n"
		 "  - name: mdm\n"
		 "    account: 'x'\n"
		 "  - {name: nano}\n");
	TOLD("");
	assert_int_equal(c->head.kind, KIND_PushCertificate);
	assert_string_equal(c->head.file, "a.yaml");
	assert_pos(c->head.at, 2, 7, 22);
	assert_string_equal(c->head.meta.name.s, "push");
	assert_pos(c->head.meta.name.at, 3, 18, 22);
	assert_string_equal(c->head.meta.tenant.s, "acme");
	assert_pos(c->head.spec_at, 4, 1, 5);
	assert_string_equal(c->topic.s, "New");
	assert_pos(c->topic.at, 6, 10, 13);
	assert_int_equal(c->key_held_by.v, KEY_HELD_Server);
	assert_pos(c->confirmed_install->at, 8, 3, 19);
	assert_string_equal(c->confirmed_install->serial.s, "73FA");
	assert_int_equal(c->confirmed_install->date.v, INT64_C(1795478400));
	assert_int_equal(c->bands.renew_before.v, 60 * DAY_S);
	assert_int_equal(c->server_refs.n, 2);
	assert_pos(c->server_refs.at, 10, 3, 13);
	const struct server_ref *refs = c->server_refs.item;
	assert_string_equal(refs[0].name.s, "mdm");
	assert_string_equal(refs[0].account.s, "x");
	assert_pos(refs[0].account.at, 12, 14, 17);
	assert_string_equal(refs[1].name.s, "nano");
	assert_null(refs[1].account.s);
}

static void what_is_not_written_has_its_default_and_no_place(void **state)
{
	(void)state;
	struct push_certificate *c = (struct push_certificate *)decode_text(PUSH);
	TOLD("");
	assert_int_equal(c->key_held_by.v, KEY_HELD_UNSET);
	assert_int_equal(c->key_rotation.v, ROTATION_Always);
	assert_int_equal(c->key_rotation.at.line, 0);
	assert_null(c->certificate_file.s);
	assert_null(c->allow_topic_change);
	struct organization *o = (struct organization *)decode_text(ORGANIZATION);
	TOLD("");
	assert_int_equal(o->bands.renew_before.v, 45 * DAY_S);
	struct mdm_server *s = (struct mdm_server *)decode_text(SERVER);
	assert_string_equal(s->options->path_prefix.s, "/v1");
	assert_int_equal(s->options->at.line, 0);
	s = (struct mdm_server *)decode_text(SERVER "  options: {user: me}\n");
	assert_string_equal(s->options->path_prefix.s, "/v1");
	assert_string_equal(s->options->user.s, "me");
	assert_int_equal(s->options->at.line, 6);
}

static void metadata_has_labels_and_old_names(void **state)
{
	(void)state;
	struct object *o = decode_text("apiVersion: apnsctl/v1\nkind: Policy\nmetadata:\n"
				       "  name: p\n  tenant: acme\n"
				       "  previousNames: [old, other/old]\n"
				       "  labels: {team: north, x/y: \"\"}\n  annotations: {}\n"
				       "spec: {}\n");
	TOLD("");
	assert_int_equal(o->meta.previous_names.n, 2);
	assert_string_equal(o->meta.previous_names.item[1].s, "other/old");
	assert_int_equal(o->meta.labels.n, 2);
	const struct label *l = o->meta.labels.item;
	assert_string_equal(l[0].key.s, "team");
	assert_string_equal(l[0].value.s, "north");
	assert_string_equal(l[1].value.s, "");
	assert_int_equal(o->meta.annotations.n, 0);
	decode_text("apiVersion: apnsctl/v1\nkind: Policy\nmetadata:\n  name: p\n"
		    "  previousNames: [a/b/c, A]\n  labels: {a: [b], c: , d~/e: 1}\nspec: {}\n");
	TOLD("error 1018 5:19-24 previousNames[0] is \"a/b/c\", which is not an old name; write "
	     "name, or tenant/name\nerror 1018 5:26-27 previousNames[1] is \"A\", which is not an "
	     "old name; write name, or tenant/name [5:26-27 a]\nerror 1017 6:16-17 a is a list, "
	     "but text on one line is wanted\nerror 1017 6:20-21 c has no value, but text on one "
	     "line is wanted; write it behind the colon\nwarning 1022 6:31-32 d~/e is 1 without "
	     "quotes, which other YAML readers take as a number; put it in quotes [6:31-32 \"1\"]");
	assert_string_equal(found.item[4].pointer, "/metadata/labels/d~0~1e");
}

static void findings_carry_object_and_pointer(void **state)
{
	(void)state;
	decode_text(PUSH "  serverRefs:\n  - name: mdm\n  - name: Nano\n");
	TOLD("error 1018 9:11-15 name is \"Nano\", which is not a name; use lower-case letters, "
	     "digits and hyphens, at most 63 [9:11-15 nano]");
	assert_string_equal(found.item[0].pointer, "/spec/serverRefs/1/name");
	assert_int_equal(found.item[0].object.kind, KIND_PushCertificate);
	assert_string_equal(found.item[0].object.tenant, "acme");
	assert_string_equal(found.item[0].object.name, "push");
	assert_string_equal(found.item[0].file, "a.yaml");
}

static void documents_of_another_shape_are_refused(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "- a\n",
		  "error 1014 1:3-4 this document is a list, but a manifest is a mapping with "
		  "apiVersion, kind, metadata and spec" },
		{ "--- b\n",
		  "error 1001 1:5-6 text stands on the line of \"---\"; put it on the next line" },
		{ "{}\n",
		  "error 1016 1:1-3 the key \"apiVersion\" is missing in this document; it is "
		  "written like \"apiVersion: apnsctl/v1\"\n"
		  "error 1016 1:1-3 the key \"kind\" is missing in this document; it is written "
		  "like \"kind: PushCertificate\"\n"
		  "error 1016 1:1-3 the key \"metadata\" is missing in this document; it is "
		  "written like \"metadata: {name: push, tenant: acme}\"\n"
		  "error 1016 1:1-3 the key \"spec\" is missing in this document; it is written "
		  "like \"spec: {}\"" },
		{ "apiVersion: apps/v1\nkind: Deployment\n",
		  "error 1020 1:13-20 apiVersion is \"apps/v1\", but only \"apnsctl/v1\" is "
		  "known" },
		{ "apiVersion: apnsctl/v2\nkind: Policy\nmetadata: {name: a}\nspec: {}\n",
		  "error 1020 1:13-23 apiVersion is \"apnsctl/v2\", but only \"apnsctl/v1\" is "
		  "known "
		  "[1:13-23 apnsctl/v1]" },
		{ "apiVersion:\nkind: Policy\nmetadata: {name: a}\nspec: {}\n",
		  "error 1020 1:1-11 apiVersion is nothing, but only \"apnsctl/v1\" is known" },
		{ "apiVersion: apnsctl/v1\nkind: Polcy\nmetadata: {name: a}\nspec: {}\n",
		  "error 1019 2:7-12 unknown kind \"Polcy\"; did you mean \"Policy\"? [2:7-12 "
		  "Policy]" },
		{ "apiVersion: apnsctl/v1\nkind: PushCert\nmetadata: {name: a}\nspec: {}\n",
		  "error 1019 2:7-15 unknown kind \"PushCert\"; did you mean \"PushCertificate\"? "
		  "[2:7-15 PushCertificate]" },
		{ "apiVersion: apnsctl/v1\nkind: Pod\nmetadata: {name: a}\nspec: {}\n",
		  "error 1019 2:7-10 unknown kind \"Pod\"; the kinds are Organization, Tenant, "
		  "AppleIDAlias, Policy, PushCertificate, CertificateAssignment, MDMServer" },
		{ "apiVersion: apnsctl/v1\nkind: [Policy]\nmetadata: {name: a}\nspec: {}\n",
		  "error 1017 2:8-14 kind is a list, but the name of a kind is wanted" },
		{ "apiVersion: apnsctl/v1\nkind: Policy\nmetadata: x\nspec:\n",
		  "error 1017 3:11-12 metadata is the text \"x\", but a mapping is wanted; write "
		  "it as \"key: value\"\nerror 1017 4:1-5 spec has no value, but a mapping is "
		  "wanted" },
		{ "apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: a}\nspec: {}\nstatus: "
		  "{}\n",
		  "error 1021 5:1-7 status does not belong in a manifest: the controller writes it "
		  "to "
		  "its own branch; remove it" },
	};
	SPRING("", traps);
}

static void only_an_object_with_a_name_is_one(void **state)
{
	(void)state;
	assert_non_null(decode_text("kind: Policy\nmetadata: {name: a}\n"));
	assert_int_equal(found.n, 2);
	assert_null(decode_text("apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {}\nspec: {}\n"));
	assert_int_equal(found.n, 1);
	assert_null(
	    decode_text("apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: A}\nspec: {}\n"));
	assert_int_equal(found.n, 1);
	assert_null(decode_text("---\n"));
}

static void unknown_keys_are_explained(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "  tpoic: x\n",
		  "error 1015 7:3-8 unknown key \"tpoic\" in spec of PushCertificate; the keys are "
		  "appleIdRef, topic, keyHeldBy, certificateFile, requestFile, confirmedInstall, "
		  "displayName, renewBefore, serverRefs, keyRotation, protection and "
		  "allowTopicChange" },
		{ "  keyRotate: Reuse\n", "error 1015 7:3-12 unknown key \"keyRotate\" in spec of "
					  "PushCertificate; did you mean "
					  "\"keyRotation\"? [7:3-12 keyRotation]" },
		{ "  key_held_by: Server\n", "error 1015 7:3-14 unknown key \"key_held_by\" in "
					     "spec of PushCertificate; did you "
					     "mean \"keyHeldBy\"? [7:3-14 keyHeldBy]" },
		{ "  labels: {}\n", "error 1015 7:3-9 unknown key \"labels\" in spec of "
				    "PushCertificate; it belongs in "
				    "metadata" },
		{ "serverRefs: []\n", "error 1015 7:1-11 unknown key \"serverRefs\" in "
				      "PushCertificate; it belongs in spec" },
		{ "  serverRefs: [{nmae: mdm}]\n", "error 1015 7:17-21 unknown key \"nmae\" in "
						   "spec.serverRefs[0] of PushCertificate; did "
						   "you mean \"name\"? [7:17-21 name]" },
		{ "  display\xe2\x80\x8bName: x\n",
		  "error 1004 7:10-11 the invisible character U+200B (zero width space) stands "
		  "here; remove it [7:10-11 ]" },
		{ "  displayNam\xd0\xb5: x\n",
		  "error 1015 7:3-14 unknown key \"displayNam\xd0\xb5\" in spec of "
		  "PushCertificate; did "
		  "you mean \"displayName\"? It holds U+0435 (Cyrillic, looks like e) "
		  "[7:3-14 displayName]" },
	};
	SPRING(PUSH, traps);
}

static void an_unknown_key_that_looks_like_a_missing_one_is_one_finding(void **state)
{
	(void)state;
	decode_text("apiVersion: apnsctl/v1\nkind: PushCertificate\nmetadata: {nmae: a}\n"
		    "spec: {appleIdRef: id, tpoic: New}\n");
	TOLD("error 1015 3:12-16 unknown key \"nmae\" in metadata of PushCertificate; did you mean "
	     "\"name\"? [3:12-16 name]\n"
	     "error 1015 4:24-29 unknown key \"tpoic\" in spec of PushCertificate; did you mean "
	     "\"topic\"? [4:24-29 topic]");
	decode_text("apiversion: apnsctl/v1\nKind: Policy\nmetadata: {name: a}\nspecs: {}\n");
	TOLD("error 1015 1:1-11 unknown key \"apiversion\" in this document; did you mean "
	     "\"apiVersion\"? [1:1-11 apiVersion]\n"
	     "error 1015 2:1-5 unknown key \"Kind\" in this document; did you mean \"kind\"? "
	     "[2:1-5 kind]\n"
	     "error 1015 4:1-6 unknown key \"specs\" in this document; did you mean \"spec\"? "
	     "[4:1-6 spec]");
	decode_text(ASSIGNMENT "{certificateRef: push, scop: Global}\n");
	TOLD("error 1015 4:30-34 unknown key \"scop\" in spec of CertificateAssignment; did you "
	     "mean "
	     "\"scope\"? [4:30-34 scope]");
	/* Two typos do not share one key. */
	decode_text("apiVersion: apnsctl/v1\nkind: PushCertificate\nmetadata: {name: a}\n"
		    "spec: {appleIdRef: id, topik: New, topix: New}\n");
	assert_int_equal(found.n, 2);
	assert_null(found.item[1].fix);
}

static void missing_keys_are_told_at_their_mapping(void **state)
{
	(void)state;
	decode_text("apiVersion: apnsctl/v1\nkind: PushCertificate\nmetadata:\n  tenant: acme\n"
		    "spec:\n  confirmedInstall:\n    by: alex\n    date: 2026-11-24\n"
		    "  serverRefs:\n  - account: x\n");
	TOLD("error 1016 3:1-9 the key \"name\" is missing in metadata of PushCertificate; it is "
	     "written like \"name: example\"\n"
	     "error 1016 5:1-5 the key \"appleIdRef\" is missing in spec of PushCertificate; it is "
	     "written like \"appleIdRef: apple-id\"\n"
	     "error 1016 5:1-5 the key \"topic\" is missing in spec of PushCertificate; it is "
	     "written "
	     "like \"topic: New\"\n"
	     "error 1016 6:3-19 the key \"serial\" is missing in spec.confirmedInstall of "
	     "PushCertificate; it is written like \"serial: \"734DF9C0BB2703FD\"\"\n"
	     "error 1016 10:5-12 the key \"name\" is missing in spec.serverRefs[0] of "
	     "PushCertificate; it is written like \"name: mdm\"");
	assert_string_equal(found.item[4].pointer, "/spec/serverRefs/0/name");
}

static void what_lacks_something_required_is_left_out(void **state)
{
	(void)state;
	struct push_certificate *c = (struct push_certificate *)decode_text(
	    PUSH "  confirmedInstall: {serial: x, by: alex, date: 2026-11-24}\n"
		 "  allowTopicChange: {to: New, reason: x}\n"
		 "  serverRefs: [{account: x}, {name: mdm}, nano, {name: A}]\n");
	assert_null(c->confirmed_install);
	assert_null(c->allow_topic_change);
	assert_int_equal(c->server_refs.n, 1);
	assert_string_equal(((struct server_ref *)c->server_refs.item)[0].name.s, "mdm");
	c = (struct push_certificate *)decode_text(PUSH
						   "  renewBefore: 400d\n  keyRotation: Never\n");
	assert_int_equal(c->bands.renew_before.v, 0);
	assert_int_equal(c->bands.renew_before.at.line, 0); /* as if it were not written */
	assert_int_equal(c->key_rotation.v, ROTATION_Always);
	struct organization *o = (struct organization *)decode_text(
	    ORGANIZATION "  appleIdDomains: [a.example, B, c.example]\n  renewBefore: x\n");
	assert_int_equal(o->apple_id_domains.n, 2);
	assert_string_equal(o->apple_id_domains.item[1].s, "c.example");
	assert_int_equal(o->bands.renew_before.v, 45 * DAY_S);
	struct mdm_server *s = (struct mdm_server *)decode_text(SERVER "  options: x\n");
	assert_string_equal(s->options->path_prefix.s, "/v1");
}

static void wrong_types_say_what_is_there_and_what_is_wanted(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "  people: {id: alex}\n",
		  "error 1017 6:12-14 spec.people is a mapping, but a list is wanted" },
		{ "  people: [alex]\n", "error 1017 6:12-16 spec.people[0] is the text \"alex\", "
					"but a mapping is wanted; write it as \"key: value\"" },
		{ "  contacts: a@b.example\n", "error 1017 6:13-24 spec.contacts is the text "
					       "\"a@b.example\", but a list is wanted; write "
					       "[a@b.example] [6:13-24 [a@b.example]]" },
		{ "  contacts:\n",
		  "error 1017 6:3-11 spec.contacts has no value, but a list is wanted" },
		{ "  contacts:\n  -\n", "error 1017 7:3-4 contacts[0] has no value, but a mail "
					"address is wanted; write it behind the dash" },
		{ "  contacts: [[a@b.example]]\n",
		  "error 1017 6:15-26 contacts[0] is a list, but a mail address is wanted" },
		{ "  displayName: {a: b}\n",
		  "error 1017 6:17-18 displayName is a mapping, but text on one line is wanted" },
		{ "  displayName:\n", "error 1017 6:3-14 displayName has no value, but text on one "
				      "line is wanted; write it behind the colon" },
		{ "  displayName: ''\n",
		  "error 1018 6:16-18 displayName is empty, but text on one line is wanted" },
		{ "  contacts:\n    -a@b.example\n",
		  "error 1025 7:5-6 the dash in \"-a@b.example\" needs a space behind it [7:5-6 - "
		  "]" },
		{ "  people:\n  - id:alex\n",
		  "error 1025 7:7-8 the colon in \"id:alex\" needs a space behind it [7:7-8 : ]" },
	};
	SPRING(ORGANIZATION, traps);
	decode_text("apiVersion: apnsctl/v1\nkind: AppleIDAlias\nmetadata: {name: a}\n"
		    "spec: {appleId: a@b.example, type: Personal, custodians: []}\n");
	TOLD("error 1018 4:58-60 custodians is an empty list, but at least one item is wanted");
	decode_text("apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: a}\nspec:\n  x:1\n");
	TOLD("error 1025 5:4-5 the colon in \"x:1\" needs a space behind it [5:4-5 : ]");
	assert_string_equal(found.item[0].pointer, "/spec");
}

static void words_are_exact_and_near_ones_are_suggested(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "  keyHeldBy: controller\n",
		  "error 1018 7:14-24 keyHeldBy is \"controller\"; did you mean \"Controller\"? "
		  "[7:14-24 Controller]" },
		{ "  keyHeldBy: Apple\n", "error 1018 7:14-19 keyHeldBy is \"Apple\", but takes "
					  "only Controller or Server" },
		{ "  keyRotation: no\n",
		  "error 1018 7:16-18 keyRotation is \"no\", but takes only Always or Reuse" },
		{ "  keyRotation: ~\n",
		  "error 1018 7:16-17 keyRotation is \"~\", but takes only Always or Reuse" },
		{ "  keyRotation: 'Reuse'\n", "" },
		{ "  allowTopicChange: {from: com.apple.mgmt.x, to: new, reason: z}\n",
		  "error 1018 7:50-53 to is \"new\"; did you mean \"New\"? [7:50-53 New]" },
	};
	SPRING(PUSH, traps);
	decode_text(SERVER "  tenants: [\"*\", a, Y]\n");
	TOLD("error 1018 6:21-22 tenants[2] is \"Y\", which is not a name; use lower-case letters, "
	     "digits and hyphens, at most 63, or is * [6:21-22 \"y\"]");
}

static void values_have_the_form_of_their_field(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "  renewBefore: \"45\"\n", "error 1018 7:16-20 renewBefore is \"45\", which is "
					     "not a duration; write a number and "
					     "one unit, such as 45d or 12h" },
		{ "  renewBefore: 12h\n",
		  "error 1018 7:16-19 renewBefore is 12h, but must be at least 1d" },
		{ "  renewBefore: 400d\n",
		  "error 1018 7:16-20 renewBefore is 400d, but must be at most 364d" },
		{ "  appleIdRef2: x\n  certificateFile: \"a\\nb\"\n",
		  "error 1015 7:3-14 unknown key \"appleIdRef2\" in spec of PushCertificate; the "
		  "keys "
		  "are appleIdRef, topic, keyHeldBy, certificateFile, requestFile, "
		  "confirmedInstall, "
		  "displayName, renewBefore, serverRefs, keyRotation, protection and "
		  "allowTopicChange\n"
		  "error 1018 8:20-26 certificateFile is \"a\\nb\", which is not a path; write it "
		  "on one "
		  "line, without control characters" },
		{ "  displayName: |\n    x\n", "error 1018 7:16-8:6 displayName is \"x\\n\", which "
					       "is not text on one line; write it on "
					       "one line, without control characters" },
		{ "  confirmedInstall: {serial: \"73:4d:f9\", by: A, date: 2026-02-30}\n",
		  "error 1018 7:30-40 serial is \"73:4d:f9\", which is not a serial number; write "
		  "it in upper-case hex, such as 734DF9C0BB2703FD [7:30-40 734DF9]\nerror 1018 "
		  "7:55-65 date is \"2026-02-30\", "
		  "which is not a date; write year, month and day, such as 2026-11-24" },
		{ "  allowTopicChange: {from: com.apple.mgmt, to: New, reason: z}\n",
		  "error 1018 7:28-42 from is \"com.apple.mgmt\", which is not a topic; it starts "
		  "with "
		  "com.apple.mgmt." },
		{ "  certificateFile: "
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		  "aaaa"
		  "\"\tb\n",
		  "error 1018 7:20-107 certificateFile is "
		  "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\","
		  " which is not a path; write it on one line, without control characters" },
	};
	SPRING(PUSH, traps);
}

static void addresses_have_the_form_of_their_field(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "  appleIdDomains: [Acme.Example, localhost, a..b, xn--80a.example]\n",
		  "error 1018 6:20-32 appleIdDomains[0] is \"Acme.Example\", which is not a "
		  "domain; write "
		  "it in lower case, such as acme.example [6:20-32 acme.example]\n"
		  "error 1018 6:34-43 appleIdDomains[1] is \"localhost\", which is not a domain; "
		  "write it "
		  "in lower case, such as acme.example\n"
		  "error 1018 6:45-49 appleIdDomains[2] is \"a..b\", which is not a domain; write "
		  "it in "
		  "lower case, such as acme.example" },
		{ "  contacts: [a@b.example, 'a b@c.example', a@b@c.example, \"@b.example\", "
		  "a@b]\n",
		  "error 1018 6:27-42 contacts[1] is \"a b@c.example\", which is not a mail "
		  "address; write it as in push@acme.example; a comma separates two of them\nerror "
		  "1018 6:44-57 contacts[2] is \"a@b@c.example\", which is not a mail address; "
		  "write it as in push@acme.example\nerror 1018 6:59-71 contacts[3] is "
		  "\"@b.example\", which is not a mail address; write it as in "
		  "push@acme.example\nerror 1018 6:73-76 contacts[4] is \"a@b\", which is not a "
		  "mail address; write it as in push@acme.example" },
	};
	SPRING(ORGANIZATION, traps);
	static const char *const good[] = { "https://mdm.example",   "https://mdm.example:8443",
					    "http://127.0.0.1:80",   "https://[::1]:443",
					    "ssh://git@git.example", "https://mdm" };
	static const char *const bad[] = { "mdm.example",           "https://",
					   "https://a b",           "https://a.example/x",
					   "https://u@a.example",   "ssh://u:p@a.example",
					   "https://a.example:0",   "https://a.example:65536",
					   "https://a.example:080", "https://a.example?x",
					   "https://[::1",          "https://-a.example" };
	const struct scalar_form *origin = scalar_form(FT_ORIGIN), *url = scalar_form(FT_URL);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(origin->fits(good[i]) && url->fits(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(origin->fits(bad[i]));
	assert_true(url->fits("https://a.example/x/y.git?z#w"));
	assert_true(url->fits("file:///srv/x.git"));
	assert_false(url->fits("file://host/x"));
	assert_false(url->fits("https://user:password@a.example/x"));
	assert_false(url->fits("https://a.example/x y"));
	decode_text(SERVER "  url: https://MDM.Example/\n");
	TOLD("error 1018 6:8-28 url is \"https://MDM.Example/\", which is not an origin; write "
	     "scheme://host or scheme://host:port in lower case, and nothing behind "
	     "[6:8-28 https://mdm.example]");
}

static void exactly_one_of_exclusive_keys_is_written(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "{certificateRef: push}\n", "error 1023 4:1-5 none of policyRef and scope is in "
					      "spec of CertificateAssignment, but "
					      "exactly one is wanted" },
		{ "{certificateRef: push, scope: Global, policyRef: p}\n",
		  "error 1023 4:30-35 more than one of policyRef and scope are in spec of "
		  "CertificateAssignment, but exactly one is wanted {4:45-54 the first one is "
		  "here}" },
		{ "{certificateRef: push, scope: Global}\n", "" },
	};
	SPRING(ASSIGNMENT, traps);
}

static void a_tenant_is_only_where_it_belongs(void **state)
{
	(void)state;
	struct object *o =
	    decode_text("apiVersion: apnsctl/v1\nkind: Organization\n"
			"metadata: {name: msp, tenant: acme}\nspec: {mode: MultiTenant}\n");
	TOLD("error 1015 3:23-29 unknown key \"tenant\" in metadata of Organization, which belongs "
	     "to "
	     "no tenant; remove it");
	assert_null(found.item[0].object.tenant);
	assert_null(o->meta.tenant.s);
	decode_text("apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: a}\nspec: {}\n");
	TOLD("");
}

static void text_that_others_read_as_something_else_is_a_warning(void **state)
{
	(void)state;
	static const struct {
		const char *text, *taken_as;
	} words[] = {
		{ "yes", "a boolean" },
		{ "No", "a boolean" },
		{ "on", "a boolean" },
		{ "OFF", "a boolean" },
		{ "y", "a boolean" },
		{ "true", "a boolean" },
		{ "~", "nothing" },
		{ "null", "nothing" },
		{ "012", "a number" },
		{ "1_000", "a number" },
		{ "0x1f", "a number" },
		{ "0o17", "a number" },
		{ "0b1", "a number" },
		{ "1e3", "a number" },
		{ "1.5", "a number" },
		{ ".5", "a number" },
		{ "-.inf", "a number" },
		{ ".NaN", "a number" },
		{ "190:20:30", "a number" },
		{ "+7", "a number" },
		{ "2001-01-01", "a date" },
		{ "2001-01-01T00:00:00Z", "a date" },
		{ "=", "a key of the language" },
	};
	static const char *const plain[] = { "yess", "nope",   "1.2.3",  "10.0.0.1", "45d",
					     "1e",   "0xyz",   "-",      "-x",       "...",
					     "a:b",  "2001-1", "e3",     "12:xy",    "+",
					     ".",    "1-2",    "Norway", "truely" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *as = scalar_ambiguity(words[i].text, strlen(words[i].text));
		assert_non_null(as);
		assert_string_equal(as, words[i].taken_as);
	}
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		assert_null(scalar_ambiguity(plain[i], strlen(plain[i])));
	struct object *o =
	    decode_text("apiVersion: apnsctl/v1\nkind: Tenant\nmetadata: {name: no}\n"
			"spec: {displayName: 1e3, contacts: [\"x@y.example\"]}\n");
	TOLD(
	    "warning 1022 3:18-20 name is no without quotes, which other YAML readers take as a "
	    "boolean; put it in quotes [3:18-20 \"no\"]\n"
	    "warning 1022 4:21-24 displayName is 1e3 without quotes, which other YAML readers take "
	    "as a number; put it in quotes [4:21-24 \"1e3\"]");
	assert_string_equal(o->meta.name.s, "no");
	assert_string_equal(((struct tenant *)o)->display_name.s, "1e3");
	decode_text("apiVersion: apnsctl/v1\nkind: Tenant\nmetadata: {name: \"no\"}\n"
		    "spec: {displayName: '012', offboarding: {lastDay: 2027-01-01}}\n");
	TOLD("");
}

static void typographic_quotes_are_no_quotes(void **state)
{
	(void)state;
	decode_text("apiVersion: apnsctl/v1\nkind: Tenant\nmetadata: {name: a}\n"
		    "spec: {displayName: \xe2\x80\x9c"
		    "Acme\xe2\x80\x9d}\n");
	TOLD("warning 1022 4:21-27 displayName starts with the typographic quote U+201C, which is "
	     "part of the text for YAML; write \" for a quote, or put all of it in quotes "
	     "[4:21-27 \"Acme\"]");
	decode_text("apiVersion: apnsctl/v1\nkind: Tenant\nmetadata: {name: a}\n"
		    "spec: {displayName: '\xe2\x80\x9c"
		    "Acme\xe2\x80\x9d'}\n");
	TOLD("");
}

#define CONFIG                                                                                     \
	"apiVersion: apnsctl/v1\nkind: ControllerConfig\nmetadata: {name: main}\nspec:\n"          \
	"  source: {url: \"https://git.example/a.git\"}\n"                                         \
	"  state: {store: \"sqlite:x\", unlock: {file: x}}\n"

static void numbers_are_decimal_and_bare(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "  apns: {port: 2197}\n", "" },
		{ "  apns: {port: 0443}\n", "error 1018 7:16-20 port is \"0443\", which is not a "
					    "whole number; write digits only, "
					    "without a leading zero" },
		{ "  apns: {port: 1e3}\n", "error 1018 7:16-19 port is \"1e3\", which is not a "
					   "whole number; write digits only, "
					   "without a leading zero" },
		{ "  apns: {port: \"443\"}\n", "error 1017 7:16-21 port is the text \"443\", but a "
					       "whole number is wanted; remove the "
					       "quotes [7:16-21 443]" },
		{ "  apns: {port: 65536}\n",
		  "error 1018 7:16-21 port is 65536, but must be at most 65535" },
		{ "  apns: {port: -1}\n", "error 1018 7:16-18 port is -1, but must be at least 1" },
		{ "  apns: {port: 99999999999999999999}\n",
		  "error 1018 7:16-36 port is \"99999999999999999999\", which is not a whole "
		  "number; "
		  "write digits only, without a leading zero" },
		{ "  apns: {port: yes}\n", "error 1018 7:16-19 port is \"yes\", which is not a "
					   "whole number; write digits only, "
					   "without a leading zero" },
	};
	SPRING(CONFIG, traps);
	struct controller_config *c = (struct controller_config *)decode_text(CONFIG);
	assert_int_equal(c->apns->port.v, 443);
	assert_int_equal(c->apns->probe->concurrency.v, 64);
	assert_string_equal(c->status->branch.s, "apnsctl-status");
	assert_int_equal(c->source->timeout.v, 120);
	assert_null(c->apple);
}

/* Adds "key: example" for each field that may stand beside the others. */
static void add_examples(struct buf *b, const struct subtable *t)
{
	bool chosen = false;

	for (size_t i = 0; i < t->n_field; i++) {
		bool rival = false;
		for (const char *const *key = t->exactly_one; key && *key; key++)
			rival |= text_eq(*key, t->field[i].key);
		if (rival && chosen)
			continue;
		chosen |= rival;
		buf_addf(b, "  %s: %s\n", t->field[i].key, t->field[i].example);
	}
}

static void every_example_passes_its_own_decoder(void **state)
{
	(void)state;
	for (unsigned id = KIND_NONE + 1; id < KIND_MAX; id++) {
		const struct kind *k = kind_of(id);
		struct buf b = BUF_INIT(1 << 16);
		buf_addf(&b, "apiVersion: apnsctl/v1\nkind: %s\nmetadata:\n", k->name);
		for (size_t i = 0; i < kind_meta()->n_field; i++) {
			const struct field *f = &kind_meta()->field[i];
			if (k->has_tenant != TENANT_FORBIDDEN || !text_eq(f->key, "tenant"))
				buf_addf(&b, "  %s: %s\n", f->key, f->example);
		}
		buf_adds(&b, "spec:\n");
		add_examples(&b, &k->spec);
		struct object *o = decode_text(buf_str(&b));
		TOLD("");
		assert_non_null(o);
		buf_release(&b);
	}
}

static void work_ends_where_findings_are_full(void **state)
{
	(void)state;
	struct buf b = BUF_INIT(1 << 20);
	struct object *o;

	buf_adds(&b, PUSH);
	for (int i = 0; i < 4000; i++)
		buf_addf(&b, "  appleIdReff%d: x\n", i);
	o = decode_text(buf_str(&b));
	assert_non_null(o);
	assert_int_equal(found.n, FINDINGS_PER_FILE);
	assert_true(mem.used < 1 << 18);
	buf_clear(&b);
	buf_adds(&b, ORGANIZATION "  contacts:\n");
	for (int i = 0; i < 9000; i++)
		buf_adds(&b, "  - yes\n");
	decode_text(buf_str(&b));
	assert_int_equal(found.n, FINDINGS_PER_FILE);
	assert_true(mem.used < 1 << 20);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_manifest_becomes_an_object_with_places),
		cmocka_unit_test(what_is_not_written_has_its_default_and_no_place),
		cmocka_unit_test(metadata_has_labels_and_old_names),
		cmocka_unit_test(findings_carry_object_and_pointer),
		cmocka_unit_test(documents_of_another_shape_are_refused),
		cmocka_unit_test(only_an_object_with_a_name_is_one),
		cmocka_unit_test(unknown_keys_are_explained),
		cmocka_unit_test(an_unknown_key_that_looks_like_a_missing_one_is_one_finding),
		cmocka_unit_test(missing_keys_are_told_at_their_mapping),
		cmocka_unit_test(what_lacks_something_required_is_left_out),
		cmocka_unit_test(wrong_types_say_what_is_there_and_what_is_wanted),
		cmocka_unit_test(words_are_exact_and_near_ones_are_suggested),
		cmocka_unit_test(values_have_the_form_of_their_field),
		cmocka_unit_test(addresses_have_the_form_of_their_field),
		cmocka_unit_test(exactly_one_of_exclusive_keys_is_written),
		cmocka_unit_test(a_tenant_is_only_where_it_belongs),
		cmocka_unit_test(text_that_others_read_as_something_else_is_a_warning),
		cmocka_unit_test(typographic_quotes_are_no_quotes),
		cmocka_unit_test(numbers_are_decimal_and_bare),
		cmocka_unit_test(every_example_passes_its_own_decoder),
		cmocka_unit_test(work_ends_where_findings_are_full),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&mem);
	return failed;
}
