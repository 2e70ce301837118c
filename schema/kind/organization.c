/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/clock.h"
#include "schema/kind/table.h"

static const struct word modes[] = {
	{ "MultiTenant", MODE_MultiTenant,
	  "A provider with many customers, each with a certificate of its own." },
	{ "SingleOrganization", MODE_SingleOrganization,
	  "One organization that runs its own devices, with one Tenant and usually one Global "
	  "certificate." },
	{ 0 },
};

static const struct field person_fields[] = {
	FIELD(person, id, FT_NAME, "id", .flags = FF_REQUIRED | FF_STARTER,
	      .doc = "The short name by which custodians, approvedBy and others name the person.",
	      .example = "alex"),
	FIELD(person, name, FT_STRING, "name", .flags = FF_STARTER | FF_NOT_EMPTY,
	      .doc = "The name as people know it, for reports.", .example = "Alex Doe"),
	FIELD(person, email, FT_EMAIL, "email", .flags = FF_STARTER,
	      .doc = "The address at work.", .example = "alex@msp.example"),
	FIELD(person, until, FT_DATE, "until",
	      .doc = "The last day of somebody who leaves. From then on the person does not count "
		     "as a custodian of an Apple Account.",
	      .example = "2027-03-31"),
};

ITEM_TABLE(person, person_table, person_fields, .doc = "Somebody who works with certificates.");

static const struct field fields[] = {
	FIELD(organization, mode, FT_ENUM, "mode", .flags = FF_REQUIRED | FF_STARTER,
	      .words = modes, .doc = "Whom the devices belong to.", .example = "MultiTenant"),
	FIELD(organization, display_name, FT_STRING, "displayName",
	      .flags = FF_STARTER | FF_NOT_EMPTY,
	      .doc = "The name of your company, for reports.", .example = "Example MSP"),
	LIST_FIELD(organization, people, "people", person_table, .flags = FF_STARTER,
		   .doc = "The people who are named anywhere in the manifests. At least two should "
			  "be able to sign in to each Apple Account.",
		   .example = "[{id: alex, name: Alex Doe}]"),
	FIELD(organization, apple_id_domains, FT_TEXTS, "appleIdDomains", .item = FT_DOMAIN,
	      .flags = FF_STARTER,
	      .doc = "Mail domains of your own in which Apple Accounts (Apple IDs) may be. An "
		     "address in another domain that is not the tenant's either is a warning.",
	      .example = "[msp.example]"),
	FIELD(organization, contacts, FT_TEXTS, "contacts", .item = FT_EMAIL, .flags = FF_STARTER,
	      .doc = "Addresses of the team that renews certificates.",
	      .example = "[push-team@msp.example]"),
	FIELD(organization, bands.renew_before, FT_DURATION, "renewBefore", .fallback = "45d",
	      .min = DAY_S, .max = 364 * DAY_S,
	      .doc = "How long before a certificate ends its renewal is prepared and a person is "
		     "asked to renew it. A tenant and a certificate may have their own.",
	      .example = "45d"),
	FIELD(organization, bands.warn_before, FT_DURATION, "warnBefore", .fallback = "30d",
	      .min = DAY_S, .max = 364 * DAY_S,
	      .doc = "How long before a certificate ends a missing renewal becomes a warning. At "
		     "most renewBefore.",
	      .example = "30d"),
	FIELD(organization, bands.critical_before, FT_DURATION, "criticalBefore",
	      .fallback = "14d", .min = DAY_S, .max = 364 * DAY_S,
	      .doc = "How long before a certificate ends a missing renewal becomes critical. At "
		     "most warnBefore and at least 7d.",
	      .example = "14d"),
};

const struct kind kind_Organization = {
	.id = KIND_Organization,
	.name = "Organization",
	.doc = "You: the provider, or the company that manages its own devices. There is exactly "
	       "one, in organization.yaml.",
	.size = sizeof(struct organization),
	.has_tenant = TENANT_FORBIDDEN,
	.spec = SPEC(organization, fields, .doc = "How you work, and who does."),
};
