/* SPDX-License-Identifier: Apache-2.0 */
/* Every private key of the store is opened once and compared with its public key; the audit log. */
#include "cmd/apnsctl/ports.h"
#include "reconcile/port/store.h"
#include "reconcile/run/audit.h"

struct key_check {
	struct opened *o;
	size_t n, limit; /* limit 0: all */
	struct arena mem;
	struct store_txn *txn;
};

static int check_key(const void *row, void *arg, struct err *e)
{
	const struct row_key_record *k = row;
	struct key_check *c = arg;
	struct row_certificate cert = { .uid = k->certificate_uid };
	int found = store_get(c->txn, TABLE_CERTIFICATE, &cert, &c->mem, e);

	if (found <= 0)
		return found ? -1 : err_set(e, ERR_IO, "a key belongs to no certificate");
	struct key_ref ref = { cert.tenant_uid, k->certificate_uid, k->spki, k->version,
			       k->sealed };
	c->n++;
	if (c->o->ports.keys->ops->check(c->o->ports.keys, &ref, e))
		return err_wrap(e, "key %s of %s", k->spki, cert.name);
	return 0;
}

static int check_keys(struct store_txn *t, void *arg, struct err *e)
{
	struct key_check *c = arg;
	struct store_where all = { .select = STORE_ALL, .limit = c->limit };

	c->txn = t;
	return store_each(t, TABLE_KEY_RECORD, &all, &c->mem, check_key, c, e);
}

int ports_verify_keys(struct opened *o, size_t *n, struct err *e)
{
	struct key_check c = { .o = o };
	int failed = store_read(o->ports.store, check_keys, &c, e);

	*n = c.n;
	arena_release(&c.mem);
	return failed;
}

static int check_audit(struct store_txn *t, void *arg, struct err *e)
{
	return audit_check(t, arg, e);
}

int ports_verify_audit(struct opened *o, struct err *e)
{
	size_t lines = 0;

	return store_read(o->ports.store, check_audit, &lines, e);
}

int ports_check_unlock(struct opened *o, struct err *e)
{
	struct key_check c = { .o = o, .limit = 1 };
	struct err why = { 0 };
	int failed = store_read(o->ports.store, check_keys, &c, &why);

	arena_release(&c.mem);
	/* A record that is damaged is the fault of that key, not of the unlock key. */
	return failed && why.code == ERR_SEALED ? err_set(e, ERR_SEALED, "%s", why.text) : 0;
}
