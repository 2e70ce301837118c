/* SPDX-License-Identifier: Apache-2.0 */
/* Drives the state machines of reconcile/server through the http ports, many at once. */
#ifndef APNSCTL_RUN_DIALOGUE_H
#define APNSCTL_RUN_DIALOGUE_H

#include "reconcile/run/ports.h"

/* Runs each dialogue to its end; results are in the runs, texts in `mem`. */
void dialogues_drive(struct ports *ports, struct server_run *run, size_t n, struct arena *mem);

#endif
