/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A repository → the shared set and, tenant by tenant, desired state. One loader serves lint, plan
 * and reconcile, whether the files come from a commit or from a work tree. It holds the shared set
 * and one tenant at a time; nothing grows with the number of tenants but the list of their names.
 */
#ifndef APNSCTL_RUN_LOAD_H
#define APNSCTL_RUN_LOAD_H

#include "reconcile/port/source.h"
#include "schema/base/sha256.h"
#include "schema/load/set.h"
#include "schema/resolve/desired.h"

/*
 * A few objects of Git can say a million entries. What a folder of a tenant, servers or accounts
 * has more is not read, and of what belongs to nobody; a finding says so.
 */
enum { LOAD_ENTRIES_MAX = 20000, LOAD_OTHER_ENTRIES_MAX = 200000 };
enum { LOAD_BYTES_MAX = 64 << 20, LOAD_OTHER_BYTES_MAX = 1 << 30 };

struct load_name {
	const char *name;     /* of the tenant's folder */
	char tree[OID_TEXT];  /* of its subtree; "" where the source has none */
};

struct load {
	struct source *source;
	char commit[OID_TEXT]; /* "" for a work tree */
	const struct cert_reader *certs;
	struct arena mem;       /* of the shared set, its findings and the names */
	struct set shared;
	struct findings findings; /* of the shared files and of files that belong to nobody */
	struct load_name *tenant; /* by name */
	size_t n_tenant, cap_tenant;
	bool is_partial; /* something could not be read: nothing may be taken for absent */
	struct buf bytes; /* scratch for one file */
	size_t n_document;
	char print[SHA256_HEX]; /* of the shared files; "": not taken */
	bool prints;            /* the caller's: load_tenant takes one too */
};

/* What is read besides the shared files and the list of tenants. */
enum load_extent {
	LOAD_DESIRED, /* what reconcile needs */
	LOAD_PRINTED, /* the same, with a fingerprint */
	LOAD_ALL      /* also all other files: secret scan, misplaced documents */
};

/*
 * Reads the shared files and the names of the tenants. ERR_SOURCE when the commit can not be read.
 */
int load_open(struct load *l, struct source *source, const char *commit,
	      const struct cert_reader *certs, enum load_extent extent, struct err *e);

/* A tenant's files, findings and desired state; all in an arena of its own. */
struct load_tenant {
	struct arena mem;
	struct set set;
	struct findings findings;
	struct want_tenant want;
	char print[SHA256_HEX]; /* of its files; "": not taken */
};

/* Reads and resolves one tenant into `out`, which the caller gives to load_tenant_release. */
int load_tenant(struct load *l, const char *name, struct load_tenant *out, struct err *e);
/* Adds the finding that it is not the tenant which its previousNames name: it is in quarantine. */
void load_tenant_refuse(struct load_tenant *t, const char *why);
void load_tenant_release(struct load_tenant *t);

/*
 * The same, but of the result only the tenant's names and those and the topics of its certificates
 * are good: files that can hold neither a Tenant nor a PushCertificate are not parsed.
 */
int load_ahead(struct load *l, const char *name, struct load_tenant *out, struct err *e);

/*
 * The fingerprint that load_tenant takes, without parsing anything: over paths and bytes, the same
 * for a commit and for a work tree with the same files.
 */
int load_tenant_print(struct load *l, const char *name, char print[SHA256_HEX], struct err *e);

void load_close(struct load *l);

#endif
