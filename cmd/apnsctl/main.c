/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/ports.h"
#include "schema/base/clock.h"
#include "schema/base/text.h"

const struct command commands[] = {
	{ "init", "[DIR]", "Make a commented starter repository and a controller beside it",
	  cmd_init },
	{ "new", "tenant NAME", "Write the documents of a new customer", cmd_new },
	{ "lint", "[PATH...]", "Check manifests, offline", cmd_lint },
	{ "plan", "", "Say what a reconcile run would do", cmd_plan },
	{ "reconcile", "",
	  "Run once: bring keys, requests, certificates and servers to what Git says",
	  cmd_reconcile },
	{ "status", "[TENANT...]", "Show the expiry table", cmd_status },
	{ "explain", "OBJECT|RULE|TOPIC|SERIAL|ADDRESS|FILE",
	  "Tell where a certificate comes from, whose something is, or what a rule means",
	  cmd_explain },
	{ "request", "[CERTIFICATE]", "List or write the upload files that wait for the portal",
	  cmd_request },
	{ "match", "FILE|DIR...", "Tell which request each downloaded certificate answers",
	  cmd_match },
	{ "accept", "FILE|DIR...", "Put downloaded certificates in place and pin their topics",
	  cmd_accept },
	{ "probe", "CERTIFICATE...|--all",
	  "Ask APNs now whether it accepts a certificate; nothing is recorded", cmd_probe },
	{ "store", "init|verify", "Look after the key store", cmd_store },
	{ "schema", "[KIND]", "Print what manifests may hold", cmd_schema },
	{ "doctor", "", "Check that this machine and the configuration are fit", cmd_doctor },
	{ "version", "", "Print the version", cmd_version },
	{ 0 },
};

static void print_usage(FILE *to)
{
	fputs("usage: apnsctl [global options] COMMAND [options] [arguments]\n\n"
	      "Apple push certificates of many customers, from Git.\n\ncommands:\n",
	      to);
	for (const struct command *c = commands; c->name; c++)
		fprintf(to, "  %-10s %s\n", c->name, c->summary);
	fputs("\nglobal options:\n"
	      "  --config FILE        the controller's configuration\n"
	      "  --now TIME           the planning clock (RFC 3339, UTC)\n"
	      "  -o, --output FORMAT  text or json, where a result is data\n"
	      "  -h, --help           this text, or that of a command\n"
	      "  --version            the version\n",
	      to);
}

static int unknown_command(const char *name)
{
	const char *names[64];
	size_t n = 0;

	for (const struct command *c = commands; c->name; c++)
		names[n++] = c->name;
	const char *near = text_nearest(name, names, n);
	app_say("apnsctl: there is no command '%s'%s%s%s", app_safe(name),
		near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	app_say("Try 'apnsctl --help'.");
	return err_exit_status(ERR_USAGE);
}

static int run_command(struct app *app, int argc, char **argv)
{
	for (const struct command *c = commands; c->name; c++)
		if (text_eq(c->name, argv[0]))
			return c->run(app, argc, argv);
	return unknown_command(argv[0]);
}

/* Global options in front of the command; -1: go on with it. */
static int global_option(struct app *app, int c)
{
	switch (c) {
	case 'h':
		print_usage(stdout);
		return 0;
	case 'V':
		puts("apnsctl " APNSCTL_VERSION);
		return 0;
	case 'c':
		app->config = optarg;
		return -1;
	case 'n':
		app->now = optarg;
		if (time_parse(optarg, &app->now_time))
			return -1;
		app_say("apnsctl: --now takes a time like 2026-11-24T00:00:00Z, not '%s'",
			app_safe(optarg));
		return err_exit_status(ERR_USAGE);
	case 'o':
		app->output = text_eq(optarg, "json") ? OUTPUT_JSON : OUTPUT_TEXT;
		if (text_eq(optarg, "json") || text_eq(optarg, "text"))
			return -1;
		app_say("apnsctl: -o takes text or json, not '%s'", app_safe(optarg));
		return err_exit_status(ERR_USAGE);
	default:
		return -1;
	}
}

static int wrong_option(int c, const struct option *options, const char *given)
{
	const char *near = c == ':' ? NULL : app_nearest_option(options, given);

	if (c == ':')
		app_say("apnsctl: %s needs a value", app_safe(given));
	else
		app_say("apnsctl: there is no option %s%s%s%s", app_safe(given),
			near ? "; did you mean --" : "", near ? near : "", near ? "?" : "");
	app_say("Try 'apnsctl --help'.");
	return err_exit_status(ERR_USAGE);
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "config", required_argument, NULL, 'c' },
						 { "now", required_argument, NULL, 'n' },
						 { "output", required_argument, NULL, 'o' },
						 { "help", no_argument, NULL, 'h' },
						 { "version", no_argument, NULL, 'V' },
						 { 0 } };
	struct app app = { 0 };
	struct err e = { 0 };
	int c;

	if (ports_harden(&e))
		return app_fail(&e);
	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:ho:", options, NULL)) != -1) {
		int status = c == ':' || c == '?' ? wrong_option(c, options, argv[optind - 1]) :
						    global_option(&app, c);
		if (status >= 0)
			return status;
	}
	if (optind == argc) {
		print_usage(stderr);
		return err_exit_status(ERR_USAGE);
	}
	return run_command(&app, argc - optind, argv + optind);
}
