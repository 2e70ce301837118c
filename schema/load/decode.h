/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One document → one object, by the table of its kind. All findings of the document are reported.
 */
#ifndef APNSCTL_LOAD_DECODE_H
#define APNSCTL_LOAD_DECODE_H

#include "schema/base/arena.h"
#include "schema/base/finding.h"
#include "schema/kind/kind.h"
#include "schema/kind/object.h"
#include "schema/yaml/doc.h"

/*
 * The decoded object with its defaults, or NULL when nothing can refer to it: another apiVersion,
 * no known kind, no name. Texts live in `mem`, nothing in the object points at nodes.
 *
 * A value with a finding keeps its default and the place where it was written. Items of lists, and
 * optional structs, that lack something required are left out, so that what is there is whole.
 * Whether metadata.tenant has to be there depends on mode and folder and is not judged here.
 */
struct object *decode(const char *path, const struct node *root, struct arena *mem,
		      struct findings *fs);

#endif
