/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "schema/base/text.h"
#include "schema/load/set_index.h"
#include "schema/rule/check.h"

static const struct person *person_of(const struct people *p, const char *id)
{
	return set_listed(p->shared, &p->org->head, LIST_PEOPLE, id);
}

/* The id nearest to the word; NULL: none is near, or enough was compared already. */
static const char *nearest_id(struct people *p, const char *word)
{
	const struct person *all = p->org->people.item;
	size_t n = 0, most = p->org->people.n;

	if (most > *p->comparisons)
		return NULL;
	*p->comparisons -= most;
	const char **id = arena_array(p->fs->mem, most + 1, sizeof(*id));
	for (size_t i = 0; i < most; i++)
		if (all[i].id.s)
			id[n++] = all[i].id.s;
	return text_nearest(word, id, n);
}

void people_check_id(struct people *p, const struct object *o, const struct text *id,
		     const char *pointer)
{
	const char *near;

	if (!p->org || !id->s || person_of(p, id->s))
		return;
	near = nearest_id(p, id->s);
	if (near)
		about(finding_add(p->fs, RULE_UNKNOWN_PERSON, o->file, span_of(id->at),
				  "\"%s\" is none of the Organization's people; did you mean "
				  "\"%s\"?",
				  id->s, near),
		      o, pointer);
	else
		about(finding_add(p->fs, RULE_UNKNOWN_PERSON, o->file, span_of(id->at),
				  "\"%s\" is none of the Organization's people; add the person "
				  "there, or name one of them",
				  id->s),
		      o, pointer);
}

void people_check_ids(struct people *p, const struct object *o, const struct texts *ids,
		      const char *pointer)
{
	for (size_t i = 0; i < ids->n; i++)
		people_check_id(p, o, &ids->item[i],
				arena_printf(p->fs->mem, "%s/%zu", pointer, i));
}

void people_check_approval(struct people *p, const struct object *o,
			   const struct acknowledgement *a, const char *pointer)
{
	if (a)
		people_check_ids(p, o, &a->approved_by,
				 arena_printf(p->fs->mem, "%s/approvedBy", pointer));
}

static int by_id(const void *x, const void *y)
{
	const struct text *a = *(const struct text *const *)x, *b = *(const struct text *const *)y;
	int c = text_cmp(a->s, b->s);

	return c ? c : a < b ? -1 : a > b;
}

/* How many different people are named; each second naming is a finding. */
static size_t count_distinct(struct people *p, const struct apple_id_alias *a)
{
	const struct text *first = a->custodians.item;
	const struct text **id = arena_array(p->fs->mem, a->custodians.n + 1, sizeof(*id));
	size_t n = 0, distinct = 0;

	for (size_t i = 0; i < a->custodians.n; i++)
		if (first[i].s)
			id[n++] = &first[i];
	if (n)
		qsort(id, n, sizeof(*id), by_id);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || !text_eq(id[i]->s, id[i - 1]->s)) {
			distinct++;
			continue;
		}
		about(finding_add(p->fs, RULE_DUPLICATE_ENTRY, a->head.file, span_of(id[i]->at),
				  "%s is named twice; take one out", id[i]->s),
		      &a->head,
		      arena_printf(p->fs->mem, "/spec/custodians/%zu", (size_t)(id[i] - first)));
	}
	return distinct;
}

static void say_leaving(struct people *p, const struct apple_id_alias *a, size_t i,
			const struct person *who)
{
	const struct text *id = &a->custodians.item[i];
	struct finding *f = finding_add(
	    p->fs, RULE_LEAVING_CUSTODIAN, a->head.file, span_of(id->at),
	    "%s leaves (until is set), so fewer than two custodians stay; name another one", id->s);

	about(f, &a->head, arena_printf(p->fs->mem, "/spec/custodians/%zu", i));
	finding_relate(p->fs, f, p->org->head.file, span_of(who->until.at), "%s leaves here",
		       id->s);
}

/* Without a clock: who has an end does not count towards the two who stay. */
static void check_leaving(struct people *p, const struct apple_id_alias *a)
{
	size_t stay = 0;

	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < a->custodians.n; i++) {
			const struct person *who = person_of(p, a->custodians.item[i].s);
			bool leaves = who && who->until.at.line;
			if (pass == 0)
				stay += !leaves;
			else if (leaves)
				say_leaving(p, a, i, who);
		}
		if (stay >= 2)
			return;
	}
}

