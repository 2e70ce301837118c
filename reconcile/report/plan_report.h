/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plan as it is told: its steps, what keeps tenants out of it, and from which facts and revisions
 * it follows. Made into text and JSON by the command, into Markdown here. Pure.
 */
#ifndef APNSCTL_REPORT_PLAN_REPORT_H
#define APNSCTL_REPORT_PLAN_REPORT_H

#include "reconcile/plan/gate.h"
#include "reconcile/plan/kept.h"
#include "schema/base/buf.h"

/* A tenant for which nothing is written, and the finding that stops it. */
struct plan_stop {
	const char *tenant;
	const char *file; /* NULL: none is known */
	unsigned line;    /* 0: the whole file */
	const char *message;
};

struct blast;

struct plan_report {
	const char *basis; /* "Live", "StatusBranch", "None" */
	const char *plan_hash;
	const char *source_revision;  /* "": the working tree */
	const char *base_revision;    /* NULL: the plan is not compared with another one */
	const char *status_revision;  /* NULL: no status branch, or a folder with its files */
	const struct kept_step *step; /* by tenant, in the order in which they are taken */
	size_t n_step;
	const struct kept_step *withdrawn; /* of the base's plan, which are no longer planned */
	size_t n_withdrawn;
	const struct plan_stop *stop; /* by tenant */
	size_t n_stop;
	const struct blast *later; /* of plan_later, by tenant */
	size_t n_later;
	const struct gate_result *gates;
};

/* Policies of one tenant whose devices lose the topic that they were enrolled with. */
enum blast_fate {
	BLAST_Happens,
	BLAST_Held,
	BLAST_Refused,
	BLAST_Later, /* their new certificate has no topic yet */
	BLAST_Lost   /* the policies are gone, and nothing has their topic any more */
};

struct blast {
	const char *tenant;
	enum blast_fate fate;
	const char **policy; /* by name, each once */
	size_t n;
};

/*
 * The policies of a plan that no step changes yet: devices have the topic of one certificate, and
 * the manifests give the policy to another one, which has none so far. All in `mem`; n 0: there are
 * none.
 */
void plan_later(const struct plan *p, struct arena *mem, struct blast *out);

/*
 * The policies that are gone from the manifests, and with them the topic of their devices: those
 * that this plan leaves behind, `by_now` also those of earlier ones.
 */
void plan_lost(const struct plan *p, bool by_now, struct arena *mem, struct blast *out);

/* One for each tenant and fate, in the order of the steps, then what comes later; in `mem`. */
struct blast *plan_blasts(const struct plan_report *r, struct arena *mem, size_t *n);

/*
 * "3 policies of tenant acme change their certificate: every device below must re-enrol: …"; at
 * most `max` names, and how many more there are.
 */
const char *blast_sentence(const struct blast *b, size_t max, struct arena *mem);

/* Counts in one line, the worst first: "2 policies must re-enrol, 1 BLOCKED, 3 to do". */
const char *plan_verdict(const struct plan_report *r, struct arena *mem);

/*
 * What a person does, in one sentence without its end: "Renew at the portal with the Apple Account
 * x@y.example in the row APSP:…, file requests/…, by 2027-01-31"; NULL: nothing.
 */
const char *plan_person(const struct next *n, struct arena *mem);

/* The budget of the smallest sink that is written to by default: GitHub's comments. */
enum { PLAN_MARKDOWN_MAX = 65536, PLAN_MARKDOWN_MIN = 2500 };

/*
 * Markdown for a comment that is replaced at each run. At most `max` characters (UTF-16 units, what
 * forges count; PLAN_MARKDOWN_MIN when it is less): a forge refuses what is larger, and then shows
 * the comment of another plan. Details are left out first, then rows, each with a count of what is
 * missing. What is blocked or lets devices re-enrol gets shorter at last, see plan_danger.h, and
 * nothing of it goes without being counted.
 */
void plan_markdown(const struct plan_report *r, size_t max, struct buf *out);

#endif
