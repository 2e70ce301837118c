/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/applesim.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "schema/base/clock.h"
#include "schema/base/text.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "ca", cmd_ca, "make Apple-like authorities, an MDM vendor, a TLS server certificate" },
	{ "portal", cmd_portal, "the Apple Push Certificates Portal: create, renew, revoke, …" },
	{ "serve", cmd_serve, "APNs and a NanoMDM-like server on loopback" },
	{ "log", cmd_log, "print or count what `serve` has seen" },
};

static void usage(FILE *out)
{
	fputs("usage: applesim COMMAND [options]\n\n"
	      "Apple and an MDM server on loopback, for demonstrations and tests.\n\n",
	      out);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].help);
	fputs("\n`applesim COMMAND --help` lists the options of a command.\n", out);
}

void complain(const struct err *e)
{
	fprintf(stderr, "applesim: %s\n", e->text);
}

int fail(const struct err *e)
{
	complain(e);
	return err_exit_status(e->code);
}

int wrong_usage(const char *command, const char *fmt, ...)
{
	va_list ap;

	fputs("applesim: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\ntry `applesim %s --help`\n", command);
	return err_exit_status(ERR_USAGE);
}

bool number_parse(const char *text, int64_t max, int64_t *out)
{
	int64_t v = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		v = v * 10 + (*text - '0');
		if (v > max)
			return false;
	}
	*out = v;
	return true;
}

bool now_parse(const char *text, int64_t *out)
{
	if (text)
		return time_parse(text, out);
	*out = (int64_t)time(NULL);
	return true;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;

	if (!name) {
		usage(stderr);
		return err_exit_status(ERR_USAGE);
	}
	if (text_eq(name, "--help") || text_eq(name, "-h") || text_eq(name, "help")) {
		usage(stdout);
		return 0;
	}
	if (text_eq(name, "--version") || text_eq(name, "version")) {
		puts("applesim " APNSCTL_VERSION);
		return 0;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (text_eq(name, commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	fprintf(stderr, "applesim: there is no command '%s'\n", name);
	usage(stderr);
	return err_exit_status(ERR_USAGE);
}
