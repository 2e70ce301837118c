/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match: what each downloaded certificate file is. accept: the same, and when all files match, each
 * one is put in its place in the working tree and New becomes its topic. Git is left to the user.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/edit.h"
#include "cmd/apnsctl/match.h"
#include "schema/base/text.h"

enum { OUTPUT_MAX = 64 << 20 };

static int exit_status(const struct matches *m)
{
	return m->n_good == m->n ? 0 : err_exit_status(ERR_REFUSED);
}

static void say_skipped(const struct facts *f)
{
	if (f->from == FACTS_NOWHERE)
		app_say("apnsctl: not checked: which open request a file answers: %s",
			app_safe(f->why));
	if (!f->checks_issuer)
		app_say(
		    "apnsctl: not checked: that Apple issued the file, beyond the issuer's name "
		    "(the controller checks it with apple.caFile)");
}

static void print_files(const struct matches *m, struct buf *out)
{
	for (size_t i = 0; i < m->n; i++)
		match_text(&m->item[i], out);
}

static int report(const struct app *app, const struct facts *f, const struct matches *m)
{
	struct buf out = BUF_INIT(OUTPUT_MAX);

	if (app->output == OUTPUT_JSON)
		matches_json(f, m, NULL, 0, &out);
	else
		print_files(m, &out);
	say_skipped(f);
	return app_print(&out, exit_status(m));
}

/* Two different files for one certificate: which one is right is the user's to say. */
static int check_twice(const struct matches *m, struct err *e)
{
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < i; k++)
			if (text_eq(m->item[i].placed_at, m->item[k].placed_at) &&
			    !text_eq(m->item[i].cert.sha256, m->item[k].cert.sha256))
				return err_set(
				    e, ERR_REFUSED,
				    "%s and %s are two certificates for %s; accept the one "
				    "that the portal shows",
				    m->item[k].file, m->item[i].file, m->item[i].placed_at);
	return 0;
}

static bool must_pin(const struct match *m)
{
	return !m->topic && !m->starts_over;
}

static int plan_edits(const struct matches *m, struct edits *x, struct err *e)
{
	if (check_twice(m, e))
		return -1;
	for (size_t i = 0; i < m->n; i++) {
		const struct match *f = &m->item[i];
		if (edits_put(x, f->placed_at, f->pem, f->pem_len, e) < 0)
			return -1;
		if (must_pin(f) &&
		    edits_replace(x, f->topic_at.file, f->topic_at.at, "New", f->cert.topic, e))
			return err_wrap(e, "the topic %s can not be pinned", f->cert.topic);
	}
	return 0;
}

static size_t changed_paths(const struct edits *x, const char **path)
{
	size_t n = 0;

	for (size_t i = 0; i < x->n; i++)
		if (x->file[i].written)
			path[n++] = x->file[i].path;
	return n;
}

static void print_done(const struct match *m, struct buf *out)
{
	struct arena mem = ARENA_INIT;
	char t[TIME_TEXT];

	buf_addf(out, "%s: %s\n    %s: %s\n    put at %s, good until %s\n", app_safe(m->file),
		 intake_word(m->intake.verdict), app_safe(ref_text(&mem, &m->on)),
		 app_safe(m->intake.message), app_safe(m->placed_at),
		 time_format_date(m->cert.not_after, t));
	if (must_pin(m))
		buf_addf(out, "    pinned the topic in %s:%u: %s\n", app_safe(m->topic_at.file),
			 m->topic_at.at.line, app_safe(m->cert.topic));
	else if (m->starts_over)
		buf_adds(out, "    the topic stays New until the new certificate is in force\n");
	arena_release(&mem);
}

static void print_next(const struct edits *x, const char *const *path, size_t n, struct buf *out)
{
	struct buf line = BUF_INIT(1 << 20);

	buf_adds(&line, "git -C ");
	app_shell_word(&line, x->root);
	buf_adds(&line, " add --");
	for (size_t i = 0; i < n; i++) {
		buf_addc(&line, ' ');
		app_shell_word(&line, path[i]);
	}
	buf_adds(
	    out,
	    "\nNext: look at the change, commit it and push it; the controller does the rest.\n");
	buf_addf(out, "  %s\n  git -C ", buf_str(&line));
	app_shell_word(out, x->root);
	buf_adds(out, " commit -m 'Put push certificates in place'\n");
	buf_release(&line);
}

static int print_accepted(const struct app *app, const struct facts *f, const struct matches *m,
			  struct edits *x)
{
	struct buf out = BUF_INIT(OUTPUT_MAX);
	const char **path = arena_array(&x->mem, x->n + 1, sizeof(*path));
	size_t n = changed_paths(x, path);

	if (app->output == OUTPUT_JSON) {
		matches_json(f, m, path, n, &out);
		return app_print(&out, 0);
	}
	for (size_t i = 0; i < m->n; i++)
		print_done(&m->item[i], &out);
	if (n)
		print_next(x, path, n, &out);
	else
		buf_adds(&out, "\nAll of it is in place already.\n");
	return app_print(&out, 0);
}

/* What stands in a manifest with errors is not certain, neither the place nor the topic. */
static int check_manifests(const struct matches *m, struct err *e)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->item[i].broken)
			return err_set(e, ERR_INPUT, "%s (run apnsctl lint)", m->item[i].broken);
	return 0;
}

static int accept_all(const struct app *app, const struct facts *f, const struct matches *m)
{
	struct edits x;
	struct err e = { 0 };
	int status;

	if (check_manifests(m, &e)) {
		status = app_fail(&e);
		app_say("apnsctl: nothing was changed");
		return status;
	}
	if (m->n_good != m->n) {
		status = report(app, f, m);
		app_say("apnsctl: nothing was changed: %zu of %zu files do not match",
			m->n - m->n_good, m->n);
		return status;
	}
	say_skipped(f);
	edits_start(&x, f->repo.root);
	if (plan_edits(m, &x, &e) || edits_write(&x, &e)) {
		status = app_fail(&e);
		app_say("apnsctl: nothing was changed");
	} else {
		status = print_accepted(app, f, m, &x);
	}
	edits_release(&x);
	return status;
}

static int run(struct app *app, int argc, char **argv, bool accept)
{
	struct facts_options o = { 0 };
	const struct option_spec spec[] = {
		{ "status", "REV|DIR", "read a status branch instead of the store", OPTION_TEXT,
		  &o.status },
		{ 0 },
	};
	struct err e = { 0 };
	struct facts facts;
	struct matches m = { 0 };
	char **args;
	int status, n = app_options(app, spec, argc, argv, &args, &status);

	if (n < 0)
		return status;
	if (!n)
		return app_usage(argv[0], "it takes the downloaded files, or folders with them");
	o.path = args[0];
	if (facts_open(app, &o, &facts, &e))
		return app_fail(&e);
	if (accept && facts.is_applied)
		status = app_usage(argv[0], "run it inside the working tree of the manifests");
	else if (match_files(&facts, args, n, &m, &e))
		status = app_fail(&e);
	else
		status = accept ? accept_all(app, &facts, &m) : report(app, &facts, &m);
	matches_release(&m);
	facts_close(&facts);
	return status;
}

int cmd_match(struct app *app, int argc, char **argv)
{
	return run(app, argc, argv, false);
}

int cmd_accept(struct app *app, int argc, char **argv)
{
	return run(app, argc, argv, true);
}
