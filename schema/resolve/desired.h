/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The desired state of one tenant, resolved: names replaced by what they name, bands and servers
 * inherited, the effective certificate of each policy with its provenance. This is all that plan
 * and report know of the manifests. Everything lives in the arena of the resolution; times are
 * seconds, absent texts NULL.
 */
#ifndef APNSCTL_RESOLVE_DESIRED_H
#define APNSCTL_RESOLVE_DESIRED_H

#include <stdbool.h>

#include "schema/base/clock.h"
#include "schema/base/finding.h"
#include "schema/kind/cert_facts.h"
#include "schema/kind/object.h"
#include "schema/load/set.h"

/* Where something was written; line 0: the whole file. */
struct origin {
	const char *file;
	struct pos at;
};

struct bands {
	int64_t renew_before, warn_before, critical_before; /* seconds */
};

/* What the Organization does not say. */
#define BANDS_DEFAULT                                                                              \
	{                                                                                          \
		45 * DAY_S, 30 * DAY_S, 14 * DAY_S                                                 \
	}

struct want_account {
	const char *alias;      /* name of the AppleIDAlias */
	const char *address;    /* the Apple Account (Apple ID) */
	enum alias_type type;
	const char *const *who; /* names (else ids) of the custodians who can sign in */
	size_t n_who;
	bool is_shared; /* the alias stands in accounts/ */
	struct origin from;
};

struct want_server {
	const char *name;
	enum server_type type;
	const char *url;         /* origin, no path; NULL for Directory and Manual */
	const char *path_prefix, *user; /* NanoMDM */
	const char *directory;   /* Directory: name in the controller's config */
	const char *account;     /* the customer's account on a shared server; NULL: none */
	struct origin account_at;
	const char *credential;  /* name in the controller's config; NULL: none */
	enum drift_policy drift;
	struct origin from;
};

struct want_cert {
	struct ref ref;
	const struct push_certificate *object;
	const char *display_name;    /* the certificate's, else the tenant's */
	const char *topic;           /* spec.topic; NULL: New */
	struct origin topic_at;
	const struct acknowledgement *allow_topic_change;
	struct want_account account; /* address NULL: not resolved */
	enum key_holder key_held_by;
	enum key_rotation key_rotation;
	bool is_protected;
	struct bands bands;
	const char *file;            /* path of the certificate in the repository */
	bool file_written_out;       /* certificateFile stands in the manifest */
	const struct cert_facts *in_git; /* NULL: there is no such file */
	bool file_is_anothers;       /* known from elsewhere: it claims nothing for this one */
	const char *known_topic;   /* what the controller has published for it; NULL: not known */
	const char *request_file;
	const struct confirmed_install *confirmed_install;
	struct want_server *server;
	size_t n_server;
	const char **policy;         /* names of the policies whose effective certificate this is */
	size_t n_policy;
	bool is_assigned;            /* some assignment (also Global) names it */
	const char *const *previous_name;
	size_t n_previous;
	struct origin from;
};

struct want_policy {
	struct ref ref;
	const struct policy *object;
	const char *display_name;
	const struct want_policy *parent;   /* NULL: a root */
	const struct want_cert *effective;  /* NULL: none */
	const struct certificate_assignment *by; /* the assignment that decided */
	struct ref inherited_from; /* the policy that has it; kind NONE: its own, or Global */
	const struct acknowledgement *allow_reenrol; /* its own, else the nearest that covers it */
	struct origin from;
};

struct want_tenant {
	const char *name;
	const char *display_name;
	enum management management;
	const struct suspend *suspend;
	const struct offboarding *offboarding;
	bool only_one; /* SingleOrganization */
	struct bands bands;
	enum rule_stop stop;      /* what the findings of this folder forbid */
	enum rule_stop stop_shared; /* what the findings of the shared folder forbid */
	struct origin from;
	struct want_cert *cert;   /* by name */
	size_t n_cert;
	struct want_policy *policy; /* by name */
	size_t n_policy;
	/* the finding to show on each object of a quarantined tenant: first error of the folder */
	const struct finding *first_error;
};

/* The tenant's certificate or policy of that name; NULL: none. */
const struct want_cert *want_cert_of(const struct want_tenant *t, const char *name);
const struct want_policy *want_policy_of(const struct want_tenant *t, const char *name);

/* start.c: errors of its own folder or of the shared one forbid every write. */
bool want_is_quarantined(const struct want_tenant *w);

/*
 * What an acknowledgement (NULL: none) lets happen. `from`, `to`: topics; `to` NULL:
 * none is left, which is written None.
 */
bool acknowledges(const struct acknowledgement *a, const char *from, const char *to);

/* For allowTopicChange, where `to: New` stands for whatever Apple issues. */
bool acknowledges_topic(const struct acknowledgement *a, const char *from, const char *to);

/* A policy's effective topic may change: by allowReenrol, or by that of its certificate. */
bool acknowledges_reenrol(const struct want_policy *w, const char *from, const char *to);

#endif
