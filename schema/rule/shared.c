/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "schema/base/text.h"
#include "schema/load/set_index.h"
#include "schema/resolve/resolve.h"
#include "schema/rule/check.h"

/* Bounds the work of suggestions in a set full of unknown people. */
enum { COMPARISONS = 4000 };

static int by_id(const void *x, const void *y)
{
	const struct person *a = *(const struct person *const *)x;
	const struct person *b = *(const struct person *const *)y;
	int c = text_cmp(a->id.s, b->id.s);

	return c ? c : a < b ? -1 : a > b;
}

static void check_people(const struct organization *org, struct findings *fs)
{
	const struct person *all = org->people.item;
	const struct person **sorted = arena_array(fs->mem, org->people.n + 1, sizeof(*sorted));

	for (size_t i = 0; i < org->people.n; i++)
		sorted[i] = &all[i];
	qsort(sorted, org->people.n, sizeof(*sorted), by_id);
	for (size_t i = 1; i < org->people.n; i++) {
		const struct person *a = sorted[i - 1], *b = sorted[i];
		if (!b->id.s || !text_eq(a->id.s, b->id.s))
			continue;
		struct finding *f =
		    finding_add(fs, RULE_DUPLICATE_ENTRY, org->head.file, span_of(b->id.at),
				"two people have the id %s; give each an id of their own",
				b->id.s);
		about(f, &org->head,
		      arena_printf(fs->mem, "/spec/people/%zu/id", (size_t)(b - all)));
		finding_relate(fs, f, org->head.file, span_of(a->id.at), "the first one is here");
	}
}

void shared_check(struct set *shared, struct findings *fs)
{
	const struct organization *org = shared_organization(shared);
	size_t n, comparisons = COMPARISONS;
	struct people people = { shared, org, fs, &comparisons };
	struct object *const *server = set_kind(shared, KIND_MDMServer, &n);

	layout_check_shared(shared, fs);
	if (org) {
		bands_of_organization(org, fs);
		check_people(org, fs);
	}
	for (size_t i = 0; i < n; i++)
		server_check((const struct mdm_server *)server[i],
			     org ? (enum mode)org->mode.v : MODE_UNSET, fs);
	apple_check_shared(&people, shared);
	ignores_apply(&shared->ignores, fs);
	set_note_stops(shared, fs);
}
