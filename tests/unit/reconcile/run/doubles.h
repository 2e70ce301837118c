/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a world together, and lets a controller run in it. */
#ifndef APNSCTL_TESTS_DOUBLES_H
#define APNSCTL_TESTS_DOUBLES_H

#include "tests/unit/reconcile/run/double_git.h"
#include "tests/unit/reconcile/run/double_remote.h"
#include "tests/unit/reconcile/run/double_store.h"

static int64_t world_now(void *self)
{
	return ((struct world *)self)->now;
}

static int64_t world_real(void *self)
{
	struct world *w = self;

	return w->now + (w->real += w->tick);
}

static void world_tell(void *self, const struct notify_event *event)
{
	(void)event;
	((struct world *)self)->n_told++;
}

static void plug_in(struct world *w)
{
	w->source = (typeof(w->source)){ { &double_source }, w };
	w->publish = (typeof(w->publish)){ { &double_publish }, w };
	w->store = (typeof(w->store)){ { &double_store }, w };
	w->x509 = (typeof(w->x509)){ { &double_x509 }, w };
	w->keys = (typeof(w->keys)){ { &double_keys }, w };
	w->apns = (typeof(w->apns)){ { &double_apns }, w };
	w->http = (typeof(w->http)){ { &double_http }, w };
	w->directory = (typeof(w->directory)){ { &double_http }, w };
	w->ports = (struct ports){
		.source = &w->source.base,
		.publish = &w->publish.base,
		.store = &w->store.base,
		.x509 = &w->x509.base,
		.certs = { facts_read, NULL },
		.keys = &w->keys.base,
		.apns = &w->apns.base,
		.http = &w->http.base,
		.directory = &w->directory.base,
		.read_reply = read_reply,
		.read_json = json_read,
		.clock = { world_now, world_real, w },
		.notify = { world_tell, w },
	};
}

/* 2026-11-24T12:00:00Z */
enum { WORLD_START = 1795521600 };

static void world_open(struct world *w)
{
	*w = (struct world){ .now = WORLD_START,
			     .has_signer = true,
			     .signer_not_after = WORLD_START + 3000 * DAY_S,
			     .inner = memory_store() };
	plug_in(w);
}

static void world_close(struct world *w)
{
	store_close(w->inner);
	arena_release(&w->mem);
}

struct copying {
	struct store_txn *to;
	enum store_table_id table;
};

static int copy_row(const void *row, void *arg, struct err *e)
{
	const struct copying *c = arg;

	if (c->table == TABLE_META && text_eq(((const struct row_meta *)row)->key, "fence"))
		return 0;
	return store_put(c->to, c->table, row, e);
}

struct store_pair {
	struct store *from;
	struct store_txn *to;
};

static int copy_tables(struct store_txn *from, void *arg, struct err *e)
{
	struct store_pair *p = arg;
	struct arena mem = ARENA_INIT;
	int rc = 0;

	for (int i = 0; !rc && i < TABLE_MAX; i++) {
		struct copying c = { p->to, (enum store_table_id)i };
		rc = store_each(from, c.table, NULL, &mem, copy_row, &c, e);
	}
	arena_release(&mem);
	return rc;
}

static int copy_into(struct store_txn *to, void *arg, struct err *e)
{
	struct store_pair *p = arg;

	p->to = to;
	return store_read(p->from, copy_tables, p, e);
}

static inline struct store *store_copy(struct store *from)
{
	struct store_pair p = { from, NULL };
	struct store *to = memory_store();
	struct err e = { 0 };
	int64_t fence;

	if (store_lock(to, "", &fence, &e) || store_txn(to, "", fence, copy_into, &p, &e)) {
		fprintf(stderr, "copying the store: %s\n", e.text);
		abort();
	}
	store_unlock(to, "");
	return to;
}

/* The same world once more, to go on by itself; `w` has to live longer. */
static inline void world_copy(const struct world *w, struct world *out)
{
	*out = *w;
	out->mem = (struct arena)ARENA_INIT;
	out->inner = store_copy(w->inner);
	out->published = files_copy(&w->published, &out->mem);
	out->accepted = files_copy(&w->accepted, &out->mem);
	out->nano = files_copy(&w->nano, &out->mem);
	out->deployed = files_copy(&w->deployed, &out->mem);
	plug_in(out);
}

static const struct run_options default_options __attribute__((unused)) = {
	.limits = { 30, 10, 100 },
	.max_new_keys = 500,
	.probe_level = PROBE_Settings,
	.probe_interval = DAY_S,
	.sealed_reason = "no unlock key",
};

/* One run; the caller releases `r`. Returns its exit status. */
static int world_run(struct world *w, const struct run_options *options, struct run_result *r)
{
	struct run_options o = options ? *options : default_options;
	struct err e = { 0 };

	o.sealed = w->sealed;
	w->n_read = w->n_txn = w->n_write = w->n_told = 0;
	w->calls = 0;
	if (run_once(&w->ports, &o, r, &e))
		return e.code ? err_exit_status(e.code) : -1;
	return run_exit_status(r, false);
}

/* One run whose result nobody looks at. */
static int world_just_run(struct world *w)
{
	struct run_result r;
	int status = world_run(w, NULL, &r);

	run_result_release(&r);
	return status;
}

#endif
