/* SPDX-License-Identifier: Apache-2.0 */
/* A source of which some files have other bytes than below: what lint would find after an edit. */
#ifndef APNSCTL_CMD_OVERLAY_H
#define APNSCTL_CMD_OVERLAY_H

#include "reconcile/port/source.h"

/* Takes `below` over: closing the overlay closes it. */
struct source *overlay_open(struct source *below);

/* From now on the file with this oid reads as these bytes, which are copied. */
void overlay_put(struct source *overlay, const char *oid, const struct buf *text);

#endif
