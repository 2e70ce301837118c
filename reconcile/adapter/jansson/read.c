/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/jansson/read.h"

#include <jansson.h>
#include <string.h>

struct reading {
	struct arena *mem;
	size_t n;
};

static int convert(struct reading *r, const json_t *from, unsigned depth, struct value *to,
		   struct err *e);

static int convert_array(struct reading *r, const json_t *from, unsigned depth, struct value *to,
			 struct err *e)
{
	to->type = VALUE_ARRAY;
	to->n = json_array_size(from);
	to->item = arena_array(r->mem, to->n, sizeof(*to->item));
	for (size_t i = 0; i < to->n; i++)
		if (convert(r, json_array_get(from, i), depth + 1, &to->item[i], e))
			return -1;
	return 0;
}

static int convert_object(struct reading *r, json_t *from, unsigned depth, struct value *to,
			  struct err *e)
{
	const char *key;
	json_t *member;
	size_t i = 0;

	to->type = VALUE_OBJECT;
	to->n = json_object_size(from);
	to->item = arena_array(r->mem, to->n, sizeof(*to->item));
	json_object_foreach(from, key, member)
	{
		to->item[i].key = arena_strdup(r->mem, key);
		if (convert(r, member, depth + 1, &to->item[i++], e))
			return -1;
	}
	return 0;
}

/* Recursion is bounded by JSON_DEPTH_MAX. */
static int convert(struct reading *r, const json_t *from, unsigned depth, struct value *to,
		   struct err *e)
{
	if (depth > JSON_DEPTH_MAX)
		return err_set(e, ERR_INPUT, "the JSON is nested more than %d deep",
			       JSON_DEPTH_MAX);
	if (++r->n > JSON_VALUES_MAX)
		return err_set(e, ERR_INPUT, "the JSON holds more than %d values", JSON_VALUES_MAX);
	switch (json_typeof(from)) {
	case JSON_OBJECT:
		return convert_object(r, (json_t *)from, depth, to, e);
	case JSON_ARRAY:
		return convert_array(r, from, depth, to, e);
	case JSON_STRING:
		to->type = VALUE_TEXT;
		to->text = arena_strndup(r->mem, json_string_value(from), json_string_length(from));
		return 0;
	case JSON_INTEGER:
		to->type = VALUE_INT;
		to->number = json_integer_value(from);
		return 0;
	case JSON_REAL:
		return err_set(e, ERR_INPUT, "the JSON holds a number that is no integer");
	case JSON_NULL:
		to->type = VALUE_NULL;
		return 0;
	default:
		to->type = VALUE_BOOL;
		to->number = json_is_true(from);
		return 0;
	}
}

int json_read(const void *bytes, size_t len, struct arena *mem, struct value *out, struct err *e)
{
	struct reading r = { .mem = mem };
	json_error_t why;
	json_t *root = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &why);

	if (!root)
		return err_set(e, ERR_INPUT, "line %d, column %d: %s", why.line, why.column,
			       why.text);
	*out = (struct value){ 0 };
	int failed = convert(&r, root, 1, out, e);
	json_decref(root);
	return failed;
}
