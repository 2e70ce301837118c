/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A repository of inline texts for tests of loading, resolving and rules. Certificate files are
 * lines of "key=value" that a fake reader turns into facts: topic= serial= key= issuer= cn= form=
 * bits= trust=, with the values of a good certificate for what is not written.
 */
#ifndef APNSCTL_TESTS_UNIT_SCHEMA_REPO_H
#define APNSCTL_TESTS_UNIT_SCHEMA_REPO_H

#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/buf.h"
#include "schema/base/text.h"
#include "schema/load/set.h"
#include "schema/resolve/resolve.h"
#include "schema/rule/claims.h"

#define UUID_A "0fd31a9c-5a4b-4e0e-8b1e-7d5a1f6c2b30"
#define UUID_B "9b2f7c1e-33d8-4a6f-9c55-2f0e8d4a7b61"
#define TOPIC_A "com.apple.mgmt.External." UUID_A
#define TOPIC_B "com.apple.mgmt.External." UUID_B

struct repo_file {
	const char *path, *text;
};

enum { REPO_TENANTS = 8 };

struct repo {
	struct arena mem;
	struct set shared, set[REPO_TENANTS];
	struct findings shared_findings, findings[REPO_TENANTS], claim_findings;
	struct want_tenant want[REPO_TENANTS];
	size_t n;
	struct buf text;
};

/* The value of a key of a fake certificate, or `otherwise`. */
static inline const char *repo_value(const char *text, const char *key, struct arena *mem,
				     const char *otherwise)
{
	const char *at = strstr(text, key);

	if (!at)
		return otherwise;
	at += strlen(key);
	return arena_strndup(mem, at, strcspn(at, " \n"));
}

static inline void repo_read(void *self, const void *bytes, size_t len, struct arena *mem,
			     struct cert_facts *f)
{
	static const char *const forms[] = { "PEM",     "EMPTY", "DER",  "PKCS12", "HTML",
					     "REQUEST", "KEY",   "MANY", "TEXT",   "BROKEN" };
	const char *text = arena_strndup(mem, bytes, len);
	const char *form = repo_value(text, "form=", mem, "PEM");

	(void)self;
	*f = (struct cert_facts){
		.is_rsa = true, .client_auth = true, .digital_signature = true, .has_632 = true
	};
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(form, forms[i]) == 0)
			f->form = (enum cert_form)i;
	f->problem = f->form == CERT_FORM_BROKEN ? "bad base64" : NULL;
	f->topic = repo_value(text, "topic=", mem, NULL);
	f->serial = repo_value(text, "serial=", mem, "0A");
	f->issuer = repo_value(text, "issuer=", mem,
			       "Apple Application Integration 2 Certification Authority");
	f->issuer_known = text_starts(f->issuer, "Apple");
	f->trust = strstr(text, "trust=bad") ? TRUST_CHAIN_BAD : TRUST_NOT_CHECKED;
	f->common_name = repo_value(text, "cn=", mem, NULL);
	if (!f->common_name && f->topic)
		f->common_name = arena_printf(mem, "APSP:%s", strrchr(f->topic, '.') + 1);
	f->row = text_starts(f->common_name, "APSP:") ? f->common_name : NULL;
	f->is_rsa = !strstr(text, "key=ec");
	f->key_bits = (unsigned)atoi(repo_value(text, "bits=", mem, "2048"));
	snprintf(f->spki_sha256, sizeof(f->spki_sha256), "%s",
		 repo_value(text, "key=", mem, f->serial));
}

static inline struct findings repo_findings(struct repo *r)
{
	return (struct findings)FINDINGS_INIT(&r->mem);
}

static inline void repo_init(struct repo *r)
{
	memset(r, 0, sizeof(*r));
	r->text = (struct buf)BUF_INIT(1 << 20);
	r->shared_findings = repo_findings(r);
	r->claim_findings = repo_findings(r);
	set_init(&r->shared, &r->mem, NULL);
}

static inline size_t repo_tenant(struct repo *r, const char *name, size_t len)
{
	for (size_t i = 0; i < r->n; i++)
		if (strlen(r->set[i].tenant) == len && memcmp(r->set[i].tenant, name, len) == 0)
			return i;
	assert_true(r->n < REPO_TENANTS);
	r->findings[r->n] = repo_findings(r);
	set_init(&r->set[r->n], &r->mem, arena_strndup(&r->mem, name, len));
	return r->n++;
}

static inline void repo_add(struct repo *r, const char *path, const char *text)
{
	static const struct cert_reader reader = { .read = repo_read };
	const char *tenant;
	size_t len;
	enum path_class class = path_classify(path, &tenant, &len);

	if (class == PATH_TENANT || class == PATH_TENANT_FILE) {
		size_t i = repo_tenant(r, tenant, len);
		set_add_file(&r->set[i], path, text, strlen(text), &reader, &r->findings[i]);
	} else {
		set_add_file(&r->shared, path, text, strlen(text), &reader, &r->shared_findings);
	}
}

