/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/run/select.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reconcile/run/rows.h"
#include "schema/base/text.h"

int shared_oids(struct run *r, struct arena *mem, const char **out, struct err *e)
{
	static const char *const paths[] = { "organization.yaml", "organization.yml", "servers",
					     "accounts" };
	struct source *s = r->ports->source;
	const char *all = "";

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		char oid[OID_TEXT] = "";
		int found = s->ops->lookup(s, r->load.commit, paths[i], oid, e);
		if (found < 0)
			return -1;
		all = arena_printf(mem, "%s%s ", all, found ? "-" : oid);
	}
	*out = all;
	return 0;
}

struct known {
	const char *uid, *name, *tree;
	bool archived, quarantined, due;
};

/* All tenants of the store, by name; and which of them are due. */
struct knowledge {
	struct arena mem;
	struct known *item;
	size_t n, cap;
	struct known **by_uid;
	int64_t now;
};

static int know_tenant(const void *row, void *arg, struct err *e)
{
	struct knowledge *k = arg;
	const struct row_tenant *r = row;
	struct known *one = arena_push(&k->mem, &k->item, &k->n, &k->cap, sizeof(*one));

	(void)e;
	*one = (struct known){ r->uid, r->name, r->tree,
			       object_state_of(r->state, NULL) == OBJECT_Archived,
			       text_eq(r->stop, "Quarantined"), false };
	return 0;
}

static int by_uid(const void *x, const void *y)
{
	return text_cmp((*(struct known *const *)x)->uid, (*(struct known *const *)y)->uid);
}

static int by_known_name(const void *x, const void *y)
{
	return text_cmp(((const struct known *)x)->name, ((const struct known *)y)->name);
}

static int know_due(const void *row, void *arg, struct err *e)
{
	struct knowledge *k = arg;
	struct known key = { .uid = ((const struct row_due *)row)->tenant_uid }, *p = &key;
	struct known **found =
		k->n ? bsearch(&p, k->by_uid, k->n, sizeof(*k->by_uid), by_uid) : NULL;

	(void)e;
	if (found)
		(*found)->due = true;
	return 0;
}

static int know_all(struct store_txn *t, void *arg, struct err *e)
{
	struct knowledge *k = arg;
	struct store_where all = { .select = STORE_ALL };
	struct store_where due = { .select = STORE_UPTO, .col = "at", .upto = k->now };

	if (store_each(t, TABLE_TENANT, &all, &k->mem, know_tenant, k, e))
		return -1;
	if (k->n)
		qsort(k->item, k->n, sizeof(*k->item), by_known_name);
	k->by_uid = arena_array(&k->mem, k->n + 1, sizeof(*k->by_uid));
	for (size_t i = 0; i < k->n; i++)
		k->by_uid[i] = &k->item[i];
	if (k->n)
		qsort(k->by_uid, k->n, sizeof(*k->by_uid), by_uid);
	return store_each(t, TABLE_DUE, &due, &k->mem, know_due, k, e);
}

static struct selected *add(struct selection *s, const char *name, const char *tree, bool is_gone)
{
	struct selected *one = arena_push(&s->mem, &s->item, &s->n, &s->cap, sizeof(*one));

	one->name = arena_strdup(&s->mem, name);
	snprintf(one->tree, sizeof(one->tree), "%s", tree ? tree : "");
	one->is_gone = is_gone;
	return one;
}

/* Some folder has come or gone: the errors of a tenant may have had their cause in that. */
static bool any_moved(const struct load *l, const struct knowledge *k)
{
	size_t at = 0;

	for (size_t i = 0; i < k->n; i++) {
		if (k->item[i].archived)
			continue;
		if (at == l->n_tenant || !text_eq(l->tenant[at++].name, k->item[i].name))
			return true;
	}
	return at < l->n_tenant;
}

static void add_present(struct selection *s, const struct load_name *n, const struct known *k,
			bool everyone, bool moved)
{
	bool changed = !k || k->archived || (k->quarantined && moved) ||
		       !text_eq(k->tree, n->tree);

	if (!everyone && !changed && !k->due)
		return;
	struct selected *one = add(s, n->name, n->tree, false);
	one->is_changed = changed;
	one->is_fresh = !k || k->archived || k->quarantined;
}

/* Gone and not archived yet; or archived, and its end is still told. */
static void add_gone(struct selection *s, const struct known *k, bool everyone)
{
	if (!k->archived || k->due || everyone)
		add(s, k->name, NULL, true);
}

/* Two sorted lists, walked once. */
static void merge(const struct load *l, const struct knowledge *k, bool everyone,
		  struct selection *s)
{
	bool moved = any_moved(l, k);
	size_t i = 0, j = 0;

	while (i < l->n_tenant || j < k->n) {
		int c = i == l->n_tenant ? 1 :
			j == k->n	 ? -1 :
					   text_cmp(l->tenant[i].name, k->item[j].name);
		if (c <= 0)
			add_present(s, &l->tenant[i], c ? NULL : &k->item[j], everyone, moved);
		else
			add_gone(s, &k->item[j], everyone);
		i += c <= 0;
		j += c >= 0;
	}
}

int select_tenants(struct run *r, bool everyone, struct selection *out, struct err *e)
{
	struct knowledge k = { .now = r->env.now };

	*out = (struct selection){ 0 };
	int failed = run_read(r, know_all, &k, e);
	for (size_t i = 0; !failed && i < k.n; i++)
		out->n_live += !k.item[i].archived;
	if (!failed)
		merge(&r->load, &k, everyone, out);
	arena_release(&k.mem);
	return failed;
}

void selection_drop(struct selection *s, struct selected *gone)
{
	size_t i = (size_t)(gone - s->item);

	memmove(gone, gone + 1, (--s->n - i) * sizeof(*gone));
}

static int by_selected_name(const void *x, const void *y)
{
	return text_cmp(((const struct selected *)x)->name, ((const struct selected *)y)->name);
}

struct selected *selection_find(const struct selection *s, const char *name)
{
	struct selected key = { .name = name };

	return s->n ? bsearch(&key, s->item, s->n, sizeof(key), by_selected_name) : NULL;
}

/* Until now only what was begun is told of a tenant that comes again. */
static void note_tried(const struct run_result *res, struct selection *s)
{
	for (size_t i = 0; i < res->n_step; i++) {
		const struct kept_step *k = &res->step[i];
		const char *tenant = k->on.kind == KIND_Tenant ? k->on.name : k->on.tenant;
		struct selected *one = selection_find(s, tenant);
		if (one)
			*(const char **)arena_push(&s->mem, &one->tried, &one->n_tried,
						   &one->cap_tried, sizeof(*one->tried)) = k->id;
	}
}

void select_counted(const struct run *r, const struct selection *all, struct selection *out)
{
	const struct gate_list *l = &r->counted;
	const char **tenant = arena_array(&out->mem, l->n + 1, sizeof(*tenant));

	for (size_t i = 0; i < l->n; i++)
		tenant[i] = l->item[i].tenant;
	qsort(tenant, l->n, sizeof(*tenant), text_cmp_at);
	for (size_t i = 0; i < all->n; i++)
		if (bsearch(&all->item[i].name, tenant, l->n, sizeof(*tenant), text_cmp_at))
			*(struct selected *)arena_push(&out->mem, &out->item, &out->n, &out->cap,
						       sizeof(*out->item)) = all->item[i];
	note_tried(r->result, out);
}

void selection_release(struct selection *s)
{
	arena_release(&s->mem);
}
