/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/rule/claims.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"

/* What is claimed. Equal values of one kind meet. */
enum claim_kind {
	CLAIMED_TOPIC,
	CLAIMED_KEY,
	CLAIMED_SERIAL,
	CLAIMED_ACCOUNT, /* type, url and account of a server */
	CLAIMED_ADDRESS, /* the Apple Account of a tenant's own alias */
	CLAIMED_TENANT,  /* of a repository that has only one */
	CLAIMED_NAME,    /* "tenant/name" of a PushCertificate; `gone`: it should not be there */
	CLAIMED_PAST     /* the name that a tenant had */
};

struct claim {
	enum claim_kind kind;
	bool in_file; /* said by the certificate file, not by the manifest */
	bool gone;
	bool silent; /* APN4003 tells of it; it only speaks against pinning the topic elsewhere */
	const char *value;
	const char *tenant, *name; /* of the PushCertificate */
	const char *serial;        /* "issuer/serial" of its certificate; NULL: none */
	struct origin from;
};

struct claims {
	struct arena mem;
	bool borrows; /* what is claimed lives long enough: nothing is copied */
	struct claim *item;
	size_t n, cap;
};

struct claims *claims_new(void)
{
	struct claims *c = calloc(1, sizeof(*c));

	if (!c)
		out_of_memory();
	return c;
}

void claims_free(struct claims *c)
{
	if (!c)
		return;
	arena_release(&c->mem);
	free(c->item);
	free(c);
}

static void add(struct claims *c, enum claim_kind kind, const char *value, struct claim claim)
{
	if (!value)
		return;
	if (c->n == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 16;
		struct claim *more = reallocarray(c->item, c->cap, sizeof(*more));
		if (!more)
			out_of_memory();
		c->item = more;
	}
	claim.kind = kind;
	claim.value = value;
	c->item[c->n++] = claim;
}

static const char *keep(struct claims *c, const char *s)
{
	return c->borrows ? s : arena_strdup(&c->mem, s);
}

/* A file, which often is the one of the certificate itself. */
static const char *keep_file(struct claims *c, const struct claim *claim, const char *file)
{
	return text_eq(claim->from.file, file) ? claim->from.file : keep(c, file);
}

static void add_certificate(struct claims *c, const struct want_cert *w, struct claim claim)
{
	const struct cert_facts *f = w->in_git;
	bool readable = f && f->form == CERT_FORM_PEM && !w->file_is_anothers;

	claim.serial = readable ? cert_serial_of_issuer(f, &c->mem) : NULL;
	claim.from = (struct origin){ claim.from.file, w->topic_at.at };
	add(c, CLAIMED_TOPIC, keep(c, w->topic), claim);
	if (!readable)
		return;
	claim.in_file = true;
	claim.from = (struct origin){ keep(c, w->file), { 0 } };
	claim.silent = w->topic != NULL;
	if (cert_is_mdm(f) && !text_eq(w->topic, f->topic))
		add(c, CLAIMED_TOPIC, keep(c, f->topic), claim);
	claim.silent = false;
	add(c, CLAIMED_SERIAL, claim.serial, claim);
	add(c, CLAIMED_KEY, f->spki_sha256[0] ? keep(c, f->spki_sha256) : NULL, claim);
}

/* Servers that all certificates share are claimed once; `first` has the tenant's. */
static void add_accounts(struct claims *c, const struct want_cert *w, const struct want_cert *first,
			 struct claim claim)
{
	const char *value;

	if (w != first && w->server == first->server)
		return;
	for (size_t i = 0; i < w->n_server; i++) {
		const struct want_server *s = &w->server[i];
		if (!s->account)
			continue;
		claim.from =
		    (struct origin){ keep_file(c, &claim, s->account_at.file), s->account_at.at };
		value = arena_printf(&c->mem, "%d %s %s", (int)s->type, s->url ? s->url : "",
				     s->account);
		add(c, CLAIMED_ACCOUNT, value, claim);
	}
}

/* An alias in the tenant's folder is the tenant's own; shared ones are told where they stand. */
static void add_address(struct claims *c, const struct want_cert *w, struct claim claim)
{
	char *address;

	if (!w->account.address || w->account.is_shared)
		return;
	address = text_lower(arena_strdup(&c->mem, w->account.address));
	claim.from =
	    (struct origin){ keep_file(c, &claim, w->account.from.file), w->account.from.at };
	add(c, CLAIMED_ADDRESS, address, claim);
}

