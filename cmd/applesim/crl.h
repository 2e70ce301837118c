/* SPDX-License-Identifier: Apache-2.0 */
/* The list of revoked push certificates, signed by AAI 2: crl.pem and aai2ca.crl (DER). */
#ifndef APPLESIM_CRL_H
#define APPLESIM_CRL_H

#include <stddef.h>
#include <stdint.h>

#include "schema/base/err.h"

struct revoked {
	char serial[41]; /* hex */
	int64_t at;
};

/* Writes both files; the caller holds the lock of the directory. */
int crl_write(const char *dir, const struct revoked *r, size_t n, int64_t now, struct err *e);

#endif
