/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/load/path.h"

#include <string.h>

#include "schema/base/text.h"
#include "schema/load/set.h"

bool path_is_yaml(const char *path)
{
	return text_ends(path, ".yaml") || text_ends(path, ".yml");
}

bool path_is_certificate(const char *path)
{
	static const char *const endings[] = { ".pem", ".crt", ".cer", ".der",
					       ".p12", ".pfx", ".csr" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (text_ends(path, endings[i]))
			return true;
	return false;
}

bool path_is_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return path && strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == 0);
}

/* True when some folder of the path has a name that starts with a dot; `*git`: it is ".git". */
static bool in_dot_folder(const char *path, bool *git)
{
	bool dot = false;

	for (const char *p = path, *slash; (slash = strchr(p, '/')); p = slash + 1)
		if (*p == '.') {
			dot = true;
			*git = *git || (slash - p == 4 && memcmp(p, ".git", 4) == 0);
		}
	return dot;
}

enum path_class path_classify(const char *path, const char **tenant, size_t *len)
{
	bool yaml = path_is_yaml(path), git = false;

	if (in_dot_folder(path, &git))
		return git ? PATH_IGNORED : PATH_OTHER;
	if (strcmp(path, "organization.yaml") == 0 || strcmp(path, "organization.yml") == 0)
		return PATH_ORGANIZATION;
	if (yaml && (text_starts(path, "servers/") || text_starts(path, "accounts/")))
		return PATH_SHARED;
	if (text_starts(path, "tenants/")) {
		const char *name = path + strlen("tenants/"), *slash = strchr(name, '/');
		if (slash && slash > name) {
			*tenant = name;
			*len = (size_t)(slash - name);
			return yaml ? PATH_TENANT : PATH_TENANT_FILE;
		}
	}
	return yaml ? PATH_OTHER_YAML : PATH_OTHER;
}

/* Where the last component of out[0..n) starts. */
static size_t parent_length(const char *out, size_t n)
{
	while (n > 0 && out[n - 1] != '/')
		n--;
	return n;
}

char *path_from(struct arena *mem, const char *from, const char *written)
{
	size_t n = parent_length(from, strlen(from));
	char *out = arena_alloc(mem, n + strlen(written) + 2);
	bool named = false;

	if (*written == '/')
		return NULL;
	memcpy(out, from, n);
	while (*written) {
		size_t part = strcspn(written, "/");
		bool up = part == 2 && memcmp(written, "..", 2) == 0;
		named = part > 0 && !up && !(part == 1 && *written == '.');
		if (up && n == 0)
			return NULL;
		if (up)
			n = parent_length(out, n - 1);
		if (named) {
			memcpy(out + n, written, part);
			n += part;
			out[n++] = '/';
		}
		written += part + (written[part] == '/');
	}
	if (!named)
		return NULL;
	out[n - 1] = 0;
	return out;
}
