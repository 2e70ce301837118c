/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint --base: the change rules between two revisions of one repository, tenant by tenant as the
 * head is read. Of the base nothing is kept but the tenant at hand.
 */
#ifndef APNSCTL_CMD_LINT_BASE_H
#define APNSCTL_CMD_LINT_BASE_H

#include "cmd/apnsctl/published.h"
#include "cmd/apnsctl/repo.h"
#include "reconcile/run/load.h"
#include "schema/rule/change.h"

struct lint_base {
	struct load load;
	struct change *change;
	const struct load *head;
	const struct published *published;
	bool *met; /* of each tenant of the base: head has it */
	bool shared_is_same;
	struct load_tenant old; /* the tenant of the base at hand */
	const struct want_tenant *was; /* what the tenant compared last was; NULL: it is new */
};

/*
 * Reads what head is compared with; `base`, `head` and `published` stay the caller's and outlive
 * it. `is_complete` false: there is no status branch to be asked.
 */
int lint_base_open(struct lint_base *b, const struct repo_base *base, const struct load *head,
		   const struct published *published, bool is_complete, struct err *e);

/*
 * Compares a tenant of head with what it was; what it finds goes to the tenant's findings. `b->was`
 * is valid until the next one, as long as `t` is.
 */
int lint_base_tenant(struct lint_base *b, size_t index, struct load_tenant *t, struct err *e);

/* What all tenants together have changed: those that are gone. */
int lint_base_end(struct lint_base *b, struct findings *fs, struct err *e);

void lint_base_close(struct lint_base *b);

#endif
