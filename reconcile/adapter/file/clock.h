/* SPDX-License-Identifier: Apache-2.0 */
/* The clock of the system, as the clock port. */
#ifndef APNSCTL_ADAPTER_FILE_CLOCK_H
#define APNSCTL_ADAPTER_FILE_CLOCK_H

#include "reconcile/port/clock.h"

/*
 * The system's clock; planning stands still at `*now` when that is given (--now), which then has to
 * live as long as the clock.
 */
struct clock system_clock(const int64_t *now);

#endif
