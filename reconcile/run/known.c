/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/run/known.h"

#include "reconcile/run/rows.h"

struct knowing {
	struct store_txn *t;
	struct arena mem;
	const char *tenant, *uid; /* of the certificate at hand */
	int64_t now;
};

static int put_key(struct knowing *k, const struct actual_key *key, struct err *e)
{
	struct row_key_record row = { .certificate_uid = k->uid,
				      .spki = key->spki,
				      .version = key->version,
				      .state = key_state_word(key->state),
				      .created_at = key->created_at };
	const struct actual_request *r = key->request;

	if (store_put(k->t, TABLE_KEY_RECORD, &row, e))
		return -1;
	if (!r)
		return 0;
	struct row_request request = { .certificate_uid = k->uid,
				       .spki = key->spki,
				       .state = request_state_word(r->state),
				       .file = r->file,
				       .requested_at = r->requested_at,
				       .signer_not_after = r->signer_not_after };
	if (r->is_signed) /* the file itself stays where it is */
		request.upload = (struct blob){ r->file, 1 };
	return store_put(k->t, TABLE_REQUEST, &request, e);
}

static int put_pair(struct knowing *k, const struct actual_pair *p, struct err *e)
{
	const struct actual_probe *a = &p->probe;
	struct row_pair row = { .certificate_uid = k->uid,
				.sha256 = p->sha256,
				.spki = p->spki,
				.phase = pair_phase_word(p->phase),
				.topic = p->topic,
				.serial = p->serial,
				.portal_row = p->row,
				.issuer = p->issuer,
				.not_before = p->not_before,
				.not_after = p->not_after,
				.returned_at = p->returned_at,
				.active_at = p->active_at };
	struct row_probe probe = { .certificate_uid = k->uid,
				   .sha256 = p->sha256,
				   .result = apns_result_name(a->result),
				   .reason = a->reason,
				   .detail = a->detail,
				   .alert = a->alert,
				   .probed_at = k->now,
				   .since = a->since,
				   .fault = a->fault,
				   .fault_detail = a->fault_detail,
				   .fault_since = a->fault_since };

	return store_put(k->t, TABLE_PAIR, &row, e) || store_put(k->t, TABLE_PROBE, &probe, e);
}

static int put_server(struct knowing *k, const struct actual_server *s, struct err *e)
{
	struct row_observation row = { .certificate_uid = k->uid,
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
				       .can_read = s->seen.can_read };

	return store_put(k->t, TABLE_OBSERVATION, &row, e);
}

/* Proof beats a wish; what somebody else has with the same right stays with him. */
static int claim(struct knowing *k, const char *kind, const char *value, bool proven, struct err *e)
{
	struct row_claim row = { .kind = kind, .value = value };
	int found = value ? store_get(k->t, TABLE_CLAIM, &row, &k->mem, e) : 1;

	if (found < 0)
		return -1;
	if (!value || (found && (row.proven || !proven)))
		return 0;
	row = (struct row_claim){ .kind = kind,
				  .value = value,
				  .tenant_uid = k->tenant,
				  .certificate_uid = k->uid,
				  .proven = proven };
	return store_put(k->t, TABLE_CLAIM, &row, e);
}

/* What the branch alone knows is in no store. */
static const char *pin_of(const struct actual_cert *c)
{
	return c->pinned_by == PIN_None ? NULL : c->topic;
}

static int put_claims(struct knowing *k, const struct actual_cert *c, struct err *e)
{
	int failed = claim(k, CLAIM_TOPIC, pin_of(c), true, e) ||
		     claim(k, CLAIM_TOPIC, c->published_topic, false, e);

	for (size_t i = 0; i < c->n_key && !failed; i++)
		failed = claim(k, CLAIM_KEY, c->key[i].spki, true, e);
	return failed;
}

static int put_cert(struct knowing *k, const struct actual_cert *c, struct err *e)
{
	struct row_certificate row = { .tenant_uid = k->tenant,
				       .name = c->name,
				       .state = object_state_word(c->state),
				       .topic = pin_of(c),
				       .pinned_by = pin_source_word(c->pinned_by),
				       .apple_id = c->apple_id,
				       .protection = c->was_protected ? "Protected" : NULL };

	row.uid = k->uid = arena_printf(&k->mem, "%s/%s", k->tenant, c->name);
	int failed = store_put(k->t, TABLE_CERTIFICATE, &row, e) || put_claims(k, c, e);
	for (size_t i = 0; i < c->n_key && !failed; i++)
		failed = put_key(k, &c->key[i], e);
	for (size_t i = 0; i < c->n_pair && !failed; i++)
		failed = put_pair(k, &c->pair[i], e);
	for (size_t i = 0; i < c->n_server && !failed; i++)
		failed = put_server(k, &c->server[i], e);
	return failed;
}

static int put_policy(struct knowing *k, const struct actual_policy *p, struct err *e)
{
	struct row_policy row = { .tenant_uid = k->tenant, .name = p->name, .topic = p->topic };

	return store_put(k->t, TABLE_POLICY, &row, e);
}

int known_put(struct store_txn *t, const struct actual_tenant *a, int64_t now, struct err *e)
{
	struct knowing k = { .t = t, .tenant = a->name, .now = now };
	struct row_tenant row = { .uid = a->name,
				  .name = a->name,
				  .state = object_state_word(a->state) };
	int failed = store_put(t, TABLE_TENANT, &row, e);

	for (size_t i = 0; i < a->n_cert && !failed; i++)
		failed = put_cert(&k, &a->cert[i], e);
	for (size_t i = 0; i < a->n_policy && !failed; i++)
		failed = put_policy(&k, &a->policy[i], e);
	arena_release(&k.mem);
	return failed ? -1 : 0;
}
