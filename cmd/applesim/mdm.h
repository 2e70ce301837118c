/* SPDX-License-Identifier: Apache-2.0 */
/* The MDM server's connections: HTTP/1.1 over TCP or TLS, NanoMDM behind it, and the faults. */
#ifndef APPLESIM_MDM_H
#define APPLESIM_MDM_H

#include "cmd/applesim/events.h"
#include "cmd/applesim/faults.h"
#include "cmd/applesim/loop.h"

struct mdm;

struct mdm_options {
	const char *dir;     /* the state directory */
	int64_t port;        /* 0: a free one */
	bool tls;            /* https, with the certificate of the state directory */
	const char *api_key; /* NULL: the server has no API */
	struct loop *loop;
	struct events *events;
	struct faults *faults;
};

/* Listens on loopback; `*port` is the one taken. It serves as long as the loop runs. */
int mdm_new(const struct mdm_options *o, int64_t *port, struct mdm **out, struct err *e);
void mdm_free(struct mdm *m);

#endif
