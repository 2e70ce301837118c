/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/run/renames.h"

#include <string.h>

#include "reconcile/run/register.h"
#include "reconcile/run/rows.h"
#include "schema/base/text.h"

void renames_note(struct renamings *all, const struct want_tenant *t, struct selection *s)
{
	if (!t->n_previous)
		return;
	struct renaming *one = arena_push(&s->mem, &all->item, &all->n, &all->cap, sizeof(*one));

	*one = (struct renaming){ .name = arena_strdup(&s->mem, t->name) };
	one->old = arena_array(&s->mem, t->n_previous, sizeof(*one->old));
	for (size_t i = 0; i < t->n_previous; i++)
		one->old[one->n_old++] = arena_strdup(&s->mem, t->previous_name[i]);
}

/* Nothing is left to be renamed: it never was more than a name. */
static bool is_spent(const struct actual_tenant *t)
{
	return !t->uid || (t->state == OBJECT_Archived && actual_is_blank(t));
}

struct deciding {
	struct run *run;
	struct selection *s;
	const struct renamings *all;
	struct arena mem;
};

/* 1: the source has a folder of this name; 0: it has none; -1: error. */
static int has_folder(struct deciding *d, const char *name, struct err *e)
{
	struct source *s = d->run->ports->source;
	char oid[OID_TEXT];
	int r = s->ops->lookup(s, d->run->load.commit, arena_printf(&d->mem, "tenants/%s", name),
			       oid, e);

	return r < 0 ? -1 : !r;
}

static void refuse(struct deciding *d, struct selected *now, const char *old, const char *why)
{
	struct selected *was = selection_find(d->s, old);

	now->refused = why;
	if (was)
		was->is_kept = true;
}

/* Another one that would take the old name too; NULL: none. */
static const struct renaming *rival_of(const struct deciding *d, const struct renaming *one)
{
	for (size_t i = 0; i < d->all->n; i++)
		if (&d->all->item[i] != one && text_eq(d->all->item[i].takes, one->takes))
			return &d->all->item[i];
	return NULL;
}

/* 1: the tenant is one already that nobody else can become; 0: not; -1: error. */
static int is_somebody(struct store_txn *t, struct deciding *d, const char *name, struct err *e)
{
	struct actual_tenant own;

	if (rows_tenant(t, name, &d->mem, &own, e))
		return -1;
	return own.uid && !actual_is_blank(&own);
}

/* The first of its old names that has no folder and is known. */
static int find_taken(struct store_txn *t, struct deciding *d, struct renaming *one, struct err *e)
{
	for (size_t i = 0; i < one->n_old && !one->takes; i++) {
		struct actual_tenant was;
		int there = has_folder(d, one->old[i], e);
		if (there < 0 || (!there && rows_tenant(t, one->old[i], &d->mem, &was, e)))
			return -1;
		if (!there && !is_spent(&was))
			one->takes = arena_strdup(&d->s->mem, was.name);
	}
	return 0;
}

/* All are known: so three heirs are as many as two. */
static int decide(struct store_txn *t, struct deciding *d, const struct renaming *one,
		  struct err *e)
{
	struct arena *keep = &d->s->mem;
	struct selected *now = selection_find(d->s, one->name);
	const struct renaming *rival = rival_of(d, one);
	struct actual_tenant was;
	int somebody = is_somebody(t, d, one->name, e);

	if (somebody < 0 || rows_tenant(t, one->takes, &d->mem, &was, e))
		return -1;
	if (rival)
		refuse(d, now, one->takes,
		       arena_printf(keep,
				    "tenant %s is gone, and both %s and %s have it as previous "
				    "name; only one can be the renamed one",
				    one->takes, one < rival ? one->name : rival->name,
				    one < rival ? rival->name : one->name));
	else if (!somebody)
		now->old_name = one->takes;
	else if (was.state == OBJECT_Live)
		refuse(d, now, one->takes,
		       arena_printf(keep,
				    "tenant %s is gone and should be called %s, but another tenant "
				    "was called so until now; give each of them a name that was "
				    "free, one revision after the other",
				    one->takes, one->name));
	return 0;
}

