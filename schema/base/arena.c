/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct arena_block {
	struct arena_block *below;
	size_t used, size;
	bool is_zero; /* nothing was written to it yet */
	alignas(max_align_t) unsigned char data[];
};

/* Blocks double from the first size to the last: a run keeps hundreds of small arenas at a time. */
enum { FIRST_BYTES = 4 * 1024 - 64, BLOCK_BYTES = 64 * 1024 - 64 };

/* Most texts are shorter, and are formatted only once. */
enum { SHORT_TEXT = 256 };

void out_of_memory(void)
{
	static const char text[] = "apnsctl: out of memory\n";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		abort();
	abort();
}

static size_t next_size(const struct arena *a)
{
	size_t size = FIRST_BYTES;

	while (size < BLOCK_BYTES && size <= a->used)
		size = (size + 64) * 2 - 64;
	return size;
}

static struct arena_block *block_new(size_t size, bool is_zero)
{
	struct arena_block *b = is_zero ? calloc(1, sizeof(*b) + size) : malloc(sizeof(*b) + size);

	if (!b)
		out_of_memory();
	b->used = 0;
	b->size = size;
	b->is_zero = is_zero;
	return b;
}

/*
 * A large request gets a block of its own below the top one, so that the top one stays in use. It
 * comes zeroed: of a growing array, pages that are not used yet cost nothing.
 */
static struct arena_block *block_for(struct arena *a, size_t size)
{
	if (a->top && a->top->size - a->top->used >= size)
		return a->top;
	size_t usual = next_size(a);
	bool is_large = size > usual / 4;
	struct arena_block *b = block_new(is_large ? size : usual, is_large);
	if (a->top && b->size != usual) {
		b->below = a->top->below;
		a->top->below = b;
	} else {
		b->below = a->top;
		a->top = b;
	}
	return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);

	if (size > SIZE_MAX / 2)
		out_of_memory();
	size = (size + align - 1) / align * align;
	struct arena_block *b = block_for(a, size);
	void *p = b->data + b->used;
	b->used += size;
	a->used += size;
	if (!b->is_zero)
		return memset(p, 0, size);
	b->is_zero = false;
	return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		out_of_memory();
	return arena_alloc(a, bytes);
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_strndup(struct arena *a, const void *s, size_t n)
{
	char *copy = arena_alloc(a, n + 1);

	if (n)
		memcpy(copy, s, n);
	return copy;
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	char text[SHORT_TEXT] __attribute__((uninitialized));
	va_list again;

	va_copy(again, ap);
	int n = vsnprintf(text, sizeof(text), fmt, ap);
	if (n < 0)
		out_of_memory();
	char *s = arena_alloc(a, (size_t)n + 1);
	if ((size_t)n < sizeof(text))
		memcpy(s, text, (size_t)n);
	else
		vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	return s;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

void *arena_push(struct arena *a, void *items, size_t *n, size_t *cap, size_t size)
{
	void *old;

	memcpy(&old, items, sizeof(old));
	if (*n == *cap) {
		size_t more = *cap ? *cap * 2 : 4;
		void *bigger = arena_array(a, more, size);
		if (*n)
			memcpy(bigger, old, *n * size);
		memcpy(items, &bigger, sizeof(bigger));
		*cap = more;
		old = bigger;
	}
	return (char *)old + size * (*n)++;
}

void arena_release(struct arena *a)
{
	while (a->top) {
		struct arena_block *b = a->top;
		a->top = b->below;
		free(b);
	}
	a->used = 0;
}

void arena_reset(struct arena *a)
{
	struct arena_block *keep = a->top;

	if (!keep || keep->size > BLOCK_BYTES) {
		arena_release(a);
		return;
	}
	a->top = keep->below;
	arena_release(a);
	keep->below = NULL;
	keep->used = 0;
	a->top = keep;
}
