/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts → the files of the status branch (design: section 5). Pure, and without anything that
 * changes by itself: absolute times only, no counters, no days left, no last run. The same facts
 * give the same bytes.
 *
 * A tenant's file is made from its plan. The summary files (README.md, status.json, renewals.ics)
 * are made from one small row an object, so that an unchanged tenant is not read again.
 */
#ifndef APNSCTL_REPORT_REPORT_H
#define APNSCTL_REPORT_REPORT_H

#include "reconcile/plan/plan.h"
#include "reconcile/port/store.h"
#include "schema/base/buf.h"

/* When each condition of an object last changed its status: from the store, or now when it does. */
struct transition {
	const char *object; /* name of the certificate */
	const char *type, *status;
	int64_t since;
};

struct report_context {
	const char *source_revision; /* at which the tenant's present files were first read */
	const struct transition *transition; /* sorted by object, type */
	size_t n_transition;
	int64_t now; /* only for a condition that changes in this run */
};

/* tenants/<tenant>.json; also the objects of `apnsctl status -o json`. */
void report_tenant_json(const struct plan *p, const struct report_context *c, struct buf *out);

/* The objects of the tenant as an open JSON array is being written: for StatusReport. */
struct json;
void report_objects_json(const struct plan *p, const struct report_context *c, struct json *j);

/* One object of the summary files; texts may be NULL, times TIME_UNKNOWN. */
struct summary_row {
	const char *tenant, *customer; /* name; display name */
	const char *name;              /* of the certificate */
	const char *band, *phase, *verdict;
	const char *action, *file, *apple_id, *row, *reason, *message;
	const char *who;               /* people who can sign in, ", " between them */
	const char *commit_path;       /* where the download belongs */
	int64_t not_after, renew_after, due, changes_at;
};

/* The row of one view; all texts are copied into `mem`, so it outlives the plan. */
void summary_row_of(const struct plan *p, const struct cert_view *v, struct arena *mem,
		    struct summary_row *out);

/* True when a person has something to do. */
bool summary_needs_person(const struct summary_row *r);

/* True for what is done at Apple's portal with an upload file. */
bool summary_is_portal_step(const struct summary_row *r);

/* The button of the portal, after what has to be done before: "Renew", "first sign, then …". */
const char *summary_button(const struct summary_row *r);

struct summary {
	struct summary_row *row; /* by tenant, name */
	size_t n;
	const char *source_revision;
	bool source_ready;
	const char *source_problem; /* when it is not ready */
	const char *shared_error;   /* in the files of all, "FILE:LINE: message"; NULL: none */
	size_t n_tenant, n_quarantined;
	const char *const *held;    /* ids of steps that a gate holds */
	size_t n_held;
	const char *signer_name;    /* the request signer, an object of its own; NULL: none */
	int64_t signer_not_after;
	struct bands signer_bands;
	int64_t now;                /* only to count bands again; never printed */
};

void report_status_json(const struct summary *s, struct buf *out);
void report_readme(const struct summary *s, struct buf *out);
void report_calendar(const struct summary *s, struct buf *out);

/* The expiry table of `apnsctl status`. */
void report_table(const struct summary *s, struct buf *out);

#endif
