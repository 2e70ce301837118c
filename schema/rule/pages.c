/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/rule/pages_part.h"

#include <stdbool.h>
#include <stdlib.h>

static const struct page_file files[] = {
	{ "organization.yaml",
	  DOCUMENT("Organization", "name: msp",
		   "\n  mode: MultiTenant,\n"
		   "  people: [{id: alex, name: Alex Doe, email: alex@msp.example},\n"
		   "    {id: sam, name: Sam Roe, email: sam@msp.example},\n"
		   "    {id: kim, name: Kim Poe, until: 2027-03-31}],\n"
		   "  appleIdDomains: [msp.example]") },
	{ "servers/servers.yaml",
	  SERVER("nano", "type: NanoMDM, url: \"https://mdm.msp.example\", tenants: [\"*\"]")
	      NEXT SERVER("intune", "type: Intune, tenants: [\"*\"]") },
	{ "accounts/accounts.yaml",
	  DOCUMENT("AppleIDAlias", "name: shared",
		   "\n  appleId: push@msp.example, type: ManagedAppleID, custodians: [alex, sam],\n"
		   "  recipients: [team@msp.example], recovery: {passwordIn: Password manager},\n"
		   "  tenants: [acme]") },
	{ "tenants/acme/tenant.yaml",
	  TENANT("acme", "domains: [acme.example], contacts: [it@acme.example], appleProgram: "
			 "Business") },
	{ "tenants/acme/apple.yaml",
	  ALIAS("apple",
		"\n  appleId: apple@acme.example, type: ManagedAppleID, custodians: [alex, sam],\n"
		"  recipients: [team@msp.example], recovery: {passwordIn: Password manager}") },
	{ "tenants/acme/main.yaml", DOCUMENT("PushCertificate", "name: main, tenant: acme",
					     "appleIdRef: apple, serverRefs: [{name: nano}],\n"
					     "  topic: " TOPIC_MAIN) },
	{ NULL, NULL },
};

const struct page_file *rule_page_files(void)
{
	return files;
}

static int by_code(const void *key, const void *item)
{
	unsigned code = *(const unsigned *)key, other = ((const struct rule_page *)item)->code;

	return code < other ? -1 : code > other;
}

const struct rule_page *rule_page(unsigned code)
{
	static const struct page_table *const tables[] = { &pages_yaml, &pages_layout, &pages_apple,
							   &pages_certificate, &pages_change };

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		const struct rule_page *page =
		    bsearch(&code, tables[i]->page, tables[i]->n, sizeof(*page), by_code);
		if (page)
			return page;
	}
	return NULL;
}

const char *rule_page_command(const struct rule_page *p)
{
	bool is_change = p->before.yaml || p->before.files;

	if (p->command)
		return p->command;
	return is_change ? "apnsctl lint --base main" : "apnsctl lint";
}
