/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/lint_print.h"

#include <string.h>

#include "cmd/apnsctl/app.h"
#include "cmd/apnsctl/lint_summary.h"
#include "reconcile/adapter/file/file.h"
#include "schema/base/text.h"
#include "schema/base/token.h"

enum { REPORT_MAX = 256 << 20 };

/* The file that code frames were last taken from. */
struct frames {
	const struct repo *repo;
	const char *prefix; /* what paths begin with that is not theirs in the repository */
	struct arena mem;   /* paths with the prefix, and the findings that have them */
	const char *file;
	struct buf bytes;
};

static const char *source_text(void *self, const char *file, size_t *len)
{
	struct frames *f = self;
	struct source *s = f->repo->source;
	char oid[OID_TEXT];
	struct err e = { 0 };

	if (!text_eq(file, f->file)) {
		f->file = file;
		buf_clear(&f->bytes);
		file += text_starts(file, f->prefix) ? strlen(f->prefix) : 0;
		if (s->ops->lookup(s, f->repo->commit, file, oid, &e) ||
		    s->ops->read(s, oid, &f->bytes, &e))
			buf_clear(&f->bytes);
		token_mask_lines(f->bytes.data, f->bytes.len);
	}
	*len = f->bytes.len;
	return f->bytes.len ? buf_str(&f->bytes) : NULL;
}

static void print_text(struct buf *out, const struct lint_report *r)
{
	emit_lint_text(out, r, app_columns_out(), app_colour_out() ? EMIT_COLOUR : 0);
}

static void print_text_file(struct buf *out, const struct lint_report *r)
{
	emit_lint_text(out, r, 0, 0);
}

static void print_sarif(struct buf *out, const struct lint_report *r)
{
	emit_lint_sarif(out, r, APNSCTL_VERSION);
}

/*
 * Who reads a format. FOR_PEOPLE and FOR_PROGRAMS have paths as the repository has them. FOR_CI:
 * whoever reads it looks for the files in a checkout, so that paths begin at its top.
 */
enum format_for { FOR_PEOPLE, FOR_PROGRAMS, FOR_CI };

static const struct format {
	const char *name;
	enum format_for reader;
	bool tells_skipped; /* says which checks were not done */
	void (*print)(struct buf *out, const struct lint_report *r);
} formats[] = {
	{ "text", FOR_PEOPLE, true, print_text },
	{ "concise", FOR_CI, false, emit_lint_concise },
	{ "json", FOR_PROGRAMS, true, emit_lint_json },
	{ "github", FOR_CI, true, emit_lint_github },
	{ "gitlab", FOR_CI, false, emit_lint_gitlab },
	{ "sarif", FOR_CI, true, print_sarif },
	{ "junit", FOR_CI, true, emit_lint_junit },
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

static const char *in_checkout(struct frames *f, const char *file)
{
	return file ? arena_printf(&f->mem, "%s%s", f->prefix, file) : NULL;
}

static struct related *related_in_checkout(struct frames *f, const struct finding *from)
{
	struct related *r = arena_array(&f->mem, from->n_related, sizeof(*r));

	for (size_t i = 0; i < from->n_related; i++) {
		r[i] = from->related[i];
		r[i].file = in_checkout(f, r[i].file);
	}
	return r;
}

/* A name can be a secret by mistake. */
static const char *masked(struct frames *f, const char *text)
{
	char *copy = text ? arena_strdup(&f->mem, text) : NULL;

	return copy && token_mask(copy, strlen(copy)) ? copy : text;
}

/*
 * The findings as they are shown, with paths from the top of the checkout where there is a prefix,
 * which changes no order.
 */
static struct findings findings_shown(struct frames *f, const struct findings *from)
{
	struct findings fs = *from;

	fs.item = arena_array(&f->mem, from->n, sizeof(*fs.item));
	for (size_t i = 0; i < from->n; i++) {
		struct finding *to = &fs.item[i];
		*to = from->item[i];
		to->file = in_checkout(f, to->file);
		to->object.name = masked(f, to->object.name);
		to->pointer = masked(f, to->pointer);
		to->related = related_in_checkout(f, to);
		if (!to->fix)
			continue;
		struct edit *fix = arena_array(&f->mem, 1 + to->n_also, sizeof(*fix));
		*fix = *to->fix;
		if (to->n_also)
			memcpy(fix + 1, to->also, to->n_also * sizeof(*fix));
		for (size_t k = 0; k <= to->n_also; k++)
			fix[k].file = in_checkout(f, fix[k].file);
		to->fix = fix;
		to->also = fix + 1;
	}
	return fs;
}

static void print(const struct format *f, const struct repo *repo, const struct lint_report *r,
		  struct buf *out)
{
	struct frames frames = { .repo = repo, .prefix = "", .bytes = BUF_INIT(SOURCE_FILE_MAX) };
	struct source_texts sources = { source_text, &frames };
	struct lint_report mine = *r;
	struct findings fs;

	mine.sources = &sources;
	if (f->reader == FOR_CI)
		frames.prefix = repo->prefix;
	fs = findings_shown(&frames, r->findings);
	mine.findings = &fs;
	mine.organization = in_checkout(&frames, "organization.yaml");
	f->print(out, &mine);
	if (text_eq(f->name, "github"))
		lint_summary(&mine);
	buf_release(&frames.bytes);
	arena_release(&frames.mem);
}

static void tell_skipped(const struct lint_report *r)
{
	for (size_t i = 0; i < r->n_skipped; i++)
		app_say("apnsctl: not checked: %s", app_safe(r->skipped[i].reason));
}

static int write_report(const struct repo *repo, const char *path, const struct buf *out,
			struct err *e)
{
	if (out->full)
		return err_set(e, ERR_IO, "%s is not written: it would be larger than 256 MiB",
			       path);
	if (repo_check_way(repo, path, e))
		return -1;
	return file_write_atomic(path, buf_str(out), out->len, 0644, e);
}

int lint_print(const struct repo *repo, const char *spec, const struct lint_report *r, int status)
{
	const struct format *f = format_of(spec);
	static const struct format text_file = { "text", FOR_PEOPLE, true, print_text_file };
	const char *file = strchr(spec, '=');
	struct buf out = BUF_INIT(REPORT_MAX);
	struct err e = { 0 };

	print(file && f->print == print_text ? &text_file : f, repo, r, &out);
	if (!f->tells_skipped)
		tell_skipped(r);
	if (!file)
		return app_print(&out, status);
	int failed = write_report(repo, file + 1, &out, &e);
	buf_release(&out);
	return failed ? app_fail(&e) : status;
}
