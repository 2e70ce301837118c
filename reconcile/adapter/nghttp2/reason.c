/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/nghttp2/reason.h"

#include <string.h>

#include <jansson.h>

enum { WORD_MAX = 64 };

static const char letters_and_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					 "0123456789";

const char *reason_read(const void *json, size_t len, struct arena *mem)
{
	json_t *root = len ? json_loadb(json, len, JSON_REJECT_DUPLICATES, NULL) : NULL;
	const char *word = json_string_value(json_object_get(root, "reason"));
	const char *result = NULL;
	size_t n = word ? strlen(word) : 0;

	if (n > 0 && n <= WORD_MAX && strspn(word, letters_and_digits) == n)
		result = arena_strdup(mem, word);
	json_decref(root);
	return result;
}
