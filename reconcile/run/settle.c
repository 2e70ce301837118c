/* SPDX-License-Identifier: Apache-2.0 */
/*
 * At the end of a batch: what was learned of each tenant is remembered (conditions with the time of
 * their last transition, the row of each object in the summary, when to look again), and the
 * tenant's files for the status branch are made.
 */
#include <stdlib.h>

#include "reconcile/run/publication.h"
#include "reconcile/run/rows.h"
#include "reconcile/run/unit.h"
#include "schema/base/text.h"

/* For people, where a condition comes or goes. */
#define NO_CONDITION "none"

enum { LOOK_AGAIN_MIN_S = 60, OBSERVE_INTERVAL_S = 3600 };

struct settling {
	struct run *run;
	struct unit *unit;
	struct transition *transition;
	size_t n, cap;
};

static void tell(const struct settling *s, const struct cert_view *v, const char *type,
		 const char *from, const char *to, const char *message)
{
	const struct notify *n = &s->run->ports->notify;
	struct ref on = { KIND_PushCertificate, s->unit->name, v->actual->name };
	struct notify_event event = { ref_text(&s->unit->mem, &on), type, from, to, message };

	n->tell(n->self, &event);
}

/* The rows of an object's conditions, before this run. */
struct known_conditions {
	struct arena *mem;
	struct row_condition *row;
	size_t n, cap;
};

static int collect_condition(const void *row, void *arg, struct err *e)
{
	struct known_conditions *k = arg;

	(void)e;
	*(struct row_condition *)arena_push(k->mem, &k->row, &k->n, &k->cap, sizeof(*k->row)) =
		*(const struct row_condition *)row;
	return 0;
}

static bool has_condition(const struct cert_view *v, const char *type)
{
	for (size_t i = 0; i < v->n_condition; i++)
		if (text_eq(v->condition[i].type, type))
			return true;
	return false;
}

/*
 * A condition that does not hold any more is forgotten: when it comes back that is a transition of
 * its own. `is_known`: the object had conditions before.
 */
static int forget_conditions(struct store_txn *t, struct settling *s, const struct cert_view *v,
			     bool is_over, bool *is_known, struct err *e)
{
	struct known_conditions k = { .mem = &s->unit->mem };
	struct store_where of_object = { .select = STORE_EQUAL,
					 .col = "object_uid",
					 .text = v->actual->uid };

	if (store_each(t, TABLE_CONDITION, &of_object, k.mem, collect_condition, &k, e))
		return -1;
	*is_known = k.n > 0;
	for (size_t i = 0; i < k.n; i++) {
		if (!is_over && has_condition(v, k.row[i].type))
			continue;
		if (!is_over)
			tell(s, v, k.row[i].type, k.row[i].status, NO_CONDITION, "");
		if (store_remove(t, TABLE_CONDITION, &k.row[i], e) < 0)
			return -1;
	}
	return 0;
}

static int note_condition(struct store_txn *t, struct settling *s, const struct cert_view *v,
			  const struct condition *c, bool is_known, struct err *e)
{
	struct arena *mem = &s->unit->mem;
	struct row_condition row = { .object_uid = v->actual->uid, .type = c->type };
	int found = store_get(t, TABLE_CONDITION, &row, mem, e);

	if (found < 0)
		return -1;
	bool same = found && text_eq(row.status, c->status);
	bool equal = same && text_eq(row.reason, c->reason) && text_eq(row.message, c->message);
	int64_t since = same ? row.since : s->run->env.now;
	if (!same && is_known)
		tell(s, v, c->type, found ? row.status : NO_CONDITION, c->status, c->message);
	*(struct transition *)arena_push(mem, &s->transition, &s->n, &s->cap,
					 sizeof(*s->transition)) =
		(struct transition){ v->actual->name, c->type, c->status, since };
	row = (struct row_condition){ v->actual->uid, c->type, c->status, c->reason,
				      c->message,     since };
	return equal ? 0 : store_put(t, TABLE_CONDITION, &row, e);
}

static int note_view(struct store_txn *t, struct settling *s, const struct cert_view *v,
		     struct err *e)
{
	struct summary_row m;
	const struct unit *u = s->unit;
	bool is_over = !v->want &&
		       (v->not_after == TIME_UNKNOWN || v->not_after <= s->run->env.now);
	bool is_known;

