/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One batch of tenants through load → observe → plan → act → settle. Steps that became possible
 * by other steps are done in further rounds; no step is tried twice in one run.
 */
#include "reconcile/run/batch.h"

#include <string.h>

#include "reconcile/run/register.h"
#include "schema/base/text.h"

/* One tenant that can not be read stops no other (safety rule 12). */
static void load_units(struct run *r, const struct selected *s, size_t n, struct unit *u)
{
	for (size_t i = 0; i < n; i++) {
		u[i].name = s[i].name;
		u[i].is_gone = s[i].is_gone;
		memcpy(u[i].tree, s[i].tree, sizeof(u[i].tree));
		struct err why = { 0 };
		if (!u[i].is_gone && load_tenant(&r->load, s[i].name, &u[i].loaded, &why))
			u[i].error = arena_strdup(&r->result->mem, why.text);
	}
}

static void plan_units(struct run *r, struct unit **u, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (u[i]->error)
			continue;
		const struct want_tenant *want = u[i]->is_gone ? NULL : &u[i]->loaded.want;
		bool may_remove = u[i]->is_gone || !u[i]->loaded.set.broken;
		plan_build(want, &u[i]->actual, &r->env, may_remove, &u[i]->mem, &u[i]->plan);
		u[i]->work = arena_array(&u[i]->mem, u[i]->plan.n + 1, sizeof(struct work));
		for (size_t k = 0; k < u[i]->plan.n; k++)
			u[i]->work[k] = (struct work){ .unit = u[i], .step = &u[i]->plan.step[k] };
	}
}

static struct next copy_next(const struct next *n, struct arena *mem)
{
	struct next c = *n;

	c.file = arena_strdup(mem, n->file);
	c.apple_id = arena_strdup(mem, n->apple_id);
	c.row = arena_strdup(mem, n->row);
	c.reason = arena_strdup(mem, n->reason);
	c.message = arena_strdup(mem, n->message);
	return c;
}

static enum gate holding_gate(const struct run *r, const struct step *s, enum outcome o)
{
	if (s->state != STEP_DO || s->counts_in == GATE_None || o != OUTCOME_Planned)
		return GATE_None;
	bool removal = s->action == STEP_ArchiveObject && r->source_empty;
	enum gate g = removal ? GATE_EmptySource : s->counts_in;
	return r->gates_decided && !r->result->gates.open[g] ? g : GATE_None;
}

/* The line of the step: that of an earlier round, when it waited then, else a new one. */
static struct run_step *line_of(struct run *r, const char *id)
{
	struct run_result *res = r->result;

	for (size_t i = r->told_from; i < res->n_step; i++)
		if (text_eq(res->step[i].id, id))
			return &res->step[i];
	return arena_push(&res->mem, &res->step, &res->n_step, &res->cap_step,
			  sizeof(*res->step));
}

static void keep_step(struct run *r, struct work *w)
{
	struct run_result *res = r->result;
	struct arena *mem = &res->mem;
	const struct step *s = w->step;
	struct run_step *k = line_of(r, s->id);
	bool is_new = !k->id;

	*k = (struct run_step){
		.id = arena_strdup(mem, s->id),
		.action = step_action_word(s),
		.state = step_state_word(s->state),
		.risk = risk_word(s->risk),
		.reason = arena_strdup(mem, s->reason),
		.message = arena_strdup(mem, s->message),
		.on = { s->on.kind, arena_strdup(mem, s->on.tenant),
			arena_strdup(mem, s->on.name) },
		.rule = s->rule,
		.outcome = w->outcome,
		.error = w->error,
		.gate = holding_gate(r, s, w->outcome),
		.next = copy_next(&s->next, mem),
	};
	res->n_blocked += s->state == STEP_BLOCKED;
	res->n_held += k->gate != GATE_None;
	res->n_failed += w->outcome == OUTCOME_Failed;
	res->n_waiting_sealed += w->outcome == OUTCOME_Waiting && r->o->sealed;
	res->n_changes += is_new && s->state == STEP_DO;
	w->told = true;
}

/*
 * Which steps to tell: what was tried in any case. At the end also what was not: in the first pass
 * all but the counted steps, in the second the counted ones.
 */
static bool is_to_tell(const struct run *r, const struct work *w, bool at_end)
{
	bool counted = w->step->state == STEP_DO && w->step->counts_in != GATE_None;

	if (w->told)
		return false;
	return w->outcome != OUTCOME_Planned || (at_end && counted == r->gates_decided);
}

static void tell_steps(struct run *r, struct unit **u, size_t n, bool at_end)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < u[i]->plan.n; k++) {
			struct work *w = &u[i]->work[k];
			if (is_to_tell(r, w, at_end))
				keep_step(r, w);
		}
}

static void forget_round(struct unit **u, size_t n)
{
	for (size_t i = 0; i < n; i++)
		arena_release(&u[i]->mem);
}

static bool any_done(struct unit **u, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < u[i]->plan.n; k++)
			if (u[i]->work[k].outcome == OUTCOME_Done)
				return true;
	return false;
}

/* Steps already told, so that the last round's plan does not tell them again. */
static void drop_told(struct unit **u, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < u[i]->plan.n; k++) {
			struct work *w = &u[i]->work[k];
			for (size_t a = 0; a < u[i]->n_attempted; a++)
				w->told |= text_eq(u[i]->attempted[a], w->step->id);
		}
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
		drop_told(u, n);
	}
	return 0;
}

static void tell_tenant_error(struct run_result *res, const char *error)
{
	*(const char **)arena_push(&res->mem, &res->tenant_error, &res->n_tenant_error,
				   &res->cap_tenant_error, sizeof(error)) = error;
	res->n_failed++;
}

static void count_tenants(struct run *r, struct unit **u, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		r->result->n_looked_at++;
		if (u[i]->error) {
			tell_tenant_error(r->result, u[i]->error);
			continue;
		}
		if (!u[i]->is_gone && u[i]->loaded.want.stop == STOP_QUARANTINE)
			r->result->n_quarantined++;
		for (size_t k = 0; k < u[i]->plan.n_view; k++)
			r->result->n_refused += cert_view_is_refused(&u[i]->plan.view[k]);
	}
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
	for (size_t i = 0; i < n; i++) {
		if (!r->gates_decided) {
			plan_hash(&u[i]->plan, &r->hash);
			gate_note(&r->counted, &u[i]->plan, r->source_empty);
		}
	}
	if (!r->gates_decided)
		count_tenants(r, u, n);
	if (!r->o->plan_only && act_in_rounds(r, u, n, e))
		return -1;
	tell_steps(r, u, n, true);
	return r->o->plan_only ? show_units(r, u, n, e) : settle_units(r, u, n, e);
}

int batch_run(struct run *r, const struct selected *s, size_t n, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct unit *units = arena_array(&mem, n + 1, sizeof(*units));
	struct unit **u = arena_array(&mem, n + 1, sizeof(*u));

	r->told_from = r->gates_decided ? 0 : r->result->n_step;
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
