/* SPDX-License-Identifier: Apache-2.0 */
/* reconcile: one run, or with --dry-run the same without writes. */
#include <stdio.h>
#include <string.h>

#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/plan_print.h"
#include "cmd/apnsctl/ports.h"
#include "cmd/apnsctl/run_print.h"
#include "schema/base/text.h"

enum { OUTPUT_MAX = 256 << 20 };

static void progress(const char *what, size_t done, size_t total, void *arg)
{
	(void)arg;
	fprintf(stderr, "\r%s %zu/%zu%s", what, done, total, done == total ? "\n" : "");
}

static int print_result(const struct app *app, const struct run_result *r, bool plan_only)
{
	struct buf out = BUF_INIT(OUTPUT_MAX);
	struct plan_report plan = run_plan_report(r);
	bool json = app->output == OUTPUT_JSON;

	if (plan_only && json)
		print_plan_json(&plan, &out);
	else if (plan_only)
		print_plan_text(&plan, &out);
	else if (json)
		print_run_json(r, &out);
	else
		print_run_text(r, &out);
	say_run_problems(r);
	return app_print(&out, run_exit_status(r, false));
}

int run_configured(const struct app *app, struct run_options *o, struct run_result *out,
		   struct err *e)
{
	struct config config;
	struct opened opened;
	struct err new = { 0 };

	*out = (struct run_result){ 0 };
	if (config_need(app, &config, e))
		return -1;
	if (ports_open(app, &config, o->plan_only ? PORTS_READ_ONLY : PORTS_WRITE, &opened, e)) {
		config_close(&config);
		return -1;
	}
	ports_run_options(&config, &opened, o);
	if (app_progress_wanted())
		o->progress = progress;
	if (ports_need_store(&opened, &new))
		app_say_unknown(&new);
	if (opened.is_sealed)
		app_say("apnsctl: the key store is sealed, what needs a key waits: %s",
			app_safe(opened.sealed_reason));
	int failed = run_once(&opened.ports, o, out, e);
	ports_close(&opened);
	config_close(&config);
	return failed;
}

static int run(const struct app *app, struct run_options *o)
{
	struct run_result result;
	struct err e = { 0 };
	int status = run_configured(app, o, &result, &e)
			 ? app_fail(&e)
			 : print_result(app, &result, o->plan_only);

	run_result_release(&result);
	return status;
}

static bool is_hex(const char *s, size_t len)
{
	return strlen(s) == len && strspn(s, "0123456789abcdef") == len;
}

/* GATE@HASH, with the words that a run that was held has printed. */
static bool is_override(const char *s)
{
	for (int g = 1; g < GATE_MAX; g++) {
		size_t n = strlen(gate_word((enum gate)g));
		if (!strncmp(s, gate_word((enum gate)g), n) && s[n] == '@')
			return is_hex(s + n + 1, SHA256_HEX - 1);
	}
	return false;
}

/* 0: they have the form of what a run prints. */
static int check_acknowledged(const char *command, const struct run_options *o)
{
	for (size_t i = 0; i < o->n_override; i++)
		if (!is_override(o->override[i]))
			return app_usage(command,
					 "--override takes GATE@HASH as a held run prints it, not "
					 "'%s'",
					 app_safe(o->override[i]));
	if (o->accept_history && !is_hex(o->accept_history, OID_TEXT - 1))
		return app_usage(command,
				 "--accept-history takes all 40 digits of a commit, not '%s'",
				 app_safe(o->accept_history));
	return 0;
}

int cmd_reconcile(struct app *app, int argc, char **argv)
{
	struct run_options o = { 0 };
	struct option_list overrides = { 0 };
	const struct option_spec spec[] = {
		{ "dry-run", NULL, "say what would be done, like plan", OPTION_FLAG, &o.plan_only },
		{ "override", "GATE@HASH", "let exactly the steps through that a gate holds",
		  OPTION_LIST, &overrides },
		{ "accept-history", "OID", "go on although the branch was rewritten to this commit",
		  OPTION_TEXT, &o.accept_history },
		{ 0 },
	};
	char **args;
	int status, n = app_options(app, spec, argc, argv, &args, &status);

	if (n < 0)
		return status;
	if (n > 0)
		return app_usage(argv[0], "it takes no argument");
	o.override = overrides.item;
	o.n_override = overrides.n;
	status = check_acknowledged(argv[0], &o);
	if (status)
		return status;
	o.all_tenants = o.plan_only;
	return run(app, &o);
}
