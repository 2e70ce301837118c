/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/apns_conn.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "cmd/applesim/apns_rules.h"
#include "cmd/applesim/applesim.h"
#include "schema/base/text.h"

/* An answer that waits for its time. */
struct delayed {
	struct timer timer;
	struct conn *conn;
	struct h2_request *request;
	struct apns_answer answer;
};

void conn_goaway(struct conn *c, const struct fault *f)
{
	for (size_t i = 0; i < f->n_goaway; i++) {
		const struct goaway *g = &f->goaway[i];
		struct json *j = conn_event(c, "apns-goaway");

		json_member_int(j, "code", g->code);
		json_member(j, "debug", g->debug);
		event_end(c->apns->o.events);
		h2_goaway(c->h2, g->code, g->last_stream, g->debug, strlen(g->debug));
	}
	c->ending = ENDS_WHEN_SENT;
}

static void answer_now(struct conn *c, struct h2_request *r, const struct apns_answer *a)
{
	struct h2_header header[2] = { { "apns-id", h2_header(r, "apns-id") },
				       { "content-type", "application/json" } };
	unsigned char b[16];
	const char *body = NULL;
	const struct fault *f;

	/* APNs makes an id in upper case where the request has none. */
	if (!header[0].value && getrandom(b, sizeof(b), 0) == sizeof(b))
		header[0].value = arena_printf(
		    &r->mem,
		    "%02X%02X%02X%02X-%02X%02X-4%01X%02X-A%01X%02X-%02X%02X%02X%02X%02X%02X", b[0],
		    b[1], b[2], b[3], b[4], b[5], b[6] & 15, b[7], b[8] & 15, b[9], b[10], b[11],
		    b[12], b[13], b[14], b[15]);
	if (a->reason && a->since_ms >= 0)
		body = arena_printf(&r->mem, "{\"reason\":\"%s\",\"timestamp\":%lld}", a->reason,
				    (long long)a->since_ms);
	else if (a->reason)
		body = arena_printf(&r->mem, "{\"reason\":\"%s\"}", a->reason);
	h2_answer(c->h2, r, a->status, header, body ? 2 : 1, body);
	if (a->status >= 400 && a->status < 500 && a->status != 410) {
		f = conn_fault(c, FAULT_StreamsAfterError, NULL);
		if (f)
			h2_streams(c->h2, (unsigned)f->number);
	}
}

static void log_request(struct conn *c, const struct h2_request *r, int status, const char *what)
{
	struct json *j = conn_event(c, "apns-request");

	json_member(j, "method", h2_header(r, ":method"));
	json_member(j, "path", h2_header(r, ":path"));
	json_member_opt(j, "apnsTopic", h2_header(r, "apns-topic"));
	json_member_opt(j, "pushType", h2_header(r, "apns-push-type"));
	json_member_int(j, "body", (int64_t)r->body_len);
	json_member_int(j, "status", status);
	json_member_opt(j, "reason", what);
	event_end(c->apns->o.events);
}

/* Counts the tokens that nobody knows; APNs hangs up on who sends many. */
static void count_bad_token(struct conn *c, const struct apns_answer *a)
{
	const struct fault *f;

	if (!text_eq(a->reason, "BadDeviceToken"))
		return;
	c->bad_tokens++;
	f = conn_fault(c, FAULT_DisconnectAfterBadTokens, NULL);
	if (f && c->bad_tokens >= f->number)
		c->ending = ENDS_WHEN_SENT;
}

static void delay_over(struct timer *t)
{
	struct delayed *d = (struct delayed *)t;
	struct conn *c = d->conn;
	struct h2_request *r = d->request;

	r->owner = NULL;
	answer_now(c, r, &d->answer);
	loop_free_later(c->stream.loop, d);
	conn_run(c);
}

static void delay(struct conn *c, struct h2_request *r, const struct apns_answer *a, int64_t ms)
{
	struct delayed *d = calloc(1, sizeof(*d));
	struct err e = { 0 };

	if (!d)
		out_of_memory();
	d->conn = c;
	d->request = r;
	d->answer = *a;
	r->owner = d;
	if (timer_set(&d->timer, c->stream.loop, (unsigned)ms, delay_over, &e))
		complain(&e);
}

/* The answer that a request deserves, or the one that a rule wants. */
static struct apns_answer answer_for(struct conn *c, const struct h2_request *r, const char *path)
{
	const struct tls_peer *peer = tls_peer(c->stream.tls);
	enum mismatch mismatch = MISMATCH_BAD_TOPIC;
	const struct fault *f = conn_fault(c, FAULT_Answer, path);

	if (f)
		return (struct apns_answer){ (int)f->number, f->text, -1 };
	if (conn_fault(c, FAULT_MismatchAccepted, path))
		mismatch = MISMATCH_ACCEPTED;
	else if (conn_fault(c, FAULT_MismatchDisallowed, path))
		mismatch = MISMATCH_DISALLOWED;
	return apns_judge(r, peer->present ? peer->topic : NULL, c->apns->o.faults, mismatch);
}

void conn_request(void *arg, struct h2_request *r)
{
	struct conn *c = arg;
	const char *path = h2_header(r, ":path");
	const struct fault *f = conn_fault(c, FAULT_Goaway, path);
	struct apns_answer a;

	if (f) {
		log_request(c, r, 0, "GOAWAY");
		conn_goaway(c, f);
		return;
	}
	f = conn_fault(c, FAULT_Reset, path);
	if (f) {
		log_request(c, r, 0, "RST_STREAM");
		h2_reset(c->h2, r->stream, (uint32_t)f->number);
		return;
	}
	if (conn_fault(c, FAULT_Silence, path)) {
		log_request(c, r, 0, "silence");
		return;
	}
	a = answer_for(c, r, path);
	log_request(c, r, a.status, a.reason);
	count_bad_token(c, &a);
	f = conn_fault(c, FAULT_Delay, path);
	if (f)
		delay(c, r, &a, f->number);
	else
		answer_now(c, r, &a);
}

void conn_request_closed(void *arg, struct h2_request *r)
{
	struct conn *c = arg;
	struct delayed *d = r->owner;

	if (!d)
		return;
	timer_clear(&d->timer);
	loop_free_later(c->stream.loop, d);
}
