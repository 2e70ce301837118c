/* SPDX-License-Identifier: Apache-2.0 */
/* lint: loads a repository, all of it or what is below PATH, and tells what is wrong. Offline. */
#include <stdio.h>
#include <string.h>

#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/lint_base.h"
#include "cmd/apnsctl/lint_expiry.h"
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
	const char *status; /* --status; NULL: that of the repository */
	struct published published;
	struct check_skipped skipped; /* when there is no status branch; code NULL: there is */
	const char *base_rev;         /* --base; NULL: no change rules */
	struct lint_base base;
	bool expiry; /* --expiry: also what depends on the clock */
	int64_t now;
	const char *only[OPTION_LIST_MAX]; /* paths that findings are filtered by */
	size_t n_only;
};

static int lint_tenants(struct lint *l, struct err *e)
{
	for (size_t i = 0; i < l->load.n_tenant; i++) {
		struct load_tenant t;
		if (load_tenant(&l->load, l->load.tenant[i].name, &t, e))
			return -1;
		claims_add(l->claims, &t.want);
		lint_published(&l->published, &t.want, &t.findings);
		if (l->expiry)
			lint_expiry(&l->published, &t.want, l->now, &t.findings);
		int failed = l->base_rev ? lint_base_tenant(&l->base, i, &t, e) : 0;
		findings_append(&l->findings, &t.findings);
		load_tenant_release(&t);
		if (failed)
			return -1;
	}
	return l->base_rev ? lint_base_end(&l->base, &l->findings, e) : 0;
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

static int lint_all(struct lint *l, const char *path, struct err *e)
{
	if (open_published(l, e) ||
	    load_open(&l->load, l->repo.source, l->repo.commit, &l->certs, LOAD_ALL, e) ||
	    (l->base_rev && lint_base_open(&l->base, path, l->base_rev, &l->load, &l->published,
					   !l->skipped.code, e)))
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

/* `path` NULL: the repository at hand; only what is below one of the `paths` is told. */
static int lint(struct lint *l, const char *path, char **paths, int n, const char *rev,
		struct err *e)
{
	if (repo_open(path, rev, &l->repo, e) || note_paths(l, paths, n, e) ||
	    ports_open_x509(&l->x509, e))
		return -1;
	l->certs = ports_cert_reader(l->x509);
	l->findings = (struct findings)FINDINGS_INIT(&l->mem);
	l->claims = claims_new();
	return lint_all(l, path, e);
}

static void lint_release(struct lint *l)
{
	lint_base_close(&l->base);
	claims_free(l->claims);
	published_close(&l->published);
	load_close(&l->load);
	if (l->x509)
		l->x509->ops->close(l->x509);
	repo_close(&l->repo);
	arena_release(&l->mem);
}

/* --new: takes out what the base has as well. */
static int subtract_base(struct lint *l, const char *path, struct err *e)
{
	struct lint base = { .status = l->status, .expiry = l->expiry, .now = l->now };
	int failed = lint(&base, path, NULL, 0, l->base_rev, e);

	if (!failed)
		findings_subtract(&l->findings, &base.findings);
	lint_release(&base);
	return failed;
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
	const char *rev = NULL, *fail_on = NULL;
	struct lint l = { .now = ports_now(app) };
	bool only_new = false;
	const struct option_spec spec[] = {
		{ "format", "F[=FILE]", LINT_FORMATS "; repeatable", OPTION_LIST, &formats },
		{ "rev", "REV", "check this revision instead of the working tree", OPTION_TEXT,
		  &rev },
		{ "base", "REV", "also check what changes against this revision", OPTION_TEXT,
		  &l.base_rev },
		{ "new", NULL, "tell only what --base does not have", OPTION_FLAG, &only_new },
		{ "expiry", NULL, "also tell which certificates are due or have ended (at --now)",
		  OPTION_FLAG, &l.expiry },
		{ "status", "REV|DIR", "compare topics with this status branch", OPTION_TEXT,
		  &l.status },
		{ "fail-on", "LEVEL", "exit with 3 from error (the default) or warning on",
		  OPTION_TEXT, &fail_on },
		{ 0 },
	};
	struct err e = { 0 };
	enum level level;
	char **args;
	int status, n = app_options(app, spec, argc, argv, &args, &status);

	if (n < 0)
		return status;
	for (size_t i = 0; i < formats.n; i++)
		if ((status = lint_format_check(formats.item[i])))
			return status;
	if ((status = parse_fail_on(fail_on, &level)))
		return status;
	if (!formats.n)
		formats.item[formats.n++] = app->output == OUTPUT_JSON ? "json" : "text";
	if (only_new && !l.base_rev)
		return app_usage(argv[0], "--new needs --base REV");
	const char *path = n ? args[0] : NULL;
	int failed = lint(&l, path, args, n, rev, &e) ||
		     (only_new && subtract_base(&l, path, &e));
	status = failed ? app_fail(&e) : report(&l, &formats, level);
	lint_release(&l);
	return status;
}
