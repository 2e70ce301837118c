/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a mapping while the tree is built: each key once, and of one document only. */
#ifndef APNSCTL_YAML_MAP_H
#define APNSCTL_YAML_MAP_H

#include "schema/yaml/doc.h"
#include "schema/yaml/scan.h"

/*
 * Makes `map` of `n` pairs of key and value, of which keys that are told already are NULL: those
 * are left out, and so are the later ones of keys that stand twice, which is told. Span and pairs
 * are copied to `mem`; without a pair the span stays as it is.
 */
void yaml_make_map(const char *path, struct node *map, struct node **pair, uint32_t n,
		   struct arena *mem, struct findings *fs);

/*
 * How many of these pairs of the outermost mapping stand before those of another document, whose
 * line "---" is missing; `n`: all of them.
 */
uint32_t yaml_document_end(struct node *const *pair, uint32_t n);

/* Tells of that line above the key, with the edit that adds it. */
void yaml_tell_unmarked(const struct yaml_scan *s, const struct node *key, struct findings *fs);

#endif
