/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/curl/memory.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "schema/base/secret.h"

static void wiping_free(void *p)
{
	if (p)
		secret_wipe(p, malloc_usable_size(p));
	free(p);
}

static void *wiping_realloc(void *old, size_t n)
{
	size_t had = old ? malloc_usable_size(old) : 0;
	void *p = malloc(n);

	if (!p)
		return NULL;
	if (old)
		memcpy(p, old, had < n ? had : n);
	wiping_free(old);
	return p;
}

int curl_memory_start(void)
{
	static bool started;

	if (!started && curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wiping_free,
					     wiping_realloc, strdup, calloc) != CURLE_OK)
		return -1;
	started = true;
	return 0;
}
