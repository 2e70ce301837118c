/* SPDX-License-Identifier: Apache-2.0 */
/* What has left the manifests: it is archived, never deleted, and its end is still told. */
#include "reconcile/plan/plan_part.h"

static void archive(struct plan *p, struct ref on, const struct actual_cert *c, bool is_protected)
{
	struct step *s = plan_do(p, STEP_ArchiveObject, on, RISK_Disruptive, "Removed", "%s",
				 is_protected ? "protected: remove `protection` in one revision "
						"and the certificate in a later one" :
						"no longer in the manifests: archived, its keys "
						"are kept");

	s->actual = c;
	s->counts_in = is_protected ? GATE_Protected : GATE_ChangeLimit;
}

/* A tenant goes only together with its certificates: one that is protected protects it too. */
void plan_removed(struct plan *p, bool may_remove)
{
	bool any_protected = false;

	if (!may_remove || (p->want && p->want->stop == STOP_QUARANTINE))
		return;
	for (size_t i = 0; i < p->n_view; i++) {
		const struct actual_cert *c = p->view[i].actual;
		if (p->view[i].want || !c || c->state == OBJECT_Archived)
			continue;
		archive(p, (struct ref){ KIND_PushCertificate, plan_tenant(p), c->name }, c,
			c->was_protected);
		any_protected |= c->was_protected;
	}
	if (!p->want && p->actual->uid && p->actual->state == OBJECT_Live)
		archive(p, (struct ref){ KIND_Tenant, NULL, p->actual->name }, NULL, any_protected);
}
