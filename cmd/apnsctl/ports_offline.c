/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/ports_offline.h"

#include <stdio.h>

#include "cmd/apnsctl/ports.h"
#include "reconcile/adapter/file/clock.h"
#include "reconcile/adapter/memory/memory.h"
#include "reconcile/run/known.h"

/* A folder has no commit, but files like one. */
static int fetch_branch(struct publish *p, char tip[OID_TEXT], struct err *e)
{
	const struct published *from = ((struct offline_branch *)p)->from;

	(void)e;
	*tip = 0;
	if (from)
		snprintf(tip, OID_TEXT, "%s", *from->commit ? from->commit : "folder");
	return 0;
}

static int read_branch(struct publish *p, const char *path, struct buf *out, struct err *e)
{
	const struct published *from = ((struct offline_branch *)p)->from;
	char oid[OID_TEXT];
	int r = from->source->ops->lookup(from->source, from->commit, path, oid, e);

	return r ? r : from->source->ops->read(from->source, oid, out, e) ? -1 : 0;
}

int offline_open(const struct app *app, struct offline *out, struct err *e)
{
	static const struct publish_ops ops = { .fetch = fetch_branch, .read = read_branch };

	*out = (struct offline){ .branch = { .base = { &ops } }, .now = app->now_time };
	if (ports_open_x509(&out->ports.x509, e))
		return -1;
	out->ports.certs = ports_cert_reader(out->ports.x509);
	out->ports.clock = system_clock(app->now ? &out->now : NULL);
	out->ports.publish = &out->branch.base;
	out->ports.read_json = ports_read_json;
	out->ports.store = memory_store();
	return 0;
}

void offline_close(struct offline *o)
{
	store_close(o->ports.store);
	if (o->ports.x509)
		o->ports.x509->ops->close(o->ports.x509);
}

struct knowing {
	const struct actual_tenant *tenant;
	size_t n;
	int64_t now;
};

static int put_all(struct store_txn *t, void *arg, struct err *e)
{
	struct knowing *k = arg;

	for (size_t i = 0; i < k->n; i++)
		if (known_put(t, &k->tenant[i], k->now, e))
			return -1;
	return 0;
}

int offline_know(struct offline *o, const struct actual_tenant *tenant, size_t n, struct err *e)
{
	struct clock *c = &o->ports.clock;
	struct knowing k = { tenant, n, c->planning(c->self) };
	int64_t fence;

	if (store_lock(o->ports.store, "", &fence, e))
		return -1;
	int failed = store_txn(o->ports.store, "", fence, put_all, &k, e);
	store_unlock(o->ports.store, "");
	return failed;
}

int offline_take(struct offline *o, const struct published *p, struct err *e)
{
	o->branch.from = p;
	return offline_know(o, p->tenant, p->n, e);
}
