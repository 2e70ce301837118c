/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Topics that two manifests name in the same run and nobody has claimed before: then both wait
 * (safety rule 4), whatever order the tenants come in.
 */
#ifndef APNSCTL_RUN_WISHES_H
#define APNSCTL_RUN_WISHES_H

#include "reconcile/run/unit.h"

struct wish {
	const char *topic;
	struct ref on;
};

struct wishes {
	struct arena mem;
	struct wish *item; /* only those of topics with rivals, by topic */
	size_t n, cap;
};

/* Notes what a tenant whose files changed wants; when all are noted, finds the rivals. */
void wishes_note(struct run *r, const struct want_tenant *t);
int wishes_find(struct run *r, struct err *e);

/* Another certificate that names the topic in this run; NULL: none. */
const struct ref *wishes_rival(const struct run *r, const char *topic, const struct ref *on);

#endif