/* Checks and resolves everything, as lint does. */
static inline void repo_resolve(struct repo *r)
{
	struct claims *claims = claims_new();
	struct ignores all = { 0 };

	shared_check(&r->shared, &r->shared_findings);
	for (size_t i = 0; i < r->n; i++) {
		tenant_resolve(&r->shared, &r->set[i], &r->mem, &r->findings[i], &r->want[i]);
		claims_add(claims, &r->want[i], NULL);
		ignores_add(&all, &r->mem, &r->set[i].ignores,
			    r->findings[i].n_level[LEVEL_ERROR] > 0);
	}
	ignores_add(&all, &r->mem, &r->shared.ignores, r->shared_findings.n_level[LEVEL_ERROR] > 0);
	claims_check(claims, &r->claim_findings);
	for (size_t i = 0; i < r->n; i++)
		claims_settle(claims, &r->findings[i]);
	ignores_apply(&all, &r->claim_findings);
	ignores_tell_unused(&all, &r->claim_findings);
	claims_free(claims);
}

/* Loads files (up to one without a path), later ones in place of earlier ones with the same path.
 */
static inline void repo_load(struct repo *r, const struct repo_file *base,
			     const struct repo_file *more)
{
	repo_init(r);
	for (const struct repo_file *f = base; f && f->path; f++) {
		bool replaced = false;
		for (const struct repo_file *m = more; m && m->path; m++)
			replaced = replaced || strcmp(m->path, f->path) == 0;
		if (!replaced)
			repo_add(r, f->path, f->text);
	}
	for (const struct repo_file *m = more; m && m->path; m++)
		if (m->text)
			repo_add(r, m->path, m->text);
	repo_resolve(r);
}

static inline void repo_print(struct repo *r, struct findings *fs, enum level least)
{
	findings_sort(fs);
	for (size_t i = 0; i < fs->n; i++) {
		const struct finding *f = &fs->item[i];
		if (f->level < least)
			continue;
		buf_addf(&r->text, "%s:%u:%u-%u %s APN%u", f->file, f->at.line, f->at.col,
			 f->at.end_col, level_name(f->level), f->rule->code);
		buf_addf(&r->text, " %s %s: %s\n",
			 f->object.name ? ref_text(&r->mem, &f->object) : "-",
			 f->pointer ? f->pointer : "-", f->message);
		for (size_t k = 0; k < f->n_related; k++)
			buf_addf(&r->text, "  %s:%u:%u %s\n", f->related[k].file,
				 f->related[k].at.line, f->related[k].at.col, f->related[k].text);
		if (f->fix)
			buf_addf(&r->text, "  fix %u:%u-%u: %s (%s)\n", f->fix->at.line,
				 f->fix->at.col, f->fix->at.end_col, f->fix->text, f->fix->title);
	}
}

/* All findings of at least that level, one a line, with related places and fixes below. */
static inline const char *repo_text(struct repo *r, enum level least)
{
	buf_clear(&r->text);
	repo_print(r, &r->shared_findings, least);
	for (size_t i = 0; i < r->n; i++)
		repo_print(r, &r->findings[i], least);
	repo_print(r, &r->claim_findings, least);
	return buf_str(&r->text);
}

static inline void repo_release(struct repo *r)
{
	buf_release(&r->text);
	arena_release(&r->mem);
}

