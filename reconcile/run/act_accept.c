/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wave AcceptCertificate: from a file in Git to a pair of the store, with its claims and pin.
 */
#include "reconcile/run/journal.h"
#include "reconcile/run/rows.h"
#include "reconcile/run/unit.h"
#include "schema/base/text.h"

struct accept {
	struct run *run;
	struct work *work;
	const struct cert_facts *cert;
	const char *serial; /* "issuer/serial" */
	struct buf pem;
	const char *claimed_by; /* set when somebody else holds a claim */
};

/* The bytes of the commit, not of a moment ago: what was judged is what is stored. */
static int read_pem(struct accept *a, struct err *e)
{
	struct run *r = a->run;
	struct ports *p = r->ports;
	struct cert_facts again;
	struct arena mem = ARENA_INIT;
	struct buf bytes = BUF_INIT(SOURCE_FILE_MAX);
	char oid[OID_TEXT];
	int failed = -1;
	int at = p->source->ops->lookup(p->source, r->load.commit, a->work->step->want->file, oid,
					e);

	if (at > 0)
		err_set(e, ERR_IO, "%s is gone from the commit", a->work->step->want->file);
	else if (!at && !p->source->ops->read(p->source, oid, &bytes, e))
		failed = p->x509->ops->normalize(p->x509, buf_str(&bytes), bytes.len, &a->pem, e);
	if (!failed) {
		p->x509->ops->read(p->x509, buf_str(&a->pem), a->pem.len, &mem, &again);
		if (!text_eq(again.sha256, a->cert->sha256))
			failed = err_set(e, ERR_BUG,
					 "the certificate differs from the one that was judged");
	}
	buf_release(&bytes);
	arena_release(&mem);
	return failed;
}

/* 0: ours now; 1: somebody else's. A proven claim beats a wish. */
static int take_claim(struct store_txn *t, const struct accept *a, const char *kind,
		      const char *value, struct err *e)
{
	struct arena mem = ARENA_INIT;
	const struct unit *u = a->work->unit;
	struct row_claim claim = { .kind = kind, .value = value };
	int r = store_get(t, TABLE_CLAIM, &claim, &mem, e);

	if (r > 0 && claim.proven && !text_eq(claim.certificate_uid, a->work->step->actual->uid)) {
		arena_release(&mem);
		return 1;
	}
	if (r >= 0) {
		claim = (struct row_claim){ kind, value, u->actual.uid,
					    a->work->step->actual->uid, 1, a->run->env.now };
		r = store_put(t, TABLE_CLAIM, &claim, e);
	}
	arena_release(&mem);
	return r;
}

static int put_pair(struct store_txn *t, const struct accept *a, struct err *e)
{
	const struct cert_facts *c = a->cert;
	struct row_pair row = {
		.certificate_uid = a->work->step->actual->uid,
		.sha256 = c->sha256,
		.spki = c->spki_sha256,
		.phase = pair_phase_word(PAIR_Returned),
		.topic = c->topic,
		.serial = c->serial,
		.portal_row = c->row,
		.issuer = c->issuer,
		.not_before = c->not_before,
		.not_after = c->not_after,
		.pem = { a->pem.data, a->pem.len },
		.returned_at = a->run->env.now,
		.active_at = TIME_UNKNOWN,
	};

	return store_put(t, TABLE_PAIR, &row, e);
}

/* The pin is written at once unless the topic changes: then the old one stays until Verified. */
static int put_pin(struct store_txn *t, const struct accept *a, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct row_certificate row = { .uid = a->work->step->actual->uid };
	int r = store_get(t, TABLE_CERTIFICATE, &row, &mem, e);

	if (r > 0 && !row.topic) {
		row.topic = a->cert->topic;
		row.pinned_by = pin_source_word(PIN_Accepted);
		r = store_put(t, TABLE_CERTIFICATE, &row, e);
	}
	arena_release(&mem);
	return r < 0 ? -1 : 0;
}

static int answer_request(struct store_txn *t, const struct accept *a, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct row_request row = { .certificate_uid = a->work->step->actual->uid,
				   .spki = a->cert->spki_sha256 };
	int r = store_get(t, TABLE_REQUEST, &row, &mem, e);

	if (r > 0) {
		row.state = request_state_word(REQUEST_Answered);
		r = store_put(t, TABLE_REQUEST, &row, e);
	}
	arena_release(&mem);
	return r < 0 ? -1 : 0;
}

static int keep(struct store_txn *t, void *arg, struct err *e)
{
	struct accept *a = arg;
	int topic = take_claim(t, a, CLAIM_TOPIC, a->cert->topic, e);
	int serial = topic ? topic : take_claim(t, a, CLAIM_SERIAL, a->serial, e);

	if (serial > 0) {
		a->claimed_by = topic > 0 ? "topic" : "serial number";
		return err_set(e, ERR_CONFLICT, "the %s is claimed by another certificate",
			       a->claimed_by);
	}
	if (serial < 0 || put_pair(t, a, e) || put_pin(t, a, e) || answer_request(t, a, e))
		return -1;
	return journal_done(t, a->run, a->work, a->cert->sha256, e);
}

static int one_accept(struct run *r, struct work *w, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct err why = { 0 };
	struct accept a = { .run = r, .work = w, .cert = w->step->want->in_git,
			    .pem = BUF_INIT(SOURCE_FILE_MAX) };
	int failed = 0;

	a.serial = cert_serial_of_issuer(a.cert, &mem);
	if (read_pem(&a, &why)) {
		work_end(r, w, OUTCOME_Failed, why.text);
	} else if (run_write(r, keep, &a, &why)) {
		if (a.claimed_by) {
			work_end(r, w, OUTCOME_Failed, why.text);
		} else {
			*e = why;
			failed = -1;
		}
	}
	buf_release(&a.pem);
	arena_release(&mem);
	return failed;
}

int wave_accept(struct wave *w, struct err *e)
{
	for (size_t i = 0; i < w->n; i++)
		if (one_accept(w->run, w->work[i], e))
			return -1;
	return 0;
}
