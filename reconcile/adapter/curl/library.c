/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/curl/library.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

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

struct curl_library curl;

static int load(struct err *e)
{
	static const struct {
		const char *name;
		size_t at;
	} functions[] = {
#define CURL_FUNCTION(name) { "curl_" #name, offsetof(struct curl_library, name) },
		CURL_FUNCTIONS(CURL_FUNCTION)
#undef CURL_FUNCTION
	};
	void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return err_set(e, ERR_IO, "%s; install the package libcurl4", dlerror());
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		void *found = dlsym(library, functions[i].name);
		if (!found)
			return err_set(e, ERR_IO, "%s", dlerror());
		memcpy((char *)&curl + functions[i].at, &found, sizeof(found));
	}
	return 0;
}

int curl_start(struct err *e)
{
	static bool started;

	if (started)
		return 0;
	if (load(e))
		return -1;
	if (curl.global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wiping_free, wiping_realloc, strdup,
				 calloc) != CURLE_OK)
		return err_set(e, ERR_IO, "libcurl does not start");
	started = true;
	return 0;
}
