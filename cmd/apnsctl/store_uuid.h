/* SPDX-License-Identifier: Apache-2.0 */
/* The random identity of a store, to which its sealed keys are bound. */
#ifndef APNSCTL_CMD_STORE_UUID_H
#define APNSCTL_CMD_STORE_UUID_H

#include <stdbool.h>

#include "reconcile/port/store.h"

enum { STORE_UUID_BYTES = 16 };

struct store_uuid {
	unsigned char bytes[STORE_UUID_BYTES];
	bool found;
};

/* Reads it; `found` says whether there is one. */
int store_uuid_read(struct store *s, struct store_uuid *out, struct err *e);

/* Gives a new store its identity, under the lock. */
int store_uuid_make(struct store *s, struct store_uuid *out, struct err *e);

#endif
