/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of pages by the thousand of their codes, and the documents that they are made of. */
#ifndef APNSCTL_RULE_PAGES_PART_H
#define APNSCTL_RULE_PAGES_PART_H

#include "schema/rule/pages.h"

struct page_table {
	const struct rule_page *page;
	size_t n;
};

#define PAGE_TABLE(name)                                                                           \
	{                                                                                          \
		name, sizeof(name) / sizeof(name[0])                                               \
	}

extern const struct page_table pages_yaml, pages_layout, pages_apple, pages_certificate,
    pages_change;

/* A document of tenant acme; `spec` is flow YAML. */
#define DOCUMENT(kind, metadata, spec)                                                             \
	"apiVersion: apnsctl/v1\nkind: " kind "\nmetadata: {" metadata "}\nspec: {" spec "}\n"
#define POLICY(name, spec) DOCUMENT("Policy", "name: " name ", tenant: acme", spec)
#define CERTIFICATE(name, spec)                                                                    \
	DOCUMENT("PushCertificate", "name: " name ", tenant: acme", "appleIdRef: apple, " spec)
#define ASSIGNMENT(name, spec)                                                                     \
	DOCUMENT("CertificateAssignment", "name: " name ", tenant: acme", spec)
#define ALIAS(name, spec) DOCUMENT("AppleIDAlias", "name: " name ", tenant: acme", spec)
#define TENANT(name, spec) DOCUMENT("Tenant", "name: " name, "displayName: Acme Ltd., " spec)
#define SERVER(name, spec) DOCUMENT("MDMServer", "name: " name, spec)
#define NEXT "---\n"

#define TOPIC_A "com.apple.mgmt.External.0fd31a9c-5a4b-4e0e-8b1e-7d5a1f6c2b30"
#define TOPIC_B "com.apple.mgmt.External.9b2f7c1e-33d8-4a6f-9c55-2f0e8d4a7b61"

/* Of PushCertificate/acme/main, which stands around the examples. */
#define TOPIC_MAIN "com.apple.mgmt.External.5c0de3b2-9a47-4d1e-b6f0-8e21c4a97d13"

/* The certificate that most examples are about. */
#define PUSH CERTIFICATE("push", "topic: " TOPIC_A)

#endif
