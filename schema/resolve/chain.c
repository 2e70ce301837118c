/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/resolve/chain.h"

#include <stdint.h>
#include <string.h>

enum mark { NEW, ON_STACK, DONE };

/* stack[from..n) is a circle: tells it with its least member first, and breaks it there. */
static void break_circle(size_t *next, size_t *stack, size_t from, size_t n, size_t *room,
			 chain_circle_fn *circle, void *arg)
{
	size_t least = from, len = n - from;

	for (size_t i = from; i < n; i++)
		if (stack[i] < stack[least])
			least = i;
	for (size_t i = 0; i < len; i++)
		room[i] = stack[from + (least - from + i) % len];
	circle(arg, room, len);
	next[room[0]] = CHAIN_END;
	/* the end of the chain comes off the stack first */
	for (size_t i = 0; i < len; i++)
		stack[n - 1 - i] = room[i == 0 ? 0 : len - i];
}

size_t *chain_order(size_t *next, size_t n, struct arena *mem, chain_circle_fn *circle, void *arg)
{
	size_t *order = arena_array(mem, n + 1, sizeof(*order));
	size_t *stack = arena_array(mem, n + 1, sizeof(*stack));
	size_t *room = arena_array(mem, n + 1, sizeof(*room));
	unsigned char *mark = arena_alloc(mem, n + 1);
	size_t done = 0;

	for (size_t start = 0; start < n; start++) {
		size_t top = 0;
		for (size_t at = start; at != CHAIN_END && mark[at] != DONE; at = next[at]) {
			if (mark[at] == ON_STACK) {
				size_t from = top;
				while (stack[--from] != at)
					;
				break_circle(next, stack, from, top, room, circle, arg);
				break;
			}
			mark[at] = ON_STACK;
			stack[top++] = at;
		}
		while (top > 0) {
			mark[stack[--top]] = DONE;
			order[done++] = stack[top];
		}
	}
	return order;
}
