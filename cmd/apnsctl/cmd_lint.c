/* SPDX-License-Identifier: Apache-2.0 */
/* lint: loads a repository, all of it or what is below PATH, and tells what is wrong. Offline. */
#include <stdio.h>
#include <string.h>

#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/lint_base.h"
#include "cmd/apnsctl/lint_expiry.h"
#include "cmd/apnsctl/lint_fix.h"
#include "cmd/apnsctl/lint_print.h"
#include "cmd/apnsctl/lint_published.h"
#include "cmd/apnsctl/ports.h"
#include "cmd/apnsctl/repo.h"
#include "reconcile/run/load.h"
#include "schema/base/text.h"
#include "schema/rule/claims.h"

struct lint {
	struct repo repo;
	struct x509 *x509;
	struct cert_reader certs;
	struct load load;
	struct arena mem;
	struct findings findings;
	struct claims *claims;
	struct ignores ignores; /* of all files */
	const char *status;     /* --status; NULL: that of the repository */
	struct published published;
	struct owners owners; /* of what is published */
	struct check_skipped skipped; /* when there is no status branch; code NULL: there is */
	struct repo_base compared;    /* --base; `source` NULL: no change rules */
	struct lint_base base;
	bool expiry; /* --expiry: also what depends on the clock */
	int64_t now;
	const char *only[OPTION_LIST_MAX]; /* paths that findings are filtered by */
	size_t n_only;
	bool is_read[OPTION_LIST_MAX]; /* something of it was judged, or is told */
};

/* Where there are errors, or in what all share, rules are silent about the rest. */
static void add_ignores(struct lint *l, const struct set *s, const struct findings *fs)
{
	bool hidden = fs->n_level[LEVEL_ERROR] || l->load.findings.n_level[LEVEL_ERROR];

	ignores_add(&l->ignores, &l->mem, &s->ignores, hidden);
}

static bool is_below(const char *file, const char *path)
{
	size_t n = strlen(path);

	return !n || (file && strncmp(file, path, n) == 0 && (!file[n] || file[n] == '/'));
}

static void note_read(struct lint *l, const char *file)
{
	for (size_t k = 0; k < l->n_only; k++)
		l->is_read[k] = l->is_read[k] || is_below(file, l->only[k]);
}

/* Manifests and certificates are judged; of other files only what is found there counts. */
static void note_all_read(struct lint *l, const struct set *s, const struct findings *fs)
{
	for (size_t i = 0; l->n_only && i < s->n_object; i++)
		note_read(l, s->object[i]->file);
	for (size_t i = 0; l->n_only && i < s->n_cert; i++)
		note_read(l, s->cert[i].path);
	for (size_t i = 0; l->n_only && i < fs->n; i++)
		note_read(l, fs->item[i].file);
}

static int check_read(const struct lint *l, struct err *e)
{
	for (size_t k = 0; k < l->n_only; k++)
		if (!l->is_read[k])
			return err_set(e, ERR_USAGE,
				       "%s: no manifest and no certificate file is there; only "
				       "secrets were looked for, and none was found",
				       l->only[k]);
	return 0;
}

static int lint_tenants(struct lint *l, struct err *e)
{
	for (size_t i = 0; i < l->load.n_tenant; i++) {
		struct load_tenant t;
		if (load_tenant(&l->load, l->load.tenant[i].name, &t, e))
			return -1;
		lint_published(&l->published, &l->owners, &l->load, l->compared.source, &t);
		if (l->expiry)
			lint_expiry(&l->published, &t, l->now);
		int failed = l->compared.source ? lint_base_tenant(&l->base, i, &t, e) : 0;
		claims_add(l->claims, &t.want, l->base.was);
		findings_append(&l->findings, &t.findings);
		add_ignores(l, &t.set, &t.findings);
		note_all_read(l, &t.set, &t.findings);
		load_tenant_release(&t);
		if (failed)
			return -1;
	}
	return l->compared.source ? lint_base_end(&l->base, &l->findings, e) : 0;
}

