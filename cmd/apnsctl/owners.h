/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is known to have a topic, a public key or a serial: an index over what the store or the
 * status branch says of all customers.
 */
#ifndef APNSCTL_CMD_OWNERS_H
#define APNSCTL_CMD_OWNERS_H

#include "reconcile/model/actual.h"
#include "schema/base/arena.h"

struct owner {
	const char *value;
	const char *issuer; /* of a serial; NULL: not known */
	struct ref on;
};

struct owner_index {
	struct owner *item; /* by value */
	size_t n, cap;
};

struct owners {
	struct owner_index topic, key, serial;
};

/* Indexes these tenants, whose texts stay theirs; what is made lives in `mem`. */
void owners_build(struct owners *out, const struct actual_tenant *tenant, size_t n,
		  struct arena *mem);

/* Another certificate than `on` (NULL: any) that has the value; NULL: none. */
const struct owner *owner_of(const struct owner_index *index, const char *value,
			     const struct ref *on);

/* Fills `c->owners`, whose reference is `on`, from what a certificate file carries. */
void owners_fill(const struct owners *o, const struct cert_facts *file, const struct ref *on,
		 struct actual_cert *c);

#endif
