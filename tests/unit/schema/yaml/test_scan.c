/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "schema/yaml/doc.h"
#include "schema/yaml/scan.h"
#include "tests/unit/schema/told.h"

static struct arena mem;
static struct findings found;
static struct yaml_scan scan;

static void scan_bytes(const char *bytes, size_t len)
{
	arena_release(&mem);
	found = (struct findings)FINDINGS_INIT(&mem);
	yaml_scan("a.yaml", bytes, len, &mem, &found, &scan);
}

#define SCAN(literal) scan_bytes(literal, sizeof(literal) - 1)
#define TOLD(text) assert_string_equal(told(&mem, &found), text)

static void assert_span(struct span at, uint32_t line, uint32_t col, uint32_t end_line,
			uint32_t end_col)
{
	assert_int_equal(at.line, line);
	assert_int_equal(at.col, col);
	assert_int_equal(at.end_line, end_line);
	assert_int_equal(at.end_col, end_col);
}

static void clean_files_have_no_findings(void **state)
{
	(void)state;
	SCAN("a: 1\r\nb:\tx  # \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xef\xb8\x8f\n");
	TOLD("");
	assert_int_equal(scan.n_line, 2);
	assert_int_equal(scan.n_part, 1);
	assert_false(scan.part[0].unreadable);
	SCAN("");
	TOLD("");
	assert_int_equal(scan.n_line, 0);
	assert_false(scan.refused);
}

static void a_byte_order_mark_in_front_is_skipped(void **state)
{
	(void)state;
	SCAN("\xef\xbb\xbf"
	     "a: 1\n");
	TOLD("");
	assert_int_equal(scan.len, 5);
	assert_memory_equal(scan.bytes, "a: 1\n", 5);
	SCAN("a: 1\n\xef\xbb\xbf"
	     "b: 2\n");
	TOLD(
	    "error 1002 2:1-2 U+FEFF (byte order mark) stands inside the file; remove it [2:1-2 ]");
	assert_true(scan.part[0].unreadable);
}

static void bytes_that_are_not_utf8_have_a_place(void **state)
{
	(void)state;
	SCAN("a: caf\xe9\nb: \xf0\x9f\x98\n# \xc0\xaf \xed\xa0\x80\n");
	TOLD("error 1002 1:7-8 the byte 0xE9 is not UTF-8; save the file as UTF-8\n"
	     "error 1002 2:4-7 the byte 0xF0 is not UTF-8; save the file as UTF-8\n"
	     "error 1002 3:3-5 the byte 0xC0 is not UTF-8; save the file as UTF-8\n"
	     "error 1002 3:6-9 the byte 0xED is not UTF-8; save the file as UTF-8");
	assert_true(scan.part[0].unreadable);
	assert_false(scan.refused);
}

static void wide_encodings_are_one_finding(void **state)
{
	(void)state;
	const char *text = "error 1002 0:0-0 the file is UTF-16 or UTF-32, not UTF-8; "
			   "save it as UTF-8";
	SCAN("\xff\xfe"
	     "a\0:\0 \0");
	TOLD(text);
	assert_true(scan.refused);
	SCAN("\xfe\xff\0a");
	TOLD(text);
	SCAN("a\0:\0 \0");
	TOLD(text);
	SCAN("\0a\0:");
	TOLD(text);
}

static void control_characters_have_a_place(void **state)
{
	(void)state;
	SCAN("a: x\0y\nb: \x1b[31m\x7f\n\xc2\x9b\xef\xbf\xbe\n\x01\x01\x01\n");
	TOLD("error 1003 1:5-6 the control character U+0000 (NUL) stands here; remove it\n"
	     "error 1003 2:4-5 the control character U+001B (escape) stands here; remove it\n"
	     "error 1003 2:9-10 the control character U+007F (delete) stands here; remove it\n"
	     "error 1003 3:1-2 the control character U+009B stands here; remove it\n"
	     "error 1003 3:2-3 the control character U+FFFE stands here; remove it\n"
	     "error 1003 4:1-4 the control character U+0001 stands here; remove it");
}

static void invisible_characters_have_a_place_and_a_name(void **state)
{
	(void)state;
	SCAN("te\xe2\x80\x8bnant: \xe2\x80\xaex\n# \xc2\xad\xe3\x85\xa4\xf3\xa0\x81\x81\n");
	TOLD("error 1004 1:3-4 the invisible character U+200B (zero width space) stands here; "
	     "remove it [1:3-4 ]\n"
	     "error 1004 1:10-11 the invisible character U+202E (right-to-left override) stands "
	     "here; remove it\n"
	     "error 1004 2:3-4 the invisible character U+00AD (soft hyphen) stands here; "
	     "remove it [2:3-4 ]\n"
	     "error 1004 2:4-5 the invisible character U+3164 (Hangul filler) stands here; "
	     "remove it [2:4-5 ]\n"
	     "error 1004 2:5-6 the invisible character U+E0041 (tag character) stands here; "
	     "remove it [2:5-6 ]");
	assert_true(scan.part[0].invisible);
	assert_false(scan.part[0].unreadable);
}

