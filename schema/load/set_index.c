/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/load/set_index.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"

/* One word of a list that belongs to `owner`. */
struct listed {
	const struct object *owner;
	enum set_list list;
	const char *word;
	size_t rank; /* in the order of the files */
	const void *item;
};

/* The highest stop among the findings of one object, or (name NULL) of a whole file. */
struct stop_of {
	const char *file;
	enum kind_id kind;
	const char *name;
	enum rule_stop stop;
};

struct set_index {
	struct arena *mem;
	struct object **object; /* by kind, name, order of files */
	size_t n_object;
	size_t kind_at[KIND_MAX + 1]; /* where a kind starts in `object` */
	struct object *first[KIND_MAX];
	struct cert_file **cert; /* by path */
	size_t n_cert;
	struct listed *word;
	size_t n_word, cap_word, words_of; /* words_of: made when the set had so many objects */
	struct stop_of *stop;
	size_t n_stop, cap_stop;
};

struct set_index *set_index_new(struct arena *mem)
{
	struct set_index *ix = arena_alloc(mem, sizeof(*ix));

	ix->mem = mem;
	return ix;
}

struct ranked {
	struct object *o;
	size_t rank;
};

/* "tenant (1).yaml", which is a copy, stands behind "tenant.yaml". */
static int file_cmp(const char *a, const char *b)
{
	const char *dot_a = strrchr(a, '.'), *dot_b = strrchr(b, '.');
	size_t n_a = dot_a ? (size_t)(dot_a - a) : strlen(a);
	size_t n_b = dot_b ? (size_t)(dot_b - b) : strlen(b);
	int c = memcmp(a, b, n_a < n_b ? n_a : n_b);

	return c ? c : (n_a > n_b) - (n_a < n_b);
}

static int by_kind_and_name(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;

	if (a->o->kind != b->o->kind)
		return a->o->kind < b->o->kind ? -1 : 1;
	int c = text_cmp(a->o->meta.name.s, b->o->meta.name.s);
	if (!c)
		c = file_cmp(a->o->file, b->o->file);
	return c ? c : a->rank < b->rank ? -1 : a->rank > b->rank;
}

static void index_objects(const struct set *s)
{
	struct set_index *ix = s->index;
	struct ranked *r = arena_array(ix->mem, s->n_object + 1, sizeof(*r));

	memset(ix->first, 0, sizeof(ix->first));
	memset(ix->kind_at, 0, sizeof(ix->kind_at));
	for (size_t i = 0; i < s->n_object; i++) {
		struct object *o = s->object[i];
		r[i] = (struct ranked){ o, i };
		ix->kind_at[o->kind + 1]++;
		if (!ix->first[o->kind])
			ix->first[o->kind] = o;
	}
	for (size_t k = 0; k < KIND_MAX; k++)
		ix->kind_at[k + 1] += ix->kind_at[k];
	qsort(r, s->n_object, sizeof(*r), by_kind_and_name);
	ix->object = arena_array(ix->mem, s->n_object + 1, sizeof(ix->object[0]));
	for (size_t i = 0; i < s->n_object; i++)
		ix->object[i] = r[i].o;
	ix->n_object = s->n_object;
}

struct object *const *set_kind(const struct set *s, enum kind_id kind, size_t *n)
{
	struct set_index *ix = s->index;

	if (ix->n_object != s->n_object || !ix->object)
		index_objects(s);
	*n = ix->kind_at[kind + 1] - ix->kind_at[kind];
	return ix->object + ix->kind_at[kind];
}

struct object *set_find(const struct set *s, enum kind_id kind, const char *name)
{
	size_t n, from = 0;
	struct object *const *o = set_kind(s, kind, &n);

