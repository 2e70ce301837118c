/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all commands share: the global options, where output goes, how a command ends. A command is
 * one file with one table of options, from which parsing and help come.
 */
#ifndef APNSCTL_CMD_APP_H
#define APNSCTL_CMD_APP_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

#include "schema/base/buf.h"
#include "schema/base/err.h"

enum output { OUTPUT_TEXT, OUTPUT_JSON };

struct app {
	const char *config; /* --config; NULL: look for one */
	const char *now;    /* --now as written; NULL: the real clock */
	int64_t now_time;
	enum output output; /* -o */
};

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_LIST };

enum { OPTION_LIST_MAX = 32 };

struct option_list {
	const char *item[OPTION_LIST_MAX];
	size_t n;
};

/* One option of a command: `to` is a bool, a const char * or a struct option_list. */
struct option_spec {
	const char *name;  /* "format" */
	const char *value; /* "FILE"; NULL for a flag */
	const char *help;
	enum option_kind kind;
	void *to;
};

struct command {
	const char *name;      /* "lint" */
	const char *arguments; /* "[PATH…]" */
	const char *summary;   /* one line for the list of commands */
	int (*run)(struct app *app, int argc, char **argv);
};

/* All commands, in the order of the help; ends with a NULL name. */
extern const struct command commands[];

/*
 * Parses the options of a command (those of `app` included) and moves the other arguments to the
 * front: their number is returned, *args points at the first. -1: wrong use or help was asked for;
 * the text is printed and *status is the exit status.
 */
int app_options(struct app *app, const struct option_spec *spec, int argc, char **argv,
		char ***args, int *status);

/* The long option that is meant when the one that was given ("--confg=x") is not known; NULL. */
const char *app_nearest_option(const struct option *longs, const char *given);

/* Prints "apnsctl: ERROR" on stderr and returns the exit status of its code. */
int app_fail(const struct err *e);

/* Prints a wrong use, with a hint at the help of the command, and returns 64. */
int app_usage(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Writes the buffer to stdout and releases it; returns `status`, or 1 when it can not be written.
 */
int app_print(struct buf *out, int status);

/* A line on stderr for people; remote text in it has been escaped. */
void app_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* True when stdout (stderr) is a terminal and colours are welcome (NO_COLOR is not set). */
bool app_colour_out(void);

/* How wide the terminal at stdout is; 0: there is none, or it does not say. */
unsigned app_columns_out(void);

bool app_progress_wanted(void);

/* Says on stderr that nothing is known yet, because of `e`. */
void app_say_unknown(const struct err *e);

/* A word of a command to copy, for a POSIX shell: as it is when it is plain, else in quotes. */
void app_shell_word(struct buf *out, const char *s);

/* Escaped for the terminal; lives until the next call but seven. */
const char *app_safe(const char *text);

#endif
