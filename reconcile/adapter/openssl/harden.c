/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An allocator for OpenSSL that overwrites what it frees: parsing and encoding a private key leaves
 * copies of its primes in freed memory otherwise. docs/adr/0010-no-secure-heap.md says why this and
 * not OpenSSL's secure heap.
 */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "reconcile/adapter/openssl/openssl.h"

static void *wiping_malloc(size_t size, const char *file, int line)
{
	(void)file, (void)line;
	return malloc(size);
}

static void wiping_free(void *p, const char *file, int line)
{
	(void)file, (void)line;
	if (p)
		secret_wipe(p, malloc_usable_size(p));
	free(p);
}

static void *wiping_realloc(void *p, size_t size, const char *file, int line)
{
	size_t old = p ? malloc_usable_size(p) : 0;

	if (p && size && size <= old)
		return p;
	void *moved = size ? malloc(size) : NULL;
	if (moved && p)
		memcpy(moved, p, old);
	if (moved || !size)
		wiping_free(p, file, line);
	return moved;
}

int openssl_harden(struct err *e)
{
	if (CRYPTO_set_mem_functions(wiping_malloc, wiping_realloc, wiping_free) == 1)
		return 0;
	return err_set(e, ERR_BUG,
		       "memory of OpenSSL can not be wiped any more: it was used before");
}
