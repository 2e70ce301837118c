/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/file/clock.h"

#include <stddef.h>
#include <time.h>

static int64_t now_of_system(void *self)
{
	(void)self;
	return (int64_t)time(NULL);
}

static int64_t now_of_plan(void *self)
{
	return *(const int64_t *)self;
}

struct clock system_clock(const int64_t *now)
{
	return (struct clock){
		.planning = now ? now_of_plan : now_of_system,
		.real = now_of_system,
		.self = (void *)(uintptr_t)now,
	};
}
