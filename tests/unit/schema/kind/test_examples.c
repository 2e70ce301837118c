/* SPDX-License-Identifier: Apache-2.0 */
/* Every example and every default of the tables passes the decoder of its own field. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/load/decode.h"

enum { DEEPEST = 8 };

/* The way from `spec` (or `metadata`) to a field. */
static struct {
	const struct subtable *table;
	const struct field *field;
} way[DEEPEST];

static struct buf text = BUF_INIT(1 << 16);
static unsigned n_tried;

static void indent(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		buf_adds(&text, "  ");
}

static bool is_choice(const struct subtable *t, const struct field *f)
{
	for (const char *const *key = t->exactly_one; key && *key; key++)
		if (text_eq(*key, f->key))
			return true;
	return false;
}

/* True when the object is incomplete without the field, however we got there. */
static bool is_needed(unsigned level, const struct field *f)
{
	const struct subtable *t = way[level].table;

	if (f->flags & FF_REQUIRED)
		return true;
	return t->exactly_one && text_eq(t->exactly_one[0], f->key) &&
	       !(way[level].field && is_choice(t, way[level].field));
}

/* The object at `level`, as small as can be, with the field of the way and in the end `value`. */
static void object(unsigned level, unsigned last, unsigned depth, const char *value)
{
	const struct subtable *t = way[level].table;
	const char *dash = level && way[level - 1].field->type == FT_LIST ? "- " : "";

	for (size_t i = 0; i < t->n_field; i++) {
		const struct field *f = &t->field[i];
		if (f != way[level].field && !is_needed(level, f))
			continue;
		indent(depth);
		buf_addf(&text, "%s%s:", dash, f->key);
		depth += *dash != 0; /* the other keys stand under the first one */
		dash = "";
		if (f != way[level].field) {
			buf_addf(&text, " %s\n", f->example);
		} else if (level == last) {
			buf_addf(&text, " %s\n", value);
		} else {
			buf_addc(&text, '\n');
			object(level + 1, last, depth + 1, value);
		}
	}
}

static void accepts(const struct kind *k, bool in_spec, unsigned last, const char *value)
{
	struct arena mem = ARENA_INIT;
	struct findings fs = FINDINGS_INIT(&mem);
	struct yaml_file file;

	buf_clear(&text);
	buf_addf(&text, "apiVersion: apnsctl/v1\nkind: %s\nmetadata:\n", k->name);
	if (in_spec)
		buf_adds(&text, k->has_tenant ? "  name: a\n  tenant: t\nspec:\n" :
						"  name: a\nspec:\n");
	object(0, last, 1, value);
	if (!in_spec) {
		if (k->has_tenant && !text_eq(way[0].field->key, "tenant"))
			buf_adds(&text, "  tenant: t\n");
		buf_adds(&text, "spec:\n");
		way[0].table = &k->spec;
		way[0].field = NULL;
		size_t before = text.len;
		object(0, 0, 1, NULL);
		buf_adds(&text, text.len == before ? "  {}\n" : "");
		way[0].table = kind_meta();
	}
	yaml_parse("f.yaml", buf_str(&text), text.len, &mem, &fs, &file);
	assert_int_equal(file.n_doc, 1);
	const struct object *o =
		file.doc[0].root ? decode("f.yaml", file.doc[0].root, &mem, &fs) : NULL;
	if (!o || fs.n)
		fail_msg("%s\n%s", fs.n ? fs.item[0].message : "no object", buf_str(&text));
	assert_int_equal(o->kind, k->id);
	arena_release(&mem);
	n_tried++;
}

static void walk(const struct kind *k, bool in_spec, unsigned level)
{
	const struct subtable *t = way[level].table;

	for (size_t i = 0; i < t->n_field; i++) {
		const struct field *f = &t->field[i];
		way[level].field = f;
		if (!in_spec && text_eq(f->key, "tenant") && k->has_tenant == TENANT_FORBIDDEN)
			continue;
		accepts(k, in_spec, level, f->example);
		if (f->fallback)
			accepts(k, in_spec, level, f->fallback);
		if (f->sub) {
			assert_true(level + 1 < DEEPEST);
			way[level].field = f;
			way[level + 1].table = f->sub;
			walk(k, in_spec, level + 1);
		}
	}
	way[level].field = NULL;
}

static void every_example_and_default_passes_its_own_decoder(void **state)
{
	(void)state;
	for (unsigned id = KIND_NONE + 1; id < KIND_MAX; id++) {
		memset(way, 0, sizeof(way));
		way[0].table = kind_meta();
		walk(kind_of(id), false, 0);
		memset(way, 0, sizeof(way));
		way[0].table = &kind_of(id)->spec;
		walk(kind_of(id), true, 0);
	}
	assert_true(n_tried > 150);
	buf_release(&text);
}

static void every_word_of_an_enumeration_is_decoded_to_its_value(void **state)
{
	(void)state;
	n_tried = 0;
	for (unsigned id = KIND_NONE + 1; id < KIND_MAX; id++) {
		const struct subtable *t = &kind_of(id)->spec;
		memset(way, 0, sizeof(way));
		way[0].table = t;
		for (size_t i = 0; i < t->n_field; i++)
			for (const struct word *w = t->field[i].words; w && w->text; w++) {
				way[0].field = &t->field[i];
				if (t->field[i].type == FT_ENUM)
					accepts(kind_of(id), true, 0, w->text);
			}
	}
	assert_true(n_tried > 20);
	buf_release(&text);
}

/* tests/golden/schema.sh gives the same documents to the JSON Schema. */
static void what_the_json_schema_refuses_is_refused_here_too(void **state)
{
	(void)state;
	struct arena mem = ARENA_INIT;
	struct findings fs = FINDINGS_INIT(&mem);
	struct yaml_file file;
	char bytes[1 << 14];
	FILE *f = fopen("tests/golden/schema/refused.yaml", "r");

	assert_non_null(f);
	size_t n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	assert_true(n < sizeof(bytes));
	yaml_parse("refused.yaml", bytes, n, &mem, &fs, &file);
	assert_int_equal(fs.n, 0);
	assert_true(file.n_doc > 20);
	for (size_t i = 0; i < file.n_doc; i++) {
		size_t before = fs.n_level[LEVEL_ERROR];
		decode("refused.yaml", file.doc[i].root, &mem, &fs);
		bool refused = fs.n_level[LEVEL_ERROR] > before;
		const char *name =
			node_get(node_get(file.doc[i].root, "metadata"), "name")->text;
		if (refused == text_eq(name, "accepted"))
			fail_msg("%s: refused is %d", name, refused);
	}
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_and_default_passes_its_own_decoder),
		cmocka_unit_test(every_word_of_an_enumeration_is_decoded_to_its_value),
		cmocka_unit_test(what_the_json_schema_refuses_is_refused_here_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
