/* SPDX-License-Identifier: Apache-2.0 */
/* Apple Accounts: never one person's, in a domain of somebody we know, each address once. */
#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/load/set_index.h"
#include "schema/resolve/chain.h"
#include "schema/rule/check.h"

/* Mail providers for private people, sorted. */
static const char *const consumer[] = {
	"126.com",        "163.com",        "aol.com",
	"att.net",        "bluewin.ch",     "btinternet.com",
	"comcast.net",    "free.fr",        "freenet.de",
	"gmail.com",      "gmx.at",         "gmx.ch",
	"gmx.com",        "gmx.de",         "gmx.net",
	"googlemail.com", "hey.com",        "hotmail.co.uk",
	"hotmail.com",    "hotmail.de",     "hotmail.fr",
	"hotmail.it",     "icloud.com",     "laposte.net",
	"libero.it",      "live.com",       "live.de",
	"mac.com",        "mail.com",       "mail.ru",
	"me.com",         "msn.com",        "naver.com",
	"orange.fr",      "outlook.com",    "outlook.de",
	"outlook.fr",     "pm.me",          "privaterelay.appleid.com",
	"proton.me",      "protonmail.com", "qq.com",
	"sbcglobal.net",  "t-online.de",    "tuta.com",
	"tutanota.com",   "verizon.net",    "wanadoo.fr",
	"web.de",         "yahoo.co.jp",    "yahoo.co.uk",
	"yahoo.com",      "yahoo.de",       "yahoo.fr",
	"yandex.com",     "yandex.ru",
};

