/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads whose stack dies with them: OpenSSL leaves parts of private keys on the stack on which it
 * made or parsed them, and a stack that is unmapped can be read by nobody.
 */
#ifndef APNSCTL_ADAPTER_SCRATCH_H
#define APNSCTL_ADAPTER_SCRATCH_H

#include <pthread.h>

#include "schema/base/err.h"

struct scratch {
	pthread_t thread;
	void *stack;
};

/* Runs fn(arg) in a new thread; scratch_join must follow. */
int scratch_start(struct scratch *s, void *(*fn)(void *arg), void *arg, struct err *e);

/* Waits for the end and unmaps the stack. */
void scratch_join(struct scratch *s);

#endif
