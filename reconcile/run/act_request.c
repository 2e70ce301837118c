/* SPDX-License-Identifier: Apache-2.0 */
/* The waves CreateKey and CreateRequest. */
#include "reconcile/run/journal.h"
#include "reconcile/run/rows.h"
#include "reconcile/run/unit.h"
#include "schema/base/text.h"

struct key_wave {
	struct wave *w;
	struct key_order *order; /* one a work */
	size_t n;
};

static int claim_key(struct store_txn *t, const struct unit *u, const struct actual_cert *c,
		     const char *spki, int64_t now, struct err *e)
{
	struct row_claim claim = { CLAIM_KEY, spki, u->actual.uid, c->uid, 1, now };

	return store_put(t, TABLE_CLAIM, &claim, e);
}

static int keep_keys(struct store_txn *t, void *arg, struct err *e)
{
	struct key_wave *k = arg;
	struct run *r = k->w->run;

	for (size_t i = 0; i < k->n; i++) {
		struct work *w = k->w->work[i];
		struct row_key_record row = {
			.certificate_uid = k->order[i].certificate_uid,
			.spki = k->order[i].spki,
			.version = k->order[i].version,
			.state = key_state_word(KEY_Pending),
			.sealed = k->order[i].sealed,
			.created_at = r->env.now,
		};
		if (store_insert(t, TABLE_KEY_RECORD, &row, e) ||
		    claim_key(t, w->unit, w->step->actual, row.spki, r->env.now, e) ||
		    journal_done(t, r, w, row.spki, e))
			return -1;
	}
	return 0;
}

static void all_end(struct wave *w, enum outcome o, const char *error)
{
	for (size_t i = 0; i < w->n; i++)
		work_end(w->run, w->work[i], o, error);
}

static void report_progress(size_t done, size_t total, void *arg)
{
	const struct run *r = arg;

	if (r->o->progress)
		r->o->progress("making keys", done, total, r->o->progress_arg);
}

/* The rest of the keys waits for the next run. */
static size_t within_key_limit(struct wave *w)
{
	struct run *r = w->run;
	size_t left = r->o->max_new_keys > r->new_keys ? r->o->max_new_keys - r->new_keys : 0;
	size_t n = w->n < left ? w->n : left;

	for (size_t i = n; i < w->n; i++)
		work_end(r, w->work[i], OUTCOME_Waiting,
			 "the limit of new keys for one run is reached; the next run goes on");
	r->new_keys += n;
	return n;
}

static int64_t next_version(const struct actual_cert *c)
{
	int64_t v = 0;

	for (size_t i = 0; i < c->n_key; i++)
		if (c->key[i].version > v)
			v = c->key[i].version;
	return v + 1;
}

int wave_keys(struct wave *w, struct err *e)
{
	struct run *r = w->run;
	struct arena mem = ARENA_INIT;
	struct err why = { 0 };
	struct key_wave k = { .w = w, .n = within_key_limit(w) };
	int failed = 0;

	k.order = arena_array(&mem, w->n + 1, sizeof(*k.order));
	for (size_t i = 0; i < k.n; i++) {
		const struct work *work = w->work[i];
		k.order[i].tenant_uid = work->unit->actual.uid;
		k.order[i].certificate_uid = work->step->actual->uid;
		k.order[i].version = next_version(work->step->actual);
	}
	if (k.n && r->ports->keys->ops->generate(r->ports->keys, k.order, k.n, &mem,
						  report_progress, r, &why))
		all_end(w, why.code == ERR_SEALED ? OUTCOME_Waiting : OUTCOME_Failed, why.text);
	else if (k.n)
		failed = store_txn(r->ports->store, "", r->fence, keep_keys, &k, e);
	arena_release(&mem);
	return failed;
}

/* One request on its way. */
struct request_work {
	struct wave *w;
	struct work *work;
	struct arena mem;
	int64_t requested_at; /* of the open request that is signed again; else now */
	struct key_ref key;
	struct blob csr;
	struct buf upload;
	struct signer_facts signer;
	const char *file;
};

/* The newest key that has no request. */
static const struct actual_key *key_without_request(const struct actual_cert *c)
{
	const struct actual_key *newest = NULL;

	for (size_t i = 0; c && i < c->n_key; i++) {
		const struct actual_key *k = &c->key[i];
		if (k->state == KEY_Pending && !k->request &&
		    (!newest || k->version > newest->version))
			newest = k;
	}
	return newest;
}

