/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comments that speak to apnsctl ("# apnsctl:…"). The YAML parser drops comments, so they are found
 * in the bytes; the parser's scalars tell afterwards which of them stand inside a text and are
 * none.
 */
#ifndef APNSCTL_YAML_COMMENT_H
#define APNSCTL_YAML_COMMENT_H

#include "schema/yaml/doc.h"
#include "schema/yaml/scan.h"

enum { YAML_COMMENTS_MAX = 1000 }; /* of a file; one more is kept, so that it can be told */

/* In the order of the file; one a line, the first. Work: one pass over the bytes. */
void yaml_find_comments(const struct yaml_scan *s, struct arena *mem, struct yaml_file *out);

/*
 * Takes out what stands inside this quoted or block scalar. `next`, 0 at the start, remembers how
 * far the scalars before have come: they are given in the order of the file.
 */
void yaml_reject_comments(struct yaml_file *f, const struct node *scalar, bool is_block,
			  size_t *next);

/* Closes the gaps, when the last scalar has been seen. */
void yaml_keep_comments(struct yaml_file *f);

#endif
