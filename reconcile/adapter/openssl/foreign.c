/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that others made, for adopt: as many forms in as people have, one form out. */
#include <limits.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include "reconcile/adapter/openssl/keys_real.h"
#include "reconcile/adapter/openssl/scratch.h"
#include "reconcile/adapter/openssl/x509_real.h"

/* What the two functions of the header hand to their thread. */
struct foreign {
	const struct secret *bytes, *passphrase;
	bool asked; /* for the passphrase */
	struct buf *cert_pem;
	struct secret *pkcs8;
	struct err *e;
	int rc;
};

/* OpenSSL's pem_password_cb: there is never a terminal to ask at. */
static int give_passphrase(char *out, int size, int writing, void *arg)
{
	struct foreign *f = arg;

	(void)writing;
	f->asked = true;
	if (!f->passphrase || f->passphrase->len > (size_t)size)
		return -1;
	memcpy(out, f->passphrase->data, f->passphrase->len);
	return (int)f->passphrase->len;
}

static EVP_PKEY *read_any(struct foreign *f)
{
	BIO *in = BIO_new_mem_buf(f->bytes->data, (int)f->bytes->len);
	const unsigned char *der = f->bytes->data;

	if (!in)
		out_of_memory();
	EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, give_passphrase, f);
	if (!key && !f->asked)
		key = d2i_AutoPrivateKey(NULL, &der, (long)f->bytes->len);
	if (!key && !f->asked && BIO_reset(in) >= 0)
		key = d2i_PKCS8PrivateKey_bio(in, NULL, give_passphrase, f);
	BIO_free(in);
	return key;
}

static int passphrase_failed(const struct foreign *f, const char *what)
{
	ERR_clear_error();
	if (f->passphrase)
		return err_set(f->e, ERR_INPUT, "the passphrase does not open the %s", what);
	return err_set(f->e, ERR_INPUT, "the %s is encrypted; give its passphrase", what);
}

static void *key_thread(void *arg)
{
	struct foreign *f = arg;
	EVP_PKEY *key = read_any(f);

	if (key)
		f->rc = pkcs8_of(key, f->pkcs8, f->e);
	else if (f->asked)
		f->rc = passphrase_failed(f, "private key");
	else
		f->rc = err_set(f->e, ERR_INPUT, "the file holds no private key that can be read");
	EVP_PKEY_free(key);
	ERR_clear_error();
	return NULL;
}

static int run(struct foreign *f, void *(*fn)(void *))
{
	struct scratch thread;

	if (f->bytes->len > INT_MAX / 2)
		return err_set(f->e, ERR_INPUT, "the file is too large");
	if (scratch_start(&thread, fn, f, f->e))
		return -1;
	scratch_join(&thread);
	return f->rc;
}

int foreign_key(const struct secret *bytes, const struct secret *passphrase,
		struct secret *pkcs8_der, struct err *e)
{
	struct foreign f = { .bytes = bytes, .passphrase = passphrase, .pkcs8 = pkcs8_der, .e = e };

	return run(&f, key_thread);
}

/* RC2 and its like live in a context of their own, never in the one that everything else uses. */
struct old_ciphers {
	OSSL_LIB_CTX *ctx;
	OSSL_PROVIDER *now, *legacy; /* legacy NULL: not installed */
};

static void old_ciphers_init(struct old_ciphers *o)
{
	o->ctx = OSSL_LIB_CTX_new();
	o->now = o->ctx ? OSSL_PROVIDER_load(o->ctx, "default") : NULL;
	if (!o->now)
		out_of_memory();
	o->legacy = OSSL_PROVIDER_load(o->ctx, "legacy");
}

static void old_ciphers_release(struct old_ciphers *o)
{
	OSSL_PROVIDER_unload(o->now);
	if (o->legacy)
		OSSL_PROVIDER_unload(o->legacy);
	OSSL_LIB_CTX_free(o->ctx);
}

/* Without a passphrase both "none" and "an empty one" are tried, as writers differ. */
static int parse(PKCS12 *p12, struct foreign *f, EVP_PKEY **key, X509 **cert)
{
	const char *pass = f->passphrase ? (const char *)f->passphrase->data : "";

	f->asked = PKCS12_mac_present(p12) && PKCS12_verify_mac(p12, pass, -1) != 1;
	if (f->asked && !f->passphrase && PKCS12_verify_mac(p12, NULL, 0) == 1) {
		f->asked = false;
		pass = NULL;
	}
	ERR_clear_error();
	if (f->asked)
		return passphrase_failed(f, "PKCS#12 file");
	if (PKCS12_parse(p12, pass, key, cert, NULL) != 1)
		return openssl_failed(f->e, ERR_INPUT, "the PKCS#12 file can not be opened");
	if (!*key || !*cert)
		return err_set(f->e, ERR_INPUT, "the PKCS#12 file holds no %s",
			       *key ? "certificate that fits its private key" : "private key");
	return 0;
}

static int take_pair(struct foreign *f, EVP_PKEY *key, X509 *cert)
{
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);

	if (len <= 0)
		return openssl_failed(f->e, ERR_BUG, "the certificate can not be encoded");
	pem_encode(f->cert_pem, "CERTIFICATE", der, (size_t)len);
	OPENSSL_free(der);
	if (f->cert_pem->full)
		return err_set(f->e, ERR_INPUT, "the certificate is too long");
	return pkcs8_of(key, f->pkcs8, f->e);
}

static void *pkcs12_thread(void *arg)
{
	struct foreign *f = arg;
	struct old_ciphers old;
	EVP_PKEY *key = NULL;
	X509 *cert = NULL;
	const unsigned char *der = f->bytes->data;

	old_ciphers_init(&old);
	ERR_clear_error();
	PKCS12 *p12 = PKCS12_init_ex(NID_pkcs7_data, old.ctx, NULL);
	if (!p12)
		out_of_memory();
	if (!d2i_PKCS12(&p12, &der, (long)f->bytes->len))
		f->rc = openssl_failed(f->e, ERR_INPUT, "the file is no PKCS#12");
	else
		f->rc = parse(p12, f, &key, &cert);
	f->rc = f->rc ? f->rc : take_pair(f, key, cert);
	PKCS12_free(p12);
	EVP_PKEY_free(key);
	X509_free(cert);
	old_ciphers_release(&old);
	ERR_clear_error();
	return NULL;
}

int foreign_pkcs12(const struct secret *bytes, const struct secret *passphrase,
		   struct buf *cert_pem, struct secret *pkcs8_der, struct err *e)
{
	struct foreign f = { .bytes = bytes,
			     .passphrase = passphrase,
			     .cert_pem = cert_pem,
			     .pkcs8 = pkcs8_der,
			     .e = e };

	return run(&f, pkcs12_thread);
}