/* What is wrong with a status branch that nobody named is no reason to be silent on manifests. */
static int open_published(struct lint *l, struct err *e)
{
	struct err mine = { 0 };
	const char *why = NULL;
	int none = published_open(&l->repo, l->status, &l->published, &why, l->status ? e : &mine);

	if (none < 0 && l->status)
		return -1;
	owners_build(&l->owners, l->published.tenant, l->published.n, &l->published.mem);
	if (!none)
		return 0;
	l->skipped.code = "published-pins";
	l->skipped.reason = arena_printf(&l->mem, "topics against those that were published: %s",
					 none < 0 ? mine.text : why);
	return 0;
}

/* What the options ask for. */
struct lint_wish {
	struct option_list formats;
	const char *rev;  /* NULL: the working tree */
	const char *base; /* NULL: no change rules */
	char **path;     /* as they were given */
	int n_path;
	bool only_new; /* tell only what the base does not have */
	bool fix, diff;
	enum level fail_on;
};

/* True for what concerns the paths that were asked for. */
static bool is_asked(const struct lint *l, const char *file)
{
	for (size_t k = 0; k < l->n_only; k++)
		if (!file || is_below(file, l->only[k]))
			return true;
	return !l->n_only;
}

static bool keeps(void *arg, const struct finding *f)
{
	return is_asked(arg, f->file);
}

static bool may_edit(void *arg, const char *file)
{
	return is_asked(arg, file);
}

static int lint_all(struct lint *l, struct err *e)
{
	l->findings = (struct findings)FINDINGS_INIT(&l->mem);
	l->claims = claims_new();
	if (open_published(l, e) ||
	    load_open(&l->load, l->repo.source, l->repo.commit, &l->certs, LOAD_ALL, e) ||
	    (l->compared.source && lint_base_open(&l->base, &l->compared, &l->load, &l->published,
						  !l->skipped.code, e)))
		return -1;
	if (l->compared.source)
		change_organization(&l->base.load.shared, &l->load.findings);
	int failed = lint_tenants(l, e);
	if (!failed) {
		findings_append(&l->findings, &l->load.findings);
		claims_check(l->claims, &l->findings);
		claims_settle(l->claims, &l->findings);
		add_ignores(l, &l->load.shared, &l->load.findings);
		note_all_read(l, &l->load.shared, &l->load.findings);
		ignores_apply(&l->ignores, &l->findings);
		ignores_tell_unused(&l->ignores, &l->findings);
	}
	return failed;
}

static size_t count_ignored(const struct lint *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->ignores.n; i++)
		if (is_asked(l, l->ignores.item[i].file))
			n += l->ignores.item[i].n_used;
	return n;
}

static int status_of(const struct lint *l, enum level fail_on)
{
	const size_t *n = l->findings.n_level;

	return n[LEVEL_ERROR] || (fail_on == LEVEL_WARNING && n[LEVEL_WARNING])
		   ? err_exit_status(ERR_INPUT)
		   : 0;
}

enum { SKIPPED_MAX = 4 };

/*
 * What was not checked, or may mislead. Of .gitignore: more is linted than the author wanted;
 * nothing is left out that he did not want to.
 */
static size_t list_skipped(struct lint *l, struct check_skipped out[SKIPPED_MAX])
{
	const char *why, *file = repo_odd_ignore(&l->repo, &why);
	size_t n = 0;

	if (l->skipped.code)
		out[n++] = l->skipped;
	if (l->compared.is_unsure)
		out[n++] = (struct check_skipped){ "merge-base", l->compared.note };
	if (file)
		out[n++] = (struct check_skipped){
			"gitignore",
			arena_printf(&l->mem,
				     "what %s leaves out: %s; all below its folder was linted",
				     file, why),
		};
	file = repo_odd_attributes(&l->repo, &l->mem, &why);
	if (file)
		out[n++] = (struct check_skipped){
			"gitattributes",
			arena_printf(&l->mem,
				     "whether the files are what a commit has of them: %s says "
				     "that a checkout changes them (%s); lint the commit with "
				     "--rev HEAD",
				     file, why),
		};
	return n;
}

