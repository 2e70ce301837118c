/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several hostile files at once: loading, linking, inheriting, all rules and the claims of two
 * tenants. The input is cut at lines that start with "@", which name the file behind them; what is
 * before the first one is a manifest of tenant acme.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/load/path.h"
#include "schema/resolve/resolve.h"
#include "schema/rule/claims.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { TENANTS = 2, PATH_BYTES = 256 };

struct world {
	struct arena mem;
	struct set shared, set[TENANTS];
	struct findings shared_findings, findings[TENANTS], claim_findings;
	struct want_tenant want[TENANTS];
};

static void must(bool truth)
{
	if (!truth)
		abort();
}

/* Facts that depend on the bytes alone, so that files can share topics, keys and serials. */
static void read_cert(void *self, const void *bytes, size_t len, struct arena *mem,
		      struct cert_facts *f)
{
	const unsigned char *b = bytes;

	(void)self;
	*f = (struct cert_facts){ .form = CERT_FORM_PEM,
				  .has_632 = true,
				  .client_auth = true,
				  .digital_signature = true,
				  .key_bits = 2048 };
	if (len < 4)
		return;
	f->form = b[0] % (CERT_FORM_BROKEN + 1);
	f->topic = b[1] & 1 ? arena_printf(mem, "com.apple.mgmt.External.%u", b[1] >> 4) : NULL;
	f->serial = arena_printf(mem, "%02X", b[2] >> 4);
	f->is_rsa = b[3] & 1;
	f->spki_sha256[0] = (char)('a' + (b[3] >> 4));
	f->common_name = b[3] & 2 ? "APSP:1" : NULL;
	f->row = f->common_name;
}

static void add(struct world *w, const char *path, const char *text, size_t len)
{
	static const struct cert_reader reader = { .read = read_cert };
	const char *tenant = NULL;
	size_t n = 0;
	enum path_class class = path_classify(path, &tenant, &n);
	size_t i = n == 4 && memcmp(tenant, "acme", 4) == 0 ? 0 : 1;

	if (class == PATH_TENANT || class == PATH_TENANT_FILE)
		set_add_file(&w->set[i], path, text, len, &reader, &w->findings[i]);
	else
		set_add_file(&w->shared, path, text, len, &reader, &w->shared_findings);
}

static void add_all(struct world *w, const char *text, size_t len)
{
	char path[PATH_BYTES] = "tenants/acme/a.yaml";

	while (len > 0) {
		const char *next = *text == '@' ? text : memmem(text, len, "\n@", 2);
		size_t n = *text == '@' ? 0 : next ? (size_t)(next - text) + 1 : len;
		add(w, path, text, n);
		text += n;
		len -= n;
		if (len == 0)
			return;
		n = 1;
		while (n < len && text[n] != '\n' && text[n])
			n++;
		snprintf(path, sizeof(path), "%.*s", (int)(n - 1), text + 1);
		text += n;
		len -= n;
		if (len > 0) {
			text++;
			len--;
		}
	}
}

static bool points_into(const struct want_tenant *t, const struct want_policy *p)
{
	return p->effective >= t->cert && p->effective < t->cert + t->n_cert;
}

/* What others rely on. */
static void check(const struct world *w, const struct want_tenant *t)
{
	size_t policies = 0, effective = 0;

	must(t->name && t->display_name && t->from.file);
	must((t->stop != STOP_NOTHING) == (t->first_error != NULL));
	must(t->bands.renew_before >= t->bands.warn_before &&
	     t->bands.warn_before >= t->bands.critical_before);
	for (size_t i = 0; i < t->n_cert; i++) {
		const struct want_cert *c = &t->cert[i];
		must(c->object && text_is_name(c->ref.name) && text_eq(c->ref.tenant, t->name));
		must(i == 0 || strcmp(t->cert[i - 1].ref.name, c->ref.name) < 0);
		must(!c->file || path_is_below(c->file, "tenants"));
		must(c->key_held_by != KEY_HELD_UNSET);
		policies += c->n_policy;
	}
	for (size_t i = 0; i < t->n_policy; i++) {
		const struct want_policy *p = &t->policy[i];
		size_t steps = 0;
		must(i == 0 || strcmp(t->policy[i - 1].ref.name, p->ref.name) < 0);
		must(!p->effective || (p->by && points_into(t, p)));
		effective += p->effective != NULL;
		for (const struct want_policy *up = p; up; up = up->parent)
			must(++steps <= t->n_policy);
	}
	must(policies == effective);
	must(w->mem.used < (size_t)64 << 20);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct world w = { 0 };
	struct claims *claims = claims_new();

	w.shared_findings = (struct findings)FINDINGS_INIT(&w.mem);
	w.claim_findings = (struct findings)FINDINGS_INIT(&w.mem);
	set_init(&w.shared, &w.mem, NULL);
	for (size_t i = 0; i < TENANTS; i++) {
		w.findings[i] = (struct findings)FINDINGS_INIT(&w.mem);
		set_init(&w.set[i], &w.mem, i ? "globex" : "acme");
	}
	add_all(&w, (const char *)data, size);
	shared_check(&w.shared, &w.shared_findings);
	for (size_t i = 0; i < TENANTS; i++) {
		tenant_resolve(&w.shared, &w.set[i], &w.mem, &w.findings[i], &w.want[i]);
		check(&w, &w.want[i]);
		claims_add(claims, &w.want[i], NULL);
	}
	claims_check(claims, &w.claim_findings);
	claims_free(claims);
	arena_release(&w.mem);
	return 0;
}
