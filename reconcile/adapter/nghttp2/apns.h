/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The APNs port over OpenSSL and nghttp2: one HTTP/2 connection a certificate, many at once, in one
 * loop. What it reports is judged in model/verdict.c. Needs SIGPIPE to be ignored.
 */
#ifndef APNSCTL_ADAPTER_NGHTTP2_APNS_H
#define APNSCTL_ADAPTER_NGHTTP2_APNS_H

#include "reconcile/port/apns.h"

struct apns_options {
	const char *host; /* name or IP literal */
	unsigned port;
	const char *ca_file;  /* added to the system's roots; NULL: none */
	unsigned concurrency; /* connections at once, at least 1 */
	unsigned timeout_s;   /* for one certificate: connect, TLS and answer together */
};

/*
 * Makes the port; nothing is read or sent before the first probe, and roots that can not be loaded
 * fail that one. `keys` must outlive it: a key is borrowed while its connection is set up. Texts
 * of `o` are copied.
 */
int apns_open(const struct apns_options *o, struct keys *keys, struct apns **out, struct err *e);

#endif
