/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a probe of APNs proves about a certificate. Pure: evidence in, judgement out.
 *
 * Only words that APNs itself said about the certificate reject it; whatever a network, a proxy or
 * a busy APNs can cause is Unreachable (safety rule 6). See docs/invariants.md.
 */
#ifndef APNSCTL_MODEL_VERDICT_H
#define APNSCTL_MODEL_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "reconcile/port/apns.h"
#include "schema/base/arena.h"

#define APNS_RESULTS(X) X(NotProbed) X(Accepted) X(Rejected) X(Unreachable)

enum apns_result {
#define X(name) APNS_##name,
	APNS_RESULTS(X)
#undef X
		APNS_RESULT_MAX
};

/* "Accepted", as reports and the store spell it. */
const char *apns_result_name(enum apns_result result);

/* The result of a name; APNS_NotProbed for NULL and for a word that is none. */
enum apns_result apns_result_of(const char *name);

/* A row of the stable list of reasons: `reason` is one CamelCase word. */
struct apns_reason {
	const char *reason;
	enum apns_result result;
	const char *title;  /* what happened, a sentence without its full stop */
	const char *remedy; /* what to do; NULL: nothing */
};

/* All rows, for the reference page. A published reason is never renamed. */
const struct apns_reason *apns_reasons(size_t *n);

struct verdict {
	enum apns_result result;
	const char *reason; /* from the list */
	const char *detail; /* what happened, why, what to do: one line for people */
	int alert;          /* TLS alert that the server sent; -1: none */
};

/* Judges the evidence of a probe at this level; texts live in `mem` or are static. */
void verdict_judge(const struct apns_evidence *ev, enum probe_level level, struct arena *mem,
		   struct verdict *out);

/* The verdict where no probe is possible: "KeyNotHeld", "NotYetProbed". */
void verdict_not_probed(const char *reason, struct verdict *out);

#endif
