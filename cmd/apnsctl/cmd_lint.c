/* SPDX-License-Identifier: Apache-2.0 */
/* lint: loads a repository, all of it or what is below PATH, and tells what is wrong. Offline. */
#include <stdio.h>
#include <string.h>

#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/lint_published.h"
#include "cmd/apnsctl/ports.h"
#include "cmd/apnsctl/repo.h"
#include "reconcile/adapter/file/file.h"
#include "reconcile/run/load.h"
#include "schema/base/text.h"
#include "schema/emit/emit.h"
#include "schema/rule/claims.h"

enum { REPORT_MAX = 256 << 20, LINE_FILES_MAX = SOURCE_FILE_MAX };

struct lint {
	struct repo repo;
	struct x509 *x509;
	struct cert_reader certs;
	struct load load;
	struct arena mem;
	struct findings findings;
	struct claims *claims;
	const char *status; /* --status; NULL: that of the repository */
	struct published published;
	struct check_skipped skipped; /* when there is no status branch; code NULL: there is */
	const char *only[OPTION_LIST_MAX]; /* paths that findings are filtered by */
	size_t n_only;
	/* the file that code frames were last taken from */
	const char *frame_file;
	struct buf frame;
};

static int lint_tenants(struct lint *l, struct err *e)
{
	for (size_t i = 0; i < l->load.n_tenant; i++) {
		struct load_tenant t;
		if (load_tenant(&l->load, l->load.tenant[i].name, &t, e))
			return -1;
		claims_add(l->claims, &t.want);
		lint_published(&l->published, &t.want, &t.findings);
		findings_append(&l->findings, &t.findings);
		load_tenant_release(&t);
	}
	return 0;
}

/* What is wrong with a status branch that nobody named is no reason to be silent on manifests. */
static int open_published(struct lint *l, struct err *e)
{
	struct err mine = { 0 };
	const char *why = NULL;
	int none = published_open(&l->repo, l->status, &l->published, &why, l->status ? e : &mine);

	if (none < 0 && l->status)
		return -1;
	if (!none)
		return 0;
	l->skipped.code = "published-pins";
	l->skipped.reason = arena_printf(&l->mem, "topics against those that were published: %s",
					 none < 0 ? mine.text : why);
	return 0;
}

static int lint_all(struct lint *l, struct err *e)
{
	if (open_published(l, e) ||
	    load_open(&l->load, l->repo.source, l->repo.commit, &l->certs, LOAD_ALL, e))
		return -1;
	int failed = lint_tenants(l, e);
	if (!failed) {
		findings_append(&l->findings, &l->load.findings);
		claims_check(l->claims, &l->findings);
	}
	return failed;
}

static bool is_below(const char *file, const char *path)
{
	size_t n = strlen(path);

	return !n || (strncmp(file, path, n) == 0 && (!file[n] || file[n] == '/'));
}

/* Keeps what concerns the paths that were asked for. */
static void filter(struct lint *l)
{
	struct findings *fs = &l->findings;
	size_t kept = 0;

	if (!l->n_only)
		return;
	memset(fs->n_level, 0, sizeof(fs->n_level));
	for (size_t i = 0; i < fs->n; i++) {
		bool keep = false;
		for (size_t k = 0; k < l->n_only; k++)
			keep |= is_below(fs->item[i].file, l->only[k]);
		if (!keep)
			continue;
		fs->n_level[fs->item[i].level]++;
		fs->item[kept++] = fs->item[i];
	}
	fs->n = kept;
}

/* The i-th line of the bytes. */
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
	struct lint *l = self;
	struct source *s = l->repo.source;
	char oid[OID_TEXT];
	struct err e = { 0 };

	if (!text_eq(file, l->frame_file)) {
		l->frame_file = file;
		buf_clear(&l->frame);
		if (s->ops->lookup(s, l->repo.commit, file, oid, &e) ||
		    s->ops->read(s, oid, &l->frame, &e))
			buf_clear(&l->frame);
	}
	return l->frame.len ? line_of(&l->frame, line, len) : NULL;
}

static const char *const format_names[] = { "text",   "concise", "json", "github",
					    "gitlab", "sarif",	 "junit" };

static bool emit_as(struct lint *l, const char *format, const struct lint_report *r,
		    bool colour, struct buf *out)
{
	struct source_lines lines = { frame_line, l };

	if (text_eq(format, "text"))
		emit_lint_text(out, r, &lines, colour ? EMIT_COLOUR : 0);
	else if (text_eq(format, "concise"))
		emit_lint_concise(out, r);
	else if (text_eq(format, "json"))
		emit_lint_json(out, r);
	else if (text_eq(format, "github"))
		emit_lint_github(out, r);
	else if (text_eq(format, "gitlab"))
		emit_lint_gitlab(out, r);
	else if (text_eq(format, "sarif"))
		emit_lint_sarif(out, r, APNSCTL_VERSION);
	else if (text_eq(format, "junit"))
		emit_lint_junit(out, r);
	else
		return false;
	return true;
}