static int cmp_word(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

static bool is_consumer(const char *domain)
{
	return bsearch(domain, consumer, sizeof(consumer) / sizeof(consumer[0]),
		       sizeof(consumer[0]), cmp_word);
}

/* The domain of an address in lower case; NULL when there is none. */
static const char *domain_of(struct arena *mem, const char *address)
{
	const char *at = address ? strrchr(address, '@') : NULL;

	return at && at[1] ? text_lower(arena_strdup(mem, at + 1)) : NULL;
}

/* True when the domain, or one that it is below, is in the list of the object. */
static bool is_in(const struct set *s, const struct object *owner, const char *domain)
{
	for (; domain; domain = strchr(domain, '.')) {
		domain += *domain == '.';
		if (set_listed(s, owner, LIST_DOMAINS, domain))
			return true;
	}
	return false;
}

/* True when the domain is the organization's or the tenant's, or when no list could tell. */
static bool is_known(const struct people *p, const struct set *set, const struct tenant *tenant,
		     const char *domain)
{
	if (!p->org || (!p->org->apple_id_domains.n && !(tenant && tenant->domains.n)))
		return true;
	return is_in(p->shared, &p->org->head, domain) ||
	       (tenant && is_in(set, &tenant->head, domain));
}

static void check_type(const struct apple_id_alias *a, struct findings *fs)
{
	struct finding *f;

	if (a->type.v != ALIAS_Personal)
		return;
	f = finding_add(
	    fs, RULE_PERSONAL_APPLE_ID, a->head.file, span_of(a->type.at),
	    "this Apple Account is one person's, and every certificate is lost to whoever leaves "
	    "with it; use a Managed Apple ID or a distribution group, or write an exception");
	about(f, &a->head, "/spec/type");
	if (a->exception)
		finding_set_level(fs, f, LEVEL_WARNING);
}

/* A personal account says so by its type, and is told there. */
static void check_address(struct people *p, const struct apple_id_alias *a,
			  const struct text *address, const char *pointer, const char *what)
{
	const struct person *who = people_by_address(p, address->s);
	struct finding *f;

	if (!who || a->type.v == ALIAS_Personal)
		return;
	f = finding_add(p->fs, RULE_PERSONS_ADDRESS, a->head.file, span_of(address->at),
			"%s is that of %s, one of the Organization's people, so the account ends "
			"with that mailbox; use an address that no person owns",
			what, who->name.s ? who->name.s : who->id.s);
	about(f, &a->head, pointer);
	finding_relate(p->fs, f, p->org->head.file, span_of(who->email.at), "the person's address");
	if (a->exception)
		finding_set_level(p->fs, f, LEVEL_NOTE);
}

/* `tenant` NULL: tenants have domains that are not known here, so only providers are looked for. */
static void check_domain(struct people *p, const struct apple_id_alias *a, const struct set *set,
			 const struct tenant *tenant)
{
	const char *domain = domain_of(p->fs->mem, a->apple_id.s);
	struct finding *f = NULL;

	if (!domain)
		return;
	if (is_consumer(domain))
		f = finding_add(p->fs, RULE_CONSUMER_DOMAIN, a->head.file, span_of(a->apple_id.at),
				"%s is a mail provider for private people; use an address of the "
				"customer or of your own",
				domain);
	else if (tenant && !is_known(p, set, tenant, domain))
		f = finding_add(
		    p->fs, RULE_FOREIGN_DOMAIN, a->head.file, span_of(a->apple_id.at),
		    "%s is in neither the domains of the Tenant nor the appleIdDomains of the "
		    "Organization; add it to one of them, or use another address",
		    domain);
	if (f)
		about(f, &a->head, "/spec/appleId");
}

/* An account of the organization's own domains is in the organization's program. */
static void check_program(struct people *p, const struct apple_id_alias *a,
			  const struct tenant *tenant)
{
	const char *domain = domain_of(p->fs->mem, a->apple_id.s);
	struct finding *f;

	if (!tenant || a->type.v != ALIAS_ManagedAppleID || !tenant->apple_program.at.line ||
	    tenant->apple_program.v != PROGRAM_None ||
	    (p->org && domain && is_in(p->shared, &p->org->head, domain)))
		return;
	f = finding_add(p->fs, RULE_NO_PROGRAM, a->head.file, span_of(a->type.at),
			"a Managed Apple ID comes from Apple Business or Apple School Manager, and "
			"appleProgram of the Tenant is None; correct one of them");
	about(f, &a->head, "/spec/type");
	finding_relate(p->fs, f, tenant->head.file, span_of(tenant->apple_program.at),
		       "appleProgram is here");
}

static void say_same_address(struct findings *fs, const struct apple_id_alias *a,
			     const struct apple_id_alias *first)
{
	struct ref ref = ref_of(&first->head);
	struct finding *f =
	    finding_add(fs, RULE_DUPLICATE_ADDRESS, a->head.file, span_of(a->apple_id.at),
			"%s is also the address of %s; one alias for each account is enough",
			a->apple_id.s, ref_text(fs->mem, &ref));

	about(f, &a->head, "/spec/appleId");
	finding_relate(fs, f, first->head.file, span_of(first->apple_id.at), "it is here too");
}

/* The first other alias of the set with this address. */
static const struct apple_id_alias *same_address(const struct set *s, struct arena *mem,
						 const struct apple_id_alias *a)
{
	const struct apple_id_alias *other = NULL;

	if (a->apple_id.s)
		other = set_listed(s, NULL, LIST_ADDRESSES,
				   text_lower(arena_strdup(mem, a->apple_id.s)));
	return other == a ? NULL : other;
}

void apple_check_alias(struct people *p, const struct apple_id_alias *a, const struct set *set,
		       const struct tenant *tenant)
{
	const struct apple_id_alias *other = same_address(set, p->fs->mem, a);
	const struct recovery *recovery = a->recovery;

	if (!other && set != p->shared)
		other = same_address(p->shared, p->fs->mem, a);
	check_type(a, p->fs);
	people_check_custodians(p, a);
	if (recovery)
		people_check_recovery(p, a);
	people_check_recipients(p, a);
	check_address(p, a, &a->apple_id, "/spec/appleId", "this address");
	check_address(p, a, &a->alias_of, "/spec/aliasOf", "the mailbox behind the address");
	check_domain(p, a, set, tenant);
	check_program(p, a, tenant);
	if (other)
		say_same_address(p->fs, a, other);
	advice_check_alias(a, p->fs);
}

/* What a circle of addresses is told about. */
struct aliases {
	struct findings *fs;
	const struct apple_id_alias **item;
};

static void say_circle(void *arg, const size_t *member, size_t n)
{
	const struct aliases *all = arg;
	const struct apple_id_alias *a = all->item[member[0]];
	struct finding *f =
	    finding_add(all->fs, RULE_CYCLE, a->head.file, span_of(a->alias_of.at),
			n == 1 ? "the address is an alias of itself; write the mailbox behind it, "
				 "or take aliasOf out"
			       : "the addresses are aliases of each other; take the aliasOf of the "
				 "mailbox itself out");

	about(f, &a->head, "/spec/aliasOf");
	for (size_t i = 1; i < n && i < 8; i++)
		relate_object(all->fs, f, &all->item[member[i]]->head);
}

/* Where an alias stands in the list of all. */
struct place {
	const struct apple_id_alias *alias;
	size_t at;
};

static int by_alias(const void *x, const void *y)
{
	uintptr_t a = (uintptr_t)((const struct place *)x)->alias;
	uintptr_t b = (uintptr_t)((const struct place *)y)->alias;

	return a < b ? -1 : a > b;
}

/* The alias that has the address which this one is another name of. */
static size_t mailbox_of(const struct set *s, struct arena *mem, const struct apple_id_alias *a,
			 const struct place *place, size_t n)
{
	struct place key = { .alias = NULL };
	const struct place *hit;

	if (!a->alias_of.s)
		return CHAIN_END;
	key.alias =
	    set_listed(s, NULL, LIST_ADDRESSES, text_lower(arena_strdup(mem, a->alias_of.s)));
	hit = key.alias ? bsearch(&key, place, n, sizeof(key), by_alias) : NULL;
	return hit ? hit->at : CHAIN_END;
}

/* aliasOf leads from address to address, and in the end to a mailbox. */
static void check_circles(const struct set *s, struct findings *fs)
{
	size_t n;
	struct object *const *o = set_kind(s, KIND_AppleIDAlias, &n);
	struct aliases all = { fs, arena_array(fs->mem, n + 1, sizeof(all.item[0])) };
	struct place *place = arena_array(fs->mem, n + 1, sizeof(*place));
	size_t *next = arena_array(fs->mem, n + 1, sizeof(*next));
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		all.item[i] = (const struct apple_id_alias *)o[i];
		place[i] = (struct place){ all.item[i], i };
		any = any || all.item[i]->alias_of.s;
	}
	if (!any)
		return;
	qsort(place, n, sizeof(*place), by_alias);
	for (size_t i = 0; i < n; i++)
		next[i] = mailbox_of(s, fs->mem, all.item[i], place, n);
	chain_order(next, n, fs->mem, say_circle, &all);
}

