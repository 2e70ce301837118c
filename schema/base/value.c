/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/value.h"

#include "schema/base/clock.h"
#include "schema/base/json.h"
#include "schema/base/text.h"

const struct value *value_get(const struct value *object, const char *key)
{
	if (!object || object->type != VALUE_OBJECT)
		return NULL;
	for (size_t i = 0; i < object->n; i++)
		if (text_eq(object->item[i].key, key))
			return &object->item[i];
	return NULL;
}

const char *value_text(const struct value *object, const char *key)
{
	const struct value *v = value_get(object, key);

	return v && v->type == VALUE_TEXT ? v->text : NULL;
}

int64_t value_time(const struct value *object, const char *key)
{
	const char *text = value_text(object, key);
	int64_t t;

	return text && time_parse(text, &t) ? t : TIME_UNKNOWN;
}

const struct value *value_array(const struct value *object, const char *key)
{
	static const struct value none = { .type = VALUE_ARRAY };
	const struct value *v = value_get(object, key);

	return v && v->type == VALUE_ARRAY ? v : &none;
}

void value_write(const struct value *v, struct json *j)
{
	switch (v->type) {
	case VALUE_NULL:
		json_null(j);
		break;
	case VALUE_BOOL:
		json_bool(j, v->number != 0);
		break;
	case VALUE_INT:
		json_int(j, v->number);
		break;
	case VALUE_TEXT:
		json_string(j, v->text);
		break;
	case VALUE_ARRAY:
		json_array(j);
		for (size_t i = 0; i < v->n; i++)
			value_write(&v->item[i], j);
		json_end_array(j);
		break;
	case VALUE_OBJECT:
		json_object(j);
		for (size_t i = 0; i < v->n; i++) {
			json_key(j, v->item[i].key);
			value_write(&v->item[i], j);
		}
		json_end_object(j);
		break;
	}
}
