/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the decoder share: where they are in the document, and how they tell of it.
 * Private to schema/load/.
 */
#ifndef APNSCTL_LOAD_DECODER_H
#define APNSCTL_LOAD_DECODER_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/base/arena.h"
#include "schema/base/finding.h"
#include "schema/kind/kind.h"
#include "schema/yaml/doc.h"

struct decoder {
	const char *path;
	struct arena *mem; /* of the object */
	struct findings *fs;
	const struct kind *kind; /* NULL while it is not known */
	const struct node *root; /* of the document */
	struct ref object;       /* for findings; texts live with the nodes */
	struct finding dummy;    /* what is "told" when the findings are full */
};

/* A step on the way from the document to a value; the first one is NULL. */
struct place {
	const struct place *up;
	const char *key; /* NULL: an item */
	size_t index;
};

/*
 * Adds a finding with the object and the JSON pointer of the place. When the findings of the file
 * are full it costs nothing and returns a dummy.
 */
struct finding *decoder_tell(struct decoder *d, enum rule_code rule, const struct place *at,
			     struct span span, const char *fmt, ...)
    __attribute__((format(printf, 5, 6), returns_nonnull));

/* The same for an unquoted text that yaml_tell_spelling knows; NULL when it does not. */
struct finding *decoder_tell_spelling(struct decoder *d, const struct place *at,
					   const struct node *n);

/* Suggests to replace the span, unless the findings are full. */
void decoder_suggest(struct decoder *d, struct finding *f, struct span at, const char *text,
		     const char *title);

/* "spec.people[2]"; "" at the document. Lives with the findings. */
const char *decoder_place(const struct decoder *d, const struct place *at);

/* "spec of PushCertificate", "Policy", "this document" */
const char *decoder_where(const struct decoder *d, const struct place *at);

/* What a value is, for a sentence: "a list", "a mapping", "nothing", the text "x". */
const char *decoder_what(const struct decoder *d, const struct node *n);

/* What can hardly be seen in a text: " It holds U+0435 (Cyrillic, looks like e)"; else "". */
const char *decoder_lookalike(const struct decoder *d, const struct node *n);

/* The texts of a message in quotes. */
const char *decoder_quote(const struct decoder *d, const char *text, size_t len);

/*
 * Fills the struct text or struct num at `out` from a scalar of type `type` (that of the field, or
 * of its items). Always keeps the place; false when the value is not acceptable, and then a finding
 * says why and the value stays untouched.
 */
bool value_decode(struct decoder *d, const struct field *f, enum field_type type,
		  const struct node *n, const struct place *at, void *out);

/* Fills `out` from the fallback of the field, if it has one. */
void value_default(const struct field *f, void *out);

#endif
