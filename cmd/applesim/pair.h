/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate and a key as NanoMDM reads them, with its words for what is wrong. */
#ifndef APPLESIM_PAIR_H
#define APPLESIM_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/arena.h"

struct pair {
	const char *topic;
	int64_t not_after;
	const char *pem; /* the certificate block alone */
};

/*
 * Reads the blocks of an upload: the last certificate and the last key count. NULL when they fit;
 * otherwise NanoMDM's error text. Everything in `out` and the text live in `mem`; the key does not.
 */
const char *pair_read(const void *bytes, size_t n, struct arena *mem, struct pair *out);

/* Topic and date of a stored certificate block; false when it can not be read. */
bool pair_read_cert(const void *pem, size_t n, struct arena *mem, struct pair *out);

#endif
