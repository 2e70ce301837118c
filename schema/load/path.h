/* SPDX-License-Identifier: Apache-2.0 */
/* Paths inside a manifests' repository: with slashes, relative to its root. */
#ifndef APNSCTL_LOAD_PATH_H
#define APNSCTL_LOAD_PATH_H

#include <stdbool.h>

#include "schema/base/arena.h"

/* *.yaml and *.yml */
bool path_is_yaml(const char *path);

/* True when the name says that a certificate, a request or a key store is inside. */
bool path_is_certificate(const char *path);

/* True when `path` is the folder or something below it; `folder` has no slash at its end. */
bool path_is_below(const char *path, const char *folder);

/*
 * The path that `written` means when it stands in the file `from`: without "." and "..", relative
 * to the repository. NULL when it is absolute, names no file or climbs out of the repository.
 */
char *path_from(struct arena *mem, const char *from, const char *written);

#endif