	if (!name)
		return s->index->first[kind];
	for (size_t to = n; from < to;) {
		size_t mid = from + (to - from) / 2;
		if (text_cmp(o[mid]->meta.name.s, name) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from < n && text_eq(o[from]->meta.name.s, name) ? o[from] : NULL;
}

static int by_path(const void *x, const void *y)
{
	const struct cert_file *a = *(struct cert_file *const *)x,
			       *b = *(struct cert_file *const *)y;

	return strcmp(a->path, b->path);
}

static int path_cmp(const void *key, const void *item)
{
	return strcmp(key, (*(struct cert_file *const *)item)->path);
}

struct cert_file *set_cert(const struct set *s, const char *path)
{
	struct set_index *ix = s->index;

	if (!s->n_cert)
		return NULL;
	if (ix->n_cert != s->n_cert) {
		ix->cert = arena_array(ix->mem, s->n_cert, sizeof(ix->cert[0]));
		for (size_t i = 0; i < s->n_cert; i++)
			ix->cert[i] = &s->cert[i];
		ix->n_cert = s->n_cert;
		qsort(ix->cert, ix->n_cert, sizeof(ix->cert[0]), by_path);
	}
	struct cert_file **hit = bsearch(path, ix->cert, ix->n_cert, sizeof(ix->cert[0]), path_cmp);
	return hit ? *hit : NULL;
}

static int by_word(const void *x, const void *y)
{
	const struct listed *a = x, *b = y;

	if (a->owner != b->owner)
		return (uintptr_t)a->owner < (uintptr_t)b->owner ? -1 : 1;
	if (a->list != b->list)
		return a->list < b->list ? -1 : 1;
	int c = text_cmp(a->word, b->word);
	return c ? c : a->rank < b->rank ? -1 : a->rank > b->rank;
}

static void add_word(struct set_index *ix, const struct object *owner, enum set_list list,
		     const char *word, const void *item)
{
	struct listed *l;

	if (!word)
		return;
	l = arena_push(ix->mem, &ix->word, &ix->n_word, &ix->cap_word, sizeof(*l));
	*l = (struct listed){ owner, list, word, ix->n_word, item };
}

static void add_texts(struct set_index *ix, const struct object *owner, enum set_list list,
		      const struct texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		add_word(ix, owner, list, t->item[i].s, &t->item[i]);
}

static void add_organization(struct set_index *ix, const struct organization *org)
{
	const struct person *person = org->people.item;

	add_texts(ix, &org->head, LIST_DOMAINS, &org->apple_id_domains);
	for (size_t i = 0; i < org->people.n; i++) {
		add_word(ix, &org->head, LIST_PEOPLE, person[i].id.s, &person[i]);
		add_word(ix, &org->head, LIST_MAILBOXES,
			 text_lower(arena_strdup(ix->mem, person[i].email.s)), &person[i]);
	}
}

static void index_words(const struct set *s)
{
	struct set_index *ix = s->index;

	ix->n_word = 0;
	for (size_t i = 0; i < s->n_object; i++) {
		const struct object *o = s->object[i];
		const struct apple_id_alias *alias = (const struct apple_id_alias *)o;
		if (o->kind == KIND_Organization)
			add_organization(ix, (const struct organization *)o);
		if (o->kind == KIND_Tenant)
			add_texts(ix, o, LIST_DOMAINS, &((const struct tenant *)o)->domains);
		if (o->kind == KIND_MDMServer)
			add_texts(ix, o, LIST_TENANTS, &((const struct mdm_server *)o)->tenants);
		if (o->kind == KIND_AppleIDAlias) {
			add_texts(ix, o, LIST_TENANTS, &alias->tenants);
			add_word(ix, NULL, LIST_ADDRESSES,
				 text_lower(arena_strdup(ix->mem, alias->apple_id.s)), alias);
		}
	}
	if (ix->n_word)
		qsort(ix->word, ix->n_word, sizeof(ix->word[0]), by_word);
	ix->words_of = s->n_object;
}

const void *set_listed(const struct set *s, const struct object *owner, enum set_list list,
		       const char *word)
{
	struct set_index *ix = s->index;
	struct listed key = { owner, list, word, 0, NULL };
	size_t from = 0;

	if (!word)
		return NULL;
	if (ix->words_of != s->n_object)
		index_words(s);
	for (size_t to = ix->n_word; from < to;) {
		size_t mid = from + (to - from) / 2;
		if (by_word(&ix->word[mid], &key) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	if (from == ix->n_word)
		return NULL;
	const struct listed *l = &ix->word[from];
	return l->owner == owner && l->list == list && strcmp(l->word, word) == 0 ? l->item : NULL;
}

static int by_object(const void *x, const void *y)
{
	const struct stop_of *a = x, *b = y;
	int c = text_cmp(a->file, b->file);

	if (!c)
		c = (a->kind > b->kind) - (a->kind < b->kind);
	return c ? c : text_cmp(a->name, b->name);
}

void set_note_stops(const struct set *s, const struct findings *fs)
{
	struct set_index *ix = s->index;
	size_t kept = 0;

	ix->n_stop = 0;
	for (size_t i = 0; i < fs->n; i++) {
		const struct finding *f = &fs->item[i];
		struct stop_of *e;
		if (f->level != LEVEL_ERROR || f->rule->stop == STOP_NOTHING ||
		    (!f->file && f->rule->code != RULE_TOO_MANY_FINDINGS))
			continue;
		e = arena_push(ix->mem, &ix->stop, &ix->n_stop, &ix->cap_stop, sizeof(*e));
		*e = (struct stop_of){ arena_strdup(ix->mem, f->file), KIND_NONE, NULL,
				       f->rule->stop };
		if (f->object.name) {
			e->kind = f->object.kind;
			e->name = arena_strdup(ix->mem, f->object.name);
		}
	}
	if (ix->n_stop)
		qsort(ix->stop, ix->n_stop, sizeof(ix->stop[0]), by_object);
	for (size_t i = 0; i < ix->n_stop; i++) {
		if (kept && by_object(&ix->stop[kept - 1], &ix->stop[i]) == 0) {
			if (ix->stop[i].stop > ix->stop[kept - 1].stop)
				ix->stop[kept - 1].stop = ix->stop[i].stop;
			continue;
		}
		ix->stop[kept++] = ix->stop[i];
	}
	ix->n_stop = kept;
}

static enum rule_stop stop_of(const struct set_index *ix, struct stop_of key)
{
	const struct stop_of *hit = NULL;

	if (ix->n_stop)
		hit = bsearch(&key, ix->stop, ix->n_stop, sizeof(key), by_object);
	return hit ? hit->stop : STOP_NOTHING;
}

enum rule_stop set_stop_of(const struct set *s, const struct object *o)
{
	enum rule_stop all = stop_of(s->index, (struct stop_of){ .file = o->file });
	enum rule_stop own = stop_of(
	    s->index, (struct stop_of){ .file = o->file, .kind = o->kind, .name = o->meta.name.s });
	/* What counts the findings that are not listed may count one of this object. */
	enum rule_stop rest = stop_of(s->index, (struct stop_of){ .file = NULL });

	own = own > all ? own : all;
	return rest > own ? rest : own;
}
