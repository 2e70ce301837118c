/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Doubles of the apns and http ports: APNs takes every certificate unless the world says otherwise,
 * servers keep what they are given. They watch over the safety rules that they can see.
 */
#ifndef APNSCTL_TESTS_DOUBLE_REMOTE_H
#define APNSCTL_TESTS_DOUBLE_REMOTE_H

#include "tests/unit/reconcile/run/double_crypto.h"

static void probe_one(struct world *w, const struct apns_task *task, struct arena *mem,
		      struct apns_evidence *out)
{
	struct cert_facts cert;

	w->n_probe++;
	facts_read(NULL, task->pem.data, task->pem.len, mem, &cert);
	*out = (struct apns_evidence){ .layer = APNS_SETTINGS, .alert = -1 };
	if (!text_eq(cert.spki_sha256, task->key.spki))
		w->broken_rule = "APNs was shown a certificate with the key of another one";
	if (w->apns_down) {
		out->layer = APNS_NOTHING;
		out->fault = APNS_FAULT_CONNECT;
	} else if (text_eq(w->apns_rejects, cert.topic)) {
		out->layer = APNS_SECURED;
		out->alert = 44;
		out->fault = APNS_FAULT_TLS;
	} else {
		files_put(&w->accepted, &w->mem, cert.sha256, "yes");
	}
}

static int apns_probe(struct apns *a, const struct apns_task *task, size_t n, struct arena *mem,
		      struct apns_evidence *out, struct err *e)
{
	struct turn t = take_turn(WORLD(a), "apns probe");

	for (size_t i = 0; t.acts && i < n; i++)
		probe_one(WORLD(a), &task[i], mem, &out[i]);
	return t.tells ? 0 : injected(e, ERR_IO, "apns probe");
}

/* What an upload must not do, whatever happened before. */
static void watch_upload(struct world *w, const struct http_request *q, const struct files *held,
			 const char *slot, const struct cert_facts *cert, struct arena *mem)
{
	const char *old = files_get(held, slot);
	struct cert_facts was;

	if (!q->append_key || !text_eq(q->append_key->spki, cert->spki_sha256))
		w->broken_rule = "a server was given a certificate without its key";
	if (!w->apns_down && !files_get(&w->accepted, cert->sha256))
		w->broken_rule = "a server was given a certificate that APNs has not accepted";
	if (!old)
		return;
	facts_read(NULL, old, strlen(old), mem, &was);
	if (text_eq(was.topic, cert->topic) && was.not_after > cert->not_after)
		w->broken_rule = "an older certificate was put over a newer one";
}

static const char *upload(struct world *w, const struct http_request *q, struct files *held,
			  const char *slot, struct arena *mem)
{
	const char *pem = q->body.data ? strstr(q->body.data, PEM_BEGIN) : NULL;
	struct cert_facts cert;

	w->n_put++;
	facts_read(NULL, pem ? pem : "", pem ? strlen(pem) : 0, mem, &cert);
	watch_upload(w, q, held, slot, &cert, mem);
	files_put(held, &w->mem, slot, q->body.data);
	return cert.topic;
}

static struct http_response answer(struct arena *mem, int status, const char *body)
{
	return (struct http_response){ .status = status,
				       .body = { arena_strdup(mem, body), strlen(body) } };
}

/* As NanoMDM answers; see reconcile/server/nanomdm.c. */
static struct http_response ask_nano(struct world *w, const struct http_request *q,
				     struct arena *mem)
{
	const char *topic = strstr(q->url, "topic=") + strlen("topic="), *pem;
	struct cert_facts cert;
	char t[TIME_TEXT];

	if (q->method == HTTP_PUT)
		upload(w, q, &w->nano, topic, mem);
	pem = files_get(&w->nano, topic);
	if (!pem)
		return answer(mem, 500, "{\"error\": \"no rows in result set\"}");
	facts_read(NULL, pem, strlen(pem), mem, &cert);
	return answer(mem, 200,
		      arena_printf(mem, "{\"topic\": \"%s\", \"notAfter\": \"%s\"}", cert.topic,
				   time_format(cert.not_after, t)));
}

static struct http_response ask_directory(struct world *w, const struct http_request *q,
					  struct arena *mem)
{
	const char *held;

	if (q->method == HTTP_PUT)
		upload(w, q, &w->deployed, q->url, mem);
	held = files_get(&w->deployed, q->url);
	return held ? answer(mem, 200, held) : answer(mem, 404, "");
}

static void http_exchange(struct http *h, const struct http_request *request, size_t n,
			  struct arena *mem, struct http_response *out)
{
	struct world *w = WORLD(h);

	for (size_t i = 0; i < n; i++) {
		struct turn t = take_turn(w, "http exchange");
		bool down = w->server_down && text_starts(request[i].url, w->server_down);
		if (t.acts && !down)
			out[i] = text_starts(request[i].url, "directory:") ?
					 ask_directory(w, &request[i], mem) :
					 ask_nano(w, &request[i], mem);
		if (!t.tells || down)
			out[i] = (struct http_response){ .fault = HTTP_FAULT_TIMEOUT,
							 .text = "no answer came" };
	}
}

static void read_reply(const void *json, size_t len, struct arena *mem, struct server_reply *out)
{
	struct value v;
	struct err e = { 0 };

	*out = (struct server_reply){ .not_after = TIME_UNKNOWN };
	if (json_read(json, len, mem, &v, &e))
		return;
	*out = (struct server_reply){ true, value_text(&v, "error"), value_text(&v, "topic"),
				      value_text(&v, "sha256"), value_time(&v, "notAfter") };
}

static const struct apns_ops double_apns = { .probe = apns_probe };
static const struct http_ops double_http = { .exchange = http_exchange };

#endif
