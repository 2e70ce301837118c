/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory by life span: everything in an arena is freed together, nothing alone. Things inside may
 * point at each other freely. Secrets never live here: see secret.h.
 *
 * Allocation never returns NULL. Without memory the process ends with a message: dying at any
 * instruction is safe by design (docs/invariants.md), and input limits keep users' files far away.
 */
#ifndef APNSCTL_ARENA_H
#define APNSCTL_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *top;
	size_t used; /* bytes handed out, for bounds in tests */
};

#define ARENA_INIT { 0 }

/* Zeroed memory, aligned for any object, valid until arena_release. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc, returns_nonnull));

/* An array of `n` zeroed objects of `size` bytes; ends the process when the product overflows. */
void *arena_array(struct arena *a, size_t n, size_t size) __attribute__((returns_nonnull));

/* A copy of the string; NULL stays NULL. */
char *arena_strdup(struct arena *a, const char *s);

/* A copy of `n` bytes with a NUL behind them. */
char *arena_strndup(struct arena *a, const void *s, size_t n) __attribute__((returns_nonnull));

/* A formatted string. */
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0), returns_nonnull));

/*
 * Room for one more item in a growing array that lives in the arena: returns the new item, zeroed.
 * `*items` may move; `*n` is counted up. Old copies stay in the arena (at most once the size).
 */
void *arena_push(struct arena *a, void *items, size_t *n, size_t *cap, size_t size)
	__attribute__((returns_nonnull));

/* Frees everything; the arena is empty and may be used again. */
void arena_release(struct arena *a);

/* Empties the arena but keeps one block for the next use. */
void arena_reset(struct arena *a);

/* Ends the process: out of memory. For allocations that have no arena. */
void out_of_memory(void) __attribute__((noreturn, cold));

#endif
