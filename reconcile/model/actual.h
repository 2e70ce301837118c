/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is really there, of one tenant: read from the store (which also remembers what was seen on
 * servers and at APNs). Plan, life cycle and report see this and nothing else of the world.
 *
 * Unknown is not absent: PRESENCE_UNKNOWN never leads to a write.
 */
#ifndef APNSCTL_MODEL_ACTUAL_H
#define APNSCTL_MODEL_ACTUAL_H

#include <stdbool.h>
#include <stdint.h>

#include "reconcile/model/installed.h"
#include "reconcile/model/verdict.h"
#include "schema/base/clock.h"
#include "schema/base/ref.h"
#include "schema/resolve/desired.h"

/*
 * The words of the store and of the status branch. X(NAME): the enumerator is PREFIX_NAME, the word
 * is "NAME". REQUEST_Dropped, PIN_Adopted and PIN_Observed are reserved for commands to come.
 */
#define KEY_STATES(X) X(Pending) X(Active) X(Archived) X(Superseded)
#define REQUEST_STATES(X) X(Open) X(Answered) X(Dropped) X(Superseded)
#define PAIR_PHASES(X) X(Returned) X(Verified) X(Installed) X(Active) X(Archived)
#define PIN_SOURCES(X) X(None) X(Accepted) X(Adopted) X(Observed)
#define OBJECT_STATES(X) X(Live) X(Archived)

enum key_state {
#define X(n) KEY_##n,
	KEY_STATES(X)
#undef X
};
enum request_state {
#define X(n) REQUEST_##n,
	REQUEST_STATES(X)
#undef X
};
enum pair_phase {
#define X(n) PAIR_##n,
	PAIR_PHASES(X)
#undef X
};
enum pin_source {
#define X(n) PIN_##n,
	PIN_SOURCES(X)
#undef X
};
enum object_state {
#define X(n) OBJECT_##n,
	OBJECT_STATES(X)
#undef X
};

/* The word of a value, and the value of a word (0 when it is none; *ok says so, may be NULL). */
const char *key_state_word(enum key_state v);
const char *request_state_word(enum request_state v);
const char *pair_phase_word(enum pair_phase v);
const char *pin_source_word(enum pin_source v);
const char *object_state_word(enum object_state v);
enum key_state key_state_of(const char *word, bool *ok);
enum request_state request_state_of(const char *word, bool *ok);
enum pair_phase pair_phase_of(const char *word, bool *ok);
enum pin_source pin_source_of(const char *word, bool *ok);
enum object_state object_state_of(const char *word, bool *ok);

struct actual_request {
	enum request_state state;
	const char *file;        /* name on the status branch, "requests/…" */
	bool is_signed;          /* an upload file; else a bare CSR */
	int64_t requested_at;
	int64_t signer_not_after; /* TIME_UNKNOWN: not signed */
};

struct actual_key {
	const char *spki;
	enum key_state state;
	int64_t version, created_at;
	const struct actual_request *request; /* NULL: none was made */
};

/*
 * What APNs said last, and apart from that why it could not be asked since: a network that is down
 * takes no verdict back (safety rule 6).
 */
struct actual_probe {
	enum apns_result result; /* Accepted, Rejected; NotProbed: no answer yet */
	const char *reason, *detail;
	int alert;         /* -1: none */
	int64_t probed_at; /* the last try; TIME_UNKNOWN: never */
	int64_t since;     /* since when it has been this result */
	const char *fault, *fault_detail; /* why the last tries had no answer; NULL: they had one */
	int64_t fault_since;
};

struct actual_pair {
	const char *sha256, *spki;
	enum pair_phase phase;
	const char *topic, *serial, *row, *issuer;
	int64_t not_before, not_after, returned_at, active_at;
	struct actual_probe probe;
};

struct actual_server {
	const char *name;
	struct server_observation seen;
	int64_t observed_at;      /* TIME_UNKNOWN: never */
	const char *installed_sha256; /* what we last put there; NULL: nothing */
	int64_t installed_at;
};

/*
 * Whose something is that this certificate wants: `pin` of spec.topic, the others of what the file
 * in Git carries. Kind NONE: nobody's or its own. Proven: by a key, not only by a manifest.
 */
struct actual_owners {
	struct ref pin, topic, key, serial;
	bool pin_proven, topic_proven;
};

struct actual_cert {
	const char *uid; /* NULL: the store does not know it yet */
	const char *name;
	enum object_state state;
	const char *topic; /* the pin of the store; NULL: none */
	enum pin_source pinned_by;
	const char *wish;  /* a topic that it has claimed without proof; NULL: none */
	const char *apple_id;  /* the address it was last requested under; NULL */
	bool was_protected;    /* the last applied revision protected it */
	const char *published_topic; /* the pin on the status branch; it can only stop (rule 10) */
	struct actual_key *key;
	size_t n_key;
	struct actual_pair *pair;
	size_t n_pair;
	struct actual_server *server;
	size_t n_server;
	struct actual_owners owners; /* of what the certificate in Git carries */
};

struct actual_policy {
	const char *name;
	const char *topic; /* the effective topic that devices of it were given; NULL: none yet */
};

struct actual_tenant {
	const char *uid; /* NULL: new */
	const char *name;
	enum object_state state;
	struct actual_cert *cert; /* by name, archived ones included */
	size_t n_cert;
	struct actual_policy *policy; /* by name */
	size_t n_policy;
};

/* By name, as whoever fills in the arrays leaves them; what follows looks names up so. */
void actual_sort(struct actual_tenant *t);

/* The certificate that a wanted one is: by its name, else by a previous name; NULL: none. */
struct actual_cert *actual_match(const struct actual_tenant *t, const struct want_cert *w);

struct actual_cert *actual_cert(const struct actual_tenant *t, const char *name);
struct actual_cert *actual_cert_by_uid(const struct actual_tenant *t, const char *uid);
struct actual_policy *actual_policy(const struct actual_tenant *t, const char *name);
struct actual_key *actual_key(const struct actual_cert *c, const char *spki);
struct actual_server *actual_server(const struct actual_cert *c, const char *name);

/* The pair in force (phase Active), the newest one on its way (before Active); NULL: none. */
struct actual_pair *actual_active(const struct actual_cert *c);
struct actual_pair *actual_next(const struct actual_cert *c);

/* The key whose request is open; NULL: none. */
struct actual_key *actual_open_request(const struct actual_cert *c);

#endif