/*
 * The step names no key when that was made in this run. The certificate is looked up by its uid:
 * its name may have changed in this run too.
 */
static int find_key(struct store_txn *t, void *arg, struct err *e)
{
	struct request_work *q = arg;
	const struct unit *u = q->work->unit;
	const struct step *s = q->work->step;
	struct actual_tenant now;

	if (s->spki) {
		const struct actual_key *k = actual_key(s->actual, s->spki);
		if (k && k->request && k->request->state == REQUEST_Open)
			q->requested_at = k->request->requested_at;
		return key_ref_of(t, u, s->actual, s->spki, &q->mem, &q->key, e);
	}
	if (rows_tenant(t, u->name, &q->mem, &now, e))
		return -1;
	const struct actual_cert *c = actual_cert_by_uid(&now, s->actual->uid);
	const struct actual_key *k = key_without_request(c);
	if (!k)
		return err_set(e, ERR_BUG, "no key without a request is there");
	return key_ref_of(t, u, c, k->spki, &q->mem, &q->key, e);
}

/* "requests/<tenant>/<tenant>--<certificate>.<yyyymmdd>.plist": the day of the request. */
static const char *request_file(struct request_work *q)
{
	char day[TIME_TEXT];
	const char *tenant = q->work->unit->name;

	return arena_printf(&q->mem, "requests/%s/%s--%s.%s%s", tenant, tenant,
			    q->work->step->want->ref.name,
			    time_format_compact(q->requested_at, day),
			    q->signer.present ? ".plist" : ".unsigned.csr");
}

static int sign(struct request_work *q, struct err *e)
{
	struct ports *p = q->w->run->ports;
	const struct want_cert *want = q->work->step->want;
	struct csr_subject subject = { .common_name = arena_printf(&q->mem, "%s/%s",
								    q->work->unit->name,
								    want->ref.name),
				       .email = want->account.address,
				       .country = NULL };

	if (p->keys->ops->check(p->keys, &q->key, e) ||
	    p->keys->ops->request(p->keys, &q->key, &subject, &q->mem, &q->csr, e))
		return -1;
	p->x509->ops->signer(p->x509, &q->mem, &q->signer);
	if (q->signer.problem)
		return err_set(e, ERR_INPUT, "the request signer can not be used: %s",
			       q->signer.problem);
	if (!q->signer.present)
		return 0;
	return p->x509->ops->sign_upload(p->x509, q->csr.data, q->csr.len, &q->upload, e);
}

static int keep_request(struct store_txn *t, void *arg, struct err *e)
{
	struct request_work *q = arg;
	struct run *r = q->w->run;
	struct row_request row = {
		.certificate_uid = q->key.certificate_uid,
		.spki = q->key.spki,
		.state = request_state_word(REQUEST_Open),
		.file = q->file,
		.csr = q->csr,
		.upload = { q->upload.data, q->upload.len },
		.requested_at = q->requested_at,
		.signer_not_after = q->signer.present ? q->signer.not_after : TIME_UNKNOWN,
		.announced_at = TIME_UNKNOWN,
	};

	return store_put(t, TABLE_REQUEST, &row, e) ||
			       journal_done(t, r, q->work, row.spki, e) ?
		       -1 :
		       0;
}

static int one_request(struct wave *w, struct work *work, struct err *e)
{
	struct run *r = w->run;
	struct err why = { 0 };
	struct request_work q = { .w = w,
				  .work = work,
				  .upload = BUF_INIT(1 << 20),
				  .requested_at = r->env.now };
	int failed = 0;

	if (store_read(r->ports->store, find_key, &q, &why) || sign(&q, &why)) {
		work_end(r, work, why.code == ERR_SEALED ? OUTCOME_Waiting : OUTCOME_Failed,
			 why.text);
	} else {
		q.file = request_file(&q);
		failed = store_txn(r->ports->store, "", r->fence, keep_request, &q, e);
	}
	buf_release(&q.upload);
	arena_release(&q.mem);
	return failed;
}

int wave_requests(struct wave *w, struct err *e)
{
	for (size_t i = 0; i < w->n; i++)
		if (one_request(w, w->work[i], e))
			return -1;
	return 0;
}
