/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorted views of a manifest set, made when they are first asked for and again after something was
 * added, so that linking costs n log n and one shared set serves many tenants without being walked
 * for each. They are a cache: a const set has them too.
 */
#ifndef APNSCTL_LOAD_SET_INDEX_H
#define APNSCTL_LOAD_SET_INDEX_H

#include "schema/load/set.h"

struct set_index;

struct set_index *set_index_new(struct arena *mem);

/* The objects of a kind by name, equal names by file without its extension; `*n` of them. */
struct object *const *set_kind(const struct set *s, enum kind_id kind, size_t *n);

/* The lists in which words are looked up often. */
enum set_list {
	LIST_TENANTS,  /* tenants of an AppleIDAlias or MDMServer: struct text */
	LIST_DOMAINS,  /* domains of the Organization or the Tenant: struct text */
	LIST_PEOPLE,   /* people of the Organization by id: struct person */
	LIST_MAILBOXES, /* the same by email in lower case: struct person */
	LIST_ADDRESSES /* owner NULL: addresses in lower case: struct apple_id_alias */
};

/* The first item of an object's list that is this word; NULL when there is none. */
const void *set_listed(const struct set *s, const struct object *owner, enum set_list list,
		       const char *word);

/*
 * Remembers what the findings of this set forbid, object by object, for those who refer to them.
 * A finding without an object concerns its whole file.
 */
void set_note_stops(const struct set *s, const struct findings *fs);

/* What the noted findings of the object, and of its whole file, forbid. */
enum rule_stop set_stop_of(const struct set *s, const struct object *o);

#endif
