/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/load/keys.h"

#include <string.h>

#include "schema/base/buf.h"
#include "schema/base/lookalike.h"
#include "schema/base/text.h"

const struct field *keys_find(const struct subtable *t, const char *key, size_t *next)
{
	if (*next < t->n_field && strcmp(t->field[*next].key, key) == 0)
		return &t->field[(*next)++];
	for (size_t i = 0; i < t->n_field; i++) {
		if (strcmp(t->field[i].key, key) == 0) {
			*next = i + 1;
			return &t->field[i];
		}
	}
	return NULL;
}

static bool keys_have(const struct subtable *t, const char *key)
{
	size_t next = 0;

	return keys_find(t, key, &next) != NULL;
}

/* Where a key that is unknown in one part of a manifest would be known; NULL: nowhere. */
static const char *other_home(const struct decoder *d, const struct place *at, const char *key)
{
	bool in_spec = at && !at->up && strcmp(at->key, "spec") == 0;
	bool in_metadata = at && !at->up && !in_spec;

	if (at && at->up)
		return NULL;
	if (!in_metadata && keys_have(kind_meta(), key))
		return "metadata";
	if (!in_spec && d->kind && keys_have(&d->kind->spec, key))
		return "spec";
	return NULL;
}

bool keys_are_unindented(const struct decoder *d, const char *part)
{
	const struct node *value = node_get(d->root, part);

	return value && value->missing;
}

/* True when a key that is missing at the top of one part stands in another one, where it is told.
 */
static bool is_elsewhere(const struct decoder *d, const struct place *at, const char *key)
{
	static const char *const parts[] = { "metadata", "spec" };

	if (!at || at->up || !d->root)
		return false;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct subtable *t = i ? &d->kind->spec : kind_meta();
		if (strcmp(parts[i], at->key) != 0 && node_get(node_get(d->root, parts[i]), key) &&
		    !keys_have(t, key))
			return true;
	}
	return node_get(d->root, key) != NULL;
}

/* "a, b and c": all keys of the table. */
static const char *list_keys(const struct decoder *d, const struct subtable *t)
{
	struct buf b = BUF_INIT(512);

	for (size_t i = 0; i < t->n_field; i++)
		buf_addf(&b, "%s%s",
			 i == 0               ? ""
			 : i + 1 < t->n_field ? ", "
					      : " and ",
			 t->field[i].key);
	const char *text = arena_strdup(d->fs->mem, buf_str(&b));
	buf_release(&b);
	return text;
}

/* The key that was meant, among those that are not there; it is claimed. NULL: none is near. */
static const char *claim_nearest(struct keys *k, const char *word)
{
	const char *absent[FIELDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < k->table->n_field; i++)
		if (!((k->seen | k->claimed) >> i & 1))
			absent[n++] = k->table->field[i].key;
	const char *near = n ? text_nearest(word, absent, n) : NULL;
	for (size_t i = 0; near && i < k->table->n_field; i++)
		if (k->table->field[i].key == near)
			k->claimed |= UINT64_C(1) << i;
	return near;
}

/* True when an invisible character, which is told where it stands, is all that is wrong. */
static bool is_told(const struct node *key, const char *near)
{
	char seen[128];

	return lookalike_has_invisible(key->text, key->len) &&
	       lookalike_fold(key->text, key->len, seen, sizeof(seen)) && strcmp(seen, near) == 0;
}

