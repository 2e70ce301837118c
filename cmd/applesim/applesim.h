/* SPDX-License-Identifier: Apache-2.0 */
/*
 * applesim is Apple and an MDM server on loopback, for the demo and for tests: a portal that issues
 * certificates, an APNs, a NanoMDM. It shares schema/base with apnsctl and nothing else, so that an
 * error of the one can not hide in the other.
 */
#ifndef APPLESIM_H
#define APPLESIM_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/base/err.h"

/* The commands: an exit status back; everything was said on stdout and stderr. */
int cmd_ca(int argc, char **argv);
int cmd_portal(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_log(int argc, char **argv);

/* Says the error on stderr. */
void complain(const struct err *e);

/* The same, and gives the exit status. */
int fail(const struct err *e);

/* Says what is wrong with the command line and where the help is; gives 64. */
int wrong_usage(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A whole number from 0 to `max`, digits only; false when it is not one. */
bool number_parse(const char *text, int64_t max, int64_t *out);

/* The value of --now when `text` is one, else the clock of the machine; false when malformed. */
bool now_parse(const char *text, int64_t *out);

#endif
