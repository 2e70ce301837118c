/* SPDX-License-Identifier: Apache-2.0 */
/* What the text formats of findings share. */
#ifndef APNSCTL_EMIT_PLACE_H
#define APNSCTL_EMIT_PLACE_H

#include "schema/base/buf.h"
#include "schema/base/finding.h"

/* The ANSI escape that starts the colour of a level. */
const char *place_colour(enum level level);

/* "FILE:LINE:COL: ", as far as it is known; escaped for terminals. */
void place_add(struct buf *out, const char *file, struct span at);

#endif
