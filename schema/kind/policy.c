/* SPDX-License-Identifier: Apache-2.0 */
/* Policy and CertificateAssignment: what gives a group of devices its certificate. */
#include "schema/kind/table.h"

static const struct field policy_fields[] = {
	FIELD(policy, display_name, FT_STRING, "displayName", .flags = FF_STARTER | FF_NOT_EMPTY,
	      .doc = "The name as your MDM server shows it.", .example = "All devices"),
	FIELD(policy, parent_ref, FT_REF, "parentRef", .ref = KIND_Policy,
	      .doc = "The policy above this one. Its certificate holds here too, unless this "
		     "policy has an assignment of its own.",
	      .example = "headquarters"),
	STRUCT_FIELD(policy, allow_reenrol, "allowReenrol", reenrol_table,
		     .doc = "Acknowledges that the devices of this policy, and of all below that "
			    "inherit through it, get another topic and must be enrolled again.",
		     .example = "{from: " EXAMPLE_TOPIC
				", to: None, reason: The lab closes.}"),
};

const struct kind kind_Policy = {
	.id = KIND_Policy,
	.name = "Policy",
	.doc = "A group of devices in a tree inside one tenant. A certificate that is assigned to "
	       "a policy holds for all policies below it, unless they have one of their own.",
	.size = sizeof(struct policy),
	.has_tenant = TENANT_REQUIRED,
	.spec = SPEC(policy, policy_fields, .doc = "The place in the tree."),
};

static const struct word scopes[] = {
	{ "Global", SCOPE_Global,
	  "All policies that have no other. Only in SingleOrganization mode." },
	{ 0 },
};

static const char *const policy_or_scope[] = { "policyRef", "scope", NULL };

static const struct field assignment_fields[] = {
	FIELD(certificate_assignment, certificate_ref, FT_REF, "certificateRef",
	      .ref = KIND_PushCertificate, .flags = FF_REQUIRED | FF_STARTER,
	      .doc = "The PushCertificate that is assigned.", .example = "push"),
	FIELD(certificate_assignment, policy_ref, FT_REF, "policyRef", .ref = KIND_Policy,
	      .flags = FF_STARTER,
	      .doc = "The policy that gets the certificate, with all below it. A policy has at "
		     "most one assignment.",
	      .example = "all-devices"),
	FIELD(certificate_assignment, scope, FT_ENUM, "scope", .words = scopes,
	      .doc = "Assigns the certificate without a policy.", .example = "Global"),
	STRUCT_FIELD(certificate_assignment, allow_reenrol, "allowReenrol", reenrol_table,
		     .doc = "Acknowledges that the devices which this assignment reaches get "
			    "another topic and must be enrolled again.",
		     .example = "{from: " EXAMPLE_TOPIC
				", to: None, reason: The lab closes.}"),
};

const struct kind kind_CertificateAssignment = {
	.id = KIND_CertificateAssignment,
	.name = "CertificateAssignment",
	.doc = "Gives a certificate to a policy and to all policies below it.",
	.size = sizeof(struct certificate_assignment),
	.has_tenant = TENANT_REQUIRED,
	.spec = SPEC(certificate_assignment, assignment_fields,
		     .doc = "Which certificate goes where.", .exactly_one = policy_or_scope),
};
