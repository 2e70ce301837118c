/* SPDX-License-Identifier: Apache-2.0 */
/* The ports of a run, from the configuration. ports.c is the only file that names all adapters. */
#ifndef APNSCTL_CMD_PORTS_H
#define APNSCTL_CMD_PORTS_H

#include "cmd/apnsctl/config.h"
#include "reconcile/run/run.h"
#include "schema/base/value.h"

/* What the process does before threads, keys and files exist: no core file, memory overwritten. */
int ports_harden(struct err *e);

/* How the store is opened. */
enum ports_store { PORTS_READ_ONLY, PORTS_WRITE };

/* What is opened, in this order: each part may need those before it. */
enum ports_part {
	PORTS_SOURCE,
	PORTS_PUBLISH,
	PORTS_STORE,
	PORTS_KEYS,
	PORTS_X509,
	PORTS_HTTP,
	PORTS_DIRECTORIES,
	PORTS_APNS,
	PORTS_PARTS
};

/* Names of the bare mirrors beside the database. */
#define MIRROR_OF_SOURCE "source.git"
#define MIRROR_OF_STATUS "status.git"

struct opened {
	struct ports ports;
	enum ports_store mode;
	const char *store_path;
	/* There is no database, and none is known to have been; read-only, the store is empty. */
	bool store_missing;
	bool is_sealed;        /* keys can not be opened: why is in sealed_reason */
	char sealed_reason[512];
	struct arena mem;
	int64_t now;           /* behind --now */
};

/*
 * Opens everything that a run needs. A store that can not be unsealed is no failure: only what
 * needs a key waits. A missing database is made only when `mode` allows it and the status branch
 * does not know one (safety rule 14); read-only it is an empty one in memory.
 */
int ports_open(const struct app *app, struct config *c, enum ports_store mode, struct opened *out,
	       struct err *e);
void ports_close(struct opened *o);

/* ERR_IO: the store that is read is an empty one, because no run has made the database yet. */
int ports_need_store(const struct opened *o, struct err *e);

/* The same in steps, for who wants to know which of them fails. ports_close ends it in any case. */
int ports_start(const struct app *app, struct config *c, enum ports_store mode, struct opened *out,
		struct err *e);
int ports_open_part(struct config *c, enum ports_part part, struct opened *o, struct err *e);

/*
 * Makes the database and, when it is missing, the unlock key file. With `lost` although the status
 * branch tells of an earlier store (safety rule 14). ERR_CONFLICT: the database exists.
 */
int ports_store_init(struct config *c, bool lost, struct err *e);

/* Opens every private key of the store once and checks it against its public key. */
int ports_verify_keys(struct opened *o, size_t *n, struct err *e);

/* Follows the chain of the audit log; fails at the first line that is missing or was changed. */
int ports_verify_audit(struct opened *o, struct err *e);

/* ERR_SEALED when the keys were sealed with another unlock key: one of them is tried. */
int ports_check_unlock(struct opened *o, struct err *e);

/* A new unlock key file (0600). */
int ports_make_unlock(const char *path, struct err *e);

/* An x509 port without trust and signer, for commands without a configuration. */
int ports_open_x509(struct x509 **out, struct err *e);

/* The reader of certificates of an x509 port. */
struct cert_reader ports_cert_reader(struct x509 *x);

/* Reads a JSON text strictly (adapter/jansson/read.h); ERR_INPUT when it is none. */
int ports_read_json(const void *bytes, size_t len, struct arena *mem, struct value *out,
		    struct err *e);

/* True when both addresses have the same scheme, host and port. */
bool ports_same_origin(const char *a, const char *b);

/* What time it is: --now, else the clock. */
int64_t ports_now(const struct app *app);

/* The options of a run that come from the configuration. */
void ports_run_options(const struct config *c, const struct opened *o, struct run_options *out);

/* The path of the database ("sqlite:PATH"); ERR_INPUT when it is something else. */
int ports_store_path(struct config *c, const char **path, struct err *e);

#endif
