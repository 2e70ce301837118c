/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/lint_added.h"

#include <stdlib.h>

#include "schema/base/text.h"

static bool is_held(const struct plan_report *r, const struct finding *f)
{
	const char *tenant = f->object.kind == KIND_Tenant ? f->object.name : f->object.tenant;

	for (size_t i = 0; i < r->n_step; i++)
		if (r->step[i].rule == f->rule->code && text_eq(kept_tenant(&r->step[i]), tenant))
			return true;
	return false;
}

static void note_code(struct lint_added *a, unsigned code)
{
	struct plan_lint *f = &a->found;

	for (size_t i = 0; i < f->n_code; i++)
		if (f->code[i] == code)
			return;
	*(unsigned *)arena_push(&a->mem, &f->code, &f->n_code, &a->cap, sizeof(*f->code)) = code;
}

/* What is in quarantine is told as that. A change rule holds nothing itself: only a step does. */
static bool is_quarantine(const struct rule *r)
{
	return r->stop == STOP_QUARANTINE && rule_family(r) != FAMILY_CHANGE;
}

static void note(struct lint_added *a, const struct plan_report *r, const struct findings *fs)
{
	for (size_t i = 0; i < fs->n; i++) {
		const struct finding *f = &fs->item[i];
		if (f->level != LEVEL_ERROR || is_quarantine(f->rule) || is_held(r, f))
			continue;
		a->found.n++;
		note_code(a, f->rule->code);
	}
}

static int look_at(struct lint_added *a, struct lint_base *b, struct load *head, size_t index,
		   const struct plan_report *r, struct err *e)
{
	struct load_tenant now, old;

	if (load_tenant(head, head->tenant[index].name, &now, e))
		return -1;
	int failed = lint_base_tenant(b, index, &now, e);
	int found = failed ? 0 : lint_base_before(b, &now, &old, e);
	if (found > 0) {
		findings_subtract(&now.findings, &old.findings);
		load_tenant_release(&old);
	}
	if (!failed && found >= 0)
		note(a, r, &now.findings);
	load_tenant_release(&now);
	return failed || found < 0 ? -1 : 0;
}

static int look_at_all(struct lint_added *a, struct lint_base *b, struct load *head,
		       const struct plan_report *r, struct err *e)
{
	struct findings fs = FINDINGS_INIT(&a->mem);

	for (size_t i = 0; i < head->n_tenant; i++) {
		const char *name = head->tenant[i].name;
		if (a->n_tenant &&
		    bsearch(&name, a->tenant, a->n_tenant, sizeof(*a->tenant), text_cmp_at)) {
			if (look_at(a, b, head, i, r, e))
				return -1;
		} else {
			lint_base_pass(b, name);
		}
	}
	if (lint_base_end(b, &fs, e))
		return -1;
	note(a, r, &fs);
	note(a, r, a->shared);
	return 0;
}

int lint_added_find(struct lint_added *a, const struct plan_report *r, struct err *e)
{
	struct lint_base b = { 0 };
	struct load head;

	if (load_open(&head, a->repo->source, a->repo->commit, a->certs, LOAD_DESIRED, e))
		return -1;
	int failed = lint_base_open(&b, a->base, &head, a->published, a->is_complete, e) ||
		     look_at_all(a, &b, &head, r, e);
	lint_base_close(&b);
	load_close(&head);
	return failed ? -1 : 0;
}

void lint_added_release(struct lint_added *a)
{
	arena_release(&a->mem);
}
