/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps that outlive the plan that they are of: how a run, or a plan on its own, tells what it did
 * or would do. Pure.
 */
#ifndef APNSCTL_PLAN_KEPT_H
#define APNSCTL_PLAN_KEPT_H

#include "reconcile/plan/plan.h"

#define OUTCOMES(X) X(Planned) X(Done) X(Failed) X(Skipped) X(Waiting)

enum outcome {
#define X(n) OUTCOME_##n,
	OUTCOMES(X)
#undef X
};

const char *outcome_word(enum outcome o);

/* One step as it went, or would go. */
struct kept_step {
	const char *id, *action, *state, *risk, *reason, *message;
	struct ref on;
	unsigned rule;  /* of a Blocked or held step; 0: none */
	enum gate gate; /* that holds it; GATE_None: none */
	enum outcome outcome;
	const char *error;         /* NULL: none */
	struct next next;          /* of an Ask step; of CreateRequest: what a person does then */
	const char *from, *to;     /* topics or names; NULL: none */
	const char *sha256;        /* of the pair; NULL: none */
	const char *const *policy; /* whose devices lose their topic, by name; their own included */
	size_t n_policy;
};

/* A copy of the step, all of it in `mem`; gate, outcome and error are the caller's to set. */
void kept_step_of(const struct step *s, struct arena *mem, struct kept_step *out);

/* "Blocked" also when a gate holds it, else "Do" or "Ask". */
const char *kept_state(const struct kept_step *s);

/* The tenant that the step is of. */
const char *kept_tenant(const struct kept_step *s);

/*
 * Both steps say the same. Line numbers in their texts do not count: a manifest that grows moves
 * what stands below.
 */
bool kept_is_same(const struct kept_step *a, const struct kept_step *b);

/*
 * The steps of `a` that `b` does not have, in their order; the array lives in `mem`, its texts
 * where those of `a` do.
 */
struct kept_step *kept_minus(const struct kept_step *a, size_t n_a, const struct kept_step *b,
			     size_t n_b, struct arena *mem, size_t *n);

/* What plan_hash says of one step. */
void kept_hash(const struct kept_step *s, struct sha256 *h);

#endif
