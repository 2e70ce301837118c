/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON Schema draft-07, which all editors and validators take. It says what a generic reader can
 * check; references, trees and what YAML itself makes ambiguous are left to lint.
 */
#include "schema/emit/emit.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/json.h"

#define NAME "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
#define LABEL "[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?"
#define MAILBOX "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
#define ONE_LINE "^[^\\x00-\\x1f\\x7f]*$"
#define SCHEME "^[a-z][a-z0-9+.-]*://"
#define USER "([^@:/?#\\s]+@)?"
#define HOST_PORT "([a-z0-9.-]+|\\[[0-9a-f:.]+\\])(:[1-9][0-9]{0,4})?"

/* How a field type looks in JSON: as strict as the decoder where a pattern can say it. */
static const struct {
	const char *type, *pattern;
} shapes[] = {
	[FT_STRING] = { "string", ONE_LINE },
	[FT_NAME] = { "string", "^" NAME "$" },
	[FT_PERSON] = { "string", "^" NAME "$" },
	[FT_OLD_NAME] = { "string", "^(" NAME "/)?" NAME "$" },
	[FT_REF] = { "string", "^" NAME "$" },
	[FT_ENUM] = { "string", NULL },
	[FT_INT] = { "integer", NULL },
	[FT_DURATION] = { "string", "^(0|[1-9][0-9]*)[dhms]$" },
	[FT_DATE] = { "string", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
	[FT_TIME] = { "string", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$" },
	[FT_EMAIL] = { "string", "^" MAILBOX "@(" LABEL "\\.)+" LABEL "$" },
	[FT_DOMAIN] = { "string", "^(" NAME "\\.)+" NAME "$" },
	[FT_TOPIC] = { "string", "^com\\.apple\\.mgmt\\.[A-Za-z0-9._-]+$" },
	[FT_SERIAL] = { "string", "^([0-9A-F]{2}){1,20}$" },
	[FT_PATH] = { "string", ONE_LINE },
	[FT_ORIGIN] = { "string", SCHEME USER HOST_PORT "$" },
	[FT_URL] = { "string", SCHEME "\\S+$" },
	[FT_TEXTS] = { "array", NULL },
	[FT_STRUCT] = { "object", NULL },
	[FT_LIST] = { "array", NULL },
	[FT_LABELS] = { "object", NULL },
};
_Static_assert(sizeof(shapes) / sizeof(shapes[0]) == FT_MAX, "a shape for each type");

static void table(struct json *j, const struct subtable *t);

static void required_key(struct json *j, const char *key)
{
	json_key(j, "required");
	json_array(j);
	json_string(j, key);
	json_end_array(j);
}

static void words(struct json *j, const struct word *w)
{
	json_key(j, "enum");
	json_array(j);
	for (; w->text; w++)
		json_string(j, w->text);
	json_end_array(j);
}

/* The type of one value: of a field, or of the items of a list of texts. */
static void value_shape(struct json *j, enum field_type type, const struct word *w)
{
	json_member(j, "type", shapes[type].type);
	if (type == FT_ENUM) {
		words(j, w);
	} else if (w) {
		json_key(j, "anyOf");
		json_array(j);
		json_object(j);
		words(j, w);
		json_end_object(j);
		json_object(j);
		json_member_opt(j, "pattern", shapes[type].pattern);
		json_end_object(j);
		json_end_array(j);
	} else {
		json_member_opt(j, "pattern", shapes[type].pattern);
	}
}

/* The prose of a field, followed by that of its words: editors show it beside the key. */
static void description(struct json *j, const struct field *f)
{
	struct buf text = BUF_INIT(16384);

	buf_adds(&text, f->doc);
	if (f->type == FT_ENUM)
		for (const struct word *w = f->words; w->text; w++)
			buf_addf(&text, "\n%s: %s", w->text, w->doc);
	json_member(j, "description", buf_str(&text));
	buf_release(&text);
}

/* YAML text of a table (a plain or double-quoted scalar) as a JSON value. */
static void scalar(struct json *j, const struct field *f, const char *yaml)
{
	size_t n = strlen(yaml);

	if (f->type == FT_INT)
		json_int(j, strtoll(yaml, NULL, 10));
	else if (n >= 2 && yaml[0] == '"')
		json_string_n(j, yaml + 1, n - 2);
	else
		json_string_n(j, yaml, n);
}

static void default_and_example(struct json *j, const struct field *f)
{
	bool is_scalar = strcmp(shapes[f->type].type, "object") != 0 &&
			 strcmp(shapes[f->type].type, "array") != 0;

	if (!is_scalar)
		return;
	if (f->fallback) {
		json_key(j, "default");
		scalar(j, f, f->fallback);
	}
	if (f->type != FT_ENUM) {
		json_key(j, "examples");
		json_array(j);
		scalar(j, f, f->example);
		json_end_array(j);
	}
}

static void items(struct json *j, const struct field *f)
{
	json_member(j, "type", "array");
	if (f->flags & FF_NOT_EMPTY)
		json_member_int(j, "minItems", 1);
	json_key(j, "items");
	json_object(j);
	if (f->type == FT_LIST) {
		json_member(j, "description", f->sub->doc);
		table(j, f->sub);
	} else {
		value_shape(j, f->item, f->words);
	}
	json_end_object(j);
}

static void field(struct json *j, const struct field *f)
{
	json_key(j, f->key);
	json_object(j);
	description(j, f);
	if (f->type == FT_TEXTS || f->type == FT_LIST) {
		items(j, f);
	} else if (f->type == FT_STRUCT) {
		table(j, f->sub);
	} else if (f->type == FT_LABELS) {
		json_member(j, "type", "object");
		json_key(j, "additionalProperties");
		json_object(j);
		json_member(j, "type", "string");
		json_end_object(j);
	} else {
		value_shape(j, f->type, f->words);
		if (f->type == FT_INT && (f->min || f->max)) {
			json_member_int(j, "minimum", f->min);
			json_member_int(j, "maximum", f->max);
		}
		if (f->flags & FF_NOT_EMPTY)
			json_member_int(j, "minLength", 1);
	}
	default_and_example(j, f);
	json_end_object(j);
}

/* The keys of one object, into an open one. `without`: a key that is not allowed here, or NULL. */
static void table_without(struct json *j, const struct subtable *t, const char *without)
{
	size_t n_required = 0;

	json_member(j, "type", "object");
	json_key(j, "properties");
	json_object(j);
	for (size_t i = 0; i < t->n_field; i++)
		if (!without || strcmp(t->field[i].key, without) != 0)
			field(j, &t->field[i]);
	json_end_object(j);
	for (size_t i = 0; i < t->n_field; i++)
		n_required += (t->field[i].flags & FF_REQUIRED) != 0;
	if (n_required) {
		json_key(j, "required");
		json_array(j);
		for (size_t i = 0; i < t->n_field; i++)
			if (t->field[i].flags & FF_REQUIRED)
				json_string(j, t->field[i].key);
		json_end_array(j);
	}
	if (t->exactly_one) {
		json_key(j, "oneOf");
		json_array(j);
		for (const char *const *key = t->exactly_one; *key; key++) {
			json_object(j);
			required_key(j, *key);
			json_end_object(j);
		}
		json_end_array(j);
	}
	json_member_bool(j, "additionalProperties", false);
}

static void table(struct json *j, const struct subtable *t)
{
	table_without(j, t, NULL);
}

static void constant(struct json *j, const char *key, const char *value, const char *doc)
{
	json_key(j, key);
	json_object(j);
	json_member(j, "description", doc);
	json_member(j, "const", value);
	json_end_object(j);
}

/* A document of a kind, into an open object. */
static void document(struct json *j, const struct kind *k)
{
	static const char *const keys[] = { "apiVersion", "kind", "metadata", "spec" };

	json_member(j, "title", k->name);
	json_member(j, "description", k->doc);
	json_member(j, "type", "object");
	json_key(j, "properties");
	json_object(j);
	constant(j, "apiVersion", "apnsctl/v1", "The version of the manifests' language.");
	constant(j, "kind", k->name, k->doc);
	json_key(j, "metadata");
	json_object(j);
	json_member(j, "description", kind_meta()->doc);
	table_without(j, kind_meta(), k->has_tenant == TENANT_FORBIDDEN ? "tenant" : NULL);
	json_end_object(j);
	json_key(j, "spec");
	json_object(j);
	json_member(j, "description", k->spec.doc);
	table(j, &k->spec);
	json_end_object(j);
	json_end_object(j);
	json_key(j, "required");
	json_array(j);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		json_string(j, keys[i]);
	json_end_array(j);
	json_member_bool(j, "additionalProperties", false);
}

static void begin(struct json *j)
{
	json_object(j);
	json_member(j, "$schema", "http://json-schema.org/draft-07/schema#");
}

void emit_json_schema(struct buf *out, const struct kind *kind)
{
	struct json j = JSON_INIT(out, true);

	begin(&j);
	document(&j, kind);
	json_end_object(&j);
	buf_addc(out, '\n');
}

/* {"if": the kind is K, "then": {"$ref": "#/definitions/K"}} */
static void when_kind(struct json *j, const char *name)
{
	struct buf path = BUF_INIT(128);

	json_object(j);
	json_key(j, "if");
	json_object(j);
	json_key(j, "properties");
	json_object(j);
	json_key(j, "kind");
	json_object(j);
	json_member(j, "const", name);
	json_end_object(j);
	json_end_object(j);
	required_key(j, "kind");
	json_end_object(j);
	json_key(j, "then");
	json_object(j);
	buf_addf(&path, "#/definitions/%s", name);
	json_member(j, "$ref", buf_str(&path));
	json_end_object(j);
	json_end_object(j);
	buf_release(&path);
}

void emit_json_schema_all(struct buf *out)
{
	struct json j = JSON_INIT(out, true);

	begin(&j);
	json_member(&j, "title", "apnsctl");
	json_member(&j, "description", "A manifest or a controller's configuration of apnsctl.");
	json_member(&j, "type", "object");
	json_key(&j, "properties");
	json_object(&j);
	json_key(&j, "kind");
	json_object(&j);
	json_member(&j, "description", "What the document describes.");
	json_key(&j, "enum");
	json_array(&j);
	for (unsigned id = KIND_NONE + 1; id < KIND_MAX; id++)
		json_string(&j, kind_name(id));
	json_end_array(&j);
	json_end_object(&j);
	json_end_object(&j);
	required_key(&j, "kind");
	json_key(&j, "allOf");
	json_array(&j);
	for (unsigned id = KIND_NONE + 1; id < KIND_MAX; id++)
		when_kind(&j, kind_name(id));
	json_end_array(&j);
	json_key(&j, "definitions");
	json_object(&j);
	for (unsigned id = KIND_NONE + 1; id < KIND_MAX; id++) {
		json_key(&j, kind_name(id));
		json_object(&j);
		document(&j, kind_of(id));
		json_end_object(&j);
	}
	json_end_object(&j);
	json_end_object(&j);
	buf_addc(out, '\n');
}
