/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life cycle of one push certificate, judged in one place: desired + actual + clock → where it
 * stands, what is wrong, what a person must do next. Plan and report both build on it, so they can
 * not disagree. Pure.
 */
#ifndef APNSCTL_MODEL_VIEW_H
#define APNSCTL_MODEL_VIEW_H

#include "reconcile/model/actual.h"
#include "reconcile/model/band.h"
#include "reconcile/model/intake.h"
#include "schema/resolve/desired.h"

/* All that is neither desired nor actual state. */
struct env {
	int64_t now;
	bool sealed;             /* no unlock key: what needs a private key waits */
	bool has_signer;         /* a request signer is configured */
	int64_t signer_not_after; /* TIME_UNKNOWN without one */
	const char *signer_problem; /* why it can not sign; NULL */
	int64_t probe_interval;  /* seconds between two probes of a certificate and serial */
	int64_t probe_retry;     /* seconds until an Unreachable one is tried again */
};

#define PHASES(X)                                                                                  \
	X(None) X(Requested) X(AwaitingPortal) X(Returned) X(Verified) X(Installed) X(Active)      \
	X(Archived)

enum phase {
#define X(n) PHASE_##n,
	PHASES(X)
#undef X
};

/* RestartServer is reserved for servers that need it; none of those that we speak with does. */
#define NEXT_ACTIONS(X)                                                                            \
	X(None) X(CreateAtPortal) X(RenewAtPortal) X(SignRequest) X(CommitCertificate)             \
	X(UploadInServer) X(RestartServer) X(FixManifest) X(AdoptKey) X(ContactApple) X(Reenrol)

enum next_action {
#define X(n) NEXT_##n,
	NEXT_ACTIONS(X)
#undef X
};

enum pin_from {
	PIN_FROM_NOWHERE,
	PIN_FROM_MANIFEST,
	PIN_FROM_STORE,
	PIN_FROM_STATUS,
	PIN_FROM_GIT
};

const char *phase_word(enum phase p);
const char *next_action_word(enum next_action a);

struct next {
	enum next_action action;
	const char *file;     /* upload file on the status branch, or a place to mend */
	const char *apple_id; /* account to sign in with */
	const char *row;      /* APSP:<uuid> */
	int64_t due;          /* TIME_UNKNOWN: no date */
	const char *reason;   /* one CamelCase word */
	const char *message;  /* for people: what, and why */
};

struct condition {
	const char *type, *status, *reason, *message;
};

enum { CONDITIONS_MAX = 12 };

struct cert_view {
	const struct want_cert *want;     /* NULL: no longer in the manifests */
	const struct actual_cert *actual; /* NULL: not known to the store */
	const char *pin;           /* the topic that it has to keep; NULL: none yet */
	enum pin_from pin_from;
	bool pin_conflict;         /* spec.topic is not the store's and nothing acknowledges it */
	bool account_conflict;     /* it belongs to another Apple Account than the manifests say */
	const char *account;       /* the Apple Account to sign in with; NULL: not known */
	bool pin_claimed;          /* spec.topic belongs to another certificate (safety rule 4) */
	const char *in_force;      /* topic in use now (differs from pin during a topic change) */
	bool has_intake;           /* a certificate file stands in Git */
	struct intake intake;
	const struct actual_pair *active, *next, *shown; /* shown: what the status tells of */
	bool shown_from_git;       /* no pair, but a readable certificate in Git gives the dates */
	const struct actual_key *open; /* the key whose request waits */
	bool paused;               /* suspended or Monitor */
	bool quarantined;
	bool revoked;
	enum band band;
	int64_t not_before, not_after; /* TIME_UNKNOWN: no certificate */
	int64_t renew_after, warn_after, critical_after; /* where the bands begin */
	int64_t changes_at;        /* when time alone changes the view; INT64_MAX: never */
	enum phase phase, renewal; /* renewal: of the successor; None: there is none */
	bool needs_request;        /* a request has to be made; whether it may, the plan says */
	bool is_create;            /* the request is for a first certificate */
	struct next next_step;
	struct condition condition[CONDITIONS_MAX];
	size_t n_condition;
};

/* `want` or `actual` may be NULL, not both. Texts live in `mem`. */
void cert_view_build(const struct want_tenant *tenant, const struct want_cert *want,
		     const struct actual_cert *actual, const struct env *env, struct arena *mem,
		     struct cert_view *out);

/*
 * What a person does at the portal as soon as a request of the certificate (a wanted one) is there;
 * whether it has to be signed first is not looked at.
 */
struct next view_after_request(const struct cert_view *v, int64_t now, struct arena *mem);

/* True until the last day of the suspension has passed. */
bool is_suspended(const struct want_tenant *tenant, int64_t now);

/* Fine, Attention or Blocked: the word for the whole object. */
const char *cert_view_verdict(const struct cert_view *v);

/*
 * It is not settled which topic it has to keep, or whose that is: nothing is requested or installed
 * until it is.
 */
bool cert_view_topic_is_open(const struct cert_view *v);

/* It has left the manifests, is past its end and waits for nobody: nothing more is told of it. */
bool cert_view_is_over(const struct cert_view *v, int64_t now);

/* A certificate stands in Git that does not fit; the pair in force stays in force. */
bool cert_view_is_refused(const struct cert_view *v);

/* How what the server shows compares with `pair`; Unknown when it was never asked. */
enum installed install_compare(const struct actual_server *s, const struct actual_pair *pair);

/* When the pair is due for its next probe; TIME_UNKNOWN, which is at once: it had none yet. */
int64_t probe_due_at(const struct actual_pair *p, const struct env *env);

/* True when the pair is due for a probe; also when the last one is of the future. */
bool probe_is_due(const struct actual_pair *p, const struct env *env);

/*
 * True when the status tells that APNs gave no answer: after a day, or when the certificate is
 * critical. Short faults make no commits.
 */
bool probe_fault_is_told(const struct cert_view *v, const struct actual_probe *p, int64_t now);

/*
 * May the pair be installed? The verdict Rejected never; Unreachable only once the old certificate
 * of the topic is critical, or 24 h after it came when there is none.
 */
enum install_permit { PERMIT_YES, PERMIT_WAIT, PERMIT_NEVER };
enum install_permit install_permit(const struct cert_view *v, const struct actual_pair *p,
				   int64_t now);

#endif