/* The realistic repository that most tests change one file of; it has no finding at all. */
static const struct repo_file repo_clean[] = {
	{ "organization.yaml", "apiVersion: apnsctl/v1\n"
			       "kind: Organization\n"
			       "metadata:\n"
			       "  name: msp\n"
			       "spec:\n"
			       "  mode: MultiTenant\n"
			       "  displayName: Example MSP\n"
			       "  people:\n"
			       "    - {id: alex, name: Alex Doe, email: alex@msp.example}\n"
			       "    - {id: sam, name: Sam Roe}\n"
			       "    - {id: kim, name: Kim Poe, until: 2027-03-31}\n"
			       "  appleIdDomains: [msp.example]\n"
			       "  renewBefore: 45d\n" },
	{ "servers/servers.yaml", "apiVersion: apnsctl/v1\n"
				  "kind: MDMServer\n"
				  "metadata:\n"
				  "  name: nano\n"
				  "spec:\n"
				  "  type: NanoMDM\n"
				  "  url: https://mdm.msp.example\n"
				  "  credentialRef: nano-key\n"
				  "  tenants: [\"*\"]\n"
				  "---\n"
				  "apiVersion: apnsctl/v1\n"
				  "kind: MDMServer\n"
				  "metadata:\n"
				  "  name: intune\n"
				  "spec:\n"
				  "  type: Intune\n"
				  "  tenants: [globex]\n" },
	{ "accounts/globex.yaml", "apiVersion: apnsctl/v1\n"
				  "kind: AppleIDAlias\n"
				  "metadata:\n"
				  "  name: globex-push\n"
				  "spec:\n"
				  "  appleId: globex@msp.example\n"
				  "  type: DistributionGroup\n"
				  "  custodians: [alex, sam]\n"
				  "  recipients: [team@msp.example]\n"
				  "  recovery: {passwordIn: Password manager}\n"
				  "  tenants: [globex]\n" },
	{ "tenants/acme/tenant.yaml",
	  "apiVersion: apnsctl/v1\n"
	  "kind: Tenant\n"
	  "metadata:\n"
	  "  name: acme\n"
	  "spec:\n"
	  "  displayName: Acme Ltd.\n"
	  "  domains: [acme.example]\n"
	  "  contacts: [it@acme.example]\n"
	  "  appleProgram: Business\n"
	  "  renewBefore: 60d\n"
	  "  serverRefs:\n"
	  "    - name: nano\n"
	  "---\n"
	  "apiVersion: apnsctl/v1\n"
	  "kind: AppleIDAlias\n"
	  "metadata:\n"
	  "  name: apple\n"
	  "  tenant: acme\n"
	  "spec:\n"
	  "  appleId: push@appleid.acme.example\n"
	  "  type: ManagedAppleID\n"
	  "  custodians: [alex, sam, kim]\n"
	  "  recipients: [team@msp.example]\n"
	  "  recovery: {passwordIn: Password manager, trustedPhoneHolders: [alex, sam]}\n" },
	{ "tenants/acme/push.yaml", "apiVersion: apnsctl/v1\n"
				    "kind: PushCertificate\n"
				    "metadata:\n"
				    "  name: push\n"
				    "  tenant: acme\n"
				    "spec:\n"
				    "  appleIdRef: apple\n"
				    "  topic: " TOPIC_A "\n" },
	{ "tenants/acme/push.pem", "topic=" TOPIC_A " serial=0A01\n" },
	{ "tenants/acme/policies.yaml", "apiVersion: apnsctl/v1\n"
					"kind: Policy\n"
					"metadata:\n"
					"  name: root\n"
					"  tenant: acme\n"
					"spec:\n"
					"  displayName: All devices\n"
					"---\n"
					"apiVersion: apnsctl/v1\n"
					"kind: Policy\n"
					"metadata:\n"
					"  name: lab\n"
					"  tenant: acme\n"
					"spec:\n"
					"  parentRef: root\n"
					"---\n"
					"apiVersion: apnsctl/v1\n"
					"kind: Policy\n"
					"metadata:\n"
					"  name: bench\n"
					"  tenant: acme\n"
					"spec:\n"
					"  parentRef: lab\n"
					"---\n"
					"apiVersion: apnsctl/v1\n"
					"kind: CertificateAssignment\n"
					"metadata:\n"
					"  name: root\n"
					"  tenant: acme\n"
					"spec:\n"
					"  certificateRef: push\n"
					"  policyRef: root\n" },
	{ "tenants/globex/globex.yaml", "apiVersion: apnsctl/v1\n"
					"kind: Tenant\n"
					"metadata:\n"
					"  name: globex\n"
					"spec:\n"
					"  displayName: Globex\n"
					"  contacts: [it@globex.example]\n"
					"  appleProgram: None\n"
					"---\n"
					"apiVersion: apnsctl/v1\n"
					"kind: PushCertificate\n"
					"metadata:\n"
					"  name: devices\n"
					"  tenant: globex\n"
					"spec:\n"
					"  appleIdRef: globex-push\n"
					"  topic: " TOPIC_B "\n"
					"  certificateFile: certs/apns.pem\n"
					"  renewBefore: 50d\n"
					"  serverRefs:\n"
					"    - name: intune\n"
					"      account: globex.onmicrosoft.com\n"
					"      credentialRef: intune-globex\n" },
	{ "tenants/globex/certs/apns.pem", "topic=" TOPIC_B " serial=0B01\n" },
	{ "README.md", "Nothing secret here.\n" },
	{ ".github/workflows/lint.yaml", "run: apnsctl/lint\n" },
	{ NULL, NULL },
};

/* Loads the clean repository with these files changed (text NULL: without it). */
#define repo_with(r, ...)                                                                          \
	repo_load(r, repo_clean, (const struct repo_file[]){ __VA_ARGS__, { NULL, NULL } })

/* Documents of tenant acme in short. */
#define DOC(kind, name, spec)                                                                      \
	"---\napiVersion: apnsctl/v1\nkind: " kind "\nmetadata: {name: " name                      \
	", tenant: acme}\nspec:\n" spec
#define POLICY(name, spec) DOC("Policy", name, "  displayName: x\n" spec)
#define ASSIGN(name, cert, target)                                                                 \
	DOC("CertificateAssignment", name, "  certificateRef: " cert "\n  " target "\n")
#define CERT(name, spec) DOC("PushCertificate", name, "  appleIdRef: apple\n" spec)

/* The clean repository with one file changed has exactly these findings. */
static inline void repo_expect(const char *path, const char *text, enum level least,
			       const char *wanted)
{
	struct repo r;

	repo_with(&r, { path, text });
	assert_string_equal(repo_text(&r, least), wanted);
	repo_release(&r);
}

#endif
