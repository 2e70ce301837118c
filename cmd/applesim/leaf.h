/* SPDX-License-Identifier: Apache-2.0 */
/* The MDM push certificate, in the exact shape of a real one (apple.md 1.1). */
#ifndef APPLESIM_LEAF_H
#define APPLESIM_LEAF_H

#include "cmd/applesim/names.h"
#include "cmd/applesim/pki.h"

/* A random UUID (version 4) in lower case. */
int uuid_new(char uuid[UUID_TEXT], struct err *e);

/*
 * Issues the certificate of a row for a public key. `country` is the C of the request; it starts at
 * `now` and lasts `days` days to the second. The caller frees the result.
 */
int leaf_issue(const struct identity *issuer, EVP_PKEY *key, const char *uuid, const char *country,
	       int64_t now, int64_t days, X509 **out, struct err *e);

#endif
