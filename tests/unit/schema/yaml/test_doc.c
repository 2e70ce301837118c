/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "schema/yaml/doc.h"
#include "tests/unit/schema/told.h"

static struct arena mem;
static struct findings found;
static struct yaml_file file;

static void parse_bytes(const char *bytes, size_t len)
{
	arena_release(&mem);
	found = (struct findings)FINDINGS_INIT(&mem);
	yaml_parse("a.yaml", bytes, len, &mem, &found, &file);
}

#define PARSE(literal) parse_bytes(literal, sizeof(literal) - 1)
#define TOLD(text) assert_string_equal(told(&mem, &found), text)

/* One document that parses or not, and all that is told of it. */
struct trap {
	const char *yaml, *told;
	bool broken;
};

static void spring(const struct trap *trap, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		parse_bytes(trap[i].yaml, strlen(trap[i].yaml));
		assert_string_equal(told(&mem, &found), trap[i].told);
		assert_int_equal(file.broken, trap[i].broken);
	}
}

#define SPRING(traps) spring(traps, sizeof(traps) / sizeof(traps[0]))

static void outline_node(struct buf *b, const struct node *n)
{
	if (!n) {
		buf_adds(b, "-");
	} else if (n->type == NODE_SCALAR) {
		buf_adds(b, n->missing ? "(missing)" : n->quoted ? "'" : "");
		buf_add(b, n->text, n->len);
		buf_adds(b, n->quoted ? "'" : "");
	} else {
		buf_adds(b, n->type == NODE_MAP ? "{" : "[");
		for (uint32_t i = 0; i < n->n; i++) {
			buf_adds(b, i ? ", " : "");
			if (n->type == NODE_MAP) {
				outline_node(b, n->pair[i].key);
				buf_adds(b, ": ");
				outline_node(b, n->pair[i].value);
			} else {
				outline_node(b, n->item[i]);
			}
		}
		buf_adds(b, n->type == NODE_MAP ? "}" : "]");
	}
}

/* All documents: "LINE tree; LINE tree". */
static const char *outline(void)
{
	struct buf b = BUF_INIT(1 << 16);

	for (size_t i = 0; i < file.n_doc; i++) {
		buf_addf(&b, "%s%u ", i ? "; " : "", file.doc[i].line);
		outline_node(&b, file.doc[i].root);
	}
	const char *text = arena_strdup(&mem, buf_str(&b));
	buf_release(&b);
	return text;
}

static void a_tree_keeps_order_text_and_quoting(void **state)
{
	(void)state;
	PARSE("kind: Policy # note\nlist:\n- a\n- 'b'\n- {c: \"d\", e: [f, 1]}\nempty:\n"
	      "none: {}\nno: []\ntext: |\n  one\n  two\n\"q\": >-\n  x\n  y\n");
	TOLD("");
	assert_string_equal(outline(),
			    "1 {kind: Policy, list: [a, 'b', {c: 'd', e: [f, 1]}], "
			    "empty: (missing), none: {}, no: [], text: 'one\ntwo\n', 'q': 'x y'}");
	assert_string_equal(node_get(file.doc[0].root, "kind")->text, "Policy");
	assert_null(node_get(file.doc[0].root, "kin"));
	assert_null(node_get(node_get(file.doc[0].root, "kind"), "x"));
	assert_null(node_get(NULL, "x"));
	assert_int_equal(file.work.parsers, 1);
	assert_false(file.broken);
}

static void assert_place(const struct node *n, const char *place)
{
	struct buf b = BUF_INIT(100);

	told_place(&b, n->span);
	assert_string_equal(buf_str(&b), place);
	buf_release(&b);
}

