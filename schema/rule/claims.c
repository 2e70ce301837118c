/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/rule/claims.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/rule/claims_part.h"

/* What `x` is told: another certificate or tenant keeps it. */
struct charge {
	const struct claim *x, *keeper;
};

struct claims {
	struct arena mem;
	bool borrows; /* what is claimed lives long enough: nothing is copied */
	struct claim *item;
	size_t n, cap;
	struct charge *charge; /* by certificate, when all are checked */
	size_t n_charge, cap_charge;
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

static bool has_topic(const struct want_cert *w, const char *topic)
{
	return w && (text_eq(w->topic, topic) || (w->in_git && text_eq(w->in_git->topic, topic)));
}

/* What speaks for the topic's being this one's; `is_old`: the base had the same. */
static unsigned evidence_of(const struct want_cert *w, const char *topic, bool is_old)
{
	return (text_eq(w->known_topic, topic) ? BY_STATUS : 0u) |
	       (text_eq(w->topic, topic) ? BY_PIN : 0u) | (is_old ? BY_BASE : 0u);
}

/* The certificate file's own: its topic when the manifest has another one, its serial and key. */
static void add_file(struct claims *c, const struct want_cert *w, const struct want_cert *was,
		     struct claim claim)
{
	const struct cert_facts *f = w->in_git, *old = was ? was->in_git : NULL;

	claim.in_file = true;
	claim.from = (struct origin){ keep(c, w->file), { 0 } };
	claim.silent = w->topic != NULL;
	claim.evidence = evidence_of(w, f->topic, has_topic(was, f->topic));
	if (cert_is_mdm(f) && !text_eq(w->topic, f->topic))
		add(c, CLAIMED_TOPIC, keep(c, f->topic), claim);
	claim.silent = false;
	claim.evidence = evidence_of(
	    w, f->topic, old && text_eq(cert_serial_of_issuer(old, &c->mem), claim.serial));
	add(c, CLAIMED_SERIAL, claim.serial, claim);
	claim.evidence = evidence_of(w, f->topic, old && text_eq(old->spki_sha256, f->spki_sha256));
	add(c, CLAIMED_KEY, f->spki_sha256[0] ? keep(c, f->spki_sha256) : NULL, claim);
}

static void add_certificate(struct claims *c, const struct want_cert *w,
			    const struct want_cert *was, struct claim claim)
{
	const struct cert_facts *f = w->in_git;
	bool readable = f && f->form == CERT_FORM_PEM && !w->file_is_anothers;

	claim.serial = readable ? cert_serial_of_issuer(f, &c->mem) : NULL;
	claim.from = (struct origin){ claim.from.file, w->topic_at.at };
	if (w->topic)
		claim.evidence = evidence_of(w, w->topic, has_topic(was, w->topic));
	add(c, CLAIMED_TOPIC, keep(c, w->topic), claim);
	if (readable)
		add_file(c, w, was, claim);
}

/* What the account is one of; NULL: there is none. */
static const char *account_of(struct claims *c, const struct want_server *s)
{
	return s->account ? arena_printf(&c->mem, "%d %s %s", (int)s->type, s->url ? s->url : "",
					 s->account)
			  : NULL;
}

static bool has_account(struct claims *c, const struct want_cert *w, const char *value)
{
	for (size_t i = 0; w && i < w->n_server; i++)
		if (text_eq(account_of(c, &w->server[i]), value))
			return true;
	return false;
}

/* Servers that all certificates share are claimed once; `first` has the tenant's. */
static void add_accounts(struct claims *c, const struct want_cert *w, const struct want_cert *first,
			 const struct want_cert *was, struct claim claim)
{
	const char *value;

	if (w != first && w->server == first->server)
		return;
	for (size_t i = 0; i < w->n_server; i++) {
		const struct want_server *s = &w->server[i];
		value = account_of(c, s);
		claim.from =
		    (struct origin){ keep_file(c, &claim, s->account_at.file), s->account_at.at };
		claim.evidence = value && has_account(c, was, value) ? BY_BASE : 0;
		add(c, CLAIMED_ACCOUNT, value, claim);
	}
}

static const char *address_of(struct claims *c, const struct want_cert *w)
{
	return w && w->account.address ? text_lower(arena_strdup(&c->mem, w->account.address))
				       : NULL;
}

/* An alias in the tenant's folder is the tenant's own; shared ones are told where they stand. */
static void add_address(struct claims *c, const struct want_cert *w, const struct want_cert *was,
			struct claim claim)
{
	const char *address = address_of(c, w);