	if (forget_conditions(t, s, v, is_over, &is_known, e))
		return -1;
	for (size_t i = 0; i < v->n_condition && !is_over; i++)
		if (note_condition(t, s, v, &v->condition[i], is_known, e))
			return -1;
	struct row_summary row = { .tenant_uid = u->actual.uid, .name = v->actual->name };
	if (is_over)
		return store_remove(t, TABLE_SUMMARY, &row, e) < 0 ? -1 : 0;
	summary_row_of(&u->plan, v, &s->unit->mem, &m);
	row = (struct row_summary){
		u->actual.uid, v->actual->name, m.tenant,   m.customer, m.band,	     m.phase,
		m.verdict,     m.action,	m.file,	    m.apple_id, m.row,	     m.reason,
		m.message,     m.who,		m.commit_path, m.not_after, m.renew_after, m.due,
		m.changes_at,
	};
	return store_put(t, TABLE_SUMMARY, &row, e);
}

/* Attributes of the certificate that rules of a later revision compare with. */
static int note_certificate(struct store_txn *t, struct unit *u, const struct cert_view *v,
			    struct err *e)
{
	struct row_certificate row = { .uid = v->actual->uid };
	const struct want_cert *w = v->want;
	int found = store_get(t, TABLE_CERTIFICATE, &row, &u->mem, e);

	if (found <= 0 || !w)
		return found < 0 ? -1 : 0;
	const char *protection = w->is_protected ? "Protected" : NULL;
	if (text_eq(row.protection, protection) && text_eq(row.apple_id, w->account.address) &&
	    text_eq(row.display_name, w->display_name) &&
	    object_state_of(row.state, NULL) == OBJECT_Live)
		return 0;
	row.protection = protection;
	row.apple_id = w->account.address;
	row.display_name = w->display_name;
	row.state = object_state_word(OBJECT_Live); /* a name that comes back revives its object */
	return store_put(t, TABLE_CERTIFICATE, &row, e);
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* A claim of another tenant is in the way, which that one may give up. */
static bool waits_for_claim(const struct unit *u)
{
	for (size_t i = 0; i < u->plan.n_view; i++)
		if (u->plan.view[i].pin_claimed)
			return true;
	return false;
}

static bool needs_another_look(const struct unit *u)
{
	if (waits_for_claim(u))
		return true;
	for (size_t i = 0; i < u->plan.n; i++)
		if (u->plan.step[i].state == STEP_DO)
			return true;
	return false;
}

/* A server that did not answer is asked again soon: until it does, nothing is written. */
static bool is_unknown_somewhere(const struct cert_view *v)
{
	for (size_t i = 0; v->want && (v->active || v->next) && i < v->want->n_server; i++) {
		const struct actual_server *s = actual_server(v->actual, v->want->server[i].name);
		if (s && !server_may_write(&s->seen) && s->observed_at != TIME_UNKNOWN)
			return true;
	}
	return false;
}

/* When this tenant has to be looked at again although nothing was committed. */
static int64_t next_look(const struct run *r, const struct unit *u)
{
	int64_t at = INT64_MAX;
	bool has_server = false;

	for (size_t i = 0; i < u->plan.n_view; i++) {
		const struct cert_view *v = &u->plan.view[i];
		const struct actual_pair *p = v->next ? v->next : v->active;
		at = sooner(at, v->changes_at);
		has_server |= v->want && v->want->n_server && (v->active || v->next);
		if (is_unknown_somewhere(v))
			at = sooner(at, r->env.now + r->env.probe_retry);
		if (!v->want || !p || p->probe.probed_at == TIME_UNKNOWN)
			continue;
		at = sooner(at, p->probe.probed_at + (p->probe.fault ? r->env.probe_retry :
								  r->env.probe_interval));
	}
	if (has_server)
		at = sooner(at, r->env.now + OBSERVE_INTERVAL_S);
	if (needs_another_look(u))
		at = sooner(at, r->env.now + LOOK_AGAIN_MIN_S);
	return at < r->env.now + LOOK_AGAIN_MIN_S ? r->env.now + LOOK_AGAIN_MIN_S : at;
}

static int put_due(struct store_txn *t, const struct run *r, const struct unit *u, struct err *e)
{
	struct row_due due = { u->actual.uid, "look", next_look(r, u) };
	struct row_due recover = { u->actual.uid, "recover", 0 };

	if (store_remove(t, TABLE_DUE, &recover, e) < 0)
		return -1;
	if (due.at == INT64_MAX)
		return store_remove(t, TABLE_DUE, &due, e) < 0 ? -1 : 0;
	return store_put(t, TABLE_DUE, &due, e);
}

/* `revision` stays while the tenant's files stay: a commit elsewhere changes no file of it. */
static int put_tenant(struct store_txn *t, const struct run *r, struct unit *u,
		      struct row_tenant *row, struct err *e)
{
	*row = (struct row_tenant){ .uid = u->actual.uid };
	int found = store_get(t, TABLE_TENANT, row, &u->mem, e);

