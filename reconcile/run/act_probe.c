/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The waves VerifyCertificate and ProbeCertificate: many connections to APNs at once, then one
 * transaction for what they proved.
 */
#include "reconcile/run/journal.h"
#include "reconcile/run/unit.h"
#include "schema/base/text.h"

struct probe_one {
	struct work *work;
	struct row_pair pair;
	struct row_probe last;  /* what was known before; result NULL: nothing */
	struct key_ref key;
	bool asked;             /* APNs was asked in this run */
	struct verdict verdict;
};

struct probe_wave {
	struct run *run;
	struct arena mem;
	struct probe_one *one;
	size_t n;
};

static int read_one(struct store_txn *t, struct probe_wave *p, struct probe_one *o, struct err *e)
{
	const struct step *s = o->work->step;

	o->pair = (struct row_pair){ .certificate_uid = s->actual->uid, .sha256 = s->sha256 };
	o->last = (struct row_probe){ .certificate_uid = s->actual->uid, .sha256 = s->sha256 };
	int found = store_get(t, TABLE_PAIR, &o->pair, &p->mem, e);
	if (!found)
		return err_set(e, ERR_BUG, "the store does not hold the pair of %s", s->id);
	if (found < 0 || store_get(t, TABLE_PROBE, &o->last, &p->mem, e) < 0)
		return -1;
	return key_ref_of(t, o->work->unit, s->actual, o->pair.spki, &p->mem, &o->key, e);
}

static int read_all(struct store_txn *t, void *arg, struct err *e)
{
	struct probe_wave *p = arg;

	for (size_t i = 0; i < p->n; i++)
		if (read_one(t, p, &p->one[i], e))
			return -1;
	return 0;
}

static struct actual_pair as_actual(const struct probe_one *o)
{
	return (struct actual_pair){
		.sha256 = o->pair.sha256,
		.topic = o->pair.topic,
		.not_after = o->pair.not_after,
		.returned_at = o->pair.returned_at,
		.probe = { .result = o->asked ? o->verdict.result : apns_result_of(o->last.result),
			   .probed_at = o->last.result ? o->last.probed_at : TIME_UNKNOWN },
	};
}

static int ask(struct probe_wave *p, struct err *e)
{
	struct run *r = p->run;
	struct apns_task *task = arena_array(&p->mem, p->n + 1, sizeof(*task));
	struct apns_evidence *ev = arena_array(&p->mem, p->n + 1, sizeof(*ev));
	size_t *of = arena_array(&p->mem, p->n + 1, sizeof(*of));
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		struct probe_one *o = &p->one[i];
		struct actual_pair known = as_actual(o);
		if (!probe_is_due(&known, &r->env))
			continue;
		of[n] = i;
		task[n++] = (struct apns_task){ o->pair.pem, o->key, o->pair.topic,
						r->o->probe_level };
	}
	if (n && r->ports->apns->ops->probe(r->ports->apns, task, n, &p->mem, ev, e))
		return -1;
	for (size_t i = 0; i < n; i++) {
		p->one[of[i]].asked = true;
		verdict_judge(&ev[i], r->o->probe_level, &p->mem, &p->one[of[i]].verdict);
	}
	return 0;
}

static int keep_verdict(struct store_txn *t, struct probe_wave *p, struct probe_one *o,
			struct err *e)
{
	if (!o->asked)
		return 0;
	const char *result = apns_result_name(o->verdict.result);
	int64_t now = p->run->env.now;
	struct row_probe row = {
		.certificate_uid = o->last.certificate_uid,
		.sha256 = o->last.sha256,
		.result = result,
		.reason = o->verdict.reason,
		.detail = o->verdict.detail,
		.alert = o->verdict.alert,
		.probed_at = now,
		.since = text_eq(o->last.result, result) ? o->last.since : now,
	};

	return store_put(t, TABLE_PROBE, &row, e);
}

/* The pair is proven: it goes on, and the pin follows an acknowledged change of topic. */
static int keep_verified(struct store_txn *t, struct probe_wave *p, struct probe_one *o,
			 struct err *e)
{
	struct row_certificate cert = { .uid = o->pair.certificate_uid };

	if (pair_phase_of(o->pair.phase, NULL) == PAIR_Returned)
		o->pair.phase = pair_phase_word(PAIR_Verified);
	int found = store_get(t, TABLE_CERTIFICATE, &cert, &p->mem, e);
	if (found <= 0 || store_put(t, TABLE_PAIR, &o->pair, e))
		return found ? -1 : err_set(e, ERR_BUG, "the certificate is not in the store");
	if (!text_eq(cert.topic, o->pair.topic)) {
		cert.topic = o->pair.topic;
		cert.pinned_by = pin_source_word(PIN_Accepted);
		return store_put(t, TABLE_CERTIFICATE, &cert, e);
	}
	return 0;
}

static enum install_permit permit(const struct probe_wave *p, const struct probe_one *o)
{
	const struct plan *plan = &o->work->unit->plan;
	struct actual_pair pair = as_actual(o);

	for (size_t i = 0; i < plan->n_view; i++)
		if (plan->view[i].actual == o->work->step->actual)
			return install_permit(&plan->view[i], &pair, p->run->env.now);
	return PERMIT_WAIT;
}

static int end_one(struct store_txn *t, struct probe_wave *p, struct probe_one *o, struct err *e)
{
	struct run *r = p->run;
	const char *detail = o->asked ? o->verdict.detail : o->last.detail;

	if (o->work->step->action == STEP_ProbeCertificate)
		return journal_done(t, r, o->work, o->verdict.reason, e);
	switch (permit(p, o)) {
	case PERMIT_YES:
		return keep_verified(t, p, o, e) ||
				       journal_done(t, r, o->work, o->pair.sha256, e) ?
			       -1 :
			       0;
	case PERMIT_NEVER:
		work_end(r, o->work, OUTCOME_Failed, detail);
		return 0;
	default:
		work_end(r, o->work, OUTCOME_Waiting, detail);
		return 0;
	}
}

static int keep_all(struct store_txn *t, void *arg, struct err *e)
{
	struct probe_wave *p = arg;

	for (size_t i = 0; i < p->n; i++)
		if (keep_verdict(t, p, &p->one[i], e) || end_one(t, p, &p->one[i], e))
			return -1;
	return 0;
}

int wave_probes(struct wave *w, struct err *e)
{
	struct run *r = w->run;
	struct probe_wave p = { .run = r, .n = w->n };
	struct err why = { 0 };
	int failed = 0;

	if (r->o->sealed) {
		for (size_t i = 0; i < w->n; i++)
			work_end(r, w->work[i], OUTCOME_Waiting, r->o->sealed_reason);
		return 0;
	}
	p.one = arena_array(&p.mem, w->n + 1, sizeof(*p.one));
	for (size_t i = 0; i < w->n; i++)
		p.one[i].work = w->work[i];
	if (store_read(r->ports->store, read_all, &p, e)) {
		failed = -1;
	} else if (ask(&p, &why)) {
		for (size_t i = 0; i < w->n; i++)
			work_end(r, w->work[i], OUTCOME_Failed, why.text);
	} else {
		failed = store_txn(r->ports->store, "", r->fence, keep_all, &p, e);
	}
	arena_release(&p.mem);
	return failed;
}
