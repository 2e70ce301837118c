/* SPDX-License-Identifier: Apache-2.0 */
/*
 * At the end of a batch: what was learned of each tenant is remembered (conditions, the row of each
 * object in the summary, when to look again), and its files for the status branch are made.
 */
#include "reconcile/run/conditions.h"
#include "reconcile/run/publication.h"
#include "reconcile/run/renames.h"
#include "reconcile/run/rows.h"
#include "reconcile/run/unit.h"
#include "schema/base/text.h"

enum { LOOK_AGAIN_MIN_S = 60, OBSERVE_INTERVAL_S = 3600 };

static int note_view(struct store_txn *t, struct transitions *s, const struct cert_view *v,
		     struct err *e)
{
	struct summary_row m;
	const struct unit *u = s->unit;
	bool is_over = cert_view_is_over(v, s->run->env.now);

	if (conditions_note(t, s, v, is_over, e))
		return -1;
	struct row_summary row = { .certificate_uid = v->actual->uid };
	if (is_over)
		return store_remove(t, TABLE_SUMMARY, &row, e) < 0 ? -1 : 0;
	summary_row_of(&u->plan, v, &s->unit->mem, &m);
	row = (struct row_summary){
		.certificate_uid = v->actual->uid,
		.name = m.name,
		.tenant = m.tenant,
		.customer = m.customer,
		.band = m.band,
		.phase = m.phase,
		.verdict = m.verdict,
		.action = m.action,
		.file = m.file,
		.apple_id = m.apple_id,
		.portal_row = m.row,
		.reason = m.reason,
		.message = m.message,
		.who = m.who,
		.commit_path = m.commit_path,
		.not_after = m.not_after,
		.renew_after = m.renew_after,
		.due = m.due,
		.changes_at = m.changes_at,
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
	if (text_eq(row.protection, protection) && text_eq(row.apple_id, v->account) &&
	    text_eq(row.display_name, w->display_name) &&
	    object_state_of(row.state, NULL) == OBJECT_Live)
		return 0;
	row.protection = protection;
	row.apple_id = v->account; /* the old one until a move of the account is told */
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
		int64_t probe = v->want && p ? probe_due_at(p, &r->env) : TIME_UNKNOWN;
		if (probe != TIME_UNKNOWN)
			at = sooner(at, probe);
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

/* A tenant that could not be worked on is due at once; of a new one note_applied takes care. */
static int put_off(struct store_txn *t, struct unit *u, struct err *e)
{
	struct row_tenant row = { 0 };
	int found = rows_find_tenant(t, u->name, &u->mem, &row, e);
	struct row_due due = { row.uid, "recover", 0 };

	return found > 0 ? store_put(t, TABLE_DUE, &due, e) : found;
}

static int settle_one(struct store_txn *t, struct run *r, struct unit *u, struct tidings *tidings,
		      struct err *e)
{
	struct transitions s = { .run = r, .unit = u, .tidings = tidings };
	struct row_tenant row;

	if (!u->actual.uid)
		return 0;
	for (size_t i = 0; i < u->plan.n_view; i++)
		if (note_view(t, &s, &u->plan.view[i], e) ||
		    note_certificate(t, u, &u->plan.view[i], e))
			return -1;
	if (put_due(t, r, u, e) || put_tenant(t, r, u, &row, e))
		return -1;
	transitions_sort(&s);
	struct report_context c = { row.revision, s.item, s.n, r->env.now };
	if (publication_tenant(t, r, u, &c, e) || renames_settle(t, u, &u->mem, e))
		return -1;
	return u->error ? put_off(t, u, e) : 0;
}

static int show_one(struct store_txn *t, struct run *r, struct unit *u, struct err *e)
{
	struct transitions s = { .run = r, .unit = u };
	struct row_tenant row = { 0 };

	if (rows_find_tenant(t, u->name, &u->mem, &row, e) < 0 || conditions_known(t, &s, e))
		return -1;
	transitions_sort(&s);
	struct report_context c = { row.revision, s.item, s.n, r->env.now };
	r->o->on_plan(&u->plan, &c, r->o->on_plan_arg);
	return 0;
}

struct settling {
	struct batch batch;
	struct tidings tidings;
};

static int settle_txn(struct store_txn *t, void *arg, struct err *e)
{
	struct settling *s = arg;
	const struct batch *b = &s->batch;

	for (size_t i = 0; i < b->n; i++) {
		struct unit *u = b->unit[i];
		if (u->error ? put_off(t, u, e) : settle_one(t, b->run, u, &s->tidings, e))
			return err_wrap(e, "tenant %s", u->name);
	}
	return publication_owe(t, b->run->publication, e);
}

int settle_units(struct run *r, struct unit **u, size_t n, struct err *e)
{
	struct settling s = { .batch = { r, u, n } };

	publication_fetch(r);
	int failed = run_write(r, settle_txn, &s, e);
	if (!failed)
		tidings_tell(&s.tidings, &r->ports->notify);
	tidings_release(&s.tidings);
	return failed;
}

static int show_txn(struct store_txn *t, void *arg, struct err *e)
{
	struct batch *b = arg;

	for (size_t i = 0; i < b->n; i++)
		if (!b->unit[i]->error && show_one(t, b->run, b->unit[i], e))
			return -1;
	return 0;
}

int show_units(struct run *r, struct unit **u, size_t n, struct err *e)
{
	struct batch b = { r, u, n };

	if (!r->o->on_plan || r->gates_decided)
		return 0;
	return run_read(r, show_txn, &b, e);
}
