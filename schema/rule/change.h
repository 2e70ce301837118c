/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Change rules: what a revision (head) may not do to another one (base) without saying so. They see
 * both sides resolved, tenant by tenant; reconcile holds the same rules against the store.
 */
#ifndef APNSCTL_RULE_CHANGE_H
#define APNSCTL_RULE_CHANGE_H

#include "schema/resolve/resolve.h"

/* One tenant of one side. `want` NULL: the side does not have it. */
struct change_side {
	const struct set *shared, *set;
	const struct want_tenant *want;
	const struct findings *findings; /* of the base's folder; NULL: not known */
};

/*
 * The topic under which a certificate of the base is known to be in use (published by the
 * controller); NULL: none. With `complete` false nothing is known about certificates that it does
 * not name.
 */
struct change_known {
	const char *(*topic)(void *self, const char *tenant, const struct want_cert *base);
	void *self;
	bool complete;
};

struct change; /* what all tenants together have to be asked for */

struct change *change_new(const struct change_known *known);

/*
 * The rules of one tenant, of which one side may be missing. `fs`: the findings of head's folder,
 * in which what one mistake would raise twice is put right.
 */
void change_check(struct change *c, const struct change_side *base, const struct change_side *head,
		  struct findings *fs);

/* Tells where the Organization stood, among the findings of head's shared objects that miss it. */
void change_organization(const struct set *base, struct findings *fs);

/* The rules that need all tenants: those that were renamed or have left. */
void change_end(struct change *c, struct findings *fs);

void change_free(struct change *c);

/*
 * The finding about this object with this rule; NULL: none. For rules that know better than the one
 * that was broken first.
 */
struct finding *finding_about(struct findings *fs, enum rule_code code, const struct ref *object);

#endif
