/* SPDX-License-Identifier: Apache-2.0 */
/* A run, in the order of the design's section 4: one call a step. */
#include "reconcile/run/run.h"

#include <string.h>

#include "reconcile/run/ahead.h"
#include "reconcile/run/batch.h"
#include "reconcile/run/before.h"
#include "reconcile/run/journal.h"
#include "reconcile/run/last.h"
#include "reconcile/run/publication.h"
#include "reconcile/run/rows.h"
#include "reconcile/run/select.h"
#include "reconcile/run/wishes.h"
#include "schema/base/text.h"
#include "schema/resolve/resolve.h"

enum { PROBE_RETRY_S = 15 * 60 };

void run_result_release(struct run_result *r)
{
	arena_release(&r->mem);
}

/* When several apply: source, gate, invalid, partly failed, not published, changes pending. */
int run_exit_status(const struct run_result *r, bool detailed)
{
	if (r->source_failed)
		return err_exit_status(ERR_SOURCE);
	if (r->n_blocked || r->n_held)
		return err_exit_status(ERR_REFUSED);
	if (r->nothing_loaded)
		return err_exit_status(ERR_INPUT);
	if (findings_stop(&r->findings) == STOP_QUARANTINE || r->n_quarantined || r->n_refused ||
	    r->n_failed || r->n_waiting_sealed || r->sealed)
		return err_exit_status(ERR_SEALED);
	if (r->publish_failed)
		return err_exit_status(ERR_PUBLISH);
	return detailed && r->n_changes ? 2 : 0;
}

int run_write(struct run *r, store_txn_fn *fn, void *arg, struct err *e)
{
	return store_txn(r->ports->store, "", r->fence, fn, arg, e);
}

int run_read(struct run *r, store_txn_fn *fn, void *arg, struct err *e)
{
	return store_read(r->ports->store, fn, arg, e);
}

int64_t real_now(const struct run *r)
{
	const struct clock *c = &r->ports->clock;

	return c->real(c->self);
}

static void find_env(struct run *r)
{
	struct ports *p = r->ports;
	struct signer_facts f = { 0 };

	r->env = (struct env){
		.now = p->clock.planning(p->clock.self),
		.sealed = r->o->sealed,
		.signer_not_after = TIME_UNKNOWN,
		.probe_interval = r->o->probe_interval,
		.probe_retry = PROBE_RETRY_S,
	};
	p->x509->ops->signer(p->x509, &r->result->mem, &f);
	r->env.has_signer = f.present;
	r->env.signer_problem = r->result->signer_problem = f.problem;
	if (f.present)
		r->env.signer_not_after = f.not_after;
}

static void source_problem(struct run *r, const struct err *e)
{
	r->result->source_failed = true;
	r->result->source_error = arena_strdup(&r->result->mem, e->text);
}

/* The commit to work on; the last applied one when the source can not be had. */
static void find_commit(struct run *r, const struct last_run *last, char commit[OID_TEXT])
{
	struct source *s = r->ports->source;
	struct err e = { 0 };
	int failed = 0;

	if (r->o->as_it_is)
		return;
	if (r->o->rev)
		failed = s->ops->resolve(s, r->o->rev, commit, &e);
	else if (!r->o->no_fetch)
		failed = s->ops->fetch(s, commit, &e);
	if (!failed && (r->o->rev || !r->o->no_fetch))
		return;
	if (failed)
		source_problem(r, &e);
	strncpy(commit, last->commit ? last->commit : "", OID_TEXT - 1);
}

/* A rewritten branch is not followed: what was applied would be judged against another past. */
static void verify_history(struct run *r, const struct last_run *last, char commit[OID_TEXT])
{
	struct source *s = r->ports->source;
	struct err e = { 0 };

	if (!last->commit || text_eq(commit, last->commit) || r->o->rev)
		return;
	int descends = s->ops->descends(s, commit, last->commit, &e);
	if (descends == 1 || text_eq(r->o->accept_history, commit))
		return;
	if (descends == 0)
		err_set(&e, ERR_SOURCE,
			"the history was rewritten: %s does not descend from the last applied "
			"commit %s; look at it, then accept it with --accept-history %s",
			commit, last->commit, commit);
	source_problem(r, &e);
	strncpy(commit, last->commit, OID_TEXT - 1);
}

/*
 * Another path, signer, directory or branch for the status: the same commit may mean other steps.
 */
static bool is_same_config(const struct run *r, const struct last_run *last)
{
	return !r->o->config || text_eq(r->o->config, last->config);
}

static bool is_idle(const struct run *r, const struct last_run *last, const char *commit)
{
	return !r->o->plan_only && !r->o->all_tenants && text_eq(commit, last->commit) &&
	       !last->any_due && !last->owed && !last->unread && !last->held &&
	       !r->o->n_override && is_same_config(r, last) &&
	       r->result->source_failed == last->source_failed;
}

static int note_applied(struct store_txn *t, void *arg, struct err *e)
{
	struct run *r = arg;
	struct arena mem = ARENA_INIT;
	const char *shared;
	int failed = shared_oids(r, &mem, &shared, e) || last_run_note_applied(t, r, shared, e) ||
		     publication_owe(t, r->publication, e);

	arena_release(&mem);
	return failed ? -1 : 0;
}

static int run_batches(struct run *r, const struct selection *s, struct err *e)
{
	for (size_t i = 0; i < s->n; i += BATCH_TENANTS) {
		size_t n = s->n - i < BATCH_TENANTS ? s->n - i : BATCH_TENANTS;
		if (r->o->progress)
			r->o->progress("tenants", i, s->n, r->o->progress_arg);
		if (batch_run(r, s->item + i, n, e))
			return -1;
	}
	return 0;
}

