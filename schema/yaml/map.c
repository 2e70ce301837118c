/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/yaml/map.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/yaml/problem.h"

enum { FEW_KEYS = 16 }; /* up to here comparing all pairs is the fastest */

static void tell_duplicate(const char *path, const struct node *first, struct node **again,
			   struct findings *fs)
{
	const struct node *two = *again;
	struct finding *f =
	    finding_add(fs, RULE_DUPLICATE_KEY, path, two->span,
			"the key %s stands twice in this mapping, first in line %u; keep one of "
			"them",
			yaml_quote(fs->mem, two->text, two->len), (unsigned)first->span.line);

	finding_relate(fs, f, path, first->span, "the first one is here");
	*again = NULL;
}

static bool same_key(const struct node *a, const struct node *b)
{
	return a && b && a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* A key to sort: its first bytes as a number decide most comparisons. */
struct sort_key {
	uint64_t head;
	struct node **slot;
};

static struct sort_key sort_key(struct node **slot)
{
	uint64_t head = 0;

	for (uint32_t i = 0; i < 8; i++)
		head = head << 8 | (i < (*slot)->len ? (unsigned char)(*slot)->text[i] : 0);
	return (struct sort_key){ head, slot };
}

/* By text, then by place. */
static int by_key(const void *x, const void *y)
{
	const struct sort_key *a = x, *b = y;

	if (a->head != b->head)
		return a->head < b->head ? -1 : 1;
	int c = strcmp((*a->slot)->text, (*b->slot)->text);
	return c ? c : a->slot < b->slot ? -1 : a->slot > b->slot;
}

static bool check_many(const char *path, struct node **pair, uint32_t n, struct arena *scratch,
		       struct findings *fs)
{
	struct sort_key *sorted = arena_array(scratch, n, sizeof(*sorted));
	size_t m = 0, first = 0;
	bool found = false;

	for (size_t i = 0; i < n; i++)
		if (pair[2 * i])
			sorted[m++] = sort_key(&pair[2 * i]);
	qsort(sorted, m, sizeof(*sorted), by_key);
	for (size_t i = 1; i < m; i++) {
		if (same_key(*sorted[first].slot, *sorted[i].slot)) {
			tell_duplicate(path, *sorted[first].slot, sorted[i].slot, fs);
			found = true;
		} else {
			first = i;
		}
	}
	return found;
}

/* The later ones become NULL. True when there are some. Sorts when there are many keys. */
static bool check_duplicates(const char *path, struct node **pair, uint32_t n,
			     struct arena *scratch, struct findings *fs)
{
	bool found = false;

	if (n > FEW_KEYS)
		return check_many(path, pair, n, scratch, fs);
	for (size_t i = 1; i < n; i++) {
		for (size_t k = 0; k < i; k++) {
			if (same_key(pair[2 * k], pair[2 * i])) {
				tell_duplicate(path, pair[2 * k], &pair[2 * i], fs);
				found = true;
				break;
			}
		}
	}
	return found;
}

/* Drops the pairs whose key is a hole; returns how many are left. */
static uint32_t drop_bad_keys(struct node **pair, uint32_t n)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (!pair[2 * i])
			continue;
		pair[2 * kept] = pair[2 * i];
		pair[2 * kept + 1] = pair[2 * i + 1];
		kept++;
	}
	return kept;
}

void yaml_make_map(const char *path, struct node *map, struct node **pair, uint32_t n,
		   struct arena *mem, struct findings *fs)
{
	_Static_assert(sizeof(struct pair) == 2 * sizeof(struct node *), "copied as one");
	for (uint32_t i = 0; i < n; i++)
		map->told |= !pair[2 * i];
	if (check_duplicates(path, pair, n, mem, fs) || map->told)
		n = drop_bad_keys(pair, n);
	map->type = NODE_MAP;
	map->n = n;
	if (!n)
		return;
	map->span = pair[0]->span;
	map->pair = arena_array(mem, n, sizeof(*map->pair));
	memcpy(map->pair, pair, n * sizeof(*map->pair));
}

static bool is_key(const struct node *key, const char *text)
{
	return key && key->span.col == 1 && text_eq(key->text, text);
}

static bool has_key(struct node *const *pair, uint32_t from, uint32_t to, const char *text)
{
	while (from < to && !is_key(pair[2 * from], text))
		from++;
	return from < to;
}

uint32_t yaml_document_end(struct node *const *pair, uint32_t n)
{
	enum { KEYS_BEFORE = 3 }; /* kind, metadata and spec may stand before apiVersion */
	uint32_t first = 0, again, cut;

	while (first < n && !is_key(pair[2 * first], "apiVersion"))
		first++;
	for (again = first + 1; again < n && !is_key(pair[2 * again], "apiVersion");)
		again++;
	if (again >= n)
		return n;
	for (cut = again; cut > 1 && again - cut < KEYS_BEFORE; cut--) {
		const struct node *key = pair[2 * cut - 2];
		if (!key || !has_key(pair, 0, cut - 1, key->text) ||
		    has_key(pair, cut, again, key->text))
			break;
	}
	return has_key(pair, 0, cut, "kind") && has_key(pair, cut, n, "kind") ? cut : n;
}

void yaml_tell_unmarked(const struct yaml_scan *s, const struct node *key, struct findings *fs)
{
	uint32_t line = key->span.line;
	struct finding *f = finding_add(fs, RULE_DUPLICATE_KEY, s->path, key->span,
					"another document starts here; the line `---` above it is "
					"missing");

	for (size_t len; line > 1; line--) /* what is said of the document stays with it */
		if (*yaml_scan_line(s, line - 1, &len) != '#')
			break;
	finding_suggest(fs, f, (struct span){ line, 1, line, 1 }, "---\n", "start a new document");
}
