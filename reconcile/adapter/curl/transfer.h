/* SPDX-License-Identifier: Apache-2.0 */
/* One request on its way: a curl handle, what it sends, what came back so far. */
#ifndef APNSCTL_ADAPTER_CURL_TRANSFER_H
#define APNSCTL_ADAPTER_CURL_TRANSFER_H

#include <curl/curl.h>

#include "reconcile/adapter/curl/guard.h"
#include "schema/base/buf.h"

struct transfer {
	CURL *easy; /* NULL: none is on its way */
	struct curl_slist *headers;
	const struct http_options *options;
	const struct http_request *request;
	struct http_response *response;
	struct arena *mem;
	struct permit permit;
	struct secret body;
	struct buf answer;
	size_t head_bytes;   /* of the answer's headers */
	const char *refused; /* why no connection was allowed */
};

/*
 * Prepares the request; true: `t->easy` is ready for the multi handle. False: the response says why
 * it is not sent. Credential and key are read now and are gone after transfer_finish.
 */
bool transfer_prepare(struct transfer *t, const struct http_options *o, struct keys *keys,
		      const struct http_request *request, struct http_response *response,
		      struct arena *mem);

/* Fills the response and gives everything back; the handle has left its multi handle before. */
void transfer_finish(struct transfer *t, CURLcode result);

#endif
