/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tenant that gets another name: its folder is new, its Tenant names the old one in previousNames
 * and the old folder is gone. It keeps its row of the store and all that hangs on that.
 *
 * The old name stays behind as an archived tenant of which nothing was ever made, so that its files
 * on the status branch are taken away wherever a run dies. Such an empty row gives way when its
 * name is wanted: also one that was made while the new folder could not be read as it was meant.
 */
#ifndef APNSCTL_RUN_RENAMES_H
#define APNSCTL_RUN_RENAMES_H

#include "reconcile/run/select.h"
#include "reconcile/run/unit.h"

/* A tenant that had other names; texts live in the arena of the selection. */
struct renaming {
	const char *name;
	const char **old;
	size_t n_old;
	const char *takes; /* the old name of a tenant that is gone and known; NULL: none */
};

struct renamings {
	struct renaming *item; /* by name */
	size_t n, cap;
};

void renames_note(struct renamings *all, const struct want_tenant *t, struct selection *s);

/*
 * Decides which of them are renamed by this run: such a one gets its old name, and the old one is
 * taken out of the selection. One that can not be decided is refused, and the old one is kept.
 */
int renames_decide(struct run *r, const struct renamings *all, struct selection *s, struct err *e);

/* Reads a tenant into unit->actual: by its old name while it is not renamed yet. */
int renames_read(struct store_txn *t, struct unit *u, struct err *e);

/* Renames the unit's tenant in the store. */
int renames_apply(struct store_txn *t, struct unit *u, struct arena *mem, struct err *e);

/* The files of the old name are taken away with this publication: nobody has to look for them. */
int renames_settle(struct store_txn *t, const struct unit *u, struct arena *mem, struct err *e);

#endif
