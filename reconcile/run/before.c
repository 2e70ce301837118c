/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/run/before.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"

static struct wish copy_wish(const struct wish *w, struct arena *mem)
{
	return (struct wish){ arena_strdup(mem, w->topic),
			      { w->on.kind, arena_strdup(mem, w->on.tenant),
				arena_strdup(mem, w->on.name) } };
}

void before_note_wishes(struct run *r, const struct selection *s)
{
	struct before *b = r->o->note;
	const struct wishes *w = r->wishes;

	if (!b)
		return;
	b->knows_wishes = s->n > 1;
	for (size_t i = 0; i < s->n; i++)
		b->knows_wishes &= s->item[i].is_changed || s->item[i].is_gone;
	b->wish = arena_array(&b->mem, w->n + 1, sizeof(*b->wish));
	for (size_t i = 0; i < w->n; i++)
		b->wish[b->n_wish++] = copy_wish(&w->item[i], &b->mem);
}

void before_note_unit(struct run *r, const struct unit *u)
{
	struct before *b = r->o->note;

	if (!b || u->is_gone)
		return;
	struct before_tenant *t = arena_push(&b->mem, &b->tenant, &b->n, &b->cap, sizeof(*t));
	t->name = arena_strdup(&b->mem, u->name);
	memcpy(t->tree, u->tree, sizeof(t->tree));
	memcpy(t->print, u->loaded.print, sizeof(t->print));
	t->quarantined = !u->error && u->loaded.want.stop == STOP_QUARANTINE;
	t->alone = !u->error;
	t->had_names = u->loaded.want.n_previous > 0;
}

static int by_name(const void *name, const void *item)
{
	return text_cmp(name, ((const struct before_tenant *)item)->name);
}

static struct before_tenant *find(const struct before *b, const char *name)
{
	return b->n ? bsearch(name, b->tenant, b->n, sizeof(*b->tenant), by_name) : NULL;
}

static void hash_findings(const struct findings *fs, char out[SHA256_HEX])
{
	struct sha256 h;

	sha256_init(&h);
	for (size_t i = 0; i < fs->n; i++) {
		const struct finding *f = &fs->item[i];
		sha256_add_text(&h, f->rule->name);
		sha256_add_text(&h, level_name(f->level));
		sha256_add_text(&h, f->file ? f->file : "");
		sha256_add(&h, &f->at, sizeof(f->at));
		sha256_add_text(&h, f->message);
	}
	sha256_end_hex(&h, out);
}

static void note_steps(struct before *b, const struct run_result *res)
{
	b->result = res;
	b->step = arena_array(&b->mem, res->n_step + 1, sizeof(*b->step));
	for (size_t i = 0; i < res->n_step; i++)
		b->step[i] = (struct before_step){ res->step[i].gate, res->step[i].rule };
}

int before_note_end(struct run *r, struct err *e)
{
	struct before *b = r->o->note;

	if (!b)
		return 0;
	note_steps(b, r->result);
	hash_findings(&r->load.findings, b->shared_findings);
	for (size_t i = 0; i < r->wishes->n; i++) {
		struct before_tenant *t = find(b, r->wishes->item[i].on.tenant);
		if (t)
			t->alone = false;
	}
	b->gate = arena_array(&b->mem, r->counted.n + 1, sizeof(*b->gate));
	for (size_t i = 0; i < r->counted.n; i++) {
		const struct gate_item *g = &r->counted.item[i];
		b->gate[b->n_gate++] =
		    (struct gate_item){ g->gate,
					arena_strdup(&b->mem, g->tenant),
					{ g->on.kind, arena_strdup(&b->mem, g->on.tenant),
					  arena_strdup(&b->mem, g->on.name) },
					arena_strdup(&b->mem, g->id),
					arena_strdup(&b->mem, g->target) };
	}
	memcpy(b->shared_print, r->load.print, sizeof(b->shared_print));
	return shared_oids(r, &b->mem, &b->shared, e);
}

/* 1: as before; a work tree has no oids that could be compared. */
static int is_same_shared(struct run *r, const struct before *b, struct err *e)
{
	struct arena mem = ARENA_INIT;
	const char *shared = NULL;
	char findings[SHA256_HEX];

	hash_findings(&r->load.findings, findings);
	if (!text_eq(findings, b->shared_findings))
		return 0;
	if (!*r->load.commit)
		return *b->shared_print && text_eq(r->load.print, b->shared_print);
	int same = shared_oids(r, &mem, &shared, e) ? -1 : text_eq(shared, b->shared);
	arena_release(&mem);
	return same;
}

