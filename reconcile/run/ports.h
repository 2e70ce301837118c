/* SPDX-License-Identifier: Apache-2.0 */
/* All ports of a run. cmd/apnsctl/ports.c fills it from the configuration; tests from doubles. */
#ifndef APNSCTL_RUN_PORTS_H
#define APNSCTL_RUN_PORTS_H

#include "reconcile/port/apns.h"
#include "reconcile/port/clock.h"
#include "reconcile/port/http.h"
#include "reconcile/port/keys.h"
#include "reconcile/port/notify.h"
#include "reconcile/port/publish.h"
#include "reconcile/port/source.h"
#include "reconcile/port/store.h"
#include "reconcile/port/x509.h"
#include "reconcile/server/server.h"
#include "schema/base/value.h"
#include "schema/load/set.h"

struct ports {
	struct source *source;
	struct publish *publish;
	struct store *store;
	struct x509 *x509;
	struct cert_reader certs; /* of x509 */
	struct keys *keys;
	struct apns *apns;
	struct http *http, *directory; /* MDM servers by https, and by directory:// */
	void (*read_reply)(const void *json, size_t len, struct arena *mem,
			   struct server_reply *out);
	int (*read_json)(const void *bytes, size_t len, struct arena *mem, struct value *out,
			 struct err *e); /* the status branch */
	struct clock clock;
	struct notify notify;
};

#endif
