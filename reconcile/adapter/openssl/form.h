/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What bytes from a download folder are, before any certificate is parsed: PEM blocks wherever they
 * stand, or the look of the whole file. Needs no library and takes linear time on any input.
 */
#ifndef APNSCTL_ADAPTER_FORM_H
#define APNSCTL_ADAPTER_FORM_H

#include <stdbool.h>
#include <stddef.h>

enum pem_kind {
	PEM_CERTIFICATE,
	PEM_REQUEST,
	PEM_KEY,  /* a private key, encrypted or not */
	PEM_OTHER /* parameters, CMS, public keys: not ours */
};

/* One block (RFC 7468). Without a matching END line `problem` is set and the body is empty. */
struct pem_block {
	enum pem_kind kind;
	const char *body; /* base64 between the BEGIN and the END line, points into the input */
	size_t len;
	const char *problem;
};

/*
 * The next block at or behind `*at`, which moves behind it; false when there is none. Unlike
 * RFC 7468 a BEGIN line may follow an END line without a line break: saved mails glue them.
 */
bool pem_next(const char *bytes, size_t len, size_t *at, struct pem_block *out);

/* Only blanks, line breaks, a byte order mark. */
bool form_is_blank(const char *bytes, size_t len);

/* A web page: a login form that was saved in place of the download. */
bool form_is_html(const char *bytes, size_t len);

/* A property list with a push certificate request, before or behind its base64. */
bool form_is_upload(const char *bytes, size_t len);

/* A DER private key, PKCS#1 or PKCS#8, told from its first bytes. */
bool form_is_der_key(const char *bytes, size_t len);

#endif
