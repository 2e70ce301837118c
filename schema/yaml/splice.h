/* SPDX-License-Identifier: Apache-2.0 */
/* Replacing bytes of a file at exact places, so that all else stays as it is, byte for byte. */
#ifndef APNSCTL_YAML_SPLICE_H
#define APNSCTL_YAML_SPLICE_H

#include "schema/base/buf.h"
#include "schema/yaml/scan.h"

/* One replacement: the bytes from `from` up to `to` become `text`. */
struct splice {
	size_t from, to;
	const char *text;
};

/* The place as offsets in the bytes that were scanned, a byte order mark included. */
struct splice splice_at(const struct yaml_scan *s, struct span at, const char *text);

/*
 * Adds the text with its pieces replaced to `out`; they come in any order. Of two that
 * overlap the one that starts first counts, of two at one place the first. Returns how many
 * counted.
 */
size_t splice_apply(const char *text, size_t len, const struct splice *piece, size_t n,
		    struct buf *out);

#endif
