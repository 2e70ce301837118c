/* SPDX-License-Identifier: Apache-2.0 */
/* plan: what a reconcile run would do, live, or offline for a pull request. */
#include <stdlib.h>
#include <string.h>

#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/plan_offline.h"
#include "cmd/apnsctl/plan_print.h"
#include "cmd/apnsctl/run_print.h"
#include "schema/base/text.h"

enum { OUTPUT_MAX = 256 << 20 };

struct plan_command {
	bool live, offline, detailed;
	struct plan_offline_options o;
	const char *format, *max_size;
	bool markdown;
	size_t budget;
};

static int print(const struct app *app, const struct plan_command *c, const struct plan_report *r,
		 int status)
{
	struct buf out = BUF_INIT(OUTPUT_MAX);

	if (c->markdown)
		plan_markdown(r, c->budget, &out);
	else if (app->output == OUTPUT_JSON)
		print_plan_json(r, &out);
	else
		print_plan_text(r, &out);
	return app_print(&out, status);
}

static int plan_offline(const struct app *app, const struct plan_command *c)
{
	struct plan_offline p;
	struct err e = { 0 };
	int status;

	if (plan_offline_make(app, &c->o, &p, &e)) {
		status = app_fail(&e);
	} else {
		status = print(app, c, &p.report, run_exit_status(&p.head, c->detailed));
		if (p.no_status)
			app_say("apnsctl: what is in force is not known: %s",
				app_safe(p.no_status));
		if (p.base.note)
			app_say("apnsctl: %s", app_safe(p.base.note));
		say_run_problems(&p.head);
	}
	plan_offline_close(&p);
	return status;
}

static int plan_live(const struct app *app, const struct plan_command *c)
{
	struct plan_gather g = { 0 };
	struct run_options o = { .plan_only = true,
				 .all_tenants = true,
				 .rev = c->o.rev,
				 .on_plan = plan_gather_take,
				 .on_plan_arg = &g };
	struct run_result result;
	struct err e = { 0 };
	int status;

	if (run_configured(app, &o, &result, &e)) {
		status = app_fail(&e);
	} else {
		struct plan_report r = run_plan_report(&result);
		r.stop = g.stop;
		r.n_stop = g.n_stop;
		r.later = g.later;
		r.n_later = g.n_later;
		status = print(app, c, &r, run_exit_status(&result, c->detailed));
		say_run_problems(&result);
	}
	run_result_release(&result);
	plan_gather_release(&g);
	return status;
}

/* 0: the options go together. */
static int check(struct app *app, const char *command, struct plan_command *c)
{
	if (c->live && c->offline)
		return app_usage(command, "--live and --offline exclude each other");
	if (!c->offline && (c->o.base || c->o.status))
		return app_usage(command, "--%s needs --offline", c->o.base ? "base" : "status");
	if (text_eq(c->format, "json"))
		app->output = OUTPUT_JSON;
	else if (text_eq(c->format, "markdown"))
		c->markdown = true;
	else if (c->format && !text_eq(c->format, "text"))
		return app_usage(command, "--format takes text, json or markdown, not '%s'",
				 app_safe(c->format));
	c->budget = PLAN_MARKDOWN_MAX;
	if (!c->max_size)
		return 0;
	if (!c->markdown)
		return app_usage(command, "--max-size needs --format markdown");
	size_t n = strlen(c->max_size);
	c->budget = strtoul(c->max_size, NULL, 10);
	if (c->budget < PLAN_MARKDOWN_MIN || n > 9 || strspn(c->max_size, "0123456789") != n)
		return app_usage(command,
				 "--max-size takes a number of characters from %d on, not '%s'",
				 PLAN_MARKDOWN_MIN, app_safe(c->max_size));
	return 0;
}

int cmd_plan(struct app *app, int argc, char **argv)
{
	struct plan_command c = { 0 };
	const struct option_spec spec[] = {
		{ "live", NULL, "with the store, servers and source (the default)", OPTION_FLAG,
		  &c.live },
		{ "offline", NULL, "with the repository here and its status branch, nothing else",
		  OPTION_FLAG, &c.offline },
		{ "base", "REV", "tell only what differs from the plan of this revision",
		  OPTION_TEXT, &c.o.base },
		{ "rev", "REV", "plan for this revision", OPTION_TEXT, &c.o.rev },
		{ "status", "REV|DIR", "use the facts of this status branch", OPTION_TEXT,
		  &c.o.status },
		{ "format", "F", "text, json or markdown", OPTION_TEXT, &c.format },
		{ "max-size", "N", "characters of markdown at most; 65536 is GitHub's limit",
		  OPTION_TEXT, &c.max_size },
		{ "detailed-exitcode", NULL, "exit with 2 when there is something to do",
		  OPTION_FLAG, &c.detailed },
		{ 0 },
	};
	char **args;
	int status, n = app_options(app, spec, argc, argv, &args, &status);

	if (n < 0)
		return status;
	if (n > 0)
		return app_usage(argv[0], "it takes no argument");
	status = check(app, argv[0], &c);
	if (status)
		return status;
	return c.offline ? plan_offline(app, &c) : plan_live(app, &c);
}