static int decide_all(struct store_txn *t, void *arg, struct err *e)
{
	struct deciding *d = arg;

	for (size_t i = 0; i < d->all->n; i++)
		if (find_taken(t, d, &d->all->item[i], e))
			return -1;
	for (size_t i = 0; i < d->all->n; i++)
		if (d->all->item[i].takes && decide(t, d, &d->all->item[i], e))
			return -1;
	return 0;
}

int renames_decide(struct run *r, const struct renamings *all, struct selection *s, struct err *e)
{
	struct deciding d = { .run = r, .s = s, .all = all };
	int failed = all->n ? run_read(r, decide_all, &d, e) : 0;

	for (size_t i = 0; i < all->n && !failed; i++) {
		const struct selected *now = selection_find(s, all->item[i].name);
		struct selected *was = now->old_name ? selection_find(s, now->old_name) : NULL;
		if (was)
			selection_drop(s, was);
	}
	arena_release(&d.mem);
	return failed;
}

/* "requests/old/old--push.20271010.plist" under the new name. */
static const char *request_file(struct arena *mem, const char *file, const char *old,
				const char *name)
{
	const char *head = arena_printf(mem, "requests/%s/%s--", old, old);

	if (!file || !text_starts(file, head))
		return file;
	return arena_printf(mem, "requests/%s/%s--%s", name, name, file + strlen(head));
}

static void rename_requests(const struct unit *u, struct actual_cert *c, struct arena *mem)
{
	for (size_t i = 0; i < c->n_key; i++) {
		if (!c->key[i].request)
			continue;
		struct actual_request *q = arena_alloc(mem, sizeof(*q));
		*q = *c->key[i].request;
		q->file = request_file(mem, q->file, u->old_name, u->name);
		c->key[i].request = q;
	}
}

/* In a directory each tenant has a folder of its own: that of the new name is empty yet. */
static void forget_folders(const struct want_cert *w, struct actual_cert *c)
{
	for (size_t i = 0; i < w->n_server; i++) {
		struct actual_server *s = actual_server(c, w->server[i].name);
		if (!s || w->server[i].type != SERVER_Directory)
			continue;
		if (s->seen.presence == PRESENCE_present)
			s->seen = (struct server_observation){ .presence = PRESENCE_absent,
							       .not_after = TIME_UNKNOWN,
							       .can_read = s->seen.can_read };
		if (w->server[i].drift == DRIFT_Report) /* what we once put there is elsewhere */
			s->installed_sha256 = NULL;
	}
}

int renames_read(struct store_txn *t, struct unit *u, struct err *e)
{
	if (u->old_name && rows_tenant(t, u->old_name, &u->mem, &u->actual, e))
		return -1;
	if (!u->old_name || is_spent(&u->actual))
		return rows_tenant(t, u->name, &u->mem, &u->actual, e);
	for (size_t i = 0; i < u->actual.n_cert; i++)
		rename_requests(u, &u->actual.cert[i], &u->mem);
	for (size_t i = 0; i < u->loaded.want.n_cert; i++) {
		struct actual_cert *c = actual_match(&u->actual, &u->loaded.want.cert[i]);
		if (c)
			forget_folders(&u->loaded.want.cert[i], c);
	}
	return 0;
}

static int forget_wishes(struct store_txn *t, const char *tenant_uid, struct arena *mem,
			 struct err *e)
{
	struct rows claims = { .mem = mem };

	if (rows_equal(t, TABLE_CLAIM, "tenant_uid", tenant_uid, &claims, e))
		return -1;
	const struct row_claim *row = claims.item;
	for (size_t i = 0; i < claims.n; i++)
		if (!row[i].proven && store_remove(t, TABLE_CLAIM, &row[i], e) < 0)
			return -1;
	return 0;
}

