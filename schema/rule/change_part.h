/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of rule/change: one tenant of both sides, and the parts that live in files of their own.
 */
#ifndef APNSCTL_RULE_CHANGE_PART_H
#define APNSCTL_RULE_CHANGE_PART_H

#include "schema/base/buf.h"
#include "schema/resolve/link.h"
#include "schema/rule/change.h"

struct change_pair {
	struct change *change;
	const struct change_side *base, *head; /* both have the tenant */
	struct findings *fs;
	const struct want_cert **was; /* of each certificate of head; NULL: it is new */
	/*
	 * An error of head may hide a policy, an assignment or a certificate, or where they lead:
	 * that is no evidence of a change; it is told where it is, and it stops the tenant. What
	 * the base has too says nothing of the change.
	 */
	bool is_uncertain;
};

/* "lab, room1 and 3 more": names as they are told; starts as CHANGE_NAMES. */
struct change_names {
	struct buf text;
	size_t n;
};
enum { CHANGE_NAMES_MAX = 20 };
#define CHANGE_NAMES { BUF_INIT(64 * (CHANGE_NAMES_MAX + 1)), 0 }

void change_name(struct change_names *names, const char *name);

/* What they are, in `mem`; "" when there is none. The names are released. */
const char *change_names_end(struct change_names *names, struct arena *mem);

/* The topic with which devices may be enrolled under this certificate of the base; NULL: none. */
const char *change_topic(const struct change *c, const char *tenant, const struct want_cert *base);

/* Whether the controller has its topic by proof, as far as is known. */
bool change_is_proven(const struct change *c, const char *tenant, const struct want_cert *base);

/* True once for each place: one mistake in a shared object concerns many tenants and is told once.
 */
bool change_first(struct change *c, const char *file, struct pos at);

/* The i-th of the previousNames when it is one of this tenant; NULL: it is not. */
const char *change_old_name(const struct change_pair *p, const struct meta *now, size_t i);

/* change_certificate.c: topic, file, account and protection of each certificate. */
void change_certificates(struct change_pair *p);

/* change_policy.c: the effective certificate of each policy. */
void change_policies(struct change_pair *p);

/* change_orphan.c: policies that are gone with the topic of their devices. */
void change_orphans(struct change_pair *p);

/* change_gone.c: objects of the base that are gone, and what looks like them or needs them. */
void change_gone(struct change_pair *p);

#endif
