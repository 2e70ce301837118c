/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One batch of tenants through load → observe → plan → act → settle. Steps that became possible
 * by other steps are done in further rounds; no step is tried twice in one run.
 */
#include "reconcile/run/batch.h"

#include <string.h>

#include "reconcile/run/before.h"
#include "reconcile/run/register.h"
#include "schema/base/text.h"

/* One tenant that can not be read stops no other (safety rule 12). */
static void load_units(struct run *r, const struct selected *s, size_t n, struct unit *u)
{
	for (size_t i = 0; i < n; i++) {
		u[i].name = s[i].name;
		u[i].is_gone = s[i].is_gone;
		u[i].is_kept = s[i].is_kept;
		u[i].old_name = s[i].old_name;
		u[i].tried = s[i].tried;
		u[i].n_tried = s[i].n_tried;
		u[i].cap_tried = s[i].cap_tried;
		memcpy(u[i].tree, s[i].tree, sizeof(u[i].tree));
		u[i].error = s[i].error;
		struct err why = { 0 };
		if (u[i].is_gone || u[i].error)
			continue;
		if (load_tenant(&r->load, s[i].name, &u[i].loaded, &why))
			u[i].error = arena_strdup(&r->result->mem, why.text);
		else if (s[i].refused)
			load_tenant_refuse(&u[i].loaded, s[i].refused);
	}
}

static void plan_units(struct run *r, struct unit **u, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (u[i]->error)
			continue;
		const struct want_tenant *want = u[i]->is_gone ? NULL : &u[i]->loaded.want;
		/* What could not be read may stand where something seems to be gone. */
		bool may_remove = u[i]->is_gone ? !r->load.is_partial && !u[i]->is_kept :
						  !u[i]->loaded.set.broken;
		plan_build(want, &u[i]->actual, &r->env, may_remove, &u[i]->mem, &u[i]->plan);
		u[i]->work = arena_array(&u[i]->mem, u[i]->plan.n + 1, sizeof(struct work));
		for (size_t k = 0; k < u[i]->plan.n; k++)
			u[i]->work[k] = (struct work){ .unit = u[i], .step = &u[i]->plan.step[k] };
	}
}

static void keep_step(struct run *r, const struct work *w)
{
	struct run_result *res = r->result;
	struct arena *mem = &res->mem;
	const struct step *s = w->step;
	struct kept_step *k = arena_push(mem, &res->step, &res->n_step, &res->cap_step, sizeof(*k));

	kept_step_of(s, mem, k);
	k->outcome = w->outcome;
	k->error = w->error;
	if (w->outcome == OUTCOME_Planned)
		k->gate = gate_of(s, r->source_empty);
	res->n_blocked += s->state == STEP_BLOCKED;
	res->n_failed += w->outcome == OUTCOME_Failed;
	res->n_waiting_sealed += w->outcome == OUTCOME_Waiting && r->o->sealed;
	res->n_changes += s->state == STEP_DO;
}

/* A step is told once: after it was tried, else at the end of the tenant's last pass. */
static void tell_steps(struct run *r, struct unit **u, size_t n, bool at_end)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < u[i]->plan.n; k++) {
			const struct work *w = &u[i]->work[k];
			bool is_last = at_end && !u[i]->comes_again;
			bool was_told = w->step->state == STEP_DO &&
					unit_has_tried(u[i], w->step->id);
			if (w->journal || (is_last && !was_told))
				keep_step(r, w);
		}
}

static void forget_round(struct unit **u, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		u[i]->plan = (struct plan){ 0 };
		u[i]->work = NULL;
		arena_release(&u[i]->mem);
	}
}

static bool any_done(struct unit **u, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < u[i]->plan.n; k++)
			if (u[i]->work[k].outcome == OUTCOME_Done)
				return true;
	return false;
}

static int act_in_rounds(struct run *r, struct unit **u, size_t n, struct err *e)
{
	for (int round = 0; round < ROUNDS_MAX; round++) {
		if (act_units(r, u, n, e))
			return -1;
		if (!any_done(u, n))
			break;
		tell_steps(r, u, n, false);
		forget_round(u, n);
		if (observe_units(r, u, n, false, e) || observe_owners(r, u, n, e))
			return -1;
		plan_units(r, u, n);
	}
	return 0;
}

void tell_tenant_error(struct run_result *res, const char *error)
{
	*(const char **)arena_push(&res->mem, &res->tenant_error, &res->n_tenant_error,
				   &res->cap_tenant_error, sizeof(error)) = error;
	res->n_failed++;
}

/* At the end of a pass: a tenant may fail in any of its rounds. */
static void tell_tenant_errors(struct run_result *res, struct unit **u, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (u[i]->error)
			tell_tenant_error(res, u[i]->error);
}

/* In the first pass: counts the tenants, and what the gates have to look at. */
static void note_units(struct run *r, struct unit **u, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		r->result->n_looked_at += !u[i]->is_gone;
		before_note_unit(r, u[i]);
		plan_hash(&u[i]->plan, &r->hash);
		u[i]->comes_again = gate_note(&r->counted, &u[i]->plan, r->source_empty) &&
				    !r->o->plan_only;
		if (u[i]->error)
			continue;
		if (!u[i]->is_gone && u[i]->loaded.want.stop == STOP_QUARANTINE)
			r->result->n_quarantined++;
		for (size_t k = 0; k < u[i]->plan.n_view; k++)
			r->result->n_refused += cert_view_is_refused(&u[i]->plan.view[k]);
	}
}

static void hash_so_far(struct run *r)
{
	struct sha256 h = r->hash;

	sha256_end_hex(&h, r->plan_hash);
}

static int run_units(struct run *r, struct unit **u, size_t n, struct err *e)
{
	if (observe_units(r, u, n, !r->o->ask_nobody, e))
		return -1;
	if (!r->o->plan_only && register_units(r, u, n, e))
		return -1;
	if (observe_owners(r, u, n, e))
		return -1;
	plan_units(r, u, n);
	if (!r->gates_decided) {
		note_units(r, u, n);
		hash_so_far(r);
	}
	if (!r->o->plan_only && act_in_rounds(r, u, n, e))
		return -1;
	tell_steps(r, u, n, true);
	tell_tenant_errors(r->result, u, n);
	return r->o->plan_only ? show_units(r, u, n, e) : settle_units(r, u, n, e);
}

int batch_run(struct run *r, const struct selected *s, size_t n, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct unit *units = arena_array(&mem, n + 1, sizeof(*units));
	struct unit **u = arena_array(&mem, n + 1, sizeof(*u));

	load_units(r, s, n, units);
	for (size_t i = 0; i < n; i++)
		u[i] = &units[i];
	int failed = run_units(r, u, n, e);
	for (size_t i = 0; i < n; i++) {
		arena_release(&units[i].mem);
		load_tenant_release(&units[i].loaded);
	}
	arena_release(&mem);
	return failed;
}
