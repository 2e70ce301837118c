/* SPDX-License-Identifier: Apache-2.0 */
/* The upload file of the portal (apple.md 2.1): Base64 of a property list with three strings. */
#ifndef APPLESIM_UPLOAD_H
#define APPLESIM_UPLOAD_H

#include "schema/base/arena.h"
#include "schema/base/err.h"

enum { UPLOAD_MAX = 256 * 1024 };

struct upload {
	const unsigned char *csr; /* the decoded PushCertRequestCSR */
	size_t csr_len;
	const char *chain;              /* PushCertCertificateChain: PEM text */
	const unsigned char *signature; /* the decoded PushCertSignature */
	size_t signature_len;
};

/* Takes the file apart; everything in `out` lives in `mem`. The error says what is not as it must.
 */
int upload_read(const char *path, struct arena *mem, struct upload *out, struct err *e);

#endif
