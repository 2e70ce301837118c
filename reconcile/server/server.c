/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/server/machine.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "schema/base/clock.h"
#include "schema/base/text.h"

enum { QUOTE_MAX = 200, SECRET_RUN = 24 };

/* The types that have an interface which takes certificate and key. */
static server_next_fn *const machines[] = {
	[SERVER_NanoMDM] = nanomdm_next,
	[SERVER_Directory] = directory_next,
	[SERVER_Manual] = NULL,
};

static server_next_fn *machine_of(enum server_type type)
{
	return type < sizeof(machines) / sizeof(machines[0]) ? machines[type] : NULL;
}

bool server_is_written(enum server_type type)
{
	return machine_of(type) != NULL;
}

static const char *sentence(struct server_run *run, const struct server_env *env, const char *fmt,
			    va_list ap)
{
	char text[768];

	vsnprintf(text, sizeof(text), fmt, ap);
	return arena_printf(env->mem, "MDMServer/%s: %s", run->task->server->name, text);
}

void server_unknown(struct server_run *run, const struct server_env *env, const char *reason,
		    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	run->seen = (struct server_observation){
		.not_after = TIME_UNKNOWN,
		.can_read = true,
		.reason = reason,
		.error = sentence(run, env, fmt, ap),
	};
	va_end(ap);
}

enum server_next server_failed(struct server_run *run, const struct server_env *env,
			       const char *reason, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	run->installed = INSTALLED_Unknown;
	run->reason = reason;
	run->error = sentence(run, env, fmt, ap);
	va_end(ap);
	if (run->seen.presence == PRESENCE_unknown && !run->seen.error) {
		run->seen.reason = reason;
		run->seen.error = run->error;
	}
	return SERVER_DONE;
}

static const char *fault_reason(enum http_fault fault)
{
	switch (fault) {
	case HTTP_FAULT_DENIED:
		return "NotAllowed";
	case HTTP_FAULT_RESOLVE:
		return "NameNotResolved";
	case HTTP_FAULT_CONNECT:
		return "ConnectionFailed";
	case HTTP_FAULT_TLS:
		return "TLSFailed";
	case HTTP_FAULT_TIMEOUT:
		return "TimedOut";
	case HTTP_FAULT_NONE:
	case HTTP_FAULT_OTHER:
		break;
	}
	return "TransferFailed";
}

const char *server_common(const struct server_run *run, const struct server_env *env,
			  const struct http_response *answer, const char **text)
{
	const char *credential = run->task->server->credential;

	if (answer->fault != HTTP_FAULT_NONE) {
		*text = answer->text ? answer->text : "no answer came";
		return fault_reason(answer->fault);
	}
	if (answer->status == 401 || answer->status == 403) {
		*text = arena_printf(
		    env->mem,
		    "it does not accept the credential%s%s (HTTP status %d); check "
		    "credentialRef and the credential's file and user name",
		    credential ? " " : "", credential ? credential : "", answer->status);
		return "Unauthorized";
	}
	if (answer->status >= 300 && answer->status < 400) {
		*text = arena_printf(env->mem,
				     "it answers with a redirect (HTTP status %d), which is never "
				     "followed; write the final address into url and pathPrefix",
				     answer->status);
		return "Redirected";
	}
	return NULL;
}

enum server_next server_read_back(struct server_run *run, const struct server_env *env)
{
	switch (server_judge(&run->seen, &run->task->want, run->task->want.sha256)) {
	case INSTALLED_Match:
		run->installed = INSTALLED_Match;
		return SERVER_DONE;
	case INSTALLED_Assumed:
		run->installed = INSTALLED_Assumed;
		return SERVER_DONE;
	case INSTALLED_Absent:
		return server_failed(run, env, "NotStored",
				     "it took the certificate of %s/%s and says afterwards that it "
				     "has none; look at its log and storage",
				     run->task->tenant, run->task->certificate);
	case INSTALLED_Differs:
		return server_failed(run, env, "NotStored",
				     "it took the certificate of %s/%s and shows another one "
				     "afterwards; look for a second writer and at its log",
				     run->task->tenant, run->task->certificate);
	case INSTALLED_Unknown:
	case INSTALLED_MAX:
		break;
	}
	run->installed = INSTALLED_Unknown;
	run->reason = run->seen.reason ? run->seen.reason : "NotReadBack";
	run->error =
	    run->seen.error
		? arena_printf(env->mem, "%s (the upload itself was taken)", run->seen.error)
		: arena_printf(env->mem,
			       "MDMServer/%s: it took the certificate of %s/%s and shows "
			       "nothing that could confirm it",
			       run->task->server->name, run->task->tenant, run->task->certificate);
	return SERVER_DONE;
}

const char *server_quote(struct arena *mem, const char *text)
{
	struct buf plain = BUF_INIT(QUOTE_MAX), out = BUF_INIT(4 * QUOTE_MAX);

	for (const char *c = text; *c && !plain.full;) {
		size_t run = 0;
		while (isalnum((unsigned char)c[run]) || (c[run] && strchr("+/=", c[run])))
			run++;
		if (run >= SECRET_RUN)
			buf_adds(&plain, "[...]");
		else
			buf_add(&plain, c, run ? run : 1);
		c += run ? run : 1;
	}
	text_escape_terminal(&out, buf_str(&plain), plain.len);
	const char *result = arena_strdup(mem, buf_str(&out));
	buf_release(&plain);
	buf_release(&out);
	return result;
}

enum server_next server_next(struct server_run *run, const struct server_env *env,
			     const struct http_response *answer, struct http_request *request)
{
	server_next_fn *next = machine_of(run->task->server->type);

	run->pause_ms = 0;
	/* What nobody has seen yet is not what can never be seen: no write follows from it. */
	if (!answer)
		run->seen =
		    (struct server_observation){ .not_after = TIME_UNKNOWN, .can_read = true };
	if (next)
		return next(run, env, answer, request);
	server_unknown(run, env, "NoInterface",
		       "servers of this type are looked after by a person; confirm the upload with "
		       "confirmedInstall");
	run->seen.can_read = false;
	run->reason = run->seen.reason;
	run->error = run->seen.error;
	return SERVER_DONE;
}