static void places_cover_the_token_and_count_characters(void **state)
{
	(void)state;
	PARSE("# caf\xc3\xa9\r\n---\r\n\"\xf0\x9f\x98\x80\": caf\xc3\xa9  # x\r\n"
	      "b:\r\n- \xc3\xa9: 'x y'\r\n  z: >\r\n    x\r\n    y\r\n\r\n\r\n"
	      "c: plain\r\n  goes on\r\nd: {}\r\ne: [ ]\r\nf:\r\n");
	TOLD("");
	const struct node *root = file.doc[0].root, *item = node_get(root, "b")->item[0];
	assert_int_equal(file.doc[0].line, 2);
	assert_place(root, "3:1-4");
	assert_place(root->pair[0].key, "3:1-4");
	assert_place(root->pair[0].value, "3:6-10");
	assert_place(node_get(root, "b"), "5:3-4");
	assert_place(item, "5:3-4");
	assert_place(item->pair[0].value, "5:6-11");
	assert_place(item->pair[1].value, "6:6-8:6");
	assert_place(node_get(root, "c"), "11:4-12:10");
	assert_place(node_get(root, "d"), "13:4-6");
	assert_place(node_get(root, "e"), "14:4-7");
	assert_place(node_get(root, "f"), "15:1-2");
}

static void a_text_block_at_the_end_of_a_file_ends_with_its_text(void **state)
{
	(void)state;
	PARSE("a: |\n  x\n\n\n");
	assert_place(node_get(file.doc[0].root, "a"), "1:4-2:4");
	PARSE("a: |\n  x");
	assert_place(node_get(file.doc[0].root, "a"), "1:4-2:4");
	PARSE("a: |\n\nb: 1\n");
	assert_place(node_get(file.doc[0].root, "a"), "1:4-5");
}

static void a_byte_order_mark_in_front_moves_no_column(void **state)
{
	(void)state;
	PARSE("\xef\xbb\xbf"
	      "ab: 1\nc: 2\n");
	TOLD("");
	assert_place(file.doc[0].root->pair[0].key, "1:1-3");
	assert_place(file.doc[0].root->pair[1].key, "2:1-2");
}

static void nothing_is_typed(void **state)
{
	(void)state;
	PARSE("[no, 012, 1e3, ~, null, 2001-01-01, 0x1f, 190:20:30, =, -x, --, '']");
	TOLD("");
	assert_string_equal(
	    outline(), "1 [no, 012, 1e3, ~, null, 2001-01-01, 0x1f, 190:20:30, =, -x, --, '']");
}

static void documents_are_split(void **state)
{
	(void)state;
	PARSE("# only a comment\n---\na: 1\n---\nb: 2\n...\n---\nc: 3\n");
	TOLD("");
	assert_string_equal(outline(), "2 {a: 1}; 4 {b: 2}; 7 {c: 3}");
	assert_int_equal(file.work.parsers, 1);
}

static void empty_documents_are_noted(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "", "note 1013 0:0-0 the file holds no document", false },
		{ "# x\n\n", "note 1013 0:0-0 the file holds no document", false },
		{ "---\n# x\n---\na: 1\n---",
		  "note 1013 1:1-4 this document is empty; remove its \"---\"\n"
		  "note 1013 5:1-4 this document is empty; remove its \"---\"",
		  false },
	};
	SPRING(traps);
	assert_string_equal(outline(), "1 -; 3 {a: 1}; 5 -");
}

static void one_broken_document_hides_no_other(void **state)
{
	(void)state;
	PARSE("a: 1\n---\nb: [\n---\nc: \"x\n---\nd: \x01\n---\n\te: 1\n---\nf: 1\nf: 2\n---\ng: "
	      "1\n");
	TOLD("error 1001 3:4-5 this \"[\" is not closed; close it with \"]\" "
	     "{4:1-2 \"]\" was expected here}\n"
	     "error 1001 5:4-5 the text that starts with this \" never ends; close it with \" "
	     "{6:1-2 the document ends here}\n"
	     "error 1003 7:4-5 the control character U+0001 stands here; remove it\n"
	     "error 1001 9:1-2 a tab indents this line; YAML indents with spaces only\n"
	     "error 1011 12:1-2 the key \"f\" stands twice in this mapping, first in line 11; keep "
	     "one of them "
	     "{11:1-2 the first one is here}");
	assert_string_equal(outline(), "1 {a: 1}; 2 -; 4 -; 6 -; 8 -; 10 {f: 1}; 13 {g: 1}");
	assert_true(file.broken);
}

