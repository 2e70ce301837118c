/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NanoMDM: GET and PUT PREFIX/pushcert. What its releases answer was observed on running servers;
 * tests/unit/reconcile/server/test_nanomdm.c holds the transcripts. What is odd about it:
 *
 * - A certificate that it does not have is a status 500 with a text that depends on the storage.
 * - Release v0.9.0 and all before have no GET: there every method is an upload, and a GET without
 *   a body fails with a text about missing PEM. Then nothing can be read: "assumed".
 * - Two uploads for one topic at once can lock that topic up until a restart: an upload that got
 *   no answer is never sent again in the same run, and all requests of a topic share their URL,
 *   by which the http port keeps them apart.
 * - A GET that meets an upload can see a torn pair (500): it is asked once more.
 * - Its last certificate block wins: only the leaf is sent.
 */
#include "reconcile/server/machine.h"

#include <ctype.h>
#include <string.h>

#include "schema/base/clock.h"
#include "schema/base/text.h"

enum { ASK, PUT };
enum { PAUSE_MS = 1000 };

static const char *url_of(const struct server_run *run, const struct server_env *env)
{
	const struct want_server *s = run->task->server;
	struct buf out = BUF_INIT(4096);

	buf_addf(&out, "%s%s/pushcert?topic=", s->url, s->path_prefix ? s->path_prefix : "/v1");
	for (const char *c = run->task->want.topic; *c; c++) {
		if (isalnum((unsigned char)*c) || strchr("-._~", *c))
			buf_addc(&out, *c);
		else
			buf_addf(&out, "%%%02X", (unsigned char)*c);
	}
	const char *url = arena_strdup(env->mem, buf_str(&out));
	buf_release(&out);
	return url;
}

static enum server_next send_request(struct server_run *run, const struct server_env *env,
				     unsigned step, struct http_request *request)
{
	const struct server_task *t = run->task;

	run->step = step;
	run->asked++;
	*request = (struct http_request){
		.method = step == PUT ? HTTP_PUT : HTTP_GET,
		.tenant = t->tenant,
		.url = url_of(run, env),
		.credential = t->server->credential,
		.user = t->server->user,
	};
	if (step == PUT) {
		request->content_type = "text/plain";
		request->body = t->pem;
		request->append_key = t->key;
	}
	return SERVER_SEND;
}

static bool is_absent(const char *error)
{
	return strstr(error, "key not found") || strstr(error, "no such file") ||
	       strstr(error, "no rows in result set");
}

/* The upload handler of a release without GET complains that the (empty) body has no PEM. */
static bool is_upload_handler(const char *error)
{
	return strstr(error, "failed to find any PEM data in certificate input") != NULL;
}

static void saw_present(struct server_run *run, const struct server_env *env,
			const struct server_reply *reply)
{
	if (!text_eq(reply->topic, run->task->want.topic)) {
		server_unknown(run, env, "UnexpectedAnswer",
			       "it was asked for the topic %s and answered for %s",
			       run->task->want.topic,
			       reply->topic ? server_quote(env->mem, reply->topic) : "none");
		return;
	}
	run->seen = (struct server_observation){
		.presence = PRESENCE_present,
		.topic = reply->topic,
		.not_after = reply->not_after,
		.can_read = true,
	};
}

static void saw_no_interface(struct server_run *run, const struct server_env *env, int status)
{
	server_unknown(run, env, "APINotFound",
		       "there is no %s/pushcert at its address (HTTP status %d); check url and "
		       "pathPrefix, and that NanoMDM was started with -api",
		       run->task->server->path_prefix ? run->task->server->path_prefix : "/v1",
		       status);
}

