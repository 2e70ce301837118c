/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The encoders of lint's findings: arbitrary bytes as names of files and objects, messages, related
 * places, fixes and source lines. What each encoder writes is read back as its readers do, and must
 * hold the text as text.
 *
 * The input is records of fields that end with NUL: a control byte and the file, message, tenant,
 * name, pointer, related text, new text. What is behind the last whole record is the source.
 */
#include <stdlib.h>
#include <string.h>

#include "reconcile/adapter/jansson/read.h"
#include "schema/base/text.h"
#include "schema/emit/emit.h"
#include "tests/fuzz/xml.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { FIELDS = 7, FUZZED_MAX = 64, OUT_MAX = 64 << 20, SUMMARY_MAX = 2000 };
enum { FILE_NAME, MESSAGE, TENANT, NAME, POINTER, RELATED, NEW_TEXT };

struct world {
	struct arena mem;
	struct findings fs;
	const char *source;
	size_t source_len;
	struct buf out;
};

static void must(bool truth)
{
	if (!truth)
		abort();
}

static const char *source(void *self, const char *file, size_t *len)
{
	struct world *w = self;

	(void)file;
	*len = w->source_len;
	return w->source;
}

/* As every encoder may show it: what is no UTF-8 is U+FFFD. */
static char *clean(struct world *w, const char *s)
{
	struct buf b = BUF_INIT(1 << 22);
	size_t len = strlen(s);

	for (size_t at = 0, from = 0; at < len; from = at)
		if (text_utf8_next(s, len, &at) < 0)
			buf_adds(&b, "\xef\xbf\xbd");
		else
			buf_add(&b, s + from, at - from);
	char *text = arena_strdup(&w->mem, buf_str(&b));
	buf_release(&b);
	return text;
}

static void add(struct world *w, unsigned char control, char *const field[FIELDS])
{
	static const enum rule_code rules[] = { RULE_BAD_VALUE, RULE_UNREFERENCED_FILE, RULE_ADVICE,
						RULE_MISSING_REFERENCE };
	uint32_t line = control >> 2 & 3, col = 1 + (control >> 4);
	struct span at = { line, line ? col : 0, line + (control >> 7), line ? col + 2 : 0 };
	const char *file = *field[FILE_NAME] ? field[FILE_NAME] : NULL;
	struct finding *f = finding_add(&w->fs, rules[control & 3], file, at, "%s", field[MESSAGE]);

	if (control & 8) /* what an object is told by has no blanks */
		f->object = (struct ref){
			KIND_PushCertificate,
			arena_strndup(&w->mem, field[TENANT], strcspn(field[TENANT], " /")),
			arena_strndup(&w->mem, field[NAME], strcspn(field[NAME], " /"))
		};
	f->pointer = *field[POINTER] ? field[POINTER] : NULL;
	if (*field[RELATED])
		finding_relate(&w->fs, f, file, at, "%s", field[RELATED]);
	if (*field[NEW_TEXT] && file && line)
		finding_suggest(&w->fs, f, at, field[NEW_TEXT], field[RELATED]);
}

static void read_input(struct world *w, const char *data, size_t size)
{
	w->fs = (struct findings)FINDINGS_INIT(&w->mem);
	while (w->fs.n < FUZZED_MAX && size > 1) {
		char *field[FIELDS];
		const char *at = data + 1, *end = data + size;
		unsigned n = 0;
		for (; n < FIELDS; n++) {
			const char *nul = memchr(at, 0, (size_t)(end - at));
			if (!nul)
				break;
			field[n] = arena_strndup(&w->mem, at, (size_t)(nul - at));
			at = nul + 1;
		}
		if (n < FIELDS)
			break;
		add(w, (unsigned char)*data, field);
		data = at;
		size = (size_t)(end - at);
	}
	w->source = data;
	w->source_len = size;
	findings_sort(&w->fs);
}

static struct value load(struct world *w)
{
	struct value v = { 0 };
	struct err e = { 0 };

	must(!w->out.full && !json_read(buf_str(&w->out), w->out.len, &w->mem, &v, &e));
	return v;
}

static void must_be(struct world *w, const struct value *object, const char *key, const char *text)
{
	must(text_eq(value_text(object, key), clean(w, text)));
}

