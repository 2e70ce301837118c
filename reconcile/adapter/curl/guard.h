/* SPDX-License-Identifier: Apache-2.0 */
/* May this request be sent, and what may go with it? Decided before any byte leaves. */
#ifndef APNSCTL_ADAPTER_CURL_GUARD_H
#define APNSCTL_ADAPTER_CURL_GUARD_H

#include <stdbool.h>

#include "reconcile/adapter/curl/http.h"

enum { ORIGIN_MAX = 300 };

/*
 * Scheme, host and port in one spelling: lower case, the port always there ("https://a:443"). False
 * when it is no http or https URL, has a user name in it, or is too long.
 */
bool origin_of(const char *url, char out[ORIGIN_MAX]);

struct permit {
	char origin[ORIGIN_MAX];
	const struct http_credential *credential; /* NULL: none is sent */
	const char *user;                         /* with a credential */
	bool plain;                               /* http: loopback addresses only */
	bool may_be_local;                        /* listed in `allow` */
};

/* Checks the config once: each origin and allow entry has to be readable. */
int guard_check_options(const struct http_options *o, struct err *e);

/* NULL and a permit, or in `mem` the rule that forbids the request and the cure. */
const char *guard_request(const struct http_options *o, const struct http_request *r,
			  struct arena *mem, struct permit *out);

#endif
