/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The http port over libcurl. It enforces what no manifest may change: a credential goes only to
 * its own origin and for its own tenants (safety rule 11), a key only to a key destination (rule
 * 13), and nothing at all to an origin that the controller's config does not name. Private,
 * loopback and link-local addresses are checked at each connection, after the name was resolved,
 * and need an entry in `allow`; plain http is for loopback addresses only. Redirects are never
 * followed. Proxies are taken from https_proxy, all_proxy and no_proxy, as curl does; then `allow`
 * is about the proxy's address. Needs SIGPIPE to be ignored.
 */
#ifndef APNSCTL_ADAPTER_CURL_HTTP_H
#define APNSCTL_ADAPTER_CURL_HTTP_H

#include "reconcile/port/http.h"

/* Lists of tenants hold names; "*" stands for all, an empty list for none. */
struct http_credential {
	const char *name;
	const char *origin;   /* scheme://host[:port] */
	const char *file;     /* holds the password or token, see file_read_secret */
	const char *username; /* used where the request names none; NULL: none */
	const char *const *tenants;
	size_t n_tenants;
};

/* Where private keys may go. */
struct http_destination {
	const char *origin;
	const char *const *tenants;
	size_t n_tenants;
};

struct http_options {
	const char *ca_file;  /* added to the system's roots; NULL: none */
	unsigned concurrency; /* requests at once, at least 1 */
	unsigned timeout_s;   /* for one request, everything together */
	const struct http_credential *credential;
	size_t n_credential;
	const struct http_destination *destination;
	size_t n_destination;
	const char *const *allow; /* "host:port", "[v6]:port" */
	size_t n_allow;
};

enum { HTTP_BODY_MAX = 1 << 20 };

/*
 * Makes the port; nothing is sent before the first exchange. `o` and what it points at, and `keys`,
 * must outlive it. Requests of one batch that have the same URL are sent one after the other.
 */
int http_open(const struct http_options *o, struct keys *keys, struct http **out, struct err *e);

#endif
