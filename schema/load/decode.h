/* SPDX-License-Identifier: Apache-2.0 */
/* One document → one object, by the table of its kind. All findings of the document are reported. */
#ifndef APNSCTL_LOAD_DECODE_H
#define APNSCTL_LOAD_DECODE_H

#include "schema/base/arena.h"
#include "schema/base/finding.h"
#include "schema/kind/kind.h"
#include "schema/kind/object.h"
#include "schema/yaml/doc.h"

/*
 * The decoded object with its defaults, or NULL when apiVersion, kind, metadata or spec are so
 * broken that nothing could be decoded. Fields with a finding keep their default.
 */
struct object *decode(const char *path, const struct node *root, struct arena *mem,
		      struct findings *fs);

#endif
