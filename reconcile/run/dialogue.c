/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/run/dialogue.h"

#include <time.h>

#include "schema/base/text.h"

/* One round: the requests that wait, apart by the port that sends them. */
struct round {
	struct http_request *request;
	struct http_response *answer;
	size_t *of; /* the dialogue of each request */
	size_t n;
	unsigned pause_ms;
};

static struct round round_new(size_t n, struct arena *mem)
{
	return (struct round){ arena_array(mem, n + 1, sizeof(struct http_request)),
			       arena_array(mem, n + 1, sizeof(struct http_response)),
			       arena_array(mem, n + 1, sizeof(size_t)), 0, 0 };
}

static void send_round(struct http *port, struct round *r, struct arena *mem)
{
	struct timespec pause = { r->pause_ms / 1000, (long)(r->pause_ms % 1000) * 1000000 };

	if (!r->n)
		return;
	if (r->pause_ms)
		nanosleep(&pause, NULL);
	port->ops->exchange(port, r->request, r->n, mem, r->answer);
}

/* Takes the answers of a round in, and notes in `pending` whose turn it is next. */
static void take_answers(struct round *r, const struct http_response **pending)
{
	for (size_t i = 0; i < r->n; i++)
		pending[r->of[i]] = &r->answer[i];
}

void dialogues_drive(struct ports *ports, struct server_run *run, size_t n, struct arena *mem)
{
	struct server_env env = { mem, ports->read_reply, ports->certs.read, ports->certs.self };
	const struct http_response **pending = arena_array(mem, n + 1, sizeof(*pending));
	bool *over = arena_array(mem, n + 1, sizeof(*over));
	size_t waiting = n;

	while (waiting) {
		struct round web = round_new(n, mem), dir = round_new(n, mem);
		for (size_t i = 0; i < n; i++) {
			struct http_request q = { 0 };
			if (over[i])
				continue;
			if (server_next(&run[i], &env, pending[i], &q) == SERVER_DONE) {
				over[i] = true;
				waiting--;
				continue;
			}
			struct round *to = text_starts(q.url, "directory://") ? &dir : &web;
			to->of[to->n] = i;
			to->request[to->n++] = q;
			if (run[i].pause_ms > to->pause_ms)
				to->pause_ms = run[i].pause_ms;
		}
		send_round(ports->http, &web, mem);
		send_round(ports->directory, &dir, mem);
		take_answers(&web, pending);
		take_answers(&dir, pending);
	}
}