static void add_names(struct claims *c, const struct want_cert *w, struct claim claim)
{
	const struct texts *old = &w->object->head.meta.previous_names;

	add(c, CLAIMED_NAME, arena_printf(&c->mem, "%s/%s", claim.tenant, claim.name), claim);
	claim.gone = true;
	for (size_t i = 0; i < old->n; i++) {
		if (!old->item[i].s || !strchr(old->item[i].s, '/'))
			continue;
		claim.from.at = old->item[i].at;
		add(c, CLAIMED_NAME, keep(c, old->item[i].s), claim);
	}
}

void claims_add(struct claims *c, const struct want_tenant *t)
{
	struct claim claim = { .tenant = keep(c, t->name) };

	claim.from = (struct origin){ keep(c, t->from.file), t->from.at };
	for (size_t i = 0; i < t->n_previous; i++)
		add(c, CLAIMED_PAST, keep(c, t->previous_name[i]), claim);
	if (t->only_one)
		add(c, CLAIMED_TENANT, "", claim);
	for (size_t i = 0; i < t->n_cert; i++) {
		const struct want_cert *w = &t->cert[i];
		claim.name = keep(c, w->ref.name);
		claim.from = (struct origin){ keep(c, w->from.file), w->from.at };
		add_certificate(c, w, claim);
		add_accounts(c, w, &t->cert[0], claim);
		add_address(c, w, claim);
		add_names(c, w, claim);
	}
}

static int by_value(const void *x, const void *y)
{
	const struct claim *a = x, *b = y;
	int c = a->kind < b->kind ? -1 : a->kind > b->kind;

	if (!c)
		c = strcmp(a->value, b->value);
	if (!c)
		c = (int)a->gone - (int)b->gone;
	if (!c)
		c = text_cmp(a->from.file, b->from.file);
	if (!c)
		c = (a->from.at.line > b->from.at.line) - (a->from.at.line < b->from.at.line);
	if (!c)
		c = (a->from.at.col > b->from.at.col) - (a->from.at.col < b->from.at.col);
	return c ? c : text_cmp(a->name, b->name);
}

static const struct message {
	enum rule_code code;
	const char *pointer; /* when the manifest says it */
	const char *before, *after;
} messages[] = {
	[CLAIMED_TOPIC] = { RULE_TOPIC_TWICE, "/spec/topic", "the topic belongs to ",
			  " already; one topic is one certificate of one customer, so correct the "
			  "wrong one" },
	[CLAIMED_KEY] = { RULE_KEY_TWICE, NULL, "the public key is also that of ",
			"; each certificate has a key of its own, so make a new request and "
			"renew" },
	[CLAIMED_SERIAL] = { RULE_SERIAL_TWICE, NULL, "this certificate is also there for ",
			   "; keep it where its topic belongs" },
	[CLAIMED_ACCOUNT] = { RULE_SERVER_ACCOUNT, NULL, "the account on the server belongs to ",
			    " already; one account is one customer's, so correct the wrong one" },
	[CLAIMED_ADDRESS] = { RULE_SHARED_ACCOUNT, NULL, "the Apple Account also serves ",
			    ": their rows at the portal look alike, and one lost account stops "
			    "both; use an account for each customer" },
	[CLAIMED_TENANT] = { RULE_ONE_TENANT_ONLY, NULL,
			   "mode SingleOrganization has one tenant, and ",
			   " is there already; take one of them out, or use mode MultiTenant" },
	[CLAIMED_NAME] = { RULE_PREVIOUS_NAME, NULL, "the previous name still belongs to ",
			 ", so nothing was moved; take the old document out in the same change" },
	[CLAIMED_PAST] = { RULE_PREVIOUS_NAME, NULL, "the previous name is also that of ",
			 "; only one of them can be the renamed one" },
};