static void line_breaks_of_yaml_alone_are_told_once_a_line(void **state)
{
	(void)state;
	SCAN("a: 1\rb: 2\rc: 3\r");
	TOLD("error 1005 1:5-6 a carriage return without a line feed is a line break for YAML "
	     "but for no editor; end lines with LF");
	SCAN("a: 1\xc2\x85\nb: 2\xe2\x80\xa8\nc: 3\xe2\x80\xa9\n");
	TOLD("error 1005 1:5-6 U+0085 (next line) is a line break for YAML but for no editor; "
	     "end lines with LF\n"
	     "error 1005 2:5-6 U+2028 (line separator) is a line break for YAML but for no "
	     "editor; end lines with LF\n"
	     "error 1005 3:5-6 U+2029 (paragraph separator) is a line break for YAML but for no "
	     "editor; end lines with LF");
	assert_true(scan.part[0].unreadable);
}

static void a_directive_is_the_one_finding_of_its_file(void **state)
{
	(void)state;
	SCAN("# x\n%TAG ! x\n%TAG ! x\n---\na: \x01\n");
	TOLD("error 1006 2:1-2 this line starts with \"%\", which makes it a YAML directive; "
	     "remove the line, or indent it when it belongs to a text");
	assert_true(scan.refused);
	SCAN("a: 1 %\n %b\n");
	TOLD("");
}

static void parts_start_at_lines_with_three_dashes(void **state)
{
	(void)state;
	SCAN("# x\n---\na: 1\n--- # y\n----\n --- \n---x\n---\t\n\x01\n---\r\n---");
	assert_int_equal(scan.n_part, 6);
	const uint32_t lines[] = { 1, 2, 4, 8, 10, 11 };
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(scan.part[i].line, lines[i]);
		assert_int_equal(scan.part[i].unreadable, i == 3);
	}
}

static void places_and_offsets_are_each_others_inverse(void **state)
{
	(void)state;
	static const char text[] = "a: \xc3\xa9x\r\n\n\xf0\x9f\x98\x80: b\nlast";
	SCAN(text);
	assert_int_equal(scan.n_line, 4);
	size_t len;
	assert_memory_equal(yaml_scan_line(&scan, 1, &len), "a: ", 3);
	assert_int_equal(len, 6);
	yaml_scan_line(&scan, 2, &len);
	assert_int_equal(len, 0);
	yaml_scan_line(&scan, 5, &len);
	assert_int_equal(len, 0);
	assert_int_equal(yaml_scan_offset(&scan, 1, 5), 5);
	assert_int_equal(yaml_scan_offset(&scan, 1, 99), 6);
	assert_int_equal(yaml_scan_offset(&scan, 3, 2), 13);
	assert_int_equal(yaml_scan_offset(&scan, 9, 1), sizeof(text) - 1);
	assert_span(yaml_scan_span(&scan, 3, 5), 1, 4, 1, 5);
	assert_span(yaml_scan_span(&scan, 9, 16), 3, 1, 3, 5);
	assert_span(yaml_scan_span(&scan, 5, 14), 1, 5, 3, 3);
	for (size_t at = 0; at < sizeof(text) - 1; at++) {
		if (((unsigned char)text[at] & 0xc0) == 0x80 || text[at] == '\n')
			continue;
		struct span s = yaml_scan_span(&scan, at, at);
		assert_int_equal(yaml_scan_offset(&scan, s.line, s.col), at);
	}
}

static void repeat(const char *unit, size_t n, char *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = unit[i % n];
}

static void crowds_are_refused_with_one_finding(void **state)
{
	(void)state;
	static char big[YAML_FILE_MAX + 1];

	repeat("a: 1 # abcdefg\n", 15, big, sizeof(big));
	scan_bytes(big, sizeof(big));
	TOLD("error 1007 0:0-0 the file has more than 1 MiB; split it into smaller ones");
	scan_bytes(big, sizeof(big) - 1);
	TOLD("");
	assert_false(scan.refused);
	repeat("\n", 1, big, sizeof(big));
	scan_bytes(big, YAML_FILE_MAX);
	TOLD("error 1007 100001:1-2 the file has more than 100000 lines; "
	     "split it into smaller ones");
	assert_true(scan.refused);
	assert_true(mem.used < 2 << 20);
	repeat("---\n", 4, big, sizeof(big));
	scan_bytes(big, YAML_FILE_MAX);
	TOLD("error 1007 5000:1-2 the file has more than 5000 documents; "
	     "split it into smaller ones");
}

static void findings_of_a_hostile_file_are_bounded(void **state)
{
	(void)state;
	static char big[YAML_FILE_MAX];

	repeat("\xff.\x01.", 4, big, sizeof(big));
	scan_bytes(big, sizeof(big));
	assert_int_equal(found.n, FINDINGS_PER_FILE);
	assert_true(scan.refused);
	assert_true(mem.used < 1 << 17);
	repeat("\r", 1, big, sizeof(big));
	scan_bytes(big, sizeof(big));
	assert_int_equal(found.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_files_have_no_findings),
		cmocka_unit_test(a_byte_order_mark_in_front_is_skipped),
		cmocka_unit_test(bytes_that_are_not_utf8_have_a_place),
		cmocka_unit_test(wide_encodings_are_one_finding),
		cmocka_unit_test(control_characters_have_a_place),
		cmocka_unit_test(invisible_characters_have_a_place_and_a_name),
		cmocka_unit_test(line_breaks_of_yaml_alone_are_told_once_a_line),
		cmocka_unit_test(a_directive_is_the_one_finding_of_its_file),
		cmocka_unit_test(parts_start_at_lines_with_three_dashes),
		cmocka_unit_test(places_and_offsets_are_each_others_inverse),
		cmocka_unit_test(crowds_are_refused_with_one_finding),
		cmocka_unit_test(findings_of_a_hostile_file_are_bounded),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&mem);
	return failed;
}
