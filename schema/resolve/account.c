/* SPDX-License-Identifier: Apache-2.0 */
/* Who signs in with which Apple Account. */
#include <stdint.h>
#include <stdlib.h>
#include <strings.h>

#include "schema/load/set_index.h"
#include "schema/resolve/link.h"

/* A certificate and the alias that it names. */
struct use {
	const struct apple_id_alias *alias;
	struct want_cert *cert;
};

static int by_alias(const void *x, const void *y)
{
	const struct use *a = x, *b = y;

	if (a->alias == b->alias)
		return a->cert < b->cert ? -1 : a->cert > b->cert;
	return (uintptr_t)a->alias < (uintptr_t)b->alias ? -1 : 1;
}

static const char *person_name(const struct resolution *r, const char *id)
{
	const struct person *p = NULL;

	if (r->org)
		p = set_listed(r->shared, &r->org->head, LIST_PEOPLE, id);
	return p && p->name.s ? p->name.s : id;
}

static struct want_account account_of(struct resolution *r, const struct apple_id_alias *a)
{
	struct want_account out = { .alias = a->head.meta.name.s,
				    .address = a->apple_id.s,
				    .moved_from = a->account_move ? a->account_move->from.s : NULL,
				    .type = (enum alias_type)a->type.v,
				    .is_shared = !a->head.meta.tenant.s };
	const char **who = arena_array(r->mem, a->custodians.n + 1, sizeof(*who));

	for (size_t i = 0; i < a->custodians.n; i++)
		if (a->custodians.item[i].s)
			who[out.n_who++] = person_name(r, a->custodians.item[i].s);
	out.who = who;
	out.from = (struct origin){ a->head.file, pos_of(name_span(&a->head)) };
	return out;
}

bool account_continues(const struct want_account *a, const char *address)
{
	return !strcasecmp(a->address, address) ||
	       (a->moved_from && !strcasecmp(a->moved_from, address));
}

/* Each alias is looked up once, however many certificates use it. */
void resolve_accounts(struct resolution *r, const struct apple_id_alias *const *alias)
{
	struct use *use = arena_array(r->mem, r->out->n_cert + 1, sizeof(*use));
	struct want_account account = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < r->out->n_cert; i++)
		if (alias[i])
			use[n++] = (struct use){ alias[i], &r->out->cert[i] };
	if (n)
		qsort(use, n, sizeof(*use), by_alias);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || use[i].alias != use[i - 1].alias)
			account = account_of(r, use[i].alias);
		use[i].cert->account = account;
	}
}
