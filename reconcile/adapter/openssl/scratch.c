/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/openssl/scratch.h"

#include <string.h>
#include <sys/mman.h>

enum { STACK_BYTES = 1024 * 1024, GUARD_BYTES = 64 * 1024 };

int scratch_start(struct scratch *s, void *(*fn)(void *arg), void *arg, struct err *e)
{
	pthread_attr_t attr;

	s->stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
	if (s->stack == MAP_FAILED)
		return err_set(e, ERR_IO, "no memory for the stack of a thread");
	/* A stack of our own gets no guard from pthread. */
	mprotect(s->stack, GUARD_BYTES, PROT_NONE);
	pthread_attr_init(&attr);
	pthread_attr_setstack(&attr, s->stack, STACK_BYTES);
	int rc = pthread_create(&s->thread, &attr, fn, arg);
	pthread_attr_destroy(&attr);
	if (!rc)
		return 0;
	munmap(s->stack, STACK_BYTES);
	return err_set(e, ERR_IO, "a thread can not be started: %s", strerror(rc));
}

void scratch_join(struct scratch *s)
{
	pthread_join(s->thread, NULL);
	munmap(s->stack, STACK_BYTES);
}