static bool is_same(struct run *r, const struct before_tenant *t, const struct selected *s)
{
	char print[SHA256_HEX];
	struct err ignored = { 0 }; /* who reads it in earnest tells it */

	if (*r->load.commit)
		return text_eq(s->tree, t->tree);
	return *t->print && !load_tenant_print(&r->load, s->name, print, &ignored) &&
	       text_eq(print, t->print);
}

int before_find(struct run *r, struct selection *s, struct err *e)
{
	const struct before *b = r->o->before;

	if (!b || !b->knows_wishes || s->n < 2)
		return 0;
	int same = is_same_shared(r, b, e);
	for (size_t i = 0; same > 0 && i < s->n; i++) {
		struct selected *one = &s->item[i];
		const struct before_tenant *t = one->is_gone ? NULL : find(b, one->name);
		if (t && !t->had_names && is_same(r, t, one))
			one->before = t;
	}
	return same < 0 ? -1 : 0;
}

void before_wishes(struct run *r, const char *tenant)
{
	const struct before *b = r->o->before;
	struct wishes *w = r->wishes;
	size_t low = 0, high = b->n_wish;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (text_cmp(b->wish[middle].on.tenant, tenant) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < b->n_wish && text_eq(b->wish[low].on.tenant, tenant); low++)
		*(struct wish *)arena_push(&w->mem, &w->item, &w->n, &w->cap, sizeof(*w->item)) =
		    copy_wish(&b->wish[low], &w->mem);
}

static bool is_taken(const struct selection *s, const char *tenant)
{
	const struct selected *one = selection_find(s, tenant);

	return one && one->before;
}

static void take_over(struct run *r, const struct selection *s)
{
	const struct before *b = r->o->before;
	struct run_result *res = r->result;
	struct gate_list *l = &r->counted;

	for (size_t i = 0; i < b->result->n_step; i++) {
		if (!is_taken(s, kept_tenant(&b->result->step[i])))
			continue;
		struct kept_step *k =
		    arena_push(&res->mem, &res->step, &res->n_step, &res->cap_step, sizeof(*k));
		*k = b->result->step[i];
		k->gate = b->step[i].gate;
		k->rule = b->step[i].rule;
	}
	for (size_t i = 0; i < b->n_gate; i++)
		if (is_taken(s, b->gate[i].tenant))
			*(struct gate_item *)arena_push(&l->mem, &l->item, &l->n, &l->cap,
							sizeof(*l->item)) = b->gate[i];
}

void before_take(struct run *r, struct selection *s)
{
	const struct before *b = r->o->before;
	size_t kept = 0;

	if (!b || b->other_facts)
		return;
	for (size_t i = 0; i < r->wishes->n; i++) {
		struct selected *one = selection_find(s, r->wishes->item[i].on.tenant);
		if (one)
			one->before = NULL;
	}
	for (size_t i = 0; i < s->n; i++)
		if (s->item[i].before && !s->item[i].before->alone)
			s->item[i].before = NULL;
	take_over(r, s);
	r->n_before = r->result->n_step;
	for (size_t i = 0; i < s->n; i++) {
		const struct before_tenant *t = s->item[i].before;
		r->result->n_looked_at += t != NULL;
		r->result->n_quarantined += t && t->quarantined;
		if (!t)
			s->item[kept++] = s->item[i];
	}
	s->n = kept;
}

void before_merge(struct run *r)
{
	struct run_result *res = r->result;
	size_t i = 0, k = r->n_before;

	if (!r->n_before)
		return;
	struct kept_step *all = arena_array(&res->mem, res->n_step, sizeof(*all));
	for (size_t n = 0; n < res->n_step; n++) {
		bool first = k == res->n_step ||
			     (i < r->n_before &&
			      text_cmp(kept_tenant(&res->step[i]), kept_tenant(&res->step[k])) < 0);
		all[n] = res->step[first ? i++ : k++];
	}
	res->step = all;
	res->cap_step = res->n_step;
}

void before_release(struct before *b)
{
	arena_release(&b->mem);
	*b = (struct before){ 0 };
}
