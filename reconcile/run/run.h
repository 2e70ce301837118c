/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One reconcile run (design: section 4), and the same run without writes for `plan`. Results are
 * data; the caller prints them.
 */
#ifndef APNSCTL_RUN_RUN_H
#define APNSCTL_RUN_RUN_H

#include "reconcile/plan/gate.h"
#include "reconcile/plan/kept.h"
#include "reconcile/report/report.h"
#include "reconcile/run/load.h"
#include "reconcile/run/ports.h"

struct before; /* run/before.h */

struct run_options {
	bool plan_only;      /* no write, no lock, no probe: says what would be done */
	bool all_tenants;    /* look at every tenant, changed or not (plan, status) */
	const char *rev;     /* plan: this commit instead of the fetched tip; NULL */
	bool as_it_is;       /* plan: what the source holds without a commit, a working tree */
	bool no_fetch;       /* use the last applied revision of the mirror */
	const char *accept_history; /* commit whose rewritten history is accepted; NULL */
	const char *const *override;
	size_t n_override;
	const char *config; /* hash of the configuration; with another one a run looks at all */
	struct gate_limits limits;
	size_t max_new_keys;
	enum probe_level probe_level;
	int64_t probe_interval;
	bool sealed;         /* ports->keys can not open anything */
	const char *sealed_reason;
	bool ask_nobody;     /* plan: servers are not asked, what was seen last counts (status) */
	/* plan: called with the plan of each tenant and its context; they live during the call. */
	void (*on_plan)(const struct plan *p, const struct report_context *c, void *arg);
	void *on_plan_arg;
	/*
	 * plan, both NULL: none. Tenants that are as they were in the run that noted `before` are
	 * not planned again, and `on_plan` is not called for them; their steps are taken over.
	 */
	struct before *note;
	const struct before *before;
	void (*progress)(const char *what, size_t done, size_t total, void *arg); /* NULL: none */
	void *progress_arg;
};

struct run_result {
	struct arena mem;
	struct kept_step *step;
	size_t n_step, cap_step;
	char plan_hash[SHA256_HEX];
	char source_revision[OID_TEXT], status_revision[OID_TEXT];
	struct findings findings; /* of the shared files; those of a tenant stand in its status */
	struct gate_result gates;
	bool sealed;          /* nothing could be unlocked (not with plan_only) */
	size_t n_tenant;      /* of the source */
	size_t n_looked_at;   /* tenants of the source that were read in this run */
	size_t n_person;      /* certificates that wait for a person, looked at or not */
	bool idle;            /* nothing was due: nothing was read */
	bool nothing_loaded;  /* there is no Organization, which decides how all is read (exit 3) */
	const char *signer_problem; /* why the configured request signer can not sign; NULL */
	bool source_failed;   /* exit 7; source_error says why */
	const char *source_error;
	bool publish_failed;  /* exit 8 */
	const char *publish_error;
	const char **tenant_error; /* tenants that could not be worked on at all */
	size_t n_tenant_error, cap_tenant_error;
	size_t n_refused; /* certificates in Git that do not fit */
	size_t n_quarantined, n_failed, n_blocked, n_held, n_waiting_sealed, n_changes;
};

void run_result_release(struct run_result *r);

/* The exit status that follows from the result (design: exit codes). */
int run_exit_status(const struct run_result *r, bool detailed);

/*
 * Runs once. -1 only when nothing can be said (store unreadable, locked …); what goes wrong with a
 * tenant, the source or the status branch is in the result.
 */
int run_once(struct ports *ports, const struct run_options *o, struct run_result *out,
	     struct err *e);

#endif
