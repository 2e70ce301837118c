/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MDM servers as pure state machines: one file a type, `next(run, response) → request | done`. A
 * machine only says what to ask next and what the answers mean; who drives it sends the requests
 * through port/http.h. So every dialogue with a server can be tested as a transcript.
 *
 * *Unknown* is not *absent* (safety rule 5): only an answer that a server is known to give for a
 * missing certificate makes it absent. Sources: reference pages of the servers, see
 * docs/servers.md.
 */
#ifndef APNSCTL_SERVER_SERVER_H
#define APNSCTL_SERVER_SERVER_H

#include <stdbool.h>

#include "reconcile/model/installed.h"
#include "reconcile/port/http.h"
#include "schema/base/arena.h"
#include "schema/kind/cert_facts.h"
#include "schema/resolve/desired.h"

/* True when this program can upload to servers of the type; the others take a person's upload. */
bool server_is_written(enum server_type type);

enum server_work { SERVER_OBSERVE, SERVER_INSTALL };

struct server_task {
	enum server_work work;
	const char *tenant, *certificate; /* names */
	const struct want_server *server;
	struct server_expected want; /* SERVER_OBSERVE needs only the topic (NULL: none known) */
	struct blob pem;             /* SERVER_INSTALL: the certificate alone, normalised */
	const struct key_ref *key;   /* SERVER_INSTALL */
};

/* The members that any of our servers puts into a JSON answer; absent ones NULL, TIME_UNKNOWN. */
struct server_reply {
	bool is_object; /* false: it was no JSON object; nothing else is set */
	const char *error, *topic, *sha256;
	int64_t not_after;
};

/* What a machine needs from outside. */
struct server_env {
	struct arena *mem; /* of requests, observations and texts */
	void (*read_reply)(const void *json, size_t len, struct arena *mem,
			   struct server_reply *out);
	/* As port/x509.h read. */
	void (*read_cert)(void *arg, const void *pem, size_t len, struct arena *mem,
			  struct cert_facts *out);
	void *cert_arg;
};

enum server_next { SERVER_SEND, SERVER_DONE };

/* Where a dialogue stands. Zero it but for `task`; read the results when it is done. */
struct server_run {
	const struct server_task *task;
	struct server_observation seen; /* SERVER_OBSERVE; after an install what was read back */
	/* SERVER_INSTALL: Match (read back), Assumed (taken; can not be read), else it failed */
	enum installed installed;
	const char *reason; /* of a failed install: one CamelCase word; NULL */
	const char *error;  /* of a failed install, for people; NULL */
	unsigned pause_ms;  /* wait so long before the request is sent */

	unsigned step, asked; /* private to the machine */
};

/*
 * Takes the answer to the last request (NULL at the start) and says what comes next: on SERVER_SEND
 * `request` is filled and valid as long as task and arena.
 */
enum server_next server_next(struct server_run *run, const struct server_env *env,
			     const struct http_response *answer, struct http_request *request);

#endif
