/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/run/rows.h"


#include "schema/base/text.h"

static int collect_row(const void *row, void *arg, struct err *e)
{
	struct rows *c = arg;

	(void)e;
	__builtin_memcpy(arena_push(c->mem, &c->item, &c->n, &c->cap, c->size), row, c->size);
	return 0;
}

int rows_equal(struct store_txn *t, enum store_table_id table, const char *col, const char *value,
	       struct rows *c, struct err *e)
{
	struct store_where where = { .select = STORE_EQUAL, .col = col, .text = value };

	c->size = store_table(table)->size;
	return store_each(t, table, &where, c->mem, collect_row, c, e);
}

int rows_find_tenant(struct store_txn *t, const char *name, struct arena *mem,
		     struct row_tenant *out, struct err *e)
{
	struct rows c = { .mem = mem };

	if (rows_equal(t, TABLE_TENANT, "name", name, &c, e))
		return -1;
	if (c.n)
		*out = ((struct row_tenant *)c.item)[0];
	return c.n > 0;
}

int rows_tenant_names(struct store_txn *t, struct arena *mem, const char ***name, size_t *n,
		      struct err *e)
{
	struct store_where all = { .select = STORE_ALL };
	struct rows c = { .mem = mem, .size = store_table(TABLE_TENANT)->size };

	if (store_each(t, TABLE_TENANT, &all, mem, collect_row, &c, e))
		return -1;
	*name = arena_array(mem, c.n + 1, sizeof(**name));
	*n = c.n;
	for (size_t i = 0; i < c.n; i++)
		(*name)[i] = ((struct row_tenant *)c.item)[i].name;
	return 0;
}

int rows_meta(struct store_txn *t, const char *key, struct arena *mem, const char **value,
	      struct err *e)
{
	struct row_meta row = { .key = key };
	int r = store_get(t, TABLE_META, &row, mem, e);

	if (r < 0)
		return -1;
	*value = r ? row.value : NULL;
	return 0;
}

int rows_set_meta(struct store_txn *t, const char *key, const char *value, struct err *e)
{
	struct row_meta row = { key, value };

	return store_put(t, TABLE_META, &row, e);
}

static struct actual_request *request_of(const struct rows *requests, const char *spki,
					 struct arena *mem)
{
	const struct row_request *rows = requests->item;

	for (size_t i = 0; i < requests->n; i++) {
		if (!text_eq(rows[i].spki, spki))
			continue;
		struct actual_request *r = arena_alloc(mem, sizeof(*r));
		r->state = request_state_of(rows[i].state, NULL);
		r->file = rows[i].file;
		r->is_signed = rows[i].upload.len > 0;
		r->requested_at = rows[i].requested_at;
		r->signer_not_after = rows[i].signer_not_after;
		return r;
	}
	return NULL;
}

static int load_keys(struct store_txn *t, struct actual_cert *c, struct arena *mem, struct err *e)
{
	struct rows keys = { .mem = mem }, requests = { .mem = mem };

	if (rows_equal(t, TABLE_KEY_RECORD, "certificate_uid", c->uid, &keys, e) ||
	    rows_equal(t, TABLE_REQUEST, "certificate_uid", c->uid, &requests, e))
		return -1;
	const struct row_key_record *rows = keys.item;
	c->key = arena_array(mem, keys.n, sizeof(*c->key));
	c->n_key = keys.n;
	for (size_t i = 0; i < keys.n; i++)
		c->key[i] = (struct actual_key){
			.spki = rows[i].spki,
			.state = key_state_of(rows[i].state, NULL),
			.version = rows[i].version,
			.created_at = rows[i].created_at,
			.request = request_of(&requests, rows[i].spki, mem),
		};
	return 0;
}

static struct actual_probe probe_of(const struct rows *probes, const char *sha256)
{
	const struct row_probe *rows = probes->item;

	for (size_t i = 0; i < probes->n; i++)
		if (text_eq(rows[i].sha256, sha256))
			return (struct actual_probe){
				.result = apns_result_of(rows[i].result),
				.reason = rows[i].reason,
				.detail = rows[i].detail,
				.alert = (int)rows[i].alert,
				.probed_at = rows[i].probed_at,
				.since = rows[i].since,
				.fault = rows[i].fault,
				.fault_detail = rows[i].fault_detail,
				.fault_since = rows[i].fault_since,
			};
	return (struct actual_probe){ .alert = -1,
				      .probed_at = TIME_UNKNOWN,
				      .since = TIME_UNKNOWN,
				      .fault_since = TIME_UNKNOWN };
}

