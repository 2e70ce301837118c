/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/run/journal.h"

#include <stdlib.h>

#include "reconcile/run/audit.h"
#include "reconcile/run/rows.h"
#include "schema/base/text.h"

#define META_JOURNAL "journal_seq"
#define OPEN "Open"

static int next_id(struct store_txn *t, int64_t *id, struct arena *mem, struct err *e)
{
	const char *last;

	if (rows_meta(t, META_JOURNAL, mem, &last, e))
		return -1;
	*id = (last ? strtoll(last, NULL, 10) : 0) + 1;
	return 0;
}

static int begin_txn(struct store_txn *t, void *arg, struct err *e)
{
	struct wave *w = arg;
	struct arena mem = ARENA_INIT;
	int64_t id, now = real_now(w->run);
	int r = next_id(t, &id, &mem, e);

	for (size_t i = 0; !r && i < w->n; i++) {
		struct work *k = w->work[i];
		struct row_journal row = {
			.id = id,
			.tenant_uid = k->unit->actual.uid,
			.step = k->step->id,
			.outcome = OPEN,
			.plan_hash = w->run->plan_hash,
			.revision = w->run->load.commit,
			.begun_at = now,
		};
		r = store_insert(t, TABLE_JOURNAL, &row, e);
		k->journal = id++;
	}
	if (!r)
		r = rows_set_meta(t, META_JOURNAL, arena_printf(&mem, "%lld", (long long)id - 1),
				  e);
	arena_release(&mem);
	return r;
}

int journal_begin(struct wave *w, struct err *e)
{
	return run_write(w->run, begin_txn, w, e);
}

static int end_row(struct store_txn *t, struct run *r, const struct work *w, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct row_journal row = { .id = w->journal };
	int found = store_get(t, TABLE_JOURNAL, &row, &mem, e);

	if (found > 0) {
		row.outcome = outcome_word(w->outcome);
		row.error = w->error;
		row.ended_at = real_now(r);
		found = store_put(t, TABLE_JOURNAL, &row, e);
	}
	arena_release(&mem);
	return found < 0 ? -1 : 0;
}

int journal_done(struct store_txn *t, struct run *r, struct work *w, const char *detail,
		 struct err *e)
{
	work_end(r, w, OUTCOME_Done, NULL);
	return end_row(t, r, w, e) || audit_append(t, r, w->step, detail, e) ? -1 : 0;
}

static int close_txn(struct store_txn *t, void *arg, struct err *e)
{
	struct wave *w = arg;

	for (size_t i = 0; i < w->n; i++)
		if (w->work[i]->journal && w->work[i]->outcome != OUTCOME_Done &&
		    end_row(t, w->run, w->work[i], e))
			return -1;
	return 0;
}

int journal_close(struct wave *w, struct err *e)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->work[i]->outcome != OUTCOME_Done)
			return run_write(w->run, close_txn, w, e);
	return 0;
}

static int recover_txn(struct store_txn *t, void *arg, struct err *e)
{
	struct run *r = arg;
	struct arena mem = ARENA_INIT;
	struct rows open = { .mem = &mem };
	int failed = rows_equal(t, TABLE_JOURNAL, "outcome", OPEN, &open, e);
	struct row_journal *row = open.item;

	for (size_t i = 0; !failed && i < open.n; i++) {
		struct row_due due = { row[i].tenant_uid, "recover", 0 };
		row[i].outcome = "Interrupted";
		row[i].ended_at = real_now(r);
		failed = store_put(t, TABLE_JOURNAL, &row[i], e) ||
			 (due.tenant_uid && store_put(t, TABLE_DUE, &due, e));
	}
	arena_release(&mem);
	return failed ? -1 : 0;
}

static int find_open(struct store_txn *t, void *arg, struct err *e)
{
	return rows_equal(t, TABLE_JOURNAL, "outcome", OPEN, arg, e);
}

/* A look first: an idle run writes nothing. */
int journal_recover(struct run *r, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct rows open = { .mem = &mem };
	int failed = run_read(r, find_open, &open, e);
	bool any = open.n > 0;

	arena_release(&mem);
	if (failed || !any)
		return failed ? -1 : 0;
	return run_write(r, recover_txn, r, e);
}