static void check_json(struct world *w, const struct lint_report *r)
{
	emit_lint_json(&w->out, r);
	struct value root = load(w);
	const struct value *all = value_array(&root, "findings");

	must(all->n == w->fs.n);
	for (size_t i = 0; i < w->fs.n; i++) {
		const struct finding *f = &w->fs.item[i];
		const struct value *v = &all->item[i];
		must_be(w, v, "message", f->message);
		if (f->file)
			must_be(w, v, "file", f->file);
		if (f->pointer)
			must_be(w, v, "pointer", f->pointer);
		if (f->fix)
			must_be(w, value_get(v, "fix"), "text", f->fix->text);
	}
}

static void check_gitlab(struct world *w, const struct lint_report *r)
{
	emit_lint_gitlab(&w->out, r);
	struct value all = load(w);

	must(all.type == VALUE_ARRAY && all.n == w->fs.n);
	for (size_t i = 0; i < w->fs.n; i++) {
		const struct value *v = &all.item[i];
		must_be(w, v, "description", w->fs.item[i].message);
		must(*value_text(value_get(v, "location"), "path") != 0);
		for (size_t k = 0; k < i; k++)
			must(!text_eq(value_text(v, "fingerprint"),
				      value_text(&all.item[k], "fingerprint")));
	}
}

/* The text without the backslashes that keep readers from making links. */
static char *without_guards(struct world *w, const char *s)
{
	char *text = arena_strdup(&w->mem, s), *to = text;

	for (; *s; s++)
		if (!text_starts(s, "\\]("))
			*to++ = *s;
	*to = 0;
	return text;
}

static char *unescape_uri(struct world *w, const char *s)
{
	char *text = arena_strdup(&w->mem, s), *to = text;

	for (; *s; s++) {
		if (*s == '%') {
			char hex[3] = { s[1], s[1] ? s[2] : 0, 0 };
			must(text_unhex(hex, to++, 1));
			s += 2;
		} else {
			must(*s > ' ' && *s < 0x7f && !strchr("\"<>\\^`{|}?#[]@:", *s));
			*to++ = *s;
		}
	}
	*to = 0;
	return text;
}

/* Whether one of the findings is what a result says. */
static bool is_result(struct world *w, const struct finding *f, const char *message,
		      const char *uri)
{
	const char *want = *f->message ? clean(w, f->message) : f->rule->title;
	size_t n = strlen(message);
	bool cut = n > 1000 && text_ends(message, "\xe2\x80\xa6");

	if (!text_eq(uri, f->file ? f->file : "organization.yaml"))
		return false;
	message = without_guards(w, message);
	want = without_guards(w, want); /* of its own, where somebody wrote one */
	return cut ? strncmp(message, want, n / 8) == 0 : text_eq(message, want);
}

static void check_result(struct world *w, const struct value *result)
{
	const char *message = value_text(value_get(result, "message"), "text");
	const struct value *at = &value_array(result, "locations")->item[0];
	bool found = false;

	at = value_get(value_get(at, "physicalLocation"), "artifactLocation");
	const char *uri = unescape_uri(w, value_text(at, "uri"));
	for (size_t i = 0; i < w->fs.n && !found; i++)
		found = is_result(w, &w->fs.item[i], message, uri);
	must(found && *message);
}

static void check_sarif(struct world *w, const struct lint_report *r)
{
	emit_lint_sarif(&w->out, r, NULL);
	struct value root = load(w);
	const struct value *all = value_array(&value_array(&root, "runs")->item[0], "results");

	must(all->n == w->fs.n);
	for (size_t i = 0; i < all->n; i++)
		check_result(w, &all->item[i]);
}

struct junit {
	struct world *world;
	size_t tests, failures;
	char *class;
	const char *name[FUZZED_MAX + 1];
};

static void junit_found(void *self, const char *element, const char *name, const char *value)
{
	struct junit *j = self;

	if (text_eq(element, "testcase") && text_eq(name, "classname"))
		j->class = arena_strdup(&j->world->mem, value);
	if (text_eq(element, "testcase") && text_eq(name, "name")) {
		const char *both = arena_printf(&j->world->mem, "%s\t%s", j->class, value);
		for (size_t i = 0; i < j->tests; i++)
			must(!text_eq(j->name[i], both));
		must(j->tests <= FUZZED_MAX);
		j->name[j->tests++] = both;
	}
	if (text_eq(element, "failure") && !name) {
		j->failures++;
		must(strstr(value, "[APN") != NULL);
	}
}

static void check_junit(struct world *w, const struct lint_report *r)
{
	struct junit j = { .world = w };

	emit_lint_junit(&w->out, r);
	must(!w->out.full);
	struct xml x = { .at = buf_str(&w->out),
			 .end = buf_str(&w->out) + w->out.len,
			 .found = junit_found,
			 .self = &j };
	xml_read(&x);
	must(j.tests == (w->fs.n ? w->fs.n : 1) && j.failures == w->fs.n_level[LEVEL_ERROR]);
}

