/* SPDX-License-Identifier: Apache-2.0 */
/* Names in Git trees that no honest repository holds, on any file system that it may meet. */
#ifndef APNSCTL_ADAPTER_GIT_NAME_H
#define APNSCTL_ADAPTER_GIT_NAME_H

#include <stdbool.h>
#include <stddef.h>

enum { GIT_NAME_MAX = 255 };

/*
 * True for one component of a path that is empty, too long, ".", "..", ".git" in a spelling that
 * HFS+ or NTFS takes for it, or that holds a separator, a control, invisible or bidirectional
 * character, or bytes that are not UTF-8. The cases are those of `git fsck` (fsck-msgids).
 */
bool git_name_is_bad(const char *name, size_t len);

#endif
