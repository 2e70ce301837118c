/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manifests and facts together, only read, for the commands that answer questions about customers.
 * Here alone it is decided where both come from (design: section 6): manifests from the repository
 * at hand, else from the last applied revision; facts from the store when there is a configuration,
 * else from the status branch, else from nowhere, which `why` explains.
 */
#ifndef APNSCTL_CMD_FACTS_H
#define APNSCTL_CMD_FACTS_H

#include "cmd/apnsctl/owners.h"
#include "cmd/apnsctl/ports.h"
#include "cmd/apnsctl/published.h"
#include "cmd/apnsctl/repo.h"
#include "reconcile/plan/plan.h"

enum facts_from { FACTS_NOWHERE, FACTS_STORE, FACTS_STATUS };

struct facts {
	struct arena mem;
	enum facts_from from;
	const char *why;              /* NOWHERE: what is missing and the cure */
	struct actual_tenant *tenant; /* by name; also those that have left the manifests */
	size_t n, cap;
	struct owners owners;
	struct env env;
	struct repo repo;
	bool is_applied; /* the manifests are the last applied revision, not files at hand */
	struct load load;
	struct x509 *x509;
	struct cert_reader certs;
	bool checks_issuer; /* apple.caFile is configured */
	/* one of these, as `from` says */
	struct config config;
	struct opened opened;
	struct published published;
};

struct facts_options {
	const char *path; /* of a file whose repository is preferred; NULL: the working directory */
	const char *status; /* --status: never the store; NULL */
};

int facts_open(const struct app *app, const struct facts_options *o, struct facts *out,
	       struct err *e);
void facts_close(struct facts *f);

/* What is known of the tenant of this name; NULL: nothing. */
const struct actual_tenant *facts_tenant(const struct facts *f, const char *name);

/* Fills `c->owners` from what a certificate carries. */
void facts_fill_owners(const struct facts *f, const struct cert_facts *file, const char *tenant,
		       struct actual_cert *c);

/* A tenant of the manifests with what is known of it; all lives until the function returns. */
struct facts_unit {
	struct arena *mem;
	const struct load_tenant *loaded;
	const struct want_tenant *want;
	struct actual_tenant actual;
	struct plan plan; /* its views; the steps are those of a controller without servers */
};

/*
 * "FILE:LINE: message" of the first error that keeps the manifests of the tenant from being read
 * as they are meant, of this file only when `file` is given; NULL: none. What is wrong with a
 * certificate file is not such an error. Lives in `mem`.
 */
const char *facts_error_of(const struct facts_unit *u, const char *file, struct arena *mem);

typedef int facts_fn(struct facts_unit *u, void *arg, struct err *e);

/* Calls `fn` for each tenant of the manifests, by name, until it fails. */
int facts_each(struct facts *f, facts_fn *fn, void *arg, struct err *e);

/* The same for one tenant; 1: the manifests have none of this name. */
int facts_one(struct facts *f, const char *tenant, facts_fn *fn, void *arg, struct err *e);

/* The file of an open request, as the controller publishes it. */
int facts_request_file(struct facts *f, const struct actual_cert *c, const struct actual_key *key,
		       struct buf *out, struct err *e);

#endif
