/* SPDX-License-Identifier: Apache-2.0 */
/* Following one reference, and saying precisely why it leads nowhere. */
#ifndef APNSCTL_RESOLVE_LINK_H
#define APNSCTL_RESOLVE_LINK_H

#include "schema/resolve/resolution.h"

/* A reference as it is written. */
struct link {
	const struct object *from;
	const struct text *name;
	enum kind_id kind;   /* what it names */
	const char *pointer; /* "/spec/appleIdRef" */
};

/*
 * The object that the reference names: the tenant's own, else a shared one that lists the tenant.
 * NULL when there is none, with a finding, unless what could not be read, and is told, may hold it.
 */
const struct object *link_object(struct resolution *r, const struct link *l);

/* True when the tenant may use this object of the shared set. */
bool shared_serves(const struct resolution *r, const struct object *o);

/* The name of an object as it is printed. */
struct ref ref_of(const struct object *o);

/* Says what a finding is about; returns it. */
struct finding *about(struct finding *f, const struct object *o, const char *pointer);

/* Adds where another object stands, as related place: "Kind/tenant/name is here". */
void relate_object(struct findings *fs, struct finding *f, const struct object *o);

/*
 * Suggests to write `text` in place of a value, which stands at one place on one line; what is
 * written in another way (a text block) has no place of its own, and nothing is suggested.
 */
void suggest_text(struct findings *fs, struct finding *f, const struct text *written,
		  const char *text, const char *title);

/* The place of an object's name; of its kind when the name is not written. */
struct span name_span(const struct object *o);

#endif