static int report(struct lint *l, const struct option_list *formats, enum level fail_on)
{
	struct check_skipped skipped[SKIPPED_MAX];
	struct lint_report r = { .findings = &l->findings,
				 .documents = l->load.n_document,
				 .ignored = count_ignored(l),
				 .skipped = skipped,
				 .n_skipped = list_skipped(l, skipped) };
	int status = status_of(l, fail_on), result = status;

	for (size_t i = 0; i < formats->n; i++) {
		int printed = lint_print(&l->repo, formats->item[i], &r, status);
		result = printed != status ? printed : result;
	}
	if (!l->load.n_document)
		app_say("apnsctl: there are no manifests in %s: run it inside their repository or "
			"name its folder; apnsctl init makes one",
			app_safe(l->repo.root));
	return result;
}

static int note_paths(struct lint *l, char **paths, int n, struct err *e)
{
	for (int i = 0; i < n && i < OPTION_LIST_MAX; i++) {
		const char **to = &l->only[l->n_only];
		if (repo_relative(&l->repo, paths[i], &l->mem, to, e) ||
		    repo_holds(&l->repo, paths[i], *to, e))
			return -1;
		if (**to)
			l->n_only++;
	}
	return 0;
}

static int open_lint(struct lint *l, const char *path, const char *rev, struct err *e)
{
	if (repo_open(path, rev, &l->repo, e) || repo_need_files(&l->repo, e) ||
	    ports_open_x509(&l->x509, e))
		return -1;
	l->certs = ports_cert_reader(l->x509);
	return 0;
}

static void forget(struct lint *l)
{
	lint_base_close(&l->base);
	l->base = (struct lint_base){ 0 };
	claims_free(l->claims);
	l->claims = NULL;
	l->ignores = (struct ignores){ 0 };
	l->skipped = (struct check_skipped){ 0 };
	published_close(&l->published);
	load_close(&l->load);
}

static void lint_release(struct lint *l)
{
	forget(l);
	if (l->x509)
		l->x509->ops->close(l->x509);
	if (l->compared.source)
		l->compared.source->ops->close(l->compared.source);
	repo_close(&l->repo);
	arena_release(&l->mem);
}

/* --new: takes out what the base has as well. */
static int subtract_base(struct lint *l, const struct lint_wish *w, struct err *e)
{
	const char *path = w->n_path ? w->path[0] : NULL;
	struct lint base = { .status = l->status, .expiry = l->expiry, .now = l->now };
	int failed = open_lint(&base, path, l->compared.commit, e) || lint_all(&base, e);

	if (!failed)
		findings_subtract(&l->findings, &base.findings);
	lint_release(&base);
	return failed ? -1 : 0;
}

/* Finds what is to be told, in its order. */
static int look(struct lint *l, const struct lint_wish *w, struct err *e)
{
	if (lint_all(l, e) ||
	    (w->only_new && subtract_base(l, w, e)))
		return -1;
	findings_sort(&l->findings);
	findings_keep(&l->findings, keeps, l);
	return 0;
}

/* Edits in memory until none is left; what lint finds then is what remains. */
static int fix_all(struct lint *l, const struct lint_wish *w, struct lint_fix *x, struct err *e)
{
	for (int pass = 0; pass < LINT_FIX_PASSES; pass++) {
		int some = lint_fix_pass(x, &l->findings, e);
		if (some <= 0)
			return some;
		forget(l);
		if (look(l, w, e))
			return -1;
	}
	return 0;
}

static int print_diff(const struct lint_fix *x, int status)
{
	struct buf out = BUF_INIT(LINT_DIFF_MAX);
	struct err e = { 0 };

	if (!lint_fix_diff(x, &out, &e))
		return app_print(&out, status);
	buf_release(&out);
	return app_fail(&e);
}

