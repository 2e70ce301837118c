/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A manifest set: the decoded objects of one folder, and what was found on the way. The tenant is
 * the unit: `struct set` holds one tenant's files, or the shared ones (organization.yaml, servers/,
 * accounts/). It is fed file by file by whoever has the bytes (work tree, Git tree) and is pure.
 */
#ifndef APNSCTL_LOAD_SET_H
#define APNSCTL_LOAD_SET_H

#include "schema/base/arena.h"
#include "schema/base/finding.h"
#include "schema/kind/cert_facts.h"
#include "schema/kind/config.h"
#include "schema/kind/object.h"
#include "schema/load/ignore.h"

/* A certificate file of the folder, used or not. */
struct cert_file {
	const char *path; /* relative to the repository */
	struct cert_facts facts;
	bool used; /* some PushCertificate names it */
};

/* Reads a certificate; the port x509 implements it (reconcile/port/x509.h). */
struct cert_reader {
	void (*read)(void *self, const void *bytes, size_t len, struct arena *mem,
		     struct cert_facts *out);
	void *self;
};

struct set_index; /* load/set_index.h */

struct set {
	struct arena *mem;
	const char *tenant;     /* the folder's name; NULL: the shared set */
	const char *const *folder; /* shared set: the tenants' names, sorted; NULL: not known */
	size_t n_folder;
	struct object **object; /* in the order of file and document */
	size_t n_object, cap_object;
	struct cert_file *cert;
	size_t n_cert, cap_cert;
	size_t n_document; /* documents seen, broken ones included */
	struct ignores ignores; /* what comments want to be silent about */
	bool broken;       /* some file could not be parsed: an object may be missing */
	struct set_index *index;
};

/* What a path of a repository is. */
enum path_class {
	PATH_IGNORED,      /* below .git */
	PATH_ORGANIZATION, /* organization.yaml (or .yml) */
	PATH_SHARED,       /* servers and accounts folders, YAML */
	PATH_TENANT,       /* tenants/<tenant>/…, YAML */
	PATH_TENANT_FILE,  /* tenants/<tenant>/…, anything else: certificate or secret scan */
	PATH_OTHER_YAML,   /* elsewhere, YAML: skipped without the bytes "apnsctl/" */
	PATH_OTHER         /* elsewhere and in dot directories: secret scan only */
};

/* Classifies a path; for the tenant classes `*tenant` points at the name inside `path`, `*len`
 * long. */
enum path_class path_classify(const char *path, const char **tenant, size_t *len);

/* An empty set; `tenant` (NULL: the shared set) is copied. */
void set_init(struct set *s, struct arena *mem, const char *tenant);

/*
 * Adds one file, by the class of its path: YAML is decoded, other files of a tenant's folder are
 * read as certificates when they are named like one (.pem, .crt, .cer, .der, .p12, .pfx, .csr), and
 * every file is scanned for secrets. The shared set takes all that stands outside of tenants/.
 * `path` is copied; the bytes are not needed afterwards. `certs` NULL: certificates are not read.
 */
void set_add_file(struct set *s, const char *path, const char *bytes, size_t len,
		  const struct cert_reader *certs, struct findings *fs);

/* Scans bytes of any file for private keys and tokens (RULE_SECRET_COMMITTED, never echoed). */
void scan_secrets(const char *path, const char *bytes, size_t len, struct findings *fs);

/* The first object of that kind and name (name NULL: any); NULL when there is none. */
struct object *set_find(const struct set *s, enum kind_id kind, const char *name);

/* The certificate file with this path, or NULL. */
struct cert_file *set_cert(const struct set *s, const char *path);

/*
 * Decodes a controller configuration (the file must hold one document of kind ControllerConfig);
 * NULL when it is none, and then a finding says why.
 */
struct controller_config *config_decode(const char *path, const char *bytes, size_t len,
					struct arena *mem, struct findings *fs);

#endif
