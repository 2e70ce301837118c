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
	struct row_probe known; /* what APNs said, from before and in this run */
	struct key_ref key;
	bool asked;             /* APNs was asked in this run */
	const char *failure;    /* why it could not be asked, on our side; NULL */
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

	o->known = (struct row_probe){ .certificate_uid = s->actual->uid,
				       .sha256 = s->sha256,
				       .result = apns_result_name(APNS_NotProbed),
				       .alert = -1,
				       .probed_at = TIME_UNKNOWN,
				       .since = p->run->env.now,
				       .fault_since = TIME_UNKNOWN };
	if (store_get(t, TABLE_PROBE, &o->known, &p->mem, e) < 0)
		return -1;
	return pair_of_step(t, o->work, &p->mem, &o->pair, &o->key, e);
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
		.probe = { .result = apns_result_of(o->known.result),
			   .probed_at = o->known.probed_at,
			   .fault = o->known.fault },
	};
}

/* An answer replaces what was known; a try without one stands beside it. */
static void learn(struct probe_one *o, const struct verdict *v, int64_t now)
{
	struct row_probe *k = &o->known;
	const char *result = apns_result_name(v->result);

	if (v->result == APNS_NotProbed) {
		o->failure = v->detail;
		return;
	}
	o->asked = true;
	k->probed_at = now;
	if (v->result == APNS_Unreachable) {
		k->fault_since = k->fault ? k->fault_since : now;
		k->fault = v->reason;
		k->fault_detail = v->detail;
		return;
	}
	k->since = text_eq(k->result, result) ? k->since : now;
	k->result = result;
	k->reason = v->reason;
	k->detail = v->detail;
	k->alert = v->alert;
	k->fault = k->fault_detail = NULL;
	k->fault_since = TIME_UNKNOWN;
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
		struct verdict v;
		verdict_judge(&ev[i], r->o->probe_level, &p->mem, &v);
		learn(&p->one[of[i]], &v, r->env.now);
	}
	return 0;
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
	const struct row_probe *k = &o->known;

	if (o->failure) {
		work_end(r, o->work, OUTCOME_Failed, o->failure);
		return 0;
	}
	if (o->work->step->action == STEP_ProbeCertificate)
		return journal_done(t, r, o->work, k->fault ? k->fault : k->reason, e);
	switch (permit(p, o)) {
	case PERMIT_YES:
		return keep_verified(t, p, o, e) ||
				       journal_done(t, r, o->work, o->pair.sha256, e) ?
			       -1 :
			       0;
	case PERMIT_NEVER:
		work_end(r, o->work, OUTCOME_Failed, k->detail);
		return 0;
	default:
		work_end(r, o->work, OUTCOME_Waiting, k->fault_detail);
		return 0;
	}
}

static int keep_all(struct store_txn *t, void *arg, struct err *e)
{
	struct probe_wave *p = arg;

	for (size_t i = 0; i < p->n; i++) {
		struct probe_one *o = &p->one[i];
		if ((o->asked && store_put(t, TABLE_PROBE, &o->known, e)) || end_one(t, p, o, e))
			return -1;
	}
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
	if (run_read(r, read_all, &p, e)) {
		failed = -1;
	} else if (ask(&p, &why)) {
		for (size_t i = 0; i < w->n; i++)
			work_end(r, w->work[i], OUTCOME_Failed, why.text);
	} else {
		failed = run_write(r, keep_all, &p, e);
	}
	arena_release(&p.mem);
	return failed;
}