/* --fix and --diff: with --diff nothing is written, and the diff is all that is printed. */
static int fix(struct lint *l, const struct lint_wish *w)
{
	struct lint_fix x;
	struct err e = { 0 };
	int status;

	lint_fix_start(&x, &l->repo, may_edit, l);
	if (fix_all(l, w, &x, &e) || (!w->diff && lint_fix_write(&x, &e)))
		status = app_fail(&e);
	else if (w->diff)
		status = print_diff(&x, status_of(l, w->fail_on));
	else
		status = report(l, &w->formats, w->fail_on);
	if (!e.code)
		app_say("apnsctl: %zu edit%s in %zu file%s%s", x.n_edit, x.n_edit == 1 ? "" : "s",
			x.n, x.n == 1 ? "" : "s", w->diff ? "; nothing was written" : "");
	lint_fix_release(&x);
	return status;
}

static int parse_fail_on(const char *word, enum level *out)
{
	*out = text_eq(word, "warning") ? LEVEL_WARNING : LEVEL_ERROR;
	if (!word || text_eq(word, "warning") || text_eq(word, "error"))
		return 0;
	return app_usage("lint", "--fail-on takes error or warning, not '%s'", app_safe(word));
}

static int check_wish(const struct lint_wish *w, const struct app *app)
{
	if (w->only_new && !w->base)
		return app_usage("lint", "--new needs --base REV");
	if ((w->fix || w->diff) && w->rev)
		return app_usage("lint", "--%s edits the working tree; leave out --rev",
				 w->fix ? "fix" : "diff");
	if (w->fix && w->diff)
		return app_usage("lint", "--diff shows what --fix would write; take one of them");
	if (w->diff && (w->formats.n || app->output == OUTPUT_JSON))
		return app_usage("lint", "--diff prints a patch and no report; leave out %s",
				 w->formats.n ? "--format" : "-o json");
	return 0;
}

int cmd_lint(struct app *app, int argc, char **argv)
{
	struct lint_wish w = { 0 };
	const char *fail_on = NULL;
	struct lint l = { 0 };
	const struct option_spec spec[] = {
		{ "format", "F[=FILE]", LINT_FORMATS "; repeatable", OPTION_LIST, &w.formats },
		{ "rev", "REV", "check this revision instead of the working tree", OPTION_TEXT,
		  &w.rev },
		{ "base", "REV", "also check what changes against this revision", OPTION_TEXT,
		  &w.base },
		{ "new", NULL, "tell only what --base does not have", OPTION_FLAG, &w.only_new },
		{ "expiry", NULL, "also tell which certificates are due or have ended (at --now)",
		  OPTION_FLAG, &l.expiry },
		{ "status", "REV|DIR", "compare topics with this status branch", OPTION_TEXT,
		  &l.status },
		{ "fix", NULL, "make the suggested edits in the working tree", OPTION_FLAG,
		  &w.fix },
		{ "diff", NULL, "print what --fix would change as a patch", OPTION_FLAG, &w.diff },
		{ "fail-on", "LEVEL", "exit with 3 from error (the default) or warning on",
		  OPTION_TEXT, &fail_on },
		{ 0 },
	};
	struct err e = { 0 };
	char **args;
	int status, n = app_options(app, spec, argc, argv, &args, &status);

	if (n < 0)
		return status;
	for (size_t i = 0; i < w.formats.n; i++)
		if ((status = lint_format_check(w.formats.item[i])))
			return status;
	if ((status = parse_fail_on(fail_on, &w.fail_on)) || (status = check_wish(&w, app)))
		return status;
	if (!w.formats.n)
		w.formats.item[w.formats.n++] = app->output == OUTPUT_JSON ? "json" : "text";
	w.path = args;
	w.n_path = n;
	l.now = ports_now(app);
	if (open_lint(&l, n ? args[0] : NULL, w.rev, &e) || note_paths(&l, args, n, &e) ||
	    (w.base && repo_base_open(&l.repo, w.base, &l.compared, &e)) || look(&l, &w, &e) ||
	    check_read(&l, &e))
		status = app_fail(&e);
	else
		status = w.fix || w.diff ? fix(&l, &w) : report(&l, &w.formats, w.fail_on);
	if (l.compared.note && !l.compared.is_unsure)
		app_say("apnsctl: %s", app_safe(l.compared.note));
	lint_release(&l);
	return status;
}