static int load_pairs(struct store_txn *t, struct actual_cert *c, struct arena *mem, struct err *e)
{
	struct rows pairs = { .mem = mem }, probes = { .mem = mem };

	if (rows_equal(t, TABLE_PAIR, "certificate_uid", c->uid, &pairs, e) ||
	    rows_equal(t, TABLE_PROBE, "certificate_uid", c->uid, &probes, e))
		return -1;
	const struct row_pair *rows = pairs.item;
	c->pair = arena_array(mem, pairs.n, sizeof(*c->pair));
	c->n_pair = pairs.n;
	for (size_t i = 0; i < pairs.n; i++)
		c->pair[i] = (struct actual_pair){
			.sha256 = rows[i].sha256,
			.spki = rows[i].spki,
			.phase = pair_phase_of(rows[i].phase, NULL),
			.topic = rows[i].topic,
			.serial = rows[i].serial,
			.row = rows[i].portal_row,
			.issuer = rows[i].issuer,
			.not_before = rows[i].not_before,
			.not_after = rows[i].not_after,
			.returned_at = rows[i].returned_at,
			.active_at = rows[i].active_at,
			.probe = probe_of(&probes, rows[i].sha256),
		};
	return 0;
}

static int load_servers(struct store_txn *t, struct actual_cert *c, struct arena *mem,
			struct err *e)
{
	struct rows seen = { .mem = mem };

	if (rows_equal(t, TABLE_OBSERVATION, "certificate_uid", c->uid, &seen, e))
		return -1;
	const struct row_observation *rows = seen.item;
	c->server = arena_array(mem, seen.n, sizeof(*c->server));
	c->n_server = seen.n;
	for (size_t i = 0; i < seen.n; i++)
		c->server[i] = (struct actual_server){
			.name = rows[i].server,
			.seen = { .presence = presence_of(rows[i].presence),
				  .topic = rows[i].topic,
				  .serial = rows[i].serial,
				  .not_after = rows[i].not_after,
				  .can_read = rows[i].can_read != 0,
				  .reason = rows[i].reason,
				  .error = rows[i].error },
			.observed_at = rows[i].observed_at,
			.installed_sha256 = rows[i].installed_sha256,
			.installed_at = rows[i].installed_at,
		};
	return 0;
}

int rows_put_server(struct store_txn *t, const char *certificate_uid, const struct actual_server *s,
		    struct err *e)
{
	struct row_observation row = {
		.certificate_uid = certificate_uid,
		.server = s->name,
		.presence = presence_name(s->seen.presence),
		.reason = s->seen.reason,
		.topic = s->seen.topic,
		.not_after = s->seen.not_after,
		.serial = s->seen.serial,
		.observed_at = s->observed_at,
		.error = s->seen.error,
		.installed_sha256 = s->installed_sha256,
		.installed_at = s->installed_at,
		.can_read = s->seen.can_read,
	};

	return store_put(t, TABLE_OBSERVATION, &row, e);
}

static int load_wish(struct store_txn *t, struct actual_cert *c, struct arena *mem, struct err *e)
{
	struct rows claims = { .mem = mem };

	if (rows_equal(t, TABLE_CLAIM, "certificate_uid", c->uid, &claims, e))
		return -1;
	const struct row_claim *rows = claims.item;
	for (size_t i = 0; i < claims.n; i++)
		if (!rows[i].proven && text_eq(rows[i].kind, CLAIM_TOPIC))
			c->wish = rows[i].value;
	return 0;
}

static int load_cert(struct store_txn *t, const struct row_certificate *row,
		     struct actual_cert *c, struct arena *mem, struct err *e)
{
	*c = (struct actual_cert){
		.uid = row->uid,
		.name = row->name,
		.state = object_state_of(row->state, NULL),
		.topic = row->topic,
		.pinned_by = pin_source_of(row->pinned_by, NULL),
		.apple_id = row->apple_id,
		.was_protected = text_eq(row->protection, "Protected"),
	};
	return load_keys(t, c, mem, e) || load_pairs(t, c, mem, e) ||
			       load_servers(t, c, mem, e) || load_wish(t, c, mem, e) ?
		       -1 :
		       0;
}

static int load_policies(struct store_txn *t, struct actual_tenant *out, struct arena *mem,
			 struct err *e)
{
	struct rows c = { .mem = mem };

	if (rows_equal(t, TABLE_POLICY, "tenant_uid", out->uid, &c, e))
		return -1;
	const struct row_policy *rows = c.item;
	out->policy = arena_array(mem, c.n, sizeof(*out->policy));
	out->n_policy = c.n;
	for (size_t i = 0; i < c.n; i++)
		out->policy[i] = (struct actual_policy){ .name = rows[i].name,
							 .topic = rows[i].topic };
	return 0;
}

int rows_tenant(struct store_txn *t, const char *name, struct arena *mem,
		struct actual_tenant *out, struct err *e)
{
	struct row_tenant row;
	struct rows c = { .mem = mem };
	int r = rows_find_tenant(t, name, mem, &row, e);

