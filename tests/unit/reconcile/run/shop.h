/* SPDX-License-Identifier: Apache-2.0 */
/* A provider and its customers as manifests, and Apple's portal, for runs in a world. */
#ifndef APNSCTL_TESTS_SHOP_H
#define APNSCTL_TESTS_SHOP_H

#include "tests/unit/reconcile/run/doubles.h"

#define HEAD(kind) "apiVersion: apnsctl/v1\nkind: " kind "\n"

static void shop_shared(struct files *f, struct arena *mem)
{
	files_put(f, mem, "organization.yaml",
		  HEAD("Organization") "metadata: {name: msp}\nspec:\n"
				       "  mode: MultiTenant\n  people:\n"
				       "  - {id: alex, name: Alex Doe, email: alex@msp.example}\n"
				       "  - {id: sam, name: Sam Roe, email: sam@msp.example}\n");
	files_put(f, mem, "servers/nano.yaml",
		  HEAD("MDMServer") "metadata: {name: nano}\nspec:\n  type: NanoMDM\n"
				    "  url: https://mdm.msp.example\n  credentialRef: nano-key\n"
				    "  tenants: [\"*\"]\n");
	files_put(f, mem, "servers/files.yaml",
		  HEAD("MDMServer") "metadata: {name: files}\nspec:\n  type: Directory\n"
				    "  options: {directory: deployed}\n  tenants: [\"*\"]\n");
}

/* `server`: nano, files or NULL. */
static void shop_tenant(struct files *f, struct arena *mem, const char *name, const char *server)
{
	const char *folder = arena_printf(mem, "tenants/%s", name);

	files_put(f, mem, arena_printf(mem, "%s/tenant.yaml", folder),
		  arena_printf(mem,
			       HEAD("Tenant") "metadata: {name: %s}\nspec:\n  displayName: %s Ltd\n"
					      "  domains: [%s.example]\n%s%s%s",
			       name, name, name, server ? "  serverRefs: [{name: " : "",
			       server ? server : "", server ? "}]\n" : ""));
	files_put(f, mem, arena_printf(mem, "%s/alias.yaml", folder),
		  arena_printf(mem,
			       HEAD("AppleIDAlias") "metadata: {name: apple, tenant: %s}\nspec:\n"
						    "  appleId: apple@%s.example\n"
						    "  type: ManagedAppleID\n"
						    "  custodians: [alex, sam]\n",
			       name, name));
	files_put(f, mem, arena_printf(mem, "%s/policies.yaml", folder),
		  arena_printf(mem,
			       HEAD("Policy") "metadata: {name: root, tenant: %s}\nspec: {}\n---\n"
			       HEAD("CertificateAssignment") "metadata: {name: all, tenant: %s}\n"
			       "spec: {certificateRef: push, policyRef: root}\n",
			       name, name));
}

/* The manifest of tenants/TENANT/CERT.yaml; `more` are further lines of spec. */
static void shop_cert(struct files *f, struct arena *mem, const char *tenant, const char *cert,
		      const char *topic, const char *more)
{
	files_put(f, mem, arena_printf(mem, "tenants/%s/%s.yaml", tenant, cert),
		  arena_printf(mem,
			       HEAD("PushCertificate") "metadata: {name: %s, tenant: %s}\nspec:\n"
						       "  appleIdRef: apple\n  topic: %s\n%s",
			       cert, tenant, topic, more ? more : ""));
}

/* The certificate push of a tenant is called `name` from now on, in its files and its policy. */
static inline void shop_rename(struct files *f, struct arena *mem, const char *tenant,
			       const char *name, const char *topic)
{
	const char *folder = arena_printf(mem, "tenants/%s", tenant);
	const char *file = arena_printf(mem, "%s/%s.yaml", folder, name);
	const char *policies = arena_printf(mem, "%s/policies.yaml", folder);

	files_put(f, mem, arena_printf(mem, "%s/%s.pem", folder, name),
		  files_get(f, arena_printf(mem, "%s/push.pem", folder)));
	shop_cert(f, mem, tenant, name, topic, NULL);
	files_put(f, mem, file,
		  arena_printf(mem,
			       HEAD("PushCertificate") "metadata: {name: %s, tenant: %s, "
						       "previousNames: [push]}\n%s",
			       name, tenant, strstr(files_get(f, file), "spec:")));
	const char *text = files_get(f, policies), *old = strstr(text, "push");
	files_put(f, mem, policies,
		  arena_printf(mem, "%.*s%s%s", (int)(old - text), text, name, old + 4));
	files_put(f, mem, arena_printf(mem, "%s/push.pem", folder), NULL);
	files_put(f, mem, arena_printf(mem, "%s/push.yaml", folder), NULL);
}

