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
	struct publish nothing;
	int64_t now; /* behind --now */
};

int offline_open(const struct app *app, struct offline *out, struct err *e);
void offline_close(struct offline *o);

/* Adds tenants to the store. */
int offline_know(struct offline *o, const struct actual_tenant *tenant, size_t n, struct err *e);

#endif
