/* SPDX-License-Identifier: Apache-2.0 */
/* libcurl's memory: passwords and keys pass through it, so all of it is wiped when it is freed. */
#ifndef APNSCTL_ADAPTER_CURL_MEMORY_H
#define APNSCTL_ADAPTER_CURL_MEMORY_H

/* Starts libcurl once in the process; -1 when it does not work. Before any thread is started. */
int curl_memory_start(void);

#endif
