/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of single values, by field type, and what unquoted text is to other YAML readers. */
#ifndef APNSCTL_LOAD_SCALAR_H
#define APNSCTL_LOAD_SCALAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/kind/kind.h"

struct scalar_form {
	const char *noun;                            /* "a duration" */
	const char *hint;                            /* how to write it, as part of a sentence */
	bool (*fits)(const char *s);                 /* text types; NULL: anything */
	bool (*number)(const char *s, int64_t *out); /* number types but FT_ENUM; else NULL */
};

/* The form of a scalar type (all but FT_TEXTS, FT_STRUCT, FT_LIST, FT_LABELS). */
const struct scalar_form *scalar_form(enum field_type type);

enum { SCALAR_MENDED = 256 };

/*
 * Writes a value that differs only in spelling (case, colons in a serial, a slash at the end,
 * blanks of a name, characters that look like those of ASCII, blanks and quotes around it) as
 * its type wants it; false when that does not make it fit.
 */
bool scalar_mend(enum field_type type, const char *s, char out[SCALAR_MENDED]);

/*
 * What other readers, of YAML 1.1 or of the core schema of YAML 1.2, take an unquoted text for:
 * "a boolean", "a number", "a date", "nothing"; NULL when it is text to all of them.
 */
const char *scalar_ambiguity(const char *text, size_t len);

#endif
