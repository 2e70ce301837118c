/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does the Do steps of a batch of plans. The steps of one certificate depend on each other in the
 * order of the waves below, so each wave does its kind of step for all tenants side by side: keys
 * on all cores, probes and uploads many at once. A tenant's failure ends that tenant's steps only.
 */
#include "reconcile/run/journal.h"
#include "reconcile/run/rows.h"
#include "reconcile/run/unit.h"
#include "schema/base/text.h"

typedef int wave_fn(struct wave *w, struct err *e);

static const struct {
	enum step_action action;
	wave_fn *act;
} waves[] = {
	{ STEP_RenameObject, wave_records },   { STEP_CreateKey, wave_keys },
	{ STEP_CreateRequest, wave_requests }, { STEP_AcceptCertificate, wave_accept },
	{ STEP_VerifyCertificate, wave_probes }, { STEP_InstallCertificate, wave_installs },
	{ STEP_ActivateCertificate, wave_records }, { STEP_ProbeCertificate, wave_probes },
	{ STEP_AssignPolicy, wave_records },   { STEP_ReassignPolicy, wave_records },
	{ STEP_ArchiveObject, wave_records },
};

void work_end(struct run *r, struct work *w, enum outcome o, const char *error)
{
	w->outcome = o;
	w->error = arena_strdup(&r->result->mem, error);
}

int key_ref_of(struct store_txn *t, const struct unit *u, const struct actual_cert *c,
	       const char *spki, struct arena *mem, struct key_ref *out, struct err *e)
{
	struct row_key_record row = { .certificate_uid = c->uid, .spki = spki };
	int r = store_get(t, TABLE_KEY_RECORD, &row, mem, e);

	if (r < 0)
		return -1;
	if (!r)
		return err_set(e, ERR_BUG, "the store holds no key %s of %s", spki, c->name);
	*out = (struct key_ref){ u->actual.uid, c->uid, row.spki, row.version, row.sealed };
	return 0;
}

int pair_of_step(struct store_txn *t, const struct work *w, struct arena *mem,
		 struct row_pair *pair, struct key_ref *key, struct err *e)
{
	const struct step *s = w->step;

	*pair = (struct row_pair){ .certificate_uid = s->actual->uid, .sha256 = s->sha256 };
	int found = store_get(t, TABLE_PAIR, pair, mem, e);
	if (found <= 0)
		return found ? -1 :
			       err_set(e, ERR_BUG, "the store does not hold the pair of %s", s->id);
	return key_ref_of(t, w->unit, s->actual, pair->spki, mem, key, e);
}

bool unit_has_tried(const struct unit *u, const char *id)
{
	for (size_t i = 0; i < u->n_tried; i++)
		if (text_eq(u->tried[i], id))
			return true;
	return false;
}

/* A counted step waits in the first pass, until all tenants have been counted. */
static bool is_held(const struct run *r, const struct step *s)
{
	enum gate g = gate_of(s, r->source_empty);

	return g != GATE_None && (!r->gates_decided || !r->result->gates.open[g]);
}

static bool may_start(const struct run *r, const struct work *w)
{
	const struct step *s = w->step;

	if (s->state != STEP_DO || w->outcome != OUTCOME_Planned || is_held(r, s))
		return false;
	return s->needs < 0 || w->unit->work[s->needs].outcome == OUTCOME_Done;
}

static void remember_try(struct run *r, struct work *w)
{
	struct unit *u = w->unit;
	struct arena *mem = &r->result->mem;

	*(const char **)arena_push(mem, &u->tried, &u->n_tried, &u->cap_tried, sizeof(*u->tried)) =
		arena_strdup(mem, w->step->id);
}

/* Collects the works of one action that may start now. */
static size_t collect(struct run *r, struct unit **u, size_t n, enum step_action action,
		      struct work **out)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		if (u[i]->error)
			continue;
		for (size_t k = 0; k < u[i]->plan.n; k++) {
			struct work *w = &u[i]->work[k];
			if (w->step->action != action || !may_start(r, w) ||
			    unit_has_tried(u[i], w->step->id))
				continue;
			remember_try(r, w);
			out[found++] = w;
		}
	}
	return found;
}

static size_t count_steps(struct unit **u, size_t n)
{
	size_t steps = 0;

	for (size_t i = 0; i < n; i++)
		steps += u[i]->plan.n;
	return steps;
}

static int do_wave(struct run *r, wave_fn *act, struct work **work, size_t n, struct err *e)
{
	struct wave w = { r, work, n };

	return journal_begin(&w, e) || act(&w, e) || journal_close(&w, e) ? -1 : 0;
}

/* What could not start because something before it failed or waits. */
static void mark_skipped(struct run *r, struct unit *u)
{
	for (size_t k = 0; k < u->plan.n; k++) {
		struct work *w = &u->work[k];
		const struct step *s = w->step;
		if (s->state != STEP_DO || w->outcome != OUTCOME_Planned || s->needs < 0)
			continue;
		const struct work *before = &u->work[s->needs];
		if (before->outcome == OUTCOME_Failed || before->outcome == OUTCOME_Skipped)
			work_end(r, w, OUTCOME_Skipped, NULL);
		else if (before->outcome != OUTCOME_Done)
			work_end(r, w, OUTCOME_Waiting, NULL);
	}
}

int act_units(struct run *r, struct unit **u, size_t n, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct work **work = arena_array(&mem, count_steps(u, n) + 1, sizeof(*work));
	int failed = 0;

	for (size_t i = 0; !failed && i < sizeof(waves) / sizeof(waves[0]); i++) {
		size_t found;
		/* Again while there are some: the installs of one certificate need each other. */
		while (!failed && (found = collect(r, u, n, waves[i].action, work)) > 0)
			failed = do_wave(r, waves[i].act, work, found, e);
	}
	for (size_t i = 0; i < n; i++)
		if (!u[i]->error)
			mark_skipped(r, u[i]);
	arena_release(&mem);
	return failed;
}