static void quotes_that_never_end_are_told_where_they_open(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "a: \"x\nb: 1\n",
		  "error 1001 1:4-5 the text that starts with this \" never ends; close it with \" "
		  "{3:1-2 the document ends here}",
		  true },
		{ "a: it\nb: 'it\nc: 1\n---\n",
		  "error 1001 2:4-5 the text that starts with this ' never ends; close it with ' "
		  "{4:1-2 the document ends here}\n"
		  "note 1013 4:1-4 this document is empty; remove its \"---\"",
		  true },
		{ "a: \"x\" y\n",
		  "error 1001 1:8-9 text stands behind the closing quote; close the quote behind "
		  "it, or write \\\" for a quote sign inside",
		  true },
		{ "a: 'it's'\n",
		  "error 1001 1:8-10 text stands behind the closing quote; close the quote behind "
		  "it, or write '' for a quote sign inside",
		  true },
	};
	SPRING(traps);
}

static void colons_out_of_place_are_explained(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "a: b: c\n",
		  "error 1001 1:5-6 a second \": \" stands on this line; put a value that holds "
		  "\": \" in quotes",
		  true },
		{ "a: 1\n b: 2\n",
		  "error 1001 2:2-3 this key is indented deeper than the key above it, which has a "
		  "value already; indent both the same {1:1-2 the key above}",
		  true },
		{ "- name: x\n   tenant: y\n",
		  "error 1001 2:4-10 this key is indented deeper than the key above it, which has "
		  "a value already; indent both the same {1:3-7 the key above}",
		  true },
		{ "a:\n  b: 1\n c: 2\n",
		  "error 1001 3:2-3 this key is indented by 1 and the key above it by 2; indent "
		  "the keys of one mapping the same {2:3-4 the key above}",
		  true },
		{ "kind Policy\nb: 1\n",
		  "error 1001 1:1-12 \"kind Policy\" has no colon; a line of a mapping reads "
		  "\"key: value\"",
		  true },
		{ "a: 1\nkind Policy\nb: 2\n",
		  "error 1001 2:1-12 \"kind Policy\" has no colon; a line of a mapping reads "
		  "\"key: value\"",
		  true },
		{ ": x\n", "error 1001 1:1-2 no key stands before this colon", true },
	};
	SPRING(traps);
}

static void a_missing_space_is_told_where_it_is_missing(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "kind:Policy\nb: 1\n",
		  "error 1025 1:5-6 the colon in \"kind:Policy\" needs a space behind it [1:5-6 : "
		  "]",
		  true },
		{ "metadata:\n  name:push\n  tenant: acme\n",
		  "error 1025 2:7-8 the colon in \"name:push\" needs a space behind it [2:7-8 : ]",
		  true },
		{ "a:1\nb:2\n",
		  "error 1025 1:2-3 the colon in \"a:1 b:2\" needs a space behind it [1:2-3 : ]",
		  true },
		{ "a: {b:1, c: 2}\n",
		  "error 1025 1:6-7 the colon in \"b:1\" needs a space behind it [1:6-7 : ]",
		  false },
		{ "-a\n-b\n",
		  "error 1025 1:1-2 the dash in \"-a -b\" needs a space behind it [1:1-2 - ]",
		  true },
		{ "a:\xc2\xa0"
		  "1\nb: 2\n",
		  "error 1025 1:2-4 U+00A0 (no-break space) stands behind the colon; YAML wants a "
		  "plain space [1:2-4 : ]",
		  true },
		{ "https://x\n", "", false },
	};
	SPRING(traps);
}

