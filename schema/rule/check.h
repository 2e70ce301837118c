/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules over what was resolved, by subject. Each adds its findings and changes nothing;
 * rule/tenant.c and rule/shared.c call them in order. Only schema/rule includes this.
 */
#ifndef APNSCTL_RULE_CHECK_H
#define APNSCTL_RULE_CHECK_H

#include "schema/resolve/link.h"

/* layout.c: what stands in which folder, whose it is, and each name once. */
void layout_check_tenant(struct resolution *r);
void layout_check_shared(const struct set *shared, struct findings *fs);

/* stranger.c: documents of the folder that say another tenant's name. */
void stranger_check(struct resolution *r);

/* The files that their certificates take, by path; in the resolution's arena. */
struct stranger_file {
	const char *path;
	const struct push_certificate *by;
};
struct stranger_file *stranger_files(struct resolution *r, size_t *n);

/* Whose of them the file is; NULL: nobody's. */
const struct push_certificate *stranger_user(const struct stranger_file *file, size_t n,
					     const char *path);

/* names.c: previousNames of the tenant's objects. */
void names_check(struct resolution *r);

/* server.c: what a type of server needs; `mode` decides whether tenants is required. */
void server_check(const struct mdm_server *s, enum mode mode, struct findings *fs);

/* people.c: ids of people, and who counts as a custodian. */
struct people {
	const struct set *shared;
	const struct organization *org; /* NULL: nobody is known, and nothing is said */
	struct findings *fs;
	size_t *comparisons; /* left for "did you mean" */
};

/* An id that stands at `id` in `o`. */
void people_check_id(struct people *p, const struct object *o, const struct text *id,
		     const char *pointer);
void people_check_ids(struct people *p, const struct object *o, const struct texts *ids,
		      const char *pointer);
void people_check_approval(struct people *p, const struct object *o,
			   const struct acknowledgement *a, const char *pointer);

/* Each id once, at least two people, two of them without an end. */
void people_check_custodians(struct people *p, const struct apple_id_alias *a);

/* Whose mailbox the address is; NULL: none of the Organization's people, or NULL. */
const struct person *people_by_address(const struct people *p, const char *address);

/* Two people who stay get the codes of the second factor, and the mail to a group. */
void people_check_recovery(struct people *p, const struct apple_id_alias *a);
void people_check_recipients(struct people *p, const struct apple_id_alias *a);

/* All ids that the tenant's objects name outside of aliases. */
void people_check_tenant(struct people *p, const struct resolution *r);

/* apple.c: accounts. `tenant` NULL: a shared alias. */
void apple_check_alias(struct people *p, const struct apple_id_alias *a, const struct set *set,
		       const struct tenant *tenant);
void apple_check_shared(struct people *p, const struct set *shared);
void apple_check_tenant(struct people *p, struct resolution *r);

/* assignment.c: assignments that change nothing, and what stands without one. */
void assignment_check(struct resolution *r);

/* certificate.c: the files, and the topic in the manifest against the one in the file. */
void certificate_check(struct resolution *r);

/* advice.c: optional things that help on renewal day. */
void advice_check(struct resolution *r);
void advice_check_alias(const struct apple_id_alias *a, struct findings *fs);

#endif
