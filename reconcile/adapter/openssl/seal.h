/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealed records: one private key, encrypted and bound to what it belongs to. Integers are
 * big-endian.
 *
 *   off  size  field
 *     0     8  magic "APNSREC" 0x01
 *     8     2  suite: 1 = HKDF-SHA256, AES-256-KWP (RFC 5649), AES-256-GCM
 *    10     2  kind: 1 = private key of a push certificate
 *    12    16  store UUID
 *    28     8  version
 *    36    32  SHA-256 of the tenant's uid
 *    68    32  SHA-256 of the certificate's uid
 *   100    32  SHA-256 of the key's SubjectPublicKeyInfo
 *   132    32  salt
 *   164    32  commitment
 *   196    40  data key, wrapped
 *   236    12  nonce
 *   248     4  length n of the padded plaintext
 *   252     n  ciphertext
 * 252+n    16  tag
 * 268+n    32  SHA-256 of all bytes before: finds damage without any key
 *
 * A data key is random and encrypts one record once, so a nonce can not repeat. HKDF over the
 * unlock key, the salt and the context gives the wrapping key and the commitment, which closes what
 * plain GCM leaves open: one ciphertext that opens under two keys. The context is the text
 * "apnsctl/rec/1", bytes 8 to 131 and both uids, each behind its 32-bit length; the associated data
 * of GCM is bytes 0 to 251 and the same uids. A record that is moved fails at both.
 *
 * The plaintext is type (16 bits, 1 = PKCS#8 DER), length (32 bits), value, zeros up to a multiple
 * of 256.
 */
#ifndef APNSCTL_ADAPTER_SEAL_H
#define APNSCTL_ADAPTER_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include "schema/base/err.h"
#include "schema/base/secret.h"

enum { UNLOCK_BYTES = 32, STORE_UUID_BYTES = 16, SPKI_BYTES = 32, SEALED_SECRET_MAX = 16 * 1024 };

struct sealer {
	struct secret unlock; /* UNLOCK_BYTES */
	unsigned char store[STORE_UUID_BYTES];
	EVP_KDF *hkdf;
	EVP_CIPHER *wrap, *gcm;
};

/* What a record is bound to, besides the store. */
struct seal_context {
	const char *tenant_uid, *certificate_uid;
	unsigned char spki[SPKI_BYTES];
	int64_t version;
};

/* Fetches the algorithms; `unlock` is moved into the sealer on success. */
int sealer_init(struct sealer *s, struct secret *unlock, const unsigned char *store, struct err *e);
void sealer_release(struct sealer *s);

/* The size of a record with a secret of `len` bytes. */
size_t seal_size(size_t len);

/* Seals into `out`, which has room for seal_size bytes. Safe in several threads at once. */
int seal(const struct sealer *s, const struct seal_context *c, const struct secret *secret,
	 unsigned char *out, struct err *e);

/*
 * Opens a record that must be bound to exactly this context. ERR_IO: it is damaged; ERR_REFUSED: it
 * belongs to something else or was changed; ERR_SEALED: it was sealed with another unlock key.
 */
int unseal(const struct sealer *s, const struct seal_context *c, const void *record, size_t len,
	   struct secret *out, struct err *e);

#endif
