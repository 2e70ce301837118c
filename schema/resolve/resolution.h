/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One tenant while it is being resolved: what the passes of resolve/ and the rules share. Only
 * schema/resolve and schema/rule include this; everybody else sees desired.h.
 */
#ifndef APNSCTL_RESOLVE_RESOLUTION_H
#define APNSCTL_RESOLVE_RESOLUTION_H

#include "schema/resolve/desired.h"

/* Objects of one kind that belong to the tenant, by name, each name once. */
struct objects {
	const struct object **item;
	size_t n;
};

/* Bands, and who wrote each of them; a value that nobody wrote has no file. */
struct banded {
	struct bands v;
	struct origin from[3]; /* renewBefore, warnBefore, criticalBefore */
};

/* An assignment with what it names; NULL: not resolved. */
struct assignment {
	const struct certificate_assignment *object;
	struct want_policy *policy; /* NULL also for Global */
	struct want_cert *cert;
};

struct resolution {
	const struct set *shared;
	struct set *set;
	struct arena *mem;
	struct findings *fs;
	struct want_tenant *out;
	const char *folder;             /* "tenants/acme" */
	const struct organization *org; /* NULL: there is none to be read */
	enum mode mode;              /* UNSET without an Organization: rules of a mode are silent */
	const struct tenant *tenant; /* NULL: the folder has no Tenant of its name */
	struct objects own[KIND_MAX];
	struct banded bands;        /* of the tenant */
	struct want_server *server; /* the Tenant's serverRefs */
	size_t n_server;
	struct assignment *assignment; /* the usable ones, by name; not the second of a policy */
	size_t n_assignment;
	const struct assignment *global; /* NULL: none */
	size_t comparisons;              /* of names, left for "did you mean" */
};

/* Finds out what belongs to the tenant; `out` gets what needs no link. */
void resolution_start(struct resolution *r, const struct set *shared, struct set *tenant,
		      struct arena *mem, struct findings *fs, struct want_tenant *out);

/* What a document of the folder says of itself: true when it is the tenant's. */
bool is_own(const struct resolution *r, const struct object *o);

/* The tenant's object of that name; NULL when there is none. */
const struct object *own_object(const struct resolution *r, enum kind_id kind, const char *name);

/* The passes, in this order. */
void resolve_servers(struct resolution *r);
void resolve_certs(struct resolution *r);
void resolve_policies(struct resolution *r);
void resolve_assignments(struct resolution *r);
void resolve_effective(struct resolution *r);

/* The servers that a list of serverRefs of `owner` names, without those that are not resolved. */
struct want_server *resolve_server_refs(struct resolution *r, const struct object *owner,
					const struct list *refs, size_t *n);

/* Fills keyHeldBy from the servers and checks that it fits them. */
void resolve_key_holder(struct resolution *r, struct want_cert *w);

/* Fills the account of each certificate whose alias was linked; alias[i] belongs to out->cert[i].
 */
void resolve_accounts(struct resolution *r, const struct apple_id_alias *const *alias);

/* The bands of the Organization, or those that hold without one. `fs` NULL: says nothing. */
struct banded bands_of_organization(const struct organization *org, struct findings *fs);

/* What a lower level writes, checked; when the order is wrong the level above stays in force. */
void bands_apply(struct banded *b, const struct bands_spec *spec, const struct object *o,
		 struct findings *fs);

#endif
