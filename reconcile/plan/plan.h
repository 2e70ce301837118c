/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan: desired and actual state of one tenant → steps, in the order in which they are taken.
 * A pure function that can not fail: what must not be done is a Blocked step, what a person must do
 * an Ask step. The same inputs give the same bytes.
 */
#ifndef APNSCTL_PLAN_PLAN_H
#define APNSCTL_PLAN_PLAN_H

#include "reconcile/model/view.h"
#include "schema/base/sha256.h"

/*
 * What the controller does (the frozen list of docs/reference.md). Ask steps are named by the words
 * of next_action, see step_action_word.
 */
#define STEP_ACTIONS(X)                                                                            \
	X(RenameObject) X(CreateKey) X(CreateRequest) X(AcceptCertificate) X(VerifyCertificate)    \
	X(InstallCertificate) X(ActivateCertificate) X(ProbeCertificate) X(AssignPolicy)           \
	X(ReassignPolicy) X(ChangeTopic) X(ArchiveObject)

enum step_action {
	STEP_Ask,
#define X(n) STEP_##n,
	STEP_ACTIONS(X)
#undef X
};

enum step_state { STEP_DO, STEP_ASK, STEP_BLOCKED };
enum risk { RISK_None, RISK_Disruptive, RISK_Destructive };

/* CrossTenantMove is reserved: nothing moves across tenants yet. */
#define GATES(X) X(None) X(ChangeLimit) X(EmptySource) X(Protected) X(CrossTenantMove)

enum gate {
#define X(n) GATE_##n,
	GATES(X)
#undef X
		GATE_MAX
};

struct step {
	const char *id; /* "InstallCertificate:PushCertificate/acme/push:nano" */
	enum step_action action;
	enum next_action ask; /* of an Ask step */
	enum step_state state;
	enum risk risk;
	struct ref on;
	const char *reason;   /* one CamelCase word */
	const char *message;  /* a sentence for people */
	unsigned rule;        /* of a Blocked step; 0: none */
	int needs;            /* index of the step that must be Done before; -1: none */
	enum gate counts_in;  /* the gate that counts it; GATE_None: it is free */
	const char *server;   /* Install */
	const char *spki;     /* CreateRequest with a key that exists; Accept and what follows */
	const char *sha256;   /* the pair of Accept, Verify, Install, Activate, Probe */
	const char *from;     /* Rename: old name; Reassign: old topic */
	const char *to;       /* Reassign, Assign: new topic */
	const struct want_cert *want;
	const struct actual_cert *actual;
	struct next next;     /* of an Ask step; of CreateRequest: what a person does then */
};

struct plan {
	struct arena *mem;
	const struct want_tenant *want; /* NULL: the tenant has left the manifests */
	const struct actual_tenant *actual;
	struct step *step;
	size_t n, cap;
	/* one a certificate: those of `want` first, in their order, then those that are left */
	struct cert_view *view;
	size_t n_view;
	size_t *first; /* of each view: its first step; behind them, that behind their steps */
};

/*
 * `want` NULL: the tenant is gone from a complete source. `actual` is never NULL (uid NULL: new).
 * `may_remove` is false when something of the source could not be read: then nothing is archived.
 */
void plan_build(const struct want_tenant *want, const struct actual_tenant *actual,
		const struct env *env, bool may_remove, struct arena *mem, struct plan *out);

/* How a wanted certificate stands; NULL: `w` is NULL. */
const struct cert_view *plan_view(const struct plan *p, const struct want_cert *w);

/* The word of a step's action: "CreateKey", or for an Ask step "RenewAtPortal". */
const char *step_action_word(const struct step *s);
const char *step_state_word(enum step_state s);
const char *risk_word(enum risk r);
const char *gate_word(enum gate g);

/* The rule of rules.def that the gate keeps; 0: none. */
unsigned gate_rule(enum gate g);

/* Adds the steps to a running hash: id, state, target and texts of each, in order. */
void plan_hash(const struct plan *p, struct sha256 *h);

#endif
