/* SPDX-License-Identifier: Apache-2.0 */
/* One scalar of the document → one value of the object, by the type of its field. */
#include <stdio.h>
#include <string.h>

#include "schema/base/clock.h"
#include "schema/base/lookalike.h"
#include "schema/base/text.h"
#include "schema/load/decoder.h"
#include "schema/load/scalar.h"

enum { WORDS_MAX = 16 };

static bool is_number_type(enum field_type type)
{
	return type == FT_ENUM || scalar_form(type)->number;
}

/* "topic", "custodians[1]" */
static const char *name_of(const struct decoder *d, const struct place *at)
{
	if (at->key)
		return at->key;
	return arena_printf(d->fs->mem, "%s[%zu]", at->up && at->up->key ? at->up->key : "",
			    at->index);
}

static const struct word *find_word(const struct field *f, const char *text)
{
	for (const struct word *w = f->words; w && w->text; w++)
		if (strcmp(w->text, text) == 0)
			return w;
	return NULL;
}

static const char *nearest_word(const struct field *f, const char *text)
{
	const char *words[WORDS_MAX];
	size_t n = 0;

	for (const struct word *w = f->words; w && w->text && n < WORDS_MAX; w++)
		words[n++] = w->text;
	const char *near = n ? text_nearest(text, words, n) : NULL;
	return near && near[1] ? near : NULL; /* "*" is one letter from any letter */
}

/* "A, B or C" */
static const char *list_words(const struct decoder *d, const struct field *f)
{
	struct buf b = BUF_INIT(1024);

	for (const struct word *w = f->words; w && w->text; w++)
		buf_addf(&b, "%s%s", w == f->words ? "" : w[1].text ? ", " : " or ", w->text);
	const char *text = arena_strdup(d->fs->mem, buf_str(&b));
	buf_release(&b);
	return text;
}

static void suggest_mended(struct decoder *d, struct finding *f, enum field_type type,
			   const struct node *n)
{
	char mended[SCALAR_MENDED];

	if (!scalar_mend(type, n->text, mended))
		return;
	size_t len = strlen(mended);
	decoder_suggest(d, f, n->span,
			scalar_ambiguity(mended, len) ? decoder_quote(d, mended, len) : mended,
			"write it in its usual form");
}

/* Tells that the value is not one of the words, nor of another form that the type has. */
static void tell_bad(struct decoder *d, const struct field *f, enum field_type type,
		     const struct node *n, const struct place *at)
{
	const struct scalar_form *form = scalar_form(type);
	const char *name = name_of(d, at), *value = decoder_quote(d, n->text, n->len);
	const char *near = nearest_word(f, n->text), *odd = decoder_lookalike(d, n);
	bool has_words = f->words && f->words->text;
	struct finding *told;

	if (lookalike_has_invisible(n->text, n->len))
		return; /* told where it stands */
	if (near) {
		told = decoder_tell(d, RULE_BAD_VALUE, at, n->span,
				    "%s is %s; did you mean \"%s\"?%s", name, value, near, odd);
		decoder_suggest(d, told, n->span, near, "take the known word");
	} else if (type == FT_ENUM) {
		decoder_tell(d, RULE_BAD_VALUE, at, n->span, "%s is %s, but takes only %s", name,
			     value, list_words(d, f));
	} else {
		bool is_two = !at->key && type != FT_STRING && strchr(n->text, ' ');
		told = decoder_tell(
		    d, RULE_BAD_VALUE, at, n->span, "%s is %s, which is not %s; %s%s%s%s%s%s", name,
		    value, form->noun, form->hint, has_words ? ", or is " : "",
		    has_words ? list_words(d, f) : "",
		    is_two ? "; a comma separates two of them" : "", *odd ? "." : "", odd);
		if (!is_two)
			suggest_mended(d, told, type, n);
	}
}

/* A number in quotes is text; so is one that only some readers take for a number. */
static void tell_bad_number(struct decoder *d, const struct field *f, const struct node *n,
			    const struct place *at)
{
	int64_t v;

	if (f->type == FT_INT && n->quoted && scalar_form(FT_INT)->number(n->text, &v)) {
		struct finding *told = decoder_tell(
		    d, RULE_WRONG_TYPE, at, n->span,
		    "%s is the text %s, but a whole number is wanted; remove the quotes",
		    name_of(d, at), decoder_quote(d, n->text, n->len));
		decoder_suggest(d, told, n->span, n->text, "remove the quotes");
		return;
	}
	tell_bad(d, f, f->type, n, at);
}

static void format_limit(const struct field *f, int64_t v, char text[TIME_TEXT])
{
	if (f->type == FT_DURATION)
		duration_format(v, text);
	else
		snprintf(text, TIME_TEXT, "%lld", (long long)v);
}

static bool is_in_range(struct decoder *d, const struct field *f, const struct node *n,
			const struct place *at, int64_t v)
{
	char limit[TIME_TEXT];

	if ((!f->min && !f->max) || (v >= f->min && v <= f->max))
		return true;
	format_limit(f, v < f->min ? f->min : f->max, limit);
	decoder_tell(d, RULE_BAD_VALUE, at, n->span, "%s is %s, but must be at %s %s",
		     name_of(d, at), n->text, v < f->min ? "least" : "most", limit);
	return false;
}

