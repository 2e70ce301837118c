/* SPDX-License-Identifier: Apache-2.0 */
/* What is valid YAML and yet not accepted: checks of single nodes while the tree is built. */
#ifndef APNSCTL_YAML_CHECK_H
#define APNSCTL_YAML_CHECK_H

#include "schema/yaml/doc.h"
#include "schema/yaml/scan.h"

/*
 * False when the scalar can not be a key (merge key, empty, behind "? ", a "-item"); then a finding
 * says why. `has_question`: a question mark stands somewhere in the file.
 */
bool yaml_check_key(const struct yaml_scan *s, const struct node *key, bool has_question,
		    bool in_braces, struct findings *fs);

/* Tells of an anchor or a tag (NULL: none) in front of the value that starts at `at`. */
void yaml_check_properties(const struct yaml_scan *s, const unsigned char *anchor,
			   const unsigned char *tag, struct span at, struct findings *fs);

/* Tells when a comment follows a text in quotes, or brackets, without a blank between. */
void yaml_check_comment(const struct yaml_scan *s, struct span text, struct findings *fs);

/* True when the line goes on with "#1" at the place: a text that became a comment. */
bool yaml_check_glued_comment(const struct yaml_scan *s, struct span at);

/* Warns when " #1" goes on behind this unquoted value: a text that was cut by a comment. */
void yaml_check_cut(const struct yaml_scan *s, const struct node *value, struct findings *fs);

/*
 * Looks for characters that escapes made in a double-quoted text, which the scan of the bytes can
 * not see; `told`: invisible ones are reported already. True when there is a NUL: the text can not
 * be used.
 */
bool yaml_check_escapes(const char *path, const struct node *n, bool told, struct findings *fs);

#endif
