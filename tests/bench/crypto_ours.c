/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our side of three rows of the bench, through the ports as a run uses them:
 *   crypto_ours facts ROUNDS FILE…        reads certificates into facts
 *   crypto_ours keys N                    makes and seals N keys on all cores
 *   crypto_ours probe PORT CA KEY FILE…   probes cold: unseal, parse, handshake, SETTINGS
 * Each prints a count, seconds of wall time and seconds of CPU.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reconcile/adapter/file/file.h"
#include "reconcile/adapter/nghttp2/apns.h"
#include "reconcile/adapter/openssl/openssl.h"

enum { FILE_MAX = 1 << 16, CONCURRENCY = 64, TIMEOUT_S = 20 };

static struct err e;

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void need(int failed)
{
	if (!failed)
		return;
	fprintf(stderr, "%s\n", e.text);
	exit(1);
}

static struct keys *open_keys(void)
{
	static const unsigned char uuid[16] = "bench";
	char hex[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	const struct secret value = { (unsigned char *)hex, 64, sizeof(hex) };
	struct unlock_options unlock = { .env = "BENCH_UNLOCK", .env_value = &value };
	struct keys *keys;

	need(keys_open(&unlock, uuid, &keys, &e));
	return keys;
}

static size_t facts(int rounds, char **files, int n)
{
	struct x509_options none = { 0 };
	struct arena mem = ARENA_INIT;
	struct buf bytes = BUF_INIT(FILE_MAX);
	struct cert_facts f;
	struct x509 *x;
	size_t read = 0;

	need(x509_open(&none, &x, &e));
	struct cert_reader r = x509_reader(x);
	for (int k = 0; k < rounds * n; k++) {
		need(file_read(files[k % n], FILE_MAX, &bytes, &e));
		r.read(r.self, buf_str(&bytes), bytes.len, &mem, &f);
		read += f.form == CERT_FORM_PEM;
		arena_reset(&mem);
	}
	return read;
}

static size_t make_keys(size_t n)
{
	struct arena mem = ARENA_INIT;
	struct key_order *order = arena_array(&mem, n, sizeof(*order));
	struct keys *keys = open_keys();

	for (size_t i = 0; i < n; i++) {
		order[i].tenant_uid = "t";
		order[i].certificate_uid = "c";
		order[i].version = 1;
	}
	need(keys->ops->generate(keys, order, n, &mem, NULL, NULL, &e));
	return n;
}

static struct key_ref seal(struct keys *keys, const char *file, struct arena *mem)
{
	struct key_order order = { .tenant_uid = "t", .certificate_uid = "c", .version = 1 };
	struct secret pem = SECRET_INIT, der = SECRET_INIT;

	need(file_read_secret(file, &pem, &e) || foreign_key(&pem, NULL, &der, &e) ||
	     keys->ops->seal(keys, &der, &order, mem, &e));
	secret_release(&pem);
	secret_release(&der);
	return (struct key_ref){ "t", "c", arena_strdup(mem, order.spki), 1, order.sealed };
}

struct probing {
	struct apns *apns;
	struct apns_task *task;
	size_t n;
	struct arena mem;
};

/* argv: PORT CA KEY FILE… */
static void prepare(struct probing *p, char **argv, int n)
{
	struct keys *keys = open_keys();
	struct key_ref key = seal(keys, argv[2], &p->mem);
	struct apns_options o = { "localhost", (unsigned)strtoul(argv[0], NULL, 10), argv[1],
				  CONCURRENCY, TIMEOUT_S };
	struct buf bytes = BUF_INIT(FILE_MAX);

	p->task = arena_array(&p->mem, (size_t)n, sizeof(*p->task));
	for (int i = 3; i < n; i++) {
		need(file_read(argv[i], FILE_MAX, &bytes, &e));
		p->task[p->n++] = (struct apns_task){
			{ arena_strndup(&p->mem, bytes.data, bytes.len), bytes.len },
			key, "com.apple.mgmt.x", PROBE_Settings
		};
	}
	need(apns_open(&o, keys, &p->apns, &e));
}

static size_t probe(struct probing *p)
{
	struct apns_evidence *ev = arena_array(&p->mem, p->n, sizeof(*ev));
	size_t good = 0;

	need(p->apns->ops->probe(p->apns, p->task, p->n, &p->mem, ev, &e));
	for (size_t i = 0; i < p->n; i++)
		good += ev[i].layer >= APNS_SETTINGS && ev[i].fault == APNS_FAULT_NONE;
	return good;
}

int main(int argc, char **argv)
{
	struct probing p = { 0 };
	size_t n = 0;

	signal(SIGPIPE, SIG_IGN);
	need(openssl_harden(&e));
	if (argc > 5 && !strcmp(argv[1], "probe"))
		prepare(&p, argv + 2, argc - 2);
	double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	if (p.n)
		n = probe(&p);
	else if (argc > 3 && !strcmp(argv[1], "facts"))
		n = facts((int)strtol(argv[2], NULL, 10), argv + 3, argc - 3);
	else if (argc == 3 && !strcmp(argv[1], "keys"))
		n = make_keys(strtoul(argv[2], NULL, 10));
	else
		return 64;
	printf("%zu %.3f %.3f\n", n, seconds(CLOCK_MONOTONIC) - wall,
	       seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
	return 0;
}
