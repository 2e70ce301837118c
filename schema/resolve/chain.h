/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Things that each point at most at one other thing: policies at their parent, addresses at the
 * mailbox behind them. Work and memory are linear and nothing recurses, however long a chain is.
 */
#ifndef APNSCTL_RESOLVE_CHAIN_H
#define APNSCTL_RESOLVE_CHAIN_H

#include <stddef.h>

#include "schema/base/arena.h"

#define CHAIN_END SIZE_MAX

/* Called once for each circle with its members in the order of pointing, the least index first. */
typedef void chain_circle_fn(void *arg, const size_t *member, size_t n);

/*
 * `next[i]` is what thing i points at, or CHAIN_END. Returns all indices in an order in which
 * next[i] stands before i. The first member of a circle is made the end of its chain.
 */
size_t *chain_order(size_t *next, size_t n, struct arena *mem, chain_circle_fn *circle, void *arg);

#endif
