/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The peer of key generation: EVP_RSA_gen(2048) on so many threads and nothing else.
 * cc -O2 tests/bench/keygen_floor.c -lcrypto -pthread; keygen_floor KEYS THREADS prints keys,
 * seconds and seconds of CPU. Prime search is random: compare CPU a key over some hundred keys.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>

enum { THREADS_MAX = 256 };

static atomic_long left;

static void *worker(void *arg)
{
	while (atomic_fetch_sub(&left, 1) > 0)
		EVP_PKEY_free(EVP_RSA_gen(2048));
	return arg;
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	long keys = argc > 1 ? strtol(argv[1], NULL, 10) : 100;
	long n = argc > 2 ? strtol(argv[2], NULL, 10) : 2;
	pthread_t thread[THREADS_MAX];
	double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);

	n = n > THREADS_MAX ? THREADS_MAX : n;
	atomic_store(&left, keys);
	for (long i = 0; i < n; i++)
		if (pthread_create(&thread[i], NULL, worker, NULL))
			return 1;
	for (long i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	printf("%ld keys %.3f s %.3f s CPU\n", keys, seconds(CLOCK_MONOTONIC) - wall,
	       seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
	return 0;
}
