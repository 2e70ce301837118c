/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds every file of tests/fuzz/corpus/<name of this binary>/ to its fuzz target, once each. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static int replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	long size = f && !fseek(f, 0, SEEK_END) ? ftell(f) : -1;

	if (size < 0) {
		perror(path);
		return -1;
	}
	rewind(f);
	/* Of the exact size, so that a sanitizer sees any step over its end. */
	unsigned char *data = malloc(size ? (size_t)size : 1);
	size_t n = data ? fread(data, 1, (size_t)size, f) : 0;
	fclose(f);
	if (data)
		LLVMFuzzerTestOneInput(data, n);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	char path[512], folder[256];
	unsigned n = 0, failed = 0;

	(void)argc;
	snprintf(folder, sizeof(folder), "tests/fuzz/corpus/%s", slash ? slash + 1 : argv[0]);
	DIR *d = opendir(folder);
	for (struct dirent *entry; d && (entry = readdir(d));) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		/* Where a target ends the process, the last line tells the input. */
		fprintf(stderr, "%s\n", path);
		n++;
		failed += replay(path) != 0;
	}
	if (d)
		closedir(d);
	if (!n || failed) {
		printf("replay failed: %s: %u inputs, %u unreadable\n", folder, n, failed);
		return 1;
	}
	printf("replayed %u inputs\n", n);
	return 0;
}
