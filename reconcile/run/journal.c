/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/run/journal.h"

#include <stdio.h>
#include <stdlib.h>

#include "reconcile/run/rows.h"
#include "schema/base/text.h"

#define META_JOURNAL "journal_seq"
#define META_AUDIT "audit_head"
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
	return store_txn(w->run->ports->store, "", w->run->fence, begin_txn, w, e);
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

static void chain(struct row_audit *row, char hash[SHA256_HEX])
{
	struct sha256 h;
	char number[32];

	sha256_init(&h);
	snprintf(number, sizeof(number), "%lld %lld", (long long)row->seq,
			   (long long)row->at);
	sha256_add_text(&h, row->prev);
	sha256_add_text(&h, number);
	sha256_add_text(&h, row->verb);
	sha256_add_text(&h, row->object);
	sha256_add_text(&h, row->detail);
	sha256_end_hex(&h, hash);
	row->hash = hash;
}

int audit_head(struct store_txn *t, struct arena *mem, const char **head, struct err *e)
{
	return rows_meta(t, META_AUDIT, mem, head, e);
}

/* The line `seq`, which has to follow `head`; `head` is then its own. */
static int check_line(struct store_txn *t, int64_t seq, struct arena *mem, const char **head,
		      struct err *e)
{
	struct row_audit row = { .seq = seq };
	char hash[SHA256_HEX];
	int found = store_get(t, TABLE_AUDIT, &row, mem, e);
	const char *written = row.hash;

	if (found < 0)
		return -1;
	if (found)
		chain(&row, hash);
	if (!found || !text_eq(row.prev, *head) || !text_eq(written, hash))
		return err_set(e, ERR_IO,
			       "line %lld of the audit log %s: somebody changed the database; "
			       "compare with a backup",
			       (long long)seq, found ? "was changed" : "is missing");
	*head = arena_printf(mem, "%lld:%s", (long long)seq, hash);
	return 0;
}

int audit_check(struct store_txn *t, size_t *n, struct err *e)
{
	struct arena mem = ARENA_INIT;
	const char *newest, *head = "";
	int failed = audit_head(t, &mem, &newest, e);
	int64_t lines = !failed && newest ? strtoll(newest, NULL, 10) : 0;

	for (int64_t seq = 1; !failed && seq <= lines; seq++)
		failed = check_line(t, seq, &mem, &head, e);
	struct row_audit more = { .seq = lines + 1 };
	int behind = failed ? 0 : store_get(t, TABLE_AUDIT, &more, &mem, e);
	if (behind < 0)
		failed = -1;
	else if (!failed && (behind || !text_eq(head, newest ? newest : "")))
		failed = err_set(e, ERR_IO, "the head of the audit log was changed: compare the "
					    "database with a backup");
	*n = (size_t)lines;
	arena_release(&mem);
	return failed ? -1 : 0;
}

static int audit_append(struct store_txn *t, struct run *r, const struct step *s,
			const char *detail, struct err *e)
{
	struct arena mem = ARENA_INIT;
	char hash[SHA256_HEX];
	const char *head;
	int failed = audit_head(t, &mem, &head, e);

	if (!failed) {
		struct row_audit row = {
			.seq = head ? strtoll(head, NULL, 10) + 1 : 1,
			.at = real_now(r),
			.verb = step_action_word(s),
			.object = s->id,
			.detail = detail ? detail : "",
			.prev = head ? head : "",
		};
		chain(&row, hash);
		failed = store_insert(t, TABLE_AUDIT, &row, e) ||
			 rows_set_meta(t, META_AUDIT,
				       arena_printf(&mem, "%lld:%s", (long long)row.seq, hash), e);
	}
	arena_release(&mem);
	return failed ? -1 : 0;
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
			return store_txn(w->run->ports->store, "", w->run->fence, close_txn, w, e);
	return 0;
}

struct open_rows {
	struct arena mem;
	struct row_journal *row;
	size_t n, cap;
};

static int collect_open(const void *row, void *arg, struct err *e)
{
	struct open_rows *c = arg;

	(void)e;
	*(struct row_journal *)arena_push(&c->mem, &c->row, &c->n, &c->cap, sizeof(*c->row)) =
		*(const struct row_journal *)row;
	return 0;
}

static int recover_txn(struct store_txn *t, void *arg, struct err *e)
{
	struct run *r = arg;
	struct open_rows c = { 0 };
	struct store_where open = { .select = STORE_EQUAL, .col = "outcome", .text = OPEN };
	int failed = store_each(t, TABLE_JOURNAL, &open, &c.mem, collect_open, &c, e);

	for (size_t i = 0; !failed && i < c.n; i++) {
		struct row_due due = { c.row[i].tenant_uid, "recover", 0 };
		c.row[i].outcome = "Interrupted";
		c.row[i].ended_at = real_now(r);
		failed = store_put(t, TABLE_JOURNAL, &c.row[i], e) ||
			 (due.tenant_uid && store_put(t, TABLE_DUE, &due, e));
	}
	arena_release(&c.mem);
	return failed ? -1 : 0;
}

/* A look first: an idle run writes nothing. */
static int count_open(struct store_txn *t, void *arg, struct err *e)
{
	struct open_rows *c = arg;
	struct store_where open = {
		.select = STORE_EQUAL, .col = "outcome", .text = OPEN, .limit = 1
	};

	return store_each(t, TABLE_JOURNAL, &open, &c->mem, collect_open, c, e);
}

int journal_recover(struct run *r, struct err *e)
{
	struct open_rows c = { 0 };
	int failed = store_read(r->ports->store, count_open, &c, e);
	bool any = c.n > 0;

	arena_release(&c.mem);
	if (failed || !any)
		return failed ? -1 : 0;
	return store_txn(r->ports->store, "", r->fence, recover_txn, r, e);
}