static bool decode_number(struct decoder *d, const struct field *f, enum field_type type,
			  const struct node *n, const struct place *at, struct num *out)
{
	const struct word *word = type == FT_ENUM ? find_word(f, n->text) : NULL;
	int64_t v;

	if (word) {
		out->v = word->value;
		return true;
	}
	if (type == FT_ENUM) {
		tell_bad(d, f, type, n, at);
		return false;
	}
	if ((type == FT_INT && n->quoted) || !scalar_form(type)->number(n->text, &v)) {
		tell_bad_number(d, f, n, at);
		return false;
	}
	if (!is_in_range(d, f, n, at, v))
		return false;
	out->v = v;
	return true;
}

static bool is_typographic_quote(int32_t c)
{
	return c == 0xab || c == 0xbb || (c >= 0x2018 && c <= 0x201f);
}

/* The text in plain quotes when it ends with such a quote and has none inside; NULL. */
static const char *inside_quotes(const struct decoder *d, const struct node *n, size_t from)
{
	enum { LONGEST = 64 };

	for (size_t at = from, next = from; next < n->len; at = next) {
		int32_t c = text_utf8_next(n->text, n->len, &next);
		if (c == '"' || c == '\\' || c < ' ')
			return NULL;
		if (is_typographic_quote(c))
			return next == n->len && at > from && at - from <= LONGEST
				   ? decoder_quote(d, n->text + from, at - from)
				   : NULL;
	}
	return NULL;
}

/* Quotes of books and word processors are no quotes in YAML: they become part of the text. */
static void tell_typographic_quote(struct decoder *d, const struct node *n, const struct place *at)
{
	size_t next = 0;
	int32_t c = text_utf8_next(n->text, n->len, &next);

	if (!is_typographic_quote(c))
		return;
	struct finding *f = decoder_tell(
	    d, RULE_AMBIGUOUS_SCALAR, at, n->span,
	    "%s starts with the typographic quote U+%04X, which is part of the text for "
	    "YAML; write \" for a quote, or put all of it in quotes",
	    name_of(d, at), (unsigned)c);
	const char *inner = inside_quotes(d, n, next);
	if (inner)
		decoder_suggest(d, f, n->span, inner, "write plain quotes");
}

static void tell_mixed(struct decoder *d, const struct node *n, const struct place *at)
{
	char name[LOOKALIKE_TEXT];
	int32_t c = lookalike_find_mixed(n->text, n->len);

	if (c)
		decoder_tell(d, RULE_LOOKALIKE, at, n->span,
			     "%s holds %s in a word of Latin letters; write the Latin letter",
			     name_of(d, at), lookalike_text(c, name));
}

static void tell_ambiguous(struct decoder *d, const struct node *n, const struct place *at)
{
	if (n->quoted || !n->len) {
		tell_mixed(d, n, at);
		return;
	}
	if ((unsigned char)n->text[0] >= 0x80)
		tell_typographic_quote(d, n, at);
	const char *taken_as = scalar_ambiguity(n->text, n->len);
	if (!taken_as) {
		tell_mixed(d, n, at);
		return;
	}
	struct finding *told = decoder_tell(
	    d, RULE_AMBIGUOUS_SCALAR, at, n->span,
	    "%s is %s without quotes, which other YAML readers take as %s; put it in quotes%s",
	    name_of(d, at), n->text, taken_as,
	    text_eq(taken_as, "nothing") ? ", or take the key out" : "");
	decoder_suggest(d, told, n->span, decoder_quote(d, n->text, n->len), "put it in quotes");
}

static bool decode_text(struct decoder *d, const struct field *f, enum field_type type,
			const struct node *n, const struct place *at, struct text *out)
{
	const struct scalar_form *form = scalar_form(type);

	if (!n->len && f->flags & FF_NOT_EMPTY) {
		decoder_tell(d, RULE_BAD_VALUE, at, n->span, "%s is empty, but %s is wanted",
			     name_of(d, at), form->noun);
		return false;
	}
	if (!find_word(f, n->text) && !form->fits(n->text)) {
		tell_bad(d, f, type, n, at);
		return false;
	}
	tell_ambiguous(d, n, at);
	out->s = arena_strndup(d->mem, n->text, n->len);
	return true;
}

bool value_decode(struct decoder *d, const struct field *f, enum field_type type,
		  const struct node *n, const struct place *at, void *out)
{
	struct text *text = out;
	struct num *num = out;
	bool is_number = is_number_type(type);

	*(is_number ? &num->at : &text->at) = pos_of(n->span);
	if (n->told)
		return false;
	if (n->type != NODE_SCALAR) {
		decoder_tell(d, RULE_WRONG_TYPE, at, n->span, "%s is %s, but %s is wanted",
			     name_of(d, at), decoder_what(d, n), scalar_form(type)->noun);
		return false;
	}
	if (n->missing) {
		decoder_tell(
		    d, RULE_WRONG_TYPE, at, n->span, "%s has no value, but %s is wanted; %s",
		    name_of(d, at), scalar_form(type)->noun,
		    n->commented ? "\"#\" starts a comment here, so put a value that starts "
				   "with it in quotes"
		    : at->key    ? "write it behind the colon"
				 : "write it behind the dash");
		return false;
	}
	if (!is_number)
		return decode_text(d, f, type, n, at, text);
	if (decode_number(d, f, type, n, at, num))
		return true;
	/* What could not be read counts as not written: no rule may judge its zero. */
	if (type != FT_ENUM)
		num->at = (struct pos){ 0 };
	return false;
}

void value_default(const struct field *f, void *out)
{
	struct num *num = out;

	if (!f->fallback)
		return;
	if (f->type == FT_ENUM)
		num->v = find_word(f, f->fallback)->value;
	else if (is_number_type(f->type))
		scalar_form(f->type)->number(f->fallback, &num->v);
	else
		((struct text *)out)->s = f->fallback;
}
