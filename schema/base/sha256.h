/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4) for the pure parts: plan hashes, override hashes, the audit chain. */
#ifndef APNSCTL_SHA256_H
#define APNSCTL_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32, SHA256_HEX = 65 };

struct sha256 {
	uint32_t state[8];
	uint64_t bytes;
	unsigned char block[64];
};

void sha256_init(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *bytes, size_t n);

/* Length (64 bits, big-endian) and then the bytes, so that two neighbours can not be confused. */
void sha256_add_text(struct sha256 *h, const char *s);

void sha256_end(struct sha256 *h, unsigned char out[SHA256_BYTES]);

/* The whole digest as 64 lower-case hex digits and a NUL. */
void sha256_end_hex(struct sha256 *h, char out[SHA256_HEX]);

#endif
