/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tenants and certificates get their uid when a run first works on them: random, so that a name may
 * change and what hangs on it stays. A topic that a manifest names is noted as a wish: of two
 * wishes the one that the store saw first stands (safety rule 4); a proven claim beats both.
 */
#include "reconcile/run/register.h"

#include <sys/random.h>

#include "reconcile/run/rows.h"
#include "reconcile/run/wishes.h"
#include "schema/base/text.h"

enum { UID_BYTES = 16 };

int register_uid(struct arena *mem, const char **uid, struct err *e)
{
	unsigned char bytes[UID_BYTES];
	struct buf hex = BUF_INIT(2 * UID_BYTES);

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return err_set(e, ERR_IO, "the system gives no random bytes");
	text_hex(&hex, bytes, sizeof(bytes));
	*uid = arena_strdup(mem, buf_str(&hex));
	buf_release(&hex);
	return 0;
}

static int register_cert(struct store_txn *t, struct run *r, struct unit *u,
			 struct actual_cert *c, struct err *e)
{
	if (register_uid(&u->mem, &c->uid, e))
		return -1;
	struct row_certificate row = {
		.uid = c->uid,
		.tenant_uid = u->actual.uid,
		.name = c->name,
		.state = object_state_word(OBJECT_Live),
		.pinned_by = pin_source_word(PIN_None),
		.created_at = real_now(r),
	};
	return store_insert(t, TABLE_CERTIFICATE, &row, e);
}

static int register_tenant(struct store_txn *t, struct unit *u, struct err *e)
{
	if (register_uid(&u->mem, &u->actual.uid, e))
		return -1;
	struct row_tenant row = {
		.uid = u->actual.uid,
		.name = u->name,
		.display_name = u->loaded.want.display_name,
		.state = object_state_word(OBJECT_Live),
	};
	return store_insert(t, TABLE_TENANT, &row, e);
}

/* A wish that the manifest does not have any more is free for others. */
static int forget_wish(struct store_txn *t, const struct actual_cert *c, const char *topic,
		       struct err *e)
{
	struct row_claim claim = { .kind = CLAIM_TOPIC, .value = c->wish };

	if (!c->wish || text_eq(c->wish, topic))
		return 0;
	return store_remove(t, TABLE_CLAIM, &claim, e) < 0 ? -1 : 0;
}

/* What the manifest names, else what a file in Git carries whose key nobody here holds. */
static const char *wish_of(const struct want_cert *w, const struct actual_cert *c)
{
	if (w->topic || c->topic || !w->in_git || !cert_is_mdm(w->in_git) ||
	    actual_key(c, w->in_git->spki_sha256))
		return w->topic;
	return w->in_git->topic;
}

static int note_wish(struct store_txn *t, struct run *r, struct unit *u,
		     const struct want_cert *w, struct err *e)
{
	const struct actual_cert *c = actual_match(&u->actual, w);
	const char *topic = wish_of(w, c);
	struct row_claim claim = { .kind = CLAIM_TOPIC, .value = topic };

	if (forget_wish(t, c, topic, e))
		return -1;
	if (!topic || wishes_rival(r, topic, &w->ref))
		return 0;
	int found = store_get(t, TABLE_CLAIM, &claim, &u->mem, e);
	if (found)
		return found < 0 ? -1 : 0;
	claim = (struct row_claim){ CLAIM_TOPIC, topic, u->actual.uid, c->uid, 0, r->env.now };
	return store_insert(t, TABLE_CLAIM, &claim, e);
}

/* True when every topic that is named is that of the pin or noted already. */
static bool has_no_wish(const struct unit *u)
{
	const struct want_tenant *w = &u->loaded.want;

	for (size_t i = 0; i < w->n_cert; i++) {
		const struct actual_cert *c = actual_match(&u->actual, &w->cert[i]);
		const char *topic = wish_of(&w->cert[i], c);
		if (!text_eq(topic, c->wish) && (c->wish || !text_eq(topic, c->topic)))
			return false;
	}
	return true;
}

static bool is_registered(const struct unit *u)
{
	if (u->is_gone || u->error)
		return true;
	for (size_t i = 0; i < u->actual.n_cert; i++)
		if (!u->actual.cert[i].uid)
			return false;
	return u->actual.uid && has_no_wish(u);
}

static int register_txn(struct store_txn *t, void *arg, struct err *e)
{
	struct batch *g = arg;

	for (size_t i = 0; i < g->n; i++) {
		struct unit *u = g->unit[i];
		if (is_registered(u))
			continue;
		if (!u->actual.uid && register_tenant(t, u, e))
			return -1;
		for (size_t k = 0; k < u->actual.n_cert; k++)
			if (!u->actual.cert[k].uid &&
			    register_cert(t, g->run, u, &u->actual.cert[k], e))
				return -1;
		for (size_t k = 0; k < u->loaded.want.n_cert; k++)
			if (note_wish(t, g->run, u, &u->loaded.want.cert[k], e))
				return -1;
	}
	return 0;
}

int register_units(struct run *r, struct unit **u, size_t n, struct err *e)
{
	struct batch g = { r, u, n };

	for (size_t i = 0; i < n; i++)
		if (!is_registered(u[i]))
			return run_write(r, register_txn, &g, e);
	return 0;
}