static void tell_unknown(struct decoder *d, struct keys *k, const struct node *key,
			 const struct place *at)
{
	struct place here = { at, key->text, 0 };
	const char *where = decoder_where(d, at), *name = decoder_quote(d, key->text, key->len);
	const char *home = other_home(d, at, key->text);
	const char *near = home ? NULL : claim_nearest(k, key->text);

	if (home && !at && keys_are_unindented(d, home))
		return;
	if (near && is_told(key, near))
		return;
	if (home) {
		decoder_tell(d, RULE_UNKNOWN_KEY, &here, key->span,
			     "unknown key %s in %s; it belongs in %s", name, where, home);
	} else if (near) {
		struct finding *f = decoder_tell(d, RULE_UNKNOWN_KEY, &here, key->span,
						 "unknown key %s in %s; did you mean \"%s\"?%s",
						 name, where, near, decoder_lookalike(d, key));
		decoder_suggest(d, f, key->span, near, "take the known key");
	} else {
		decoder_tell(d, RULE_UNKNOWN_KEY, &here, key->span,
			     "unknown key %s in %s; the keys are %s%s", name, where,
			     list_keys(d, k->table),
			     lookalike_find(key->text, key->len)
				 ? arena_printf(d->fs->mem, ".%s", decoder_lookalike(d, key))
				 : "");
	}
}

void keys_tell_unknown(struct decoder *d, struct keys *k, const struct node *map,
		       const struct place *at)
{
	for (uint32_t i = 0; k->unknown && i < map->n && !findings_full(d->fs, d->path); i++) {
		const struct node *key = map->pair[i].key;
		bool is_status = !at && strcmp(key->text, "status") == 0; /* told by its own rule */
		if (!is_status && !keys_have(k->table, key->text))
			tell_unknown(d, k, key, at);
	}
}

bool keys_tell_missing(struct decoder *d, const struct keys *k, const struct place *at,
		       struct span head)
{
	bool complete = true;

	for (size_t i = 0; i < k->table->n_field; i++) {
		const struct field *f = &k->table->field[i];
		if (!(f->flags & FF_REQUIRED) || k->seen >> i & 1)
			continue;
		complete = false;
		if (k->claimed >> i & 1 || is_elsewhere(d, at, f->key))
			continue;
		struct place here = { at, f->key, 0 };
		decoder_tell(d, RULE_MISSING_KEY, &here, head,
			     "the key \"%s\" is missing in %s; it is written like \"%s: %s\"",
			     f->key, decoder_where(d, at), f->key, f->example);
	}
	return complete;
}

/* The fields of which exactly one is wanted: how many there are, and where the first two stand. */
struct rivals {
	size_t n;
	const struct node *key[2]; /* NULL: only an unknown key looks like it */
};

static struct rivals find_rivals(const struct keys *k, const struct node *map)
{
	struct rivals r = { 0 };

	for (const char *const *key = k->table->exactly_one; *key; key++) {
		const struct node *found = NULL;
		size_t next = 0;
		const struct field *f = keys_find(k->table, *key, &next);
		if (!f || !((k->seen | k->claimed) >> (f - k->table->field) & 1))
			continue;
		for (uint32_t i = 0; i < map->n; i++)
			if (strcmp(map->pair[i].key->text, *key) == 0)
				found = map->pair[i].key;
		if (r.n < 2)
			r.key[r.n] = found;
		r.n++;
	}
	return r;
}

void keys_tell_exclusive(struct decoder *d, const struct keys *k, const struct node *map,
			 const struct place *at, struct span head)
{
	const char *const *all = k->table->exactly_one;
	struct buf names = BUF_INIT(512);

	if (!all)
		return;
	struct rivals r = find_rivals(k, map);
	if (r.n == 1)
		return;
	for (const char *const *key = all; *key; key++)
		buf_addf(&names, "%s%s", key == all ? "" : key[1] ? ", " : " and ", *key);
	struct finding *f = decoder_tell(
	    d, RULE_EXCLUSIVE_KEYS, at, r.key[1] ? r.key[1]->span : head,
	    "%s of %s %s in %s, but exactly one is wanted", r.n ? "more than one" : "none",
	    buf_str(&names), r.n ? "are" : "is", decoder_where(d, at));
	if (r.key[0] && f != &d->dummy)
		finding_relate(d->fs, f, d->path, r.key[0]->span, "the first one is here");
	buf_release(&names);
}
