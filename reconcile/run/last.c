/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/run/last.h"

#include <stdio.h>
#include <stdlib.h>

#include "reconcile/run/rows.h"
#include "schema/base/text.h"

#define APPLIED_COMMIT "applied_commit"
#define APPLIED_SHARED "applied_shared"
#define APPLIED_CONFIG "applied_config"
#define APPLIED_UNREAD "applied_unread"
#define SOURCE_READY "source_ready"
#define HELD "held"
#define STATUS_COMMIT "status_commit"
#define STATUS_OWED "status_owed"
#define QUARANTINED "quarantined"

static const char *yes_or_no(bool b)
{
	return b ? "yes" : "no";
}

static int read_flag(struct store_txn *t, const char *key, struct arena *mem, bool *out,
		     struct err *e)
{
	const char *value;

	if (rows_meta(t, key, mem, &value, e))
		return -1;
	*out = text_eq(value, "yes");
	return 0;
}

static int one_is_due(const void *row, void *arg, struct err *e)
{
	(void)row;
	(void)e;
	*(bool *)arg = true;
	return 0;
}

struct reading {
	struct run *run;
	struct last_run *last;
};

static int read_last(struct store_txn *t, void *arg, struct err *e)
{
	struct reading *g = arg;
	struct last_run *l = g->last;
	const char *ready, *quarantined;
	struct store_where due = {
		.select = STORE_UPTO, .col = "at", .upto = g->run->env.now, .limit = 1
	};

	if (rows_meta(t, APPLIED_COMMIT, &l->mem, &l->commit, e) ||
	    rows_meta(t, APPLIED_SHARED, &l->mem, &l->shared, e) ||
	    rows_meta(t, APPLIED_CONFIG, &l->mem, &l->config, e) ||
	    rows_meta(t, STATUS_COMMIT, &l->mem, &l->status, e) ||
	    rows_meta(t, SOURCE_READY, &l->mem, &ready, e) ||
	    rows_meta(t, QUARANTINED, &l->mem, &quarantined, e) ||
	    read_flag(t, APPLIED_UNREAD, &l->mem, &l->unread, e) ||
	    read_flag(t, HELD, &l->mem, &l->held, e) ||
	    read_flag(t, STATUS_OWED, &l->mem, &l->owed, e))
		return -1;
	l->source_failed = text_eq(ready, "no"); /* before the first run it has not failed */
	l->n_quarantined = quarantined ? strtoul(quarantined, NULL, 10) : 0;
	return store_each(t, TABLE_DUE, &due, &l->mem, one_is_due, &l->any_due, e);
}

int last_run_read(struct run *r, struct last_run *out, struct err *e)
{
	struct reading g = { r, out };

	*out = (struct last_run){ 0 };
	return store_read(r->ports->store, read_last, &g, e);
}

void last_run_release(struct last_run *l)
{
	arena_release(&l->mem);
}

int last_run_commit(struct store_txn *t, struct arena *mem, const char **commit, struct err *e)
{
	return rows_meta(t, APPLIED_COMMIT, mem, commit, e);
}

int last_run_note_applied(struct store_txn *t, const struct run *r, const char *shared,
			  struct err *e)
{
	const struct run_result *res = r->result;

	return rows_set_meta(t, SOURCE_READY, yes_or_no(!res->source_failed), e) ||
			       rows_set_meta(t, APPLIED_SHARED, shared, e) ||
			       (r->o->config &&
				rows_set_meta(t, APPLIED_CONFIG, r->o->config, e)) ||
			       rows_set_meta(t, APPLIED_UNREAD, yes_or_no(res->n_tenant_error > 0),
					     e) ||
			       rows_set_meta(t, APPLIED_COMMIT, r->load.commit, e) ||
			       rows_set_meta(t, HELD, yes_or_no(res->n_held > 0), e) ?
		       -1 :
		       0;
}

int last_run_note_owed(struct store_txn *t, struct err *e)
{
	return rows_set_meta(t, STATUS_OWED, "yes", e);
}

int last_run_note_published(struct store_txn *t, const char *commit, size_t n_quarantined,
			    struct err *e)
{
	char number[32];

	snprintf(number, sizeof(number), "%zu", n_quarantined);
	if (rows_set_meta(t, STATUS_OWED, yes_or_no(!commit), e) ||
	    rows_set_meta(t, QUARANTINED, number, e))
		return -1;
	return commit ? rows_set_meta(t, STATUS_COMMIT, commit, e) : 0;
}
