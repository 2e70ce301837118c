/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/memory/rows.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "reconcile/model/store_rules.h"
#include "schema/base/text.h"

struct row {
	unsigned refs;
	alignas(max_align_t) unsigned char data[];
};

const void *row_data(const struct row *r)
{
	return r->data;
}

struct row *row_hold(struct row *r)
{
	r->refs++;
	return r;
}

void row_drop(struct row *r)
{
	if (!--r->refs)
		free(r);
}

/* The bytes that a column points at, with their NUL; NULL data: none. */
static struct blob pointee(const struct store_col *col, const void *row)
{
	void *r = (void *)(uintptr_t)row;
	const char *text;

	switch (col->type) {
	case STORE_TEXT:
		text = *store_text(col, r);
		return (struct blob){ text, text ? strlen(text) : 0 };
	case STORE_BLOB:
		return *store_blob(col, r);
	default:
		return (struct blob){ 0 };
	}
}

static void point_at(const struct store_col *col, void *row, const void *data)
{
	if (col->type == STORE_TEXT)
		*store_text(col, row) = data;
	else
		store_blob(col, row)->data = data;
}

struct row *row_new(const struct store_table *table, const void *from)
{
	size_t size = table->size;

	for (unsigned i = 0; i < table->n_col; i++)
		size += pointee(&table->col[i], from).len + 1;
	struct row *r = malloc(sizeof(*r) + size);
	if (!r)
		out_of_memory();
	r->refs = 1;
	memcpy(r->data, from, table->size);
	unsigned char *at = r->data + table->size;
	for (unsigned i = 0; i < table->n_col; i++) {
		struct blob b = pointee(&table->col[i], from);
		if (!b.data)
			continue;
		memcpy(at, b.data, b.len);
		at[b.len] = 0;
		point_at(&table->col[i], r->data, at);
		at += b.len + 1;
	}
	return r;
}

void row_copy(const struct store_table *table, const void *from, void *to, struct arena *mem)
{
	memcpy(to, from, table->size);
	for (unsigned i = 0; i < table->n_col; i++) {
		struct blob b = pointee(&table->col[i], from);
		if (b.data)
			point_at(&table->col[i], to, arena_strndup(mem, b.data, b.len));
		else if (table->col[i].type == STORE_BLOB)
			*store_blob(&table->col[i], to) = (struct blob){ 0 };
	}
}

struct rows *rows_new(void)
{
	struct rows *r = calloc(1, sizeof(*r));

	if (!r)
		out_of_memory();
	r->refs = 1;
	return r;
}

struct rows *rows_hold(struct rows *r)
{
	r->refs++;
	return r;
}

struct rows_index {
	struct rows_index *next;
	const struct store_col *col;
	size_t at[]; /* of rows */
};

static void drop_indexes(struct rows *r)
{
	while (r->index) {
		struct rows_index *next = r->index->next;
		free(r->index);
		r->index = next;
	}
}

void rows_drop(struct rows *r)
{
	if (--r->refs)
		return;
	drop_indexes(r);
	for (size_t i = 0; i < r->n; i++)
		row_drop(r->row[i]);
	free(r->row);
	free(r);
}

static void reserve(struct rows *r, size_t n)
{
	if (n <= r->cap)
		return;
	size_t cap = n < 8 ? 8 : n + n / 2;
	struct row **row = reallocarray(r->row, cap, sizeof(struct row *));
	if (!row)
		out_of_memory();
	r->row = row;
	r->cap = cap;
}

struct rows *rows_own(struct rows *r)
{
	if (r->refs == 1)
		return r;
	struct rows *copy = rows_new();
	reserve(copy, r->n);
	for (size_t i = 0; i < r->n; i++)
		copy->row[i] = row_hold(r->row[i]);
	copy->n = r->n;
	rows_drop(r);
	return copy;
}

int rows_cmp_col(const struct store_col *col, const void *a, const void *b)
{
	void *x = (void *)(uintptr_t)a, *y = (void *)(uintptr_t)b;

	if (col->type == STORE_TEXT)
		return text_cmp(*store_text(col, x), *store_text(col, y));
	return (*store_int(col, x) > *store_int(col, y)) -
	       (*store_int(col, x) < *store_int(col, y));
}

static int cmp_key(const struct store_table *table, const void *a, const void *b)
{
	int d = 0;

	for (unsigned i = 0; !d && i < table->n_key; i++)
		d = rows_cmp_col(&table->col[i], a, b);
	return d;
}

bool rows_find(const struct rows *r, const struct store_table *table, const void *row, size_t *at)
{
	size_t low = 0, high = r->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int d = cmp_key(table, r->row[middle]->data, row);
		if (!d) {
			*at = middle;
			return true;
		}
		if (d < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*at = low;
	return false;
}

static const char *text_at(const struct rows *r, size_t at, const struct store_col *col)
{
	return *store_text(col, r->row[at]->data);
}

struct by_text {
	const struct rows *rows;
	const struct store_col *col;
};

/* qsort_r: rows with the same text stay in the order of their keys. */
static int by_text(const void *x, const void *y, void *arg)
{
	const struct by_text *b = arg;
	size_t i = *(const size_t *)x, k = *(const size_t *)y;
	int d = text_cmp(text_at(b->rows, i, b->col), text_at(b->rows, k, b->col));

	return d ? d : (i > k) - (i < k);
}

static const struct rows_index *index_of(struct rows *r, const struct store_col *col)
{
	struct by_text b = { r, col };

	for (struct rows_index *x = r->index; x; x = x->next)
		if (x->col == col)
			return x;
	struct rows_index *x = malloc(sizeof(*x) + r->n * sizeof(x->at[0]));
	if (!x)
		out_of_memory();
	x->col = col;
	x->next = r->index;
	for (size_t i = 0; i < r->n; i++)
		x->at[i] = i;
	qsort_r(x->at, r->n, sizeof(x->at[0]), by_text, &b);
	r->index = x;
	return x;
}

size_t rows_equal_to(struct rows *r, const struct store_col *col, const char *text,
		     const size_t **at)
{
	const struct rows_index *x = index_of(r, col);
	size_t low = 0, high = r->n, n = 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (text_cmp(text_at(r, x->at[middle], col), text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*at = x->at + low;
	while (low + n < r->n && text_eq(text_at(r, x->at[low + n], col), text))
		n++;
	return n;
}

struct row *rows_replace(struct rows *r, size_t at, struct row *row)
{
	struct row *old = r->row[at];

	drop_indexes(r);
	r->row[at] = row_hold(row);
	return old;
}

void rows_insert(struct rows *r, size_t at, struct row *row)
{
	drop_indexes(r);
	reserve(r, r->n + 1);
	memmove(r->row + at + 1, r->row + at, (r->n - at) * sizeof(*r->row));
	r->row[at] = row_hold(row);
	r->n++;
}

struct row *rows_remove(struct rows *r, size_t at)
{
	struct row *old = r->row[at];

	drop_indexes(r);
	r->n--;
	memmove(r->row + at, r->row + at + 1, (r->n - at) * sizeof(*r->row));
	return old;
}