static void say(const struct claim *x, const struct claim *first, struct findings *fs)
{
	const struct message *m = &messages[x->kind];
	struct ref ref = { KIND_PushCertificate, first->tenant, first->name };
	const char *who = first->name ? ref_text(fs->mem, &ref)
				      : arena_printf(fs->mem, "tenant %s", first->tenant);
	struct finding *f = finding_add(fs, m->code, arena_strdup(fs->mem, x->from.file),
					span_of(x->from.at), "%s%s%s", m->before, who, m->after);

	f->object = x->name ? (struct ref){ KIND_PushCertificate, arena_strdup(fs->mem, x->tenant),
					    arena_strdup(fs->mem, x->name) }
			    : (struct ref){ KIND_Tenant, NULL, arena_strdup(fs->mem, x->tenant) };
	f->pointer = x->in_file ? NULL : m->pointer;
	finding_relate(fs, f, arena_strdup(fs->mem, first->from.file), span_of(first->from.at),
		       "%s has it first", who);
}

/* One certificate that is there twice has the same key and topic too: that is told once. */
static bool is_told(const struct claim *x, const struct claim *first)
{
	return x->in_file && first->in_file && x->kind != CLAIMED_SERIAL && x->serial &&
	       text_eq(x->serial, first->serial);
}

static void check(const struct claims *c, bool same_tenant, struct findings *fs)
{
	const struct claim *first = NULL;

	for (size_t i = 0; i < c->n; i++) {
		const struct claim *x = &c->item[i];
		if (x->silent)
			continue;
		if (!first || first->kind != x->kind || strcmp(first->value, x->value) != 0) {
			first = x;
			continue;
		}
		bool same = text_eq(first->tenant, x->tenant);
		if (same != same_tenant || is_told(x, first))
			continue;
		if (x->kind == CLAIMED_NAME ? x->gone && !first->gone : true)
			say(x, first, fs);
	}
}

static void sort(struct claims *c)
{
	if (c->n)
		qsort(c->item, c->n, sizeof(c->item[0]), by_value);
}

void claims_check(struct claims *c, struct findings *fs)
{
	sort(c);
	check(c, false, fs);
}

static bool same_certificate(const struct claim *a, const struct claim *b)
{
	return text_eq(a->tenant, b->tenant) && text_eq(a->name, b->name);
}

static int by_owner(const void *x, const void *y)
{
	const struct claim *a = *(const struct claim *const *)x;
	const struct claim *b = *(const struct claim *const *)y;
	int c = text_cmp(a->tenant, b->tenant);

	return c ? c : text_cmp(a->name, b->name);
}

/* One claim of each certificate that wants what another one wants, by owner. */
static const struct claim **find_contested(const struct claims *c, struct arena *mem, size_t *n)
{
	const struct claim **out = arena_array(mem, c->n + 1, sizeof(*out));

	*n = 0;
	for (size_t i = 0, end; i < c->n; i = end) {
		const struct claim *first = &c->item[i];
		bool contested = false;
		for (end = i; end < c->n && c->item[end].kind == first->kind &&
			      !strcmp(c->item[end].value, first->value);
		     end++)
			contested |= !same_certificate(first, &c->item[end]);
		for (size_t k = i; contested && first->kind <= CLAIMED_SERIAL && k < end; k++)
			out[(*n)++] = &c->item[k];
	}
	if (*n)
		qsort(out, *n, sizeof(*out), by_owner);
	return out;
}

void claims_withdraw_pins(struct claims *c, struct findings *fs)
{
	struct arena mem = ARENA_INIT;
	size_t n;

	sort(c);
	const struct claim **contested = find_contested(c, &mem, &n);
	for (size_t i = 0; n && i < fs->n; i++) {
		struct finding *f = &fs->item[i];
		struct claim about = { .tenant = f->object.tenant, .name = f->object.name };
		const struct claim *key = &about;
		if (f->rule->code != RULE_UNPINNED_TOPIC ||
		    !bsearch(&key, contested, n, sizeof(*contested), by_owner))
			continue;
		f->fix = NULL;
		f->message = "the topic is New, and the certificate that is there may be another "
			     "customer's; find out whose it is before its topic is written here";
	}
	arena_release(&mem);
}

void claims_check_tenant(const struct want_tenant *t, struct findings *fs)
{
	struct claims c = { .borrows = true };

	for (size_t i = 0; i < t->n_cert; i++)
		add_certificate(&c, &t->cert[i],
				(struct claim){ .tenant = t->name,
						.name = t->cert[i].ref.name,
						.from = t->cert[i].from });
	sort(&c);
	check(&c, true, fs);
	arena_release(&c.mem);
	free(c.item);
}
