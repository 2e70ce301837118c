/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/curl/http.h"

#include <stdlib.h>
#include <string.h>

#include "reconcile/adapter/curl/library.h"
#include "reconcile/adapter/curl/transfer.h"

enum { WAIT_MS = 1000 };

struct client {
	struct http base;
	struct http_options options;
	struct keys *keys;
	CURLM *multi; /* NULL before the first exchange */
};

/* One batch. Requests of the same URL stand side by side in `order` and form a chain. */
struct batch {
	struct client *client;
	const struct http_request *request;
	struct http_response *out;
	struct arena *mem;
	size_t *order, n;
	size_t next; /* where the first chain begins that nobody has taken */
};

/* A place for one request at a time, which works off one chain after the other. */
struct lane {
	struct transfer transfer; /* first: CURLINFO_PRIVATE gives it back */
	size_t at, end;           /* the rest of its chain in `order` */
};

static int by_url(const void *a, const void *b, void *arg)
{
	const struct http_request *r = arg;
	size_t i = *(const size_t *)a, j = *(const size_t *)b;
	int c = strcmp(r[i].url, r[j].url);

	return c ? c : (i > j) - (i < j);
}

static bool take_chain(struct batch *b, struct lane *lane)
{
	if (b->next == b->n)
		return false;
	lane->at = lane->end = b->next;
	while (lane->end < b->n &&
	       strcmp(b->request[b->order[lane->at]].url, b->request[b->order[lane->end]].url) == 0)
		lane->end++;
	b->next = lane->end;
	return true;
}

/* Starts the lane's next request that may be sent; false: there is none left. */
static bool start_next(struct batch *b, struct lane *lane)
{
	struct client *c = b->client;

	while (lane->at < lane->end || take_chain(b, lane)) {
		size_t i = b->order[lane->at++];
		if (!transfer_prepare(&lane->transfer, &c->options, c->keys, &b->request[i],
				      &b->out[i], b->mem))
			continue;
		if (curl.multi_add_handle(c->multi, lane->transfer.easy) == CURLM_OK)
			return true;
		transfer_finish(&lane->transfer, CURLE_FAILED_INIT);
	}
	return false;
}

/* Finishes what is over and lets its lanes go on; returns how many of them have no more work. */
static size_t collect(struct batch *b)
{
	size_t idle = 0;
	CURLMsg *m;
	int left;

	while ((m = curl.multi_info_read(b->client->multi, &left))) {
		CURL *easy = m->easy_handle;
		CURLcode result = m->data.result;
		void *lane;
		curl.easy_getinfo(easy, CURLINFO_PRIVATE, &lane);
		curl.multi_remove_handle(b->client->multi, easy);
		transfer_finish(&((struct lane *)lane)->transfer, result);
		idle += !start_next(b, lane);
	}
	return idle;
}

static void run(struct batch *b, struct lane *lane, size_t n_lane)
{
	size_t busy = 0;
	int handles;

	while (busy < n_lane && start_next(b, &lane[busy]))
		busy++;
	while (busy > 0) {
		curl.multi_perform(b->client->multi, &handles);
		size_t idle = collect(b);
		busy -= idle;
		if (busy > 0 && handles > 0)
			curl.multi_poll(b->client->multi, NULL, 0, WAIT_MS, NULL);
	}
}

static void exchange(struct http *h, const struct http_request *request, size_t n,
		     struct arena *mem, struct http_response *out)
{
	struct client *c = (struct client *)h;
	size_t n_lane = c->options.concurrency < n ? c->options.concurrency : n;
	struct err why = { 0 };

	if (n == 0)
		return;
	if (curl_start(&why)) {
		for (size_t i = 0; i < n; i++)
			out[i] = (struct http_response){ .fault = HTTP_FAULT_OTHER,
							 .text = arena_strdup(mem, why.text) };
		return;
	}
	if (!c->multi && !(c->multi = curl.multi_init()))
		out_of_memory();
	struct lane *lane = calloc(n_lane, sizeof(*lane));
	size_t *order = calloc(n, sizeof(*order));
	if (!lane || !order)
		out_of_memory();
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	qsort_r(order, n, sizeof(*order), by_url, (void *)request);
	struct batch b = { c, request, out, mem, order, n, 0 };
	run(&b, lane, n_lane);
	free(order);
	free(lane);
}

static void close_client(struct http *h)
{
	struct client *c = (struct client *)h;

	if (c->multi)
		curl.multi_cleanup(c->multi);
	free(c);
}

static const struct http_ops client_ops = { .exchange = exchange, .close = close_client };

int http_open(const struct http_options *o, struct keys *keys, struct http **out, struct err *e)
{
	if (!o->concurrency || !o->timeout_s)
		return err_set(e, ERR_USAGE, "servers needs a concurrency and a timeout");
	if (guard_check_options(o, e) < 0)
		return -1;
	struct client *c = calloc(1, sizeof(*c));
	if (!c)
		out_of_memory();
	*c = (struct client){ .base.ops = &client_ops, .options = *o, .keys = keys };
	*out = &c->base;
	return 0;
}