void people_check_custodians(struct people *p, const struct apple_id_alias *a)
{
	size_t distinct = count_distinct(p, a);
	struct finding *f;

	people_check_ids(p, &a->head, &a->custodians, "/spec/custodians");
	if (!a->custodians.n)
		return; /* decoding has told it */
	if (distinct >= 2) {
		if (p->org)
			check_leaving(p, a);
		return;
	}
	f = finding_add(p->fs, RULE_TOO_FEW_CUSTODIANS, a->head.file, span_of(a->custodians.at),
			"only one custodian can reach this Apple Account; name at least two people "
			"who can sign in");
	about(f, &a->head, "/spec/custodians");
	if (a->exception)
		finding_set_level(p->fs, f, LEVEL_WARNING);
}

const struct person *people_by_address(const struct people *p, const char *address)
{
	if (!p->org || !address)
		return NULL;
	return set_listed(p->shared, &p->org->head, LIST_MAILBOXES,
			  text_lower(arena_strdup(p->fs->mem, address)));
}

static bool leaves(const struct person *who)
{
	return who && who->until.at.line;
}

/* How many different texts of the list name nobody who leaves; `find` says who is meant. */
static size_t count_staying(const struct people *p, const struct texts *list,
			    const struct person *(*find)(const struct people *p, const char *text))
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		bool again = false;
		for (size_t k = 0; k < i && i < 64; k++)
			again |= list->item[k].s && !strcasecmp(list->item[k].s, list->item[i].s);
		n += !again && !leaves(find(p, list->item[i].s));
	}
	return n;
}

void people_check_recovery(struct people *p, const struct apple_id_alias *a)
{
	const struct texts *holders = &a->recovery->trusted_phone_holders;

	people_check_ids(p, &a->head, holders, "/spec/recovery/trustedPhoneHolders");
	if (!p->org || !holders->at.line || count_staying(p, holders, person_of) >= 2)
		return;
	about(finding_add(p->fs, RULE_FEW_PHONES, a->head.file, span_of(holders->at),
			  "fewer than two people who stay get the codes of the second factor; add "
			  "the telephone of another one to the account, and name its holder here"),
	      &a->head, "/spec/recovery/trustedPhoneHolders");
}

void people_check_recipients(struct people *p, const struct apple_id_alias *a)
{
	const struct texts *to = &a->recipients;

	/* An address of nobody we know can be a team's: it is enough alone. */
	for (size_t i = 0; i < to->n; i++)
		if (!people_by_address(p, to->item[i].s))
			return;

	if (!p->org || a->type.v != ALIAS_DistributionGroup || !to->at.line ||
	    count_staying(p, to, people_by_address) >= 2)
		return;
	about(finding_add(p->fs, RULE_FEW_RECIPIENTS, a->head.file, span_of(to->at),
			  "mail to this distribution group reaches fewer than two people who stay; "
			  "add another recipient to the group, and write it here"),
	      &a->head, "/spec/recipients");
}

static void check_object(struct people *p, const struct object *o)
{
	const struct push_certificate *cert = (const struct push_certificate *)o;
	const char *reenrol = "/spec/allowReenrol";

	switch (o->kind) {
	case KIND_Policy:
		people_check_approval(p, o, ((const struct policy *)o)->allow_reenrol, reenrol);
		break;
	case KIND_CertificateAssignment:
		people_check_approval(
		    p, o, ((const struct certificate_assignment *)o)->allow_reenrol, reenrol);
		break;
	case KIND_PushCertificate:
		people_check_approval(p, o, cert->allow_topic_change, "/spec/allowTopicChange");
		if (cert->confirmed_install)
			people_check_id(p, o, &cert->confirmed_install->by,
					"/spec/confirmedInstall/by");
		break;
	default:
		break;
	}
}

void people_check_tenant(struct people *p, const struct resolution *r)
{
	if (r->tenant && r->tenant->suspend)
		people_check_id(p, &r->tenant->head, &r->tenant->suspend->by, "/spec/suspend/by");
	for (enum kind_id kind = 1; kind < KIND_MAX; kind++)
		for (size_t i = 0; i < r->own[kind].n; i++)
			check_object(p, r->own[kind].item[i]);
}
