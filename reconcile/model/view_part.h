/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of model/view: the parts of cert_view_build that live in files of their own. */
#ifndef APNSCTL_MODEL_VIEW_PART_H
#define APNSCTL_MODEL_VIEW_PART_H

#include "reconcile/model/view.h"

/* confirmedInstall is about the certificate in Git. */
bool is_confirmed(const struct want_cert *w);

/* Fills `next_step` (view_next.c). */
void view_find_next(struct cert_view *v, const struct want_tenant *tenant, const struct env *env,
		    struct arena *mem);

/* Fills `condition` (view_conditions.c); needs next_step. */
void view_find_conditions(struct cert_view *v, const struct want_tenant *tenant,
			  const struct env *env, struct arena *mem);

#endif
