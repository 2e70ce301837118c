/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is really there: the rows of the store, and what the MDM servers show. What was seen is
 * recorded, so that plan and status without a network know it too.
 */
#include "reconcile/run/dialogue.h"
#include "reconcile/run/renames.h"
#include "reconcile/run/rows.h"
#include "reconcile/run/unit.h"
#include "reconcile/run/wishes.h"
#include "schema/base/text.h"

/* A name that comes back: its object lives again from here on, in the store when it is settled. */
static void revive(struct unit *u)
{
	for (size_t i = 0; i < u->loaded.want.n_cert; i++) {
		struct actual_cert *c = actual_match(&u->actual, &u->loaded.want.cert[i]);
		if (c && c->state == OBJECT_Archived)
			c->state = OBJECT_Live;
	}
}

static int read_units(struct store_txn *t, void *arg, struct err *e)
{
	struct batch *b = arg;

	for (size_t i = 0; i < b->n; i++) {
		struct unit *u = b->unit[i];
		if (u->error)
			continue;
		if (renames_read(t, u, e))
			return -1;
		if (u->is_gone)
			continue;
		rows_make_room(&u->loaded.want, &u->mem, &u->actual);
		revive(u);
	}
	return 0;
}

/* In a tie each one sees the other as the one that has it. */
static void see_rivals(const struct run *r, struct unit *u)
{
	for (size_t i = 0; i < u->loaded.want.n_cert; i++) {
		const struct want_cert *w = &u->loaded.want.cert[i];
		struct actual_owners *o = &actual_match(&u->actual, w)->owners;
		const struct ref *rival = wishes_rival(r, w->topic, &w->ref);
		if (rival && !o->pin.kind)
			o->pin = *rival;
	}
}

static int read_owners(struct store_txn *t, void *arg, struct err *e)
{
	struct batch *b = arg;

	for (size_t i = 0; i < b->n; i++) {
		struct unit *u = b->unit[i];
		if (!u->error && !u->is_gone &&
		    rows_owners(t, &u->loaded.want, &u->mem, &u->actual, e))
			return -1;
	}
	return 0;
}

int observe_owners(struct run *r, struct unit **u, size_t n, struct err *e)
{
	struct batch b = { r, u, n };

	if (run_read(r, read_owners, &b, e))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!u[i]->error && !u[i]->is_gone)
			see_rivals(r, u[i]);
	return 0;
}

/* One server to ask about one certificate. */
struct question {
	struct unit *unit;
	struct actual_cert *cert;
	struct actual_server *server;
	struct server_task task;
};

struct questions {
	struct arena mem;
	struct question *item;
	size_t n, cap;
	int64_t now;
};

/* The topic to ask for: that of the pair in force or on its way, else that of the file in Git. */
static const char *topic_to_ask(const struct want_cert *w, const struct actual_cert *c)
{
	const struct actual_pair *p = actual_next(c);

	if (!p)
		p = actual_active(c);
	if (p)
		return p->topic;
	return w->in_git ? w->in_git->topic : c->topic;
}

static void ask_about(struct questions *q, struct unit *u, const struct want_cert *w,
		      struct actual_cert *c)
{
	const char *topic = topic_to_ask(w, c);

	if (w->key_held_by != KEY_HELD_Controller || !topic)
		return;
	for (size_t i = 0; i < w->n_server; i++) {
		if (!server_is_written(w->server[i].type))
			continue;
		struct question *one =
			arena_push(&q->mem, &q->item, &q->n, &q->cap, sizeof(*one));
		one->unit = u;
		one->cert = c;
		one->server = actual_server(c, w->server[i].name);
		one->task = (struct server_task){
			.work = SERVER_OBSERVE,
			.tenant = u->name,
			.certificate = w->ref.name,
			.server = &w->server[i],
			.want = { .topic = topic, .not_after = TIME_UNKNOWN },
		};
	}
}

static void collect_questions(struct questions *q, struct unit **u, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (u[i]->error || u[i]->is_gone)
			continue;
		const struct want_tenant *want = &u[i]->loaded.want;
		for (size_t k = 0; k < want->n_cert; k++)
			ask_about(q, u[i], &want->cert[k],
				  actual_match(&u[i]->actual, &want->cert[k]));
	}
}

static struct server_observation copy(const struct server_observation *o, struct arena *mem)
{
	struct server_observation c = *o;

	c.topic = arena_strdup(mem, o->topic);
	c.serial = arena_strdup(mem, o->serial);
	c.reason = arena_strdup(mem, o->reason);
	c.error = arena_strdup(mem, o->error);
	return c;
}

static int record(struct store_txn *t, void *arg, struct err *e)
{
	struct questions *q = arg;

	for (size_t i = 0; i < q->n; i++) {
		const char *uid = q->item[i].cert->uid;
		if (uid && rows_put_server(t, uid, q->item[i].server, e))
			return -1;
	}
	return 0;
}

static int observe_servers(struct run *r, struct unit **u, size_t n, struct err *e)
{
	struct questions q = { .now = r->env.now };
	int failed = 0;

	collect_questions(&q, u, n);
	struct server_run *dialogue = arena_array(&q.mem, q.n + 1, sizeof(*dialogue));
	for (size_t i = 0; i < q.n; i++)
		dialogue[i].task = &q.item[i].task;
	dialogues_drive(r->ports, dialogue, q.n, &q.mem);
	for (size_t i = 0; i < q.n; i++) {
		q.item[i].server->seen = copy(&dialogue[i].seen, &q.item[i].unit->mem);
		q.item[i].server->observed_at = r->env.now;
	}
	if (q.n && !r->o->plan_only)
		failed = run_write(r, record, &q, e);
	arena_release(&q.mem);
	return failed;
}

int observe_units(struct run *r, struct unit **u, size_t n, bool ask_servers, struct err *e)
{
	struct batch b = { r, u, n };

	if (run_read(r, read_units, &b, e))
		return -1;
	observe_published_pins(r, u, n);
	return ask_servers ? observe_servers(r, u, n, e) : 0;
}
