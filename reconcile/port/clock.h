/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock port. `planning` is the time of bands, due rows, plan, status and of date checks at
 * intake (it follows --now); `real` is that of TLS, deadlines, journal and lock.
 */
#ifndef APNSCTL_PORT_CLOCK_H
#define APNSCTL_PORT_CLOCK_H

#include <stdint.h>

struct clock {
	int64_t (*planning)(void *self);
	int64_t (*real)(void *self);
	void *self;
};

#endif