	*out = (struct actual_tenant){ .name = arena_strdup(mem, name) };
	if (r <= 0)
		return r;
	out->uid = row.uid;
	out->state = object_state_of(row.state, NULL);
	if (rows_equal(t, TABLE_CERTIFICATE, "tenant_uid", row.uid, &c, e))
		return -1;
	out->cert = arena_array(mem, c.n, sizeof(*out->cert));
	out->n_cert = c.n;
	for (size_t i = 0; i < c.n; i++)
		if (load_cert(t, &((struct row_certificate *)c.item)[i], &out->cert[i], mem, e))
			return -1;
	if (load_policies(t, out, mem, e))
		return -1;
	actual_sort(out);
	return 0;
}

static void add_unknown_certs(const struct want_tenant *want, struct actual_tenant *a,
			      struct arena *mem)
{
	struct actual_cert *all = arena_array(mem, a->n_cert + want->n_cert + 1, sizeof(*all));
	size_t n = a->n_cert;

	for (size_t i = 0; i < a->n_cert; i++)
		all[i] = a->cert[i];
	for (size_t i = 0; i < want->n_cert; i++)
		if (!actual_match(a, &want->cert[i]))
			all[n++] = (struct actual_cert){ .name = want->cert[i].ref.name };
	a->cert = all;
	a->n_cert = n;
	actual_sort(a);
}

static void add_unseen_servers(const struct want_cert *w, struct actual_cert *c, struct arena *mem)
{
	struct actual_server *all =
		arena_array(mem, c->n_server + w->n_server + 1, sizeof(*all));
	size_t n = c->n_server;

	for (size_t i = 0; i < c->n_server; i++)
		all[i] = c->server[i];
	for (size_t i = 0; i < w->n_server; i++)
		if (!actual_server(c, w->server[i].name))
			all[n++] = (struct actual_server){
				.name = w->server[i].name,
				.seen = { .not_after = TIME_UNKNOWN, .can_read = true },
				.observed_at = TIME_UNKNOWN,
				.installed_at = TIME_UNKNOWN,
			};
	c->server = all;
	c->n_server = n;
}

/* The object that holds a claim, unless it is the certificate itself. */
static int owner_of(struct store_txn *t, const char *kind, const char *value, const char *own_uid,
		    struct arena *mem, struct ref *out, bool *proven, struct err *e)
{
	struct row_claim claim = { .kind = kind, .value = value };
	struct row_certificate cert;
	struct row_tenant tenant;
	int r = value ? store_get(t, TABLE_CLAIM, &claim, mem, e) : 0;

	if (r <= 0 || text_eq(claim.certificate_uid, own_uid))
		return r < 0 ? -1 : 0;
	cert = (struct row_certificate){ .uid = claim.certificate_uid };
	tenant = (struct row_tenant){ .uid = claim.tenant_uid };
	int c = store_get(t, TABLE_CERTIFICATE, &cert, mem, e);
	int n = c < 0 ? -1 : store_get(t, TABLE_TENANT, &tenant, mem, e);
	if (n < 0)
		return -1;
	if (c && n) {
		*out = (struct ref){ KIND_PushCertificate, tenant.name, cert.name };
		*proven = claim.proven != 0;
	}
	return 0;
}

static int find_owners(struct store_txn *t, const struct want_cert *w, struct actual_cert *c,
		       struct arena *mem, struct err *e)
{
	const struct cert_facts *f = w->in_git;
	bool proven = false;

	c->owners = (struct actual_owners){ 0 };
	if (owner_of(t, CLAIM_TOPIC, w->topic, c->uid, mem, &c->owners.pin, &c->owners.pin_proven,
		     e))
		return -1;
	if (!f || f->form != CERT_FORM_PEM)
		return 0;
	const char *serial = cert_serial_of_issuer(f, mem);
	if (owner_of(t, CLAIM_TOPIC, f->topic, c->uid, mem, &c->owners.topic,
		     &c->owners.topic_proven, e) ||
	    owner_of(t, CLAIM_KEY, f->spki_sha256, c->uid, mem, &c->owners.key, &proven, e) ||
	    owner_of(t, CLAIM_SERIAL, serial, c->uid, mem, &c->owners.serial, &proven, e))
		return -1;
	return 0;
}

void rows_make_room(const struct want_tenant *want, struct arena *mem,
		    struct actual_tenant *actual)
{
	add_unknown_certs(want, actual, mem);
	for (size_t i = 0; i < want->n_cert; i++)
		add_unseen_servers(&want->cert[i], actual_match(actual, &want->cert[i]), mem);
}

int rows_owners(struct store_txn *t, const struct want_tenant *want, struct arena *mem,
		struct actual_tenant *actual, struct err *e)
{
	for (size_t i = 0; i < want->n_cert; i++)
		if (find_owners(t, &want->cert[i], actual_match(actual, &want->cert[i]), mem, e))
			return -1;
	return 0;
}
