/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The peer of certificate reading: read each file, decode its first PEM block, d2i_X509, free.
 * cc -O2 tests/bench/d2i_floor.c -lcrypto; d2i_floor ROUNDS FILE… prints certificates and seconds
 * of CPU. With FILE "-" the names come from standard input, one a line.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

static int parse(const char *path)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	static unsigned char der[64 * 1024];
	static char bytes[64 * 1024 + 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC), n = 0, rest = 0;
	ssize_t len = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes) - 1);

	if (fd >= 0)
		close(fd);
	if (len < 0)
		return -1;
	bytes[len] = 0;
	char *body = strstr(bytes, begin), *end = body ? strstr(body, "-----END") : NULL;
	if (!end)
		return -1;
	body += sizeof(begin) - 1;
	EVP_ENCODE_CTX *ctx = EVP_ENCODE_CTX_new();
	EVP_DecodeInit(ctx);
	EVP_DecodeUpdate(ctx, der, &n, (unsigned char *)body, (int)(end - body));
	EVP_DecodeFinal(ctx, der + n, &rest);
	EVP_ENCODE_CTX_free(ctx);
	const unsigned char *p = der;
	X509 *cert = d2i_X509(NULL, &p, n + rest);
	X509_free(cert);
	return cert ? 0 : -1;
}

int main(int argc, char **argv)
{
	char line[4096];
	long good = 0, rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
	clock_t start = clock();

	for (long r = 0; r < rounds; r++)
		for (int i = 2; i < argc && strcmp(argv[i], "-") != 0; i++)
			good += !parse(argv[i]);
	while (argc > 2 && !strcmp(argv[2], "-") && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = 0;
		good += !parse(line);
	}
	printf("%ld certificates %.3f s\n", good, (double)(clock() - start) / CLOCKS_PER_SEC);
	return 0;
}
