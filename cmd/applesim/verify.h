/* SPDX-License-Identifier: Apache-2.0 */
/* What the portal checks of an upload file, and how it refuses (apple.md 2.1, 2.3). */
#ifndef APPLESIM_VERIFY_H
#define APPLESIM_VERIFY_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

#include "cmd/applesim/upload.h"
#include "schema/base/err.h"

enum refusal {
	REFUSAL_NONE,
	REFUSAL_REQUEST,   /* "Invalid Certificate Signing Request. …" */
	REFUSAL_SIGNATURE, /* "Certificate Signature Verification failed …": is invalid */
	REFUSAL_EXPIRED    /* the same: the signing certificate is expired */
};

/* The sentence that the portal shows. */
const char *refusal_text(enum refusal refusal);

/* The JSON that the portal's page receives, where it is known; NULL: it is not. */
const char *refusal_json(enum refusal refusal);

/* What of the request goes into the certificate, or its name. */
struct request {
	EVP_PKEY *key;
	char country[3];
	const char *vendor; /* what follows "MDM Vendor:", as it stands there */
};

void request_release(struct request *r);

struct verify_options {
	const char *root_dir; /* whose root.pem is the only trust */
	int64_t now;
	bool allow_sha1;
};

/*
 * Checks the parts of an upload file. Texts of `out` live in `mem`, its key is released by
 * request_release. On failure `*refusal` is what the portal says and the error why, for the tester.
 */
int verify_upload(const struct upload *u, const struct verify_options *o, struct arena *mem,
		  struct request *out, enum refusal *refusal, struct err *e);

#endif