/* What a runner would take for a command, and lint did not mean as one. */
static void check_line(const char *line, size_t len, bool commands)
{
	size_t i = 0;

	for (size_t k = 0; k < len; k++) {
		must((unsigned char)line[k] >= 0x20 && line[k] != 0x7f);
		must(!text_is_log_command(line + k, len - k));
	}
	while (i < len) { /* leading blanks, those of Unicode too, do not count */
		size_t next = i;
		int32_t c = text_utf8_next(line, len, &next);
		if (c != ' ' && c != 0xa0 && c != 0x3000 && c != 0x1680 && c != 0x2028 &&
		    (c < 0x2000 || c > 0x200a) && c != 0x202f && c != 0x205f)
			break;
		i = next;
	}
	if (len - i < 2 || line[i] != ':' || line[i + 1] != ':')
		return;
	must(commands && i == 0);
	const char *data = memmem(line + 2, len - 2, "::", 2);
	must(data && memmem(line, (size_t)(data - line), "title=", 6));
	must(!strncmp(line, "::error ", 8) || !strncmp(line, "::warning ", 10) ||
	     !strncmp(line, "::notice ", 9));
}

static void check_lines(struct world *w, bool commands)
{
	const char *at = buf_str(&w->out), *end = at + w->out.len;

	must(!w->out.full);
	while (at < end) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));
		must(lf != NULL);
		check_line(at, (size_t)(lf - at), commands);
		at = lf + 1;
	}
}

static void check_github(struct world *w, const struct lint_report *r)
{
	struct buf shown = BUF_INIT(1 << 22), escaped = BUF_INIT(1 << 22);

	emit_lint_github(&w->out, r);
	check_lines(w, true);
	for (size_t i = 0; i < w->fs.n; i++) {
		buf_clear(&shown);
		buf_clear(&escaped);
		text_escape_terminal(&shown, w->fs.item[i].message, strlen(w->fs.item[i].message));
		for (const char *s = buf_str(&shown); *s; s++)
			if (*s == '%')
				buf_adds(&escaped, "%25");
			else
				buf_addc(&escaped, *s);
		must(strstr(buf_str(&w->out), buf_str(&shown)) ||
		     strstr(buf_str(&w->out), buf_str(&escaped)));
	}
	buf_release(&shown);
	buf_release(&escaped);
}

/* A row has five bars that are none of the text's, and nothing that begins an HTML tag. */
static void check_row(const char *row, size_t len)
{
	unsigned bars = 0;

	for (size_t i = 0; i < len; i++) {
		must((unsigned char)row[i] >= 0x20 && row[i] != '<' && row[i] != '>');
		if (row[i] == '\\')
			i++;
		else
			bars += row[i] == '|';
	}
	must(bars == 5);
}

static void check_summary(struct world *w, const struct lint_report *r)
{
	emit_lint_summary(&w->out, r, SUMMARY_MAX);
	must(!w->out.full && w->out.len <= SUMMARY_MAX);
	for (const char *at = buf_str(&w->out); *at;) {
		size_t n = strcspn(at, "\n");
		must(at[n] == '\n');
		if (*at == '|')
			check_row(at, n);
		else
			must(!n || text_starts(at, "### apnsctl lint: ") ||
			     (*at >= '0' && *at <= '9'));
		at += n + 1;
	}
}

static void check_text(struct world *w, const struct lint_report *r)
{
	emit_lint_text(&w->out, r, 60, 0);
	check_lines(w, false);
}

static void check_concise(struct world *w, const struct lint_report *r)
{
	size_t lines = 0;

	emit_lint_concise(&w->out, r);
	check_lines(w, false);
	for (size_t i = 0; i < w->out.len; i++)
		lines += w->out.data[i] == '\n';
	must(lines == w->fs.n);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static void (*const checks[])(struct world * w, const struct lint_report *r) = {
		check_text,   check_concise, check_json,  check_github,
		check_gitlab, check_sarif,   check_junit, check_summary,
	};
	struct world w = { .out = BUF_INIT(OUT_MAX) };
	struct source_texts sources = { source, &w };
	struct lint_report report = { .findings = &w.fs, .documents = 1, .sources = &sources };

	read_input(&w, (const char *)data, size);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		buf_clear(&w.out);
		checks[i](&w, &report);
	}
	buf_release(&w.out);
	arena_release(&w.mem);
	return 0;
}
