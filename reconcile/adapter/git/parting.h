/* SPDX-License-Identifier: Apache-2.0 */
/* Where two commits parted, also in a clone whose history ends early. */
#ifndef APNSCTL_ADAPTER_GIT_PARTING_H
#define APNSCTL_ADAPTER_GIT_PARTING_H

#include <git2.h>

/* The newest commit that both descend from. 0: found; 1: there is none, or it is not here. */
int git_parting(git_repository *repo, const git_oid *a, const git_oid *b, git_oid *out);

#endif
