/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/lint_base.h"

#include <stdlib.h>

#include "schema/base/text.h"

static const char *published_topic(void *self, const char *tenant, const struct want_cert *base)
{
	const struct published *p = ((struct lint_base *)self)->published;
	const struct actual_tenant *t = published_tenant(p, tenant);
	const struct actual_cert *c = t ? actual_match(t, base) : NULL;

	return c ? c->published_topic : NULL;
}

static bool is_same(const struct load *a, const struct load *b, const char *path)
{
	char x[OID_TEXT], y[OID_TEXT];
	struct err e = { 0 };
	int in_a = a->source->ops->lookup(a->source, a->commit, path, x, &e);
	int in_b = b->source->ops->lookup(b->source, b->commit, path, y, &e);

	return in_a == in_b && (in_a > 0 || (in_a == 0 && *x && text_eq(x, y)));
}

int lint_base_open(struct lint_base *b, const struct repo_base *base, const struct load *head,
		   const struct published *published, bool is_complete, struct err *e)
{
	const struct change_known known = { published_topic, b, is_complete };

	*b = (struct lint_base){ .head = head, .published = published };
	if (load_open(&b->load, base->source, base->commit, head->certs, LOAD_DESIRED, e))
		return -1;
	b->change = change_new(&known);
	b->met = arena_array(&b->load.mem, b->load.n_tenant + 1, sizeof(*b->met));
	b->shared_is_same = *head->commit && is_same(head, &b->load, "organization.yaml") &&
			    is_same(head, &b->load, "servers") &&
			    is_same(head, &b->load, "accounts");
	return 0;
}

static int name_cmp(const void *name, const void *item)
{
	return text_cmp(name, ((const struct load_name *)item)->name);
}

static const struct load_name *tenant_of(const struct load *l, const char *name)
{
	return name && l->n_tenant
		   ? bsearch(name, l->tenant, l->n_tenant, sizeof(*l->tenant), name_cmp)
		   : NULL;
}

/* Its name, or one that it had; a folder that both sides have is never another one's past. */
static const struct load_name *find_was(const struct lint_base *b, const struct load_tenant *t)
{
	const struct load_name *was = tenant_of(&b->load, t->want.name);
	const struct object *o = set_find(&t->set, KIND_Tenant, NULL);

	for (size_t i = 0; !was && o && i < o->meta.previous_names.n; i++) {
		const char *old = o->meta.previous_names.item[i].s;
		if (!tenant_of(b->head, old))
			was = tenant_of(&b->load, old);
	}
	return was;
}

static int compare(struct lint_base *b, const struct load_name *was, struct load_tenant *t,
		   struct findings *fs, struct err *e)
{
	struct change_side base = { .shared = &b->load.shared };
	struct change_side head = { .shared = &b->head->shared };

	load_tenant_release(&b->old);
	if (was && load_tenant(&b->load, was->name, &b->old, e))
		return err_wrap(e, "base");
	if (was) {
		base.set = &b->old.set;
		base.want = b->was = &b->old.want;
		base.findings = &b->old.findings;
	}
	if (t) {
		head.set = &t->set;
		head.want = &t->want;
	}
	change_check(b->change, &base, &head, fs);
	return 0;
}

int lint_base_tenant(struct lint_base *b, size_t index, struct load_tenant *t, struct err *e)
{
	const struct load_name *now = &b->head->tenant[index], *was = find_was(b, t);

	b->was = NULL;
	if (was)
		b->met[was - b->load.tenant] = true;
	if (was && b->shared_is_same && *now->tree && text_eq(now->tree, was->tree)) {
		b->was = &t->want;
		return 0;
	}
	return compare(b, was, t, &t->findings, e);
}

int lint_base_end(struct lint_base *b, struct findings *fs, struct err *e)
{
	for (size_t i = 0; i < b->load.n_tenant; i++)
		if (!b->met[i] && compare(b, &b->load.tenant[i], NULL, fs, e))
			return -1;
	change_end(b->change, fs);
	return 0;
}

void lint_base_close(struct lint_base *b)
{
	change_free(b->change);
	load_tenant_release(&b->old);
	if (b->change)
		load_close(&b->load);
}
