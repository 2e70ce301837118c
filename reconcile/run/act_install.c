/* SPDX-License-Identifier: Apache-2.0 */
/* The wave InstallCertificate: upload, read back, and remember what is where. */
#include "reconcile/run/dialogue.h"
#include "reconcile/run/journal.h"
#include "reconcile/run/rows.h"
#include "reconcile/run/unit.h"
#include "schema/base/text.h"

struct install_one {
	struct work *work;
	struct row_pair pair;
	struct key_ref key;
	struct server_task task;
};

struct install_wave {
	struct run *run;
	struct arena mem;
	struct install_one *one;
	struct server_run *dialogue;
	size_t n;
};

static const struct want_server *server_of(const struct step *s)
{
	for (size_t i = 0; i < s->want->n_server; i++)
		if (text_eq(s->want->server[i].name, s->server))
			return &s->want->server[i];
	return NULL;
}

static int read_all(struct store_txn *t, void *arg, struct err *e)
{
	struct install_wave *w = arg;

	for (size_t i = 0; i < w->n; i++) {
		struct install_one *o = &w->one[i];
		const struct step *s = o->work->step;
		if (pair_of_step(t, o->work, &w->mem, &o->pair, &o->key, e))
			return -1;
		o->task = (struct server_task){
			.work = SERVER_INSTALL,
			.tenant = o->work->unit->name,
			.certificate = s->want->ref.name,
			.server = server_of(s),
			.want = { o->pair.topic, o->pair.serial, o->pair.sha256,
				  o->pair.not_after },
			.pem = o->pair.pem,
			.key = &o->key,
		};
		w->dialogue[i].task = &o->task;
	}
	return 0;
}

static bool is_last_install(const struct work *w)
{
	const struct plan *p = &w->unit->plan;
	size_t at = (size_t)(w->step - p->step);

	for (size_t i = at + 1; i < p->n; i++)
		if (p->step[i].action == STEP_InstallCertificate && p->step[i].needs == (int)at)
			return false;
	return true;
}

static int keep_observation(struct store_txn *t, const struct install_wave *w, size_t i,
			    bool installed, struct err *e)
{
	const struct install_one *o = &w->one[i];
	const struct actual_server *before = actual_server(o->work->step->actual,
							   o->work->step->server);
	int64_t now = w->run->env.now;
	struct actual_server s = {
		.name = o->work->step->server,
		.seen = w->dialogue[i].seen,
		.observed_at = now,
		.installed_sha256 = before ? before->installed_sha256 : NULL,
		.installed_at = before ? before->installed_at : TIME_UNKNOWN,
	};

	if (installed) {
		s.installed_sha256 = o->pair.sha256;
		s.installed_at = now;
	}
	return rows_put_server(t, o->pair.certificate_uid, &s, e);
}

static int keep_one(struct store_txn *t, struct install_wave *w, size_t i, struct err *e)
{
	struct install_one *o = &w->one[i];
	const struct server_run *d = &w->dialogue[i];
	bool installed = d->installed == INSTALLED_Match || d->installed == INSTALLED_Assumed;

	if (keep_observation(t, w, i, installed, e))
		return -1;
	if (!installed) {
		work_end(w->run, o->work, w->run->o->sealed ? OUTCOME_Waiting : OUTCOME_Failed,
			 d->error);
		return 0;
	}
	if (is_last_install(o->work) && pair_phase_of(o->pair.phase, NULL) == PAIR_Verified) {
		o->pair.phase = pair_phase_word(PAIR_Installed);
		if (store_put(t, TABLE_PAIR, &o->pair, e))
			return -1;
	}
	return journal_done(t, w->run, o->work, o->pair.sha256, e);
}

static int keep_all(struct store_txn *t, void *arg, struct err *e)
{
	struct install_wave *w = arg;

	for (size_t i = 0; i < w->n; i++)
		if (keep_one(t, w, i, e))
			return -1;
	return 0;
}

int wave_installs(struct wave *wave, struct err *e)
{
	struct run *r = wave->run;
	struct install_wave w = { .run = r, .n = wave->n };
	int failed = 0;

	w.one = arena_array(&w.mem, w.n + 1, sizeof(*w.one));
	w.dialogue = arena_array(&w.mem, w.n + 1, sizeof(*w.dialogue));
	for (size_t i = 0; i < w.n; i++)
		w.one[i].work = wave->work[i];
	if (run_read(r, read_all, &w, e)) {
		failed = -1;
	} else {
		dialogues_drive(r->ports, w.dialogue, w.n, &w.mem);
		failed = run_write(r, keep_all, &w, e);
	}
	arena_release(&w.mem);
	return failed;
}
