/* SPDX-License-Identifier: Apache-2.0 */
/* Walks all tables: what a table promises holds for each of its fields. */
#include "tests/unit/unit.h"

#include <string.h>

#include "schema/base/text.h"
#include "schema/kind/config.h"
#include "schema/kind/kind.h"

static const size_t c_size[] = {
	[FT_STRING] = sizeof(struct text),   [FT_NAME] = sizeof(struct text),
	[FT_OLD_NAME] = sizeof(struct text), [FT_PERSON] = sizeof(struct text),
	[FT_REF] = sizeof(struct text),      [FT_ENUM] = sizeof(struct num),
	[FT_INT] = sizeof(struct num),       [FT_DURATION] = sizeof(struct num),
	[FT_DATE] = sizeof(struct num),      [FT_TIME] = sizeof(struct num),
	[FT_EMAIL] = sizeof(struct text),    [FT_DOMAIN] = sizeof(struct text),
	[FT_TOPIC] = sizeof(struct text),    [FT_SERIAL] = sizeof(struct text),
	[FT_PATH] = sizeof(struct text),     [FT_ORIGIN] = sizeof(struct text),
	[FT_URL] = sizeof(struct text),      [FT_TEXTS] = sizeof(struct texts),
	[FT_STRUCT] = sizeof(void *),        [FT_LIST] = sizeof(struct list),
	[FT_LABELS] = sizeof(struct list),
};
_Static_assert(sizeof(c_size) / sizeof(c_size[0]) == FT_MAX, "a size for each type");

static size_t n_visited;

static void is_a_sentence(const char *of, const char *key, const char *doc)
{
	if (!doc || !text_ends(doc, ".") || strstr(doc, "  ") || doc[0] == ' ' ||
	    (doc[0] >= 'a' && doc[0] <= 'z'))
		fail_msg("%s.%s: not a sentence: %s", of, key, doc ? doc : "(none)");
}

static bool takes_words(enum field_type t)
{
	return t == FT_ENUM || t == FT_NAME || t == FT_REF || t == FT_TOPIC;
}

static void words_hold(const char *of, const struct field *f)
{
	enum field_type type = f->type == FT_TEXTS ? f->item : f->type;

	if (type == FT_ENUM && !f->words)
		fail_msg("%s.%s: an enumeration without words", of, f->key);
	if (f->words && !takes_words(type))
		fail_msg("%s.%s: words on a type that has none", of, f->key);
	for (const struct word *w = f->words; w && w->text; w++) {
		is_a_sentence(of, w->text, w->doc);
		for (const struct word *other = f->words; other < w; other++) {
			assert_string_not_equal(other->text, w->text);
			if (type == FT_ENUM)
				assert_int_not_equal(other->value, w->value);
		}
	}
}

static void field_holds(const char *of, const struct subtable *t, const struct field *f)
{
	n_visited++;
	is_a_sentence(of, f->key, f->doc);
	if (!f->example || !f->example[0])
		fail_msg("%s.%s: no example", of, f->key);
	if (f->off + c_size[f->type] > t->size)
		fail_msg("%s.%s: outside its struct", of, f->key);
	assert_true((f->type == FT_STRUCT || f->type == FT_LIST) == (f->sub != NULL));
	bool is_ref = f->type == FT_REF || (f->type == FT_TEXTS && f->item == FT_REF);
	assert_true(is_ref == (f->ref != KIND_NONE));
	if (f->fallback && f->flags & FF_REQUIRED)
		fail_msg("%s.%s: required, and yet it has a default", of, f->key);
	if (f->min > f->max)
		fail_msg("%s.%s: min is above max", of, f->key);
	words_hold(of, f);
}

static bool has_key(const struct subtable *t, const char *key)
{
	for (size_t i = 0; i < t->n_field; i++)
		if (text_eq(t->field[i].key, key))
			return true;
	return false;
}

static void table_holds(const char *of, const struct subtable *t)
{
	is_a_sentence(of, "(table)", t->doc);
	assert_true(t->at_off == SIZE_MAX || t->at_off + sizeof(struct pos) <= t->size);
	for (const char *const *key = t->exactly_one; key && *key; key++)
		if (!has_key(t, *key))
			fail_msg("%s: exactly_one names %s", of, *key);
	for (size_t i = 0; i < t->n_field; i++) {
		const struct field *f = &t->field[i];
		field_holds(of, t, f);
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(t->field[k].key, f->key);
			if (t->field[k].off == f->off)
				fail_msg("%s: %s and %s fill one member", of, t->field[k].key,
					 f->key);
		}
		if (f->sub)
			table_holds(f->key, f->sub);
	}
}

static void every_table_keeps_its_promises(void **state)
{
	(void)state;
	table_holds("metadata", kind_meta());
	for (unsigned id = KIND_NONE + 1; id < KIND_MAX; id++)
		table_holds(kind_name(id), &kind_of(id)->spec);
	assert_true(n_visited > 100);
}

static void every_kind_is_found_by_id_and_by_name(void **state)
{
	(void)state;
	assert_null(kind_of(KIND_NONE));
	for (unsigned id = KIND_NONE + 1; id < KIND_MAX; id++) {
		const struct kind *k = kind_of(id);
		assert_int_equal(k->id, id);
		assert_string_equal(k->name, kind_name(id));
		assert_ptr_equal(kind_by_name(k->name), k);
		is_a_sentence(k->name, "(kind)", k->doc);
		assert_int_equal(k->size, k->spec.size);
		assert_int_equal(k->spec.at_off, offsetof(struct object, spec_at));
	}
	assert_null(kind_by_name("pushcertificate"));
	assert_null(kind_by_name(""));
	assert_null(kind_by_name(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_table_keeps_its_promises),
		cmocka_unit_test(every_kind_is_found_by_id_and_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
