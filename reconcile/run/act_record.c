/* SPDX-License-Identifier: Apache-2.0 */
/* The waves that only change what the store remembers: names, pairs in force, policies, archive. */
#include "reconcile/run/journal.h"
#include "reconcile/run/renames.h"
#include "reconcile/run/rows.h"
#include "reconcile/run/unit.h"
#include "schema/base/text.h"

struct record {
	struct store_txn *t;
	struct run *run;
	struct work *work;
	struct arena mem;
};

static int get_certificate(struct record *c, struct row_certificate *row, struct err *e)
{
	*row = (struct row_certificate){ .uid = c->work->step->actual->uid };
	int found = store_get(c->t, TABLE_CERTIFICATE, row, &c->mem, e);
	return found > 0 ? 0 : found < 0 ? -1 : err_set(e, ERR_BUG, "the certificate is not there");
}

static int rename_object(struct record *c, struct err *e)
{
	struct row_certificate row;

	if (c->work->step->on.kind == KIND_Tenant)
		return renames_apply(c->t, c->work->unit, &c->mem, e);
	if (get_certificate(c, &row, e))
		return -1;
	row.name = c->work->step->on.name;
	return store_put(c->t, TABLE_CERTIFICATE, &row, e);
}

static int archive_object(struct record *c, struct err *e)
{
	const struct step *s = c->work->step;

	if (s->on.kind == KIND_Tenant) {
		struct row_tenant row = { .uid = c->work->unit->actual.uid };
		int found = store_get(c->t, TABLE_TENANT, &row, &c->mem, e);
		if (found <= 0)
			return found ? -1 : err_set(e, ERR_BUG, "the tenant is not in the store");
		row.state = object_state_word(OBJECT_Archived);
		row.tree = "";
		return store_put(c->t, TABLE_TENANT, &row, e);
	}
	struct row_certificate row;
	if (get_certificate(c, &row, e))
		return -1;
	row.state = object_state_word(OBJECT_Archived);
	return store_put(c->t, TABLE_CERTIFICATE, &row, e);
}

static int put_policy(struct record *c, struct err *e)
{
	const struct step *s = c->work->step;
	const struct actual_cert *cert =
		s->want ? actual_match(&c->work->unit->actual, s->want) : NULL;
	struct row_policy row = { .tenant_uid = c->work->unit->actual.uid,
				  .name = s->on.name,
				  .certificate_uid = cert ? cert->uid : NULL,
				  .topic = s->to,
				  .since = c->run->env.now };

	return store_put(c->t, TABLE_POLICY, &row, e);
}

static int set_pair_phase(struct record *c, const char *sha256, enum pair_phase phase,
			  struct err *e)
{
	struct row_pair row = { .certificate_uid = c->work->step->actual->uid, .sha256 = sha256 };
	int found = store_get(c->t, TABLE_PAIR, &row, &c->mem, e);

	if (found <= 0)
		return found ? -1 : err_set(e, ERR_BUG, "the pair is not in the store");
	row.phase = pair_phase_word(phase);
	if (phase == PAIR_Active)
		row.active_at = c->run->env.now;
	return store_put(c->t, TABLE_PAIR, &row, e);
}

static int set_key_state(struct record *c, const char *spki, enum key_state state, struct err *e)
{
	struct row_key_record row = { .certificate_uid = c->work->step->actual->uid,
				      .spki = spki };
	int found = store_get(c->t, TABLE_KEY_RECORD, &row, &c->mem, e);

	if (found <= 0)
		return found;
	row.state = key_state_word(state);
	return store_put(c->t, TABLE_KEY_RECORD, &row, e);
}

/* Requests that the new pair makes needless; their keys are kept (safety rule 2). */
static int supersede(struct record *c, const struct actual_key *k, struct err *e)
{
	struct row_request row = { .certificate_uid = c->work->step->actual->uid, .spki = k->spki };
	int found = store_get(c->t, TABLE_REQUEST, &row, &c->mem, e);

	if (found <= 0 || !text_eq(row.state, request_state_word(REQUEST_Open)))
		return found < 0 ? -1 : 0;
	row.state = request_state_word(REQUEST_Superseded);
	return store_put(c->t, TABLE_REQUEST, &row, e) ||
			       set_key_state(c, k->spki, KEY_Superseded, e) ?
		       -1 :
		       0;
}

/*
 * Servers that show the pair have it, also when the run that uploaded it died before it could say
 * so: what is remembered as installed is what drift is judged by.
 */
static int note_installed(struct record *c, const struct actual_cert *cert,
			  const struct actual_pair *p, struct err *e)
{
	for (size_t i = 0; i < cert->n_server; i++) {
		struct actual_server *s = &cert->server[i];
		if (install_compare(s, p) != INSTALLED_Match ||
		    text_eq(s->installed_sha256, p->sha256))
			continue;
		s->installed_sha256 = p->sha256;
		s->installed_at = c->run->env.now;
		if (rows_put_server(c->t, cert->uid, s, e))
			return -1;
	}
	return 0;
}

static int activate(struct record *c, struct err *e)
{
	const struct step *s = c->work->step;
	struct actual_tenant now;

	if (rows_tenant(c->t, c->work->unit->name, &c->mem, &now, e))
		return -1;
	const struct actual_cert *cert = actual_cert_by_uid(&now, s->actual->uid);
	for (size_t i = 0; cert && i < cert->n_pair; i++) {
		const struct actual_pair *p = &cert->pair[i];
		if (text_eq(p->sha256, s->sha256) && note_installed(c, cert, p, e))
			return -1;
		if (text_eq(p->sha256, s->sha256) || p->phase == PAIR_Archived)
			continue;
		if (set_pair_phase(c, p->sha256, PAIR_Archived, e) ||
		    set_key_state(c, p->spki, KEY_Archived, e) < 0)
			return -1;
	}
	for (size_t i = 0; cert && i < cert->n_key; i++)
		if (!text_eq(cert->key[i].spki, s->spki) && supersede(c, &cert->key[i], e))
			return -1;
	return set_pair_phase(c, s->sha256, PAIR_Active, e) ||
			       set_key_state(c, s->spki, KEY_Active, e) < 0 ?
		       -1 :
		       0;
}

static int record_one(struct record *c, struct err *e)
{
	switch (c->work->step->action) {
	case STEP_RenameObject:
		return rename_object(c, e);
	case STEP_ActivateCertificate:
		return activate(c, e);
	case STEP_AssignPolicy:
	case STEP_ReassignPolicy:
		return put_policy(c, e);
	default:
		return archive_object(c, e);
	}
}

/* What the audit log says of a step beside its id. */
static const char *detail_of(const struct step *s)
{
	if (s->action == STEP_RenameObject)
		return s->from;
	return s->to ? s->to : s->sha256;
}

static int record_all(struct store_txn *t, void *arg, struct err *e)
{
	struct wave *w = arg;
	int failed = 0;

	for (size_t i = 0; !failed && i < w->n; i++) {
		struct record c = { .t = t, .run = w->run, .work = w->work[i] };
		const struct step *s = c.work->step;
		failed = record_one(&c, e) ||
			 journal_done(t, w->run, c.work, detail_of(s), e);
		arena_release(&c.mem);
	}
	return failed ? -1 : 0;
}

int wave_records(struct wave *w, struct err *e)
{
	return run_write(w->run, record_all, w, e);
}
