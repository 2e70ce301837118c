/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory on the controller's host, from which some other program takes its certificates:
 * <tenant>/<certificate>/{cert.pem,key.pem,meta.json}. The adapter that stands behind the scheme
 * "directory" speaks of a pair as one text: meta.json, then cert.pem. Its answers: 200 the whole
 * pair, 206 only what is there of it, 404 nothing is there.
 *
 * What is there is read from cert.pem itself. When meta.json does not describe it, or a file is
 * missing, the pair fits no certificate and has to be written again.
 */
#include "reconcile/server/machine.h"

#include <string.h>

#include "schema/base/clock.h"
#include "schema/base/json.h"
#include "schema/base/text.h"

enum { ASK, PUT };
enum { META_MAX = 4096 };

/* meta.json, then the certificate. */
static struct blob pair_text(const struct server_task *t, const struct server_env *env)
{
	struct buf out = BUF_INIT(META_MAX + t->pem.len);
	struct json j = JSON_INIT(&out, true);

	json_object(&j);
	json_member(&j, "topic", t->want.topic);
	json_member(&j, "serial", t->want.serial);
	json_member(&j, "sha256", t->want.sha256);
	json_member(&j, "spkiSha256", t->key->spki);
	json_member_time(&j, "notAfter", t->want.not_after);
	json_end_object(&j);
	buf_addc(&out, '\n');
	buf_add(&out, t->pem.data, t->pem.len);
	struct blob text = { arena_strndup(env->mem, buf_str(&out), out.len), out.len };
	buf_release(&out);
	return text;
}

static enum server_next send_request(struct server_run *run, const struct server_env *env,
				     unsigned step, struct http_request *request)
{
	const struct server_task *t = run->task;

	run->step = step;
	*request = (struct http_request){
		.method = step == PUT ? HTTP_PUT : HTTP_GET,
		.tenant = t->tenant,
		.url = arena_printf(env->mem, "directory://%s/%s/%s", t->server->directory,
				    t->tenant, t->certificate),
	};
	if (step == PUT) {
		request->body = pair_text(t, env);
		request->append_key = t->key;
	}
	return SERVER_SEND;
}

static void saw_pair(struct server_run *run, const struct server_env *env,
		     const struct http_response *answer)
{
	const char *body = answer->body.data;
	const char *pem =
	    answer->body.len ? memmem(body, answer->body.len, "-----BEGIN ", 11) : NULL;
	size_t meta_len = pem ? (size_t)(pem - body) : answer->body.len;
	struct server_reply meta = { .not_after = TIME_UNKNOWN };
	struct cert_facts cert = { .form = CERT_FORM_EMPTY };

	if (pem)
		env->read_cert(env->cert_arg, pem, answer->body.len - meta_len, env->mem, &cert);
	if (meta_len)
		env->read_reply(body, meta_len, env->mem, &meta);
	run->seen = (struct server_observation){
		.presence = PRESENCE_present,
		.serial = "",
		.not_after = TIME_UNKNOWN,
		.can_read = true,
	};
	if (cert.form != CERT_FORM_PEM)
		return;
	run->seen.topic = cert.topic;
	run->seen.not_after = cert.not_after;
	if (answer->status == 200 && text_eq(meta.sha256, cert.sha256))
		run->seen.serial = cert.serial;
}

static void observe(struct server_run *run, const struct server_env *env,
		    const struct http_response *answer)
{
	const char *text = NULL, *reason = server_common(run, env, answer, &text);

	if (reason)
		server_unknown(run, env, reason, "%s", text);
	else if (answer->status == 200 || answer->status == 206)
		saw_pair(run, env, answer);
	else if (answer->status == 404)
		run->seen = (struct server_observation){ .presence = PRESENCE_absent,
							 .not_after = TIME_UNKNOWN,
							 .can_read = true };
	else
		server_unknown(run, env, "UnexpectedAnswer", "status %d", answer->status);
}

enum server_next directory_next(struct server_run *run, const struct server_env *env,
				const struct http_response *answer, struct http_request *request)
{
	const struct server_task *t = run->task;
	const char *text = NULL, *reason;
	bool install = t->work == SERVER_INSTALL;

	if (!answer)
		return send_request(run, env, install ? PUT : ASK, request);
	if (run->step == PUT) {
		reason = server_common(run, env, answer, &text);
		if (reason)
			return server_failed(run, env, reason,
					     "the files of %s/%s were not written: %s", t->tenant,
					     t->certificate, text);
		return send_request(run, env, ASK, request);
	}
	observe(run, env, answer);
	return install ? server_read_back(run, env) : SERVER_DONE;
}
