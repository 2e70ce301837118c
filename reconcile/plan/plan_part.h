/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of plan/: how the parts of plan_build add steps. */
#ifndef APNSCTL_PLAN_PLAN_PART_H
#define APNSCTL_PLAN_PLAN_PART_H

#include "reconcile/plan/plan.h"

/* Adds a Do step; the result is valid until the next one is added. */
struct step *plan_do(struct plan *p, enum step_action action, struct ref on, enum risk risk,
		     const char *reason, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

/* Turns the step into a Blocked one under a rule. */
void step_block(struct step *s, unsigned rule);

/* The index of the step that was added last. */
int plan_last(const struct plan *p);

/* The steps of one certificate (certificate.c). */
void plan_certificate(struct plan *p, const struct cert_view *v, const struct env *env);

/* Its key and request (request.c). */
void plan_request(struct plan *p, const struct cert_view *v, const struct env *env);

/* The Apple Account that it names is not the one in which it can be renewed (request.c). */
void plan_account_conflict(struct plan *p, const struct cert_view *v);

/* The topics of the policies (policy.c). */
void plan_policies(struct plan *p);

/* What has left the manifests (removed.c). */
void plan_removed(struct plan *p, bool may_remove);

#endif
