/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal: the intent of a step is durable before it acts, its outcome is written in the
 * transaction of the state that it describes.
 */
#ifndef APNSCTL_RUN_JOURNAL_H
#define APNSCTL_RUN_JOURNAL_H

#include "reconcile/run/unit.h"

/* Writes the intents of all works of the wave, in one transaction. */
int journal_begin(struct wave *w, struct err *e);

/* Inside the transaction of a step's state: its outcome, and a line of the audit log. */
int journal_done(struct store_txn *t, struct run *r, struct work *w, const char *detail,
		 struct err *e);

/* Writes the outcomes of works that ended without a state to write (failed, waiting). */
int journal_close(struct wave *w, struct err *e);

/* Steps that were begun and never ended: they are marked, and their tenants are due at once. */
int journal_recover(struct run *r, struct err *e);

#endif
