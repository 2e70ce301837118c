/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Characters that look like one of ASCII, or like nothing, and are none: letters of other scripts,
 * wide forms, spaces, dashes and quotes of word processors. YAML, and every comparison, takes them
 * for what they are; the person who looks at the screen does not.
 */
#ifndef APNSCTL_LOOKALIKE_H
#define APNSCTL_LOOKALIKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The ASCII character that it looks like; 0 when it looks like none, or is one. */
char lookalike_of(int32_t c);

enum { LOOKALIKE_TEXT = 80 };

/* For a sentence: "U+0435 (Cyrillic, looks like e)", "U+00A0 (no-break space)", "U+00FC". */
const char *lookalike_text(int32_t c, char text[LOOKALIKE_TEXT]);

/* The first character of the text that looks like one of ASCII; 0: there is none. */
int32_t lookalike_find(const char *s, size_t len);

/*
 * The first letter that looks like an ASCII letter and stands in one word with real ones; 0: none.
 * A word all of one script is left alone: it is a name in that script.
 */
int32_t lookalike_find_mixed(const char *s, size_t len);

/* True when the text holds characters that can not be seen. */
bool lookalike_has_invisible(const char *s, size_t len);

/*
 * The text as it looks: look-alikes as their ASCII characters, without invisible characters, and
 * without blanks and quotes at its ends. False when nothing changed, or `size` is too small.
 */
bool lookalike_fold(const char *s, size_t len, char *out, size_t size);

#endif
