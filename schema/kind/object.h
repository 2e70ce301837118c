/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manifests as C structs: one struct a kind, filled by load/decode.c from the table of the kind
 * (kind.h). Every value keeps the place where it was written; a place with line 0 means that it was
 * not written and holds the default. All texts live in the arena of their manifest set.
 */
#ifndef APNSCTL_KIND_OBJECT_H
#define APNSCTL_KIND_OBJECT_H

#include <stddef.h>
#include <stdint.h>

#include "schema/base/ref.h"

struct text {
	const char *s; /* NULL: not written and no default */
	struct pos at;
};

/* Durations in seconds, times and dates in seconds since 1970, numbers, values of enumerations. */
struct num {
	int64_t v;
	struct pos at;
};

struct texts {
	struct text *item;
	size_t n;
	struct pos at; /* of the key */
};

/* A list of structs; the table says which. */
struct list {
	void *item;
	size_t n;
	struct pos at;
};

struct label {
	struct text key, value;
};

struct meta {
	struct text name, tenant;
	struct texts previous_names;
	struct list labels, annotations; /* struct label */
};

/* The head of every object. */
struct object {
	enum kind_id kind;
	const char *file;
	struct pos at; /* of the value of `kind` */
	struct meta meta;
	struct pos spec_at; /* of the key `spec` */
	struct pos keys_at; /* of the first key of the spec, when it is not in braces; line 0 */
	/* The lines from first to before last can be taken out with nothing else; 0: not known. */
	uint32_t first_line, last_line;
};

enum mode { MODE_UNSET, MODE_MultiTenant, MODE_SingleOrganization };
enum management { MANAGEMENT_Managed, MANAGEMENT_Monitor };
enum apple_program { PROGRAM_UNSET, PROGRAM_Business, PROGRAM_School, PROGRAM_None };
enum alias_type { ALIAS_UNSET, ALIAS_ManagedAppleID, ALIAS_DistributionGroup, ALIAS_Personal };
enum key_holder { KEY_HELD_UNSET, KEY_HELD_Controller, KEY_HELD_Server };
enum key_rotation { ROTATION_Always, ROTATION_Reuse };
enum protection { PROTECTION_UNSET, PROTECTION_Protected };
enum scope { SCOPE_UNSET, SCOPE_Global };
enum drift_policy { DRIFT_Correct, DRIFT_Report };
enum server_type {
	SERVER_UNSET,
	SERVER_NanoMDM,
	SERVER_Intune,
	SERVER_SimpleMDM,
	SERVER_Fleet,
	SERVER_JumpCloud,
	SERVER_Zentral,
	SERVER_Jamf,
	SERVER_Directory,
	SERVER_Manual
};

struct bands_spec {
	struct num renew_before, warn_before, critical_before; /* seconds; 0: inherited */
};

struct person {
	struct text id, name, email;
	struct num until; /* date */
};

struct organization {
	struct object head;
	struct num mode; /* enum mode */
	struct text display_name;
	struct list people; /* struct person */
	struct texts apple_id_domains, contacts;
	struct bands_spec bands;
};

struct server_ref {
	struct text name, account, credential_ref;
};

struct suspend {
	struct pos at;
	struct text reason, by;
	struct num until; /* date */
};

struct offboarding {
	struct pos at;
	struct num last_day; /* date */
	struct text handover_to;
};

struct tenant {
	struct object head;
	struct text display_name;
	struct texts domains, contacts;
	struct num apple_program; /* enum apple_program */
	struct list server_refs;  /* struct server_ref */
	struct num management;    /* enum management */
	struct bands_spec bands;
	struct suspend *suspend;         /* NULL: not suspended */
	struct offboarding *offboarding; /* NULL: stays */
};

struct recovery {
	struct pos at;
	struct text reset_by, password_in;
	struct texts trusted_phone_holders;
};

struct account_move {
	struct pos at;
	struct text from, apple_case;
	struct num date;
};

struct alias_exception {
	struct pos at;
	struct text reason;
	struct num until; /* date */
};

struct apple_id_alias {
	struct object head;
	struct text apple_id;
	struct num type; /* enum alias_type */
	struct texts custodians;
	struct text alias_of;
	struct texts recipients;
	struct recovery *recovery;
	struct account_move *account_move;
	struct alias_exception *exception;
	struct texts tenants;
};

/* allowReenrol, allowTopicChange: an acknowledged change of topic; "None" and "New" are words. */
struct acknowledgement {
	struct pos at;
	struct text from, to, reason;
	struct texts approved_by;
};

struct policy {
	struct object head;
	struct text display_name, parent_ref;
	struct acknowledgement *allow_reenrol;
};

struct confirmed_install {
	struct pos at;
	struct text serial, by;
	struct num date;
};

struct push_certificate {
	struct object head;
	struct text apple_id_ref;
	struct text topic;   /* "New" or com.apple.mgmt.… */
	struct num key_held_by; /* enum key_holder; UNSET: from the server type */
	struct text certificate_file, request_file;
	struct confirmed_install *confirmed_install;
	struct text display_name;
	struct bands_spec bands; /* only renew_before is in the manifest */
	struct list server_refs; /* struct server_ref; written: replaces the Tenant's */
	struct num key_rotation; /* enum key_rotation */
	struct num protection;   /* enum protection */
	struct acknowledgement *allow_topic_change;
};

struct certificate_assignment {
	struct object head;
	struct text certificate_ref, policy_ref;
	struct num scope; /* enum scope */
	struct acknowledgement *allow_reenrol;
};

struct server_options {
	struct pos at;
	struct text path_prefix, user; /* NanoMDM: defaults "/v1" and "nanomdm" */
	struct text directory;         /* Directory: a name of the controller's config */
};

struct mdm_server {
	struct object head;
	struct num type; /* enum server_type */
	struct text url, credential_ref;
	struct server_options *options;
	struct num drift_policy; /* enum drift_policy */
	struct texts tenants;    /* "*": all */
};

#endif
