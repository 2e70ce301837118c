/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The URL of a remote repository, taken apart before anything else sees it. What could become an
 * option of a command, a second line, a local command or a password in a log is refused.
 */
#ifndef APNSCTL_ADAPTER_GIT_URL_H
#define APNSCTL_ADAPTER_GIT_URL_H

#include <stdbool.h>

#include "schema/base/err.h"

enum git_scheme { GIT_SCHEME_FILE, GIT_SCHEME_HTTP, GIT_SCHEME_HTTPS, GIT_SCHEME_SSH };

enum { GIT_URL_MAX = 2048 };

struct git_url {
	enum git_scheme scheme;
	char user[65];    /* ssh only; "": none */
	char host[254];   /* lower case, IPv6 without brackets; "" for file */
	char port[6];     /* the scheme's own when the URL has none */
	const char *path; /* inside the text that was parsed, starts with '/' or is "" */
};

/*
 * `text` has to outlive `out`. ERR_INPUT with the reason and the cure; the text itself, which may
 * hold a password that does not belong there, is not repeated.
 */
int git_url_parse(const char *text, struct git_url *out, struct err *e);

/* The path of a file URL as the system knows it: %XX is a byte, as libgit2 reads it too. */
void git_url_local_path(const struct git_url *u, char out[GIT_URL_MAX + 1]);

/* The host is this machine: "localhost", 127.0.0.0/8, ::1. */
bool git_url_is_loopback(const struct git_url *u);

/*
 * Same scheme, host and port, and the same user when `origin` names one. ERR_INPUT when `origin`
 * can not be parsed.
 */
int git_url_has_origin(const struct git_url *u, const char *origin, bool *same, struct err *e);

#endif
