/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/pair.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#include "cmd/applesim/base64.h"
#include "cmd/applesim/pki.h"
#include "schema/base/buf.h"
#include "schema/base/text.h"

#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"

enum { BLOCK_MAX = 1024 * 1024, TYPE_MAX_BYTES = 64 };

/* A block that lies in the upload: nothing of it is copied, it may be a key. */
struct block {
	const char *at; /* from "-----BEGIN" */
	size_t len;     /* to the end of its last line */
	char type[TYPE_MAX_BYTES];
	bool encrypted; /* "Proc-Type: 4,ENCRYPTED" */
};

static const char *find(const char *from, const char *end, const char *what)
{
	return memmem(from, (size_t)(end - from), what, strlen(what));
}

/* Is the text between two lines of a block Base64, after a head of "Name: value" lines? */
static bool is_base64(const char *from, const char *end)
{
	struct buf decoded = BUF_INIT(BLOCK_MAX);
	const char *head_end = find(from, end, "\n\n");
	bool good;

	if (!head_end)
		head_end = find(from, end, "\r\n\r\n");
	if (head_end && memchr(from, ':', (size_t)(head_end - from)))
		from = head_end;
	good = base64_decode(from, (size_t)(end - from), &decoded) && decoded.len;
	if (decoded.data)
		OPENSSL_cleanse(decoded.data, decoded.len);
	buf_release(&decoded);
	return good;
}

/* The next whole block at or behind `*at`, which moves behind it; false: there is none. */
static bool next_block(const char **at, const char *end, struct block *b)
{
	const char *begin, *type, *type_end, *close, *close_end;

	while ((begin = find(*at, end, BEGIN))) {
		type = begin + strlen(BEGIN);
		type_end = find(type, end, DASHES);
		*at = type;
		if (!type_end || (size_t)(type_end - type) >= TYPE_MAX_BYTES)
			continue;
		close = find(type_end + strlen(DASHES), end, END);
		close_end = close ? find(close + strlen(END), end, DASHES) : NULL;
		/* A block that ends as another type is broken; the next one may be whole. */
		if (!close_end || close_end - close - (ptrdiff_t)strlen(END) != type_end - type ||
		    memcmp(close + strlen(END), type, (size_t)(type_end - type)) ||
		    !is_base64(type_end + strlen(DASHES), close))
			continue;
		memcpy(b->type, type, (size_t)(type_end - type));
		b->type[type_end - type] = '\0';
		b->at = begin;
		b->len = (size_t)(close_end - begin) + strlen(DASHES);
		b->encrypted = find(type_end, close, "Proc-Type: 4,ENCRYPTED") != NULL;
		*at = begin + b->len;
		return true;
	}
	return false;
}

/* Never asks at the terminal for a passphrase. */
static int no_passphrase(char *buf, int size, int writing, void *arg)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

static X509 *parse_cert(const char *pem, size_t n)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)n);
	X509 *cert = bio ? PEM_read_bio_X509(bio, NULL, no_passphrase, NULL) : NULL;

	BIO_free(bio);
	ERR_clear_error();
	return cert;
}

static EVP_PKEY *parse_key(const struct block *b)
{
	BIO *bio = BIO_new_mem_buf(b->at, (int)b->len);
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;

	BIO_free(bio);
	ERR_clear_error();
	return key;
}

/* The first UID of the subject and the last second; the topic is NULL where there is none. */
static void read_facts(X509 *cert, struct arena *mem, struct pair *out)
{
	X509_NAME *subject = X509_get_subject_name(cert);
	int at = X509_NAME_get_index_by_NID(subject, NID_userId, -1);

	out->not_after = pki_time(X509_get0_notAfter(cert));
	out->topic = NULL;
	if (at >= 0) {
		const ASN1_STRING *uid = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));

		out->topic =
		    arena_strndup(mem, ASN1_STRING_get0_data(uid), (size_t)ASN1_STRING_length(uid));
	}
}

bool pair_read_cert(const void *pem, size_t n, struct arena *mem, struct pair *out)
{
	X509 *cert = parse_cert(pem, n);

	if (!cert)
		return false;
	read_facts(cert, mem, out);
	X509_free(cert);
	return true;
}

static const char *judge_topic(const struct pair *p, struct arena *mem)
{
	if (!p->topic)
		return "no APNs Topic found";
	if (!text_starts(p->topic, "com.apple.mgmt"))
		return arena_printf(mem, "invalid APNs Topic: \"%s\"", p->topic);
	return NULL;
}

/* The two blocks that count. */
static const char *judge_pair(const struct block *cert, const struct block *key, struct arena *mem,
			      struct pair *out)
{
	const char *problem = NULL;
	EVP_PKEY *private = NULL;
	X509 *x = NULL;

	if (!cert->at)
		return "tls: failed to find any PEM data in certificate input";
	if (!key->at)
		return "tls: failed to find any PEM data in key input";
	x = parse_cert(cert->at, cert->len);
	if (!x)
		return "x509: malformed certificate";
	private = parse_key(key);
	if (!private)
		problem = "tls: failed to parse private key";
	else if (X509_check_private_key(x, private) != 1)
		problem = "tls: private key does not match public key";
	ERR_clear_error();
	if (!problem) {
		read_facts(x, mem, out);
		out->pem = arena_printf(mem, "%.*s\n", (int)cert->len, cert->at);
		problem = judge_topic(out, mem);
	}
	EVP_PKEY_free(private);
	X509_free(x);
	return problem;
}

const char *pair_read(const void *bytes, size_t n, struct arena *mem, struct pair *out)
{
	const char *at = bytes, *end = at + n;
	struct block cert = { 0 }, key = { 0 }, b;

	while (n && next_block(&at, end, &b)) {
		if (text_eq(b.type, "CERTIFICATE"))
			cert = b;
		else if (!text_eq(b.type, "PRIVATE KEY") && !text_ends(b.type, " PRIVATE KEY"))
			return arena_printf(mem, "unrecognized PEM type: \"%s\"", b.type);
		else if (b.encrypted)
			return "private key PEM appears to be encrypted";
		else
			key = b;
	}
	return judge_pair(&cert, &key, mem, out);
}
