/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One failure that ends an operation. The caller owns it; a zeroed one means "no error".
 * Findings about the user's manifests are another thing: see finding.h.
 *
 * A function that can fail returns 0 or -1 and takes `struct err *e` last. On success `e` is
 * untouched, on failure the out parameters are.
 */
#ifndef APNSCTL_ERR_H
#define APNSCTL_ERR_H

#include <stdarg.h>

/* name, exit status of a command that ends with it, sentence */
#define ERR_CODES(X)                                                                               \
	X(OK, 0, "no error")                                                                       \
	X(IO, 1, "operational error")                                                              \
	X(BUG, 1, "bug in this program")                                                           \
	X(CONFLICT, 1, "somebody else was faster")                                                 \
	X(INPUT, 3, "not acceptable input")                                                        \
	X(SEALED, 4, "the key store is sealed")                                                    \
	X(REFUSED, 5, "refused by a safety rule")                                                  \
	X(LOCKED, 6, "another controller holds the lock")                                          \
	X(SOURCE, 7, "the source can not be used")                                                 \
	X(PUBLISH, 8, "the status was not published")                                              \
	X(USAGE, 64, "wrong use of the command")

enum err_code {
#define X(name, exit_status, text) ERR_##name,
	ERR_CODES(X)
#undef X
		ERR_CODE_MAX
};

struct err {
	enum err_code code;
	char text[768];
};

/* Sets the error and returns -1. A text that does not fit ends with "...". */
int err_set(struct err *e, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "CONTEXT: " before the text, keeps the code, returns -1. */
int err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The exit status (design: exit codes) of a command that ends with this code. */
int err_exit_status(enum err_code code);

#endif
