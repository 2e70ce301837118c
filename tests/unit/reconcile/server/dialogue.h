/* SPDX-License-Identifier: Apache-2.0 */
/* Plays one side of a dialogue with an MDM server: what the server answers, in order. */
#ifndef APNSCTL_TESTS_DIALOGUE_H
#define APNSCTL_TESTS_DIALOGUE_H

#include "tests/unit/unit.h"

#include <string.h>

#include "reconcile/adapter/curl/reply.h"
#include "reconcile/server/server.h"
#include "schema/base/buf.h"
#include "schema/base/clock.h"

#define TOPIC "com.apple.mgmt.External.11111111-2222-4333-8444-555555555555"

struct turn {
	enum http_fault fault;
	int status;
	const char *body, *text;
};

struct dialogue {
	struct arena mem;
	struct server_run run;
	struct buf sent;               /* one line a request: method, URL, what goes along */
	const struct cert_facts *cert; /* what the certificate in an answer is read as */
};

static void dialogue_cert(void *arg, const void *pem, size_t len, struct arena *mem,
			  struct cert_facts *out)
{
	(void)pem;
	(void)len;
	(void)mem;
	const struct dialogue *d = arg;
	*out = d->cert ? *d->cert : (struct cert_facts){ .form = CERT_FORM_BROKEN };
}

static void dialogue_note(struct dialogue *d, const struct http_request *r)
{
	if (d->run.pause_ms)
		buf_addf(&d->sent, "(pause %u) ", d->run.pause_ms);
	buf_addf(&d->sent, "%s %s tenant=%s", r->method == HTTP_GET ? "GET" : "PUT", r->url,
		 r->tenant);
	if (r->credential)
		buf_addf(&d->sent, " credential=%s", r->credential);
	if (r->user)
		buf_addf(&d->sent, " user=%s", r->user);
	if (r->append_key)
		buf_adds(&d->sent, " +key");
	buf_addc(&d->sent, '\n');
}

/* Plays all turns; fails when the machine asks more or less often. */
static void dialogue_play(struct dialogue *d, const struct server_task *task,
			  const struct turn *turn, size_t n)
{
	struct server_env env = { &d->mem, reply_read, dialogue_cert, d };
	struct http_request request;
	struct http_response answer;
	size_t i = 0;

	d->run = (struct server_run){ .task = task };
	d->sent = (struct buf)BUF_INIT(65536);
	enum server_next next = server_next(&d->run, &env, NULL, &request);
	for (; next == SERVER_SEND; i++) {
		dialogue_note(d, &request);
		assert_true(i < n);
		answer = (struct http_response){ .fault = turn[i].fault,
						 .status = turn[i].status,
						 .text = turn[i].text };
		if (turn[i].body)
			answer.body = (struct blob){ turn[i].body, strlen(turn[i].body) };
		next = server_next(&d->run, &env, &answer, &request);
	}
	assert_int_equal(i, n);
}

static void dialogue_end(struct dialogue *d)
{
	buf_release(&d->sent);
	arena_release(&d->mem);
}

#endif
