/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The portal's rows: one certificate identity each, in rows/<uuid>.json, its newest certificate in
 * rows/<uuid>.pem. A row belongs to one Apple Account, which alone can renew it.
 */
#ifndef APPLESIM_ROWS_H
#define APPLESIM_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/applesim/names.h"
#include "schema/base/arena.h"
#include "schema/base/err.h"

struct issued {
	const char *serial; /* upper-case hex */
	int64_t not_before, not_after;
};

struct row {
	char uuid[UUID_TEXT];
	const char *account;
	const char *vendor;
	int64_t created;
	int64_t revoked;     /* TIME_UNKNOWN: it is not */
	struct issued *cert; /* the newest last */
	size_t n, cap;
};

/* "active", "expired" or "revoked" */
const char *row_state(const struct row *r, int64_t now);

/* The uuid in "APSP:<uuid>", in a topic, or alone; false when there is none. */
bool row_uuid(const char *text, char uuid[UUID_TEXT]);

/* Adds an issued certificate. */
void row_add(struct row *r, struct arena *mem, const char *serial, int64_t not_before,
	     int64_t not_after);

/* Reads one row; an unknown one is ERR_REFUSED. */
int row_load(const char *dir, const char *uuid, struct arena *mem, struct row *out, struct err *e);
int row_save(const char *dir, const struct row *r, struct err *e);

/* All rows, by creation and uuid. */
int rows_load(const char *dir, struct arena *mem, struct row **out, size_t *n, struct err *e);

#endif