/* Reads the answer to a GET into `seen`; false: it has to be asked once more. */
static bool observe(struct server_run *run, const struct server_env *env,
		    const struct http_response *answer)
{
	struct server_reply reply = { .not_after = TIME_UNKNOWN };
	const char *text = NULL, *reason = server_common(run, env, answer, &text);

	if (reason) {
		server_unknown(run, env, reason, "%s", text);
		return true;
	}
	env->read_reply(answer->body.data, answer->body.len, env->mem, &reply);
	const char *error = reply.error ? reply.error : "";
	if (answer->status == 200 && reply.is_object && !reply.error) {
		saw_present(run, env, &reply);
		return true;
	}
	if (answer->status == 404 || answer->status == 405) {
		saw_no_interface(run, env, answer->status);
		return true;
	}
	if (answer->status == 500 && is_absent(error)) {
		run->seen = (struct server_observation){ .presence = PRESENCE_absent,
							 .not_after = TIME_UNKNOWN,
							 .can_read = true };
		return true;
	}
	if (answer->status >= 500 && run->asked < (run->task->work == SERVER_INSTALL ? 3u : 2u))
		return false;
	if (answer->status >= 400 && is_upload_handler(error)) {
		server_unknown(run, env, "CanNotRead",
			       "this release of NanoMDM can not show which certificate it holds");
		run->seen.can_read = false;
		return true;
	}
	server_unknown(run, env, answer->status >= 500 ? "ServerFault" : "UnexpectedAnswer",
		       "HTTP status %d%s%s; look at its log", answer->status,
		       *error ? ": " : " without a readable text", server_quote(env->mem, error));
	return true;
}

/* The answer to an upload: NULL when it was taken, else why not. */
static const char *refusal(struct server_run *run, const struct server_env *env,
			   const struct http_response *answer, const char **text)
{
	const struct server_expected *want = &run->task->want;
	struct server_reply reply = { .not_after = TIME_UNKNOWN };
	const char *reason = server_common(run, env, answer, text);

	if (reason)
		return reason;
	env->read_reply(answer->body.data, answer->body.len, env->mem, &reply);
	if (answer->status != 200 || !reply.is_object || reply.error) {
		*text = arena_printf(env->mem, "HTTP status %d%s%s", answer->status,
				     reply.error ? ": " : " without a readable text",
				     reply.error ? server_quote(env->mem, reply.error) : "");
		return answer->status >= 500 ? "ServerFault" : "UploadRefused";
	}
	if (!text_eq(reply.topic, want->topic)) {
		*text = "it says that it stored another topic; look at its storage now";
		return "WrongTopic";
	}
	return NULL;
}

/* Behind a gateway a status 5xx says nothing about what the server did. */
static bool certainly_not_taken(const struct http_response *answer)
{
	if (answer->fault == HTTP_FAULT_NONE)
		return answer->status < 500;
	return answer->fault != HTTP_FAULT_TIMEOUT && answer->fault != HTTP_FAULT_OTHER;
}

static enum server_next uploaded(struct server_run *run, const struct server_env *env,
				 const struct http_response *answer, struct http_request *request)
{
	const struct server_task *t = run->task;
	const char *text = NULL, *reason = refusal(run, env, answer, &text);

	if (!reason)
		return send_request(run, env, ASK, request);
	if (certainly_not_taken(answer))
		return server_failed(run, env, reason,
				     "the certificate of %s/%s was not installed: %s", t->tenant,
				     t->certificate, text);
	return server_failed(
	    run, env, reason,
	    "it is not known whether the certificate of %s/%s was taken: %s; it is "
	    "not sent again before the server was read, because two uploads at once "
	    "can lock a topic up",
	    t->tenant, t->certificate, text);
}

enum server_next nanomdm_next(struct server_run *run, const struct server_env *env,
			      const struct http_response *answer, struct http_request *request)
{
	bool install = run->task->work == SERVER_INSTALL;

	if (!run->task->want.topic) {
		server_unknown(
		    run, env, "TopicUnknown",
		    "it can be asked by topic only, and the topic of %s/%s is not known yet",
		    run->task->tenant, run->task->certificate);
		return install ? server_read_back(run, env) : SERVER_DONE;
	}
	if (!answer)
		return send_request(run, env, install ? PUT : ASK, request);
	if (run->step == PUT)
		return uploaded(run, env, answer, request);
	if (!observe(run, env, answer)) {
		run->pause_ms = PAUSE_MS;
		return send_request(run, env, ASK, request);
	}
	return install ? server_read_back(run, env) : SERVER_DONE;
}
