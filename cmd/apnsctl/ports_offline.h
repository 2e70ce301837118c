/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ports of a plan without a configuration: a store in memory that holds what was published.
 * There is nothing behind them that could be written to, and no network.
 */
#ifndef APNSCTL_CMD_PORTS_OFFLINE_H
#define APNSCTL_CMD_PORTS_OFFLINE_H

#include "cmd/apnsctl/app.h"
#include "cmd/apnsctl/published.h"
#include "reconcile/run/run.h"

struct offline {
	struct ports ports; /* `source` is the caller's to set and to close */
	struct offline_branch {
		struct publish base;
		const struct published *from; /* NULL: there is none */
	} branch;
	int64_t now; /* behind --now */
};

int offline_open(const struct app *app, struct offline *out, struct err *e);
void offline_close(struct offline *o);

/* Takes what was published: into the store, and its pins as the controller reads them. */
int offline_take(struct offline *o, const struct published *p, struct err *e);

/* Adds tenants to the store. */
int offline_know(struct offline *o, const struct actual_tenant *tenant, size_t n, struct err *e);

#endif
