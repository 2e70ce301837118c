/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log: a hash chain of the steps that were done, written with what they changed. */
#ifndef APNSCTL_RUN_AUDIT_H
#define APNSCTL_RUN_AUDIT_H

#include "reconcile/run/unit.h"

/* Appends a line about a step that is done, inside the transaction of its state. */
int audit_append(struct store_txn *t, const struct run *r, const struct step *s, const char *detail,
		 struct err *e);

/* "SEQ:HASH" of the newest line of the audit log; NULL when it is empty. */
int audit_head(struct store_txn *t, struct arena *mem, const char **head, struct err *e);

/*
 * Follows the chain of the audit log from its first line to the newest; `n`: its lines. ERR_IO
 * names the first line that is missing or was changed. Who can write to the database and knows how
 * it is made can make a whole new chain: what tells that is the Audit-Head of the status branch's
 * commits.
 */
int audit_check(struct store_txn *t, size_t *n, struct err *e);

#endif
