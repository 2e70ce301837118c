/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
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

/* False when enough people were compared already; then nobody is suggested. */
static bool may_compare(struct people *p)
{
	if (p->org->people.n > *p->comparisons)
		return false;
	*p->comparisons -= p->org->people.n;
	return true;
}

/* The id of the only one with this name or mail address; NULL: none, or several. */
static const char *id_of(const struct people *p, const char *word)
{
	const struct person *all = p->org->people.item;
	const char *found = NULL;

	for (size_t i = 0; i < p->org->people.n; i++) {
		bool is_it = (all[i].name.s && !strcasecmp(all[i].name.s, word)) ||
			     (all[i].email.s && !strcasecmp(all[i].email.s, word));
		if (is_it && found)
			return NULL;
		if (is_it)
			found = all[i].id.s;
	}
	return found;
}

/* "alex, sam" for ids with blanks between them; NULL: some word is none. */
static const char *separate(const struct people *p, const char *words)
{
	const char *list = NULL;

	for (size_t n; *words; words += n + strspn(words + n, " ")) {
		n = strcspn(words, " ");
		const char *id = arena_strndup(p->fs->mem, words, n);
		if (!person_of(p, id))
			return NULL;
		list = list ? arena_printf(p->fs->mem, "%s, %s", list, id) : id;
	}
	return list;
}

/* The id that was meant, in a list also several; NULL: nobody knows. */
static const char *nearest_id(struct people *p, const char *word, bool in_list)
{
	const struct person *all = p->org->people.item;
	size_t n = 0;

	if (!may_compare(p))
		return NULL;
	const char **id = arena_array(p->fs->mem, p->org->people.n + 1, sizeof(*id));
	for (size_t i = 0; i < p->org->people.n; i++)
		if (all[i].id.s)
			id[n++] = all[i].id.s;
	const char *same = id_of(p, word);
	if (!same && in_list)
		same = separate(p, word);
	return same ? same : text_nearest(word, id, n);
}

/* ": alex, sam" when the ids are few enough to be told; "". */
static const char *list_ids(const struct people *p)
{
	enum { SHOWN = 8 };
	const struct person *all = p->org->people.item;
	const char *list = "";

	if (p->org->people.n > SHOWN)
		return "";
	for (size_t i = 0; i < p->org->people.n; i++)
		if (all[i].id.s)
			list = arena_printf(p->fs->mem, "%s%s %s", list, *list ? "," : ":",
					    all[i].id.s);
	return list;
}

void people_check_id(struct people *p, const struct object *o, const struct text *id,
		     const char *pointer)
{
	bool is_id = text_is_name(id->s);
	const char *near, *what;
	struct finding *f;

	if (!id->s || (is_id && (!p->org || person_of(p, id->s))))
		return;
	bool in_list = isdigit((unsigned char)pointer[strlen(pointer) - 1]);
	near = p->org ? nearest_id(p, id->s, in_list) : NULL;
	if (is_id)
		what = near ? "is none of the Organization's people"
			    : "is none of the Organization's people; add the person there, or "
			      "name one of them";
	else
		what = arena_printf(p->fs->mem,
				    "is not the id of a person; write one of the ids "
				    "in the Organization%s",
				    p->org ? list_ids(p) : "");
	f = finding_add(p->fs, is_id ? RULE_UNKNOWN_PERSON : RULE_BAD_VALUE, o->file,
			span_of(id->at), "\"%s\" %s%s%s%s", id->s, what,
			near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	about(f, o, pointer);
	if (near)
		suggest_text(p->fs, f, id, near, "take the id");
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

/* A person who is named again; then fewer can sign in than it looks. */
static void say_again(struct people *p, const struct apple_id_alias *a, const struct text *id,
		      bool too_few)
{
	about(finding_add(p->fs, RULE_DUPLICATE_ENTRY, a->head.file, span_of(id->at),
			  too_few
			      ? "%s is named twice; name somebody else here, so that two people "
				"can sign in"
			      : "%s is named twice; take one out",
			  id->s),
	      &a->head,
	      arena_printf(p->fs->mem, "/spec/custodians/%zu", (size_t)(id - a->custodians.item)));
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
	for (size_t i = 0; i < n; i++)
		distinct += i == 0 || !text_eq(id[i]->s, id[i - 1]->s);
	for (size_t i = 1; i < n; i++)
		if (text_eq(id[i]->s, id[i - 1]->s))
			say_again(p, a, id[i], distinct < 2);
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
	for (size_t i = 0; i < a->custodians.n; i++)
		if (a->custodians.item[i].s && !text_is_name(a->custodians.item[i].s))
			return; /* nobody knows how many are meant */
	if (!a->custodians.n || (distinct < 2 && a->custodians.n > distinct))
		return; /* told: by decoding, or as one who is named twice */
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