static int check_format(const char *spec)
{
	for (size_t i = 0; i < sizeof(format_names) / sizeof(format_names[0]); i++) {
		size_t n = strlen(format_names[i]);
		if (!strncmp(spec, format_names[i], n) && (!spec[n] || spec[n] == '='))
			return 0;
	}
	return app_usage("lint",
			 "--format takes text, concise, json, github, gitlab, sarif or junit, not "
			 "'%s'",
			 app_safe(spec));
}

/* "json" prints, "json=FILE" writes. */
static int print_as(struct lint *l, const char *spec, const struct lint_report *r, int status)
{
	struct buf out = BUF_INIT(REPORT_MAX);
	const char *file = strchr(spec, '=');
	const char *format =
		file ? arena_strndup(&l->mem, spec, (size_t)(file - spec)) : spec;
	struct err e = { 0 };

	emit_as(l, format, r, !file && app_colour_out(), &out);
	if (!file)
		return app_print(&out, status);
	int failed = file_write_atomic(file + 1, buf_str(&out), out.len, 0644, &e);
	buf_release(&out);
	return failed ? app_fail(&e) : status;
}

static int report(struct lint *l, const struct option_list *formats, enum level fail_on)
{
	findings_sort(&l->findings);
	filter(l);
	struct lint_report r = { .findings = &l->findings,
				 .documents = l->load.n_document,
				 .skipped = &l->skipped,
				 .n_skipped = l->skipped.code != NULL };
	size_t bad = l->findings.n_level[LEVEL_ERROR];
	int status, result;

	if (fail_on == LEVEL_WARNING)
		bad += l->findings.n_level[LEVEL_WARNING];
	status = result = bad ? err_exit_status(ERR_INPUT) : 0;
	for (size_t i = 0; i < formats->n; i++) {
		int printed = print_as(l, formats->item[i], &r, status);
		result = printed != status ? printed : result;
	}
	if (!l->load.n_document)
		app_say("apnsctl: there are no manifests in %s: run it inside their repository or "
			"name its folder; apnsctl init makes one",
			app_safe(l->repo.root));
	return result;
}

static int note_paths(struct lint *l, char **paths, int n, const char *rev, struct err *e)
{
	for (int i = 0; i < n && i < OPTION_LIST_MAX; i++) {
		const char **to = &l->only[l->n_only];
		char oid[OID_TEXT];
		if (repo_relative(&l->repo, paths[i], &l->mem, to, e))
			return -1;
		if (rev && **to &&
		    l->repo.source->ops->lookup(l->repo.source, l->repo.commit, *to, oid, e))
			return err_set(e, ERR_USAGE, "%s is not in revision %s", paths[i], rev);
		if (**to)
			l->n_only++;
	}
	return 0;
}

static int lint(struct lint *l, char **paths, int n, const char *rev, struct err *e)
{
	if (repo_open(n ? paths[0] : NULL, rev, &l->repo, e) || note_paths(l, paths, n, rev, e) ||
	    ports_open_x509(&l->x509, e))
		return -1;
	l->certs = ports_cert_reader(l->x509);
	l->findings = (struct findings)FINDINGS_INIT(&l->mem);
	l->claims = claims_new();
	return lint_all(l, e);
}

static void lint_release(struct lint *l)
{
	claims_free(l->claims);
	published_close(&l->published);
	load_close(&l->load);
	if (l->x509)
		l->x509->ops->close(l->x509);
	repo_close(&l->repo);
	buf_release(&l->frame);
	arena_release(&l->mem);
}

static int parse_fail_on(const char *word, enum level *out)
{
	*out = text_eq(word, "warning") ? LEVEL_WARNING : LEVEL_ERROR;
	if (!word || text_eq(word, "warning") || text_eq(word, "error"))
		return 0;
	return app_usage("lint", "--fail-on takes error or warning, not '%s'", app_safe(word));
}

int cmd_lint(struct app *app, int argc, char **argv)
{
	struct option_list formats = { 0 };
	const char *rev = NULL, *fail_on = NULL, *published = NULL;
	const struct option_spec spec[] = {
		{ "format", "F[=FILE]",
		  "text, concise, json, github, gitlab, sarif, junit; repeatable", OPTION_LIST,
		  &formats },
		{ "rev", "REV", "check this revision instead of the working tree", OPTION_TEXT,
		  &rev },
		{ "status", "REV|DIR", "compare topics with this status branch", OPTION_TEXT,
		  &published },
		{ "fail-on", "LEVEL", "exit with 3 from error (the default) or warning on",
		  OPTION_TEXT, &fail_on },
		{ 0 },
	};
	struct lint l = { .frame = BUF_INIT(LINE_FILES_MAX) };
	struct err e = { 0 };
	enum level level;
	char **args;
	int status, n = app_options(app, spec, argc, argv, &args, &status);

	if (n < 0)
		return status;
	for (size_t i = 0; i < formats.n; i++)
		if ((status = check_format(formats.item[i])))
			return status;
	if ((status = parse_fail_on(fail_on, &level)))
		return status;
	if (!formats.n)
		formats.item[formats.n++] = app->output == OUTPUT_JSON ? "json" : "text";
	l.status = published;
	status = lint(&l, args, n, rev, &e) ? app_fail(&e) : report(&l, &formats, level);
	lint_release(&l);
	return status;
}