static int count_certificate(const void *row, void *arg, struct err *e)
{
	const struct row_certificate *c = row;

	(void)e;
	*(size_t *)arg += object_state_of(c->state, NULL) == OBJECT_Live;
	return 0;
}

struct counting {
	size_t n;
	struct arena mem;
};

static int count_certificates(struct store_txn *t, void *arg, struct err *e)
{
	struct counting *c = arg;
	struct store_where all = { .select = STORE_ALL };

	return store_each(t, TABLE_CERTIFICATE, &all, &c->mem, count_certificate, &c->n, e);
}

/* Steps that a closed gate holds; the others are free. */
static void note_held(struct run_result *res)
{
	for (size_t i = 0; i < res->n_step; i++) {
		struct kept_step *s = &res->step[i];
		if (res->gates.open[s->gate])
			s->gate = GATE_None;
		if (s->gate != GATE_None)
			s->rule = gate_rule(s->gate);
		res->n_held += s->gate != GATE_None;
	}
}

/* First pass: free steps are done, counted ones noted. Then the gates decide, for all together. */
static int pass_gates(struct run *r, const struct selection *all, struct err *e)
{
	struct selection counted = { 0 };
	struct counting c = { 0 };
	int failed = 0;

	if (r->counted.n)
		failed = run_read(r, count_certificates, &c, e);
	gate_decide(&r->counted, &r->o->limits, c.n, r->o->override, r->o->n_override,
		    &r->result->gates);
	r->gates_decided = true;
	if (!failed && r->counted.n && !r->o->plan_only) {
		select_counted(r, all, &counted);
		failed = run_batches(r, &counted, e);
	}
	note_held(r->result);
	selection_release(&counted);
	arena_release(&c.mem);
	return failed;
}

/* Shared files that can not be looked up count as changed: who reads them says what is wrong. */
static bool look_at_everyone(struct run *r, const struct last_run *last)
{
	struct arena mem = ARENA_INIT;
	struct err ignored = { 0 };
	const char *shared = NULL;
	bool same = !shared_oids(r, &mem, &shared, &ignored) && text_eq(shared, last->shared);
	bool foreign = r->publication->available && last->status &&
		       !text_eq(r->publication->tip, last->status);

	arena_release(&mem);
	return r->o->all_tenants || last->owed || last->held || r->o->n_override || !same ||
	       foreign || !is_same_config(r, last);
}

static int run_tenants(struct run *r, const struct last_run *last, struct err *e)
{
	struct selection s;

	if (!r->o->plan_only) {
		publication_fetch(r);
		if (r->result->source_failed)
			publication_keep_to(r, last->status);
	}
	if (select_tenants(r, look_at_everyone(r, last), &s, e))
		return -1;
	r->source_empty = r->load.n_tenant == 0 && s.n_live > 0;
	r->result->n_tenant = r->load.n_tenant;
	int failed = before_find(r, &s, e) || look_ahead(r, &s, e);
	if (!failed) {
		before_take(r, &s);
		r->load.prints = r->o->note && r->o->note->prints;
		failed = run_batches(r, &s, e);
		before_merge(r);
		failed = failed || before_note_end(r, e) || pass_gates(r, &s, e);
	}
	sha256_end_hex(&r->hash, r->result->plan_hash);
	r->result->nothing_loaded = !shared_organization(&r->load.shared);
	selection_release(&s);
	return failed ? -1 : 0;
}

static int apply(struct run *r, const struct last_run *last, const char *commit, struct err *e)
{
	if (!*commit && !r->o->as_it_is)
		return 0;
	const struct before *note = r->o->note, *before = r->o->before;
	bool prints = (note && note->prints) || (before && *before->shared_print);
	if (load_open(&r->load, r->ports->source, commit, &r->ports->certs,
		      prints ? LOAD_PRINTED : LOAD_DESIRED, e))
		return -1;
	memcpy(r->result->source_revision, r->load.commit, OID_TEXT);
	findings_append(&r->result->findings, &r->load.findings);
	int failed = run_tenants(r, last, e);
	if (!failed && !r->o->plan_only)
		failed = run_write(r, note_applied, r, e) ||
			 publication_send(r, e);
	load_close(&r->load);
	return failed ? -1 : 0;
}

static int run_locked(struct run *r, struct err *e)
{
	struct last_run last;
	char commit[OID_TEXT] = "";
	int failed = 0;

	if (!r->o->plan_only && journal_recover(r, e))
		return -1;
	if (last_run_read(r, &last, e)) {
		last_run_release(&last);
		return -1;
	}
	find_commit(r, &last, commit);
	verify_history(r, &last, commit);
	if (is_idle(r, &last, commit)) {
		r->result->idle = true;
		r->result->n_quarantined = last.n_quarantined;
		memcpy(r->result->source_revision, commit, OID_TEXT);
	} else {
		failed = apply(r, &last, commit, e);
	}
	last_run_release(&last);
	return failed;
}

int run_once(struct ports *ports, const struct run_options *o, struct run_result *out,
	     struct err *e)
{
	struct publication publication = { 0 };
	struct wishes wishes = { 0 };
	struct run r = { .ports = ports, .o = o, .result = out, .wishes = &wishes,
			 .publication = &publication };
	int failed;

	*out = (struct run_result){ 0 };
	out->findings = (struct findings)FINDINGS_INIT(&out->mem);
	out->sealed = o->sealed && !o->plan_only;
	sha256_init(&r.hash);
	if (!o->plan_only && store_lock(ports->store, "", &r.fence, e))
		return -1;
	find_env(&r);
	failed = run_locked(&r, e);
	publication_release(&publication);
	arena_release(&wishes.mem);
	gate_list_release(&r.counted);
	if (!o->plan_only)
		store_unlock(ports->store, "");
	return failed;
}
