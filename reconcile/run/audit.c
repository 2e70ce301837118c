/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/run/audit.h"

#include <stdio.h>
#include <stdlib.h>

#include "reconcile/run/rows.h"
#include "schema/base/text.h"

#define META_AUDIT "audit_head"

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

int audit_append(struct store_txn *t, const struct run *r, const struct step *s, const char *detail,
		 struct err *e)
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
