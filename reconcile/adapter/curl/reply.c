/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/curl/reply.h"

#include <jansson.h>

#include "schema/base/clock.h"

static const char *member(const json_t *object, const char *key, struct arena *mem)
{
	return arena_strdup(mem, json_string_value(json_object_get(object, key)));
}

static int64_t time_member(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	int64_t t, unknown_before;

	time_parse("0002-01-01T00:00:00Z", &unknown_before);
	if (!text || !time_parse(text, &t) || t < unknown_before)
		return TIME_UNKNOWN;
	return t;
}

void reply_read(const void *json, size_t len, struct arena *mem, struct server_reply *out)
{
	json_t *root = len ? json_loadb(json, len, JSON_REJECT_DUPLICATES, NULL) : NULL;

	*out = (struct server_reply){ .not_after = TIME_UNKNOWN };
	if (json_is_object(root)) {
		out->is_object = true;
		out->error = member(root, "error", mem);
		out->topic = member(root, "topic", mem);
		out->sha256 = member(root, "sha256", mem);
		out->not_after = time_member(root, "not_after");
		if (out->not_after == TIME_UNKNOWN)
			out->not_after = time_member(root, "notAfter");
	}
	json_decref(root);
}
