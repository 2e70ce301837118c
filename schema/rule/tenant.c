/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "schema/base/text.h"
#include "schema/load/path.h"
#include "schema/resolve/resolve.h"
#include "schema/rule/check.h"

static int cmp_place(const struct finding *a, const struct finding *b)
{
	int c = text_cmp(a->file, b->file);

	if (!c)
		c = (a->at.line > b->at.line) - (a->at.line < b->at.line);
	if (!c)
		c = (a->at.col > b->at.col) - (a->at.col < b->at.col);
	return c ? c : (a->rule->code > b->rule->code) - (a->rule->code < b->rule->code);
}

/*
 * What the findings of the folder forbid, and the one to show for it: the first of those that
 * forbid most. Findings of other folders are other people's; the one that counts the rest is of no
 * file, and may count one of these.
 */
static void find_stop(struct resolution *r)
{
	const struct finding *first = NULL;

	for (size_t i = 0; i < r->fs->n; i++) {
		const struct finding *f = &r->fs->item[i];
		enum rule_stop stop = f->rule->stop;
		if (f->level != LEVEL_ERROR || stop == STOP_NOTHING ||
		    (f->file && !path_is_below(f->file, r->folder)))
			continue;
		if (!first || stop > first->rule->stop ||
		    (stop == first->rule->stop && cmp_place(f, first) < 0))
			first = f;
	}
	if (!first)
		return;
	struct finding *copy = arena_alloc(r->mem, sizeof(*copy));
	*copy = *first;
	r->out->first_error = copy;
	r->out->stop = first->rule->stop;
}

static void check_servers(const struct resolution *r)
{
	for (size_t i = 0; i < r->own[KIND_MDMServer].n; i++)
		server_check((const struct mdm_server *)r->own[KIND_MDMServer].item[i], r->mode,
			     r->fs);
}

void tenant_resolve(const struct set *shared, struct set *tenant, struct arena *mem,
		    struct findings *fs, struct want_tenant *out)
{
	struct resolution r;

	resolution_start(&r, shared, tenant, mem, fs, out);
	resolve_servers(&r);
	resolve_certs(&r);
	resolve_policies(&r);
	resolve_assignments(&r);
	resolve_effective(&r);

	struct people people = { shared, r.org, fs, &r.comparisons };
	layout_check_tenant(&r);
	names_check(&r);
	check_servers(&r);
	people_check_tenant(&people, &r);
	apple_check_tenant(&people, &r);
	certificate_check(&r);
	assignment_check(&r);
	advice_check(&r);
	ignores_apply(&tenant->ignores, fs);
	find_stop(&r);
}