static void indentation_and_lists_are_explained(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "\ta: 1\n",
		  "error 1001 1:1-2 a tab indents this line; YAML indents with spaces only", true },
		{ "a:\n\tb: 1\n",
		  "error 1001 2:1-2 a tab indents this line; YAML indents with spaces only", true },
		{ "a: |\n\tx\n",
		  "error 1001 2:1-2 a tab indents this line; YAML indents with spaces only", true },
		{ "a: b\n\tc\n",
		  "error 1001 2:1-2 a tab indents this line; YAML indents with spaces only", true },
		{ "a:\tb\n", "", false },
		{ "a: - b\n",
		  "error 1001 1:4-5 a list item can not start here; put \"- \" on a line of its "
		  "own",
		  true },
		{ "- a\nb: 1\n",
		  "error 1001 2:1-2 this line stands in a list but does not start with \"- \"; "
		  "indent it as deep as the keys of the item above it, or start a new item {1:1-2 "
		  "the list starts here}",
		  true },
		{ "b: 1\n- a\n",
		  "error 1001 2:1-2 a list item stands among the keys of a mapping "
		  "{1:1-2 the mapping starts here}",
		  true },
		{ "a: x\n  # note\n  y\nb: 1\n",
		  "error 1001 3:3-4 this line belongs to nothing, because a comment ends the value "
		  "above it; move the comment, or put the value on one line {2:1-2 the value ends "
		  "here}",
		  true },
		{ "s:\n a: x\n # note\n  b: 1\n",
		  "error 1001 4:3-4 this key is indented by 2 and the key above it by 1; indent "
		  "the keys of one mapping the same {2:2-3 the key above}",
		  true },
		{ "s:\n    a: x\n  # note\n  b: 1\n",
		  "error 1001 4:3-4 this key is indented by 2 and the key above it by 4; indent "
		  "the keys of one mapping the same {2:5-6 the key above}",
		  true },
	};
	SPRING(traps);
}

static void brackets_are_told_where_they_open(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "a: [b, c\nd: 1\n",
		  "error 1001 1:4-5 this \"[\" is not closed; close it with \"]\" "
		  "{2:2-3 \"]\" was expected here}",
		  true },
		{ "a: {b: 1\n",
		  "error 1001 1:4-5 this \"{\" is not closed; close it with \"}\" "
		  "{2:1-2 \"}\" was expected here}",
		  true },
		{ "a: [x, {b: ,\n c: 1\n",
		  "error 1001 1:8-9 this \"{\" is not closed; close it with \"}\" "
		  "{3:1-2 \"}\" was expected here}",
		  true },
		{ "a: [\"b\" c]\n",
		  "error 1001 1:9-10 a \",\" or \"]\" is missing here {1:4-5 \"[\" opened here}",
		  true },
		{ "a: [b, , c]\n", "error 1001 1:8-9 a value is missing before \",\"", true },
		{ "a: [b]]\n", "error 1001 1:7-8 this \"]\" closes nothing", true },
		{ "a: [b] c\n", "error 1001 1:8-9 text stands behind the closing \"]\"", true },
		{ "{a: 1} b\n",
		  "error 1001 1:8-9 text stands behind the end of the document; a new one starts "
		  "with a line \"---\"",
		  true },
		{ "a: 1\n...\nb: 2\n",
		  "error 1001 3:1-3 text stands behind the end of the document; a new one starts "
		  "with a line \"---\"",
		  true },
	};
	SPRING(traps);
}

static void values_that_have_to_be_quoted_are_told(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "a: @x\n",
		  "error 1001 1:4-6 a value can not start with \"@\" unless it stands in quotes "
		  "[1:4-6 \"@x\"]",
		  true },
		{ "a: `x`\n",
		  "error 1001 1:4-7 a value can not start with \"`\" unless it stands in quotes "
		  "[1:4-7 \"`x`\"]",
		  true },
		{ "a: %x\n",
		  "error 1001 1:4-6 a value can not start with \"%\" unless it stands in quotes "
		  "[1:4-6 \"%x\"]",
		  true },
		{ "a: *.pem\n",
		  "error 1001 1:4-9 a value can not start with \"*\" unless it stands in quotes "
		  "[1:4-9 \"*.pem\"]",
		  true },
		{ "a: [\"b\", *]\n",
		  "error 1001 1:10-11 a value can not start with \"*\" unless it stands in quotes "
		  "[1:10-11 \"*\"]",
		  true },
		{ "a: ,b\n",
		  "error 1001 1:4-6 a value can not start with \",\" unless it stands in quotes "
		  "[1:4-6 \",b\"]",
		  true },
		{ "a: !foo!bar 1\n",
		  "error 1010 1:4-14 a value that starts with \"!\" is a YAML tag; put it in "
		  "quotes",
		  true },
		{ "a: > x\n  y\n",
		  "error 1001 1:6-7 a text block starts on the line below its \">\"", true },
		{ "a: |0\n x\n",
		  "error 1001 1:5-6 the indentation of a text block is 1 to 9, or not written",
		  true },
	};
	SPRING(traps);
}

