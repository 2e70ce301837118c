/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conditions of objects from one run to the next: when each last changed its status, and that
 * somebody is told when it does.
 */
#ifndef APNSCTL_RUN_CONDITIONS_H
#define APNSCTL_RUN_CONDITIONS_H

#include "reconcile/report/report.h"
#include "reconcile/run/unit.h"

/*
 * What people are to be told of: noted while the transaction goes on, told once it stands. Texts
 * live in the arenas of the units.
 */
struct tidings {
	struct arena mem;
	struct notify_event *item;
	size_t n, cap;
};

/* Of one tenant, as report_context takes them; texts live in the unit's arena. */
struct transitions {
	struct run *run;
	struct unit *unit;
	struct tidings *tidings; /* for conditions_note */
	struct transition *item;
	size_t n, cap;
};

/*
 * Remembers the conditions of a view, notes what came, went or changed, and adds their transitions.
 * `is_over`: the object is told of no more, and its conditions are forgotten.
 */
int conditions_note(struct store_txn *t, struct transitions *s, const struct cert_view *v,
		    bool is_over, struct err *e);

/* Tells what was noted, in that order, and forgets it. */
void tidings_tell(struct tidings *t, const struct notify *to);
void tidings_release(struct tidings *t);

/* Adds what the store knows of all conditions; one that it does not know begins now. */
int conditions_known(struct store_txn *t, struct transitions *s, struct err *e);

/* By object and type, as report_context wants them. */
void transitions_sort(struct transitions *s);

#endif
