/* SPDX-License-Identifier: Apache-2.0 */
/* The files of `init` and of `new tenant`. All text but the README comes from the tables. */
#include "schema/emit/emit.h"

#include "schema/base/text.h"

enum { VALUES_MAX = 40, FILE_MAX = 1 << 18 };

/* The names that the objects of the starter have for each other. */
#define TENANT "example"
#define SERVER "deployed"
#define APPLE_ID "apple-id"
#define CERTIFICATE "push"
#define POLICY "all-devices"

struct values {
	struct starter_value v[VALUES_MAX];
	size_t n;
};

/* A value; NULL leaves the field out. What does not fit is dropped: callers bound their lists. */
static void put(struct values *s, const char *path, const char *text)
{
	if (s->n < VALUES_MAX)
		s->v[s->n++] = (struct starter_value){ path, text };
}

static void put_name(struct values *s, const char *name, const char *tenant)
{
	put(s, "metadata.name", name);
	put(s, "metadata.tenant", tenant);
}

static void add_document(struct buf *out, enum kind_id kind, const struct values *s,
			 enum starter_detail detail)
{
	const struct kind *k = kind_of(kind);

	if (out->len)
		buf_adds(out, "---\n");
	if (detail == STARTER_BRIEF)
		buf_addf(out, "# All keys: apnsctl schema %s --format yaml\n", k->name);
	emit_document(out, k, s->v, s->n, detail);
}

/* Moves the text into a file of the starter. */
static void add_file(struct starter_files *f, const char *path, struct buf *text)
{
	struct starter_file *file = arena_push(f->mem, &f->file, &f->n, &f->cap, sizeof(*file));

	file->path = path;
	file->len = text->len;
	file->text = arena_strndup(f->mem, buf_str(text), text->len);
	buf_release(text);
}

static void tenant(struct starter_files *f, const struct new_tenant *t,
		   enum starter_detail detail)
{
	struct buf out = BUF_INIT(FILE_MAX);
	struct values s = { .n = 0 };

	put_name(&s, t->name, NULL);
	put(&s, "spec.displayName", t->display_name ? t->display_name : t->name);
	put(&s, t->domain ? "spec.domains[0]" : "spec.domains", t->domain);
	if (t->server)
		put(&s, "spec.serverRefs[0].name", t->server);
	if (t->server && t->account)
		put(&s, "spec.serverRefs[0].account", t->account);
	add_document(&out, KIND_Tenant, &s, detail);
	add_file(f, arena_printf(f->mem, "tenants/%s/tenant.yaml", t->name), &out);
}

static const char *alias_word(enum alias_type type)
{
	const struct subtable *spec = &kind_of(KIND_AppleIDAlias)->spec;

	for (size_t i = 0; i < spec->n_field; i++)
		if (text_eq(spec->field[i].key, "type"))
			for (const struct word *w = spec->field[i].words; w->text; w++)
				if (w->value == (int)type)
					return w->text;
	return NULL;
}

static void apple_id(struct starter_files *f, const struct new_tenant *t,
		     enum starter_detail detail)
{
	struct buf out = BUF_INIT(FILE_MAX);
	struct values s = { .n = 0 };
	enum alias_type type = t->type ? t->type : ALIAS_ManagedAppleID;

	put_name(&s, APPLE_ID, t->name);
	if (t->apple_id)
		put(&s, "spec.appleId", t->apple_id);
	put(&s, "spec.type", alias_word(type));
	for (size_t i = 0; i < t->n_custodian && s.n < VALUES_MAX; i++)
		put(&s, arena_printf(f->mem, "spec.custodians[%zu]", i), t->custodian[i]);
	add_document(&out, KIND_AppleIDAlias, &s, detail);
	add_file(f, arena_printf(f->mem, "tenants/%s/apple-id.yaml", t->name), &out);
}

static void policies(struct starter_files *f, const struct new_tenant *t,
		     enum starter_detail detail)
{
	struct buf out = BUF_INIT(FILE_MAX);
	struct values s = { .n = 0 };

	put_name(&s, POLICY, t->name);
	add_document(&out, KIND_Policy, &s, detail);
	add_file(f, arena_printf(f->mem, "tenants/%s/policies.yaml", t->name), &out);
}

static void certificate(struct starter_files *f, const struct new_tenant *t,
			enum starter_detail detail)
{
	struct buf out = BUF_INIT(FILE_MAX);
	struct values s = { .n = 0 };

	put_name(&s, CERTIFICATE, t->name);
	put(&s, "spec.appleIdRef", APPLE_ID);
	put(&s, "spec.topic", "New");
	add_document(&out, KIND_PushCertificate, &s, detail);

