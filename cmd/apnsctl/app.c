/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "schema/base/clock.h"
#include "schema/base/text.h"

enum { OPTIONS_MAX = 40, SAFE_TEXTS = 8, SAFE_MAX = 4096 };

const char *app_safe(const char *text)
{
	static struct buf ring[SAFE_TEXTS];
	static unsigned next;
	unsigned i = next++ % SAFE_TEXTS;

	if (!ring[i].max)
		ring[i].max = SAFE_MAX;
	buf_clear(&ring[i]);
	if (text)
		text_escape_terminal(&ring[i], text, strlen(text));
	return buf_str(&ring[i]);
}

void app_say_unknown(const struct err *e)
{
	app_say("apnsctl: nothing is known yet: %s", app_safe(e->text));
}

void app_shell_word(struct buf *out, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._-+=:@%";

	if (*s && strspn(s, plain) == strlen(s)) {
		buf_adds(out, s);
		return;
	}
	buf_addc(out, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, *s);
	}
	buf_addc(out, '\'');
}

void app_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

int app_fail(const struct err *e)
{
	app_say("apnsctl: %s", app_safe(e->text));
	return err_exit_status(e->code);
}

int app_usage(const char *command, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "apnsctl %s: ", command);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\nTry 'apnsctl %s --help'.\n", command);
	return err_exit_status(ERR_USAGE);
}

int app_print(struct buf *out, int status)
{
	bool written = !out->full && fwrite(buf_str(out), 1, out->len, stdout) == out->len &&
		       fflush(stdout) == 0;

	buf_release(out);
	if (written)
		return status;
	app_say("apnsctl: the output could not be written");
	return err_exit_status(ERR_IO);
}

bool app_colour_out(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) && !text_eq(term, "dumb");
}

unsigned app_columns_out(void)
{
	struct winsize size = { 0 };

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return 0;
	return size.ws_col;
}

bool app_progress_wanted(void)
{
	return isatty(STDERR_FILENO) != 0;
}

static const struct command *find_command(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (text_eq(c->name, name))
			return c;
	return NULL;
}

static void help_option(const char *name, const char *value, const char *help)
{
	char left[40];

	snprintf(left, sizeof(left), "%s%s%s", name, value ? " " : "", value ? value : "");
	printf("  %-28s %s\n", left, help);
}

static void print_help(const char *name, const struct option_spec *spec)
{
	const struct command *c = find_command(name);

	printf("usage: apnsctl [global options] %s [options]%s%s\n\n%s.\n\noptions:\n", name,
	       c && *c->arguments ? " " : "", c ? c->arguments : "", c ? c->summary : "");
	for (const struct option_spec *s = spec; s && s->name; s++) {
		char dashed[32];
		snprintf(dashed, sizeof(dashed), "--%s", s->name);
		help_option(dashed, s->value, s->help);
	}
	help_option("-o, --output", "text|json", "how results are printed");
	help_option("--config", "FILE", "the controller's configuration");
	help_option("--now", "TIME", "the planning clock (RFC 3339, UTC)");
	help_option("-h, --help", NULL, "this text");
}

static const struct option_spec *spec_of(const struct option_spec *spec, const char *name)
{
	for (; spec && spec->name; spec++)
		if (text_eq(spec->name, name))
			return spec;
	return NULL;
}

static bool set_option(const struct option_spec *s, const char *value)
{
	struct option_list *list;

	switch (s->kind) {
	case OPTION_FLAG:
		*(bool *)s->to = true;
		return true;
	case OPTION_TEXT:
		*(const char **)s->to = value;
		return true;
	default:
		list = s->to;
		if (list->n == OPTION_LIST_MAX)
			return false;
		list->item[list->n++] = value;
		return true;
	}
}

/* -1: not a global option; 0: taken; otherwise an exit status. */
static int set_global(struct app *app, const char *command, const char *name, const char *value)
{
	if (text_eq(name, "config")) {
		app->config = value;
	} else if (text_eq(name, "now")) {
		app->now = value;
		if (!time_parse(value, &app->now_time))
			return app_usage(command,
					 "--now takes a time like 2026-11-24T00:00:00Z, not '%s'",
					 app_safe(value));
	} else if (text_eq(name, "output")) {
		if (!text_eq(value, "text") && !text_eq(value, "json"))
			return app_usage(command, "-o takes text or json, not '%s'",
					 app_safe(value));
		app->output = text_eq(value, "json") ? OUTPUT_JSON : OUTPUT_TEXT;
	} else {
		return -1;
	}
	return 0;
}

static void fill_long(const struct option_spec *spec, struct option *to)
{
	static const struct option global[] = { { "config", required_argument, NULL, 0 },
						{ "now", required_argument, NULL, 0 },
						{ "output", required_argument, NULL, 0 },
						{ "help", no_argument, NULL, 'h' } };
	size_t n = 0;

	for (; spec && spec->name && n < OPTIONS_MAX - 5; spec++)
		to[n++] = (struct option){ spec->name,
					   spec->kind == OPTION_FLAG ? no_argument :
								       required_argument,
					   NULL, 0 };
	for (size_t i = 0; i < sizeof(global) / sizeof(global[0]); i++)
		to[n++] = global[i];
	to[n] = (struct option){ 0 };
}

static int take_option(struct app *app, const struct option_spec *spec, const char *command,
		       const char *name)
{
	int status = set_global(app, command, name, optarg);
	const struct option_spec *s = spec_of(spec, name);

	if (status >= 0)
		return status;
	if (!set_option(s, optarg))
		return app_usage(command, "--%s is given too often", name);
	return 0;
}

const char *app_nearest_option(const struct option *longs, const char *given)
{
	const char *names[OPTIONS_MAX];
	char word[32] = "";
	size_t n = 0;

	for (; longs[n].name; n++)
		names[n] = longs[n].name;
	if (!text_starts(given, "--") || strcspn(given + 2, "=") >= sizeof(word))
		return NULL;
	memcpy(word, given + 2, strcspn(given + 2, "="));
	return text_nearest(word, names, n);
}

static int unknown_option(const char *command, const struct option *longs, const char *given)
{
	const char *near = app_nearest_option(longs, given);

	return app_usage(command, "there is no option %s%s%s%s", app_safe(given),
			 near ? "; did you mean --" : "", near ? near : "", near ? "?" : "");
}

int app_options(struct app *app, const struct option_spec *spec, int argc, char **argv,
		char ***args, int *status)
{
	struct option longs[OPTIONS_MAX];
	int c, index = 0;

	fill_long(spec, longs);
	optind = 0; /* getopt starts anew: main has read the global options with it */
	opterr = 0;
	*status = 0;
	while (!*status && (c = getopt_long(argc, argv, ":ho:", longs, &index)) != -1) {
		if (c == 'h') {
			print_help(argv[0], spec);
			return -1;
		}
		if (c == ':')
			*status =
				app_usage(argv[0], "%s needs a value", app_safe(argv[optind - 1]));
		else if (c == '?')
			*status = unknown_option(argv[0], longs, argv[optind - 1]);
		else
			*status = take_option(app, spec, argv[0],
					      c == 'o' ? "output" : longs[index].name);
	}
	if (*status)
		return -1;
	*args = argv + optind;
	return argc - optind;
}