static void check_shared_use(const struct people *p, const struct apple_id_alias *a)
{
	bool all = set_listed(p->shared, &a->head, LIST_TENANTS, "*");
	struct finding *f;

	if (!p->org || p->org->mode.v != MODE_MultiTenant || (a->tenants.n < 2 && !all))
		return;
	f = finding_add(
	    p->fs, RULE_SHARED_ACCOUNT, a->head.file, span_of(a->tenants.at),
	    "one Apple Account serves several customers: their rows at the portal look alike, and "
	    "one lost account stops them all; use an account for each customer, or write an "
	    "exception");
	about(f, &a->head, "/spec/tenants");
	if (a->exception)
		finding_set_level(p->fs, f, LEVEL_NOTE);
}

void apple_check_shared(struct people *p, const struct set *shared)
{
	size_t n;
	struct object *const *o = set_kind(shared, KIND_AppleIDAlias, &n);

	for (size_t i = 0; i < n; i++) {
		const struct apple_id_alias *a = (const struct apple_id_alias *)o[i];
		apple_check_alias(p, a, shared, NULL);
		check_shared_use(p, a);
	}
	check_circles(shared, p->fs);
}

/* A personal account never gets a new certificate, whatever its exception says. */
static void check_first_certificate(struct people *p, const struct want_cert *w)
{
	const struct push_certificate *c = w->object;
	struct finding *f;

	if (w->topic || w->account.type != ALIAS_Personal)
		return;
	f = finding_add(
	    p->fs, RULE_PERSONAL_APPLE_ID, c->head.file, span_of(c->apple_id_ref.at),
	    "%s is a personal Apple Account, and the topic is not pinned; create no certificate "
	    "with it: name another account, or pin the topic of the one that is there",
	    w->account.address ? w->account.address : w->account.alias);
	about(f, &c->head, "/spec/appleIdRef");
	finding_relate(p->fs, f, w->account.from.file, span_of(w->account.from.at),
		       "AppleIDAlias %s is here", w->account.alias);
}

/* A shared account in a domain of nobody's: whose it is is only known where it is used. */
static void check_shared_domain(struct people *p, const struct resolution *r,
				const struct want_cert *w)
{
	const struct push_certificate *c = w->object;
	const char *domain = domain_of(p->fs->mem, w->account.address);
	struct finding *f;

	if (!domain || !w->account.is_shared || is_consumer(domain) ||
	    is_known(p, r->set, r->tenant, domain))
		return;
	f = finding_add(p->fs, RULE_FOREIGN_DOMAIN, c->head.file, span_of(c->apple_id_ref.at),
			"the account %s is in neither the domains of the Tenant nor the "
			"appleIdDomains of the Organization; add its domain to one of them, or use "
			"another account",
			w->account.address);
	about(f, &c->head, "/spec/appleIdRef");
	finding_relate(p->fs, f, w->account.from.file, span_of(w->account.from.at),
		       "AppleIDAlias %s is here", w->account.alias);
}

void apple_check_tenant(struct people *p, struct resolution *r)
{
	const struct objects *own = &r->own[KIND_AppleIDAlias];

	for (size_t i = 0; i < own->n; i++)
		apple_check_alias(p, (const struct apple_id_alias *)own->item[i], r->set,
				  r->tenant);
	check_circles(r->set, p->fs);
	for (size_t i = 0; i < r->out->n_cert; i++) {
		if (!r->out->cert[i].account.alias)
			continue;
		check_first_certificate(p, &r->out->cert[i]);
		check_shared_domain(p, r, &r->out->cert[i]);
	}
}