	if (found <= 0)
		return found;
	if (u->is_gone) { /* held by a gate, it may come back as it was: then it is read again */
		row->tree = "";
		return store_put(t, TABLE_TENANT, row, e);
	}
	const struct want_tenant *w = &u->loaded.want;
	if (!text_eq(row->tree, u->tree) || !row->revision)
		row->revision = r->load.commit;
	row->tree = waits_for_claim(u) ? "" : u->tree; /* "": looked at like a changed one */
	row->display_name = w->display_name;
	row->state = object_state_word(OBJECT_Live);
	row->stop = w->stop == STOP_QUARANTINE ? "Quarantined" : "";
	return store_put(t, TABLE_TENANT, row, e);
}

static int by_object(const void *x, const void *y)
{
	const struct transition *a = x, *b = y;
	int c = text_cmp(a->object, b->object);

	return c ? c : text_cmp(a->type, b->type);
}

static int settle_one(struct store_txn *t, struct run *r, struct unit *u, struct err *e)
{
	struct settling s = { .run = r, .unit = u };
	struct row_tenant row;

	if (!u->actual.uid)
		return 0;
	for (size_t i = 0; i < u->plan.n_view; i++)
		if (note_view(t, &s, &u->plan.view[i], e) ||
		    note_certificate(t, u, &u->plan.view[i], e))
			return -1;
	if (put_due(t, r, u, e) || put_tenant(t, r, u, &row, e))
		return -1;
	if (s.n)
		qsort(s.transition, s.n, sizeof(*s.transition), by_object);
	struct report_context c = { row.revision, s.transition, s.n, r->env.now };
	return publication_tenant(t, r, u, &c, e);
}

/* What the store knows of the conditions; one that it does not know begins now. */
static int known_transitions(struct store_txn *t, struct settling *s, struct err *e)
{
	struct arena *mem = &s->unit->mem;

	for (size_t i = 0; i < s->unit->plan.n_view; i++) {
		const struct cert_view *v = &s->unit->plan.view[i];
		for (size_t k = 0; k < v->n_condition && v->actual->uid; k++) {
			struct row_condition row = { .object_uid = v->actual->uid,
						     .type = v->condition[k].type };
			int found = store_get(t, TABLE_CONDITION, &row, mem, e);
			if (found < 0)
				return -1;
			if (found)
				*(struct transition *)arena_push(mem, &s->transition, &s->n,
								 &s->cap, sizeof(*s->transition)) =
					(struct transition){ v->actual->name, row.type, row.status,
							     row.since };
		}
	}
	return 0;
}

static int show_one(struct store_txn *t, struct run *r, struct unit *u, struct err *e)
{
	struct settling s = { .run = r, .unit = u };
	struct row_tenant row = { 0 };

	if (rows_find_tenant(t, u->name, &u->mem, &row, e) < 0 || known_transitions(t, &s, e))
		return -1;
	if (s.n)
		qsort(s.transition, s.n, sizeof(*s.transition), by_object);
	struct report_context c = { row.revision, s.transition, s.n, r->env.now };
	r->o->on_plan(&u->plan, &c, r->o->on_plan_arg);
	return 0;
}

/* A tenant that could not be worked on is due at once; of a new one note_applied takes care. */
static int put_off(struct store_txn *t, struct unit *u, struct err *e)
{
	struct row_tenant row = { 0 };
	int found = rows_find_tenant(t, u->name, &u->mem, &row, e);
	struct row_due due = { row.uid, "recover", 0 };

	return found > 0 ? store_put(t, TABLE_DUE, &due, e) : found;
}

struct settle_batch {
	struct run *run;
	struct unit **unit;
	size_t n;
};

static int settle_txn(struct store_txn *t, void *arg, struct err *e)
{
	struct settle_batch *b = arg;

	for (size_t i = 0; i < b->n; i++) {
		struct unit *u = b->unit[i];
		if (u->error ? put_off(t, u, e) : settle_one(t, b->run, u, e))
			return err_wrap(e, "tenant %s", u->name);
	}
	return publication_owe(t, b->run->publication, e);
}

int settle_units(struct run *r, struct unit **u, size_t n, struct err *e)
{
	struct settle_batch b = { r, u, n };

	publication_fetch(r);
	return store_txn(r->ports->store, "", r->fence, settle_txn, &b, e);
}

static int show_txn(struct store_txn *t, void *arg, struct err *e)
{
	struct settle_batch *b = arg;

	for (size_t i = 0; i < b->n; i++)
		if (!b->unit[i]->error && show_one(t, b->run, b->unit[i], e))
			return -1;
	return 0;
}

int show_units(struct run *r, struct unit **u, size_t n, struct err *e)
{
	struct settle_batch b = { r, u, n };

	if (!r->o->on_plan || r->gates_decided)
		return 0;
	return store_read(r->ports->store, show_txn, &b, e);
}
