/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The http port: requests to MDM servers, in batches, under time limits. Directory servers use the
 * same requests with the scheme "directory" and another adapter. A request names credentials and
 * keys; only the adapter that sends it borrows them, after checking origin and tenants (rules 11,
 * 13).
 */
#ifndef APNSCTL_PORT_HTTP_H
#define APNSCTL_PORT_HTTP_H

#include "reconcile/port/keys.h"

struct http;

enum http_method { HTTP_GET, HTTP_PUT, HTTP_POST };

struct http_request {
	enum http_method method;
	const char *tenant; /* on whose behalf: credentials and destinations are bound to tenants */
	const char *url;        /* https://…, or directory://NAME/<tenant>/<certificate> */
	const char *credential; /* name in the controller's config; NULL: none */
	const char *user;       /* Basic authentication; NULL: the credential's own user name */
	const char *content_type;
	struct blob body;                /* NULL data: none */
	const struct key_ref
		*append_key; /* its PEM goes behind the body: needs a key destination */
};

enum http_fault {
	HTTP_FAULT_NONE,     /* a response came, whatever its status */
	HTTP_FAULT_DENIED,   /* our own rules forbid to send it: see text */
	HTTP_FAULT_RESOLVE,
	HTTP_FAULT_CONNECT,
	HTTP_FAULT_TLS,
	HTTP_FAULT_TIMEOUT,
	HTTP_FAULT_OTHER
};

struct http_response {
	enum http_fault fault;
	int status;            /* 0: none */
	struct blob body;      /* at most 1 MiB, NUL behind */
	const char *text;      /* of a fault, for people; NULL */
};

struct http_ops {
	/*
	 * Sends all; each answer stands at the same index. Redirects are answers, never followed.
	 */
	void (*exchange)(struct http *h, const struct http_request *request, size_t n,
			 struct arena *mem, struct http_response *out);
	void (*close)(struct http *h);
};

/* The first member of every adapter's http. */
struct http {
	const struct http_ops *ops;
};

#endif