static void escapes_are_explained(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "a: \"\\d\"\n",
		  "error 1001 1:5-7 \\d is no escape; write \\\\ for a backslash, or use single "
		  "quotes",
		  true },
		{ "a: \"\\xZZ\"\n",
		  "error 1001 1:5-7 this escape needs hexadecimal digits: \\xHH, \\uHHHH or "
		  "\\UHHHHHHHH",
		  true },
		{ "a: \"\\ud83d\\ude00\"\n",
		  "error 1001 1:5-17 these two escapes are halves of one character, as JSON writes "
		  "it; write \\U0001F600, or the character itself [1:5-17 \\U0001F600]",
		  true },
		{ "a: \"x\\0y\"\n",
		  "error 1003 1:4-10 an escape in this text makes U+0000 (NUL); remove it", true },
		{ "a: \"\\e[31m\"\n",
		  "error 1003 1:4-12 an escape in this text makes U+001B (escape); write \\\\ for "
		  "a backslash",
		  false },
		{ "a: \"\\u202e\"\n",
		  "error 1004 1:4-12 an escape in this text makes U+202E (right-to-left override); "
		  "remove it",
		  false },
		{ "a: \"\\L\"\n",
		  "error 1003 1:4-8 an escape in this text makes U+2028 (line separator); write "
		  "\\\\ for a backslash",
		  false },
		{ "a: \"\xe2\x80\x8b\"\n",
		  "error 1004 1:5-6 the invisible character U+200B (zero width space) stands here; "
		  "remove it [1:5-6 ]",
		  false },
		{ "a: \"\\n\\t\\u00e9\"\n", "", false },
	};
	SPRING(traps);
}

static void anchors_aliases_and_tags_are_refused(void **state)
{
	(void)state;
	PARSE("a: &x 1\nb: &y {c: 1}\n<<: {d: 2}\ne: !!str 3\nf: !x [g]\n&k h: 1\n");
	TOLD("error 1009 1:4-6 \"&\" makes an anchor here, which is not allowed; write the value "
	     "where it "
	     "is used, or put a text that starts with & in quotes\n"
	     "error 1009 2:4-6 \"&\" makes an anchor here, which is not allowed; write the value "
	     "where it "
	     "is used, or put a text that starts with & in quotes\n"
	     "error 1009 3:1-3 the merge key << is not allowed; write the keys out\n"
	     "error 1010 4:4-9 \"!\" makes a tag here, which is not allowed: the key says which "
	     "type its "
	     "value has; put a text that starts with ! in quotes\n"
	     "error 1010 5:4-6 \"!\" makes a tag here, which is not allowed: the key says which "
	     "type its "
	     "value has; put a text that starts with ! in quotes\n"
	     "error 1009 6:1-3 \"&\" makes an anchor here, which is not allowed; write the value "
	     "where it "
	     "is used, or put a text that starts with & in quotes");
	assert_string_equal(outline(), "1 {a: 1, b: {c: 1}, e: 3, f: [g], h: 1}");
	assert_false(file.broken);
	PARSE("a: *undefined\n---\nb: 1\n");
	TOLD("error 1009 1:4-14 *undefined is an alias, which is not allowed; write the value out, "
	     "or "
	     "put a text that starts with * in quotes");
	assert_string_equal(outline(), "1 -; 2 {b: 1}");
	assert_true(file.broken);
}

