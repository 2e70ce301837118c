/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys port owns all plaintext of private keys. Keys live in the store as sealed records that
 * are bound to store, tenant uid, certificate uid, public key and version; everybody else holds a
 * struct key_ref. An adapter that needs a key borrows it for one call with keys_lend.
 */
#ifndef APNSCTL_PORT_KEYS_H
#define APNSCTL_PORT_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "schema/base/arena.h"
#include "schema/base/err.h"
#include "schema/base/secret.h"
#include "reconcile/port/store.h"

struct keys;

/* Names a sealed key and what it is bound to. */
struct key_ref {
	const char *tenant_uid, *certificate_uid;
	const char *spki; /* SHA-256 of the SubjectPublicKeyInfo, lower-case hex */
	int64_t version;
	struct blob sealed;
};

/* One key to make; the result is filled in. */
struct key_order {
	const char *tenant_uid, *certificate_uid;
	int64_t version;
	char spki[65];       /* out */
	struct blob sealed;  /* out, in the arena of the call */
};

struct csr_subject {
	const char *common_name, *email, *country; /* NULL: left out */
};

enum key_format { KEY_PKCS8_DER, KEY_PKCS8_PEM };

typedef void key_progress_fn(size_t done, size_t total, void *arg);

struct keys_ops {
	/*
	 * Makes and seals RSA 2048 keys on all cores; no lock or transaction may be held meanwhile.
	 */
	int (*generate)(struct keys *k, struct key_order *order, size_t n, struct arena *mem,
			key_progress_fn *progress, void *arg, struct err *e);
	/* Opens the record, checks key against spki, forgets it again: "re-read before use". */
	int (*check)(struct keys *k, const struct key_ref *ref, struct err *e);
	/* The PKCS#10 request in DER, signed with SHA-256 by the key. */
	int (*request)(struct keys *k, const struct key_ref *ref, const struct csr_subject *subject,
		       struct arena *mem, struct blob *csr_der, struct err *e);
	/*
	 * Lends the plaintext; the borrower releases `out` as soon as the call that needs it is
	 * over.
	 */
	int (*lend)(struct keys *k, const struct key_ref *ref, enum key_format format,
		    struct secret *out, struct err *e);
	/* Seals a key that came from outside (adopt). */
	int (*seal)(struct keys *k, const struct secret *pkcs8_der, struct key_order *order,
		    struct arena *mem, struct err *e);
	void (*close)(struct keys *k);
};

/*
 * The first member of every adapter's keys. A sealed store has a struct keys whose calls fail with
 * ERR_SEALED.
 */
struct keys {
	const struct keys_ops *ops;
};

#endif
