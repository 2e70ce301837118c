/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/clock.h"
#include "schema/kind/table.h"

static const struct word programs[] = {
	{ "Business", PROGRAM_Business, "Apple Business (Manager)." },
	{ "School", PROGRAM_School, "Apple School Manager." },
	{ "None", PROGRAM_None, "Neither of them." },
	{ 0 },
};

static const struct word managements[] = {
	{ "Managed", MANAGEMENT_Managed, "Requests are made and certificates are installed." },
	{ "Monitor", MANAGEMENT_Monitor, "It is watched and announced, and nothing is written." },
	{ 0 },
};

static const struct field suspend_fields[] = {
	FIELD(suspend, reason, FT_STRING, "reason", .flags = FF_REQUIRED | FF_NOT_EMPTY,
	      .doc = "Why nothing may be written for this tenant.",
	      .example = "The customer migrates to another MDM server."),
	FIELD(suspend, until, FT_DATE, "until",
	      .doc = "The last day of the suspension. Without it the suspension lasts until it is "
		     "removed.",
	      .example = "2027-01-31"),
	FIELD(suspend, by, FT_PERSON, "by", .doc = "The id of the person who decided it.",
	      .example = "alex"),
};

SUBTABLE(suspend, suspend_table, suspend_fields,
	 .doc = "Stops writes and requests, never observation, expiry bands or notifications.");

static const struct field offboarding_fields[] = {
	FIELD(offboarding, last_day, FT_DATE, "lastDay", .flags = FF_REQUIRED,
	      .doc = "The last day of the contract.", .example = "2027-06-30"),
	FIELD(offboarding, handover_to, FT_STRING, "handoverTo", .flags = FF_NOT_EMPTY,
	      .doc = "Who takes the Apple Account and the certificate over.",
	      .example = "Acme IT, it@acme.example"),
};

SUBTABLE(offboarding, offboarding_table, offboarding_fields,
	 .doc = "Says that the customer leaves, so that reports show what is to be handed over.");

static const struct field fields[] = {
	FIELD(tenant, display_name, FT_STRING, "displayName",
	      .flags = FF_REQUIRED | FF_STARTER | FF_NOT_EMPTY,
	      .doc = "The customer's name as people know it.", .example = "Example Ltd."),
	FIELD(tenant, domains, FT_TEXTS, "domains", .item = FT_DOMAIN, .flags = FF_STARTER,
	      .doc = "The customer's mail domains. Apple Accounts (Apple IDs) of the customer are "
		     "expected in one of them or in the Organization's appleIdDomains.",
	      .example = "[example.com]"),
	FIELD(tenant, contacts, FT_TEXTS, "contacts", .item = FT_EMAIL,
	      .doc = "Addresses at the customer to tell about the certificate.",
	      .example = "[it@example.com]"),
	FIELD(tenant, apple_program, FT_ENUM, "appleProgram", .words = programs,
	      .doc = "Which of Apple's programs the customer is in. Managed Apple Accounts need "
		     "one.",
	      .example = "Business"),
	LIST_FIELD(tenant, server_refs, "serverRefs", server_ref_table,
		   .doc = "The MDM servers that get this customer's certificates. Without any, the "
			  "key stays with the controller and a verified certificate is active.",
		   .example = "[{name: mdm}]"),
	FIELD(tenant, management, FT_ENUM, "management", .words = managements,
	      .fallback = "Managed", .doc = "How far apnsctl goes for this customer.",
	      .example = "Monitor"),
	FIELD(tenant, bands.renew_before, FT_DURATION, "renewBefore", .min = DAY_S,
	      .max = 364 * DAY_S, .doc = "Like the Organization's, for this tenant only.",
	      .example = "60d"),
	FIELD(tenant, bands.warn_before, FT_DURATION, "warnBefore", .min = DAY_S,
	      .max = 364 * DAY_S, .doc = "Like the Organization's, for this tenant only.",
	      .example = "30d"),
	FIELD(tenant, bands.critical_before, FT_DURATION, "criticalBefore", .min = DAY_S,
	      .max = 364 * DAY_S, .doc = "Like the Organization's, for this tenant only.",
	      .example = "14d"),
	STRUCT_FIELD(tenant, suspend, "suspend", suspend_table,
		     .doc = "Stops writes and requests for this tenant, never observation, expiry "
			    "bands or notifications.",
		     .example = "{reason: The customer migrates., until: 2027-01-31, by: alex}"),
	STRUCT_FIELD(tenant, offboarding, "offboarding", offboarding_table,
		     .doc = "Says that the customer leaves, so that reports show what is to be "
			    "handed over.",
		     .example = "{lastDay: 2027-06-30, handoverTo: Acme IT}"),
};

const struct kind kind_Tenant = {
	.id = KIND_Tenant,
	.name = "Tenant",
	.doc = "A customer. It stands in tenants/<name>/, together with everything that belongs to "
	       "the customer.",
	.size = sizeof(struct tenant),
	.has_tenant = TENANT_FORBIDDEN,
	.spec = SPEC(tenant, fields, .doc = "Who the customer is and how far apnsctl goes."),
};