static void duplicate_keys_are_told_and_the_first_one_stays(void **state)
{
	(void)state;
	PARSE("a: 1\nb: {c: 1, \"c\": 2}\n'a': 3\na: 4\n");
	TOLD("error 1011 2:11-14 the key \"c\" stands twice in this mapping, first in line 2; keep "
	     "one of them "
	     "{2:5-6 the first one is here}\n"
	     "error 1011 3:1-4 the key \"a\" stands twice in this mapping, first in line 1; keep "
	     "one of them "
	     "{1:1-2 the first one is here}\n"
	     "error 1011 4:1-2 the key \"a\" stands twice in this mapping, first in line 1; keep "
	     "one of them "
	     "{1:1-2 the first one is here}");
	assert_string_equal(outline(), "1 {a: 1, b: {c: 1}}");
	PARSE("k1: 1\nk2: 1\nk3: 1\nk4: 1\nk5: 1\nk6: 1\nk7: 1\nk8: 1\nk9: 1\nk10: 1\nk11: 1\n"
	      "k12: 1\nk13: 1\nk14: 1\nk15: 1\nk3: 2\nk16: 1\nk1: 2\nk3: 3\n");
	TOLD("error 1011 16:1-3 the key \"k3\" stands twice in this mapping, first in line 3; keep "
	     "one of them "
	     "{3:1-3 the first one is here}\n"
	     "error 1011 18:1-3 the key \"k1\" stands twice in this mapping, first in line 1; keep "
	     "one of them "
	     "{1:1-3 the first one is here}\n"
	     "error 1011 19:1-3 the key \"k3\" stands twice in this mapping, first in line 3; keep "
	     "one of them "
	     "{3:1-3 the first one is here}");
	assert_int_equal(file.doc[0].root->n, 16);
}

static void keys_are_plain_words(void **state)
{
	(void)state;
	static const struct trap traps[] = {
		{ "? a\n: b\n",
		  "error 1012 1:3-4 a key can not start with \"? \"; write it as a plain word and "
		  "a "
		  "colon",
		  false },
		{ "a: ? b\n",
		  "error 1012 1:4-5 a key can not start with \"? \"; write it as a plain word and "
		  "a "
		  "colon",
		  true },
		{ "[a]: b\n{c: 1}: d\n",
		  "error 1012 1:1-2 a key is a plain word, not a list or a mapping; put a "
		  "text that starts with { or [ in quotes\n"
		  "error 1012 2:1-2 a key is a plain word, not a list or a mapping; put a "
		  "text that starts with { or [ in quotes",
		  false },
		{ "'': b\n", "error 1012 1:1-3 a key is missing before the colon", false },
		{ "{: b}\n", "error 1001 1:2-3 a value is missing before \":\"", true },
		{ "what?: b\n?x: c\nd: a ? b\n", "", false },
	};
	SPRING(traps);
	PARSE("? a\n: b\nc: d\n");
	assert_string_equal(outline(), "1 {c: d}");
}

static char big[YAML_FILE_MAX];

/* Fills one MiB with a unit, each `every` times followed by a line break (0: never). */
static void parse_repeated(const char *unit, size_t every)
{
	size_t n = strlen(unit), at = 0;

	for (size_t i = 1; at + n + 1 < sizeof(big); i++) {
		memcpy(big + at, unit, n);
		at += n;
		if (every && i % every == 0)
			big[at++] = '\n';
	}
	parse_bytes(big, at);
}

static void depth_is_bounded_whatever_nests(void **state)
{
	(void)state;
	static const char *const units[] = { "[", "{a: ", "- ", "? ", "[?", "{? ", "[-  " };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		parse_repeated(units[i], 0);
		assert_true(file.broken);
		assert_true(found.n >= 1 && found.n <= YAML_DEPTH_MAX);
		assert_true(file.work.events <= 2 * YAML_DEPTH_MAX + 4);
		assert_true(mem.used < 1 << 16);
	}
	parse_repeated("[", 40);
	TOLD("error 1008 1:33-34 the document is nested more than 32 levels deep");
}

static void nodes_are_bounded(void **state)
{
	(void)state;
	parse_repeated("- a ", 1);
	TOLD("error 1007 100001:1-2 the file has more than 100000 lines; "
	     "split it into smaller ones");
	parse_repeated("- [aaaaaa, b]", 1);
	TOLD("error 1008 3334:3-4 the document holds more than 10000 values; split it");
	assert_int_equal(file.work.nodes, YAML_NODES_MAX + 1);
	parse_repeated(
	    "---\n[a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,"
	    "a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,"
	    "a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a]",
	    1);
	TOLD("error 1008 1756:44-45 the file holds more than 100000 values; split it");
	assert_int_equal(file.work.nodes, YAML_FILE_NODES_MAX + 1);
	assert_true(file.broken);
	assert_true(mem.used < 16 << 20);
}