/* What was noted of a tenant of which nothing was made speaks for nobody any more. */
static int empty(struct store_txn *t, const char *tenant_uid, struct arena *mem, struct err *e)
{
	struct rows certs = { .mem = mem };

	if (forget_wishes(t, tenant_uid, mem, e) ||
	    rows_equal(t, TABLE_CERTIFICATE, "tenant_uid", tenant_uid, &certs, e))
		return -1;
	struct row_certificate *row = certs.item;
	for (size_t i = 0; i < certs.n; i++) {
		struct row_summary told = { .certificate_uid = row[i].uid };
		row[i].state = object_state_word(OBJECT_Archived);
		if (store_put(t, TABLE_CERTIFICATE, &row[i], e) ||
		    store_remove(t, TABLE_SUMMARY, &told, e) < 0)
			return -1;
	}
	return 0;
}

/* The old name stays behind: on the row that had the new one, or on a row of its own. */
static int leave_name(struct store_txn *t, const struct unit *u, struct arena *mem, struct err *e)
{
	struct row_tenant row = { 0 };
	int found = rows_find_tenant(t, u->name, mem, &row, e);

	if (found < 0 || (found ? empty(t, row.uid, mem, e) : register_uid(mem, &row.uid, e)))
		return -1;
	row.name = u->old_name;
	row.state = object_state_word(OBJECT_Archived);
	row.tree = row.stop = "";
	struct row_due due = { row.uid, "recover", 0 };
	return store_put(t, TABLE_TENANT, &row, e) || store_put(t, TABLE_DUE, &due, e) ? -1 : 0;
}

static int take_name(struct store_txn *t, const struct unit *u, struct arena *mem, struct err *e)
{
	struct row_tenant row = { .uid = u->actual.uid };
	int found = store_get(t, TABLE_TENANT, &row, mem, e);

	if (found <= 0)
		return found ? -1 : err_set(e, ERR_BUG, "the tenant is not in the store");
	row.name = u->name;
	row.state = object_state_word(OBJECT_Live);
	row.tree = "";
	return store_put(t, TABLE_TENANT, &row, e);
}

static int put_certificate(struct store_txn *t, const struct unit *u, const struct actual_cert *c,
			   struct arena *mem, struct err *e)
{
	struct rows requests = { .mem = mem };

	if (rows_equal(t, TABLE_REQUEST, "certificate_uid", c->uid, &requests, e))
		return -1;
	struct row_request *row = requests.item;
	for (size_t i = 0; i < requests.n; i++) {
		row[i].file = request_file(mem, row[i].file, u->old_name, u->name);
		if (store_put(t, TABLE_REQUEST, &row[i], e))
			return -1;
	}
	for (size_t i = 0; i < c->n_server; i++)
		if (c->server[i].observed_at != TIME_UNKNOWN &&
		    rows_put_server(t, c->uid, &c->server[i], e))
			return -1;
	return 0;
}

int renames_apply(struct store_txn *t, struct unit *u, struct arena *mem, struct err *e)
{
	if (leave_name(t, u, mem, e) || take_name(t, u, mem, e))
		return -1;
	for (size_t i = 0; i < u->actual.n_cert; i++)
		if (u->actual.cert[i].uid && put_certificate(t, u, &u->actual.cert[i], mem, e))
			return -1;
	return 0;
}

int renames_settle(struct store_txn *t, const struct unit *u, struct arena *mem, struct err *e)
{
	struct row_tenant row;
	bool is_done = u->old_name && !u->error;
	int found = is_done ? rows_find_tenant(t, u->old_name, mem, &row, e) : 0;
	struct row_due due = { found > 0 ? row.uid : NULL, "recover", 0 };

	if (found <= 0)
		return found;
	return store_remove(t, TABLE_DUE, &due, e) < 0 ? -1 : 0;
}
