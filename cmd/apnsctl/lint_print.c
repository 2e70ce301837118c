/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/lint_print.h"

#include <string.h>

#include "cmd/apnsctl/app.h"
#include "reconcile/adapter/file/file.h"
#include "schema/base/text.h"

enum { REPORT_MAX = 256 << 20 };

/* The file that code frames were last taken from. */
struct frames {
	const struct repo *repo;
	const char *file;
	struct buf bytes;
};

static const char *line_of(const struct buf *b, uint32_t line, size_t *len)
{
	const char *at = buf_str(b), *end = at + b->len;

	for (; line > 1 && at < end; line--) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));
		if (!lf)
			return NULL;
		at = lf + 1;
	}
	const char *lf = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
	*len = (size_t)((lf ? lf : end) - at);
	if (*len && at[*len - 1] == '\r')
		--*len;
	return at;
}

static const char *frame_line(void *self, const char *file, uint32_t line, size_t *len)
{
	struct frames *f = self;
	struct source *s = f->repo->source;
	char oid[OID_TEXT];
	struct err e = { 0 };

	if (!text_eq(file, f->file)) {
		f->file = file;
		buf_clear(&f->bytes);
		if (s->ops->lookup(s, f->repo->commit, file, oid, &e) ||
		    s->ops->read(s, oid, &f->bytes, &e))
			buf_clear(&f->bytes);
	}
	return f->bytes.len ? line_of(&f->bytes, line, len) : NULL;
}

static void print_text(const struct repo *repo, const struct lint_report *r, bool colour,
		       struct buf *out)
{
	struct frames f = { .repo = repo, .bytes = BUF_INIT(SOURCE_FILE_MAX) };
	struct source_lines lines = { frame_line, &f };

	emit_lint_text(out, r, &lines, colour ? EMIT_COLOUR : 0);
	buf_release(&f.bytes);
}

static void print_sarif(struct buf *out, const struct lint_report *r)
{
	emit_lint_sarif(out, r, APNSCTL_VERSION);
}

/* `print` NULL: text, which alone needs the sources. */
static const struct format {
	const char *name;
	void (*print)(struct buf *out, const struct lint_report *r);
} formats[] = {
	{ "text", NULL },
	{ "concise", emit_lint_concise },
	{ "json", emit_lint_json },
	{ "github", emit_lint_github },
	{ "gitlab", emit_lint_gitlab },
	{ "sarif", print_sarif },
	{ "junit", emit_lint_junit },
};

static const struct format *format_of(const char *spec)
{
	size_t n = strcspn(spec, "=");

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strlen(formats[i].name) == n && !strncmp(spec, formats[i].name, n))
			return &formats[i];
	return NULL;
}

int lint_format_check(const char *spec)
{
	if (format_of(spec))
		return 0;
	return app_usage("lint", "--format takes " LINT_FORMATS ", not '%s'", app_safe(spec));
}

int lint_print(const struct repo *repo, const char *spec, const struct lint_report *r, int status)
{
	const struct format *f = format_of(spec);
	const char *file = strchr(spec, '=');
	struct buf out = BUF_INIT(REPORT_MAX);
	struct err e = { 0 };

	if (f->print)
		f->print(&out, r);
	else
		print_text(repo, r, !file && app_colour_out(), &out);
	if (!file)
		return app_print(&out, status);
	int failed = file_write_atomic(file + 1, buf_str(&out), out.len, 0644, &e);
	buf_release(&out);
	return failed ? app_fail(&e) : status;
}