/* `text` with every `from` in it written `to`. */
static inline const char *written_as(struct arena *mem, const char *text, const char *from,
				     const char *to)
{
	const char *out = "", *at;

	for (; (at = strstr(text, from)); text = at + strlen(from))
		out = arena_printf(mem, "%s%.*s%s", out, (int)(at - text), text, to);
	return arena_printf(mem, "%s%s", out, text);
}

/* All files of tenant `old` stand in the folder of `name`, which has these previousNames. */
static inline void shop_rename_tenant(struct files *f, struct arena *mem, const char *old,
				      const char *name, const char *previous)
{
	const char *from = arena_printf(mem, "tenants/%s", old);
	struct files all = files_copy(f, mem);

	for (size_t i = 0; i < all.n; i++) {
		const char *path = all.item[i].path;
		if (!is_below(path, from))
			continue;
		const char *text = written_as(mem, all.item[i].data,
					      arena_printf(mem, "tenant: %s", old),
					      arena_printf(mem, "tenant: %s", name));
		text = written_as(mem, text, arena_printf(mem, "{name: %s}", old),
				  arena_printf(mem, "{name: %s%s%s}", name,
					       previous ? ", previousNames: " : "",
					       previous ? previous : ""));
		files_put(f, mem, path, NULL);
		files_put(f, mem, arena_printf(mem, "tenants/%s%s", name, path + strlen(from)),
			  text);
	}
}

static void shop_customer(struct files *f, struct arena *mem, const char *name, const char *server)
{
	shop_tenant(f, mem, name, server);
	shop_cert(f, mem, name, "push", "New", NULL);
}

/* A world whose only commit has these customers, on one server or none. */
static inline void shop_world(struct world *w, const char *const *name, const char *server)
{
	world_open(w);
	struct files *f = commit_begin(w);
	shop_shared(f, &w->mem);
	for (; *name; name++)
		shop_customer(f, &w->mem, *name, server);
	commit_end(w);
}

/* "OUTCOME ID" of each step, one a line. */
static inline const char *steps(struct world *w, const struct run_result *r)
{
	struct buf b = BUF_INIT(1 << 20);

	for (size_t i = 0; i < r->n_step; i++)
		buf_addf(&b, "%s %s\n", outcome_word(r->step[i].outcome), r->step[i].id);
	const char *text = arena_strdup(&w->mem, buf_str(&b));
	buf_release(&b);
	return text;
}

/* A topic as the portal makes them: `n` from 1 to 9. */
static inline const char *topic_no(struct arena *mem, int n)
{
	return arena_printf(mem,
			    "com.apple.mgmt.External.%d%d%d%d%d%d%d%d-0000-0000-0000-00000000000%d",
			    n, n, n, n, n, n, n, n, n);
}

/* The upload file that waits for the tenant; NULL: none. */
static inline const struct file *upload_file(const struct world *w, const char *tenant)
{
	char folder[128];

	snprintf(folder, sizeof(folder), "requests/%s", tenant);
	for (size_t i = 0; i < w->published.n; i++)
		if (is_below(w->published.item[i].path, folder))
			return &w->published.item[i];
	return NULL;
}

/* What the portal gives for the upload file of the tenant: a certificate of one year. */
static inline const char *portal(struct world *w, const char *tenant, const char *topic,
			  const char *serial)
{
	const struct file *f = upload_file(w, tenant);

	if (!f)
		return NULL;
	return pem_text(&w->mem, topic, word_behind(f->data, "key", &w->mem), serial, w->now,
			w->now + 365 * DAY_S);
}

/* Takes the upload file to the portal and commits what it returns; false: none waits. */
static inline bool portal_commit(struct world *w, const char *tenant, const char *topic,
			  const char *serial)
{
	const char *pem = portal(w, tenant, topic, serial);

	if (!pem)
		return false;
	struct files *f = commit_begin(w);
	files_put(f, &w->mem, arena_printf(&w->mem, "tenants/%s/push.pem", tenant), pem);
	commit_end(w);
	return true;
}

/* A world with one customer, whose certificate is in force since the start with topic 1. */
static inline void shop_in_force(struct world *w, const char *tenant)
{
	const char *const only[] = { tenant, NULL };

	shop_world(w, only, NULL);
	assert_int_equal(world_just_run(w), 0);
	assert_true(portal_commit(w, tenant, topic_no(&w->mem, 1), "01"));
	assert_int_equal(world_just_run(w), 0);
}

#endif
