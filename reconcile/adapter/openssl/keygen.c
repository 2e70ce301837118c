/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/openssl/keys_real.h"

#include <sched.h>

#include <openssl/rsa.h>

#include "reconcile/adapter/openssl/scratch.h"

enum { KEY_BITS = 2048, PKCS8_MAX = 1280, WORKERS_MAX = 256 };

/* One batch, shared by the workers; what is written by several is behind the mutex. */
struct batch {
	struct keys_real *k;
	struct key_order *order;
	unsigned char *record; /* one of seal_size(PKCS8_MAX) bytes an order */
	size_t n;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	size_t next, done, running;
	bool failed;
	struct err e; /* of the first failure */
};

static int make_one(struct batch *b, size_t i, struct err *e)
{
	struct secret pkcs8 = SECRET_INIT;
	unsigned char spki[SPKI_BYTES];
	EVP_PKEY *key = EVP_RSA_gen(KEY_BITS);
	int rc = key ? 0 : openssl_failed(e, ERR_IO, "a key can not be made");

	if (!rc && !(rc = spki_of(key, spki, e)) && !(rc = pkcs8_of(key, &pkcs8, e))) {
		if (pkcs8.len > PKCS8_MAX)
			rc = err_set(e, ERR_BUG, "a new key is larger than %d bytes", PKCS8_MAX);
		else
			rc = seal_for_order(b->k, &pkcs8, spki, &b->order[i],
					    b->record + i * seal_size(PKCS8_MAX), e);
	}
	EVP_PKEY_free(key);
	secret_release(&pkcs8);
	return rc;
}

static void *worker(void *arg)
{
	struct batch *b = arg;
	struct err e = { 0 };

	pthread_mutex_lock(&b->mutex);
	while (!b->failed && b->next < b->n) {
		size_t i = b->next++;
		pthread_mutex_unlock(&b->mutex);
		int rc = make_one(b, i, &e);
		pthread_mutex_lock(&b->mutex);
		if (rc && !b->failed) {
			b->failed = true;
			b->e = e;
		}
		b->done += !rc;
		pthread_cond_signal(&b->changed);
	}
	b->running--;
	pthread_cond_signal(&b->changed);
	pthread_mutex_unlock(&b->mutex);
	return NULL;
}

/* Waits for the workers and tells the caller how far they are, in the caller's own thread. */
static void watch(struct batch *b, key_progress_fn *progress, void *arg)
{
	size_t told = 0;

	pthread_mutex_lock(&b->mutex);
	while (b->running || told < b->done) {
		if (told == b->done) {
			pthread_cond_wait(&b->changed, &b->mutex);
			continue;
		}
		told = b->done;
		pthread_mutex_unlock(&b->mutex);
		if (progress)
			progress(told, b->n, arg);
		pthread_mutex_lock(&b->mutex);
	}
	pthread_mutex_unlock(&b->mutex);
}

/* The processors that this process may use. */
static size_t processors(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);

	return n > WORKERS_MAX ? WORKERS_MAX : (size_t)n;
}

int keys_generate(struct keys *k, struct key_order *order, size_t n, struct arena *mem,
		  key_progress_fn *progress, void *arg, struct err *e)
{
	struct scratch thread[WORKERS_MAX];
	struct batch b = { .k = (struct keys_real *)k,
			   .order = order,
			   .record = arena_array(mem, n, seal_size(PKCS8_MAX)),
			   .n = n };
	size_t started = 0, wanted = processors() < n ? processors() : n;

	pthread_mutex_init(&b.mutex, NULL);
	pthread_cond_init(&b.changed, NULL);
	pthread_mutex_lock(&b.mutex);
	while (started < wanted && !scratch_start(&thread[started], worker, &b, &b.e))
		started++;
	/* Fewer threads than wanted make the keys too; none would wait for ever. */
	b.failed = !started && n;
	b.running = started;
	pthread_mutex_unlock(&b.mutex);
	watch(&b, progress, arg);
	for (size_t i = 0; i < started; i++)
		scratch_join(&thread[i]);
	pthread_cond_destroy(&b.changed);
	pthread_mutex_destroy(&b.mutex);
	if (!b.failed)
		return 0;
	*e = b.e;
	return -1;
}
