/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/kind/table.h"

static const struct word types[] = {
	{ "ManagedAppleID", ALIAS_ManagedAppleID,
	  "A managed account of Apple Business or Apple School Manager: administrators can reset "
	  "it. The best choice." },
	{ "DistributionGroup", ALIAS_DistributionGroup,
	  "An account on the address of a group, so that its mail and its codes reach a team." },
	{ "Personal", ALIAS_Personal,
	  "One person's account. It leaves with its owner, so it needs an exception with an end." },
	{ 0 },
};

static const struct word all_tenants[] = {
	{ "*", 0, "All tenants." },
	{ 0 },
};

static const struct field recovery_fields[] = {
	FIELD(recovery, reset_by, FT_STRING, "resetBy", .flags = FF_NOT_EMPTY,
	      .doc = "Who can reset the account when nobody can sign in.",
	      .example = "Administrators of Apple Business at Example Ltd."),
	FIELD(recovery, trusted_phone_holders, FT_TEXTS, "trustedPhoneHolders", .item = FT_PERSON,
	      .doc = "Ids of the people whose telephones get the codes of two-factor "
		     "authentication.",
	      .example = "[alex, sam]"),
	FIELD(recovery, password_in, FT_STRING, "passwordIn", .flags = FF_NOT_EMPTY,
	      .doc = "Where the password is kept. Never the password itself.",
	      .example = "Password manager, vault Apple, entry Example"),
};

SUBTABLE(recovery, recovery_table, recovery_fields, .doc = "How to get in on a bad day.");

static const struct field account_move_fields[] = {
	FIELD(account_move, from, FT_EMAIL, "from", .flags = FF_REQUIRED,
	      .doc = "The address of the account before.", .example = "old@example.com"),
	FIELD(account_move, apple_case, FT_STRING, "appleCase", .flags = FF_NOT_EMPTY,
	      .doc = "The case number at Apple, when Apple moved the certificate to another "
		     "account.",
	      .example = "\"102345678901\""),
	FIELD(account_move, date, FT_DATE, "date", .doc = "The day of the move.",
	      .example = "2026-11-02"),
};

SUBTABLE(account_move, account_move_table, account_move_fields,
	 .doc = "Says why the address behind this alias changed.");

static const struct field exception_fields[] = {
	FIELD(alias_exception, reason, FT_STRING, "reason", .flags = FF_REQUIRED | FF_NOT_EMPTY,
	      .doc = "Why the rule can not be kept.",
	      .example = "The customer's managed account is being set up."),
	FIELD(alias_exception, until, FT_DATE, "until", .flags = FF_REQUIRED,
	      .doc = "The day on which the exception ends.", .example = "2027-01-31"),
};

SUBTABLE(alias_exception, exception_table, exception_fields,
	 .doc = "Allows a personal account, or fewer than two custodians, for a while.");

static const struct field fields[] = {
	FIELD(apple_id_alias, apple_id, FT_EMAIL, "appleId", .flags = FF_REQUIRED | FF_STARTER,
	      .doc = "The address with which one signs in to Apple's push certificates portal. A "
		     "certificate can only be renewed with the account that created it.",
	      .example = "apple-push@example.com"),
	FIELD(apple_id_alias, type, FT_ENUM, "type", .flags = FF_REQUIRED | FF_STARTER,
	      .words = types, .doc = "What kind of account it is.", .example = "ManagedAppleID"),
	FIELD(apple_id_alias, custodians, FT_TEXTS, "custodians", .item = FT_PERSON,
	      .flags = FF_REQUIRED | FF_STARTER | FF_NOT_EMPTY,
	      .doc = "Ids of the people who can sign in: at least two who stay.",
	      .example = "[alex, sam]"),
	FIELD(apple_id_alias, alias_of, FT_EMAIL, "aliasOf",
	      .doc = "The mailbox behind the address, when the address is only another name of "
		     "it.",
	      .example = "push-team@msp.example"),
	FIELD(apple_id_alias, recipients, FT_TEXTS, "recipients", .item = FT_EMAIL,
	      .doc = "Who receives mail to the address. Apple sends its reminders nowhere else.",
	      .example = "[alex@msp.example, sam@msp.example]"),
	STRUCT_FIELD(apple_id_alias, recovery, "recovery", recovery_table,
		     .doc = "How to get in when a telephone or a password is lost.",
		     .example = "{passwordIn: Password manager, trustedPhoneHolders: [alex, sam]}"),
	STRUCT_FIELD(apple_id_alias, account_move, "accountMove", account_move_table,
		     .doc = "Says why the address behind this alias changed: the account was given "
			    "another address, or Apple moved the certificates to another account.",
		     .example = "{from: old@example.com, date: 2026-11-02}"),
	STRUCT_FIELD(apple_id_alias, exception, "exception", exception_table,
		     .doc = "Allows a personal account, or fewer than two custodians, for a while.",
		     .example = "{reason: The managed account comes in spring., until: "
				"2027-04-30}"),
	FIELD(apple_id_alias, tenants, FT_TEXTS, "tenants", .item = FT_REF, .ref = KIND_Tenant,
	      .words = all_tenants,
	      .doc = "The tenants that may use a shared account, one in accounts/. \"*\" stands "
		     "for all of them.",
	      .example = "[example]"),
};

const struct kind kind_AppleIDAlias = {
	.id = KIND_AppleIDAlias,
	.name = "AppleIDAlias",
	.doc = "A stable name for an Apple Account (Apple ID) that push certificates are created "
	       "and renewed with. The address behind it may change. It stands in the tenant's "
	       "folder, or in accounts/ when several tenants share it.",
	.size = sizeof(struct apple_id_alias),
	.has_tenant = TENANT_OPTIONAL,
	.spec = SPEC(apple_id_alias, fields, .doc = "The account, and who can reach it."),
};
