/* SPDX-License-Identifier: Apache-2.0 */
/* What the machines of reconcile/server share; for the files of this directory only. */
#ifndef APNSCTL_SERVER_MACHINE_H
#define APNSCTL_SERVER_MACHINE_H

#include "reconcile/server/server.h"

typedef enum server_next server_next_fn(struct server_run *run, const struct server_env *env,
					const struct http_response *answer,
					struct http_request *request);

server_next_fn nanomdm_next;
server_next_fn directory_next;

/* Makes the observation unknown: one CamelCase word and a sentence behind "MDMServer/NAME: ". */
void server_unknown(struct server_run *run, const struct server_env *env, const char *reason,
		    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Ends an install that failed, in the same form. */
enum server_next server_failed(struct server_run *run, const struct server_env *env,
			       const char *reason, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * Judges what no server says in a way of its own: faults of the way, redirects, 401, 403. Returns
 * the reason and sets `text`; NULL when the answer is the machine's to read.
 */
const char *server_common(const struct server_run *run, const struct server_env *env,
			  const struct http_response *answer, const char **text);

/* Ends an install after the read back in `seen`: Match, Assumed or failed. */
enum server_next server_read_back(struct server_run *run, const struct server_env *env);

/*
 * Text of a server for our reports: cut, control characters escaped, long runs of letters and
 * digits (device tokens, keys) left out.
 */
const char *server_quote(struct arena *mem, const char *text);

#endif
