/* SPDX-License-Identifier: Apache-2.0 */
/* What .gitignore leaves out, when the files of that name come with a pull request of anybody. */
#ifndef APNSCTL_ADAPTER_GIT_IGNORE_H
#define APNSCTL_ADAPTER_GIT_IGNORE_H

#include <git2.h>
#include <stdbool.h>

struct ignores;

/* For the work tree of `repo`, which outlives it. */
struct ignores *ignores_new(git_repository *repo);

/*
 * Is this path (from the top of the work tree, a folder with or without "/" at its end) left out?
 * Never what is in the index, and nothing below a .gitignore that is not followed: one that is no
 * regular file, has more than 64 KiB or 2000 lines, or patterns that could take for ever.
 */
bool ignores_path(struct ignores *i, const char *path);

/*
 * The first .gitignore, by path, that was asked for and not followed, and why; NULL: none. Both
 * live as long as `i`.
 */
const char *ignores_odd(const struct ignores *i, const char **why);

/* Accepts NULL. */
void ignores_free(struct ignores *i);

#endif
