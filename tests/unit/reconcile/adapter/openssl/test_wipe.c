/* SPDX-License-Identifier: Apache-2.0 */
/* Searches the whole memory of this process for the prime of a key that was used and given back. */
#include "tests/unit/unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "reconcile/adapter/openssl/openssl.h"

/* Whether freed memory keeps a copy depends on who took it next: four keys leave less to luck. */
enum { PRIME = 128, PART = 24, MASK = 0x5a, KEYS = 4 };

static struct keys *k;
static struct arena mem;
static struct key_order order[KEYS];
/* Masked, so that the search does not find what it searches with. */
static unsigned char prime[PRIME];

static bool is_part(const unsigned char *p, bool reversed)
{
	for (int i = 0; i < PART; i++)
		if ((p[i] ^ MASK) != prime[reversed ? PRIME - 1 - i : i])
			return false;
	return true;
}

/* Places in [start, end) where the prime begins, as DER writes it or as a BIGNUM keeps it. */
static size_t count_in(const unsigned char *start, const unsigned char *end)
{
	size_t n = 0;

	for (const unsigned char *p = start; p + PART <= end; p++)
		n += is_part(p, false) || is_part(p, true);
	return n;
}

static size_t copies_of_the_prime(void)
{
	char line[512], mode[8];
	unsigned long start, end;
	size_t n = 0;
	FILE *maps = fopen("/proc/self/maps", "r");

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %7s", &start, &end, mode) != 3)
			continue;
		if (mode[0] == 'r' && mode[1] == 'w' && !strstr(line, "[vvar]"))
			n += count_in((unsigned char *)start, (unsigned char *)end);
	}
	fclose(maps);
	return n;
}

/* The length of the DER header at `p`, and of what it announces. */
static size_t header(const unsigned char *p, size_t *len)
{
	size_t n = p[1] & 0x80 ? p[1] & 0x7fu : 0;

	*len = n ? 0 : p[1];
	for (size_t i = 0; i < n; i++)
		*len = *len << 8 | p[2 + i];
	return 2 + n;
}

/* Finds the first prime in PKCS#8 DER by hand: a parser would leave copies of its own. */
static void remember_prime(const struct secret *der)
{
	const unsigned char *p = der->data;
	size_t len;

	p += header(p, &len);       /* PrivateKeyInfo */
	p += header(p, &len) + len; /* version */
	p += header(p, &len) + len; /* algorithm */
	p += header(p, &len);       /* OCTET STRING */
	p += header(p, &len);       /* RSAPrivateKey */
	for (int i = 0; i < 4; i++)
		p += header(p, &len) + len; /* version, n, e, d */
	p += header(p, &len);
	assert_int_equal(len, PRIME + 1);
	for (int i = 0; i < PRIME; i++)
		prime[i] = p[1 + i] ^ MASK;
}

static int setup(void **state)
{
	(void)state;
	struct err e = { 0 };
	const unsigned char *store = (const unsigned char *)"0123456789abcdef";

	char hex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
	const struct secret value = { (unsigned char *)hex, 64, sizeof(hex) };
	if (keys_open(&(struct unlock_options){ .env = "U", .env_value = &value }, store, &k, &e))
		return -1;
	for (int i = 0; i < KEYS; i++)
		order[i] = (struct key_order){ .tenant_uid = "t",
					       .certificate_uid = "c",
					       .version = 1 };
	return k->ops->generate(k, order, KEYS, &mem, NULL, NULL, &e);
}

static int teardown(void **state)
{
	(void)state;
	k->ops->close(k);
	arena_release(&mem);
	return 0;
}

static void use_and_search(struct key_order *o)
{
	struct err e = { 0 };
	struct secret der = SECRET_INIT;
	struct key_order again = *o;
	struct blob csr;
	const struct key_ref ref = { "t", "c", o->spki, 1, o->sealed };

	assert_int_equal(k->ops->lend(k, &ref, KEY_PKCS8_DER, &der, &e), 0);
	remember_prime(&der);
	/* The borrower's own copy is there: the search works. */
	assert_int_equal(copies_of_the_prime(), 1);
	assert_int_equal(k->ops->seal(k, &der, &again, &mem, &e), 0);
	secret_release(&der);
	assert_int_equal(copies_of_the_prime(), 0);
	assert_int_equal(k->ops->check(k, &ref, &e), 0);
	assert_int_equal(copies_of_the_prime(), 0);
	assert_int_equal(k->ops->request(k, &ref, &(struct csr_subject){ "Acme", NULL, NULL }, &mem,
					 &csr, &e),
			 0);
	assert_int_equal(copies_of_the_prime(), 0);
	assert_int_equal(k->ops->lend(k, &ref, KEY_PKCS8_PEM, &der, &e), 0);
	secret_release(&der);
	assert_int_equal(copies_of_the_prime(), 0);
}

static void no_copy_of_a_key_outlives_its_use(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip(); /* its shadow memory can not be searched */
#endif
	for (int i = 0; i < KEYS; i++)
		use_and_search(&order[i]);
}

static void a_foreign_key_leaves_no_copy_either(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip();
#endif
	for (int i = 0; i < KEYS; i++) {
		struct err e = { 0 };
		struct secret pem = SECRET_INIT, der = SECRET_INIT;
		const struct key_ref ref = { "t", "c", order[i].spki, 1, order[i].sealed };

		assert_int_equal(k->ops->lend(k, &ref, KEY_PKCS8_PEM, &pem, &e), 0);
		assert_int_equal(foreign_key(&pem, NULL, &der, &e), 0);
		remember_prime(&der);
		assert_int_equal(copies_of_the_prime(), 1);
		secret_release(&pem);
		secret_release(&der);
		assert_int_equal(copies_of_the_prime(), 0);
	}
}

static void memory_that_moves_keeps_its_bytes(void **state)
{
	(void)state;
	char *p = OPENSSL_malloc(10);

	memcpy(p, "012345678", 10);
	p = OPENSSL_realloc(p, 100000);
	assert_string_equal(p, "012345678");
	p = OPENSSL_realloc(p, 5);
	assert_memory_equal(p, "01234", 5);
	OPENSSL_free(p);
	p = OPENSSL_realloc(NULL, 10);
	assert_non_null(p);
	assert_null(OPENSSL_realloc(p, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_that_moves_keeps_its_bytes),
		cmocka_unit_test(no_copy_of_a_key_outlives_its_use),
		cmocka_unit_test(a_foreign_key_leaves_no_copy_either),
	};
	struct err e;

	if (openssl_harden(&e))
		return 1;
	return cmocka_run_group_tests(tests, setup, teardown);
}