	if (!address || w->account.is_shared)
		return;
	claim.from =
	    (struct origin){ keep_file(c, &claim, w->account.from.file), w->account.from.at };
	claim.evidence = text_eq(address, address_of(c, was)) ? BY_BASE : 0;
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

/* The certificate in the base that this one was; NULL: there is none. */
static const struct want_cert *find_was(const struct want_tenant *base, const struct want_cert *w)
{
	const struct want_cert *was = base ? want_cert_of(base, w->ref.name) : NULL;

	for (size_t i = 0; base && !was && i < w->n_previous; i++) {
		const char *old = ref_own_name(w->previous_name[i], base->name);
		was = old ? want_cert_of(base, old) : NULL;
	}
	return was;
}

void claims_add(struct claims *c, const struct want_tenant *t, const struct want_tenant *base)
{
	struct claim claim = { .tenant = keep(c, t->name), .evidence = base ? BY_BASE : 0 };

	claim.from = (struct origin){ keep(c, t->from.file), t->from.at };
	for (size_t i = 0; i < t->n_previous; i++)
		add(c, CLAIMED_PAST, keep(c, t->previous_name[i]), claim);
	if (t->only_one)
		add(c, CLAIMED_TENANT, "", claim);
	claim.evidence = 0;
	for (size_t i = 0; i < t->n_cert; i++) {
		const struct want_cert *w = &t->cert[i], *was = find_was(base, w);
		claim.name = keep(c, w->ref.name);
		claim.from = (struct origin){ keep(c, w->from.file), w->from.at };
		add_certificate(c, w, was, claim);
		add_accounts(c, w, &t->cert[0], was, claim);
		add_address(c, w, was, claim);
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
		c = (a->evidence < b->evidence) - (a->evidence > b->evidence);
	if (!c)
		c = text_cmp(a->from.file, b->from.file);
	if (!c)
		c = (a->from.at.line > b->from.at.line) - (a->from.at.line < b->from.at.line);
	if (!c)
		c = (a->from.at.col > b->from.at.col) - (a->from.at.col < b->from.at.col);
	return c ? c : text_cmp(a->name, b->name);
}

static bool same_certificate(const struct claim *a, const struct claim *b)
{
	return text_eq(a->tenant, b->tenant) && text_eq(a->name, b->name);
}

static int owner_cmp(const struct claim *a, const struct claim *b)
{
	int c = text_cmp(a->tenant, b->tenant);

	return c ? c : text_cmp(a->name, b->name);
}

/* Topic, key and serial of one certificate are one mistake: the lower, the more it tells. */
static int telling(const struct claim *x)
{
	if (x->kind == CLAIMED_TOPIC)
		return x->in_file ? 2 : 0;
	return x->kind == CLAIMED_SERIAL ? 1 : x->kind == CLAIMED_KEY ? 3 : 4;
}

static int by_certificate(const void *x, const void *y)
{
	const struct charge *a = x, *b = y;
	int c = owner_cmp(a->x, b->x);

	if (!c)
		c = owner_cmp(a->keeper, b->keeper);
	if (!c)
		c = telling(a->x) - telling(b->x);
	return c ? c : (a->x > b->x) - (a->x < b->x); /* in the order of the claims */
}

static void find_charges(struct claims *c, bool same_tenant)
{
	const struct claim *keeper = NULL;

	for (size_t i = 0; i < c->n; i++) {
		const struct claim *x = &c->item[i];
		if (x->silent)
			continue;
		if (!keeper || keeper->kind != x->kind || strcmp(keeper->value, x->value) != 0) {
			keeper = x;
			continue;
		}
		if (text_eq(keeper->tenant, x->tenant) != same_tenant ||
		    (x->kind == CLAIMED_NAME && (!x->gone || keeper->gone)))
			continue;
		*(struct charge *)arena_push(&c->mem, &c->charge, &c->n_charge, &c->cap_charge,
					     sizeof(*c->charge)) = (struct charge){ x, keeper };
	}
	if (c->n_charge)
		qsort(c->charge, c->n_charge, sizeof(*c->charge), by_certificate);
}

static void check(struct claims *c, bool same_tenant, struct findings *fs)
{
	if (c->n)
		qsort(c->item, c->n, sizeof(c->item[0]), by_value);
	find_charges(c, same_tenant);
	for (size_t i = 0; i < c->n_charge; i++) {
		const struct charge *now = &c->charge[i], *last = i ? now - 1 : now;
		bool is_told = i > 0 && now->x->kind <= CLAIMED_SERIAL &&
			       !owner_cmp(last->x, now->x) && !owner_cmp(last->keeper, now->keeper);
		if (!is_told)
			claim_tell(now->x, now->keeper, fs);
	}
}

void claims_check(struct claims *c, struct findings *fs)
{
	check(c, false, fs);
}

static int by_owner(const void *x, const void *y)
{
	return owner_cmp(*(const struct claim *const *)x, *(const struct claim *const *)y);
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

static int owner_of_charge(const void *key, const void *item)
{
	return owner_cmp(key, ((const struct charge *)item)->x);
}

/* That a certificate is another one's says more than that it does not fit, or is not pinned. */
static bool is_untold(void *arg, const struct finding *f)
{
	const struct claims *c = arg;
	struct claim about = { .tenant = f->object.tenant, .name = f->object.name };
	const struct charge *hit;

	if (!c->n_charge ||
	    (f->rule->code != RULE_OTHER_TOPIC && f->rule->code != RULE_UNPINNED_TOPIC))
		return true;
	hit = bsearch(&about, c->charge, c->n_charge, sizeof(*hit), owner_of_charge);
	for (; hit && hit > c->charge && !owner_cmp(&about, hit[-1].x);)
		hit--;
	for (; hit && hit < c->charge + c->n_charge && !owner_cmp(&about, hit->x); hit++)
		if (hit->x->kind <= CLAIMED_SERIAL)
			return false;
	return true;
}

void claims_settle(struct claims *c, struct findings *fs)
{
	struct arena mem = ARENA_INIT;
	size_t n;
	const struct claim **contested = find_contested(c, &mem, &n);

	findings_keep(fs, is_untold, c);
	for (size_t i = 0; n && i < fs->n; i++) {
		struct finding *f = &fs->item[i];
		struct claim about = { .tenant = f->object.tenant, .name = f->object.name };
		const struct claim *key = &about, *const * hit;
		if (f->rule->code != RULE_UNPINNED_TOPIC)
			continue;
		hit = bsearch(&key, contested, n, sizeof(*contested), by_owner);
		if (!hit)
			continue;
		f->fix = NULL;
		if (!(*hit)->evidence)
			f->message = "the topic is New, and the certificate that is there may be "
				     "another customer's; find out whose it is before its topic is "
				     "written here";
	}
	arena_release(&mem);
}

bool claims_check_tenant(const struct want_tenant *t, struct findings *fs)
{
	struct claims c = { .borrows = true };

	for (size_t i = 0; i < t->n_cert; i++)
		add_certificate(&c, &t->cert[i], NULL,
				(struct claim){ .tenant = t->name,
						.name = t->cert[i].ref.name,
						.from = t->cert[i].from });
	check(&c, true, fs);
	bool some = c.n_charge > 0;
	arena_release(&c.mem);
	free(c.item);
	return some;
}
