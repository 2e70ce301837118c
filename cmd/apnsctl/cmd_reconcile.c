/* SPDX-License-Identifier: Apache-2.0 */
/* reconcile and plan: one run, and the same without writes. */
#include <stdio.h>
#include <string.h>

#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/ports.h"
#include "cmd/apnsctl/run_print.h"
#include "schema/base/text.h"

enum { OUTPUT_MAX = 256 << 20 };

static void progress(const char *what, size_t done, size_t total, void *arg)
{
	(void)arg;
	fprintf(stderr, "\r%s %zu/%zu%s", what, done, total, done == total ? "\n" : "");
}

static int print_result(const struct app *app, const struct run_result *r, bool plan_only,
			bool detailed)
{
	struct buf out = BUF_INIT(OUTPUT_MAX);
	bool json = app->output == OUTPUT_JSON;

	if (plan_only && json)
		print_plan_json(r, &out);
	else if (plan_only)
		print_plan_text(r, &out);
	else if (json)
		print_run_json(r, &out);
	else
		print_run_text(r, &out);
	say_run_problems(r);
	return app_print(&out, run_exit_status(r, detailed));
}

static int run(const struct app *app, struct run_options *o, bool detailed)
{
	struct config config;
	struct opened opened;
	struct run_result result;
	struct err e = { 0 };
	int status;

	if (config_need(app, &config, &e))
		return app_fail(&e);
	if (ports_open(app, &config, o->plan_only ? PORTS_READ_ONLY : PORTS_WRITE, &opened, &e)) {
		config_close(&config);
		return app_fail(&e);
	}
	ports_run_options(&config, &opened, o);
	if (app_progress_wanted())
		o->progress = progress;
	if (ports_need_store(&opened, &e))
		app_say_unknown(&e);
	if (opened.is_sealed)
		app_say("apnsctl: the key store is sealed, what needs a key waits: %s",
			app_safe(opened.sealed_reason));
	status = run_once(&opened.ports, o, &result, &e) ?
			 app_fail(&e) :
			 print_result(app, &result, o->plan_only, detailed);
	run_result_release(&result);
	ports_close(&opened);
	config_close(&config);
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
	return run(app, &o, false);
}

int cmd_plan(struct app *app, int argc, char **argv)
{
	struct run_options o = { .plan_only = true, .all_tenants = true };
	bool live = false, detailed = false;
	const char *format = NULL;
	const struct option_spec spec[] = {
		{ "live", NULL, "with the store, servers and source (the default)", OPTION_FLAG,
		  &live },
		{ "rev", "REV", "plan for this revision of the mirror", OPTION_TEXT, &o.rev },
		{ "format", "text|json", "how the plan is printed", OPTION_TEXT, &format },
		{ "detailed-exitcode", NULL, "exit with 2 when there is something to do",
		  OPTION_FLAG, &detailed },
		{ 0 },
	};
	char **args;
	int status, n = app_options(app, spec, argc, argv, &args, &status);

	if (n < 0)
		return status;
	if (n > 0)
		return app_usage(argv[0], "it takes no argument");
	if (text_eq(format, "json"))
		app->output = OUTPUT_JSON;
	else if (format && !text_eq(format, "text"))
		return app_usage(argv[0], "--format takes text or json, not '%s'",
				 app_safe(format));
	return run(app, &o, detailed);
}
