/* SPDX-License-Identifier: Apache-2.0 */
/* APNs: mutual TLS, HTTP/2, every documented answer, and the faults. */
#ifndef APPLESIM_APNS_H
#define APPLESIM_APNS_H

#include "cmd/applesim/events.h"
#include "cmd/applesim/faults.h"
#include "cmd/applesim/loop.h"

struct apns;

struct apns_options {
	const char *dir; /* the state directory */
	int64_t port;    /* 0: a free one */
	int tls_version; /* 12, 13; 0: both */
	struct loop *loop;
	struct events *events;
	struct faults *faults;
};

/* Listens on loopback; `*port` is the one taken. It serves as long as the loop runs. */
int apns_new(const struct apns_options *o, int64_t *port, struct apns **out, struct err *e);
void apns_free(struct apns *a);

#endif
