/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From manifests to the desired state of a tenant: half-decoded and contradicting objects crash no
 * rule and loop in no inheritance. The input is files, each behind a line "@PATH".
 */
#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/load/set.h"
#include "schema/resolve/resolve.h"

enum { FILES_MAX = 16, PATH_BYTES = 200 };

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

/* The next file of the input, or false at its end; `*at` moves behind it. */
static bool next_file(const char *data, size_t size, size_t *at, char path[PATH_BYTES],
		      const char **bytes, size_t *len)
{
	const char *line = data + *at, *end = data + size;

	if (*at >= size || *line != '@')
		return false;
	const char *nl = memchr(line, '\n', (size_t)(end - line));
	if (!nl || nl - line >= PATH_BYTES || memchr(line, 0, (size_t)(nl - line)))
		return false;
	memcpy(path, line + 1, (size_t)(nl - line) - 1);
	path[nl - line - 1] = 0;
	const char *next = memmem(nl, (size_t)(end - nl), "\n@", 2);
	*bytes = nl + 1;
	*len = (size_t)((next && next > nl ? next + 1 : next ? nl + 1 : end) - *bytes);
	*at = (size_t)(*bytes + *len - data);
	return true;
}

static void check_tenant(const struct want_tenant *t, const struct findings *fs)
{
	must(findings_stop(fs) != STOP_QUARANTINE || t->stop == STOP_QUARANTINE);
	for (size_t i = 0; i < t->n_cert; i++)
		must(t->cert[i].ref.name != NULL);
	for (size_t i = 0; i < t->n_policy; i++)
		must(t->policy[i].ref.name != NULL);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct arena mem = ARENA_INIT;
	struct findings shared_found = FINDINGS_INIT(&mem), found = FINDINGS_INIT(&mem);
	struct set shared, tenant;
	struct want_tenant want;
	char path[PATH_BYTES];
	const char *bytes;
	size_t len, at = 0;

	set_init(&shared, &mem, NULL);
	set_init(&tenant, &mem, "acme");
	for (int n = 0;
	     n < FILES_MAX && next_file((const char *)data, size, &at, path, &bytes, &len); n++) {
		bool own = text_starts(path, "tenants/acme/");
		set_add_file(own ? &tenant : &shared, path, bytes, len, NULL,
			     own ? &found : &shared_found);
	}
	shared_check(&shared, &shared_found);
	tenant_resolve(&shared, &tenant, &mem, &found, &want);
	check_tenant(&want, &found);
	arena_release(&mem);
	return 0;
}