	bool global = t->mode == MODE_SingleOrganization;
	s.n = 0;
	put_name(&s, global ? "global" : POLICY, t->name);
	put(&s, "spec.certificateRef", CERTIFICATE);
	put(&s, "spec.policyRef", global ? NULL : POLICY);
	put(&s, "spec.scope", global ? "Global" : NULL);
	add_document(&out, KIND_CertificateAssignment, &s, detail);
	add_file(f, arena_printf(f->mem, "tenants/%s/push.yaml", t->name), &out);
}

void starter_tenant(struct starter_files *out, const struct new_tenant *t,
		    enum starter_detail detail)
{
	tenant(out, t, detail);
	apple_id(out, t, detail);
	if (t->mode != MODE_SingleOrganization)
		policies(out, t, detail);
	certificate(out, t, detail);
}

static void organization(struct starter_files *f, enum mode mode)
{
	bool single = mode == MODE_SingleOrganization;
	struct buf out = BUF_INIT(FILE_MAX);
	struct values s = { .n = 0 };

	put_name(&s, single ? "company" : "msp", NULL);
	put(&s, "spec.mode", single ? "SingleOrganization" : "MultiTenant");
	put(&s, "spec.displayName", single ? "Example Company" : "Example MSP");
	put(&s, "spec.people[0].id", "alex");
	put(&s, "spec.people[0].name", "Alex Doe");
	put(&s, "spec.people[0].email", "alex@msp.example");
	put(&s, "spec.people[1].id", "sam");
	put(&s, "spec.people[1].name", "Sam Roe");
	put(&s, "spec.people[1].email", "sam@msp.example");
	add_document(&out, KIND_Organization, &s, STARTER_SPEC);
	add_file(f, "organization.yaml", &out);
}

static void server(struct starter_files *f, enum mode mode)
{
	struct buf out = BUF_INIT(FILE_MAX);
	struct values s = { .n = 0 };

	put_name(&s, SERVER, NULL);
	put(&s, "spec.type", "Directory");
	put(&s, "spec.url", NULL);
	put(&s, "spec.credentialRef", NULL);
	put(&s, "spec.options.directory", SERVER);
	if (mode == MODE_SingleOrganization)
		put(&s, "spec.tenants", NULL);
	add_document(&out, KIND_MDMServer, &s, STARTER_SPEC);
	add_file(f, "servers/" SERVER ".yaml", &out);
}

static void readme(struct starter_files *f)
{
	static const char text[] =
		"# Apple push certificates\n"
		"\n"
		"The manifests of apnsctl: who needs a push certificate, with which Apple Account\n"
		"(Apple ID), and where it is installed.\n"
		"\n"
		"- `organization.yaml`: you, and the people who are named elsewhere.\n"
		"- `servers/`: the MDM servers that several tenants share.\n"
		"- `tenants/<tenant>/`: all that belongs to one customer, also its certificates.\n"
		"\n"
		"A line that starts with `#` and a key without a space is a setting that is not\n"
		"used; remove the first `#` of its lines to use it.\n"
		"\n"
		"    apnsctl lint               # is everything right?\n"
		"    apnsctl plan --offline     # what would happen?\n"
		"    apnsctl new tenant NAME --apple-id ADDRESS\n"
		"\n"
		"Private keys never belong here: the controller keeps them.\n";
	struct buf out = BUF_INIT(sizeof(text));

	buf_adds(&out, text);
	add_file(f, "README.md", &out);
}

static void ignored(struct starter_files *f)
{
	struct buf out = BUF_INIT(256);

	buf_adds(&out, "# Private keys never belong into this repository.\n"
		       "*.key\n"
		       "*.p12\n"
		       "*.pfx\n");
	add_file(f, ".gitignore", &out);
}

void starter_repository(struct starter_files *out, enum mode mode)
{
	const struct new_tenant t = {
		.mode = mode,
		.name = TENANT,
		.display_name = mode == MODE_SingleOrganization ? "Example Company" :
								 "Example Ltd.",
		.domain = "example.com",
		.server = SERVER,
	};

	ignored(out);
	readme(out);
	organization(out, mode);
	server(out, mode);
	starter_tenant(out, &t, STARTER_SPEC);
}

void starter_config(struct buf *out, const struct new_config *c)
{
	struct values s = { .n = 0 };

	put(&s, "metadata.name", "main");
	put(&s, "spec.source.url", c->source_url);
	if (c->branch)
		put(&s, "spec.source.branch", c->branch);
	put(&s, "spec.state.store", c->store);
	put(&s, "spec.state.unlock.file", c->unlock_file);
	put(&s, "spec.keyDestinations[0].directory", SERVER);
	put(&s, "spec.keyDestinations[0].tenants[0]", "*");
	put(&s, "spec.directories[0].name", SERVER);
	put(&s, "spec.directories[0].path", c->directory);
	emit_document(out, kind_of(KIND_ControllerConfig), s.v, s.n, STARTER_SPEC);
}