static void findings_and_parsers_are_bounded(void **state)
{
	(void)state;
	static const char *const units[] = {
		"---\n[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"---\n\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"- &anchor text of some length",
		"- *alias # text of some length",
		"- ! # text of some length",
		"- {a: 1, a: 2, b: 3, b: 4}",
		"<<: some text for the length",
		"- \"\\e\" # text of some length",
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		parse_repeated(units[i], 1);
		assert_int_equal(found.n, FINDINGS_PER_FILE);
		assert_true(file.broken);
		assert_true(file.work.parsers <= FINDINGS_PER_FILE);
		assert_true(file.work.events <= 2 * YAML_NODES_MAX + 10);
		assert_true(mem.used < 8 << 20);
	}
}

static void huge_texts_are_read_once(void **state)
{
	(void)state;
	parse_repeated("x", 0);
	TOLD("");
	assert_int_equal(file.doc[0].root->len, YAML_FILE_MAX - 2);
	assert_true(mem.used < 2 << 20);
	parse_repeated("*", 0);
	assert_int_equal(found.n, 1);
	assert_true(strlen(found.item[0].message) < 200);
	parse_repeated("x:", 0);
	assert_int_equal(found.n, 1);
	assert_true(strlen(found.item[0].message) < 200);
}

static void a_document_behind_a_missing_marker_is_told_once_and_read(void **state)
{
	(void)state;

	PARSE("apiVersion: a\nkind: B\nspec: {}\n# of the second\n"
	      "apiVersion: a\nkind: C\nkind: C\n"
	      "kind: D\napiVersion: a\nmetadata: {}\n");
	TOLD("error 1011 5:1-11 another document starts here; the line `---` above it is missing "
	     "[4:1-1 ---\n]\n"
	     "error 1011 7:1-5 the key \"kind\" stands twice in this mapping, first in line 6 "
	     "{6:1-5 the first one is here}\n"
	     "error 1011 8:1-5 another document starts here; the line `---` above it is missing "
	     "[8:1-1 ---\n]");
	assert_false(file.broken);
	assert_int_equal(file.n_doc, 3);
	assert_int_equal(file.doc[1].line, 5);
	assert_string_equal(node_get(file.doc[0].root, "kind")->text, "B");
	assert_null(node_get(file.doc[0].root, "metadata"));
	assert_string_equal(node_get(file.doc[1].root, "kind")->text, "C");
	assert_string_equal(node_get(file.doc[2].root, "kind")->text, "D");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_keeps_order_text_and_quoting),
		cmocka_unit_test(places_cover_the_token_and_count_characters),
		cmocka_unit_test(a_text_block_at_the_end_of_a_file_ends_with_its_text),
		cmocka_unit_test(a_byte_order_mark_in_front_moves_no_column),
		cmocka_unit_test(nothing_is_typed),
		cmocka_unit_test(documents_are_split),
		cmocka_unit_test(empty_documents_are_noted),
		cmocka_unit_test(one_broken_document_hides_no_other),
		cmocka_unit_test(quotes_that_never_end_are_told_where_they_open),
		cmocka_unit_test(colons_out_of_place_are_explained),
		cmocka_unit_test(a_missing_space_is_told_where_it_is_missing),
		cmocka_unit_test(indentation_and_lists_are_explained),
		cmocka_unit_test(brackets_are_told_where_they_open),
		cmocka_unit_test(values_that_have_to_be_quoted_are_told),
		cmocka_unit_test(escapes_are_explained),
		cmocka_unit_test(anchors_aliases_and_tags_are_refused),
		cmocka_unit_test(duplicate_keys_are_told_and_the_first_one_stays),
		cmocka_unit_test(a_document_behind_a_missing_marker_is_told_once_and_read),
		cmocka_unit_test(keys_are_plain_words),
		cmocka_unit_test(depth_is_bounded_whatever_nests),
		cmocka_unit_test(nodes_are_bounded),
		cmocka_unit_test(findings_and_parsers_are_bounded),
		cmocka_unit_test(huge_texts_are_read_once),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&mem);
	return failed;
}
