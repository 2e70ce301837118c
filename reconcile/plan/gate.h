/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gates: limits on what one run may change. A gate holds all the steps that it counts and only
 * those. Held steps go through once with `--override GATE@HASH`; the hash is void when they change.
 */
#ifndef APNSCTL_PLAN_GATE_H
#define APNSCTL_PLAN_GATE_H

#include "reconcile/plan/plan.h"

struct gate_limits {
	int64_t max_changed_percent; /* of all PushCertificates, from min_objects on */
	int64_t min_objects;
	int64_t max_changed_objects;
};

/* A counted step, in few bytes: gates look at all tenants together. */
struct gate_item {
	enum gate gate;
	const char *tenant;
	struct ref on;
	const char *id, *target; /* target: what the step would make of it */
};

struct gate_list {
	struct arena mem;
	struct gate_item *item;
	size_t n, cap;
};

/* The gate that counts the step, GATE_None: it is free. An empty source has a gate of its own. */
enum gate gate_of(const struct step *s, bool source_empty);

/* Takes note of the counted steps of a plan; true when there are some. */
bool gate_note(struct gate_list *l, const struct plan *p, bool source_empty);

struct gate_result {
	bool open[GATE_MAX];
	size_t counted[GATE_MAX]; /* objects: several steps of one certificate are one change */
	char hash[GATE_MAX][SHA256_HEX]; /* over ids and targets that the gate counts */
};

/*
 * `overrides` are texts "GATE@HASH". Sorts the list. `n_objects`: PushCertificates of the source.
 */
void gate_decide(struct gate_list *l, const struct gate_limits *limits, size_t n_objects,
		 const char *const *overrides, size_t n_overrides, struct gate_result *out);

void gate_list_release(struct gate_list *l);

#endif
