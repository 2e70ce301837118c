/* SPDX-License-Identifier: Apache-2.0 */
/* What a process that handles private keys does first. */
#ifndef APNSCTL_ADAPTER_HARDEN_H
#define APNSCTL_ADAPTER_HARDEN_H

#include "schema/base/err.h"

/*
 * No core file and no ptrace by the same user (prctl(2), PR_SET_DUMPABLE), new files closed to
 * others, and no variable of the environment that tells of TLS secrets or loads code. To be called
 * before threads, keys and files exist.
 */
int process_harden(struct err *e);

#endif
