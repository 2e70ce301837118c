/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of run/: one run's state, and one tenant on its way through it. Tenants go through in
 * batches, so that keys, probes and servers are worked on side by side while memory stays flat.
 */
#ifndef APNSCTL_RUN_UNIT_H
#define APNSCTL_RUN_UNIT_H

#include "reconcile/run/run.h"

struct run;

/* A step on its way. */
struct work {
	struct unit *unit;
	const struct step *step;
	int64_t journal; /* id of its row; 0: not begun */
	enum outcome outcome;
	const char *error;
};

struct unit {
	const char *name;        /* of the tenant */
	char tree[OID_TEXT];
	bool is_gone;            /* no longer in the source */
	const char *old_name;    /* its name in the store until it is renamed; NULL: no other one */
	bool is_kept;            /* gone, and perhaps only renamed: it is not archived */
	struct load_tenant loaded; /* unless it is gone */
	struct arena mem;        /* of actual and plan of the present round */
	struct actual_tenant actual;
	struct plan plan;
	struct work *work;       /* one a step of the present plan */
	const char *error;       /* the tenant could not be worked on at all */
	const char **tried; /* ids of steps that were begun in this run: none is begun twice */
	size_t n_tried, cap_tried;
	bool comes_again; /* once the gates have decided */
};

enum { BATCH_TENANTS = 128, ROUNDS_MAX = 4 };

struct run {
	struct ports *ports;
	const struct run_options *o;
	struct env env;
	struct run_result *result;
	struct load load;
	int64_t fence;
	struct sha256 hash;
	bool gates_decided;      /* first pass: counted steps wait */
	struct gate_list counted;
	bool source_empty;
	size_t new_keys;
	char plan_hash[SHA256_HEX]; /* over all plans up to the present batch, for the journal */
	size_t n_before;            /* steps that were taken over, the first of the result */
	struct wishes *wishes;      /* topics that several manifests name in this run */
	struct publication *publication; /* files for the status branch */
};

/* The tenants of a batch, for a transaction over all of them. */
struct batch {
	struct run *run;
	struct unit **unit;
	size_t n;
};

/* Steps of one action in a batch. */
struct wave {
	struct run *run;
	struct work **work;
	size_t n;
};

/* observe.c: reads the store (and servers, when `ask_servers`) into unit->actual. */
int observe_units(struct run *r, struct unit **u, size_t n, bool ask_servers, struct err *e);

/* observe.c: who else claims what the units' certificates want; after register_units. */
int observe_owners(struct run *r, struct unit **u, size_t n, struct err *e);

/* pins.c: what the status branch alone knows of the units' certificates. */
void observe_published_pins(struct run *r, struct unit **u, size_t n);

/* act.c: does the steps of the batch's plans that may be done now. */
int act_units(struct run *r, struct unit **u, size_t n, struct err *e);

/* True when the step was begun in an earlier round or pass of this run. */
bool unit_has_tried(const struct unit *u, const char *id);

/* The waves of act.c; each sets outcome and error of its works and journals them. */
int wave_keys(struct wave *w, struct err *e);
int wave_requests(struct wave *w, struct err *e);
int wave_accept(struct wave *w, struct err *e);
int wave_probes(struct wave *w, struct err *e);
int wave_installs(struct wave *w, struct err *e);
int wave_records(struct wave *w, struct err *e);

/* settle.c: remembers what this run learned of the tenants, and hands their files to publish. */
int settle_units(struct run *r, struct unit **u, size_t n, struct err *e);

/* Calls o->on_plan for each tenant of the batch (plan only; nothing is written). */
int show_units(struct run *r, struct unit **u, size_t n, struct err *e);

/* batch.c: says that a tenant could not be served; `error` lives in the result's arena. */
void tell_tenant_error(struct run_result *res, const char *error);

/* run.c: one writing transaction under the fence of this run; one consistent reading. */
int run_write(struct run *r, store_txn_fn *fn, void *arg, struct err *e);
int run_read(struct run *r, store_txn_fn *fn, void *arg, struct err *e);

/*
 * run.c: when something is done, by the clock of the wall. Plans are made by env.now, which stays
 * the same for the whole run.
 */
int64_t real_now(const struct run *r);

/* Ends a work; `error` is copied into the result's arena. */
void work_end(struct run *r, struct work *w, enum outcome o, const char *error);

/* The key of the certificate and spki, with its sealed record, as the ports take it. */
int key_ref_of(struct store_txn *t, const struct unit *u, const struct actual_cert *c,
	       const char *spki, struct arena *mem, struct key_ref *out, struct err *e);

/* The pair of a step (its certificate and sha256), and the key of that. */
int pair_of_step(struct store_txn *t, const struct work *w, struct arena *mem,
		 struct row_pair *pair, struct key_ref *key, struct err *e);

#endif
